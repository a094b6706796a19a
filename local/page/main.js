/**
 * The page: the person shown, one or two phones, the language, light or dark.
 *
 * The control panel, if the server has one, listens to two events on `document`: "telegram" (`detail` is an event of the stream) and
 * "person" (`detail` is the person shown; also sent when the language changes).
 */
import { announce } from "./caption.js";
import { setNow } from "./clock.js";
import { ControlPanel } from "./control-panel.js";
import { make } from "./message.js";
import { Phone } from "./phone.js";
import { telegram } from "./telegram.js";
import { LANGUAGES, language, speak, word } from "./words.js";

const people = new Map();
const groups = new Map();
const unread = new Set();
let bot;
let shown;
let phones = [];
let phoneCount = 1;
let operatorBeside = false;

async function begin() {
  chooseTheme();
  const wished = new URLSearchParams(location.search).get("lang");
  speak(wished ?? (navigator.language.startsWith("ru") ? "ru" : "en"));
  const state = await telegram.state();
  setNow(state.now);
  bot = state.bot;
  for (const person of state.people) people.set(person.id, person);
  for (const group of state.groups) groups.set(group.id, group);
  await telegram.listen(hear, (connected) => phones.forEach((phone) => phone.showConnection(connected)));
  const payload = new URLSearchParams(location.search).get("start");
  const remembered = people.get(Number(sessionStorage.getItem("person") ?? (payload && localStorage.getItem("person"))));
  const person = remembered ?? customers()[0] ?? (await newPerson());
  if (wished && LANGUAGES.includes(wished)) await tellLanguage(person, wished);
  await show(person.id, payload);
  setInterval(() => phones.forEach((phone) => phone.tick()), 1000);
  if (state.control_panel) new ControlPanel({ shown: () => people.get(shown), person: (id) => people.get(id), operator, phones: () => phones, meet, show, showPhones, look, announce });
}

const customers = () => [...people.values()].filter((person) => !person.operator);
const operator = () => [...people.values()].find((person) => person.operator);

async function newPerson(speaks = language()) {
  const name = word("names", {}, speaks)[customers().length] ?? word("another", { number: customers().length + 1 }, speaks);
  const person = await telegram.newPerson(name, speaks);
  people.set(person.id, person);
  return person;
}

/** Show a new person, who opens the bot, on one phone; `payload` is that of the link by which they come. */
async function meet(speaks, payload) {
  phoneCount = 1;
  const person = await newPerson(speaks);
  await show(person.id, payload);
}

async function tellLanguage(person, chosen) {
  if (person.language !== chosen) people.set(person.id, await telegram.change(person.id, { language: chosen }));
}

/** Show a person. `payload` is that of a link to the bot, which opened this page in a browser tab: it is sent once. */
async function show(id, payload) {
  shown = id;
  sessionStorage.setItem("person", id);
  localStorage.setItem("person", id);
  unread.delete(id);
  if (people.get(id).operator) await tellLanguage(people.get(id), language());
  speak(people.get(id).language);
  look("chat");
  await drawPhones();
  drawBar();
  announcePerson();
  const person = people.get(id);
  // A person who opens the bot for the first time presses Start.
  const opensFirst = phones[0].empty && !person.started && !person.blocked;
  if (payload) forgetPayload();
  if (payload || opensFirst) await phones[0].write(payload ? `/start ${payload}` : "/start");
}

/** Take the payload out of the address, so that loading the page again does not send it again. */
function forgetPayload() {
  const address = new URL(location.href);
  address.searchParams.delete("start");
  history.replaceState(null, "", address);
}

/** On a narrow screen show the chat or the control panel. */
function look(view) {
  const comesBack = view === "chat" && document.body.dataset.view !== view;
  document.body.dataset.view = view;
  for (const button of document.querySelectorAll("#views button")) button.ariaPressed = String(button.dataset.view === view);
  if (comesBack) showNewest();
}

/** Scroll every phone to its newest message; a hidden phone cannot scroll itself. */
function showNewest() {
  for (const phone of phones) phone.element.querySelector(".scroller").scrollTop = 1e6;
}

async function showPhones(count) {
  phoneCount = count;
  await drawPhones();
}

async function drawPhones() {
  document.querySelector("#second-phone").ariaPressed = String(phoneCount === 2);
  const beside = operatorBeside && operator() && !people.get(shown).operator;
  const toggle = document.querySelector("#operator-phone");
  toggle.hidden = !operator();
  toggle.ariaPressed = String(Boolean(beside));
  phones = Array.from({ length: phoneCount }, () => people.get(shown)).concat(beside ? [operator()] : []).map((person) => new Phone(person, bot, groups, customers));
  if (beside) unread.delete(operator().id);
  await Promise.all(phones.map((phone) => phone.load()));
  document.querySelector("#phones").replaceChildren(...phones.map((phone) => phone.element));
  showNewest();
}

