/** The texts of the page by language; the bot's texts come from the bot. */

const WORDS = {
  en: {
    people: "Who you are",
    add_person: "Add a person",
    second_phone: "Second phone of the same person",
    language: "Language",
    theme: "Light or dark",
    chat: "Chat",
    control_panel: "Control panel",
    views: "What to show",
    menu: "Menu",
    messages: "Messages",
    message: "Message",
    send: "Send",
    commands: "Commands",
    start: "Start",
    restart: "Restart bot",
    block: "🚫 Stop and block bot",
    unblock: "Unblock bot",
    bot: "bot",
    typing: "typing…",
    sending_file: "sending a file…",
    sending_photo: "sending a picture…",
    offline: "connecting…",
    intro_title: "What can this bot do?",
    intro_text: "Press Start below. The time, the keys and this Telegram are virtual.",
    home: "Home",
    ok: "OK",
    close: "Close",
    picture: "Picture",
    copied: "Copied",
    edited: "edited",
    spoiler: "Hidden text, show",
    copy_code: "Copy",
    no_answer: "The bot has not answered yet",
    phone_of: "Phone of {name}",
    buttons: "Buttons",
    names: ["You", "Friend", "Neighbour", "Colleague", "Passer-by"],
    another: "Guest {number}",
    today: "Today",
    units: ["B", "KB", "MB"],
    reply: "Reply",
    reply_to: "Reply to",
    cancel_reply: "Do not reply to it",
    unread: "{name}, unread messages",
  },
  ru: {
    people: "Кто вы",
    add_person: "Стать кем-то другим",
    second_phone: "Второй телефон того же человека",
    language: "Язык",
    theme: "Светлая или тёмная тема",
    chat: "Чат",
    control_panel: "Пульт",
    views: "Что показать",
    menu: "Меню",
    messages: "Сообщения",
    message: "Сообщение",
    send: "Отправить",
    commands: "Команды",
    start: "Начать",
    restart: "Перезапустить бота",
    block: "🚫 Остановить и заблокировать",
    unblock: "Разблокировать бота",
    bot: "бот",
    typing: "печатает…",
    sending_file: "отправляет файл…",
    sending_photo: "отправляет картинку…",
    offline: "соединение…",
    intro_title: "Что умеет этот бот?",
    intro_text: "Нажмите «Начать» внизу. Время, ключи и сам этот Telegram виртуальные.",
    home: "Главная",
    ok: "Понятно",
    close: "Закрыть",
    picture: "Картинка",
    copied: "Скопировано",
    edited: "изменено",
    spoiler: "Скрытый текст, показать",
    copy_code: "Скопировать",
    no_answer: "Бот пока не ответил",
    phone_of: "Телефон: {name}",
    buttons: "Кнопки",
    names: ["Вы", "Друг", "Сосед", "Коллега", "Прохожий"],
    another: "Гость {number}",
    today: "Сегодня",
    units: ["Б", "КБ", "МБ"],
    reply: "Ответить",
    reply_to: "В ответ на",
    cancel_reply: "Не отвечать на него",
    unread: "{name}, есть непрочитанное",
  },
};

export const LANGUAGES = Object.keys(WORDS);

/** Add texts: `{en: {id: text}, ru: {…}}`. */
export function learn(more) {
  for (const code of LANGUAGES) Object.assign(WORDS[code], more[code]);
}

let current = "en";

/** The language that the page shows now. */
export const language = () => current;

/** A text in the page's language, or in another, with {arguments} filled in. */
export function word(id, values = {}, code = current) {
  const found = WORDS[code][id];
  if (typeof found !== "string") return found;
  return found.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Show the page in another language, including the labels for screen readers. */
export function speak(chosen) {
  current = LANGUAGES.includes(chosen) ? chosen : "en";
  document.documentElement.lang = current;
  relabel(document);
}

/** Set the text of every element below `root` that has a `data-word…` attribute. */
export function relabel(root) {
  for (const element of root.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of root.querySelectorAll("[data-word-label]")) element.setAttribute("aria-label", word(element.dataset.wordLabel));
  for (const element of root.querySelectorAll("[data-word-title]")) element.title = word(element.dataset.wordTitle);
  for (const element of root.querySelectorAll("[data-word-placeholder]")) element.placeholder = word(element.dataset.wordPlaceholder);
}
