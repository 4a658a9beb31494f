// Layers over the page: a question, the list of keys, a paper at full size. All are <dialog>: Esc closes, focus comes back.

import { el, icon } from "./dom.js";

export function open(className, ...children) {
  const box = el("dialog", { class: `layer ${className}` }, ...children);
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

const closer = (label = "Close") =>
  el("button", { class: "plain", "aria-label": label, onclick: (event) => event.target.closest("dialog").close() }, icon("close"));

/** Yes or no; resolves to true or false. */
export function confirm(question, yes, no) {
  return new Promise((resolve) => {
    const box = open("ask", el("p", { text: question }), el("div", { class: "row" },
      el("button", { class: "soft", text: no, onclick: () => box.close() }),
      el("button", { class: "strong", text: yes, onclick: () => { box.returnValue = "yes"; box.close("yes"); } })));
    box.addEventListener("close", () => resolve(box.returnValue === "yes"));
  });
}

export function paper(title, picture, whole) {
  open("paper",
    el("header", {}, el("h2", { text: title }),
      el("a", { class: "soft", href: whole, target: "_blank", rel: "noopener", text: "Open the file" }), closer()),
    el("div", { class: "sheetful" }, el("img", { src: picture, alt: `Page 1 of ${title}` })));
}

export function table(title, rows) {
  open("keys", el("header", {}, el("h2", { text: title }), closer()),
    el("dl", {}, ...rows.flatMap(([key, text]) => [el("dt", {}, el("kbd", { text: key })), el("dd", { text })])));
}

let shut = null;

/** A small menu under a button; `fill` gives its children. Arrow keys move, Esc closes. */
export function menu(button, label, children) {
  shut?.();
  const box = el("div", { class: "menu", role: "menu", "aria-label": label }, ...children);
  const place = button.getBoundingClientRect();
  document.body.append(box);
  box.style.top = `${Math.min(place.bottom + 4, innerHeight - box.offsetHeight - 8)}px`;
  box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - box.offsetWidth - 8))}px`;
  button.setAttribute("aria-expanded", "true");
  const outside = (event) => { if (!box.contains(event.target) && !button.contains(event.target)) close(false); };
  function close(back = true) {
    box.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    shut = null;
    if (back) button.focus();
  }
  shut = close;
  document.addEventListener("pointerdown", outside, true);
  const items = () => [...box.querySelectorAll("button, input")];
  box.addEventListener("keydown", (event) => {
    const at = items().indexOf(document.activeElement);
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") items()[(at + 1) % items().length]?.focus();
    else if (event.key === "ArrowUp") items()[(at - 1 + items().length) % items().length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("click", (event) => { if (event.target.closest("[role=menuitem]")) close(); });
  items()[0]?.focus();
  return close;
}

export const item = (text, work, more = {}) =>
  el("button", { role: "menuitem", class: "item", onclick: work, ...more }, el("span", { text }));
