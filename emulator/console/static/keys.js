// Keys for everything; they are silent while something is typed.

import { typing } from "./dom.js";
import { on } from "./events.js";
import * as layer from "./layer.js";

const LIST = [
  ["1", "Owner's phone"], ["2", "Client's phone"], ["3", "Sheet"], ["4", "Diary"], ["5", "Why"],
  ["Space", "Play or pause"], ["H", "One hour later"], ["E", "On to 20:00"], ["M", "Month end"],
  ["K", "Pull the plug"], ["G", "Google down 60 s"], ["?", "This list"],
  ["↑", "In a chat: the last text again"], ["Enter", "Sheet: type, save. Diary: pick up, put down"],
  ["Del", "Diary: delete. Sheet: empty the cell"], ["Esc", "Drop what is in hand"],
];

/** `works`: key -> what it does. */
export function start(works) {
  on("keys", help);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open], .menu")) return;
    const name = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (name === "Space" && event.target.closest("button, a, [role=button], [role=gridcell]")) return;
    if (event.target.closest(".grid") && /^[A-Z]$/.test(name)) return; // letters there begin an edit
    const work = name === "?" ? help : works[name];
    if (!work) return;
    event.preventDefault();
    work();
  });
}

const help = () => layer.table("Keys", LIST);
