/** The parts that every panel of the control panel is made of. */
import { make } from "./message.js";
import { word } from "./words.js";

/** A titled card; `id` is the title's word. */
export function panel(id, ...children) {
  const title = make("h2", { id: `control-${id}` });
  title.dataset.word = id;
  const section = make("section", { className: `panel panel-${id}` }, make("header", { className: "panel-head" }, title), ...children);
  section.setAttribute("aria-labelledby", title.id);
  return section;
}

/** A text that follows the language. */
export function words(tag, id, className = "") {
  const element = make(tag, { className });
  element.dataset.word = id;
  return element;
}

/** A button with a text that follows the language, and what it does. */
export function button(id, className, act) {
  const element = words("button", id, className);
  element.type = "button";
  element.addEventListener("click", () => during(element, act));
  return element;
}

/** Do something and show on its button that it is being done. */
export async function during(element, act) {
  if (element.ariaBusy === "true") return;
  element.ariaBusy = "true";
  try {
    await act();
  } finally {
    element.ariaBusy = "false";
  }
}

/** A line that tells what came out, aloud for a screen reader too; its words follow the language. */
export class Outcome {
  #say = () => "";

  constructor() {
    this.element = make("p", { className: "outcome" });
    this.element.setAttribute("role", "status");
  }

  /** Tell something: a function that words it, so that it can be said again in another language. */
  tell(say) {
    this.#say = say;
    this.draw();
    return this.element.textContent;
  }

  /** Tell that something failed. */
  fail(error) {
    return this.tell(() => word("failed", { reason: error.message || error.name }));
  }

  draw() {
    const text = this.#say();
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}
