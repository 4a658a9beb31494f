// The grid as a table that is changed in place: focus, selection and scroll stay where they are.

import { el } from "./dom.js";
import { announce, keep, ring } from "./notice.js";

const NUMBERS = 32; // the phone app's own width of the row numbers
const PHONE = 320; // what a phone shows of the columns

export const table = el("table", { role: "grid", class: "grid" });
const columns = el("colgroup");
const body = el("tbody");
table.append(columns, body);
export const frame = el("div", { class: "frame" }, table, el("i", { class: "edge", role: "presentation" }));
frame.style.setProperty("--edge", `${NUMBERS + PHONE}px`);

let prints = [];
let drawnFor = "";

export const cellAt = (row, column) => body.children[row]?.children[column + 1];
export const rowAt = (row) => body.children[row];

export const ringRow = (row) => ring(rowAt(row), `row:${drawnFor}:${row}`);

export function placeOf(node) {
  const td = node.closest?.("td");
  if (!td || !body.contains(td)) return null;
  return { row: td.parentNode.rowIndex, column: td.cellIndex - 1 };
}

/** Draw `view`; `key` names the tab: another one is drawn from scratch, the same one tells what changed. */
export function draw(view, key, editing) {
  const fresh = key !== drawnFor;
  if (fresh) { body.replaceChildren(); prints = []; drawnFor = key; frame.scrollTo(0, 0); }
  sizes(view);
  const spare = Math.max(12, Math.ceil(frame.clientHeight / 30) - view.rows.length + 1);
  const count = Math.min(view.size, view.rows.length + spare);
  while (body.children.length > count) body.lastChild.remove();
  prints.length = Math.min(prints.length, count);
  const changed = [];
  for (let row = 0; row < count; row += 1) {
    const line = body.children[row] || body.appendChild(newRow(row, view));
    line.className = className(view, row);
    keep(line, `row:${key}:${row}`);
    drawRow(line, row, view, changed, editing);
  }
  table.setAttribute("aria-rowcount", String(view.size));
  if (!fresh) tell(view, changed);
}

function sizes(view) {
  const print = JSON.stringify(view.columns);
  if (columns.dataset.print === print) return;
  columns.dataset.print = print;
  const shown = (column) => (column.hidden ? 0 : column.width);
  const cols = [NUMBERS, ...view.columns.map(shown)].map((width) => {
    const col = el("col");
    col.style.width = `${width}px`;
    return col;
  });
  columns.replaceChildren(...cols);
  table.style.width = `${NUMBERS + view.columns.reduce((sum, column) => sum + shown(column), 0)}px`;
}

function className(view, row) {
  const names = [];
  if (row < view.frozenRows) names.push("frozen");
  if (row === 0 && view.header) names.push("heading");
  if (view.rows[row]?.some((cell) => cell.kind === "tick")) names.push("thumb");
  if (row >= view.rows.length) names.push("blank");
  return names.join(" ");
}

function newRow(row, view) {
  const line = el("tr", {}, el("th", { scope: "row" }, el("button", { class: "number", tabindex: "-1", text: String(row + 1), "aria-label": `Row ${row + 1}: insert or delete` })));
  for (let column = 0; column < view.columns.length; column += 1) line.append(el("td", { role: "gridcell", tabindex: "-1" }));
  return line;
}

function drawRow(line, row, view, changed, editing) {
  const cells = view.rows[row] || [];
  const old = prints[row] || [];
  const now = [];
  while (line.children.length - 1 > view.columns.length) line.lastChild.remove();
  for (let column = 0; column < view.columns.length; column += 1) {
    const td = line.children[column + 1] || line.appendChild(el("td", { role: "gridcell", tabindex: "-1" }));
    const cell = cells[column];
    const lead = view.rows[row]?.[0]?.text || "";
    const print = cell ? JSON.stringify([cell, view.guarded(row, column), lead]) : "";
    now.push(print);
    if (old[column] === print) continue;
    if (old[column] !== undefined) changed.push({ row, column, before: old[column], cell });
    if (editing?.row === row && editing?.column === column) continue;
    drawCell(td, cell, row, column, view);
  }
  prints[row] = now;
}

function drawCell(td, cell, row, column, view) {
  const names = [];
  td.style.cssText = "";
  td.removeAttribute("title");
  if (view.columns[column].hidden) names.push("hidden");
  if (column < view.frozenColumns) names.push("stuck");
  if (!cell) {
    td.className = names.join(" ");
    td.replaceChildren();
    td.removeAttribute("aria-label");
    return;
  }
  const grey = view.header && row >= view.frozenRows && view.guarded(row, column);
  if (grey) names.push("ours");
  for (const name of ["bold", "italic", "struck", "wrap", "over", "bare", "big", "shared", "error"]) if (cell[name]) names.push(name);
  if (cell.kind !== "text") names.push(cell.kind);
  if (cell.align) names.push(cell.align);
  td.className = names.join(" ");
  if (cell.ground && cell.ground !== "rgb(255 255 255)") td.style.backgroundColor = cell.ground;
  if (cell.ink && cell.ink !== "rgb(0 0 0)") td.style.color = cell.ink;
  if (cell.kind === "tick") {
    td.replaceChildren(el("span", { class: `box${cell.ticked ? " on" : ""}`, "aria-hidden": "true" }));
    const name = view.header?.[column] || "Answer";
    const who = view.rows[row].find((each) => each.text)?.text || `row ${row + 1}`;
    td.setAttribute("aria-label", `${name}, tick box, ${who}, ${cell.ticked ? "ticked" : "not ticked"}`);
    td.setAttribute("aria-checked", String(cell.ticked));
  } else {
    td.replaceChildren(el("span", { text: cell.text }));
    td.removeAttribute("aria-checked");
    if (row === 0 && view.header) td.setAttribute("aria-label", `${cell.text}: sort by it`);
    else if (view.header) td.setAttribute("aria-label", `${view.header[column] || letterless(column)}: ${cell.text || "empty"}`);
  }
  if (cell.note) td.title = cell.note;
}

const letterless = (column) => `column ${column + 1}`;

const timeless = (text) => text.replaceAll(/\d\d:\d\d/g, "");

/** Colour, ring and words for what somebody changed while it was looked at. */
function tell(view, changed) {
  const real = changed.filter(({ before, cell }) => {
    const was = before ? JSON.parse(before)[0] : { text: "", ticked: false };
    const is = cell || { text: "", ticked: false };
    return timeless(was.text) !== timeless(is.text) || was.ticked !== is.ticked;
  });
  if (!real.length) return;
  for (const { row, column } of real) {
    const td = cellAt(row, column);
    td?.classList.add("fresh");
    td?.addEventListener("animationend", () => td.classList.remove("fresh"), { once: true });
  }
  const rows = [...new Set(real.map(({ row }) => row))];
  if (rows.length <= 2) {
    for (const row of rows) ringRow(row);
    const { row, column, cell } = real[0];
    const words = cell?.kind === "tick" ? (cell.ticked ? "ticked" : "not ticked") : cell?.text || "empty";
    announce(`${view.title}, ${view.rows[row]?.[0]?.text || `row ${row + 1}`}: ${view.header?.[column] || ""} ${words}`);
  } else announce(`${rows.length} rows changed in ${view.title}`);
}
