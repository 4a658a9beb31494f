// Moving events: with the pointer (drag, stretch at the bottom edge, Alt copies) and with keys alone.

import { announce } from "./notice.js";
import * as time from "./time.js";

const STEP = 15;
let held = null; // {node, each, day, start, length, mode, copy, keys}

/** The event that is in somebody's hand; the week is not drawn anew meanwhile. */
export const picked = () => held;

/** `week`: hour() in pixels, days(), find(id), drop(each, place, copy), remove(each), choose(each), body (scrolls). */
export function grip(columns, week) {
  let from = null;

  columns.addEventListener("pointerdown", (event) => {
    const node = event.target.closest(".event");
    if (!node || event.button !== 0 || held?.keys) return;
    const each = week.find(node.dataset.event);
    const stretch = event.target.classList.contains("edge");
    from = { x: event.clientX, y: event.clientY, scroll: week.body.scrollTop, node, each, stretch, id: event.pointerId };
  });

  columns.addEventListener("pointermove", (event) => {
    if (!from || event.pointerId !== from.id) return;
    const dx = event.clientX - from.x;
    const dy = event.clientY - from.y + week.body.scrollTop - from.scroll;
    if (!held) {
      if (Math.hypot(dx, dy) < 5) return;
      columns.setPointerCapture(from.id);
      held = { ...place(from.each), node: from.node, each: from.each, copy: event.altKey && !from.stretch };
      from.node.classList.add("moving");
      if (held.copy) shadow(from.node);
    }
    const minutes = Math.round((dy / week.hour()) * 60 / STEP) * STEP;
    if (from.stretch) held.length = Math.max(STEP, from.each.length + minutes);
    else {
      held.start = Math.max(0, Math.min(1440 - STEP, from.each.start + minutes));
      held.day = dayAt(columns, event.clientX) || held.day;
    }
    show(week);
  });

  const end = (event, keep) => {
    if (!from || event.pointerId !== from.id) return;
    const { each, node } = from;
    from = null;
    if (!held) { if (keep) { node.focus({ preventScroll: true }); week.choose(each); } return; }
    letGo(week, keep);
  };
  columns.addEventListener("pointerup", (event) => end(event, true));
  columns.addEventListener("pointercancel", (event) => end(event, false));

  columns.addEventListener("keydown", (event) => {
    const node = event.target.closest(".event");
    if (!node) return;
    const each = week.find(node.dataset.event);
    if (held?.keys) inHand(event, week);
    else if (event.key === "Enter") {
      held = { ...place(each), node, each, keys: true, copy: event.altKey };
      node.classList.add("moving");
      week.choose(each);
      announce(`Picked up ${each.kind}. Arrows move it, Shift and arrows change its length, Enter puts it down, Escape puts it back`);
    } else if (event.key === "Delete" || event.key === "Backspace") week.remove(each);
    else if (event.key === " ") week.choose(each);
    else if (/^Arrow/.test(event.key)) neighbour(columns, node, /Up|Left/.test(event.key) ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  columns.addEventListener("focusout", () => { if (held?.keys) setTimeout(() => { if (held?.keys && document.activeElement !== held.node) letGo(week, false); }); });
}

const place = (each) => ({ day: each.day, start: each.start, length: each.length });

function dayAt(columns, x) {
  const found = [...columns.children].find((column) => {
    const box = column.getBoundingClientRect();
    return x >= box.left && x < box.right;
  });
  return found?.dataset.day;
}

function inHand(event, week) {
  const days = week.days();
  const at = days.indexOf(held.day);
  const vertical = { ArrowUp: -STEP, ArrowDown: STEP }[event.key];
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (vertical && event.shiftKey) held.length = Math.max(STEP, held.length + vertical);
  else if (vertical) held.start = Math.max(0, Math.min(1440 - STEP, held.start + vertical));
  else if (sideways) held.day = days[Math.max(0, Math.min(days.length - 1, at + sideways))];
  else if (event.key === "Enter") { letGo(week, true); return; }
  else if (event.key === "Escape") { letGo(week, false); return; }
  show(week);
  held.node.scrollIntoView({ block: "nearest" });
  announce(`${time.dayText(held.day)} ${time.minuteText(held.start)}, ${held.length} minutes`);
}

function show(week) {
  const { node, day, start, length } = held;
  const column = document.querySelector(`#diary [data-day="${day}"]`);
  if (column && node.parentNode !== column) {
    const focus = document.activeElement === node;
    column.append(node);
    if (focus) node.focus({ preventScroll: true });
  }
  node.style.top = `${(start / 60) * week.hour() + 1}px`;
  node.style.height = `${Math.max(16, (length / 60) * week.hour() - 2)}px`;
  node.style.left = "1px";
  node.style.width = "calc(100% - 3px)";
  node.querySelector("b").textContent = time.minuteText(start);
}

/** The one that stays while its copy is dragged. */
function shadow(node) {
  const stays = node.cloneNode(true);
  stays.classList.remove("moving");
  stays.removeAttribute("tabindex");
  stays.removeAttribute("data-event");
  node.before(stays);
}

function letGo(week, keep) {
  const { node, each, day, start, length, copy } = held;
  const moved = day !== each.day || start !== each.start || length !== each.length;
  held = null;
  node.classList.remove("moving");
  week.drop(each, keep && moved ? { day, start, length } : place(each), copy);
}

function neighbour(columns, node, by) {
  const all = [...columns.querySelectorAll(".event[data-event]")]
    .sort((a, b) => a.parentNode.dataset.day.localeCompare(b.parentNode.dataset.day) || a.offsetTop - b.offsetTop);
  all[all.indexOf(node) + by]?.focus();
}
