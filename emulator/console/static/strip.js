// The strip: the time here, what plays, the troubles one can make, and the counters.

import * as api from "./api.js";
import { debounced, el, icon, single } from "./dom.js";
import { on, tell } from "./events.js";
import { act, setPlaying } from "./human.js";
import * as layer from "./layer.js";
import { announce } from "./notice.js";
import * as time from "./time.js";

const strip = document.getElementById("strip");
const shown = {};
let play = { state: "idle", step: 0, total: 0, chips: [], caption: "" };
let down = null; // the fault that takes Google away
let killed = null; // {until, seconds, before}: the program was killed
let line = true;
let word = ""; // what the strip says when nothing plays
let wordTimer = null;

const button = (className, text, label, work) =>
  el("button", { class: className, onclick: work, title: label, "aria-label": label }, el("span", { text }));

export function start() {
  shown.time = el("span", { class: "clock", text: "--:--" });
  shown.day = el("span", { class: "day" });
  shown.play = el("button", { class: "play", hidden: true, onclick: toggle });
  shown.caption = el("p", { class: "caption" });
  shown.chips = el("div", { class: "chips", hidden: true });
  shown.counters = el("dl", { class: "counters", "aria-label": "Counters" });
  shown.bar = el("div", { class: "bar", role: "presentation" }, el("i", {}));
  shown.google = button("google", "Google down 60 s", "Google answers nothing for 60 seconds", googleDown);
  shown.plug = button("plug", "Pull the plug", "Kill the program; it starts again after 3 seconds", pullPlug);
  shown.more = el("button", { class: "more", "aria-label": "More", "aria-haspopup": "menu", onclick: more }, icon("more"));
  strip.append(
    el("h1", { text: "Local studio" }),
    el("p", { class: "when" }, shown.time, shown.day),
    el("div", { class: "buttons" },
      shown.play,
      button("step", "+1 h", "One hour later", hour),
      button("step", "20:00", "On to 20:00", evening),
      button("step month", "Month end", "On to the last day of the month", monthEnd),
      shown.plug, shown.google, shown.more),
    shown.caption, shown.counters, shown.bar);
  document.body.insertBefore(shown.chips, document.querySelector("main"));
  setInterval(tick, 250);
  setInterval(count, 5000);
  on("clock", (view) => { time.setClock(view); tick(); });
  on("play", take);
  on("faults", ({ rules }) => troubles(rules));
  on("plug", (wish) => pulled(wish.seconds));
  on("line", (up) => { line = up; if (!up) announce("The local studio has stopped."); drawWord(); });
  for (const topic of ["chat", "status", "sheet", "calendar", "call", "back"]) on(topic, countSoon);
}

export async function load() {
  const [view, now, { rules }] = await Promise.all([api.clock(), api.play(), api.faults()]);
  time.setClock(view);
  take(now);
  troubles(rules);
  tick();
  count();
}

// the time

let saidDay = "";
function tick() {
  const now = time.now();
  const day = time.dayOf(now);
  set(shown.time, time.clockText(now));
  set(shown.day, time.dayText(day));
  if (day !== saidDay) { saidDay = day; tell("day", day); }
  tell("minute", now);
  drawWord();
}

const set = (node, text) => { if (node.textContent !== text) node.textContent = text; };

async function jump(fields, text) {
  const view = await act(() => api.setClock(fields));
  if (view) { time.setClock(view); tick(); announce(`${text}. It is ${time.clockText(time.now())}, ${time.dayText(time.dayOf(time.now()))}`); }
}

export const hour = () => jump({ advance: 3600 }, "One hour later");

export function evening() {
  const day = time.dayOf(time.now());
  const today = time.instantOf(day, 20 * 60);
  const target = today > time.now() ? today : time.instantOf(time.shiftDay(day, 1), 20 * 60);
  return jump({ set: target.toISOString() }, "Evening");
}

/** The last day of the month at 20:00: what belongs to it is due, quiet hours have not begun. */
export function monthEnd() {
  const day = time.dayOf(time.now());
  let target = time.instantOf(time.lastOfMonth(day), 20 * 60);
  if (target <= time.now()) target = time.instantOf(time.lastOfMonth(time.shiftDay(time.lastOfMonth(day), 1)), 20 * 60);
  return jump({ set: target.toISOString() }, "Month end");
}

// what plays

function take(state) {
  play = state;
  setPlaying(play.state === "playing");
  const playable = play.state === "playing" || play.state === "paused";
  shown.play.hidden = !playable;
  const words = play.state === "playing" ? "Pause" : "Play";
  shown.play.replaceChildren(icon(play.state === "playing" ? "pause" : "play", 16), el("span", { text: words }));
  shown.play.setAttribute("aria-label", `${words} the day`);
  document.body.dataset.play = play.state;
  const part = play.total ? Math.min(1, play.step / play.total) : 0;
  shown.bar.firstChild.style.transform = `scaleX(${{ idle: 0, done: 1 }[play.state] ?? part})`;
  chips();
  drawWord();
  tell("played", play);
}

export async function toggle() {
  if (play.state === "playing") {
    setPlaying(false);
    take({ ...play, state: "paused" });
    await api.setPlay({ state: "paused" });
  } else if (play.state === "paused") {
    take({ ...play, state: "playing" });
    await api.setPlay({ state: "playing" });
  }
}

