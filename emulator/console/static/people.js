// The picker of people, and a number nobody knows yet.

import { el } from "./dom.js";
import * as layer from "./layer.js";

/** Items of the picker. */
export function choices(people, now, choose, someoneNew) {
  return [
    ...people.map((who) => el("button", {
      role: "menuitem", class: `item person${who.id === now ? " now" : ""}`, onclick: () => choose(who),
    }, el("span", {}, el("b", { text: who.name }), el("small", { text: who.last?.text?.split("\n")[0] || who.number || "" })),
    who.unread ? el("i", { class: "count", text: String(who.unread), "aria-label": `${who.unread} unread` }) : null)),
    el("button", { role: "menuitem", class: "item new", onclick: () => setTimeout(someoneNew) }, el("span", { text: "Someone new" })),
  ];
}

/** Ofcom keeps these numbers for drama; the first that nobody here has. */
function free(people) {
  const taken = new Set(people.map((who) => who.number));
  for (let at = 101; at < 1000; at += 1) {
    const number = `+44 7700 900${at}`;
    if (!taken.has(number.replaceAll(" ", ""))) return number;
  }
  return "+44 7700 900999";
}

export function newPerson(people, done) {
  const number = el("input", { type: "tel", required: true, value: free(people), "aria-label": "Number" });
  const name = el("input", { type: "text", required: true, maxlength: 40, placeholder: "Name in WhatsApp", "aria-label": "Name in WhatsApp" });
  const form = el("form", { method: "dialog" },
    el("p", { text: "Someone new writes to the studio." }),
    el("label", {}, "Number", number), el("label", {}, "Name", name),
    el("div", { class: "row" }, el("button", { type: "button", class: "soft", text: "Leave it", onclick: () => box.close() }), el("button", { class: "strong", text: "Take the phone" })));
  const box = layer.open("ask", form);
  form.addEventListener("submit", () => done(number.value, name.value.trim()));
  name.focus();
}
