/** Faults of payments: choose one, perhaps with a value, for what happens next. Those of Telegram Stars are here. */
import { control } from "./control-api.js";
import { Outcome, during, words } from "./control-card.js";
import { PROVIDER_FAULTS } from "./control-provider-faults.js";
import { make } from "./message.js";
import { learn, word } from "./words.js";

learn({
  en: {
    stars_faults: "Payments in Stars",
    stars_faults_why: "Choose what goes wrong with the next payment, renewal or refund.",
    stars_order: "Break the next one",
    stars_fault: "Fault",
    stars_value: "Value",
    stars_waits: "Waits: {faults}.",
    checkout_twice: "The pre-checkout comes twice",
    checkout_lost: "The pre-checkout is lost",
    checkout_too_late: "Our answer comes after 10 seconds",
    other_amount: "Another amount (Stars)",
    other_payload: "Another payload (text)",
    payment_twice: "The payment is reported twice",
    payment_early: "The payment is reported before our answer",
    payment_late: "The payment is reported late (seconds)",
    payment_lost: "The payment is never reported",
    renewal_unmarked: "A renewal without its marks",
    renewal_first_charge: "A renewal with the first charge id",
    renewal_after_cancel: "A renewal after it was turned off",
    renewal_fails: "A renewal fails",
    canceled_early: "A subscription is off before its first payment",
    refund_twice: "A refund is reported twice",
    refund_says_already: "A refund says it was done before",
    refund_balance: "The bot has too few Stars for a refund",
    refund_fails_after: "A refund is done, and answers 500",
    transactions_shift: "The list of transactions shifts (entries)",
  },
  ru: {
    stars_faults: "Оплата звёздами",
    stars_faults_why: "Что случится со следующим платежом, продлением или возвратом.",
    stars_order: "Сломать следующий",
    stars_fault: "Сбой",
    stars_value: "Значение",
    stars_waits: "Ждут: {faults}.",
    checkout_twice: "Проверка перед оплатой придёт дважды",
    checkout_lost: "Проверка перед оплатой потеряется",
    checkout_too_late: "Наш ответ придёт после 10 секунд",
    other_amount: "Другая сумма (звёзды)",
    other_payload: "Чужая метка счёта (текст)",
    payment_twice: "Об оплате сообщат дважды",
    payment_early: "Об оплате сообщат раньше нашего ответа",
    payment_late: "Об оплате сообщат позже (секунды)",
    payment_lost: "Об оплате не сообщат",
    renewal_unmarked: "Продление без пометок",
    renewal_first_charge: "Продление с номером первого платежа",
    renewal_after_cancel: "Продление после отключения",
    renewal_fails: "Продление не пройдёт",
    canceled_early: "Подписку отключат до первого платежа",
    refund_twice: "О возврате сообщат дважды",
    refund_says_already: "Возврат ответит, что уже сделан",
    refund_balance: "У бота не хватит звёзд на возврат",
    refund_fails_after: "Возврат пройдёт, но ответит 500",
    transactions_shift: "Список операций сдвинется (записи)",
  },
});

const FAULTS = [
  "checkout_twice", "checkout_lost", "checkout_too_late", "other_amount", "other_payload", "payment_twice", "payment_early",
  "payment_late", "payment_lost", "renewal_unmarked", "renewal_first_charge", "renewal_after_cancel", "renewal_fails",
  "canceled_early", "refund_twice", "refund_says_already", "refund_balance", "refund_fails_after", "transactions_shift",
];
/** The value that is proposed for the faults that take one. */
const VALUES = { other_amount: "1", other_payload: "plan_30", payment_late: "82800", transactions_shift: "3" };

/** Telegram Stars: the words of their faults are their names. The others' words begin with the provider's name. */
const STARS = {
  id: "payments",
  title: "stars_faults",
  faults: FAULTS,
  values: VALUES,
  wordOf: (fault) => fault,
  waiting: ({ payments }) => payments,
  order: control.paymentFault,
};

function ofProvider(provider) {
  return {
    id: provider,
    title: `${provider}_faults`,
    ...PROVIDER_FAULTS[provider],
    wordOf: (fault) => `${provider}_${fault}`,
    waiting: ({ providers }) => providers[provider],
    order: (fault, value) => control.providerFault(provider, fault, value),
  };
}

/** The rows of all providers. */
export function paymentFaults() {
  return [STARS, ...Object.keys(PROVIDER_FAULTS).map(ofProvider)].map((provider) => new PaymentFaults(provider));
}

class PaymentFaults {
  #provider;
  #outcome = new Outcome();
  #choice = make("select");
  #value = make("input", { type: "text", autocomplete: "off", maxLength: 128 });

  constructor(provider) {
    this.#provider = provider;
    const text = make("div", { className: "fault-text" }, words("b", provider.title), words("small", `${provider.title}_why`));
    this.#choice.dataset.wordLabel = "stars_fault";
    this.#value.dataset.wordLabel = "stars_value";
    const options = provider.faults.map((fault) => Object.assign(words("option", provider.wordOf(fault)), { value: fault }));
    this.#choice.append(...options);
    this.#choice.addEventListener("change", () => this.#propose());
    const order = words("button", "stars_order", "chip");
    order.type = "submit";
    const form = make("form", {}, this.#choice, this.#value, order);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      during(order, () => this.#order());
    });
    this.element = make("li", { className: `fault fault-order fault-${provider.id}` }, text, form, this.#outcome.element);
    this.#propose();
  }

  draw({ state }) {
    const waiting = Object.entries(this.#provider.waiting(state));
    this.element.classList.toggle("armed", waiting.length > 0);
    this.#outcome.tell(() => {
      const named = waiting.map(([fault, times]) => `${word(this.#provider.wordOf(fault))}${times > 1 ? ` ×${times}` : ""}`);
      return named.length ? word("stars_waits", { faults: named.join(", ") }) : "";
    });
  }

  #propose() {
    const proposed = this.#provider.values[this.#choice.value];
    this.#value.hidden = proposed === undefined;
    this.#value.value = proposed ?? "";
  }

  async #order() {
    try {
      this.draw({ state: await this.#provider.order(this.#choice.value, this.#value.value) });
    } catch (error) {
      this.#outcome.fail(error);
    }
  }
}
