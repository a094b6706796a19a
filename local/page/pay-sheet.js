/** The payment sheet that Telegram opens for an invoice, and a person's Stars with their subscriptions. */
import { longDay } from "./clock.js";
import { make } from "./message.js";
import { telegram } from "./telegram.js";
import { language, learn, word } from "./words.js";

const LOOK_AGAIN_MS = 250;
const MORE_STARS = 1000;

learn({
  en: {
    my_stars: "⭐️ My Stars",
    stars_balance: "Balance: ⭐️ {stars}",
    stars_title: "My Stars: ⭐️ {stars}",
    stars_more: "+1,000",
    stars_none: "Set to 0",
    stars_no_subscriptions: "No subscriptions",
    stars_renews: "⭐️ {amount}, next on {until}",
    stars_ends: "⭐️ {amount}, until {until}",
    stars_off: "Cancel",
    stars_on: "Resume",
    renews_monthly: "Charged every 30 days until you cancel.",
    pay: "Confirm and pay ⭐️ {amount}",
    paying: "Waiting for the bot…",
    paid: "✅ Paid ⭐️ {amount}",
    timed_out: "The bot did not answer in 10 seconds. Nothing was charged.",
    balance_too_low: "Not enough Stars: {missing} more are needed.",
    done: "Done",
    successful_payment: "You paid ⭐️ {amount}",
    refunded_payment: "⭐️ {amount} came back",
  },
  ru: {
    my_stars: "⭐️ Мои звёзды",
    stars_balance: "Баланс: ⭐️ {stars}",
    stars_title: "Мои звёзды: ⭐️ {stars}",
    stars_more: "+1 000",
    stars_none: "Обнулить",
    stars_no_subscriptions: "Подписок нет",
    stars_renews: "⭐️ {amount}, следующий платёж {until}",
    stars_ends: "⭐️ {amount}, до {until}",
    stars_off: "Отменить",
    stars_on: "Возобновить",
    renews_monthly: "Списывается каждые 30 дней, пока вы не отмените.",
    pay: "Подтвердить и заплатить ⭐️ {amount}",
    paying: "Ждём ответа бота…",
    paid: "✅ Оплачено: ⭐️ {amount}",
    timed_out: "Бот не ответил за 10 секунд. Ничего не списано.",
    balance_too_low: "Не хватает звёзд: нужно ещё {missing}.",
    done: "Готово",
    successful_payment: "Вы заплатили ⭐️ {amount}",
    refunded_payment: "⭐️ {amount} вернулись",
  },
});

const number = (value) => new Intl.NumberFormat(language()).format(value);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Show the payment sheet behind an invoice link; resolve when it is closed. */
export async function showPaySheet(personId, link) {
  const sheet = document.querySelector("#pay-sheet");
  const find = (selector) => sheet.querySelector(selector);
  const { title, description, amount, renews, stars } = await telegram.sheet(personId, link);
  find(".sheet-balance").textContent = word("stars_balance", { stars: number(stars) });
  find("h2").textContent = title;
  find(".sheet-text").textContent = description;
  find(".sheet-renews").hidden = !renews;
  find(".sheet-result").textContent = "";
  const pay = find(".sheet-pay");
  pay.disabled = false;
  pay.textContent = word("pay", { amount: number(amount) });
  pay.onclick = async () => {
    if (pay.dataset.done) {
      sheet.close();
      return;
    }
    pay.disabled = true;
    find(".sheet-result").textContent = word("paying");
    const result = await paid(personId, link, { amount, missing: amount - stars });
    find(".sheet-result").textContent = result;
    pay.textContent = word("done");
    pay.dataset.done = "yes";
    pay.disabled = false;
    pay.focus();
  };
  delete pay.dataset.done;
  sheet.showModal();
  pay.focus();
  return new Promise((resolve) => sheet.addEventListener("close", resolve, { once: true }));
}

/** Pay, and return what to show about the result. */
async function paid(personId, link, { amount, missing }) {
  const { checkout_id: checkoutId, error } = await telegram.pay(personId, link);
  if (error) return word(error, { missing: number(missing) });
  let checkout = await telegram.checkout(checkoutId);
  while (checkout.state === "waiting") {
    await pause(LOOK_AGAIN_MS);
    checkout = await telegram.checkout(checkoutId);
  }
  return checkout.state === "declined" ? checkout.error : word(checkout.state, { amount: number(amount) });
}

/** Show a person's Stars and subscriptions. */
export async function showStars(personId) {
  const dialog = document.querySelector("#stars");
  const find = (selector) => dialog.querySelector(selector);
  const draw = ({ stars, subscriptions }) => {
    find("h2").textContent = word("stars_title", { stars: number(stars) });
    find(".sheet-empty").hidden = subscriptions.length > 0;
    find(".sheet-subscriptions").replaceChildren(...subscriptions.map((known) => subscriptionRow(known, change)));
    find(".sheet-more").onclick = () => change({ stars: stars + MORE_STARS });
    find(".sheet-none").onclick = () => change({ stars: 0 });
  };
  const change = async (wanted) => draw(await telegram.changeStars(personId, wanted));
  draw(await telegram.stars(personId));
  dialog.showModal();
}

function subscriptionRow({ charge, title, amount, until, renews, can_resume: canResume }, change) {
  const values = { amount: number(amount), until: longDay(new Date(until)) };
  const text = make("p", {}, make("b", { textContent: title }), ` ${word(renews ? "stars_renews" : "stars_ends", values)}`);
  const toggle = make("button", { type: "button", textContent: word(renews ? "stars_off" : "stars_on") });
  toggle.addEventListener("click", () => change({ charge, renews: !renews }));
  return make("li", {}, text, renews || canResume ? toggle : null);
}
