// The page: starts its parts, reads everything once, then follows what the stand-ins tell.

import * as api from "./api.js";
import * as cards from "./cards.js";
import { debounced, single } from "./dom.js";
import * as diary from "./diary.js";
import { connect, on } from "./events.js";
import * as keys from "./keys.js";
import { clearRings } from "./notice.js";
import * as phones from "./phones.js";
import * as sheet from "./sheet.js";
import * as strip from "./strip.js";
import * as time from "./time.js";
import * as why from "./why.js";

for (const part of [strip, phones, sheet, diary, why, cards]) part.start();

const load = single(async () => {
  const desk = await api.desk();
  time.setZone(desk.zone);
  await strip.load();
  const parts = await Promise.allSettled([phones.load(desk), sheet.load(desk), diary.load(desk)]);
  const failed = parts.find((part) => part.status === "rejected");
  if (failed) throw failed.reason;
  document.body.dataset.ready = "yes";
});
// The world is being made or has just come back: look again until all of it can be read.
const loadSoon = debounced(() => load().catch(() => setTimeout(loadSoon, 1500)), 120, 500);

on("back", loadSoon);
on("desk", loadSoon);
on("reset", () => location.reload());
on("newbook", loadSoon);
on("calendar", ({ eventId }) => { if (!eventId) loadSoon(); });

let ringed = "";
on("played", ({ ring, state }) => {
  const print = JSON.stringify(ring);
  if (state !== "playing" || print === ringed) return;
  ringed = print;
  clearRings();
  if (ring.phone) phones.point(ring.phone);
  if (ring.sheet) sheet.point(ring.sheet);
  if (ring.event) diary.point(ring.event);
});

on("chip", (chip) => {
  if (chip.sheet) { cards.show("sheet"); sheet.open(chip.sheet.tab ?? chip.sheet).then(sheet.focus); } else if (chip.event) { cards.show("diary"); diary.point(chip.event); diary.focus(); } else {
    cards.show("phones");
    phones.suggest(chip.text, chip.phone);
  }
});

const go = (card, work) => () => { cards.show(card); work(); };
keys.start({
  1: go("phones", () => phones.focus("owner")), 2: go("phones", () => phones.focus("client")),
  3: go("sheet", sheet.focus), 4: go("diary", diary.focus), 5: go("why", why.focus),
  Space: strip.toggle, H: strip.hour, E: strip.evening, M: strip.monthEnd, K: strip.pullPlug, G: strip.googleDown,
});

connect();
