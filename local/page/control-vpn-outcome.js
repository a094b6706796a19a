/** Texts about the person's keys after a fault of a VPN panel; each refresh may change the text. */
import { now } from "./clock.js";
import { counted, keysHeld, listed, number, place, span } from "./control-words.js";
import { word } from "./words.js";
import { SLOW_MS } from "./control-vpn-panel-row.js";

/** Making a key takes two calls, one after the other. */
const SLOW_KEY_MS = 2 * SLOW_MS;

/** After a panel was made slow, down or up: which keys the person waits for, and when they were made. */
export class KeysStory {
  #since;
  #waited = new Map();

  /** `since` is the id of the last update before the change. */
  constructor(since) {
    this.#since = since;
  }

  /** Whether a person still waits for keys. */
  get goesOn() {
    return this.#waited.size > 0;
  }

  /** Return {topic, say} for the current state; undefined when there is nothing to show. */
  follow({ state, items, person, taps }) {
    const subscription = items.SUB?.body;
    const accesses = accessesIn(items);
    const missing = accesses.filter((access) => access.failed);
    if (subscription?.status !== "trial" || accesses.length === 0) return undefined;
    const held = Object.fromEntries(accesses.filter((access) => access.made).map(({ server }) => [server, 1]));
    if (missing.length > 0) {
      if (accesses.some((access) => !access.made && !access.failed)) return undefined; // the first attempts still run
      const how = Object.keys(held).length > 0 ? "some" : "all";
      if (!this.#waited.has(person.id)) this.#waited.set(person.id, how);
      return waiting(missing, state.panels, how, held, person);
    }
    if (this.#waited.has(person.id)) return this.#came(held, person);
    return this.#slow(state, taps, person, held);
  }

  #came(held, person) {
    const waited = this.#waited.get(person.id);
    this.#waited.delete(person.id);
    return { topic: `came ${person.id}`, say: () => word(`panel_came_${waited}`, { keys: keysHeld(held), name: person.name }) };
  }

  #slow(state, taps, person, held) {
    if (!Object.values(state.panels).some((panel) => panel.latency_ms > 0)) return undefined;
    const tap = taps.find(({ update_id: id, user_id: user, cost }) => id > this.#since && user === person.id && cost.lambda_ms >= SLOW_KEY_MS);
    const seconds = tap && tap.cost.lambda_ms / 1000;
    return tap && { topic: `took ${tap.update_id}`, say: () => word("panel_took", { seconds: number(seconds, 1), keys: keysHeld(held) }) };
  }
}

/** After a panel lost all its clients: whether a reconciliation run has restored them. */
export class LossStory {
  #id;
  #lost;
  #seen = false;

  constructor(id, lost) {
    this.#id = id;
    this.#lost = lost;
  }

  follow({ state }) {
    const values = () => ({ place: place(this.#id), keys: counted("keys", this.#lost) });
    if (this.#lost === 0) return { topic: "nothing lost", say: () => word("panel_lost_nothing", values()) };
    // `state` may be older than the loss.
    this.#seen ||= state.panels[this.#id].lost > 0;
    if (this.#seen && state.panels[this.#id].lost === 0) return { topic: "back", say: () => word("panel_back", values()) };
    return { topic: "lost", say: () => word("panel_lost", values()) };
  }
}

function waiting(missing, panels, how, held, person) {
  const ids = missing.map(({ server }) => Object.keys(panels).find((id) => panels[id].known_as === server) ?? server);
  const values = () => ({ name: person.name, keys: keysHeld(held), places: listed(ids.map(place)) });
  if (ids.some((id) => panels[id]?.down)) return { topic: `waiting ${how} ${person.id}`, say: () => word(`panel_waiting_${how}`, values()) };
  const at = Math.min(...missing.map(({ due }) => new Date(due).getTime()));
  const soon = () => (at - now() < 1000 ? word("soon_now") : word("soon", { left: span((at - now()) / 1000) }));
  return { topic: `again ${person.id}`, say: () => word("panel_again", { ...values(), soon: soon() }) };
}

/** The person's wanted keys; `failed`: an attempt to make the key failed, and it is not made yet. */
function accessesIn(items) {
  return Object.entries(items)
    .filter(([key, item]) => key.startsWith("ACCESS#") && item.body.wanted === "enabled")
    .map(([key, { body, due_at: due }]) => ({ server: key.split("#")[1], made: Boolean(body.endpoint), failed: !body.endpoint && Boolean(body.last_error), due }));
}
