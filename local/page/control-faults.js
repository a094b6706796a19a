/** Injected faults: one row each, with a text about the outcome when it is known. */
import { control } from "./control-api.js";
import { Outcome, button, during, panel, words } from "./control-card.js";
import { paymentFaults } from "./control-payments.js";
import { VpnPanels } from "./control-vpn-panels.js";
import { counted, keysHeld } from "./control-words.js";
import { make } from "./message.js";
import { TRY, keyComes } from "./chat-actions.js";
import { language, word } from "./words.js";

const LOOK_AGAIN_MS = 700;
const AGAIN_TIMES = 2;

/** For each fault: how to inject it, how to remove it, and whether it has not happened yet. */
const FAULTS = {
  busy: { order: control.refuse, only: "telegram", waits: (state) => state.telegram.refusals > 0 },
  lost: { order: control.loseAnswer, only: "telegram", waits: (state) => state.telegram.lost_answers > 0 },
  crash_before: { order: () => control.crash("commit.before"), only: "crashes", waits: crashWaits, mustFail: true },
  crash_after: { order: () => control.crash("commit.after"), only: "crashes", waits: crashWaits, mustFail: true },
};

function crashWaits(state) {
  return "telegram_webhook" in state.crashes;
}

export class FaultsPanel {
  #page;
  #rows;
  #panels;
  #payments = paymentFaults();

  constructor(page) {
    this.#page = page;
    this.#panels = new VpnPanels(page);
    this.#rows = [...Object.keys(FAULTS).slice(0, 2), "again", ...Object.keys(FAULTS).slice(2)].map((id) => new FaultRow(page, id));
    const rows = [...this.#rows, ...this.#payments].map((row) => row.element);
    const list = make("ul", { className: "faults" }, this.#panels.element, ...rows);
    this.element = panel("faults", list);
    this.element.querySelector(".panel-head").append(button("mend", "chip", () => this.#mend()));
  }

  draw(view) {
    this.#panels.draw(view);
    for (const row of this.#rows) row.draw(view);
    for (const row of this.#payments) row.draw(view);
  }

  async #mend() {
    await control.clear();
    for (const row of this.#rows) row.forget();
    this.#panels.forget();
    this.#page.refresh();
  }
}

class FaultRow {
  #page;
  #id;
  #outcome = new Outcome();
  #armed;
  #following = false;

  constructor(page, id) {
    this.#page = page;
    this.#id = id;
    const arm = button(id === "again" ? "arm_again" : "arm", "chip", () => this.#try(() => this.#arm()));
    const show = make("button", { type: "button", className: "chip show" }, "▶ ", words("span", "show"));
    show.addEventListener("click", () => during(show, () => this.#try(() => this.#show())));
    this.arm = arm;
    this.show = show;
    const text = make("div", { className: "fault-text" }, words("b", id), words("small", `${id}_why`));
    this.element = make("li", { className: `fault fault-${id}` }, text, make("div", { className: "fault-actions" }, arm, show), this.#outcome.element);
  }

  forget() {
    this.#armed = undefined;
    this.#outcome.tell(() => "");
  }

  draw(view) {
    const fault = word(this.#id);
    this.arm.setAttribute("aria-label", `${this.arm.textContent}: ${fault}`);
    this.show.setAttribute("aria-label", `${word("show")}: ${fault}`);
    this.#outcome.draw();
    this.element.classList.toggle("armed", Boolean(this.#armed));
    if (!this.#armed || this.#following) return;
    this.#following = true;
    this.#try(() => this.#follow(view.state)).finally(() => {
      this.#following = false;
    });
  }

  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.#armed = undefined;
      this.#outcome.fail(error);
    }
  }

  /** Inject the fault for the next call or tap. */
  async #arm() {
    if (this.#id === "again") {
      this.#tell(await control.deliverAgain(this.#page.shown().id, AGAIN_TIMES));
    } else {
      await this.#order();
      this.#page.announce(this.#outcome.tell(() => word("armed")));
    }
    this.#page.refresh();
  }

  async #order() {
    const since = (await control.state()).last_update_id;
    await FAULTS[this.#id].order();
    this.#armed = { since, heard: this.#page.heard() };
  }

  /** Show the fault with a new person, on the tap that takes the trial. */
  async #show() {
    const fault = FAULTS[this.#id];
    this.#armed = undefined;
    this.#outcome.tell(() => word("showing"));
    if (fault) await control.clear(fault.only);
    await this.#page.meet(language());
    const [phone] = this.#page.phones();
    const key = await keyComes(phone, TRY);
    await this.#page.quiet();
    if (fault) await this.#order();
    const tap = await phone.press(key);
    if (!fault) {
      await this.#page.settled(tap.update_id);
      this.#tell(await control.deliverAgain(this.#page.shown().id, AGAIN_TIMES));
    }
    this.#page.refresh();
  }

  /** Check whether the injected fault has happened, and whether its outcome is final. */
  async #follow(state) {
    const armed = this.#armed;
    const { since, heard } = armed;
    const { waits, mustFail } = FAULTS[this.#id];
    if (state.last_update_id > since) {
      const outcome = await control.outcome(since + 1);
      const settled = outcome.answers.at(-1) >= 200 && outcome.answers.at(-1) < 300;
      // `state` may be older than the outcome.
      const waiting = settled && waits(await control.state());
      if (this.#armed !== armed) return;
      if (!settled) this.#page.refresh(LOOK_AGAIN_MS);
      else if (mustFail && outcome.delivered === 1) this.#end(() => word("no_commit"));
      else if (waiting) armed.since += 1;
      else this.#tell(outcome);
    } else if (!mustFail && !waits(state)) {
      if (this.#page.heard() > heard) this.#end(() => word(this.#id === "busy" ? "refused_unasked" : "lost_unasked"));
      else this.#page.refresh(LOOK_AGAIN_MS);
    }
  }

  #tell({ delivered, done, keys, answers }) {
    this.#end(() => {
      const outcome = word("outcome", { count: delivered, done: counted("done", done), keys: keysHeld(keys) });
      const more = this.#id === "lost" && delivered === 1 ? word("lost_repeated") : word("answered", { answers: answers.join(", ") });
      return `${outcome}. ${more}`;
    });
  }

  #end(say) {
    this.#armed = undefined;
    this.element.classList.remove("armed");
    this.#page.announce(this.#outcome.tell(say));
  }
}
