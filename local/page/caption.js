/** The line below the bar: the tour's captions, and what came out of a fault while the control panel is out of sight. */
import { word } from "./words.js";

const SHOWN_MS = 9000;
const line = document.querySelector("#caption");
let timer;
let onStop;

/** Show a caption that stays until it is replaced or cleared; the button beside it calls `stop`. */
export function caption(text, stop, progress = 0) {
  clearTimeout(timer);
  onStop = stop;
  line.querySelector("p").textContent = text;
  line.querySelector("button").setAttribute("aria-label", word(stop ? "tour_stop" : "close"));
  line.style.setProperty("--progress", progress);
  line.classList.toggle("touring", Boolean(stop));
  line.hidden = false;
}

/** Take the caption away. */
export function clearCaption() {
  clearTimeout(timer);
  line.hidden = true;
  onStop = undefined;
}

/** Say something for a while, unless the control panel is in sight and has said it already, or a tour is talking. */
export function announce(text) {
  const panelInSight = document.querySelector("#control-panel").offsetParent !== null;
  if (panelInSight || onStop) return;
  caption(text);
  timer = setTimeout(clearCaption, SHOWN_MS);
}

line.querySelector("button").addEventListener("click", () => (onStop ? onStop() : clearCaption()));
