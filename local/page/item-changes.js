/** Turns changes of stored items into readable lines: new items, and changed fields with old and new value. */
import { moment, place, span } from "./control-words.js";
import { word } from "./words.js";

const ORDER = ["SUB", "ACCESS", "USER", "OUT", "RELAYIN", "WATCH", "FETCH", "DEVICES", "FSM"];
const IS_TIME = /^\d{4}-\d\d-\d\dT/;
/** The values of fields that are not stored. */
const DEFAULTS = { "SUB:status": "none", "USER:reachable": "true", "USER:reminders": "true" };

/** Flatten an item's body and its due time: {"plan.id": "trial", due_at: …}. */
function fieldsOf(item) {
  const flat = {};
  const walk = (value, name) => {
    if (value && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) walk(inner, name ? `${name}.${key}` : key);
    } else if (value !== null) {
      flat[name] = String(value);
    }
  };
  walk(item?.body ?? {}, "");
  if (item?.due_at) flat.due_at = item.due_at;
  return flat;
}

const kindOf = (key) => key.split("#")[0];

function shown(name, value) {
  if (value === undefined) return "–";
  if (name === "plan.duration") return span(Number(value));
  if (name === "topic") return word("events")[value] ?? word("entries")[value] ?? word("entries")[value.replace("_", " ")] ?? value;
  if (IS_TIME.test(value)) return moment(value);
  return word("values")[value] ?? value;
}

/** Return the line about one item's change; null when no field that is shown has changed. */
function line(key, before, after) {
  const kind = kindOf(key);
  const name = (word("item_names")[kind] ?? kind).replace("{detail}", place(key.split("#")[1] ?? ""));
  if (!after) return { name, parts: [kind === "OUT" ? word("said") : word("removed")] };
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)];
  const parts = Object.entries(word("fields"))
    .filter(([field]) => old[field] !== fresh[field] && !(field === "due_at" && !fresh.due_at))
    .map(([field, label]) => {
      const from = old[field] ?? DEFAULTS[`${kind}:${field}`];
      const to = shown(field, fresh[field] ?? DEFAULTS[`${kind}:${field}`]);
      if (from === undefined) return fresh[field] === "true" ? label : `${label} ${to}`;
      return `${label} ${shown(field, from)} → ${to}`;
    });
  if (parts.length === 0) return before ? null : { name, parts: [word("added")] };
  return { name, parts };
}

/** The lines about all items that differ between two reads, without the ledger's. */
export function changes(before, after) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => kindOf(key) !== "LOG");
  const rank = (key) => (ORDER.indexOf(kindOf(key)) + ORDER.length + 1) % (ORDER.length + 1);
  keys.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const differing = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return differing.map((key) => line(key, before[key], after[key])).filter(Boolean);
}

/** The ledger's new entries as texts, oldest first: [{at, text}]. */
export function entries(before, after) {
  const fresh = Object.keys(after).filter((key) => kindOf(key) === "LOG" && !(key in before));
  return fresh
    .map((key) => ({ at: after[key].at, what: after[key].body?.what ?? "", actor: after[key].body?.actor ?? "" }))
    .sort((a, b) => a.at.localeCompare(b.at))
    .map(({ at, what, actor }) => {
      const values = { what: word("entries")[what] ?? what, actor: word("actors")[actor] ?? actor };
      return { at, text: word("by", values) };
    });
}
