// The panel at the bottom: why is this here?

import * as api from "./api.js";
import { debounced, el } from "./dom.js";
import { on } from "./events.js";

const panel = document.getElementById("why");
const NAMES = ["What", "Why", "Needed", "Rules", "Cost"];
const shown = {};
let asked = null;

export function start() {
  shown.title = el("h2", { text: "Why is this here?" });
  shown.subject = el("p", { class: "subject" });
  shown.lines = el("dl", { class: "lines" });
  panel.append(el("div", { class: "about" }, shown.title, shown.subject), shown.lines);
  none("Click any bubble, cell or event to see why it is there.");
  on("why", ask);
}

export const focus = () => panel.focus();

const ask = debounced(async (about) => {
  asked = about;
  shown.subject.textContent = about.subject || "";
  if (!about.id) { none(about.none || "Nothing to tell about this one."); return; }
  const slow = setTimeout(() => { if (asked === about) none("Looking..."); }, 200);
  let found = null;
  try { found = await api.why(about.id); } catch (error) { found = { missing: true, status: error.status }; }
  clearTimeout(slow);
  if (asked !== about) return;
  if (found.down === true) none("The program is not there to ask. Try again when the counters are back.");
  else if (found.missing || !found.lines) none(about.none || "The program knows nothing about this one. A person put it there.");
  else lines(found);
}, 90, 200);

function none(text) {
  shown.lines.replaceChildren(el("p", { class: "empty", text }));
}

function lines(found) {
  if (found.title) shown.subject.textContent = found.title;
  shown.lines.replaceChildren(...found.lines.slice(0, 6).flatMap((line, at) => {
    const [name, text] = Array.isArray(line) ? line : [NAMES[at] || "", line];
    return [el("dt", { text: name }), el("dd", { text, title: text })];
  }));
  panel.classList.remove("fresh");
  void panel.offsetWidth;
  panel.classList.add("fresh");
}
