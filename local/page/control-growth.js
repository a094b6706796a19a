/** What brings customers: a promo code, an invitation, a gift, an ad link, each with the person who comes by it; a limit of trials. */
import { control } from "./control-api.js";
import { Outcome, during, panel, words } from "./control-card.js";
import { make } from "./message.js";
import { language, learn, word } from "./words.js";

learn({
  en: {
    growth: "What brings customers",
    growth_code: "Promo code",
    growth_code_why: "the operator makes it for a new person",
    growth_invite: "Invitation",
    growth_invite_why: "the person shown invites a friend",
    growth_gift: "Gift",
    growth_gift_why: "the person shown pays in Stars",
    growth_ad: "Ad link",
    growth_ad_why: "a new person comes by it",
    growth_budget: "One trial a day",
    growth_budget_why: "the next one is the last one",
    growth_playing: "A few taps come first…",
    growth_code_done: "{name} has opened the link of a promo code. The operator’s card counts its uses.",
    growth_invite_done: "{friend} comes by the link of {name}. Three days after the first payment, both get days.",
    growth_gift_done: "{name} has paid for a gift, and {friend} has opened its link. It can be taken once.",
    growth_ad_done: "{name} comes by an ad. Its card, in /admin, counts people, trials and payments.",
    growth_budget_on: "One more trial today. People who come too late can ask to be told tomorrow.",
    growth_budget_off: "Trials have no limit again. People who wait are told.",
  },
  ru: {
    growth: "Откуда приходят клиенты",
    growth_code: "Промокод",
    growth_code_why: "от оператора новому человеку",
    growth_invite: "Позвать друга",
    growth_invite_why: "по ссылке показанного человека",
    growth_gift: "Подарок",
    growth_gift_why: "показанный человек платит звёздами",
    growth_ad: "Реклама",
    growth_ad_why: "по ссылке приходит новый человек",
    growth_budget: "Один пробный в день",
    growth_budget_why: "следующий будет последним",
    growth_playing: "Сначала несколько нажатий…",
    growth_code_done: "{name}: открыта ссылка с промокодом. Карточка оператора считает его применения.",
    growth_invite_done: "{friend}: пришли по ссылке, которой делится {name}. Через три дня после первой оплаты дни получат оба.",
    growth_gift_done: "{name}: подарок оплачен. {friend}: ссылка открыта. Принять его можно один раз.",
    growth_ad_done: "{name}: пришли по рекламе. Её карточка в /admin считает людей, пробные периоды и оплаты.",
    growth_budget_on: "Сегодня начнётся ещё один пробный период. Кто не успеет, может попросить сообщить завтра.",
    growth_budget_off: "Пробных периодов снова сколько угодно. Кто ждёт, узнает об этом.",
  },
});

export class GrowthPanel {
  #page;
  #outcome = new Outcome();
  #ofOperator;
  #ofPerson;
  #budget;

  constructor(page) {
    this.#page = page;
    this.#ofOperator = [
      preset("growth_code", "🎟", () => this.#change(() => this.#made("code"))),
      preset("growth_ad", "🔗", () => this.#change(() => this.#made("ad"))),
    ];
    this.#ofPerson = [
      preset("growth_invite", "👥", () => this.#change(() => this.#shared("invite"))),
      preset("growth_gift", "🎁", () => this.#change(() => this.#shared("gift"))),
    ];
    this.#budget = Object.assign(preset("growth_budget", "⏳", () => this.#change(() => this.#limit())), { ariaPressed: "false" });
    const [code, ad] = this.#ofOperator;
    const presets = make("div", { className: "presets" }, code, ...this.#ofPerson, ad, this.#budget);
    this.element = panel("growth", presets, this.#outcome.element);
  }

  draw(view) {
    for (const element of [...this.#ofOperator, this.#budget]) element.hidden = !view.operator;
    for (const element of this.#ofPerson) element.disabled = Boolean(view.person.operator || view.person.blocked);
    this.#budget.ariaPressed = String(view.state.trials_a_day > 0);
    this.#outcome.draw();
  }

  async #change(act) {
    this.#outcome.tell(() => word("growth_playing"));
    try {
      const said = await act();
      this.#page.announce(this.#outcome.tell(said));
    } catch (error) {
      this.#outcome.fail(error);
    }
    this.#page.refresh();
  }

  /** The operator makes a link; a new person comes by it. */
  async #made(what) {
    const { payload } = await control.grow(what);
    await this.#page.meet(language(), payload);
    const { name } = this.#page.shown();
    return () => word(`growth_${what}_done`, { name });
  }

  /** The person shown has a link; a new person comes by it. */
  async #shared(what) {
    const { id, name } = this.#page.shown();
    const { payload } = await control.grow(what, id);
    await this.#page.meet(language(), payload);
    const friend = this.#page.shown().name;
    return () => word(`growth_${what}_done`, { name, friend });
  }

  async #limit() {
    const { trials_a_day: limit } = await control.grow("budget");
    this.#budget.ariaPressed = String(limit > 0);
    return () => word(limit > 0 ? "growth_budget_on" : "growth_budget_off");
  }
}

function preset(id, mark, act) {
  const name = make("span", { className: "preset-name" }, words("b", id), words("small", `${id}_why`));
  const element = make("button", { type: "button", className: `preset preset-${id}` }, make("span", { className: "preset-mark", ariaHidden: "true", textContent: mark }), name);
  element.addEventListener("click", () => during(element, act));
  return element;
}
