/** The input: commands, the message being replied to, the text; and the button that starts the bot. */
import { make } from "./message.js";
import { language, word } from "./words.js";

export class Composer {
  #root;
  #write;
  #replyTo;

  /** `write(text, replyTo, byKeyboard)` sends what the person has written, or a command they have chosen. */
  constructor(root, write) {
    this.#root = root;
    this.#write = write;
    this.#find(".start").addEventListener("click", (event) => write("/start", undefined, event.detail === 0));
    this.#find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#find(".cancel-reply").addEventListener("click", () => this.#cancelReply());
    this.#find(".composer").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#replyTo) this.#cancelReply();
    });
  }

  /** Show the bot's commands in the page's language. */
  showCommands(bot) {
    const { commands } = bot.words[language()];
    const shown = commands.length ? commands : [{ command: "start", description: word("home") }];
    this.#find(".command-menu .menu-list").replaceChildren(...shown.map((command) => this.#commandButton(command)));
  }

  /** Show the button that starts the bot instead, to a person who has not started it or has blocked it. */
  showPerson({ started, blocked }) {
    const start = this.#find(".start");
    start.hidden = started && !blocked;
    start.textContent = word(blocked ? "restart" : "start");
    this.#find(".composer").hidden = !start.hidden;
  }

  /** Make the next text a reply to this message. */
  replyTo(message) {
    this.#replyTo = message.message_id;
    this.#find(".replying").hidden = false;
    this.#find(".replying-text").textContent = message.text;
    this.#find("input").focus();
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }

  #send() {
    const input = this.#find("input");
    const text = input.value.trim();
    input.value = "";
    if (!text) return;
    this.#write(text, this.#replyTo);
    this.#cancelReply();
  }

  #cancelReply() {
    this.#replyTo = undefined;
    this.#find(".replying").hidden = true;
    this.#find("input").focus();
  }

  #commandButton({ command, description }) {
    const name = make("span", { className: "command", textContent: `/${command}` });
    const button = make("button", { type: "button" }, name, description);
    button.addEventListener("click", () => {
      this.#find(".command-menu").open = false;
      this.#find("input").focus();
      this.#write(`/${command}`);
    });
    return button;
  }
}
