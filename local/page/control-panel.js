/** The control panel beside the phone: its cards, and when they are refreshed. */
import { setZone } from "./clock.js";
import { control } from "./control-api.js";
import { BulkPanel } from "./control-bulk.js";
import { CostsPanel, TAPS_SHOWN } from "./control-costs.js";
import { FaultsPanel } from "./control-faults.js";
import { GrowthPanel } from "./control-growth.js";
import { MemoryPanel } from "./control-memory.js";
import { words } from "./control-card.js";
import { DevicesPanel } from "./control-devices.js";
import { PeoplePanel } from "./control-people.js";
import { TimePanel } from "./control-time.js";
import { make } from "./message.js";
import { MANY_PEOPLE, Tour } from "./tour.js";
import { language, relabel } from "./words.js";

const SOON_MS = 250;
const LATER_MS = 1500;
const ANSWERED_MS = 15_000;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Shows the control panel in #control-panel; `page` has the actions on the chat (see main.js). */
export class ControlPanel {
  #page;
  #panels;
  #time;
  #timers = new Map();
  #looking;
  #lookAgain = false;
  #heard = new Map();
  #messages = new Set();

  constructor(page) {
    const tools = {
      ...page,
      refresh: (delay) => this.refresh(delay),
      heard: (id) => (id ? this.#heard.get(id) ?? 0 : [...this.#heard.values()].reduce((sum, count) => sum + count, 0)),
      settled: (updateId) => this.#settled(updateId),
      quiet: () => this.#quiet(),
    };
    this.#page = tools;
    const asked = new URLSearchParams(location.search).get("tour");
    const tour = new Tour(tools, Number(asked) || 1);
    this.#time = new TimePanel(tools);
    this.#panels = [this.#time, new PeoplePanel(tools), new DevicesPanel(tools), new GrowthPanel(tools), new BulkPanel(tools), new FaultsPanel(tools), new CostsPanel(), new MemoryPanel()];
    const columns = [this.#panels.slice(0, 6), this.#panels.slice(6)].map((column) =>
      make("div", { className: "column" }, ...column.map((panel) => panel.element)),
    );
    const place = document.querySelector("#control-panel");
    place.replaceChildren(intro(tour), make("div", { className: "columns" }, ...columns));
    relabel(place);
    document.addEventListener("telegram", ({ detail }) => this.#hear(detail));
    document.addEventListener("person", () => this.#turn());
    setInterval(() => this.#time.tick(), 1000);
    this.refresh();
    if (asked !== null) tour.play();
  }

  /** Refresh after a delay. */
  refresh(delay = SOON_MS) {
    if (this.#timers.has(delay)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(delay);
      this.#look();
    }, delay);
    this.#timers.set(delay, timer);
  }

  #hear(event) {
    if (event.kind === "message" && event.message.from_bot && !event.message.edited) {
      const id = `${event.chat_id}/${event.message.message_id}`;
      if (!this.#messages.has(id)) this.#heard.set(event.chat_id, (this.#heard.get(event.chat_id) ?? 0) + 1);
      this.#messages.add(id);
    }
    this.refresh();
    // The cost of an answer, and its delivery, are recorded only after its message has arrived.
    if (event.kind !== "clock") this.refresh(LATER_MS);
  }

  #turn() {
    relabel(document.querySelector("#control-panel"));
    this.refresh(0);
  }

  async #look() {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = this.#draw().catch(() => this.refresh(LATER_MS));
    await this.#looking;
    this.#looking = undefined;
    if (this.#lookAgain) this.refresh();
    this.#lookAgain = false;
  }

  async #draw() {
    const person = this.#page.shown();
    const [state, taps, items] = await Promise.all([control.state(person.id), control.taps(TAPS_SHOWN), control.items(person.id)]);
    if (person.id !== this.#page.shown().id) return this.refresh(0);
    if (setZone(state.zone_minutes)) for (const phone of this.#page.phones()) phone.relabel();
    const view = { state, taps, items, person, language: language(), operator: this.#page.operator() };
    for (const panel of this.#panels) panel.draw(view);
    document.querySelector(".tour small").dataset.word = state.people > MANY_PEOPLE ? "tour_why_many" : "tour_why";
    relabel(document.querySelector(".control-intro"));
  }

  /** Wait until Telegram has delivered an update with a 2xx answer, or the time is over; return its outcome. */
  async #settled(updateId) {
    for (const end = Date.now() + ANSWERED_MS; ; ) {
      const outcome = await control.outcome(updateId);
      const last = outcome.answers.at(-1);
      if ((last >= 200 && last < 300) || Date.now() > end) return outcome;
      await pause(SOON_MS);
    }
  }

  /** Wait until no function runs, so that the injected fault affects the next action. */
  async #quiet() {
    for (const end = Date.now() + ANSWERED_MS; (await control.state()).busy && Date.now() < end; ) await pause(SOON_MS);
  }
}

function intro(tour) {
  const play = make("button", { type: "button", className: "tour" }, make("span", { ariaHidden: "true", textContent: "▶" }), words("b", "tour"), words("small", "tour_why"));
  play.addEventListener("click", () => tour.play());
  return make("header", { className: "control-intro" }, words("p", "control_intro"), play);
}
