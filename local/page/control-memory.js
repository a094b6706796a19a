/** The stored items of the person shown: the changes as texts, newest first, and the raw items on request. */
import { panel, words } from "./control-card.js";
import { moment } from "./control-words.js";
import { changes, entries } from "./item-changes.js";
import { make } from "./message.js";
import { word } from "./words.js";

const KEPT = 30;
/** Changes within this time are shown together: a commit and the work that directly follows it. */
const ONE_STORY_MS = 2500;

export class MemoryPanel {
  #looks = new Map();
  #drawn = "";
  // With many entries it scrolls, so the keyboard must reach it.
  #list = make("ol", { className: "memory", tabIndex: 0 });
  #none = words("p", "memory_none", "none");
  #raw = make("pre", { tabIndex: 0 });
  #details;

  constructor() {
    this.#details = make("details", { className: "raw" }, words("summary", "raw"), this.#raw);
    this.#details.addEventListener("toggle", () => this.#drawRaw());
    this.element = panel("memory", this.#none, this.#list, this.#details);
    const title = this.element.querySelector("h2");
    delete title.dataset.word;
    this.title = title;
  }

  draw({ items, person, language }) {
    this.title.textContent = word("memory", { name: person.name });
    const history = this.#history(person.id, items);
    this.#none.hidden = history.length > 0;
    this.#details.hidden = history.length === 0;
    const state = `${person.id} ${language} ${JSON.stringify(history.at(-1)?.after)}`;
    if (state !== this.#drawn) this.#list.replaceChildren(...history.map(drawBatch).reverse());
    this.#drawn = state;
    this.#current = items;
    this.#drawRaw();
  }

  #current = {};

  /** The pairs of reads between which something changed, oldest first. */
  #history(id, items) {
    const looks = this.#looks.get(id) ?? [];
    const last = looks.at(-1)?.after ?? {};
    if (JSON.stringify(last) !== JSON.stringify(items)) {
      const batch = { before: last, after: items, at: Date.now() };
      const worthALine = changes(last, items).length + entries(last, items).length > 0;
      const begun = looks.at(-1);
      if (begun && (!worthALine || Date.now() - begun.at < ONE_STORY_MS)) begun.after = items;
      else if (worthALine) looks.push(batch);
    }
    this.#looks.set(id, looks.slice(-KEPT));
    return this.#looks.get(id);
  }

  #drawRaw() {
    const text = this.#details.open ? JSON.stringify(this.#current, null, 2) : "";
    if (this.#raw.textContent !== text) this.#raw.textContent = text;
  }
}

function drawBatch({ before, after }) {
  const decisions = entries(before, after);
  const head = decisions.map(({ at, text }) => make("p", { className: "entry" }, make("time", { dateTime: at, textContent: moment(at) }), text));
  const lines = changes(before, after).map(({ name, parts }) => make("li", {}, make("b", { textContent: `${name}: ` }), parts.join("; ")));
  return make("li", { className: "batch" }, ...head, make("ul", {}, ...lines));
}
