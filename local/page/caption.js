/** The line below the bar: the tour's captions, and outcomes of faults while the control panel is not visible. */
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

/** Hide the caption. */
export function clearCaption() {
  clearTimeout(timer);
  line.hidden = true;
  onStop = undefined;
}

/** Show a text for some seconds, unless the control panel is visible and shows it, or a tour is playing. */
export function announce(text) {
  const panelInSight = document.querySelector("#control-panel").offsetParent !== null;
  if (panelInSight || onStop) return;
  caption(text);
  timer = setTimeout(clearCaption, SHOWN_MS);
}

line.querySelector("button").addEventListener("click", () => (onStop ? onStop() : clearCaption()));
