/** The control panel's texts: counted phrases, durations, dates and money. */
import { format } from "./clock.js";
import { ENGLISH } from "./control-english.js";
import { RUSSIAN } from "./control-russian.js";
import { language, learn, word } from "./words.js";

learn({ en: ENGLISH, ru: RUSSIAN });

const locale = () => (language() === "ru" ? "ru-RU" : "en-GB");

/** A counted phrase: the form that the number takes in the page's language, or the one for none. */
export function counted(id, count) {
  const form = count === 0 ? "zero" : new Intl.PluralRules(locale()).select(count);
  return word(`${id}_${form}`, { count }) ?? word(`${id}_other`, { count });
}

/** The number of a person's keys, from {server: count}: "one key on each of …", unless a server has more than one. */
export function keysHeld(held) {
  const counts = Object.values(held);
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length < 2) return counted("keys", all);
  if (all === counts.length) return word("key_on_each", { count: all });
  return word("keys_on", { keys: counted("keys", all), servers: counted("servers", counts.length) });
}

/** Several names as one phrase: Amsterdam, Frankfurt and Helsinki. */
export const listed = (names) => new Intl.ListFormat(locale()).format(names);

/** The name of a server's place, by the server's id; the id itself if it is not known. */
export const place = (server) => word("places")[server] ?? server;

/** A duration as the bot writes it: 1 d 23 h, 5 h 2 min, 40 s. */
export function span(seconds) {
  const forms = word("span");
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor((whole % 86400) / 3600), Math.floor((whole % 3600) / 60)];
  const [form, a, b] = days ? [0, days, hours] : hours ? [1, hours, minutes] : minutes ? [2, minutes] : [3, whole];
  const text = forms[form].replace("{a}", a).replace("{b}", b);
  return b === 0 ? text.slice(0, text.lastIndexOf(" 0")) : text;
}

/** A date and a time in a short form. */
export const moment = (iso) => format({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }, new Date(iso));

/** US dollars with as many digits after the point as asked for. */
export function dollars(amount, digits) {
  const options = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language() === "ru" ? "ru-RU" : "en-US", options).format(amount);
}

/** A number with as many digits after the point as asked for. */
export const number = (amount, digits) => amount.toLocaleString(locale(), { maximumFractionDigits: digits });
