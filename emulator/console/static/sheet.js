// The spreadsheet: tabs of both workbooks, the grid, and what she does in it.

import * as api from "./api.js";
import { letters, view as viewOf } from "./cells.js";
import { debounced, el, icon, single } from "./dom.js";
import { on, tell } from "./events.js";
import * as grid from "./grid.js";
import { act } from "./human.js";
import * as layer from "./layer.js";
import { toast } from "./notice.js";
import { edit, editing, stop } from "./editor.js";
import * as undo from "./undo.js";

const place = document.getElementById("sheet");
const shown = {};
let books = [];
let current = null; // {book, title}
let view = null;
let at = { row: 1, column: 0 };
let limit = 300;

export function start() {
  shown.tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Tabs" });
  shown.all = el("button", { class: "plain", "aria-label": "All tabs", title: "All tabs", "aria-haspopup": "menu", onclick: allTabs }, icon("down", 16));
  shown.text = el("output", { class: "cell-text" });
  shown.undo = el("button", { class: "soft", text: "Undo", disabled: true, onclick: () => undo.back() });
  shown.empty = el("p", { class: "empty", hidden: true });
  shown.veil = el("p", { class: "veil", hidden: true, role: "presentation" });
  place.append(
    el("header", { class: "card-head" }, shown.tabs, shown.all),
    el("div", { class: "sheet-body" }, grid.frame, shown.empty, shown.veil),
    el("footer", {},
      el("button", { class: "soft", text: "+ row", "aria-label": "Add a row", onclick: addRow }),
      el("button", { class: "soft", text: "Sort", title: "Sort by the column of the chosen cell", onclick: () => sort(at.column) }),
      shown.undo, shown.text));
  grid.table.addEventListener("click", clicked);
  grid.table.addEventListener("dblclick", (event) => { const p = grid.placeOf(event.target); if (p && !isHeading(p.row)) begin(p); });
  grid.table.addEventListener("keydown", keys);
  undo.watch((label) => {
    shown.undo.disabled = !label;
    shown.undo.title = label ? `Take back: ${label}` : "";
  });
  on("sheet", ({ spreadsheetId }) => {
    if (!books.some((book) => book.id === spreadsheetId)) tell("newbook", {});
    else if (spreadsheetId === current?.book) soon();
  });
  on("google", (text) => { shown.veil.hidden = !text; shown.veil.replaceChildren(el("span", { text })); place.inert = Boolean(text); });
}

export async function load(desk) {
  const found = await Promise.all(desk.books.map(async (id) => ({ id, ...(await api.book(id)) })));
  books = found.map(({ id, properties, sheets }) => ({ id, title: properties.title, sheets: sheets.map((sheet) => sheet.properties) }));
  const there = current && sheetOf(current.book, current.title);
  if (!there) {
    const book = books.find((each) => visible(each).length);
    current = book ? { book: book.id, title: visible(book)[0].title } : null;
  }
  drawTabs();
  await read();
}

const visible = (book) => book.sheets.filter((sheet) => !sheet.hidden);
const sheetOf = (book, title) => books.find((each) => each.id === book)?.sheets.find((sheet) => sheet.title === title);
const isHeading = (row) => row === 0 && Boolean(view?.header);
const rowId = (row) => (view?.idColumn >= 0 ? view.rows[row]?.[view.idColumn]?.text || "" : "");
const address = (row, column) => `'${current.title.replaceAll("'", "''")}'!${letters(column)}${row + 1}`;

