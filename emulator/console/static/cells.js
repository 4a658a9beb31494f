// From what Sheets answers to what is drawn: one small description per cell.

const channel = (value) => Math.round((value || 0) * 255);
const colour = (raw) => (raw ? `rgb(${channel(raw.red)} ${channel(raw.green)} ${channel(raw.blue)})` : "");

export const letters = (column) => {
  let text = "";
  for (let at = column + 1; at > 0; at = Math.floor((at - 1) / 26)) text = String.fromCharCode(65 + ((at - 1) % 26)) + text;
  return text;
};

const within = (range, row, column) =>
  row >= (range.startRowIndex || 0) && row < (range.endRowIndex ?? Infinity)
  && column >= (range.startColumnIndex || 0) && column < (range.endColumnIndex ?? Infinity);

/** The tab as drawn: {columns, rows, header, idColumn, frozenRows, frozenColumns, sheetId, title, size}. */
export function view(sheet) {
  const { properties, data = [{}] } = sheet;
  const { rowData = [], columnMetadata = [] } = data[0] || {};
  const grid = properties.gridProperties || {};
  const raw = rowData.map((row) => row.values || []);
  const widest = raw.reduce((most, row) => Math.max(most, row.reduce((last, cell, at) => (used(cell) ? at + 1 : last), 0)), 1);
  const columns = Array.from({ length: Math.min(widest, grid.columnCount) }, (_, at) => ({
    width: columnMetadata[at]?.pixelSize || 100, hidden: Boolean(columnMetadata[at]?.hiddenByUser),
  }));
  const last = raw.reduce((most, row, at) => (row.some(used) ? at + 1 : most), 0);
  const header = headerOf(raw, grid.frozenRowCount || 0);
  const context = { columns, protections: sheet.protectedRanges || [], rules: sheet.conditionalFormats || [] };
  return {
    sheetId: properties.sheetId || 0, title: properties.title, columns, header, size: grid.rowCount,
    frozenRows: grid.frozenRowCount || 0, frozenColumns: grid.frozenColumnCount || 0,
    idColumn: idColumn(header, columns),
    rows: raw.slice(0, last).map((row, at) => drawn(row, at, columns.length, context)),
    guarded: (row, column) => context.protections.some((item) => item.warningOnly && within(item.range || {}, row, column)),
  };
}

const used = (cell) => Boolean(cell && (cell.userEnteredValue || cell.formattedValue));

/** Headings stand in a frozen first row of several words; a drawn tab has none. */
function headerOf(raw, frozen) {
  const row = (raw[0] || []).map((cell) => cell?.formattedValue || "");
  return frozen >= 1 && row.filter(Boolean).length >= 3 ? row : null;
}

function idColumn(header, columns) {
  if (header) return header.indexOf("Id");
  return columns.findIndex((column) => column.hidden);
}

function drawn(row, at, width, context) {
  const cells = [];
  for (let column = 0; column < width; column += 1) cells.push(cell(row[column] || {}, at, column, context));
  cells.forEach((each, column) => flow(cells, column, context.columns));
  for (const each of cells) delete each.flows;
  return cells;
}

/** Text runs on over empty neighbours; the lines between those cells are not drawn then. */
function flow(cells, column, columns) {
  const each = cells[column];
  if (!each.flows || !empty(cells[column + 1])) return;
  each.over = true;
  let left = each.text.length * (each.bold ? 7.6 : 7) + 10 - columns[column].width;
  for (let next = column; left > 0 && empty(cells[next + 1]); next += 1) {
    cells[next].bare = true;
    left -= columns[next + 1].width;
  }
}

const empty = (each) => each && each.text === "" && each.kind === "text";

function cell(raw, row, column, context) {
  const format = raw.userEnteredFormat || {};
  const text = format.textFormat || {};
  const rule = raw.dataValidation?.condition;
  const kind = rule?.type === "BOOLEAN" ? "tick" : rule?.type?.startsWith("ONE_OF") ? "list" : "text";
  const shown = raw.formattedValue ?? "";
  const special = context.rules.find((each) => each.ranges.some((range) => within(range, row, column)) && holds(each, shown));
  const over = special?.booleanRule.format || {};
  const number = raw.effectiveValue && "numberValue" in raw.effectiveValue;
  return {
    text: kind === "tick" ? "" : shown,
    kind,
    ticked: raw.effectiveValue?.boolValue === true,
    error: Boolean(raw.effectiveValue?.errorValue),
    ground: colour(over.backgroundColor || format.backgroundColor),
    ink: colour(over.textFormat?.foregroundColor || text.foregroundColor),
    bold: Boolean(text.bold), italic: Boolean(text.italic), struck: Boolean(text.strikethrough),
    big: (text.fontSize || 10) > 10,
    align: (format.horizontalAlignment || (number ? "RIGHT" : "")).toLowerCase(),
    wrap: format.wrapStrategy === "WRAP",
    shared: Boolean(format.borders?.left?.style),
    flows: kind === "text" && shown !== "" && !number && !["CLIP", "WRAP"].includes(format.wrapStrategy),
    note: raw.note || "",
    choices: kind === "list" ? (rule.values || []).map((item) => item.userEnteredValue) : null,
    entered: raw.userEnteredValue || null,
    number: format.numberFormat || null,
  };
}

function holds({ booleanRule }, shown) {
  const { type, values = [] } = booleanRule?.condition || {};
  const wanted = values[0]?.userEnteredValue ?? "";
  if (type === "TEXT_EQ") return shown.toLowerCase() === wanted.toLowerCase();
  if (type === "NOT_BLANK") return shown !== "";
  if (type === "BLANK") return shown === "";
  return type === "TEXT_CONTAINS" && shown.includes(wanted);
}
