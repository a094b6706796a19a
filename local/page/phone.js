/** One phone with one person's chat. Two phones of the same person show the same chat. */
import { Composer } from "./composer.js";
import { dayName, now, sameDay, shortDay, timeOfDay } from "./clock.js";
import { drawMessage, make } from "./message.js";
import { showPaySheet, showStars } from "./pay-sheet.js";
import { telegram } from "./telegram.js";
import { language, relabel, word } from "./words.js";

const TOAST_MS = 3500;
const TYPING_MS = 5000;
const ANSWER_WAIT_MS = 15000;
const NEAR_BOTTOM_PX = 80;
const ACTION_WORDS = { typing: "typing", upload_document: "sending_file", upload_photo: "sending_photo" };

export class Phone {
  #person;
  #bot;
  #messages = new Map();
  #waitingTaps = new Map();
  #toastTimer;
  #typingTimer;
  #followFocus = false;
  #composer;

  /** Show this person's chat with the bot; `load` fills it. */
  constructor(person, bot) {
    this.#person = person;
    this.#bot = bot;
    this.element = document.querySelector("#phone-template").content.firstElementChild.cloneNode(true);
    this.#composer = new Composer(this.element, (text, replyTo, byKeyboard) => {
      if (byKeyboard !== undefined) this.#followFocus = byKeyboard;
      this.write(text, replyTo);
    });
    this.#listen();
    this.relabel();
  }

  /** Fetch the whole chat. */
  async load() {
    const messages = await telegram.messages(this.#person.id);
    const loaded = messages.map((message) => [message.message_id, message]);
    // Messages that arrived during the request are newer than its answer.
    this.#messages = new Map([...loaded, ...this.#messages].sort(([a], [b]) => a - b));
    this.#redraw();
    this.#toBottom();
  }

  /** Whether the chat has no messages. */
  get empty() {
    return this.#messages.size === 0;
  }

  /** Write to the bot, perhaps in reply to a message. */
  async write(text, replyTo) {
    await telegram.write(this.#person.id, text, replyTo);
    this.#toBottom();
  }

  /** Press a key from code; resolve with the tap when Telegram has received it. */
  press(key, { atOnce = false } = {}) {
    const [row, column] = key.dataset.place.split(":").map(Number);
    const messageId = Number(key.closest(".message").dataset.messageId);
    return this.#tap(messageId, row, column, key, false, atOnce);
  }

  /** Draw all texts in the page's language. */
  relabel() {
    relabel(this.element);
    this.element.setAttribute("aria-label", word("phone_of", { name: this.#person.name }));
    this.#showBot();
    this.#showFoot();
    this.#redraw();
    this.tick();
  }

  /** Show the virtual time. */
  tick() {
    for (const time of this.element.querySelectorAll(".status-time")) time.textContent = timeOfDay(now());
    for (const date of this.element.querySelectorAll(".status-date")) date.textContent = shortDay(now());
    for (const day of this.element.querySelectorAll(".day")) day.textContent = dayName(new Date(day.dataset.sentAt));
  }

  /** Handle one event of the stream. */
  hear(event) {
    if (event.kind === "bot") {
      this.#bot = event.bot;
      this.#showBot();
    }
    if (event.kind === "person" && event.person.id === this.#person.id) {
      this.#person = event.person;
      this.#showFoot();
    }
    if (event.chat_id !== this.#person.id) return;
    if (event.kind === "message") this.#take(event.message);
    if (event.kind === "deleted") this.#remove(event.message_id);
    if (event.kind === "action") this.#showAction(event.action);
    if (event.kind === "answer") this.#answer(event);
  }

  /** Show whether the page is connected to the server. */
  showConnection(connected) {
    this.#showState(connected ? word("bot") : word("offline"), false);
  }

  #find(selector) {
    return this.element.querySelector(selector);
  }

  get #scroller() {
    return this.#find(".scroller");
  }

  #listen() {
    this.#find(".block").addEventListener("click", () => {
      this.#find(".head-menu").open = false;
      telegram.change(this.#person.id, { blocked: !this.#person.blocked });
    });
    this.#find(".stars").addEventListener("click", () => {
      this.#find(".head-menu").open = false;
      showStars(this.#person.id);
    });
    for (const menu of this.element.querySelectorAll(".menu")) {
      menu.addEventListener("focusout", (event) => {
        if (!menu.contains(event.relatedTarget)) menu.open = false;
      });
      menu.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !menu.open) return;
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
  }

  #showBot() {
    const words = this.#bot.words[language()];
    this.#find(".bot-name").textContent = words.name;
    this.#find(".intro-text").textContent = this.#person.operator ? word("operator_hello") : words.description || word("intro_text");
    this.#composer.showCommands(this.#bot);
    this.#showState(word("bot"), false);
  }

  #showFoot() {
    const { started, blocked, operator } = this.#person;
    this.#composer.showPerson(this.#person);
    this.element.classList.toggle("operators", operator);
    this.#find(".block").textContent = word(blocked ? "unblock" : "block");
    this.#find(".head-menu").hidden = !started || operator;
  }

  #showState(text, typing) {
    const state = this.#find(".bot-state");
    state.textContent = text;
    state.classList.toggle("typing", typing);
    this.#find(".dots").hidden = !typing;
  }

  #showAction(action) {
    const atBottom = this.#nearBottom();
    this.#showState(word(ACTION_WORDS[action] ?? "typing"), true);
    if (atBottom) this.#toBottom();
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#showState(word("bot"), false), TYPING_MS);
  }

  #redraw() {
    const list = this.#find(".messages");
    const items = [];
    let last;
    for (const message of this.#messages.values()) {
      const sent = new Date(message.sent_at);
      if (!last || !sameDay(last, sent)) items.push(daySeparator(sent));
      items.push(this.#draw(message));
      last = sent;
    }
    list.replaceChildren(...items);
    this.#find(".intro").hidden = items.length > 0;
  }

  #draw(message) {
    return drawMessage(message, {
      tap: (row, column, key, byKeyboard) => this.#tap(message.message_id, row, column, key, byKeyboard),
      copy: (text) => this.#copy(text),
      pay: (link) => showPaySheet(this.#person.id, link),
      look: (media, alt) => this.#look(media, alt),
      reply: () => this.#composer.replyTo(message),
    });
  }

  #take(message) {
    const known = this.#messages.get(message.message_id);
    const atBottom = this.#nearBottom() || !message.from_bot;
    this.#messages.set(message.message_id, message);
    if (message.from_bot) this.#showState(word("bot"), false);
    if (known) this.#replace(message);
    else this.#append(message);
    if (atBottom) this.#toBottom();
  }

  #append(message) {
    const list = this.#find(".messages");
    this.#find(".intro").hidden = true;
    const sent = new Date(message.sent_at);
    const before = [...this.#messages.values()].at(-2);
    if (!before || !sameDay(new Date(before.sent_at), sent)) {
      list.append(daySeparator(sent));
    }
    const item = this.#draw(message);
    list.append(item);
    const idle = document.activeElement === document.body || this.element.contains(document.activeElement);
    if (message.from_bot && this.#followFocus && idle) item.querySelector(".key")?.focus({ preventScroll: true });
  }

  #replace(message) {
    const old = this.#item(message.message_id);
    const focused = old.contains(document.activeElement);
    const place = document.activeElement?.dataset?.place;
    const fresh = this.#draw(message);
    fresh.style.animation = "none";
    fresh.classList.add("changed");
    old.replaceWith(fresh);
    if (!focused) return;
    const same = fresh.querySelector(`[data-place="${place}"]`) ?? fresh.querySelector(".key");
    (same ?? this.#scroller).focus({ preventScroll: true });
  }

  #remove(messageId) {
    const item = this.#item(messageId);
    const focused = item?.contains(document.activeElement);
    this.#messages.delete(messageId);
    item?.remove();
    if (focused) this.#scroller.focus({ preventScroll: true });
  }

  #item(messageId) {
    return this.#find(`[data-message-id="${messageId}"]`);
  }

  async #tap(messageId, row, column, key, byKeyboard, atOnce = false) {
    this.#followFocus = byKeyboard;
    key.ariaBusy = "true";
    let tap;
    try {
      tap = await telegram.tap(this.#person.id, messageId, row, column, atOnce);
    } catch {
      key.ariaBusy = "false";
      return undefined;
    }
    const timer = setTimeout(() => this.#noAnswer(tap.callback_id), ANSWER_WAIT_MS);
    this.#waitingTaps.set(tap.callback_id, { key, timer });
    this.#settleEarlyAnswer(tap.callback_id);
    return tap;
  }

  #earlyAnswers = new Map();

  /** Handle an answer that has arrived before the response with the tap's id. */
  #settleEarlyAnswer(callbackId) {
    const early = this.#earlyAnswers.get(callbackId);
    this.#earlyAnswers.clear();
    if (early) this.#answer(early);
  }

  #noAnswer(callbackId) {
    this.#waitingTaps.get(callbackId).key.ariaBusy = "false";
    this.#waitingTaps.delete(callbackId);
    this.#toast(word("no_answer"));
  }

  #answer(event) {
    const tap = this.#waitingTaps.get(event.callback_id);
    if (!tap) {
      this.#earlyAnswers.set(event.callback_id, event);
      return;
    }
    clearTimeout(tap.timer);
    tap.key.ariaBusy = "false";
    this.#waitingTaps.delete(event.callback_id);
    if (event.url) open(event.url, "_blank", "noopener");
    if (event.text && event.alert) this.#alert(event.text);
    else if (event.text) this.#toast(event.text);
  }

  #toast(text) {
    const toast = this.#find(".toast");
    toast.textContent = text;
    toast.classList.add("shown");
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => {
      toast.classList.remove("shown");
      toast.textContent = "";
    }, TOAST_MS);
  }

  #alert(text) {
    const dialog = document.querySelector("#alert");
    dialog.querySelector("p").textContent = text;
    if (!dialog.open) dialog.showModal();
  }

  #look(media, alt) {
    const dialog = document.querySelector("#picture");
    Object.assign(dialog.querySelector("img"), { src: media.url, alt });
    dialog.showModal();
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure context or permission the text is shown, so that it can be copied manually.
      this.#toast(text);
      return;
    }
    this.#toast(word("copied"));
  }

  #nearBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
  }

  #toBottom() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }
}

function daySeparator(sent) {
  const day = make("li", { className: "day", textContent: dayName(sent) });
  day.dataset.sentAt = sent.toISOString();
  return day;
}
