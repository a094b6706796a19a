/** VPN apps on the person's devices: each loads the link, and shows what its list of servers says. */
import { control } from "./control-api.js";
import { Outcome, button, panel, words } from "./control-card.js";
import { make } from "./message.js";
import { word } from "./words.js";

const APPS = [
  ["happ", "phone"],
  ["v2raytun", "phone"],
  ["happ", "laptop"],
];

export class DevicesPanel {
  #page;
  #outcome = new Outcome();

  constructor(page) {
    this.#page = page;
    const loads = APPS.map(([app, device]) => button(`loads_${app}_${device}`, "chip", () => this.#load(app, device)));
    this.element = panel("devices", words("p", "devices_why", "why"), make("div", { className: "steps" }, ...loads), this.#outcome.element);
  }

  draw() {
    this.#outcome.draw();
  }

  async #load(app, device) {
    const person = this.#page.shown();
    const label = () => word(`loads_${app}_${device}`);
    const { servers, connects } = await control.load(person.id, app, device);
    const said = servers.length === 0 ? "device_without_link" : connects ? "device_connects" : "device_rejected";
    this.#outcome.tell(() => word(said, { app: label(), name: person.name, servers: servers.join(", ") }));
    this.#page.refresh();
  }
}
