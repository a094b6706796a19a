/** The head of a phone: whose chat it is, and what the other side does: "bot", "typing…", how many members. */
import { language, word } from "./words.js";

const TYPING_MS = 5000;
const ACTION_WORDS = { typing: "typing", upload_document: "sending_file", upload_photo: "sending_photo" };

export class PhoneHead {
  #root;
  #places;
  #typingTimer;

  /** Draw in the phone `root` what `places` says is shown. */
  constructor(root, places) {
    this.#root = root;
    this.#places = places;
    for (const menu of root.querySelectorAll(".menu")) closeWhenLeft(menu);
  }

  /** Show the name of the bot, the group or the topic, and the tabs of the chats. */
  show(bot) {
    this.#find(".bot-name").textContent = this.#places.title ?? bot.words[language()].name;
    this.#find(".back").hidden = this.#places.place.thread === undefined;
    this.#root.classList.toggle("in-group", Boolean(this.#places.group));
    this.#places.draw();
    this.showUsual();
  }

  /** Show what stands below the name while nothing happens. */
  showUsual() {
    const { group } = this.#places;
    this.#showState(group ? word("members", { count: group.members.length }) : word("bot"), false);
  }

  /** Show that the page has no connection. */
  showOffline() {
    this.#showState(word("offline"), false);
  }

  /** Show for some seconds what the bot does, such as typing. */
  showAction(action) {
    this.#showState(word(ACTION_WORDS[action] ?? "typing"), true);
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.showUsual(), TYPING_MS);
  }

  #showState(text, typing) {
    const state = this.#find(".bot-state");
    state.textContent = text;
    state.classList.toggle("typing", typing);
    this.#find(".dots").hidden = !typing;
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }
}

/** Close a menu when the focus leaves it, or with Escape. */
function closeWhenLeft(menu) {
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
