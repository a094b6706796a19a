/** One row for a VPN panel: its place, its number of keys, the switch up/slow/down, and the buttons restart and wipe. */
import { button } from "./control-card.js";
import { counted, place } from "./control-words.js";
import { make } from "./message.js";
import { word } from "./words.js";

export const SLOW_MS = 1500;
const FAULT_MODES = { up: { down: false, latency_ms: 0 }, slow: { down: false, latency_ms: SLOW_MS }, down: { down: true, latency_ms: 0 } };
const FLAGS = { amsterdam: "🇳🇱", frankfurt: "🇩🇪", helsinki: "🇫🇮", warsaw: "🇵🇱" };

export class PanelRow {
  #id;
  #name = make("span");
  #keys = make("small");
  #choice;
  #buttons;

  /** `actions` on the panel: faultMode(new mode), restart(), wipe(). */
  constructor(id, actions) {
    this.#id = id;
    this.#buttons = Object.fromEntries(Object.keys(FAULT_MODES).map((name) => [name, button(`panel_${name}`, "", () => actions.faultMode(FAULT_MODES[name]))]));
    this.#choice = make("div", { className: "switch faultMode", role: "group" }, ...Object.values(this.#buttons));
    const quiet = [button("panel_restart", "quiet", actions.restart), button("panel_wipe", "quiet", actions.wipe)];
    const title = make("b", {}, make("span", { className: "flag", ariaHidden: "true", textContent: `${FLAGS[id] ?? "🌐"} ` }), this.#name);
    this.element = make(
      "li",
      { className: `vpn-panel vpn-panel-${id}` },
      make("div", { className: "vpn-panel-line" }, title, this.#choice),
      make("div", { className: "vpn-panel-line" }, this.#keys, make("span", {}, ...quiet)),
    );
  }

  draw(panel) {
    const name = place(this.#id);
    this.#name.textContent = name;
    const keys = counted("keys", panel.clients);
    this.#keys.textContent = panel.lost > 0 ? word("panel_misses", { keys, count: panel.lost }) : keys;
    this.#choice.setAttribute("aria-label", word("panel_of", { place: name }));
    for (const [faultMode, element] of Object.entries(this.#buttons)) {
      element.textContent = word(`panel_${faultMode}`);
      element.ariaPressed = String(faultMode === faultModeOf(panel));
    }
    for (const element of this.element.querySelectorAll(".quiet")) {
      element.textContent = word(element.dataset.word);
      element.setAttribute("aria-label", `${element.textContent}: ${name}`);
    }
  }
}

function faultModeOf({ down, latency_ms: latency }) {
  if (down) return "down";
  return latency > 0 ? "slow" : "up";
}
