/**
 * The page: who you are, how many phones, which language, light or dark.
 *
 * The desk hangs its panels into #desk and follows along through two events on `document`: "telegram" (every event of the
 * stream, in `detail`) and "person" (who is shown now, or in which language, in `detail`).
 */
import { now, setNow } from "./clock.js";
import { make } from "./message.js";
import { Phone } from "./phone.js";
import { telegram } from "./telegram.js";
import { LANGUAGES, language, speak, word } from "./words.js";

const people = new Map();
let bot;
let shown;
let phones = [];
let phoneCount = 1;

async function begin() {
  chooseTheme();
  const wished = new URLSearchParams(location.search).get("lang");
  speak(wished ?? (navigator.language.startsWith("ru") ? "ru" : "en"));
  const state = await telegram.state();
  setNow(state.now);
  bot = state.bot;
  for (const person of state.people) people.set(person.id, person);
  const remembered = people.get(Number(sessionStorage.getItem("person")));
  const person = remembered ?? state.people[0] ?? (await newPerson());
  if (wished && LANGUAGES.includes(wished)) await tellLanguage(person, wished);
  await show(person.id);
  telegram.listen(hear, (stands) => phones.forEach((phone) => phone.line(stands)));
  setInterval(() => phones.forEach((phone) => phone.tick()), 1000);
}

async function newPerson() {
  const names = word("names");
  const name = names[people.size] ?? word("another", { number: people.size + 1 });
  const person = await telegram.newPerson(name, language());
  people.set(person.id, person);
  return person;
}

async function tellLanguage(person, chosen) {
  if (person.language !== chosen) people.set(person.id, await telegram.change(person.id, { language: chosen }));
}

async function show(id) {
  shown = id;
  sessionStorage.setItem("person", id);
  speak(people.get(id).language);
  await drawPhones();
  drawBar();
  announcePerson();
}

async function drawPhones() {
  const fresh = Array.from({ length: phoneCount }, () => new Phone(people.get(shown), bot));
  await Promise.all(fresh.map((phone) => phone.load()));
  phones = fresh;
  document.querySelector("#phones").replaceChildren(...phones.map((phone) => phone.element));
  for (const phone of phones) phone.element.querySelector(".scroller").scrollTop = 1e6;
}

function drawBar() {
  const chips = [...people.values()].map((person) => {
    const avatar = make("span", { className: "avatar", ariaHidden: "true", textContent: [...person.name][0] });
    const name = make("span", { className: "person-name", textContent: person.name });
    const chip = make("button", { type: "button", className: "person", ariaPressed: String(person.id === shown) }, avatar, name);
    chip.setAttribute("aria-label", person.name);
    chip.style.setProperty("--hue", (person.id * 67 + 190) % 360);
    chip.addEventListener("click", () => show(person.id).then(() => focusChip(person.id)));
    chip.dataset.person = person.id;
    return chip;
  });
  const plus = make("span", { className: "avatar", ariaHidden: "true", textContent: "+" });
  const add = make("button", { type: "button", className: "person add", ariaLabel: word("add_person"), title: word("add_person") }, plus);
  add.addEventListener("click", async () => {
    const person = await newPerson();
    await show(person.id);
    focusChip(person.id);
  });
  document.querySelector("#people").replaceChildren(...chips, add);
  document.querySelector('#people [aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  for (const button of document.querySelectorAll("[data-language]")) {
    button.ariaPressed = String(button.dataset.language === language());
  }
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
  for (const phone of phones) {
    phone.hear(event);
    phone.tick();
  }
  document.dispatchEvent(new CustomEvent("telegram", { detail: event }));
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

document.querySelector("#second-phone").addEventListener("click", async (event) => {
  phoneCount = phoneCount === 1 ? 2 : 1;
  event.currentTarget.ariaPressed = String(phoneCount === 2);
  await drawPhones();
});

for (const button of document.querySelectorAll("#views button")) {
  button.addEventListener("click", () => {
    document.body.dataset.view = button.dataset.view;
    for (const other of document.querySelectorAll("#views button")) other.ariaPressed = String(other === button);
  });
}

const desk = document.querySelector("#desk");
const showViews = () => {
  document.querySelector("#views").hidden = desk.childElementCount === 0;
};
new MutationObserver(showViews).observe(desk, { childList: true });
showViews();

export { now, people };

begin();
