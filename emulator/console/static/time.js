// The studio's own clock and days. Instants are Date; days are "2026-11-03"; minutes count from local midnight.

let zone = "UTC";
let anchor = { virtual: Date.now(), real: performance.now(), rate: 1 };
const made = new Map();

export const setZone = (name) => { zone = name || "UTC"; made.clear(); };
export const zoneName = () => zone;

export function setClock(view) {
  anchor = { virtual: Date.parse(view.now), real: performance.now(), rate: view.rate };
}
export const rate = () => anchor.rate;
export const now = () => new Date(anchor.virtual + (performance.now() - anchor.real) * anchor.rate);

const format = (key, options) => {
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options }));
  return made.get(key);
};

function parts(instant) {
  const found = {};
  for (const { type, value } of format("parts", {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(instant)) found[type] = value;
  return found;
}

/** "08:42" */
export const clockText = (instant) => { const p = parts(instant); return `${p.hour}:${p.minute}`; };
/** "2026-11-03" */
export const dayOf = (instant) => { const p = parts(instant); return `${p.year}-${p.month}-${p.day}`; };
export const minuteOf = (instant) => { const p = parts(instant); return Number(p.hour) * 60 + Number(p.minute); };

const WEEK = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const YEAR = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const utc = (day) => new Date(`${day}T00:00:00Z`);

/** "Tue 3 Nov" */
export const dayText = (day) => { const d = utc(day); return `${WEEK[d.getUTCDay()]} ${d.getUTCDate()} ${YEAR[d.getUTCMonth()]}`; };
/** "Tue 3" */
export const shortDay = (day) => { const d = utc(day); return `${WEEK[d.getUTCDay()]} ${d.getUTCDate()}`; };
/** 0 = Sunday */
export const weekday = (day) => utc(day).getUTCDay();
export const shiftDay = (day, by) => new Date(utc(day).getTime() + by * 86400000).toISOString().slice(0, 10);
export const monday = (day) => shiftDay(day, -((weekday(day) + 6) % 7));
export function lastOfMonth(day) {
  const d = utc(day);
  return new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
}

const two = (number) => String(number).padStart(2, "0");
export const minuteText = (minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
/** local date and time without zone, as Calendar takes it beside a timeZone; 24:00 is the next day's 00:00 */
export const localText = (day, minute) =>
  minute >= 1440 ? localText(shiftDay(day, 1), minute - 1440) : `${day}T${minuteText(minute)}:00`;

/** The instant of a local day and minute. */
export function instantOf(day, minute) {
  const guess = Date.parse(`${localText(day, minute)}Z`);
  const seen = (at) => Date.parse(`${dayOf(new Date(at))}T${minuteText(minuteOf(new Date(at)))}:00Z`);
  const first = guess - (seen(guess) - guess);
  return new Date(first - (seen(first) - guess));
}
