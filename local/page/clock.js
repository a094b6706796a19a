/** Virtual time: the server's time, advanced by the browser's clock between two events. */
import { language, word } from "./words.js";

const MINUTE_MS = 60_000;
/** The zones of the languages in the bot's locale files, while nobody has told the zone of the chat. */
const LANGUAGE_ZONES = { en: 0, ru: 180 };

let offset = 0;
let zoneMinutes;

/** Set the virtual time to the server's. */
export function setNow(iso) {
  offset = new Date(iso).getTime() - Date.now();
}

/** The virtual time as a Date. */
export const now = () => new Date(Date.now() + offset);

/** Set how many minutes the zone of the chat is ahead of UTC; return whether it was another one. */
export function setZone(minutes) {
  const before = zoneMinutes ?? LANGUAGE_ZONES[language()];
  zoneMinutes = minutes;
  return before !== minutes;
}

/** Format a date in the zone of the chat, not in that of the browser, so that the phone and the bot show the same times. */
export function format(options, date) {
  const ahead = (zoneMinutes ?? LANGUAGE_ZONES[language()]) * MINUTE_MS;
  const locale = language() === "ru" ? "ru-RU" : "en-GB";
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(new Date(date.getTime() + ahead));
}

/** Hours and minutes, as on a message. */
export const timeOfDay = (date) => format({ hour: "2-digit", minute: "2-digit" }, date);

/** Day and month, short, as on a phone's status line. */
export const shortDay = (date) => format({ weekday: "short", day: "numeric", month: "short" }, date);

/** Day and month in words. */
export const longDay = (date) => format({ day: "numeric", month: "long" }, date);

/** The day as a separator between messages. */
export function dayName(date) {
  return sameDay(date, now()) ? word("today") : longDay(date);
}

/** Whether two dates are on the same calendar day in the zone of the chat. */
export const sameDay = (a, b) => format({ dateStyle: "short" }, a) === format({ dateStyle: "short" }, b);
