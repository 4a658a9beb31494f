// Elements. Text always goes in as text: nothing a person or a program wrote is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** el("button", {class: "x", text: "Go", onclick: f, "aria-label": "Go"}, child, ...) */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const ICONS = {
  play: "M7 5l12 7-12 7z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  send: "M4 12l16-8-5 17-3.5-6.5zM11.5 14.5L20 4",
  down: "M6 9l6 6 6-6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  list: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
  reply: "M10 8V4L3 11l7 7v-4c6 0 9 2 11 6 0-7-4-12-11-12z",
  link: "M14 4h6v6M20 4l-9 9M18 14v5H5V6h5",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  phone: "M8 3h8a2 2 0 012 2v14a2 2 0 01-2 2H8a2 2 0 01-2-2V5a2 2 0 012-2zM11 18h2",
  sheet: "M4 5h16v14H4zM4 10h16M4 15h16M10 5v14",
  diary: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  why: "M9.5 9a2.5 2.5 0 115 0c0 2-2.5 2-2.5 4M12 17h.01M12 3a9 9 0 100 18 9 9 0 000-18z",
  add: "M12 5v14M5 12h14",
  mic: "M12 4a3 3 0 013 3v5a3 3 0 01-6 0V7a3 3 0 013-3zM6 12a6 6 0 0012 0M12 18v3",
};

/** A drawn sign; hidden from screen readers, words stand beside it. */
export function icon(name, size = 18) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** WhatsApp's ticks: 1 taken, 2 delivered, teal read. */
export function ticks(status) {
  const words = { accepted: "on its way", sent: "taken", delivered: "delivered", read: "read", failed: "not delivered" };
  const svg = document.createElementNS(SVG, "svg");
  const two = status === "delivered" || status === "read";
  for (const [key, value] of Object.entries({ viewBox: "0 0 18 11", width: 18, height: 11, role: "img" }))
    svg.setAttribute(key, value);
  svg.setAttribute("class", `ticks ${status}`);
  svg.setAttribute("aria-label", words[status] || status);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", status === "accepted" ? "M6 5.5a3.4 3.4 0 106.8 0 3.4 3.4 0 10-6.8 0M9.4 3.6v2l1.2.9"
    : two ? "M1.5 5.8l3 3 6.6-7M8 8.2l.6.6 6.6-7" : "M4.5 5.8l3 3 6.6-7");
  svg.append(path);
  return svg;
}

/** Run `work` once, `wait` ms after the last of a burst of calls (but at least every `most` ms). */
export function debounced(work, wait = 60, most = 400) {
  let timer = null;
  let first = 0;
  return (...args) => {
    const now = performance.now();
    if (timer === null) first = now;
    clearTimeout(timer);
    timer = setTimeout(() => { timer = null; work(...args); }, Math.max(0, Math.min(wait, first + most - now)));
  };
}

/** One run at a time; asked again meanwhile, it runs once more afterwards. */
export function single(work) {
  let running = null;
  let again = false;
  return function run(...args) {
    if (running) { again = true; return running; }
    running = Promise.resolve().then(() => work(...args)).finally(() => {
      running = null;
      if (again) { again = false; run(...args); }
    });
    return running;
  };
}

/** Whether keys now belong to something that is being typed. */
export const typing = (target) => Boolean(target?.closest?.("input, textarea, select, [contenteditable]"));

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
