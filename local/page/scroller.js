/** The messages of a chat, which are scrolled: whether the newest are shown, and the way to them. */

const NEAR_BOTTOM_PX = 80;

export class Scroller {
  #element;
  #height;

  /** The newest messages stay shown while the place for them gets smaller or larger, as when the input grows. */
  constructor(element) {
    this.#element = element;
    this.#height = element.clientHeight;
    new ResizeObserver(() => {
      const wasAtBottom = this.#below(this.#height) < NEAR_BOTTOM_PX;
      this.#height = element.clientHeight;
      if (wasAtBottom) this.toBottom();
    }).observe(element);
  }

  /** Whether the newest messages are shown. */
  get atBottom() {
    return this.#below(this.#element.clientHeight) < NEAR_BOTTOM_PX;
  }

  toBottom() {
    this.#element.scrollTop = this.#element.scrollHeight;
  }

  focus() {
    this.#element.focus({ preventScroll: true });
  }

  #below(height) {
    return this.#element.scrollHeight - this.#element.scrollTop - height;
  }
}
