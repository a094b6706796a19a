/** The cost of each tap, newest first: reads, writes, calls and money; and the total. */
import { panel, words } from "./control-card.js";
import { dollars, number } from "./control-words.js";
import { make } from "./message.js";
import { word } from "./words.js";

const THOUSAND = 1000;
const COLUMNS = ["tap", "reads", "writes", "calls", "cost"];

export const TAPS_SHOWN = 8;

export class CostsPanel {
  #rows = make("tbody");
  #total = make("tfoot");
  #none = words("p", "costs_none", "none");
  #table;

  constructor() {
    const head = make("tr", {}, ...COLUMNS.map((id) => make("th", { scope: "col" }, words("span", id))));
    head.lastChild.append(words("small", "per_thousand"));
    this.#table = make("table", { className: "costs" }, make("thead", {}, head), this.#rows, this.#total);
    this.#table.setAttribute("aria-labelledby", "control-costs");
    this.element = panel("costs", this.#none, this.#table, words("p", "prices", "footnote"));
  }

  draw({ taps, state }) {
    this.#none.hidden = taps.length > 0;
    this.#table.hidden = taps.length === 0;
    this.#rows.replaceChildren(...taps.map(drawTap));
    const total = make("th", { scope: "row", textContent: word("total") }, make("small", { textContent: word("total_why") }));
    this.#total.replaceChildren(row(total, state.totals));
  }
}

function drawTap(tap) {
  const what = make("span", { className: "what", textContent: tap.what });
  const marks = [tap.name];
  if (tap.attempts > 1) marks.push(`${tap.attempts}×`);
  if (tap.init_ms.length > 0) marks.push(word("cold"));
  const who = make("small", { textContent: marks.filter(Boolean).join(" · ") });
  const perThousand = make("small", { textContent: dollars(tap.cost.dollars * THOUSAND, 3) });
  return row(make("th", { scope: "row" }, what, who), tap.cost, perThousand);
}

function row(head, cost, perThousand) {
  const figures = [cost.reads, cost.writes, cost.telegram_calls].map((count) => make("td", { textContent: number(count, 0) }));
  return make("tr", {}, head, ...figures, make("td", { textContent: dollars(cost.dollars, 6) }, perThousand));
}
