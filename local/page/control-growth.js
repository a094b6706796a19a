/** What brings customers: a promo code, an invitation, a gift, an ad link, each with the person who comes by it; a limit of trials; a discount to come back. */
import { control } from "./control-api.js";
import { Outcome, during, panel, words } from "./control-card.js";
import { moment } from "./control-words.js";
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
    growth_winback: "Win-back",
    growth_winback_why: "time passes until the offer",
    growth_playing: "A few taps come first…",
    growth_passing: "Paid time passes until it ends, then some days more…",
    growth_code_done: "{name} has opened the link of a promo code. The operator’s card counts its uses.",
    growth_invite_done: "{friend} comes by the link of {name}. Three days after the first payment, both get days.",
    growth_gift_done: "{name} has paid for a gift, and {friend} has opened its link. It can be taken once.",
    growth_ad_done: "{name} comes by an ad. Its card, in /admin, counts people, trials and payments.",
    growth_budget_on: "One more trial today. People who come too late can ask to be told tomorrow.",
    growth_budget_off: "Trials have no limit again. People who wait are told.",
    growth_winback_offered: "The paid time of {name} has ended. It is {now}: a discount is offered for 72 hours.",
    growth_winback_off: "Such offers are off. The operator turns them on: /admin, Settings, Win-back.",
    growth_winback_blocked: "{name} has blocked the bot. Any message to it unblocks it.",
    growth_winback_news: "{name} has stopped news, so no discount is offered. “Get news” in the settings of the chat changes that.",
    growth_winback_paused: "{name} is paused by the operator, so no discount is offered. The operator can resume.",
    growth_winback_recent: "{name} has had an offer: there is one in 180 days. A new person can get one now.",
    growth_winback_renews: "The plan of {name} renews, so its time does not end. Turn auto-renew off in the chat first.",
    growth_winback_not_sold: "No plan is sold now. The operator opens the sale in /admin.",
    growth_winback_not_yet: "No offer has come yet. “Let time pass” shows what is next for {name}.",
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
    growth_budget: "Лимит пробных",
    growth_budget_why: "по одному в день",
    growth_winback: "Вернуть клиента",
    growth_winback_why: "время идёт до скидки",
    growth_playing: "Сначала несколько нажатий…",
    growth_passing: "Оплаченное время идёт до конца, и ещё несколько дней…",
    growth_code_done: "{name}: открыта ссылка с промокодом. Карточка оператора считает его применения.",
    growth_invite_done: "{friend}: пришли по ссылке, которой делится {name}. Через три дня после первой оплаты дни получат оба.",
    growth_gift_done: "{name}: подарок оплачен. {friend}: ссылка открыта. Принять его можно один раз.",
    growth_ad_done: "{name}: пришли по рекламе. Её карточка в /admin считает людей, пробные периоды и оплаты.",
    growth_budget_on: "Сегодня начнётся ещё один пробный период. Кто не успеет, может попросить сообщить завтра.",
    growth_budget_off: "Пробных периодов снова сколько угодно. Кто ждёт, узнает об этом.",
    growth_winback_offered: "{name}: оплаченное время закончилось. Сейчас {now}, предложена скидка на 72 часа.",
    growth_winback_off: "Такие скидки выключены. Их включает оператор: /admin, «Настройки», «Возвращение».",
    growth_winback_blocked: "{name}: бот заблокирован. Любое сообщение ему снимет блокировку.",
    growth_winback_news: "{name}: без новостей, поэтому и без скидки. Новости включаются в настройках чата.",
    growth_winback_paused: "{name}: доступ на паузе, поэтому скидки нет. Паузу может снять оператор.",
    growth_winback_recent: "{name}: скидка уже была, следующая не раньше чем через 180 дней. Новый человек может получить её сейчас.",
    growth_winback_renews: "{name}: включено автопродление, время не закончится. Сначала выключите его в чате.",
    growth_winback_not_sold: "Тарифы сейчас не продаются. Продажу открывает оператор в /admin.",
    growth_winback_not_yet: "{name}: скидки пока нет. «Пусть пройдёт время» покажет, что дальше.",
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
      preset("growth_winback", "💙", () => this.#change(() => this.#comesBack(), "growth_passing")),
    ];
    this.#budget = Object.assign(preset("growth_budget", "⏳", () => this.#change(() => this.#limit())), { ariaPressed: "false" });
    const [code, ad] = this.#ofOperator;
    const [invite, gift, winback] = this.#ofPerson;
    const presets = make("div", { className: "presets" }, code, invite, gift, ad, this.#budget, winback);
    this.element = panel("growth", presets, this.#outcome.element);
  }

  draw(view) {
    for (const element of [...this.#ofOperator, this.#budget]) element.hidden = !view.operator;
    for (const element of this.#ofPerson) element.disabled = Boolean(view.person.operator || view.person.blocked);
    this.#budget.ariaPressed = String(view.state.trials_a_day > 0);
    this.#outcome.draw();
  }

  async #change(act, meanwhile = "growth_playing") {
    this.#outcome.tell(() => word(meanwhile));
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

  /** The person shown has paid time that ends, and some days later a discount. */
  async #comesBack() {
    const { id, name } = this.#page.shown();
    const { winback } = await control.grow("winback", id);
    const { now } = await control.state();
    return () => word(`growth_winback_${winback}`, { name, now: moment(now) });
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
