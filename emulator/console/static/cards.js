// On a narrow page one card is shown at a time; the bar at the bottom chooses.

import { el, icon } from "./dom.js";
import { on } from "./events.js";

const NAMES = [["phones", "Phone", "phone"], ["sheet", "Sheet", "sheet"], ["diary", "Diary", "diary"], ["why", "Why", "why"]];
const buttons = new Map();

export function start() {
  const bar = document.getElementById("cards");
  for (const [card, text, sign] of NAMES) {
    const button = el("button", { onclick: () => show(card) }, icon(sign, 20), el("span", { text }));
    buttons.set(card, button);
    bar.append(button);
  }
  show("phones");
  on("why", () => buttons.get("why").classList.add("news"));
}

export function show(card) {
  document.body.dataset.card = card;
  for (const [name, button] of buttons) {
    button.setAttribute("aria-pressed", String(name === card));
    if (name === card) button.classList.remove("news");
  }
}