let putAway = false;
function chips() {
  const list = play.state === "done" && !putAway ? play.chips : [];
  shown.chips.hidden = !list.length;
  if (!list.length) return;
  shown.chips.replaceChildren(el("span", { class: "lead", text: "Now you. Try:" }),
    ...list.map((chip) => {
      const what = typeof chip === "string" ? { text: chip } : chip;
      return el("button", { class: "chip", text: what.label || what.text, onclick: () => tell("chip", what) });
    }),
    el("button", { class: "plain", "aria-label": "Put these away", onclick: () => { putAway = true; chips(); } }, icon("close", 14)));
}

// troubles

function troubles(rules) {
  down = rules.find((rule) => rule.match === "google.*" && rule.until) || null;
  tick();
}

export async function googleDown() {
  // A fault lives by the clock of this world, which may run fast.
  await act(() => api.addFault({ match: "google.*", kind: "503", seconds: 60 * Math.max(1, time.rate()) }));
}

export async function pullPlug() {
  await act(() => api.plug());
}

function pulled(seconds) {
  killed = { until: performance.now() + seconds * 1000, back: null, before: numbers.done ?? null };
  announce("Program killed");
  drawWord();
}

function say(text, seconds) {
  word = text;
  announce(text);
  clearTimeout(wordTimer);
  wordTimer = setTimeout(() => { word = ""; drawWord(); }, seconds * 1000);
  drawWord();
}

function drawWord() {
  const left = down ? Math.ceil((Date.parse(down.until) - time.now()) / 1000 / Math.max(1, time.rate())) : 0;
  if (down && left <= 0) { down = null; say("Google is back.", 6); countSoon(); }
  document.body.classList.toggle("google-down", Boolean(down));
  document.body.classList.toggle("plug-pulled", Boolean(killed));
  document.body.classList.toggle("stopped", !line);
  let text = play.state === "idle" ? "" : play.caption;
  if (word) text = word;
  if (down) text = `Google is down for ${left}\u00a0s. Messages are kept`;
  if (killed) {
    const wait = Math.ceil((killed.until - performance.now()) / 1000);
    text = wait > 0 ? `Program killed. Back in ${[3, 2, 1].filter((n) => n >= wait).join(".. ") || wait}` : "Program killed. Coming back..";
    if (wait <= 0) countSoon();
  }
  if (!line) text = "The local studio has stopped. Start it again: make demo";
  set(shown.caption, text);
  shown.google.disabled = Boolean(down);
  shown.plug.disabled = Boolean(killed);
  tell("google", down ? text : "");
}

// counters

let numbers = {};
const ALWAYS = ["in", "done", "lost", "twice"];
const SOMETIMES = ["held", "waiting"];

const count = single(async () => {
  let found = { down: true };
  try { found = await api.metrics(); } catch { /* the line says so */ }
  counters(found.down === true ? {} : found);
});
const countSoon = debounced(count, 250, 900);

function counters(found) {
  const alive = ALWAYS.some((name) => name in found);
  if (killed && alive && performance.now() > killed.until - 500) caughtUp(found);
  const before = numbers;
  if (alive) numbers = found;
  const names = [...ALWAYS, ...SOMETIMES.filter((name) => found[name] > 0)];
  shown.counters.replaceChildren(...names.map((name) => {
    const value = found[name];
    const bad = (name === "lost" || name === "twice") && value > 0;
    if (bad && !(before[name] > 0)) announce(`${value} ${name}`);
    return el("div", { class: bad ? "bad" : "", title: MEANING[name] },
      el("dd", {}, bad ? el("button", { text: String(value), "aria-label": `${value} ${name}: why?`, onclick: () => tell("why", { id: name, subject: name }) })
        : value === undefined ? "–" : Number(value).toLocaleString("en-GB")),
      el("dt", { text: name }));
  }));
}

const MEANING = {
  in: "Things that came in: messages, edits, ticks of the clock",
  done: "Things done: rows, events, messages",
  lost: "Messages that must not get lost and did",
  twice: "Messages that must leave once and left twice",
  held: "Messages that wait for a decision",
  waiting: "Work that waits for Google or WhatsApp",
};

/** The program answers again: wait until nothing waits, then say how much it caught up and how fast. */
function caughtUp(found) {
  const now = performance.now();
  killed.back ??= { at: now, done: found.done };
  const quiet = !(found.waiting > 0);
  if (!quiet && now - killed.back.at < 15000) { setTimeout(countSoon, 150); return; }
  const things = Math.max(0, found.done - (killed.before ?? killed.back.done));
  const seconds = ((now - killed.back.at) / 1000).toFixed(1);
  killed = null;
  say(things ? `Back. Caught up ${things} ${things === 1 ? "thing" : "things"} in ${seconds} s` : "Back. Nothing was waiting", 7);
}

function more() {
  layer.menu(shown.more, "More", [
    layer.item("+1 h", hour, { class: "item narrow" }), layer.item("20:00", evening, { class: "item narrow" }),
    layer.item("Month end", monthEnd, { class: "item month" }),
    layer.item("Pull the plug", pullPlug, { class: "item narrow danger" }),
    layer.item("Google down 60 s", googleDown, { class: "item narrow" }),
    layer.item("Keys", () => tell("keys", {})),
  ]);
}

