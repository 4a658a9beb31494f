// Typing into one cell.

import { el } from "./dom.js";

let now = null;

/** Which cell is being typed into: {row, column}, or null. */
export const editing = () => now?.place || null;

/** Put an input over a cell; `done(text, [down, right])` gets undefined when the text is dropped. */
export function edit(td, place, { text, choices, label, done }) {
  stop(false);
  const list = choices?.length ? el("datalist", { id: "choices" }, ...choices.map((value) => el("option", { value }))) : null;
  const input = el("input", { class: "editor", value: text, "aria-label": label, autocomplete: "off", list: list ? "choices" : null });
  const finish = (keep, move = [0, 0]) => {
    if (!now) return;
    now = null;
    input.remove();
    list?.remove();
    done(keep ? input.value : undefined, move);
  };
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const moves = { Enter: [event.shiftKey ? -1 : 1, 0], Tab: [0, event.shiftKey ? -1 : 1] };
    if (moves[event.key]) finish(true, moves[event.key]);
    else if (event.key === "Escape") finish(false);
    else { event.stopPropagation(); return; }
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", () => finish(true));
  now = { place, finish };
  td.append(input);
  if (list) td.append(list);
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
}

/** End typing, keeping or dropping the text. */
export function stop(keep) {
  now?.finish(keep);
}
