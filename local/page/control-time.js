/** Virtual time: the clock, the next event, and buttons that advance time. */
import { now } from "./clock.js";
import { control } from "./control-api.js";
import { Outcome, button, during, panel } from "./control-card.js";
import { counted, moment, span } from "./control-words.js";
import { make } from "./message.js";
import { word } from "./words.js";

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

export class TimePanel {
  #page;
  #next;
  #passed = Promise.resolve();
  #outcome = new Outcome();
  #clock = make("p", { className: "clock" });
  #future = make("button", { type: "button", className: "future" });

  constructor(page) {
    this.#page = page;
    this.#future.addEventListener("click", () => during(this.#future, () => this.#pass({ to: "next", user_id: this.#page.shown().id })));
    const steps = make(
      "div",
      { className: "steps" },
      button("hour", "chip", () => this.#pass({ advance_seconds: HOUR_SECONDS })),
      button("day", "chip", () => this.#pass({ advance_seconds: DAY_SECONDS })),
      button("outage", "chip", () => this.#pass({ outage_seconds: 3 * DAY_SECONDS }, "away")),
    );
    this.element = panel("time", this.#future, steps, this.#outcome.element);
    this.element.querySelector(".panel-head").append(this.#clock);
  }

  draw(view) {
    this.#next = view.state.next;
    this.#outcome.draw();
    this.tick();
  }

  /** Update the clock and the countdown. */
  tick() {
    this.#clock.textContent = moment(now());
    const label = this.#label();
    if (this.#future.textContent !== label) this.#future.textContent = label;
    this.#future.ariaDisabled = String(!this.#next || this.#future.ariaBusy === "true");
  }

  #label() {
    const next = this.#next;
    if (!next) return word("next_none");
    const what = word("events")[next.what] ?? next.what;
    const seconds = (new Date(next.at) - now()) / 1000;
    if (seconds < 1) return word("next_now", { what });
    const otherPerson = next.user_id !== this.#page.shown().id && this.#page.person(next.user_id);
    const values = { what, left: span(seconds), name: otherPerson?.name };
    return word(otherPerson ? "next_of" : "next", values);
  }

  /** Advance time, after earlier requests have finished. */
  #pass(how, id = "passed") {
    this.#passed = this.#passed.then(() => this.#passOnce(how, id));
    return this.#passed;
  }

  async #passOnce(how, id) {
    if (how.to && !this.#next) return;
    this.#outcome.tell(() => word("passing"));
    const { id: person } = this.#page.shown();
    const before = this.#page.heard(person);
    try {
      const { now: at } = await control.passTime(how);
      const count = this.#page.heard(person) - before;
      this.#page.announce(this.#outcome.tell(() => word(id, { now: moment(at), messages: counted("messages", count) })));
    } catch (error) {
      this.#outcome.fail(error);
    }
    this.#page.refresh();
  }
}
