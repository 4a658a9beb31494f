// Her own last edits in the sheet, to be taken back one by one.

import { act } from "./human.js";

const stack = [];
let watcher = () => {};
let order = [];

export const watch = (work) => { watcher = work; };
/** The order of the rows as last read; sorts are taken back by it. */
export const seen = (ids) => { order = ids; };

export function push(label, work) {
  stack.push({ label, work });
  if (stack.length > 50) stack.shift();
  watcher(label);
}

export async function back() {
  const last = stack.pop();
  if (!last) return;
  await act(() => last.work(order));
  watcher(stack.at(-1)?.label);
}

/** Requests that bring rows from the order `now` back into the order `before`, whatever else changed in them. */
export function moves(before, now, sheetId, top) {
  const line = [...now];
  const requests = [];
  before.filter((id) => line.includes(id)).forEach((id, to) => {
    const from = line.indexOf(id, to);
    if (from < 0 || from === to) return;
    line.splice(from, 1);
    line.splice(to, 0, id);
    requests.push({ moveDimension: { source: { sheetId, dimension: "ROWS", startIndex: top + from, endIndex: top + from + 1 }, destinationIndex: top + to } });
  });
  return requests;
}
