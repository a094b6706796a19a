/** The tour: plays a trial from beginning to end in forty seconds, longer with many people, without input. Escape or the button ends it. */
import { caption, clearCaption } from "./caption.js";
import { control } from "./control-api.js";
import { dollars } from "./control-words.js";
import { TRY, TooLateError, keyComes, messagesOn, until } from "./chat-actions.js";
import { language, word } from "./words.js";

const LOOK_MS = 1300;

/** With more people than this, what is due for them in the days of the tour takes minutes, and costs more. */
export const MANY_PEOPLE = 100;

const STOP = "stopped";

/** Each step: its caption, the pause after it, and its action. */
const STEPS = [
  { id: "tour_start", seconds: 2.5, act: begin },
  { id: "tour_trial", seconds: 4, act: (tour) => tour.press(TRY) },
  { id: "tour_device", seconds: 3.5, act: (tour) => tour.pressFirst() },
  { id: "tour_qr", seconds: 4, act: (tour) => tour.press("QR") },
  { id: "tour_help", seconds: 3, act: (tour) => tour.passUntil("first_hour") },
  { id: "tour_reminder", seconds: 4, act: (tour) => tour.passUntil("reminder_day") },
  { id: "tour_last", seconds: 3, act: (tour) => tour.passUntil("reminder_hours") },
  { id: "tour_expiry", seconds: 4, act: (tour) => tour.passUntil("expiry") },
];
const END_SECONDS = 5;

async function begin(tour) {
  await tour.page.meet(language());
  await tour.key(TRY);
}

/** Plays the tour on a page; `speed` 10 plays it ten times as fast. */
export class Tour {
  #speed;
  #running;

  constructor(page, speed = 1) {
    this.page = page;
    this.#speed = speed;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.stop();
    });
  }

  get playing() {
    return Boolean(this.#running);
  }

  /** Play the tour from the beginning; resolve when it has ended or was stopped. */
  async play() {
    if (this.playing) return;
    this.#running = new AbortController();
    document.body.classList.add("touring");
    this.page.look("chat");
    const costBefore = (await control.state()).totals.dollars;
    try {
      for (const [i, { id, seconds, act }] of STEPS.entries()) {
        this.#say(word(id), (i + 1) / (STEPS.length + 1));
        await act(this);
        await this.#pause(seconds * 1000);
      }
      const { totals, people } = await control.state();
      const end = people > MANY_PEOPLE ? "tour_end_many" : "tour_end";
      this.#say(word(end, { cost: dollars(totals.dollars - costBefore, 4) }), 1);
      await this.#pause(END_SECONDS * 1000);
      clearCaption();
    } catch (reason) {
      caption(word(reason === STOP ? "tour_stopped" : "tour_lost"));
      if (reason !== STOP && !(reason instanceof TooLateError)) throw reason;
    } finally {
      this.#running = undefined;
      document.body.classList.remove("touring");
      this.page.refresh();
    }
  }

  /** Stop the tour; the chat keeps its state. */
  stop() {
    this.#running?.abort(STOP);
  }

  /** Wait for a key with this mark on the phone. */
  key(mark) {
    return keyComes(this.#phone, mark, { signal: this.#running.signal });
  }

  /** Highlight the key with this mark, press it, and wait for the chat to change. */
  async press(mark) {
    await this.#pressKey(await this.key(mark));
  }

  /** Press the first key of the newest message in the same way. */
  async pressFirst() {
    await this.#pressKey([...this.#phone.element.querySelectorAll(".keys")].at(-1).querySelector(".key"));
  }

  /** Advance time until this event has happened and its message is shown. */
  async passUntil(event) {
    const before = messagesOn(this.#phone).length;
    const { id } = this.page.shown();
    for (let passed = ""; passed !== event; ) {
      const { next } = await control.state(id);
      if (next?.user_id !== id) break;
      await control.passTime({ to: "next", user_id: id });
      passed = next.what;
      this.#running.signal.throwIfAborted();
    }
    await this.#until(() => messagesOn(this.#phone).length > before);
  }

  get #phone() {
    return this.page.phones()[0];
  }

  async #pressKey(key) {
    key.scrollIntoView({ block: "nearest" });
    key.classList.add("pointed");
    await this.#pause(LOOK_MS);
    const chat = this.#phone.element.querySelector(".messages");
    const before = chat.textContent + messagesOn(this.#phone);
    await this.#phone.press(key);
    await this.#until(() => chat.textContent + messagesOn(this.#phone) !== before);
  }

  #until(look) {
    return until(look, { signal: this.#running.signal });
  }

  #say(text, progress) {
    this.#running.signal.throwIfAborted();
    caption(text, () => this.stop(), progress);
  }

  #pause(milliseconds) {
    const { signal } = this.#running;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds / this.#speed);
      const stopped = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      if (signal.aborted) stopped();
      else signal.addEventListener("abort", stopped, { once: true });
    });
  }
}
