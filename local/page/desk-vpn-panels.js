/** The VPN panels: how each is, what may happen to it, and what that did to the person's keys. */
import { desk } from "./desk-api.js";
import { Outcome, words } from "./desk-panel.js";
import { PanelRow } from "./desk-vpn-panel-row.js";
import { KeysStory, LossStory } from "./desk-vpn-story.js";
import { SparePanel } from "./desk-spare-panel.js";
import { place } from "./desk-words.js";
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
  #mood = "";

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
    this.#why.textContent = word(`panels_${weatherOf(panels)}_why`);
    this.#outcome.draw();
    this.element.classList.toggle("armed", weatherOf(panels) !== "up");
    const told = this.#story?.follow(view);
    if (told) this.#tell(told.mood, told.say);
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
      weather: (weather) => this.#try(() => this.#change(id, weather)),
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

  async #change(id, weather) {
    const since = (await desk.state()).last_update_id;
    await desk.panel({ ...weather, server_id: id });
    this.#tell("", () => "");
    if (!this.#story?.goesOn) this.#story = new KeysStory(since);
  }

  async #restart(id) {
    await desk.restartPanel(id);
    if (!this.#story?.goesOn) this.#story = undefined;
    this.#tell(`restarted ${id}`, () => word("panel_restarted", { place: place(id) }));
  }

  async #wipe(id) {
    const lost = (await desk.state()).panels[id].clients;
    await desk.wipePanel(id);
    this.#story = new LossStory(id, lost);
  }

  /** Tell it; say it aloud in the chat only when it is news and no mere countdown. */
  #tell(mood, say) {
    const text = this.#outcome.tell(say);
    if (mood && mood !== this.#mood) this.#page.announce(text);
    this.#mood = mood;
  }
}

/** How the panels are, in one word. */
function weatherOf(panels) {
  const all = Object.values(panels);
  const down = all.filter((panel) => panel.down).length;
  if (down > 0) return down === all.length ? "down" : "part";
  return all.some((panel) => panel.latency_ms > 0) ? "slow" : "up";
}
