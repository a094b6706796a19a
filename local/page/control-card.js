/** The parts that every panel of the control panel is made of. */
import { make } from "./message.js";
import { word } from "./words.js";

/** A card with a title; `id` is the id of the title's text. */
export function panel(id, ...children) {
  const title = make("h2", { id: `control-${id}` });
  title.dataset.word = id;
  const section = make("section", { className: `panel panel-${id}` }, make("header", { className: "panel-head" }, title), ...children);
  section.setAttribute("aria-labelledby", title.id);
  return section;
}

/** An element with a text that changes with the language. */
export function words(tag, id, className = "") {
  const element = make(tag, { className });
  element.dataset.word = id;
  return element;
}

/** A button with a text that changes with the language, and its action. */
export function button(id, className, act) {
  const element = words("button", id, className);
  element.type = "button";
  element.addEventListener("click", () => during(element, act));
  return element;
}

/** Run an action, and show on its button that it is running: until then the button takes no click, and keeps the focus. */
export async function during(element, act) {
  if (element.ariaBusy === "true") return;
  setBusy(element, true);
  try {
    await act();
  } finally {
    setBusy(element, false);
  }
}

function setBusy(element, busy) {
  element.ariaBusy = String(busy);
  element.ariaDisabled = String(busy);
}

/** A line with an outcome, announced to screen readers; its text changes with the language. */
export class Outcome {
  #say = () => "";

  constructor() {
    this.element = make("p", { className: "outcome" });
    this.element.setAttribute("role", "status");
  }

  /** Show a text; `say` returns it in the current language, so that it can be drawn again in another one. */
  tell(say) {
    this.#say = say;
    this.draw();
    return this.element.textContent;
  }

  /** Show that an action failed. */
  fail(error) {
    return this.tell(() => word("failed", { reason: error.message || error.name }));
  }

  draw() {
    const text = this.#say();
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}
