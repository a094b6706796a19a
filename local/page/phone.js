/** One phone of one person: the chat with the bot, and the groups the person is in. Two phones of a person are alike. */
import { Composer } from "./composer.js";
import { dayName, now, sameDay, shortDay, timeOfDay } from "./clock.js";
import { drawMessage, make } from "./message.js";
import { PhoneHead } from "./phone-head.js";
import { Places } from "./places.js";
import { Scroller } from "./scroller.js";
import { showPaySheet, showStars } from "./pay-sheet.js";
import { Taps, showPicture } from "./taps.js";
import { telegram } from "./telegram.js";
import { language, relabel, word } from "./words.js";

export class Phone {
  #person;
  #bot;
  #messages = new Map();
  #taps;
  #scroller;
  #followFocus = false;
  #composer;
  #places;
  #head;
  #chosen;

  /**
   * Show this person's chat with the bot; `load` fills it. `groups` is the map of all groups, `people` returns the people
   * who can be chosen.
   */
  constructor(person, bot, groups = new Map(), people = () => []) {
    this.#person = person;
    this.#bot = bot;
    this.#chosen = people;
    this.element = document.querySelector("#phone-template").content.firstElementChild.cloneNode(true);
    this.#scroller = new Scroller(this.element.querySelector(".scroller"));
    this.#taps = new Taps(this.element.querySelector(".toast"));
    this.#places = new Places(person, groups, () => this.#move());
    this.element.querySelector(".head").after(this.#places.element);
    this.#head = new PhoneHead(this.element, this.#places);
    this.#composer = new Composer(this.element, {
      write: (message, byKeyboard) => {
        if (byKeyboard !== undefined) this.#followFocus = byKeyboard;
        this.#send(message);
      },
      edit: (messageId, text) => telegram.edit(this.#person.id, messageId, { text, chat_id: this.#places.place.chatId }),
      press: (label, chosen) => telegram.press(this.#person.id, label, chosen),
    });
    this.#listen();
    this.relabel();
  }

  /** Fetch the whole chat. */
  async load() {
    const { chatId } = this.#places.place;
    const messages = await (this.#places.group ? telegram.groupMessages(chatId) : telegram.messages(chatId));
    if (chatId !== this.#places.place.chatId) return;
    const loaded = messages.map((message) => [message.message_id, message]);
    // Messages that arrived during the request are newer than its answer.
    this.#messages = new Map([...loaded, ...this.#messages].sort(([a], [b]) => a - b));
    this.#redraw();
    this.#scroller.toBottom();
  }

  /** Whether the chat has no messages. */
  get empty() {
    return this.#messages.size === 0;
  }

  /** Write to the bot. */
  async write(text) {
    await telegram.write(this.#person.id, { text });
    this.#scroller.toBottom();
  }

  /** Write in the chat that is shown: {text, files, reply_to}. */
  async #send(message) {
    const { chatId, thread } = this.#places.place;
    await telegram.write(this.#person.id, { ...message, chat_id: chatId, thread_id: thread ?? undefined });
    this.#scroller.toBottom();
  }

  /** Show another chat or topic. */
  async #move() {
    this.#messages = new Map();
    this.#composer.reset();
    this.#showBot();
    this.#showFoot();
    this.#redraw();
    await this.load();
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
    if (event.kind === "reply_keyboard" && event.chat_id === this.#person.id) {
      this.#person = { ...this.#person, keyboard: event.keyboard };
      this.#showFoot();
    }
    if (event.kind === "group") this.#showGroup();
    if (event.kind === "message") this.#places.notice(event.message);
    if (event.chat_id !== this.#places.place.chatId) {
      if (event.kind === "message") this.#places.draw();
      return;
    }
    if (event.kind === "message") this.#take(event.message);
    if (event.kind === "deleted") this.#remove(event.message_id);
    if (event.kind === "action") this.#showAction(event.action);
    if (event.kind === "answer") this.#taps.answer(event);
  }

  /** Show whether the page is connected to the server. */
  showConnection(connected) {
    if (connected) this.#head.showUsual();
    else this.#head.showOffline();
  }

  #find(selector) {
    return this.element.querySelector(selector);
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
    this.#find(".back").addEventListener("click", () => this.#places.go({ chatId: this.#places.place.chatId }));
  }

  /** Draw what has changed in a group: its topics, its members. A deleted topic is left for the list. */
  #showGroup() {
    this.#places.draw();
    if (!this.#places.group) return;
    if (this.#places.gone) this.#places.go({ chatId: this.#places.place.chatId });
    this.#showBot();
    this.#showFoot();
    if (this.#places.listing) this.#redraw();
  }

  #showBot() {
    this.#head.show(this.#bot);
    const { description } = this.#bot.words[language()];
    this.#find(".intro-text").textContent = this.#person.operator ? word("operator_hello") : description || word("intro_text");
    this.#composer.showCommands(this.#bot, this.#person.id);
  }

  #showFoot() {
    const { started, blocked, operator } = this.#person;
    const inGroup = Boolean(this.#places.group);
    this.#composer.showPerson(this.#person, inGroup);
    this.#composer.showInput(!this.#places.listing && !this.#places.closed);
    this.#composer.showKeyboard(inGroup ? [] : this.#person.keyboard ?? [], this.#chosen);
    this.element.classList.toggle("operators", operator);
    this.#find(".block").textContent = word(blocked ? "unblock" : "block");
    this.#find(".head-menu").hidden = !started || operator || inGroup;
  }

  #showAction(action) {
    const atBottom = this.#scroller.atBottom;
    this.#head.showAction(action);
    if (atBottom) this.#scroller.toBottom();
  }

  #redraw() {
    const list = this.#find(".messages");
    list.classList.toggle("topics", this.#places.listing);
    if (this.#places.listing) {
      list.replaceChildren(...this.#places.topicItems(this.#messages.values()));
      this.#find(".intro").hidden = true;
      return;
    }
    const items = [];
    let last;
    for (const message of this.#shown) {
      const sent = new Date(message.sent_at);
      if (!last || !sameDay(last, sent)) items.push(daySeparator(sent));
      items.push(this.#draw(message));
      last = sent;
    }
    list.replaceChildren(...items);
    this.#find(".intro").hidden = items.length > 0 || Boolean(this.#places.group);
  }

  /** The messages of the chat or the topic that is shown. */
  get #shown() {
    return [...this.#messages.values()].filter((message) => this.#places.shows(message));
  }

  #draw(message) {
    const actions = {
      tap: (row, column, key, byKeyboard) => this.#tap(message.message_id, row, column, key, byKeyboard),
      copy: (text) => this.#taps.copy(text),
      pay: (link) => showPaySheet(this.#person.id, link),
      look: showPicture,
      reply: () => this.#composer.replyTo(message),
      edit: () => this.#composer.edit(message),
    };
    return drawMessage(message, actions, this.#person.id, Boolean(this.#places.group));
  }

  #take(message) {
    const known = this.#messages.get(message.message_id);
    const atBottom = this.#scroller.atBottom || message.sender_id === this.#person.id;
    this.#messages.set(message.message_id, message);
    if (this.#places.listing) this.#redraw();
    if (!this.#places.shows(message)) return;
    if (message.from_bot) this.#head.showUsual();
    if (known) this.#replace(message);
    else this.#append(message);
    if (atBottom) this.#scroller.toBottom();
  }

  #append(message) {
    const list = this.#find(".messages");
    this.#find(".intro").hidden = true;
    const sent = new Date(message.sent_at);
    const before = this.#shown.at(-2);
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
    if (same) same.focus({ preventScroll: true });
    else this.#scroller.focus();
  }

  #remove(messageId) {
    const item = this.#item(messageId);
    const focused = item?.contains(document.activeElement);
    this.#messages.delete(messageId);
    item?.remove();
    if (this.#places.listing) this.#redraw();
    if (focused) this.#scroller.focus();
  }

  #item(messageId) {
    return this.#find(`[data-message-id="${messageId}"]`);
  }

  #tap(messageId, row, column, key, byKeyboard, atOnce = false) {
    this.#followFocus = byKeyboard;
    const tap = { message_id: messageId, row, column, chat_id: this.#places.place.chatId, at_once: atOnce };
    return this.#taps.send(this.#person.id, tap, key);
  }
}

function daySeparator(sent) {
  const day = make("li", { className: "day", textContent: dayName(sent) });
  day.dataset.sentAt = sent.toISOString();
  return day;
}
