/** The VPN panel's weather: up, slow or down, and what that did to the person's key. */
import { now } from "./clock.js";
import { desk } from "./desk-api.js";
import { Outcome, button, words } from "./desk-panel.js";
import { counted, number, span } from "./desk-words.js";
import { make } from "./message.js";
import { word } from "./words.js";

const SLOW_MS = 3000;
const WEATHERS = { up: { down: false, latency_ms: 0 }, slow: { down: false, latency_ms: SLOW_MS }, down: { down: true, latency_ms: 0 } };

export class PanelFault {
  #page;
  #outcome = new Outcome();
  #why = make("small");
  #buttons;
  #ordered = false;
  #since = 0;
  #waited = false;
  #mood = "";

  constructor(page) {
    this.#page = page;
    this.#buttons = Object.fromEntries(Object.keys(WEATHERS).map((name) => [name, button(`panel_${name}`, "", () => this.#order(name))]));
    const choice = make("div", { className: "switch weather", role: "group" }, ...Object.values(this.#buttons));
    choice.dataset.wordLabel = "panel";
    const text = make("div", { className: "fault-text" }, words("b", "panel"), this.#why);
    this.element = make("li", { className: "fault fault-panel" }, text, choice, this.#outcome.element);
  }

  forget() {
    this.#ordered = this.#waited = false;
    this.#mood = "";
    this.#outcome.tell(() => "");
  }

  draw(view) {
    const weather = weatherOf(view.state.panels);
    for (const [name, element] of Object.entries(this.#buttons)) element.ariaPressed = String(name === weather);
    this.#why.textContent = word(`panel_${weather}_why`);
    this.#outcome.draw();
    this.element.classList.toggle("armed", weather !== "up");
    if (this.#ordered) this.#follow(view, weather);
  }

  async #order(name) {
    this.#since = (await desk.state()).last_update_id;
    await desk.panel(WEATHERS[name]);
    this.#ordered = true;
    this.#mood = "";
    this.#outcome.tell(() => "");
    this.#page.refresh();
  }

  #follow({ state, items, person, taps }, weather) {
    const subscription = items.SUB?.body;
    const waits = subscription?.status === "trial" && !subscription.starts_at;
    const keys = Object.keys(items).filter((key) => key.startsWith("ACCESS#")).length;
    if (waits) {
      this.#waited = true;
      const seconds = state.next && (new Date(state.next.at) - now()) / 1000;
      if (weather === "down" || !state.next) this.#tell("waiting", () => word("panel_waiting", { name: person.name }));
      else this.#tell("again", () => word("panel_again", { left: span(seconds) }));
    } else if (this.#waited && subscription?.starts_at) {
      this.#waited = false;
      this.#tell("came", () => word("panel_came", { keys: counted("keys", keys) }));
    } else if (weather === "slow") {
      this.#tellSlow(taps, person, keys);
    }
  }

  #tellSlow(taps, person, keys) {
    const tap = taps.find(({ update_id: id, user_id: user, cost }) => id > this.#since && user === person.id && cost.lambda_ms > SLOW_MS);
    if (!tap || !keys) return;
    const seconds = tap.cost.lambda_ms / 1000;
    this.#tell(`took ${tap.update_id}`, () => word("panel_took", { seconds: number(seconds, 1), keys: counted("keys", keys) }));
  }

  /** Tell it; say it aloud in the chat only when it is news and no mere countdown. */
  #tell(mood, say) {
    const text = this.#outcome.tell(say);
    if (mood !== this.#mood) this.#page.announce(text);
    this.#mood = mood;
  }
}

function weatherOf(panels) {
  const states = Object.values(panels);
  if (states.some((state) => state.down)) return "down";
  return states.some((state) => state.latency_ms > 0) ? "slow" : "up";
}
