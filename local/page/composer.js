/** The input: commands, things to attach, the message replied to or edited, the text; and the button that starts the bot. */
import { make } from "./message.js";
import { MessageField, composes } from "./message-field.js";
import { preview } from "./places.js";
import { language, word } from "./words.js";

/** What each entry of the menu sends. */
const ATTACHMENTS = {
  attach_photo: ["photo"],
  attach_album: ["photo", "photo"],
  attach_video: ["video"],
  attach_voice: ["voice"],
  attach_sticker: ["sticker"],
  attach_document: ["document"],
};
const WITHOUT_CAPTION = new Set(["attach_sticker"]);

export class Composer {
  #root;
  #actions;
  #field;
  #replyTo;
  #editing;

  /**
   * `actions`: write({text, files, reply_to}, byKeyboard) sends what the person has written, attached or chosen;
   * edit(messageId, text) changes a message; press(label, chosen) presses a button below the input.
   */
  constructor(root, actions) {
    this.#root = root;
    this.#actions = actions;
    this.#field = new MessageField(this.#find("textarea"), () => this.#find(".composer").requestSubmit());
    this.#find(".start").addEventListener("click", (event) => actions.write({ text: "/start" }, event.detail === 0));
    this.#find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#find(".cancel-reply").addEventListener("click", () => this.#cancel());
    this.#find(".composer").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !composes(event) && (this.#replyTo || this.#editing)) this.#cancel();
    });
  }

  /** Show the commands that the bot has in the chat of this person, and the menu of attachments. */
  showCommands(bot, personId) {
    const commands = bot.menus[personId]?.[language()] ?? bot.words[language()].commands;
    const shown = commands.length ? commands : [{ command: "start", description: word("home") }];
    this.#find(".command-menu .menu-list").replaceChildren(...shown.map((command) => this.#commandButton(command)));
    this.#find(".attach-menu .menu-list").replaceChildren(...Object.keys(ATTACHMENTS).map((id) => this.#attachButton(id)));
  }

  /** Show the button that starts the bot instead, to a person who has not started it or has blocked it. */
  showPerson({ started, blocked }, inGroup) {
    const start = this.#find(".start");
    start.hidden = inGroup || (started && !blocked);
    start.textContent = word(blocked ? "restart" : "start");
    this.#find(".composer").hidden = !start.hidden;
    this.#find(".command-menu").hidden = inGroup;
  }

  /** Hide the input, as in a list of topics or in a closed topic, or show it again. */
  showInput(shown) {
    if (!shown) this.#find(".composer").hidden = true;
  }

  /** Show the bot's buttons below the input; `people` are those who can be chosen. */
  showKeyboard(rows, people) {
    const place = this.#find(".reply-keyboard");
    place.hidden = rows.length === 0;
    place.replaceChildren(...rows.map((row) => make("div", { className: "reply-row" }, ...row.map((button) => this.#replyKey(button, people)))));
  }

  /** Make the next text a reply to this message. */
  replyTo(message) {
    this.#editing = undefined;
    this.#replyTo = message.message_id;
    this.#showTarget("reply_to", "cancel_reply", preview(message));
  }

  /** Let the person change a message. */
  edit(message) {
    this.#replyTo = undefined;
    this.#editing = message.message_id;
    this.#showTarget("editing", "cancel_edit", preview(message));
    this.#field.text = message.text;
  }

  /** Forget what was replied to or edited: another chat is shown. */
  reset() {
    this.#replyTo = this.#editing = undefined;
    this.#find(".replying").hidden = true;
    this.#field.text = "";
  }

  #showTarget(title, cancel, text) {
    this.#find(".replying").hidden = false;
    this.#find(".replying b").textContent = word(title);
    this.#find(".replying-text").textContent = text;
    this.#find(".cancel-reply").ariaLabel = word(cancel);
    this.#field.focus();
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }

  #send() {
    const { text } = this.#field;
    if (!text) return;
    if (this.#editing) this.#actions.edit(this.#editing, text);
    else this.#actions.write({ text, reply_to: this.#replyTo });
    this.#cancel();
  }

  #cancel() {
    this.reset();
    this.#field.focus();
  }

  #commandButton({ command, description }) {
    const name = make("span", { className: "command", textContent: `/${command}` });
    return this.#menuButton(".command-menu", () => this.#actions.write({ text: `/${command}` }), name, description);
  }

  #attachButton(id) {
    const send = () => {
      const text = WITHOUT_CAPTION.has(id) ? "" : this.#field.text;
      this.#actions.write({ files: ATTACHMENTS[id], text, reply_to: this.#replyTo });
      if (text || this.#replyTo) this.reset();
    };
    return this.#menuButton(".attach-menu", send, word(id));
  }

  #menuButton(menu, act, ...children) {
    const button = make("button", { type: "button" }, ...children);
    button.addEventListener("click", () => {
      this.#find(menu).open = false;
      this.#field.focus();
      act();
    });
    return button;
  }

  #replyKey({ text, chooses }, people) {
    const key = make("button", { type: "button", className: "reply-key", textContent: text });
    key.addEventListener("click", () => (chooses ? this.#choose(key, text, people) : this.#actions.press(text)));
    return key;
  }

  /** Replace a button that asks for a person by the people to choose from. */
  #choose(key, label, people) {
    const names = people().map((person) => {
      const name = make("button", { type: "button", className: "reply-key", textContent: person.name });
      name.addEventListener("click", () => this.#actions.press(label, [person.id]));
      return name;
    });
    key.closest(".reply-row").replaceChildren(...names);
    names[0]?.focus();
  }
}
