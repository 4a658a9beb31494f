// The week as the owner's calendar app shows it: drag, stretch, delete, type a new one.

import * as api from "./api.js";
import { calm, debounced, el, icon, single } from "./dom.js";
import { on, tell } from "./events.js";
import { act } from "./human.js";
import { announce, keep, ring } from "./notice.js";
import { grip, picked } from "./drag.js";
import { lanes } from "./lanes.js";
import { ownerName } from "./phones.js";
import * as time from "./time.js";

const place = document.getElementById("diary");
const shown = {};
let calendar = null;
let events = [];
let days = [];
let offset = 0; // weeks (or pages of days) from the present
let prints = new Map();
let hour = 54;
let loaded = false;
let scrolled = false;

export function start() {
  shown.range = el("small", {});
  shown.head = el("div", { class: "days" });
  shown.today = el("button", { class: "plain today", "aria-label": "Back to today", text: "Today", onclick: () => page(0) });
  shown.all = el("div", { class: "all-day", hidden: true });
  shown.hours = el("div", { class: "hours", "aria-hidden": "true" }, ...Array.from({ length: 24 }, (_, at) => el("span", { text: time.minuteText(at * 60) })));
  shown.columns = el("div", { class: "columns" });
  shown.body = el("div", { class: "week", tabindex: "-1" }, el("div", { class: "sheetlet" }, shown.hours, shown.columns));
  shown.empty = el("p", { class: "empty", hidden: true });
  shown.veil = el("p", { class: "veil", hidden: true });
  place.append(
    el("header", { class: "card-head" }, el("b", { text: "Diary" }), shown.range,
      el("span", { class: "steps" }, shown.today,
        el("button", { class: "plain", "aria-label": "New entry", title: "New entry", onclick: newEntry }, icon("add", 15)),
        el("button", { class: "plain", "aria-label": "Earlier", onclick: () => page(-1) }, icon("left", 15)),
        el("button", { class: "plain", "aria-label": "Later", onclick: () => page(1) }, icon("right", 15)))),
    shown.head, shown.all, el("div", { class: "diary-body" }, shown.body, shown.empty, shown.veil));
  on("calendar", soon);
  on("day", () => { offset = 0; if (loaded) read(); });
  on("minute", line);
  on("phone", debounced(empty, 600));
  on("google", (text) => { shown.veil.hidden = !text; shown.veil.replaceChildren(el("span", { text })); place.inert = Boolean(text); });
  shown.columns.addEventListener("dblclick", (event) => {
    const column = event.target.closest(".day-column");
    if (column && event.target === column) create(column.dataset.day, Math.floor((event.offsetY / hour) * 2) * 30);
  });
  new ResizeObserver(debounced(() => { if (loaded) { if (wantedDays().join() === days.join()) draw(); else read(); } }, 80)).observe(place);
  grip(shown.columns, { hour: () => hour, days: () => days, find, drop, remove, choose, body: shown.body });
}

export async function load(desk) {
  calendar = desk.calendar;
  await read();
}

function wantedDays() {
  const today = time.dayOf(time.now());
  if (place.clientWidth < 330 || matchMedia("(max-width: 899px)").matches) {
    const first = time.shiftDay(today, offset * 3);
    return [0, 1, 2].map((by) => time.shiftDay(first, by));
  }
  // On a Sunday the week that begins tomorrow is of more use.
  const start = time.shiftDay(time.monday(time.weekday(today) === 0 ? time.shiftDay(today, 1) : today), offset * 7);
  return [0, 1, 2, 3, 4, 5].map((by) => time.shiftDay(start, by));
}

const read = single(async () => {
  days = wantedDays();
  const from = time.instantOf(days[0], 0);
  const to = time.instantOf(time.shiftDay(days.at(-1), 1), 0);
  if (calendar) {
    try { events = (await api.listEvents(calendar, from, to)).items.map(entry); } catch (error) { if (error.status === 404) events = []; else return; }
  } else events = [];
  draw();
});
const soon = debounced(read, 50, 250);

