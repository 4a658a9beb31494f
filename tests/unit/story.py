"""A studio in memory whose days are told like the chat and the sheet. Facts go in, effects are applied at once, purely.

``studio.says("Nadine", "today")``, ``studio.taps("Thandi", "Reject this time")``, ``studio.ticks("Invoices", "i-1",
"Send")``; then read ``studio.last("Thandi")``, ``studio.row("Bookings", "b-1", "State")``, ``studio.today()``,
``studio.diary()``. Every decision is made twice and must be the same; every effect must have a key of its own and
survive being kept as text.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jobs.timetable import due_ticks
from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from sheets_schema.diary import DiaryEvent, DiarySeat
from sheets_schema.headers import match_of
from sheets_schema.snapshot import Snapshot, build, cells, shown
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts.catalogue import load
from sheets_schema.texts.templates import parameters
from studio_sync.rules.changes import change_id, change_of
from studio_sync.rules.decide import decide
from studio_sync.rules.derived import derived
from studio_sync.rules.effects import (
    Button,
    DropEvent,
    DropRow,
    Effect,
    Mail,
    Note,
    PutEvent,
    PutRow,
    Render,
    Send,
    load_effect,
)
from studio_sync.rules.facts import (
    EventChanged,
    Fact,
    Media,
    MessageCame,
    Outcome,
    RowChanged,
    RowGone,
    RowTyped,
    StatusCame,
    load_fact,
)
from studio_sync.rules.gate import gate
from studio_sync.rules.ink import message_id
from studio_sync.rules.today import TodayLine, draw
from tests.unit import story_sheet
from tests.unit.story_sheet import CLIENTS, PRICES, SETTINGS, Rows, tab_named


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """One message on a phone."""

    send: Send
    form: str
    text: str
    labels: tuple[str, ...]


class Studio:
    """Nowhere Street Pilates, Tue 3 Nov 2026, unless told otherwise. Everybody wrote an hour ago, so chats are open."""

    def __init__(
        self,
        *,
        now: str = "Tue 3 Nov 08:40",
        settings: str = "",
        clients: str = CLIENTS,
        bookings: str = "",
        hours: str = "",
        invoices: str = "",
        lines: str = "",
        open_chats: bool = True,
    ) -> None:
        self.tables: dict[str, Rows] = {key: {} for key in BY_KEY}
        self.tables["settings"] = story_sheet.settings_of(SETTINGS) | story_sheet.settings_of(settings)
        given = {"prices": PRICES, "clients": clients, "bookings": bookings, "hours": hours}
        for key, text in {**given, "invoices": invoices, "lines": lines}.items():
            self.tables[key] = story_sheet.rows_of(BY_KEY[key], text)
        self.events: dict[str, DiaryEvent] = {}
        self.chats: dict[str, datetime] = {}
        self.now = story_sheet.moment(now, story_sheet.read(self.tables["settings"], date(2026, 11, 3))[0])
        self.events = story_sheet.seat_all(self.snap, self.tables["bookings"], self.tables["clients"])
        self.phones: dict[str, list[Bubble]] = {}
        self.mails: list[Mail] = []
        self.waiting: list[Send] = []
        self.effects: list[Effect] = []
        self._news: list[Fact] = []
        self._count = Counter[str]()
        self._ticked: set[str] = set()
        if open_chats:
            for number in (self.snap.settings.owner_number, *(c.phone for c in self.snap.clients)):
                self.chats[number] = self.now - timedelta(hours=1)
        self._derive()

    # -- what is so

    @property
    def snap(self) -> Snapshot:
        """Everything as of now."""
        settings, _ = story_sheet.read(self.tables["settings"], date(2026, 11, 3))
        now: datetime = getattr(self, "now", None) or datetime.now(settings.zone)
        return build(self.tables, self.events.values(), self.chats, now.astimezone(settings.zone).date())

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

    def reports(self, name: str, status: str, *, detail: str = "") -> None:
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

    # -- how it works

    def key(self, stem: str) -> str:
        """A key not used before."""
        self._count[stem] += 1
        return f"{stem}{self._count[stem]}"

    def happens(self, fact: Fact) -> None:
        """Decide a fact and everything that follows from it at once."""
        self._news.append(fact)
        while self._news:
            fact = load_fact(self._news.pop(0).model_dump_json())
            snap = self.snap
            effects = decide(snap, fact, self.now)
            assert effects == decide(self.snap, fact, self.now), "the same fact must be decided the same"
            twice = [key for key, n in Counter(e.key for e in effects).items() if n > 1]
            assert not twice, f"two effects have one key: {twice}"
            for effect in effects:
                assert load_effect(effect.model_dump_json()) == effect
                self._apply(effect)
            self.effects.extend(effects)
            self._leave()
            self._derive()

    def _apply(self, effect: Effect) -> None:
        match effect:
            case PutRow() | DropRow():
                self._put(effect)
            case PutEvent():
                self._put_event(effect)
            case DropEvent():
                self.events.pop(effect.event_id, None)
            case Send():
                self.waiting.append(effect)
            case Mail():
                self.mails.append(effect)
                told = {"of": "mail", "about": effect.about}
                self._news.append(self._outcome(effect.key, told))
            case Render():
                told = {"of": "render", "document": effect.document, "sha256": "f" * 64, "filename": effect.filename}
                self._news.append(self._outcome(effect.key, {**told, "link": "https://nowhere.example/i/x"}))
            case Note():
                if effect.what == "heard":
                    self.chats[str(effect.data["address"])] = datetime.fromisoformat(str(effect.data["at"]))
            case _:
                raise AssertionError(f"nobody does {effect.kind} in a story")

    def _outcome(self, key: str, result: dict[str, Any], *, ok: bool = True) -> Outcome:
        return Outcome(key=f"outcome:{key}", at=self.now, effect_key=key, ok=ok, result=result)

    def _put(self, effect: PutRow | DropRow) -> None:
        table = self.tables[effect.tab]
        if isinstance(effect, PutRow) and effect.match:
            table[effect.row_id] = {}
            return
        wanted = dict(effect.cells) if isinstance(effect, PutRow) else {"state": "cancelled"}
        before = table.get(effect.row_id)
        if isinstance(effect, PutRow) and effect.series:
            wanted["number"] = f"{effect.series}-{41 + self._count[effect.series] + 1:05d}"
            self._count[effect.series] += 1
            told = {"of": "number", "row_id": effect.row_id, "number": wanted["number"]}
            self._news.append(self._outcome(effect.key, told))
        if effect.what:
            changes = "changes" if BY_KEY[effect.tab].role == "studio" else "book_changes"
            self.tables[changes][change_id(effect.key)] = change_of(self.snap, effect, before, self.now)
        table[effect.row_id] = {**(before or {}), **wanted}

    def _put_event(self, effect: PutEvent) -> None:
        seats = tuple(DiarySeat(booking=s.booking, client=s.client, name=s.name) for s in effect.seats)
        known = self.events.get(effect.event_id)
        assert effect.etag == (known.etag if known else ""), "an event is written on what was seen of it"
        self.events[effect.event_id] = DiaryEvent(
            id=effect.event_id,
            start=effect.start,
            end=effect.end,
            title=effect.title,
            etag=self.key('"e'),
            session=effect.session,
            type=effect.type,
            capacity=effect.capacity,
            seats=seats,
            held=effect.held,
        )

    def _leave(self) -> None:
        """Everything that may leave now leaves; the gate is asked for each."""
        waiting, self.waiting = self.waiting, []
        for send in waiting:
            verdict = gate(self.snap, send, self.now)
            row = self.tables["messages"][message_id(send.key)]
            context = self.snap.context
            if verdict.go == "wait":
                self.waiting.append(send)
            elif verdict.go in {"text", "template"}:
                self._arrive(send, verdict.go)
                row |= cells(BY_KEY["messages"], context, state="sent", why="\n".join((*send.why, *verdict.rules)))
            else:
                state = "would send" if verdict.go == "would" else "not sent"
                row |= cells(BY_KEY["messages"], context, state=state, why=f"Not sent: {verdict.reason}.")
                loud = verdict.reason.startswith("no approved message")
                told = {"of": "not_sent", "reason": verdict.reason, "loud": loud, "send": send.model_dump(mode="json")}
                self._news.append(self._outcome(f"{send.key}:not_sent", told, ok=False))

    def _arrive(self, send: Send, form: str) -> None:
        message = load().message(send.text)
        if form == "template":
            parameters(message, send.values)
        labels = tuple(button.title for button in (*send.buttons, *send.rows))
        assert len(send.buttons) <= 3
        assert all(len(b.title) <= 20 for b in send.buttons)
        bubble = Bubble(send=send, form=form, text=send.body, labels=labels)
        self.phones.setdefault(send.to, []).append(bubble)

    def _derive(self) -> None:
        for tab, ident, raws in list(derived(self.snap, self.now)):
            self.tables[tab].setdefault(ident, {}).update(raws)
        assert not list(derived(self.snap, self.now)), "derived cells come to rest"


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