function drawTabs() {
  const list = [];
  books.forEach((book, at) => {
    if (at) list.push(el("span", { class: "divider", role: "presentation", title: book.title }));
    for (const sheet of book.sheets) {
      const now = current?.book === book.id && current.title === sheet.title;
      if (sheet.hidden && !now) continue;
      const tab = el("button", {
        role: "tab", class: "tab", text: sheet.title, "aria-selected": String(now), title: book.title, tabindex: now ? "0" : "-1",
        onclick: () => go(book.id, sheet.title),
        onkeydown: (event) => { if (/^Arrow(Left|Right)$/.test(event.key)) { event.preventDefault(); (event.key === "ArrowLeft" ? tab.previousElementSibling : tab.nextElementSibling)?.focus(); } },
      });
      list.push(tab);
    }
  });
  shown.tabs.replaceChildren(...list);
  shown.tabs.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Tabs that are put away can be looked at without bringing them back for good. */
function allTabs() {
  layer.menu(shown.all, "All tabs", books.flatMap((book) => [
    el("h3", { text: book.title }),
    ...book.sheets.map((sheet) => layer.item(sheet.title, () => go(book.id, sheet.title), { class: `item${sheet.hidden ? " away" : ""}` })),
  ]));
}

export async function go(book, title) {
  stop(true);
  current = { book, title };
  at = { row: 1, column: 0 };
  limit = 300;
  drawTabs();
  await read();
}

const read = single(async () => {
  grid.frame.classList.toggle("bare", !current);
  if (!current) { empty("Nothing here yet. A workbook appears when the program makes one."); return; }
  const { book, title } = current;
  let answer;
  try {
    answer = await api.tab(book, `'${title.replaceAll("'", "''")}'!A1:AZ${limit}`);
  } catch (error) {
    if (error.status === 400 || error.status === 404) { current = null; tell("newbook", {}); }
    return;
  }
  if (current?.book !== book || current?.title !== title) return;
  view = viewOf(answer.sheets[0]);
  if (view.rows.length >= limit && limit < 3000) { limit *= 3; read(); }
  grid.draw(view, `${book}/${view.sheetId}`, editing());
  empty(view.rows.length > (view.header ? 1 : 0) ? "" : "Nothing here yet. Rows appear when someone books.");
  select(at.row, at.column, false);
  undo.seen(orderNow());
});
const soon = debounced(read, 50, 250);

function empty(text) {
  shown.empty.hidden = !text;
  shown.empty.textContent = text;
}

// choosing

function select(row, column, focus = true) {
  const rows = grid.table.rows.length;
  const wide = view?.columns.length || 1;
  at = { row: Math.max(0, Math.min(rows - 1, row)), column: Math.max(0, Math.min(wide - 1, column)) };
  grid.table.querySelector("td[aria-selected=true]")?.removeAttribute("aria-selected");
  grid.table.querySelector("td[tabindex='0']")?.setAttribute("tabindex", "-1");
  const td = grid.cellAt(at.row, at.column);
  if (!td) return;
  td.setAttribute("aria-selected", "true");
  td.tabIndex = 0;
  const cell = view.rows[at.row]?.[at.column];
  shown.text.textContent = cell ? cell.text || (cell.kind === "tick" ? (cell.ticked ? "ticked" : "not ticked") : "") : "";
  shown.text.title = cell?.note || "";
  if (focus) { td.focus({ preventScroll: true }); td.scrollIntoView({ block: "nearest", inline: "nearest" }); }
}

function chosen() {
  const id = rowId(at.row);
  const lead = view.rows[at.row]?.find((cell) => cell.text)?.text || `row ${at.row + 1}`;
  const name = view.header?.[at.column];
  if (isHeading(at.row)) return;
  tell("why", {
    id: id && `row:${view.title.toLowerCase()}:${id}`,
    subject: `${view.title}: ${lead}${name ? `, ${name}` : ""}`,
    none: nothing(id),
  });
}

/** Words for a row of which the program has nothing to tell. */
function nothing(id) {
  if (!view.rows[at.row]?.some((cell) => cell.text)) return "An empty row.";
  if (id) return "Nothing has come of this row. What was here at the first look is history and causes nothing.";
  return view.idColumn < 0 ? "" : "This row has no id yet. It acts once it is complete and has been still for a moment.";
}

function clicked(event) {
  const number = event.target.closest("button.number");
  if (number) { rowMenu(number, number.closest("tr").rowIndex); return; }
  const p = grid.placeOf(event.target);
  if (!p || editing()) return;
  const again = p.row === at.row && p.column === at.column;
  select(p.row, p.column);
  if (isHeading(p.row)) { sort(p.column); return; }
  if (event.target.closest(".box")) tick();
  else if (again && event.pointerType === "touch") begin(p);
  chosen();
}

function keys(event) {
  if (editing() || !view || event.target.closest("button")) return;
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const cell = view.rows[at.row]?.[at.column];
  const command = event.ctrlKey || event.metaKey;
  if (moves[event.key] && !command) {
    const [down, right] = moves[event.key];
    let column = at.column + right;
    while (view.columns[column]?.hidden) column += right;
    select(at.row + down, view.columns[column] ? column : at.column);
    chosen();
  } else if (event.key === " " && cell?.kind === "tick") tick();
  else if (event.key === "Enter" || event.key === "F2") { if (isHeading(at.row)) sort(at.column); else if (cell?.kind === "tick") tick(); else begin(at); }
  else if (event.key === "Home") select(at.row, 0);
  else if (command && event.key === "z") undo.back();
  else if (event.key === "Delete" || event.key === "Backspace") write(at, "");
  else if (event.key.length === 1 && !command && !event.altKey && event.key !== " " && !isHeading(at.row)) begin(at, event.key);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// doing

/** Cells that the program writes ask first. */
async function may(p) {
  if (p.row < view.frozenRows || !view.guarded(p.row, p.column)) return true;
  return layer.confirm("This column is written by us. Change it anyway?", "Change it", "Leave it");
}

async function begin(p, typed) {
  const cell = view.rows[p.row]?.[p.column];
  if (cell?.kind === "tick") { tick(); return; }
  if (!(await may(p))) { select(p.row, p.column); return; }
  select(p.row, p.column);
  edit(grid.cellAt(p.row, p.column), p, {
    text: typed ?? cell?.entered?.formulaValue ?? cell?.text ?? "",
    choices: await choicesOf(cell, p),
    label: view.header?.[p.column] || "Cell",
    done: (text, [down, right]) => {
      if (text !== undefined && text !== (cell?.entered?.formulaValue ?? cell?.text ?? "")) write(p, text);
      else read.call(null);
      grid.draw(view, `${current.book}/${view.sheetId}`, null);
      redraw(p);
      select(p.row + down, p.column + right);
    },
  });
}

/** The cell shows again what it has; the answer of the stand-in will bring what was typed. */
function redraw(p) {
  const td = grid.cellAt(p.row, p.column);
  td?.querySelector("input")?.remove();
}

async function choicesOf(cell, p) {
  const like = cell || view.rows[p.row - 1]?.[p.column];
  const values = like?.choices;
  if (!values?.length) return null;
  if (!values[0].startsWith("=")) return values;
  const answer = await api.values(current.book, values[0].slice(1)).catch(() => ({}));
  return (answer.values || []).map((row) => row[0]).filter(Boolean);
}

async function write(p, text) {
  if (!text && !(await may(p))) return;
  const { book } = current;
  const before = view.rows[p.row]?.[p.column];
  const id = rowId(p.row);
  const sheetId = view.sheetId;
  const done = await act(() => api.owner(book, "type", { cell: address(p.row, p.column), text }));
  if (!done) { read(); return; }
  undo.push(`${view.header?.[p.column] || "a cell"} ${text || "emptied"}`, () => {
    const row = whereIs(id, p.row);
    return api.owner(book, "do", { requests: [{ updateCells: {
      start: { sheetId, rowIndex: row, columnIndex: p.column },
      rows: [{ values: [{ userEnteredValue: before?.entered || undefined, userEnteredFormat: before?.number ? { numberFormat: before.number } : {} }] }],
      fields: "userEnteredValue,userEnteredFormat.numberFormat",
    } }] });
  });
}

const whereIs = (id, row) => {
  const found = id ? view.rows.findIndex((_, at) => rowId(at) === id) : -1;
  return found >= 0 ? found : row;
};

async function tick() {
  const p = { ...at };
  if (!(await may(p))) return;
  const { book } = current;
  const id = rowId(p.row);
  const done = await act(() => api.owner(book, "tick", { cell: address(p.row, p.column) }));
  if (done) undo.push("a tick", () => api.owner(book, "tick", { cell: address(whereIs(id, p.row), p.column) }));
}

let sorted = { key: "", down: false };
async function sort(column) {
  if (!view?.header) { toast("This tab is drawn by the program and keeps its order."); return; }
  const { book } = current;
  const key = `${book}/${view.sheetId}/${column}`;
  sorted = { key, down: sorted.key === key ? !sorted.down : false };
  const before = orderNow();
  const sheetId = view.sheetId;
  const done = await act(() => api.owner(book, "sort", { sheet: view.title, column, down: sorted.down }));
  if (!done) return;
  undo.push(`sort by ${view.header[column]}`, (now) => {
    const requests = undo.moves(before, now, sheetId, view.frozenRows);
    return requests.length ? api.owner(book, "do", { requests }) : null;
  });
}

/** What tells rows apart, in their order: ids, else their words. */
const orderNow = () => (view ? view.rows.slice(view.frozenRows).map((row, at) => rowId(at + view.frozenRows) || row.map((cell) => cell.text).join("\t")) : []);

function addRow() {
  if (!view) return;
  const row = view.rows.length;
  if (row < view.size) { begin({ row, column: 0 }); return; }
  insert(row);
}

async function insert(row) {
  const { book } = current;
  const { title } = view;
  const done = await act(() => api.owner(book, "insert", { sheet: title, row: row + 1 }));
  if (!done) return;
  undo.push("a new row", () => api.owner(book, "delete", { sheet: title, row: row + 1 }));
  await read();
  select(row, 0);
}

async function remove(row) {
  const { book } = current;
  const { title, sheetId } = view;
  const kept = await api.whole(book, `'${title.replaceAll("'", "''")}'!A${row + 1}:AZ${row + 1}`);
  const cells = kept.sheets?.[0]?.data?.[0]?.rowData?.[0]?.values || [];
  const done = await act(() => api.owner(book, "delete", { sheet: title, row: row + 1 }));
  if (done) undo.push("a deleted row", () => api.owner(book, "do", { requests: [
    { insertDimension: { range: { sheetId, dimension: "ROWS", startIndex: row, endIndex: row + 1 }, inheritFromBefore: row > 0 } },
    { updateCells: { start: { sheetId, rowIndex: row, columnIndex: 0 }, rows: [{ values: cells }], fields: "userEnteredValue,userEnteredFormat,dataValidation,note" } },
  ] }));
}

function rowMenu(button, row) {
  select(row, at.column, false);
  layer.menu(button, `Row ${row + 1}`, [
    layer.item("Insert a row above", () => insert(row)),
    layer.item("Insert a row below", () => insert(row + 1)),
    layer.item("Delete this row", () => remove(row), { class: "item danger" }),
  ]);
}

// from outside

export function focus() {
  (grid.cellAt(at.row, at.column) || grid.table).focus();
}

/** Show a tab by its title. */
export async function open(title) {
  const book = books.find((each) => each.sheets.some((sheet) => sheet.title.toLowerCase() === title.toLowerCase()));
  const sheet = book?.sheets.find((each) => each.title.toLowerCase() === title.toLowerCase());
  if (sheet && (current?.book !== book.id || current.title !== sheet.title)) await go(book.id, sheet.title);
}

/** The ring of what plays: {tab, row}, row a number from 1 or a row's id. */
export async function point({ tab, row }) {
  if (editing()) return;
  if (tab) await open(tab);
  await read();
  const index = typeof row === "number" ? row - 1 : view?.rows.findIndex((_, i) => rowId(i) === row);
  const line = index >= 0 ? grid.rowAt(index) : null;
  line?.scrollIntoView({ block: "nearest" });
  if (line) grid.ringRow(index);
}
