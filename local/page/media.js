/** Draws what a message carries besides text: a picture, a file to download, a labelled bubble, a sticker, a notice. */
import { icon, make } from "./message.js";
import { word } from "./words.js";

const MARKS = { video: "🎬", animation: "🎞", audio: "🎵", voice: "🎤", video_note: "⭕", location: "📍", contact: "👤", poll: "📊" };

/** The element for a message's media; undefined when it has none. */
export function mediaOf(message, actions) {
  const { media } = message;
  if (!media) return undefined;
  if (media.kind === "photo") return photo(message, actions);
  if (media.kind === "sticker") return make("p", { className: "sticker", textContent: media.emoji ?? "🙂", title: word("sticker") });
  if (media.kind === "document") return documentRow(media);
  return labelled(media.kind, media.kind === "audio" ? media.name : "");
}

/** A bubble's line for a place, a contact or a poll; undefined for any other message. */
export function contentOf({ service }) {
  if (!["location", "contact", "poll"].includes(service?.kind)) return undefined;
  return labelled(service.kind, [service.title, service.description].filter(Boolean).join(", "));
}

function labelled(kind, detail) {
  const mark = make("span", { className: "labelled-mark", ariaHidden: "true", textContent: MARKS[kind] });
  return make("p", { className: "labelled" }, mark, make("span", {}, make("b", { textContent: word(`kind_${kind}`) }), detail && make("small", { textContent: detail })));
}

function photo(message, actions) {
  const { media } = message;
  const alt = message.text || word("picture");
  const image = make("img", { src: media.url, alt, width: media.width, height: media.height });
  // A square is a QR code, which needs a margin.
  const button = make("button", { type: "button", className: media.width === media.height ? "photo square" : "photo" }, image);
  button.addEventListener("click", () => actions.look(media, alt));
  return button;
}

function documentRow(media) {
  const mark = make("span", { className: "document-mark" }, icon("0 0 24 24", "M12 4v11M7.5 11l4.5 4.5L16.5 11M5 20h14"));
  const size = make("span", { className: "document-size", textContent: readableSize(media.size_bytes) });
  const name = make("span", { className: "document-name", textContent: media.name }, size);
  return make("a", { className: "document", href: `${media.url}?download=1`, download: media.name }, mark, name);
}

function readableSize(bytes) {
  const units = word("units");
  const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  return `${(bytes / 1024 ** power).toFixed(power ? 1 : 0)} ${units[power]}`;
}
