/** The panel that runs and is not in the catalogue yet: its address and token, for an operator to add it in the chat. */
import { control } from "./control-api.js";
import { words } from "./control-card.js";
import { make } from "./message.js";
import { word } from "./words.js";

const COPIED_MS = 1600;
const SPARE = "warsaw";

export class SparePanel {
  #facts = make("dl");

  constructor() {
    this.element = make("details", { className: "spare" }, words("summary", "spare"), words("p", "spare_why"), this.#facts);
    this.element.addEventListener("toggle", () => this.#show());
  }

  draw(panels) {
    this.element.hidden = SPARE in panels;
  }

  async #show() {
    if (!this.element.open || this.#facts.childElementCount > 0) return;
    const spare = await control.spare();
    this.#facts.replaceChildren(fact("spare_address", spare.address), fact("spare_token", spare.token));
  }
}

function fact(name, text) {
  const code = make("code", { textContent: text });
  const title = words("dt", name);
  title.textContent = word(name);
  return make("div", {}, title, make("dd", {}, code, copyButton(name, text, code)));
}

function copyButton(name, text, code) {
  const element = words("button", "copy_code", "chip");
  element.type = "button";
  const label = () => {
    element.textContent = word("copy_code");
    element.setAttribute("aria-label", `${word("copy_code")}: ${word(name)}`);
  };
  label();
  element.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(code); // without a secure context or permission: select it, to be copied manually
      return;
    }
    element.textContent = word("copied");
    setTimeout(label, COPIED_MS);
  });
  return element;
}