/** An event as drawn. Times are of the studio's days; an all-day event has no minutes. */
function entry(event) {
  const whole = Boolean(event.start.date);
  const start = whole ? null : new Date(event.start.dateTime);
  const end = whole ? null : new Date(event.end.dateTime);
  const text = (event.summary || "").replace(/^\d\d:\d\d\s+/, "");
  const [, kind, names, count] = text.match(/^([\p{L}-]+): (.*?)(?: \((\d+\/\d+)\))?$/u) || [null, text || "No title", "", ""];
  const day = whole ? event.start.date : time.dayOf(start);
  return {
    id: event.id, raw: event, whole, day, kind, names: names || "", count: count || "",
    start: whole ? 0 : time.minuteOf(start),
    length: whole ? 0 : Math.max(15, Math.round((end - start) / 60000)),
    held: event.status === "tentative",
    ours: Boolean(event.extendedProperties?.private && Object.keys(event.extendedProperties.private).length),
  };
}

const find = (id) => events.find((each) => each.id === id);

// drawing

function draw() {
  if (picked()) return;
  const today = time.dayOf(time.now());
  const before = shown.body.scrollTop / hour;
  hour = Math.max(40, Math.floor(shown.body.clientHeight / 11));
  place.style.setProperty("--hour", `${hour}px`);
  place.style.setProperty("--days", days.length);
  const month = (day) => time.dayText(day).split(" ")[2];
  const same = month(days[0]) === month(days.at(-1));
  shown.range.textContent = `${same ? time.shortDay(days[0]) : time.dayText(days[0])} to ${time.dayText(days.at(-1))}`;
  shown.head.replaceChildren(el("span", {}), ...days.map((day) => el("span", { class: day === today ? "now" : "", text: time.shortDay(day) })));
  const whole = events.filter((each) => each.whole && days.includes(each.day));
  shown.all.hidden = !whole.length;
  shown.all.replaceChildren(el("span", {}), ...days.map((day) => el("span", {}, ...whole.filter((each) => each.day === day).map((each) => el("em", { text: each.kind })))));
  const old = prints;
  prints = new Map();
  const kept = document.activeElement?.dataset?.event;
  shown.columns.replaceChildren(...days.map((day) => column(day, today)));
  if (kept) node(kept)?.focus({ preventScroll: true });
  line();
  if (scrolled && Math.abs(shown.body.scrollTop / hour - before) > 0.05) shown.body.scrollTop = before * hour;
  if (!scrolled && shown.body.clientHeight) {
    scrolled = true;
    shown.body.scrollTop = 7 * hour;
  }
  shown.today.hidden = offset === 0;
  empty();
  if (loaded) changes(old);
  loaded = true;
}

function empty() {
  shown.empty.hidden = events.length > 0;
  shown.empty.textContent = `A free week. Try in ${ownerName()}'s phone: Book Thandi tomorrow 09h00 single`;
}

function column(day, today) {
  const own = events.filter((each) => !each.whole && each.day === day);
  const root = el("div", { class: `day-column${day === today ? " now" : ""}`, data: { day }, role: "group", "aria-label": time.dayText(day) });
  for (const { each, lane, of } of lanes(own)) root.append(box(each, lane, of));
  return root;
}

function box(each, lane, of) {
  const words = `${time.minuteText(each.start)} ${each.kind}${each.count ? ` ${each.count}` : ""}`;
  const look = each.held ? "held" : each.ours ? "ours" : "other";
  const root = el("div", {
    class: `event ${look}${each.length < 40 ? " short" : ""}`, tabindex: "0", role: "button", data: { event: each.id },
    "aria-label": `${time.dayText(each.day)} ${words}${each.names ? `, ${each.names}` : ""}, ${each.length} minutes${each.held ? ", held" : ""}. Enter picks it up`,
    title: `${words}${each.names ? `: ${each.names}` : ""}`,
  }, el("div", { class: "inner" }, el("b", { text: time.minuteText(each.start) }), " ",
    el("span", { class: "what", text: `${each.kind}${each.count ? ` ${each.count}` : ""}` }),
    each.names ? el("span", { class: "names", text: each.names }) : null, each.held ? el("span", { class: "names", text: "held" }) : null),
  el("i", { class: "edge", "aria-hidden": "true" }));
  root.style.top = `${(each.start / 60) * hour + 1}px`;
  root.style.height = `${Math.max(16, (each.length / 60) * hour - 2)}px`;
  // In a narrow day, entries that overlap lie like cards in a hand.
  const shift = Math.min(30, 60 / of);
  root.style.left = `calc(${lane * shift}% + 1px)`;
  root.style.width = `calc(${100 - (of - 1) * shift}% - 3px)`;
  if (of > 1) root.classList.add("fan");
  keep(root, `event:${each.id}`);
  prints.set(each.id, JSON.stringify([each.day, each.start, each.length, each.kind, each.names, each.count, each.held]));
  return root;
}

