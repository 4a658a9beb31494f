// Two phones: the owner's, and one of somebody else who is picked.

import * as api from "./api.js";
import { bubble, said } from "./bubble.js";
import { debounced, el, icon, single } from "./dom.js";
import { on, tell } from "./events.js";
import { act } from "./human.js";
import * as layer from "./layer.js";
import { announce, keep, ring } from "./notice.js";
import { choices, newPerson } from "./people.js";
import * as time from "./time.js";

const place = document.getElementById("phones");
const cards = {};
let everyone = [];
let business = "";
const homes = new Map(); // message -> the phone it stands in

const first = (name) => String(name).split(" ")[0];
const of = (id) => everyone.find((who) => who.id === id);
const people = () => everyone.filter((who) => who.number !== business);

export function start() {
  cards.owner = card("owner");
  cards.client = card("client");
  const tabs = el("div", { class: "phone-tabs", role: "tablist", "aria-label": "Whose phone" }, ...["owner", "client"].map((side) =>
    (cards[side].tab = el("button", { role: "tab", class: "tab", onclick: () => show(side) }))));
  cards.pick = el("button", { class: "plain pick", "aria-label": "Another person", "aria-haspopup": "menu", onclick: () => pick(cards.pick) }, icon("down", 16));
  tabs.append(cards.pick);
  place.append(tabs, cards.owner.root, cards.client.root);
  show("owner");
  on("chat", ({ phone, wamid }) => {
    homes.set(wamid, phone);
    refresh(phone);
  });
  on("status", ({ phone }) => refresh(phone));
  on("phone", people_changed);
  on("typing", ({ phone }) => writing(phone));
  on("minute", () => Object.values(sides()).forEach((each) => each.window?.()));
}

const sides = () => ({ owner: cards.owner, client: cards.client });
export const ownerName = () => (of(cards.owner.id) ? first(of(cards.owner.id).name) : "the owner");

export async function load(desk) {
  const { phones } = await api.phones();
  everyone = phones;
  business = desk.business;
  const keep = cards.client.id && of(cards.client.id) ? cards.client.id : desk.client;
  await Promise.all([become(cards.owner, desk.owner), become(cards.client, keep)]);
}

const people_changed = debounced(async () => {
  everyone = (await api.phones()).phones;
  heads();
  const desk = cards.client.id && cards.owner.id ? null : await api.desk();
  if (desk && !cards.owner.id) await become(cards.owner, desk.owner);
  if (desk && !cards.client.id) await become(cards.client, desk.client);
}, 120, 500);

export function show(side) {
  place.dataset.shown = side;
  for (const [name, each] of Object.entries(sides())) each.tab?.setAttribute("aria-selected", String(name === side));
}

export function focus(side) {
  show(side);
  cards[side].input.focus();
}

/** Put words into a phone, ready to be sent. */
export async function suggest(text, phone) {
  let side = "client";
  if (phone && phone === cards.owner.id) side = "owner";
  else if (phone && of(phone) && phone !== cards.client.id) await become(cards.client, phone);
  cards[side].input.value = text;
  grow(cards[side].input);
  focus(side);
}

/** The ring of what plays: a phone's newest message, or one message. */
export async function point(target) {
  let side = Object.values(sides()).find((each) => each.id === target || each.messages.some((m) => m.wamid === target));
  const home = of(target) ? target : homes.get(target);
  side ??= Object.values(sides()).find((each) => each.id === home);
  if (!side && of(home)) { await become(cards.client, home); side = cards.client; }
  if (!side) return;
  await side.read();
  show(side.side);
  const wamid = side.messages.some((m) => m.wamid === target) ? target : side.messages.at(-1)?.wamid;
  ring(side.nodes.get(wamid)?.querySelector(".bubble"), wamid);
}

function heads() {
  for (const each of Object.values(sides())) {
    const who = of(each.id);
    const name = who?.name || "Nobody yet";
    each.name.textContent = name;
    each.input.placeholder = who ? `Write as ${first(name)}` : "Nobody yet";
    each.input.setAttribute("aria-label", `Write as ${name}`);
    each.input.disabled = !who;
    each.state.textContent = who?.blocked ? "has blocked the studio" : who?.off ? "switched off" : each.side;
    if (each.tab) each.tab.replaceChildren(el("b", { text: first(name) }), el("small", { text: each.side }));
  }
  const waiting = people().filter((who) => who.id !== cards.owner.id && who.id !== cards.client.id).reduce((n, who) => n + who.unread, 0);
  for (const button of [cards.client.pick, cards.pick]) {
    button?.classList.toggle("unread", waiting > 0);
    button?.setAttribute("aria-label", waiting ? `Another person, ${waiting} unread` : "Another person");
  }
}

