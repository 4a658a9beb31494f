// What just changed: the teal ring, and one polite line for those who listen instead of look.

import { calm, debounced } from "./dom.js";

const pending = [];

const say = debounced(() => {
  document.getElementById("live").textContent = pending.splice(0).slice(-4).join(". ");
}, 250, 1500);

export function announce(text) {
  pending.push(text);
  say();
}

const LASTS = 1200;
const rings = new Map(); // what is ringed -> since when

/** Draw the ring around an element; it fades, or stays until the next step where motion is not wanted. `key` names what
 * the element stands for: drawn anew meanwhile, it keeps its ring by `keep`. */
export function ring(node, key) {
  if (!node) return;
  const since = performance.now();
  rings.set(key, since);
  node.classList.remove("ring");
  void node.offsetWidth;
  keep(node, key);
  if (!calm()) setTimeout(() => {
    if (rings.get(key) !== since) return;
    rings.delete(key);
    for (const each of document.querySelectorAll(".ring")) if (each.dataset.ring === key) each.classList.remove("ring");
  }, LASTS + 50);
}

export function keep(node, key) {
  if (!rings.has(key)) return;
  node.dataset.ring = key;
  node.style.setProperty("--age", `-${Math.round(performance.now() - rings.get(key))}ms`);
  node.classList.add("ring");
}

export function clearRings() {
  rings.clear();
  for (const node of document.querySelectorAll(".ring")) node.classList.remove("ring");
}

/** A short line over the page, for something that could not be done. */
export function toast(text) {
  document.querySelector(".toast")?.remove();
  const node = document.createElement("p");
  node.className = "toast";
  node.textContent = text;
  document.body.append(node);
  announce(text);
  setTimeout(() => node.remove(), 4500);
}
