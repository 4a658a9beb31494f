// The stand-ins' real APIs, as a person's own app would use them, and the control plane.

const TOKEN = "the-console-page";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(method, path, body) {
  const options = { method, headers: { Authorization: `Bearer ${TOKEN}` } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const text = await answer.text();
  let found = null;
  try { found = text ? JSON.parse(text) : {}; } catch { found = { error: text.slice(0, 200) }; }
  if (!answer.ok) throw new Refused(answer.status, found?.error?.message || found?.error || `${answer.status}`);
  return found;
}

const part = encodeURIComponent;
const query = (values) => {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) found.append(name, each);
  return found.toString();
};

// the page's own small verbs
export const desk = () => ask("GET", "/_emulator/desk");
export const play = () => ask("GET", "/_emulator/play");
export const setPlay = (fields) => ask("PUT", "/_emulator/play", fields);

// the control plane
export const clock = () => ask("GET", "/_emulator/clock");
export const setClock = (fields) => ask("POST", "/_emulator/clock", fields);
export const faults = () => ask("GET", "/_emulator/faults");
export const addFault = (rule) => ask("POST", "/_emulator/faults", { add: rule });
export const metrics = () => ask("GET", "/_emulator/metrics");
export const plug = () => ask("POST", "/_emulator/plug", { seconds: 3 });
export const why = (id) => ask("GET", `/_emulator/why/${id.split("/").map(part).join("/")}`);

// phones
export const phones = () => ask("GET", "/_emulator/phones");
export const setPhone = (fields) => ask("POST", "/_emulator/phones", fields);
export const chat = (phone) => ask("GET", `/_emulator/phones/${part(phone)}/chat`);
export const speak = (fields) => ask("POST", "/_emulator/speak", fields);
export const media = (id) => `/_emulator/media/${part(id)}`;
export const firstPage = (id) => `${media(id)}/page1.png`;

// Sheets
const CELL = "formattedValue,userEnteredValue,effectiveValue,note,dataValidation(condition,strict),"
  + "userEnteredFormat(backgroundColor,horizontalAlignment,wrapStrategy,borders(left(style)),numberFormat,"
  + "textFormat(bold,italic,strikethrough,fontSize,foregroundColor))";
const SHEET = "properties(sheetId,title,index,hidden,tabColor,gridProperties)";

export const book = (id) =>
  ask("GET", `/v4/spreadsheets/${part(id)}?${query({ fields: `properties(title,timeZone),sheets(${SHEET})`, prettyPrint: false })}`);

export const tab = (id, range) =>
  ask("GET", `/v4/spreadsheets/${part(id)}?${query({
    ranges: range,
    prettyPrint: false,
    fields: `sheets(${SHEET},protectedRanges(range,warningOnly),conditionalFormats,`
      + `data(rowData(values(${CELL})),columnMetadata(pixelSize,hiddenByUser)))`,
  })}`);

/** Cells with everything that can be written back. */
export const whole = (id, range) =>
  ask("GET", `/v4/spreadsheets/${part(id)}?${query({
    ranges: range, prettyPrint: false,
    fields: "sheets(data(rowData(values(userEnteredValue,userEnteredFormat,dataValidation,note))))",
  })}`);

export const values = (id, range) =>
  ask("GET", `/v4/spreadsheets/${part(id)}/values/${part(range)}?${query({ prettyPrint: false })}`);

/** What the owner does in her own window of the spreadsheet. */
export const owner = (spreadsheetId, action, fields) =>
  ask("POST", "/_emulator/owner", { spreadsheetId, action, ...fields });

// Calendar
const events = (calendar) => `/calendar/v3/calendars/${part(calendar)}/events`;
export const listEvents = (calendar, from, to) =>
  ask("GET", `${events(calendar)}?${query({
    timeMin: from.toISOString(), timeMax: to.toISOString(), singleEvents: true, orderBy: "startTime", maxResults: 500,
  })}`);
export const patchEvent = (calendar, id, fields) => ask("PATCH", `${events(calendar)}/${part(id)}`, fields);
export const insertEvent = (calendar, fields) => ask("POST", events(calendar), fields);
export const deleteEvent = (calendar, id) => ask("DELETE", `${events(calendar)}/${part(id)}`);
