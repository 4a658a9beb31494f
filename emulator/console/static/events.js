// What the stand-ins tell: server-sent events by topic, and whether the line is up.

const TOPICS = ["sheet", "calendar", "chat", "status", "phone", "clock", "faults", "fault", "plug", "play", "desk", "reset",
  "typing", "mail", "call"];
const listeners = new Map();
let source = null;
let up = false;
let silence = null;

/** on("chat", (data) => ...); besides the topics: "line" (true or false), "back" (connected: read everything anew). */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

export function tell(topic, data) {
  for (const listener of listeners.get(topic) || []) listener(data);
}

function line(state) {
  clearTimeout(silence);
  silence = null;
  if (state === up) return;
  up = state;
  tell("line", up);
}

export function connect() {
  source = new EventSource("/_emulator/events");
  source.addEventListener("hello", () => { line(true); tell("back", {}); });
  for (const topic of TOPICS) source.addEventListener(topic, (event) => { line(true); tell(topic, JSON.parse(event.data)); });
  source.addEventListener("error", () => {
    // A short break is no news; the browser tries again by itself unless it was refused outright.
    silence ??= setTimeout(() => line(false), 1200);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { source.close(); connect(); }, 1000);
  });
}