function card(side) {
  const each = { side, id: null, messages: [], nodes: new Map(), shown: new Map(), last: "", low: true, known: false };
  each.name = el("b", { text: side });
  each.state = el("small", { text: side });
  each.pick = side === "client"
    ? el("button", { class: "plain pick", "aria-haspopup": "menu", "aria-label": "Another person", onclick: () => pick(each.pick) }, icon("down", 16)) : null;
  each.log = el("div", { class: "log", role: "log", "aria-label": `Chat of the ${side}`, tabindex: "0" });
  each.input = el("textarea", { rows: 1, maxlength: 4096, "aria-label": "Write", autocomplete: "off", spellcheck: "false" });
  each.sheet = el("div", { class: "from-below", hidden: true });
  const form = el("form", { class: "compose", onsubmit: (event) => { event.preventDefault(); send(each); } },
    each.input, el("button", { class: "send", "aria-label": "Send" }, icon("send", 18)));
  each.input.addEventListener("keydown", (event) => keys(each, event));
  each.input.addEventListener("input", () => grow(each.input));
  each.root = el("section", { class: `card phone ${side}`, "aria-label": `Phone of the ${side}` },
    el("header", { class: "card-head" }, el("span", { class: "face", "aria-hidden": "true" }, icon("phone", 15)), each.name, each.pick, each.state),
    each.log, form, each.sheet);
  // Looking closely is reading: the studio then sees teal ticks.
  each.root.addEventListener("pointerdown", () => seen(each));
  each.root.addEventListener("focusin", () => seen(each));
  // The newest message stays in sight when the card changes its height.
  new ResizeObserver(() => { if (each.low) each.log.scrollTop = each.log.scrollHeight; }).observe(each.log);
  each.log.addEventListener("scroll", () => { each.low = each.log.scrollHeight - each.log.scrollTop - each.log.clientHeight < 60; });
  each.read = single(() => readChat(each));
  each.soon = debounced(each.read, 40, 160);
  return each;
}

async function become(each, id) {
  each.id = id;
  each.nodes.clear();
  each.shown.clear();
  each.messages = [];
  each.log.replaceChildren();
  each.known = false;
  each.low = true;
  each.sheet.hidden = true;
  heads();
  await each.read();
}

function refresh(phone) {
  const each = Object.values(sides()).find((one) => one.id === phone);
  if (each) each.soon();
  else people_changed();
}

async function readChat(each) {
  if (!each.id) { draw(each, []); return; }
  const id = each.id;
  const { messages } = await api.chat(id);
  if (each.id === id) draw(each, messages.filter((message) => message.type !== "reaction"));
}

function draw(each, messages) {
  const known = each.known; // the first look at a chat is no news
  each.known = true;
  each.messages = messages;
  const by = new Map(messages.map((message) => [message.wamid, message]));
  const taps = new Map();
  for (const message of messages) if (message.tapped && message.reply_to) {
    if (!taps.has(message.reply_to)) taps.set(message.reply_to, new Set());
    taps.get(message.reply_to).add(message.tapped);
  }
  const context = {
    name: of(each.id)?.name || each.id,
    quoted: (wamid) => by.get(wamid),
    tapped: (wamid) => taps.get(wamid) || new Set(),
    tap: (message, id) => act(() => api.speak({ phone: each.id, tap: id, of: message.wamid })),
    choose: (message) => fromBelow(each, message),
    fill: (message) => fillIn(each, message),
    select: (message) => choose(each, message),
  };
  const wanted = [];
  let day = "";
  const fresh = [];
  for (const message of messages) {
    const itsDay = time.dayOf(new Date(message.at));
    if (itsDay !== day) { day = itsDay; wanted.push(divider(each, day)); }
    const print = JSON.stringify([message, [...context.tapped(message.wamid)]]);
    let node = each.nodes.get(message.wamid);
    if (!node || each.shown.get(message.wamid) !== print) {
      const next = bubble(message, context);
      if (!node) { fresh.push([message, next]); if (known) next.classList.add("rise"); }
      else if (node.querySelector(".chosen")) next.querySelector(".bubble").classList.add("chosen");
      keep(next.querySelector(".bubble"), message.wamid);
      node?.replaceWith(next);
      node = next;
      each.nodes.set(message.wamid, node);
      each.shown.set(message.wamid, print);
    }
    wanted.push(node);
  }
  if (!messages.length) wanted.push(each.none ??= el("p", { class: "empty", text: "No messages yet. Write: bookings" }));
  arrange(each.log, wanted);
  if (each.low || fresh.some(([message]) => message.direction === "in")) each.log.scrollTop = each.log.scrollHeight;
  if (known) for (const [message, node] of fresh) newcomer(context.name, message, node);
}

function divider(each, day) {
  const key = `day:${day}`;
  if (!each.nodes.has(key)) each.nodes.set(key, el("p", { class: "day", text: time.dayText(day) }));
  return each.nodes.get(key);
}

/** Bring the children into this order, moving only what stands wrong. */
function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, at) => { if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] || null); });
}

