// What just changed: the teal ring, and one polite line for those who listen instead of look.

import { calm, debounced } from "./dom.js";

const pending = [];
let kept = [];

const say = debounced(() => {
  document.getElementById("live").textContent = pending.splice(0).slice(-4).join(". ");
}, 250, 1500);

export function announce(text) {
  pending.push(text);
  say();
}

/** Draw the ring around an element; it fades, or stays until the next step where motion is not wanted. */
export function ring(node) {
  if (!node) return;
  node.classList.remove("ring");
  void node.offsetWidth;
  node.classList.add("ring");
  if (calm()) kept.push(node);
  else node.addEventListener("animationend", (event) => {
    if (event.animationName === "ring") node.classList.remove("ring");
  }, { once: true });
}

export function clearRings() {
  for (const node of kept) node.classList.remove("ring");
  kept = [];
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
