/** Act as another person: a new one, one with the other language, one with two phones, the operator. */
import { control } from "./control-api.js";
import { Outcome, during, panel, words } from "./control-card.js";
import { counted, keysHeld } from "./control-words.js";
import { make } from "./message.js";
import { TRY, keyComes } from "./chat-actions.js";
import { language, word } from "./words.js";

export class PeoplePanel {
  #page;
  #outcome = new Outcome();

  constructor(page) {
    this.#page = page;
    const presets = make(
      "div",
      { className: "presets" },
      preset("new_person", "👤", () => page.meet(language())),
      preset("other_language", "🌐", () => page.meet(language() === "ru" ? "en" : "ru")),
      preset("race", "📱", () => this.#race()),
      preset("operator", "🎧", () => page.show(page.operator().id)),
    );
    this.element = panel("presets", presets, this.#outcome.element);
  }

  draw(view) {
    this.element.querySelector(".preset-operator").hidden = !view.operator;
    this.#outcome.draw();
  }

  async #race() {
    this.#outcome.tell(() => word("racing"));
    try {
      await this.#page.meet(language());
      await this.#page.showPhones(2);
      const phones = this.#page.phones();
      const keys = await Promise.all(phones.map((phone) => keyComes(phone, TRY)));
      const taps = await Promise.all(phones.map((phone, i) => phone.press(keys[i], { atOnce: true })));
      const outcomes = await Promise.all(taps.map((tap) => this.#page.settled(tap.update_id)));
      const done = outcomes.reduce((sum, outcome) => sum + outcome.done, 0);
      const { keys: held } = await control.outcome(taps[0].update_id);
      const said = () => word("race_outcome", { done: counted("done", done), keys: keysHeld(held) });
      this.#page.announce(this.#outcome.tell(said));
    } catch (error) {
      this.#outcome.fail(error);
    }
    this.#page.refresh();
  }
}

function preset(id, mark, act) {
  const name = make("span", { className: "preset-name" }, words("b", id), words("small", `${id}_why`));
  const element = make("button", { type: "button", className: `preset preset-${id}` }, make("span", { className: "preset-mark", ariaHidden: "true", textContent: mark }), name);
  element.addEventListener("click", () => during(element, act));
  return element;
}
