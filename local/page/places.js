/** The chats of one phone: the bot, and the groups that the person is in; of a group with topics also the list of topics. */
import { timeOfDay } from "./clock.js";
import { make } from "./message.js";
import { word } from "./words.js";

const PREVIEW = { photo: "🖼", video: "🎬", animation: "🎞", audio: "🎵", voice: "🎤", video_note: "⭕", document: "📎", location: "📍", contact: "👤", poll: "📊" };

/** A short text about a message, for a preview or a quotation. */
export function preview(message) {
  const kind = message.media?.kind ?? message.service?.kind;
  const mark = kind === "sticker" ? message.media.emoji ?? "🙂" : PREVIEW[kind];
  const notice = message.service && !mark ? word(kind, { ...message.service, sender: message.sender }) : undefined;
  return notice ?? [mark, message.text || message.service?.title].filter(Boolean).join(" ");
}

export class Places {
  #person;
  #groups;
  #open;
  #unread = new Set();

  /** `groups` is the map of all groups; `open(place)` shows a chat: {chatId, thread, group}. */
  constructor(person, groups, open) {
    this.#person = person;
    this.#groups = groups;
    this.#open = open;
    this.place = { chatId: person.id };
    this.element = make("nav", { className: "places", hidden: true });
  }

  /** The groups that the person is in. */
  get #own() {
    return [...this.#groups.values()].filter((group) => group.members.includes(this.#person.id));
  }

  /** The group shown, if one is. */
  get group() {
    return this.#groups.get(this.place.chatId);
  }

  /** Whether the list of topics is shown instead of messages. */
  get listing() {
    return Boolean(this.group?.forum) && this.place.thread === undefined;
  }

  /** Whether a message belongs to what is shown; the General topic has no thread. */
  shows(message) {
    if (message.chat_id !== this.place.chatId || this.listing) return false;
    return !this.group?.forum || (message.thread_id ?? null) === this.place.thread;
  }

  /** Remember that something new is in a chat, unless it is shown now. */
  notice(message) {
    if (this.shows(message) || message.sender_id === this.#person.id) return;
    this.#unread.add(key(message.chat_id, message.thread_id ?? null));
  }

  /** The name above the messages. */
  get title() {
    const { group, place } = this;
    if (!group) return undefined;
    if (!group.forum || this.listing) return group.title;
    return place.thread === null ? word("general_topic") : this.#topic?.name;
  }

  /** Whether the topic shown is closed: nobody writes there. */
  get closed() {
    return Boolean(this.group?.forum && this.#topic?.closed);
  }

  /** Whether the topic shown was deleted. */
  get gone() {
    const { thread } = this.place;
    return Boolean(this.group?.forum) && thread !== undefined && thread !== null && !this.#topic;
  }

  get #topic() {
    return this.group?.topics.find((topic) => topic.id === this.place.thread);
  }

  /** Draw the tabs of the chats, and the way back from a topic. */
  draw() {
    const tabs = [{ id: this.#person.id, title: word("chat_with_bot") }, ...this.#own];
    this.element.hidden = tabs.length < 2;
    this.element.ariaLabel = word("chats");
    this.element.replaceChildren(...tabs.map((tab) => this.#tab(tab)));
  }

  #tab({ id, title }) {
    const shown = id === this.place.chatId;
    const tab = make("button", { type: "button", className: "place", textContent: title, ariaPressed: String(shown) });
    const fresh = [...this.#unread].some((one) => one.startsWith(`${id}/`));
    tab.classList.toggle("unread", fresh && !shown);
    if (fresh && !shown) tab.ariaLabel = word("unread", { name: title });
    tab.addEventListener("click", () => this.go({ chatId: id }));
    return tab;
  }

  /** Show another chat or topic. */
  go(place) {
    this.place = place;
    if (!this.listing) this.#read();
    this.draw();
    this.#open();
  }

  /** Mark what is shown as read. */
  #read() {
    if (this.group?.forum) this.#unread.delete(key(this.place.chatId, this.place.thread));
    else this.#unread = new Set([...this.#unread].filter((one) => !one.startsWith(`${this.place.chatId}/`)));
  }

  /** The topics as list items, the one written in last first; `messages` are all of the group. */
  topicItems(messages) {
    const topics = [{ id: null, name: word("general_topic") }, ...this.group.topics];
    const last = new Map();
    for (const message of messages) last.set(message.thread_id ?? null, message);
    const when = ({ id }) => last.get(id)?.sent_at ?? "";
    return topics.sort((a, b) => when(b).localeCompare(when(a))).map((topic) => this.#topicItem(topic, last.get(topic.id)));
  }

  #topicItem(topic, message) {
    const name = make("b", { textContent: topic.closed ? `🔒 ${topic.name}` : topic.name });
    const time = make("time", { textContent: message ? timeOfDay(new Date(message.sent_at)) : "" });
    const text = message ? preview(message) : "";
    const said = text && !(message.service && text.startsWith(message.sender)) ? `${message.sender}: ${text}` : text;
    const button = make("button", { type: "button", className: "topic" }, name, time, make("small", { textContent: said }));
    button.dataset.topic = topic.id ?? "general";
    button.classList.toggle("unread", this.#unread.has(key(this.place.chatId, topic.id)));
    button.addEventListener("click", () => this.go({ chatId: this.place.chatId, thread: topic.id }));
    return make("li", { className: "topic-row" }, button);
  }
}

const key = (chatId, thread) => `${chatId}/${thread ?? "general"}`;