const node = (id) => shown.columns.querySelector(`[data-event="${CSS.escape(id)}"]`);

/** Ring and words for what came, moved or went while it was looked at. */
function changes(old) {
  const span = new Set(days);
  for (const [id, print] of prints) {
    const each = find(id);
    const words = `${time.dayText(each.day)} ${time.minuteText(each.start)} ${each.kind} ${each.names}`;
    if (!old.has(id)) { if (old.span?.has(each.day)) announce(`In the diary: ${words}`); else continue; }
    else if (old.get(id) !== print) announce(`Changed in the diary: ${words}`);
    else continue;
    reveal(each);
    ring(node(id), `event:${id}`);
  }
  for (const [id, print] of old) if (!prints.has(id) && id !== "span") {
    const [day, start, , kind] = JSON.parse(print);
    if (span.has(day)) announce(`Gone from the diary: ${time.dayText(day)} ${time.minuteText(start)} ${kind}`);
  }
  prints.span = span;
}

function reveal(each) {
  const top = (each.start / 60) * hour;
  const { scrollTop, clientHeight } = shown.body;
  if (top < scrollTop || top + hour > scrollTop + clientHeight) shown.body.scrollTo({ top: Math.max(0, top - hour), behavior: calm() ? "auto" : "smooth" });
}

function line() {
  const now = time.now();
  const today = shown.columns.querySelector(".day-column.now");
  if (!today) return;
  let mark = today.querySelector(".now-line");
  if (!mark) { mark = el("i", { class: "now-line", role: "presentation" }); today.append(mark); }
  mark.style.top = `${(time.minuteOf(now) / 60) * hour}px`;
}

function page(by) {
  offset = by === 0 ? 0 : offset + by;
  prints = new Map();
  read();
}

// doing

const moment = (day, minute) => ({ dateTime: time.localText(day, minute), timeZone: time.zoneName() });

/** An event was put down at (day, start, length); `copy` leaves the first where it is. */
async function drop(each, { day, start, length }, copy) {
  if (day === each.day && start === each.start && length === each.length) { draw(); return; }
  const times = { start: moment(day, start), end: moment(day, start + length) };
  const { summary, description, extendedProperties, status, colorId } = each.raw;
  draw();
  const done = await act(() => (copy
    ? api.insertEvent(calendar, { summary, description, extendedProperties, status, colorId, ...times })
    : api.patchEvent(calendar, each.id, times)));
  if (!done) read();
}

async function remove(each) {
  await act(() => api.deleteEvent(calendar, each.id));
}

function choose(each) {
  tell("why", { id: `event:${each.id}`, subject: `${time.dayText(each.day)} ${time.minuteText(each.start)}, ${each.kind}`, none: "Your own event. The program keeps this time free and leaves it alone." });
}

function newEntry() {
  const today = time.dayOf(time.now());
  const day = days.includes(today) ? today : days[0];
  create(day, Math.min(22, Math.floor(time.minuteOf(time.now()) / 60) + 1) * 60);
}

function create(day, start) {
  const column = shown.columns.querySelector(`[data-day="${day}"]`);
  if (!calendar || !column) return;
  const input = el("input", { class: "new-event", placeholder: "Mary single", "aria-label": `New entry, ${time.dayText(day)} ${time.minuteText(start)}`, maxlength: 200 });
  input.style.top = `${(start / 60) * hour + 1}px`;
  input.style.height = `${hour - 2}px`;
  let open = true;
  const close = async (keep) => {
    if (!open) return;
    open = false;
    const summary = input.value.trim();
    input.remove();
    if (keep && summary) await act(() => api.insertEvent(calendar, { summary, start: moment(day, start), end: moment(day, start + 60) }));
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") close(true);
    if (event.key === "Escape") close(false);
  });
  input.addEventListener("blur", () => close(true));
  column.append(input);
  input.scrollIntoView({ block: "nearest" });
  input.focus();
}

// from outside

export function focus() {
  const today = shown.columns.querySelector(".day-column.now .event") || shown.columns.querySelector(".event");
  (today || shown.body).focus();
}

export async function point(id) {
  await read();
  const each = find(id);
  if (each) { reveal(each); ring(node(id), `event:${id}`); }
}
