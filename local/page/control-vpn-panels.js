/** The VPN panels: the state of each, the faults that can be injected, and the effect on the person's keys. */
import { control } from "./control-api.js";
import { Outcome, words } from "./control-card.js";
import { PanelRow } from "./control-vpn-panel-row.js";
import { KeysStory, LossStory } from "./control-vpn-outcome.js";
import { SparePanel } from "./control-spare-panel.js";
import { place } from "./control-words.js";
import { make } from "./message.js";
import { word } from "./words.js";

export class VpnPanels {
  #page;
  #outcome = new Outcome();
  #why = make("small");
  #list = make("ul", { className: "vpn-panels" });
  #rows = new Map();
  #spare = new SparePanel();
  #story;
  #topic = "";

  constructor(page) {
    this.#page = page;
    const text = make("div", { className: "fault-text" }, words("b", "panels"), this.#why);
    this.element = make("li", { className: "fault fault-panels" }, text, this.#list, this.#outcome.element, this.#spare.element);
  }

  forget() {
    this.#story = undefined;
    this.#tell("", () => "");
  }

  draw(view) {
    const { panels } = view.state;
    this.#drawRows(panels);
    this.#spare.draw(panels);
    this.#why.textContent = word(`panels_${faultModeOf(panels)}_why`);
    this.#outcome.draw();
    this.element.classList.toggle("armed", faultModeOf(panels) !== "up");
    const told = this.#story?.follow(view);
    if (told) this.#tell(told.topic, told.say);
  }

  #drawRows(panels) {
    const ids = Object.keys(panels);
    if (ids.join() !== [...this.#rows.keys()].join()) {
      this.#rows = new Map(ids.map((id) => [id, this.#rows.get(id) ?? this.#newRow(id)]));
      this.#list.replaceChildren(...[...this.#rows.values()].map((row) => row.element));
    }
    for (const [id, row] of this.#rows) row.draw(panels[id]);
  }

  #newRow(id) {
    return new PanelRow(id, {
      faultMode: (faultMode) => this.#try(() => this.#change(id, faultMode)),
      restart: () => this.#try(() => this.#restart(id)),
      wipe: () => this.#try(() => this.#wipe(id)),
    });
  }

  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.#outcome.fail(error);
    }
    this.#page.refresh();
  }

  async #change(id, faultMode) {
    const since = (await control.state()).last_update_id;
    await control.panel({ ...faultMode, server_id: id });
    this.#tell("", () => "");
    if (!this.#story?.goesOn) this.#story = new KeysStory(since);
  }

  async #restart(id) {
    await control.restartPanel(id);
    if (!this.#story?.goesOn) this.#story = undefined;
    this.#tell(`restarted ${id}`, () => word("panel_restarted", { place: place(id) }));
  }

  async #wipe(id) {
    const lost = (await control.state()).panels[id].clients;
    await control.wipePanel(id);
    this.#story = new LossStory(id, lost);
  }

  /** Show a text; announce it in the chat only when the topic is new, not for each second of a countdown. */
  #tell(topic, say) {
    const text = this.#outcome.tell(say);
    if (topic && topic !== this.#topic) this.#page.announce(text);
    this.#topic = topic;
  }
}

/** The state of all panels together. */
function faultModeOf(panels) {
  const all = Object.values(panels);
  const down = all.filter((panel) => panel.down).length;
  if (down > 0) return down === all.length ? "down" : "part";
  return all.some((panel) => panel.latency_ms > 0) ? "slow" : "up";
}
