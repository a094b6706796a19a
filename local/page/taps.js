/** The taps of one phone: each waits for the bot's answer, a toast or an alert; and what the phone shows over the chat. */
import { telegram } from "./telegram.js";
import { word } from "./words.js";

const TOAST_MS = 3500;
const ANSWER_WAIT_MS = 15000;

export class Taps {
  #toastElement;
  #toastTimer;
  #waiting = new Map();
  #early = new Map();

  /** Show toasts in this element. */
  constructor(toastElement) {
    this.#toastElement = toastElement;
  }

  /** Tap a button: {message_id, row, column, chat_id, at_once}; resolve with the tap, undefined when it failed. */
  async send(personId, tap, key) {
    key.ariaBusy = "true";
    let sent;
    try {
      sent = await telegram.tap(personId, tap);
    } catch {
      key.ariaBusy = "false";
      return undefined;
    }
    const timer = setTimeout(() => this.#noAnswer(sent.callback_id), ANSWER_WAIT_MS);
    this.#waiting.set(sent.callback_id, { key, timer });
    this.#settleEarlyAnswer(sent.callback_id);
    return sent;
  }

  /** Show the bot's answer to a tap of this phone. */
  answer(event) {
    const tap = this.#waiting.get(event.callback_id);
    if (!tap) {
      this.#early.set(event.callback_id, event);
      return;
    }
    clearTimeout(tap.timer);
    tap.key.ariaBusy = "false";
    this.#waiting.delete(event.callback_id);
    if (event.url) open(event.url, "_blank", "noopener");
    if (event.text && event.alert) showAlert(event.text);
    else if (event.text) this.toast(event.text);
  }

  /** Show a text for some seconds. */
  toast(text) {
    const toast = this.#toastElement;
    toast.textContent = text;
    toast.classList.add("shown");
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => {
      toast.classList.remove("shown");
      toast.textContent = "";
    }, TOAST_MS);
  }

  /** Copy a text. */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure context or permission the text is shown, so that it can be copied manually.
      this.toast(text);
      return;
    }
    this.toast(word("copied"));
  }

  /** Handle an answer that has arrived before the response with the tap's id. */
  #settleEarlyAnswer(callbackId) {
    const early = this.#early.get(callbackId);
    this.#early.clear();
    if (early) this.answer(early);
  }

  #noAnswer(callbackId) {
    this.#waiting.get(callbackId).key.ariaBusy = "false";
    this.#waiting.delete(callbackId);
    this.toast(word("no_answer"));
  }
}

function showAlert(text) {
  const dialog = document.querySelector("#alert");
  dialog.querySelector("p").textContent = text;
  if (!dialog.open) dialog.showModal();
}

/** Show a picture large. */
export function showPicture(media, alt) {
  const dialog = document.querySelector("#picture");
  Object.assign(dialog.querySelector("img"), { src: media.url, alt });
  dialog.showModal();
}