function drawBar() {
  const chips = customers().map(drawChip);
  const plus = make("span", { className: "avatar", ariaHidden: "true", textContent: "+" });
  const add = make("button", { type: "button", className: "person add", ariaLabel: word("add_person"), title: word("add_person") }, plus);
  add.addEventListener("click", async () => {
    const person = await newPerson();
    await show(person.id);
    focusChip(person.id);
  });
  const atWork = operator() && (shown === operator().id || unread.has(operator().id)) ? drawChip(operator()) : "";
  document.querySelector("#people").replaceChildren(...chips, add, atWork);
  document.querySelector('#people [aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  for (const button of document.querySelectorAll("[data-language]")) {
    button.ariaPressed = String(button.dataset.language === language());
  }
}

function drawChip(person) {
  const called = person.operator ? word("operator_name") : person.name;
  const avatar = make("span", { className: "avatar", ariaHidden: "true", textContent: person.operator ? "🎧" : [...called][0] });
  const name = make("span", { className: "person-name", textContent: called });
  const chip = make("button", { type: "button", className: "person", ariaPressed: String(person.id === shown) }, avatar, name);
  chip.classList.toggle("unread", unread.has(person.id));
  chip.setAttribute("aria-label", unread.has(person.id) ? word("unread", { name: called }) : called);
  chip.style.setProperty("--hue", (person.id * 67 + 190) % 360);
  chip.addEventListener("click", () => show(person.id).then(() => focusChip(person.id)));
  chip.dataset.person = person.id;
  return chip;
}

function focusChip(id) {
  document.querySelector(`[data-person="${id}"]`)?.focus();
}

function announcePerson() {
  document.dispatchEvent(new CustomEvent("person", { detail: people.get(shown) }));
}

function hear(event) {
  setNow(event.now);
  if (event.kind === "bot") bot = event.bot;
  if (event.kind === "person") {
    people.set(event.person.id, event.person);
    drawBarKeepingFocus();
  }
  if (event.kind === "group") groups.set(event.group.id, event.group);
  if (event.kind === "message") markUnread(event);
  for (const phone of phones) {
    phone.hear(event);
    phone.tick();
  }
  document.dispatchEvent(new CustomEvent("telegram", { detail: event }));
}

/** Mark the person who has a new message; one in a group is the operator's. */
function markUnread({ chat_id: chatId, message }) {
  const reader = groups.has(chatId) ? operator()?.id : chatId;
  const seen = reader === shown || (operatorBeside && people.get(reader)?.operator);
  if (seen || message.sender_id === reader || !people.has(reader) || (!groups.has(chatId) && !message.from_bot)) return;
  unread.add(reader);
  drawBarKeepingFocus();
}

function drawBarKeepingFocus() {
  const focused = document.activeElement?.dataset?.person;
  drawBar();
  if (focused) focusChip(focused);
}

function chooseTheme() {
  const asked = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    document.documentElement.dataset.shown = theme ?? (system.matches ? "dark" : "light");
  };
  apply(asked);
  system.addEventListener("change", () => apply(localStorage.getItem("theme")));
  document.querySelector("#theme").addEventListener("click", () => {
    const next = document.documentElement.dataset.shown === "dark" ? "light" : "dark";
    localStorage.setItem("theme", next);
    apply(next);
  });
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", async () => {
    await tellLanguage(people.get(shown), button.dataset.language);
    speak(button.dataset.language);
    phones.forEach((phone) => phone.relabel());
    drawBar();
    announcePerson();
  });
}

document.querySelector("#second-phone").addEventListener("click", () => showPhones(phoneCount === 1 ? 2 : 1));

document.querySelector("#operator-phone").addEventListener("click", async () => {
  operatorBeside = people.get(shown).operator || !operatorBeside;
  if (people.get(shown).operator) await show((customers()[0] ?? (await newPerson())).id);
  else await drawPhones();
  if (operatorBeside) await tellLanguage(operator(), language());
  drawBar();
  if (operatorBeside) phones.at(-1).element.scrollIntoView({ inline: "start" });
});

for (const button of document.querySelectorAll("#views button")) button.addEventListener("click", () => look(button.dataset.view));

const panel = document.querySelector("#control-panel");
const showViews = () => {
  document.querySelector("#views").hidden = panel.childElementCount === 0;
};
new MutationObserver(showViews).observe(panel, { childList: true });
showViews();

begin();
