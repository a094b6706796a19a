/** Draws one message: formatted text, media, keyboard, reactions. Built as nodes, never from HTML text. */
import { timeOfDay } from "./clock.js";
import { contentOf, mediaOf } from "./media.js";
import { word } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const LONG_PRESS_MS = 450;
const MARKS = {
  url: "M4 8L8 4M4.5 4H8v3.5",
  copy: "M4.5 4.5h4.5V9H4.5zM3 7V3h4",
};

/** Make an element with properties and children. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child != null));
  return element;
}

/** A line drawing. */
export function icon(viewBox, path, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * Draw a message as a list item. `viewer` is the id of the person whose phone it is, `named`: with the sender's name, as
 * in a group. `actions` are the person's actions on it: tap(row, column, key), copy(text), pay(link), look(media, alt),
 * reply(), edit().
 */
export function drawMessage(message, actions, viewer, named = false) {
  const own = message.sender_id === viewer;
  const item = make("li", { className: `message ${own ? "own" : "bot"}` });
  item.dataset.messageId = message.message_id;
  const content = contentOf(message);
  if (message.service && message.service.kind !== "invoice" && !content) return notice(item, message);
  const bubble = make("div", { className: "bubble" });
  if (message.edited) bubble.classList.add("edited");
  if (named && !own) bubble.append(make("p", { className: "sender", textContent: message.sender }));
  if (message.forwarded_from) bubble.append(make("p", { className: "sender forwarded", textContent: word("forwarded_from", { name: message.forwarded_from }) }));
  if (message.reply_to) bubble.append(make("p", { className: "quote", textContent: message.reply_to.text || word("message") }));
  const media = content ?? mediaOf(message, actions);
  if (message.media?.kind === "photo") item.classList.add("with-photo");
  if (media) bubble.append(media);
  if (message.service && !content) bubble.append(make("div", { className: "words" }, make("b", { textContent: message.service.title }), ` ${message.service.description}`));
  else if (message.text) bubble.append(make("div", { className: "words" }, ...marked(message.text, message.entities, actions)));
  else bubble.classList.add(["photo", "sticker"].includes(message.media?.kind) ? "bare" : "wordless");
  if (message.media?.kind === "sticker") bubble.classList.add("with-sticker");
  bubble.append(meta(message), tools(own && !message.service && (message.text || message.media?.kind === "photo"), actions));
  onLongPress(bubble, actions.reply);
  item.append(bubble);
  if (message.reactions.length) item.append(make("p", { className: "reactions", title: word("reactions"), textContent: message.reactions.join(" ") }));
  if (message.buttons.length) {
    item.classList.add("with-keys");
    item.append(keyboard(message.buttons, actions));
  }
  return item;
}

/** A line in the middle of the chat: about a payment or a refund, a topic, a member, people that were chosen. */
function notice(item, { service, sender }) {
  const { kind, amount, title } = service;
  item.classList.add("service");
  item.append(make("p", { textContent: word(kind, { amount, title, sender }) ?? kind }));
  return item;
}

/** The buttons beside a bubble: reply, and edit on an own message. */
function tools(editable, actions) {
  const reply = toolButton("reply", "M10 6L4 12l6 6M4 12h9a7 7 0 0 1 7 7", actions.reply);
  const edit = editable && actions.edit && toolButton("edit", "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3", actions.edit);
  return make("span", { className: "message-tools" }, edit || null, reply);
}

function toolButton(id, path, act) {
  const button = make("button", { type: "button", className: `message-tool ${id}`, title: word(id), ariaLabel: word(id) }, icon("0 0 24 24", path));
  button.addEventListener("click", act);
  return button;
}

/** Call `act` after a long press on a touch screen; moving or lifting the finger cancels it. */
function onLongPress(element, act) {
  let timer;
  const end = () => clearTimeout(timer);
  element.addEventListener("pointerdown", (event) => {
    end();
    if (event.pointerType === "touch") timer = setTimeout(act, LONG_PRESS_MS);
  });
  for (const moved of ["pointerup", "pointercancel", "pointermove"]) element.addEventListener(moved, end);
}

function meta(message) {
  const sent = new Date(message.sent_at);
  const time = make("time", { dateTime: message.sent_at, textContent: timeOfDay(sent) });
  return make("span", { className: "meta" }, message.edited ? `${word("edited")} ` : null, time);
}

function keyboard(rows, actions) {
  const keys = make("div", { className: "keys", role: "group", ariaLabel: word("buttons") });
  rows.forEach((row, r) => {
    keys.append(make("div", { className: "keys-row" }, ...row.map((button, c) => key(button, r, c, actions))));
  });
  keys.addEventListener("keydown", (event) => moveAmongKeys(event, keys));
  return keys;
}

/** Whether Telegram opens a payment sheet for this button instead of a page. */
const isInvoice = ({ kind, value }) => kind === "pay" || (kind === "url" && value.startsWith("https://t.me/$"));

function key(button, row, column, actions) {
  const className = `key ${button.style ?? ""}`;
  if (isInvoice(button)) {
    const pay = make("button", { type: "button", className, textContent: button.text });
    pay.addEventListener("click", () => actions.pay(button.value));
    return pay;
  }
  if (button.kind === "url") {
    const link = make("a", { className, href: button.value, target: "_blank", rel: "noopener", textContent: button.text });
    link.append(icon("0 0 11 11", MARKS.url, "key-mark"));
    return link;
  }
  const element = make("button", { type: "button", className, textContent: button.text });
  element.dataset.place = `${row}:${column}`;
  if (button.kind === "copy") {
    element.append(icon("0 0 11 11", MARKS.copy, "key-mark"));
    element.addEventListener("click", () => actions.copy(button.value));
  } else {
    element.addEventListener("click", (event) => actions.tap(row, column, element, event.detail === 0));
  }
  return element;
}

function moveAmongKeys(event, keys) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = [...keys.querySelectorAll(".key")];
  const next = all[all.indexOf(document.activeElement) + step];
  if (next) {
    next.focus();
    event.preventDefault();
  }
}

