/** The field for a message: as high as its text, up to a limit in phone.css. */

export class MessageField {
  #element;

  /**
   * `element` is the textarea; `send` is called by Enter. Shift and Enter begin a new line, and so does Enter on a touch screen:
   * Telegram sends with the button there.
   */
  constructor(element, send) {
    this.#element = element;
    element.addEventListener("input", () => this.#fit());
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || composes(event) || matchMedia("(pointer: coarse)").matches) return;
      event.preventDefault();
      send();
    });
  }

  /** The text, without spaces and empty lines around it. */
  get text() {
    return this.#element.value.trim();
  }

  set text(text) {
    this.#element.value = text;
    this.#fit();
  }

  focus() {
    this.#element.focus();
  }

  #fit() {
    const { style } = this.#element;
    style.height = "";
    if (this.#element.value) style.height = `${this.#element.scrollHeight + this.#element.offsetHeight - this.#element.clientHeight}px`;
  }
}

/** Whether a key belongs to an input method, which the person uses to write a character; Safari says so with 229 only. */
export const composes = (event) => event.isComposing || event.keyCode === 229;
