/** Messages to many: many people to send them to, and what goes wrong: a block, a slow Telegram, a worker that ends. */
import { control } from "./control-api.js";
import { Outcome, button, during, panel, words } from "./control-card.js";
import { number } from "./control-words.js";
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
    kill: "Kill the worker",
    kill_why: "in the middle of its work",
    people_count: "How many people",
    people_add: "Add people",
    people_coming: "They are coming…",
    people_came: "{count} more people know the bot. Some of them have blocked it. The page does not list them.",
    killed: "Its process has ended: SIGKILL. Another one goes on within three minutes.",
    kill_waits: "It does nothing now. It ends with its next call to Telegram.",
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
    kill: "Убить процесс",
    kill_why: "рассылка оборвётся на полпути",
    people_count: "Сколько людей",
    people_add: "Добавить людей",
    people_coming: "Люди приходят…",
    people_came: "Бота знают ещё {count} чел. Некоторые его заблокировали. В списке на странице их нет.",
    killed: "Процесс завершён: SIGKILL. Новый продолжит не позже чем через три минуты.",
    kill_waits: "Сейчас он ничего не делает. Завершится при следующем вызове Telegram.",
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
  #kill;
  #count = make("input", { type: "number", className: "people-count", value: "10000", min: "1", max: "20000", step: "1" });

  constructor(page) {
    this.#page = page;
    this.#block = toggle("block_me", "🚫", () => this.#change(() => this.#toggleBlock()));
    this.#slow = toggle("slow", "🐢", () => this.#change(() => this.#toggleSlow()));
    this.#kill = preset("kill", "💥", () => this.#change(() => this.#killWorker()));
    this.#count.dataset.wordLabel = "people_count";
    const add = button("people_add", "chip", () => this.#count.reportValidity() && this.#change(() => this.#addPeople()));
    this.element = panel(
      "bulk",
      make("div", { className: "people-add" }, this.#count, add),
      make("div", { className: "presets" }, this.#block, this.#slow, this.#kill),
      this.#outcome.element,
    );
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

  async #addPeople() {
    this.#outcome.tell(() => word("people_coming"));
    const { added } = await control.addPeople(Number(this.#count.value));
    return () => word("people_came", { count: number(added, 0) });
  }

  async #killWorker() {
    const { killed } = await control.kill();
    return () => word(killed ? "killed" : "kill_waits");
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
  return Object.assign(preset(id, mark, act), { ariaPressed: "false" });
}

function preset(id, mark, act) {
  const name = make("span", { className: "preset-name" }, words("b", id), words("small", `${id}_why`));
  const element = make("button", { type: "button", className: `preset preset-${id}` }, make("span", { className: "preset-mark", ariaHidden: "true", textContent: mark }), name);
  element.addEventListener("click", () => during(element, act));
  return element;
}