/** Turn text and entities into nodes. Offsets count UTF-16 units, as JavaScript's strings do. */
function marked(text, entities, actions) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const inside = (start, end, from) => {
    const nodes = [];
    let at = start;
    for (let i = from; i < sorted.length; i += 1) {
      const entity = sorted[i];
      if (entity.offset < at || entity.offset >= end) continue;
      const stop = Math.min(end, entity.offset + entity.length);
      if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
      nodes.push(mark(entity, text.slice(entity.offset, stop), inside(entity.offset, stop, i + 1), actions));
      at = stop;
    }
    if (at < end) nodes.push(text.slice(at, end));
    return nodes;
  };
  return inside(0, text.length, 0);
}

const PLAIN_TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", pre: "pre", blockquote: "blockquote" };

function mark(entity, text, children, actions) {
  if (entity.type in PLAIN_TAGS) return make(PLAIN_TAGS[entity.type], {}, ...children);
  if (entity.type === "text_link") return link(entity.url, children);
  if (entity.type === "url") return link(text, children);
  if (entity.type === "bot_command") return make("span", { className: "command" }, ...children);
  if (entity.type === "code") {
    const code = make("button", { type: "button", className: "code", title: word("copy_code") }, ...children);
    code.addEventListener("click", () => actions.copy(text));
    return code;
  }
  if (entity.type === "spoiler") return spoiler(children);
  return make("span", {}, ...children);
}

function link(url, children) {
  return make("a", { href: url, target: "_blank", rel: "noopener" }, ...children);
}

function spoiler(children) {
  const button = make("button", { type: "button", className: "spoiler", ariaExpanded: "false", ariaLabel: word("spoiler") }, ...children);
  button.addEventListener("click", () => {
    button.ariaExpanded = "true";
    button.removeAttribute("aria-label");
  });
  return button;
}
