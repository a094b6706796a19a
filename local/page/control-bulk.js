/** What messages to many people meet: people who cannot be reached, and a Telegram that slows down. Each is a switch. */
import { control } from "./control-api.js";
import { Outcome, during, panel, words } from "./control-card.js";
import { make } from "./message.js";
import { telegram } from "./telegram.js";
import { learn, word } from "./words.js";

learn({
  en: {
    bulk: "Messages to many",
    block_me: "Block me",
    block_me_why: "the person shown stops the bot",
    slow: "Telegram slows",
    slow_why: "30 messages a second, 1 to each person",
    blocked_now: "{name} has blocked the bot. Messages to them fail: 403.",
    unblocked_now: "{name} can be reached again.",
    slow_now: "More than that is rejected: 429, retry later.",
    slow_over: "Telegram is as fast as usual.",
  },
  ru: {
    bulk: "Сообщения многим",
    block_me: "Стоп боту",
    block_me_why: "показанный человек его блокирует",
    slow: "Telegram медлит",
    slow_why: "30 сообщений в секунду, 1 каждому",
    blocked_now: "Бот заблокирован, {name} ничего не получит: 403.",
    unblocked_now: "Бот разблокирован, {name} снова получает сообщения.",
    slow_now: "Всё сверх этого он отклоняет: 429, повторите позже.",
    slow_over: "Telegram работает как обычно.",
  },
});

export class BulkPanel {
  #page;
  #outcome = new Outcome();
  #block;
  #slow;

  constructor(page) {
    this.#page = page;
    this.#block = toggle("block_me", "🚫", () => this.#change(() => this.#toggleBlock()));
    this.#slow = toggle("slow", "🐢", () => this.#change(() => this.#toggleSlow()));
    this.element = panel("bulk", make("div", { className: "presets" }, this.#block, this.#slow), this.#outcome.element);
  }

  draw(view) {
    this.#block.ariaPressed = String(view.person.blocked);
    this.#slow.ariaPressed = String(view.state.telegram.slow);
    this.#outcome.draw();
  }

  async #change(act) {
    try {
      const said = await act();
      this.#page.announce(this.#outcome.tell(said));
    } catch (error) {
      this.#outcome.fail(error);
    }
    this.#page.refresh();
  }

  async #toggleBlock() {
    const wanted = this.#block.ariaPressed !== "true";
    const { blocked, name } = await telegram.change(this.#page.shown().id, { blocked: wanted });
    this.#block.ariaPressed = String(blocked);
    return () => word(blocked ? "blocked_now" : "unblocked_now", { name });
  }

  async #toggleSlow() {
    const slow = this.#slow.ariaPressed !== "true";
    await control.slowDown(slow);
    this.#slow.ariaPressed = String(slow);
    return () => word(slow ? "slow_now" : "slow_over");
  }
}

function toggle(id, mark, act) {
  const name = make("span", { className: "preset-name" }, words("b", id), words("small", `${id}_why`));
  const element = make("button", { type: "button", className: `preset preset-${id}`, ariaPressed: "false" }, make("span", { className: "preset-mark", ariaHidden: "true", textContent: mark }), name);
  element.addEventListener("click", () => during(element, act));
  return element;
}
