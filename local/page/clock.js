/** Virtual time: the server's time, advanced by the browser's clock between two events. */
import { language, word } from "./words.js";

let offset = 0;

/** Set the virtual time to the server's. */
export function setNow(iso) {
  offset = new Date(iso).getTime() - Date.now();
}

/** The virtual time as a Date. */
export const now = () => new Date(Date.now() + offset);

const format = (options, date) => new Intl.DateTimeFormat(language() === "ru" ? "ru-RU" : "en-GB", options).format(date);

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

/** Whether two dates are on the same calendar day in the browser's time zone. */
export const sameDay = (a, b) => a.toDateString() === b.toDateString();
