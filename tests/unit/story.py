"""A studio in memory whose days are told like the chat and the sheet. Facts go in, effects are applied at once, purely.

``studio.says("Nadine", "today")``, ``studio.taps("Thandi", "Reject this time")``, ``studio.ticks("Invoices", "i-1",
"Send")``; then read ``studio.last("Thandi")``, ``studio.row("Bookings", "b-1", "State")``, ``studio.today()``,
``studio.diary()``. Every decision is made twice and must be the same; every effect must have a key of its own and
survive being kept as text.
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from jobs.timetable import due_ticks
from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from sheets_schema.diary import DiaryEvent
from sheets_schema.headers import match_of
from sheets_schema.snapshot import shown
from studio_sync.rules.effects import (
    Button,
)
from studio_sync.rules.facts import (
    EventChanged,
    Media,
    MessageCame,
    Outcome,
    RowChanged,
    RowGone,
    RowsPasted,
    RowTyped,
    StatusCame,
)
from studio_sync.rules.ink import message_id
from studio_sync.rules.today import TodayLine, draw
from tests.unit import story_sheet
from tests.unit.story_sheet import tab_named
from tests.unit.story_world import Bubble, World


class Studio(World):
    """Nowhere Street Pilates as its people see it and act in it."""

    def row(self, tab: str, ident: str, column: str) -> str:
        """One cell as it is shown."""
        found = tab_named(tab)
        if found.key == "settings":
            return str(self.tables["settings"][ident][column.lower()] or "")
        model = getattr(self.snap, found.key).get(ident)
        assert model is not None, f"no row {ident} in {tab}"
        field = next(c.field for c in found.columns if c.title == column)
        value = getattr(model, field)
        if value is None or isinstance(value, bool):
            return "yes" if value else ""
        return str(value) if column in {"No", "Minutes"} else shown(found.column(field), value, self.snap.context)

    def rows(self, tab: str, *columns: str) -> list[tuple[str, ...]]:
        """Those cells of every row."""
        found = tab_named(tab)
        return [tuple(self.row(tab, i, c) for c in columns) for i in self.tables[found.key]]

    def diary(self) -> list[str]:
        """The week as its titles, by start: ``Wed 4 Nov 09:00 Single: Thandi``."""
        zone = self.snap.settings.zone
        events = sorted(self.events.values(), key=lambda e: (e.start, e.id))
        return [f"{e.start.astimezone(zone):%a} {e.start.astimezone(zone).day} {e.start:%b} {e.title}" for e in events]

    def lines(self) -> list[TodayLine]:
        """Today as drawn."""
        return draw(self.snap, self.now)

    def today(self) -> list[str]:
        """Today as a person reads it: tick boxes as [ ] and [x], line breaks as " / "."""
        return [" | ".join(_said(cell) for cell in line.cells[:6] if cell is not None) for line in self.lines()]

    def bubbles(self, name: str) -> list[Bubble]:
        """Everything on someone's phone."""
        return self.phones.get(self.number(name), [])

    def last(self, name: str) -> str:
        """The newest message on someone's phone; "" for none."""
        return self.bubbles(name)[-1].text if self.bubbles(name) else ""

    def buttons(self, name: str) -> tuple[str, ...]:
        """What can be tapped under the newest message."""
        return self.bubbles(name)[-1].labels

    def number(self, name: str) -> str:
        """A phone number by the owner's or a client's name, first name or as it is."""
        settings = self.snap.settings
        if name == settings.owner_name:
            return settings.owner_number
        found = [c.phone for c in self.snap.clients if name in {c.name, c.name.split()[0] if c.name else ""}]
        return found[0] if found else name

    def why(self, name: str) -> str:
        """Why the newest message to someone was sent."""
        return self.row("Messages", message_id(self.bubbles(name)[-1].send.key), "Why")

    # -- what people do

    def says(self, name: str, text: str, *, profile: str = "", **more: Any) -> list[str]:
        """Someone writes; the new messages on that person's phone."""
        return self._heard(name, text=text, profile=profile, **more)

    def taps(self, name: str, label: str) -> list[str]:
        """Someone taps the newest button of that label."""
        for bubble in reversed(self.bubbles(name)):
            for button in (*bubble.send.buttons, *bubble.send.rows):
                if button.title == label:
                    return self._tapped(name, button)
        raise AssertionError(f"{name} sees no button {label!r}")

    def _tapped(self, name: str, button: Button) -> list[str]:
        return self._heard(name, form="tap", text=button.title, choice=button.id)

    def sends_voice(self, name: str) -> list[str]:
        """Someone sends a voice note."""
        return self._heard(name, form="media", media=Media(id="1", mime="audio/ogg", voice=True))

    def _heard(self, name: str, **fields: Any) -> list[str]:
        number = self.number(name)
        before = len(self.phones.get(number, []))
        who = {"phone": number} if number.startswith("+") else {"user_id": number}
        self.happens(MessageCame(key=self.key("wamid."), at=self.now, **who, **fields))
        return [bubble.text for bubble in self.phones.get(number, [])[before:]]

    def types(self, tab: str, **columns: Raw) -> str:
        """She types a new row; its id."""
        found = tab_named(tab)
        raws = {next(c.field for c in found.columns if c.title == _title(t)): raw for t, raw in columns.items()}
        match = match_of(found, raws)
        known = set(self.tables[found.key])
        key = self.key(f"row:{found.key}:new:{match}:")
        self.tables[found.key][match] = raws
        self.happens(RowTyped(key=key, at=self.now, tab=found.key, match=match, after=raws))
        del self.tables[found.key][match]
        ident = next(i for i in self.tables[found.key] if i not in known)
        self.tables[found.key][ident] = raws
        self._row_changed(found, ident, {})
        return ident

    def pastes(self, tab: str, rows: dict[str, dict[str, Raw]]) -> None:
        """She pastes rows; they have their ids already."""
        found = tab_named(tab)
        self.tables[found.key] |= {ident: dict(raws) for ident, raws in rows.items()}
        self.happens(RowsPasted(key=self.key(f"rows:{found.key}:"), at=self.now, tab=found.key, rows=rows))

    def edits(self, tab: str, ident: str, **columns: Raw) -> None:
        """She changes cells of a row."""
        found = tab_named(tab)
        before = dict(self.tables[found.key][ident])
        for title, raw in columns.items():
            field = next(c.field for c in found.columns if c.title == _title(title))
            self.tables[found.key][ident][field] = raw
        self._row_changed(found, ident, before)

    def ticks(self, tab: str, ident: str, column: str) -> None:
        """She ticks a box of a row."""
        self.edits(tab, ident, **{column: True})

    def _row_changed(self, tab: Tab, ident: str, before: dict[str, Raw]) -> None:
        watched = [c.field for c in tab.columns if c.editor != "ours"]
        after = self.tables[tab.key][ident]
        rev = self._count[ident] = self._count[ident] + 1
        self.happens(
            RowChanged(
                key=f"row:{tab.key}:{ident}:{rev}",
                at=self.now,
                tab=tab.key,
                row_id=ident,
                rev=rev,
                before={f: before.get(f) for f in watched} if before else {},
                after={f: after.get(f) for f in watched},
            )
        )

    def deletes(self, tab: str, ident: str) -> None:
        """She deletes a row, a minute ago."""
        found = tab_named(tab)
        fact = RowGone(
            key=self.key(f"row:{found.key}:{ident}:"),
            at=self.now,
            tab=found.key,
            row_id=ident,
            before=self.tables[found.key][ident],
        )
        self.happens(fact)

    def answers(self, label: str, *, about: str = "") -> None:
        """She ticks an answer in Today."""
        asked = ""
        for line in self.lines():
            ident = line.cells[6]
            asked = f"{asked} {line.cells[0]}" if line.style == "decide" else asked
            if line.style == "answer" and line.cells[1] == label and about in asked:
                self._today(ident, time=True)
                return
            asked = asked if line.style == "decide" else ""
        raise AssertionError(f"Today has no answer {label!r}")

    def marks(self, name: str, column: str, ticked: bool = True) -> None:
        """She ticks came, no-show or sick beside a name in Today."""
        for line in self.lines():
            if line.style == "session" and str(line.cells[1]).startswith(name):
                self._today(line.cells[6], **{column: ticked})
                return
        raise AssertionError(f"{name} is not in Today")

    def _today(self, ident: str, **ticks: bool) -> None:
        rev = self._count[ident] = self._count[ident] + 1
        before: dict[str, Raw] = {name: not ticked for name, ticked in ticks.items()}
        fact = RowChanged(
            key=f"row:today:{ident}:{rev}",
            at=self.now,
            tab="today",
            row_id=ident,
            rev=rev,
            before=before,
            after=dict(ticks),
        )
        self.happens(fact)

    def drags(self, name: str, to: str) -> None:
        """She drags someone's first event to another time."""
        old = self._event_of(name)
        start = story_sheet.moment(to, self.snap.settings)
        new = dataclasses.replace(old, start=start, end=start + (old.end - old.start), etag=self.key('"e'))
        self.events[old.id] = new
        self.happens(self._event_fact(old, new))

    def removes_event(self, name: str) -> None:
        """She deletes someone's first event."""
        old = self._event_of(name)
        del self.events[old.id]
        self.happens(self._event_fact(old, dataclasses.replace(old, gone=True)))

    def blocks(self, title: str, start: str, minutes: int = 60) -> None:
        """She has something of her own in the diary."""
        begin = story_sheet.moment(start, self.snap.settings)
        ident = self.key("own")
        self.events[ident] = DiaryEvent(id=ident, start=begin, end=begin + timedelta(minutes=minutes), title=title)

    def _event_of(self, name: str) -> DiaryEvent:
        found = [e for e in self.events.values() if any(s.name.startswith(name) for s in e.seats)]
        return min(found, key=lambda e: e.start)

    def _event_fact(self, old: DiaryEvent, new: DiaryEvent) -> EventChanged:
        return EventChanged(
            key=self.key(f"event:{old.id}:"), at=self.now, event_id=old.id, before=_data(old), after=_data(new)
        )

    def reports(self, name: str, status: str, *, detail: str = "", code: int = 0) -> None:
        """WhatsApp says how far the newest message to someone got."""
        send = self.bubbles(name)[-1].send
        self.happens(
            StatusCame(
                key=self.key("status"),
                at=self.now,
                wamid="wamid.x",
                status=status,
                effect_key=send.key,
                detail=detail,
                code=code,
            )
        )

    def in_doubt(self, name: str) -> None:
        """The answer to the newest message to someone was lost, and no status came."""
        send = self.bubbles(name)[-1].send
        self.tables["messages"][message_id(send.key)]["state"] = "held"
        told = {"of": "held", "send": send.model_dump(mode="json")}
        self.happens(Outcome(key=self.key("outcome:"), at=self.now, effect_key=send.key, ok=False, result=told))

    def clock(self, text: str) -> list[str]:
        """Time passes to ``20:00`` or ``Wed 4 Nov 06:00``, five minutes a step; the ticks that came."""
        zone = self.snap.settings.zone
        local = self.now.astimezone(zone)
        day = "" if " " in text else f"{local:%a} {local.day} {local:%b} "
        target = story_sheet.moment(f"{day}{text}", self.snap.settings)
        names = []
        while True:
            for tick in due_ticks(self.snap, self.now):
                if tick.key not in self._ticked:
                    self._ticked.add(tick.key)
                    names.append(tick.name)
                    self.happens(tick)
            self._leave()
            if self.now >= target:
                return names
            self.now += min(timedelta(minutes=5), target - self.now)


def _title(name: str) -> str:
    """``pay_with`` -> "Pay with"; a title comes back as it is."""
    return name if " " in name else name.replace("_", " ")


def _said(cell: Raw) -> str:
    if isinstance(cell, bool):
        return "[x]" if cell else "[ ]"
    return str(cell).replace("\n", " / ")


def _data(event: DiaryEvent) -> dict[str, Any]:
    data = dataclasses.asdict(event)
    return {**data, "start": event.start.isoformat(), "end": event.end.isoformat()}