function newcomer(name, message, node) {
  const words = said(message).replaceAll(/[*\n]+/g, " ");
  announce(message.direction === "out" ? `${first(name)} got: ${words}` : `${first(name)} wrote: ${words}`);
  if (message.direction === "out") ring(node.querySelector(".bubble"), message.wamid);
}

function choose(each, message) {
  document.querySelectorAll(".bubble.chosen").forEach((node) => node.classList.remove("chosen"));
  each.nodes.get(message.wamid)?.querySelector(".bubble").classList.add("chosen");
  const name = of(each.id)?.name || each.id;
  tell("why", { id: message.wamid, subject: message.direction === "out" ? `message to ${first(name)}` : `message from ${first(name)}` });
}

function seen(each) {
  if (each.messages.some((message) => message.direction === "out" && ["sent", "delivered"].includes(message.status)))
    api.speak({ phone: each.id, read: true }).catch(() => {});
}

// writing

function keys(each, event) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(each); }
  if (event.key === "ArrowUp" && !each.input.value && each.last) { event.preventDefault(); each.input.value = each.last; grow(each.input); }
  if (event.key === "Escape") each.input.blur();
}

async function send(each) {
  const text = each.input.value.trim();
  if (!text || !each.id) return;
  each.input.value = "";
  grow(each.input);
  const done = await act(() => api.speak({ phone: each.id, text }));
  if (done) each.last = text;
  else { each.input.value = text; grow(each.input); }
}

function grow(input) {
  input.style.height = "auto";
  input.style.height = `${Math.min(96, input.scrollHeight + 2)}px`;
}

let writingTimer = null;
function writing(phone) {
  const each = Object.values(sides()).find((one) => one.id === phone);
  if (!each) return;
  each.state.textContent = "studio is writing...";
  clearTimeout(writingTimer);
  writingTimer = setTimeout(heads, 2500);
}

function fromBelow(each, message) {
  const close = () => { each.sheet.hidden = true; each.input.focus(); };
  const rows = message.list.sections.flatMap((section) => [
    section.title ? el("h3", { text: section.title }) : null,
    ...section.rows.map((row) => el("button", { class: "choice", onclick: () => {
      close();
      act(() => api.speak({ phone: each.id, choose: row.id, of: message.wamid }));
    } }, el("b", { text: row.title }), row.description ? el("small", { text: row.description }) : null)),
  ]);
  each.sheet.replaceChildren(el("div", { class: "shade", onclick: close }),
    el("div", { class: "choices", role: "dialog", "aria-label": message.list.button, onkeydown: (event) => { if (event.key === "Escape") close(); } },
      el("header", {}, el("b", { text: message.list.button }), el("button", { class: "plain", "aria-label": "Close", onclick: close }, icon("close", 16))), ...rows.filter(Boolean)));
  each.sheet.hidden = false;
  each.sheet.querySelector(".choice")?.focus();
}

function fillIn(each, message) {
  const close = () => { each.sheet.hidden = true; each.input.focus(); };
  const form = el("form", { onsubmit: async (event) => {
    event.preventDefault();
    const flow = {};
    for (const field of message.flow.fields) {
      const input = form.elements.namedItem(field.name);
      const value = field.kind === "OptIn" ? input.checked : field.kind === "CheckboxGroup" ? [...input.selectedOptions].map((one) => one.value) : input.value;
      if (value !== "") flow[field.name] = value;
    }
    if (await act(() => api.speak({ phone: each.id, flow, of: message.wamid }))) close();
  } }, ...message.flow.fields.map((field) => el("label", { class: "field" }, el("span", { text: field.label }), answer(field))),
    el("button", { class: "strong", type: "submit", text: "Send" }));
  each.sheet.replaceChildren(el("div", { class: "shade", onclick: close }),
    el("div", { class: "choices", role: "dialog", "aria-label": message.flow.cta, onkeydown: (event) => { if (event.key === "Escape") close(); } },
      el("header", {}, el("b", { text: message.flow.cta }), el("button", { class: "plain", "aria-label": "Close", onclick: close }, icon("close", 16))), form));
  each.sheet.hidden = false;
  form.elements[0]?.focus();
}

function answer(field) {
  const common = { name: field.name, required: field.required || null };
  if (field.options.length)
    return el("select", { ...common, multiple: field.kind === "CheckboxGroup" || null }, ...field.options.map((one) => el("option", { value: one.id, text: one.title })));
  if (field.kind === "OptIn") return el("input", { ...common, type: "checkbox" });
  return el("input", { ...common, type: field.kind === "DatePicker" ? "date" : "text", value: field.value ?? "" });
}

// who else there is

function pick(button) {
  layer.menu(button, "Whose phone", choices(people().filter((who) => who.id !== cards.owner.id), cards.client.id, (who) => {
    become(cards.client, who.id);
    show("client");
  }, () => newPerson(people(), async (number, name) => {
    const made = await act(() => api.setPhone({ phone: number, name, attentive: true }));
    if (!made) return;
    everyone = (await api.phones()).phones;
    await become(cards.client, made.id);
    focus("client");
  })));
}
