"""Why a message, a row or a session is as it is: five plain lines from the rows themselves and our notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY, TABS
from sheets_schema.tabs.machine import Change
from sheets_schema.tabs.messages import MessageRow
from sheets_schema.texts import words
from studio_sync.config import Config
from studio_sync.desk.notes import opened
from studio_sync.desk.show import say, say_json, wrapped
from studio_sync.desk.words import moment
from studio_sync.errors import UserError
from studio_sync.journal import Tx
from studio_sync.rules.effects import Send
from studio_sync.rules.ink import message_id

_STATUSES = ("sent", "delivered", "read", "failed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """The answer: what it is about, and (label, words) by line: What, Why, Needed, Rules, Cost."""

    title: str
    lines: tuple[tuple[str, str], ...]


def why(config: Config, ident: str, *, as_json: bool = False) -> int:
    """Show why. ``ident``: ``m-...``, a wamid, ``row:<tab>:<id>``, ``event:<id>`` or the number of a change."""
    with opened(config) as notes:
        found = explain(notes.tx, notes.snap, ident)
    if found is None:
        raise UserError(
            f"Nothing here is called {ident}.",
            "Ids stand in the last column of each tab. Then: studio-sync why m-1A2B3C4D",
        )
    if as_json:
        say_json({"id": ident, "title": found.title, "lines": [{"label": a, "text": b} for a, b in found.lines]})
        return 0
    say(found.title)
    for label, text in found.lines:
        for line in wrapped(label, text):
            say(line)
    return 0


def explain(tx: Tx, snap: Snapshot, ident: str) -> Explanation | None:
    """The explanation of an id; None when nothing is known of it."""
    kind, _, rest = ident.partition(":")
    if kind == "row" and ":" in rest:
        named, _, row_id = rest.partition(":")
        tab = next((each.key for each in TABS if named in {each.key, each.title}), named)
        return _message(tx, snap, row_id) if tab == "messages" else _row(snap, tab, row_id)
    if kind == "event":
        return _event(tx, snap, rest)
    if ident.isdigit():
        return _number(snap, int(ident))
    row_id = ident if snap.messages.get(ident) is not None else _of_wamid(tx, ident)
    return _message(tx, snap, row_id) or _any_row(snap, ident)


def _of_wamid(tx: Tx, wamid: str) -> str:
    """The row of Messages behind a wamid: theirs is keyed by it; ours is found by its status or its receipt."""
    for status in _STATUSES:
        fact = tx.fact(f"{wamid}:{status}")
        if fact is not None and fact.kind == "status" and fact.effect_key:
            return message_id(fact.effect_key)
    if tx.fact(wamid) is None:
        for queued in tx.standing("done", "messages", limit=100_000):
            if queued.result.get("wamid") == wamid:
                return message_id(queued.effect.key)
    return message_id(wamid)


def _message(tx: Tx, snap: Snapshot, row_id: str) -> Explanation | None:
    row = snap.messages.get(row_id)
    if row is None:
        return None
    zone = snap.settings.zone
    at = moment(row.when, zone) if row.when else ""
    if row.way == "in":
        lines = [("What", f'{row.who} wrote: "{row.text}"'), ("Why", row.why), *_caused(snap, row.key)]
        return Explanation(title=f"Message from {row.who}, {at}", lines=_filled(lines))
    queued = tx.effect(row.key)
    said = [line for line in row.why.splitlines() if line]
    lines = [("What", row.text), ("State", row.state)]
    if queued is None or not isinstance(queued.effect, Send):
        lines += [("Why", " ".join(said))]
        return Explanation(title=f"Message to {row.who}, {at}", lines=_filled(lines))
    rules = [str(rule) for rule in queued.result.get("rules", ())]
    cost = str(queued.result.get("cost", ""))
    reasons = [line for line in said if line not in rules and line != cost] or list(queued.effect.why)
    lines += [
        ("Why", " ".join(reasons)),
        ("Needed", _needed(tx, queued.effect)),
        ("Rules", " ".join(rules) or queued.reason),
        ("Cost", cost),
    ]
    return Explanation(title=f"Message to {row.who}, {at}", lines=_filled(lines))


def _needed(tx: Tx, send: Send) -> str:
    """What had to be true before it was said."""
    kinds = {"put_event": "the diary", "drop_event": "the diary", "put_row": "the sheet", "drop_row": "the sheet"}
    places = []
    for need in send.needs:
        queued = tx.effect(need)
        if queued is not None and queued.effect.kind in kinds:
            state = "written" if queued.state == "done" else "not written yet"
            places.append(f"{kinds[queued.effect.kind]} ({state})")
    if not places:
        return ""
    return f"First {' and '.join(dict.fromkeys(places))}. Nothing is said before that."


def _caused(snap: Snapshot, fact_key: str) -> Iterable[tuple[str, str]]:
    """What followed from one thing that came in."""
    for change in snap.changes:
        if change.key.startswith(f"{fact_key}/"):
            yield "Then", change.what
    for row in snap.messages:
        if row.way == "out" and row.key.startswith(f"{fact_key}/"):
            yield "Then", f"{row.who} was written to: {row.state}"


def _row(snap: Snapshot, tab: str, row_id: str) -> Explanation | None:
    if tab not in BY_KEY:
        return None
    table = getattr(snap, tab, None)
    if tab != "settings" and (table is None or table.get(row_id) is None):
        return None
    title = BY_KEY[tab].title
    changes = [c for c in (*snap.changes, *snap.book_changes) if c.tab == title and c.row_id == row_id]
    lines: list[tuple[str, str]] = []
    for change in sorted(changes, key=_when, reverse=True)[:4]:
        lines.append(("Why" if not lines else "Before", _change(snap, change)))
    if not lines:
        lines.append(("Why", "It stood here before we looked, or she typed it. We changed nothing in it."))
    lines.append(("Problem", getattr(table.get(row_id), "problem", "") if table is not None else ""))
    return Explanation(title=f"{title}: {_called(snap, tab, row_id)}", lines=_filled(lines))


def _when(change: Change) -> datetime:
    return change.when or _never()


def _never() -> datetime:
    return datetime(1900, 1, 1, tzinfo=UTC)


def _change(snap: Snapshot, change: Change) -> str:
    at = moment(change.when, snap.settings.zone) if change.when else ""
    undo = f" Take it back: undo {change.no}." if change.no and change.state == "done" else ""
    undone = " Taken back since." if change.state == "undone" else ""
    return f"{change.what} ({', '.join(x for x in (change.who, at) if x)}).{undo}{undone}"


def _called(snap: Snapshot, tab: str, row_id: str) -> str:
    booking = snap.bookings.get(row_id) if tab == "bookings" else None
    if booking is not None:
        day = words.day(booking.date, snap.context.today) if booking.date else ""
        return " ".join(x for x in (booking.client, day, f"{booking.time:%H:%M}" if booking.time else "") if x)
    row = getattr(getattr(snap, tab, None), "get", lambda _: None)(row_id)
    for name in ("name", "number", "client", "about", "type", "day"):
        value = getattr(row, name, "")
        if value:
            return str(value)
    return row_id


def _event(tx: Tx, snap: Snapshot, event_id: str) -> Explanation | None:
    event = next((e for e in tx.events() if e.id == event_id), None)
    if event is None:
        return None
    at = moment(event.start, snap.settings.zone)
    if not event.session:
        lines = [("What", "Her own diary entry."), ("Why", "She made it. We leave it as it is.")]
        if event.blocks:
            lines.append(("Rules", "Nobody is booked over it."))
        return Explanation(title=f"Diary: {event.title}, {at}", lines=tuple(lines))
    lines = [("What", f"{len(event.seats)} of {event.capacity} places taken.")]
    fact = event.made_by.split("/", maxsplit=1)[0]
    ids = {seat.booking for seat in event.seats}
    changes = [c for c in snap.changes if c.row_id in ids or (fact and c.key.startswith(f"{fact}/"))]
    for change in sorted(changes, key=_when, reverse=True)[:3]:
        lines.append(("Why" if len(lines) == 1 else "Before", _change(snap, change)))
    if not changes:
        lines.append(("Why", "It stood in the diary before we looked."))
    return Explanation(title=f"Diary: {event.title}, {at}", lines=_filled(lines))


def _number(snap: Snapshot, number: int) -> Explanation | None:
    changes = [c for c in snap.changes if c.no == number]
    if not changes:
        return None
    facts = {c.key.split("/", maxsplit=1)[0] for c in changes}
    told = [m for m in snap.messages if m.way == "out" and m.key.split("/", maxsplit=1)[0] in facts]
    lines = [("Why", _change(snap, change)) for change in changes]
    lines += [("Then", _told(row)) for row in told]
    return Explanation(title=f"Change {number}", lines=_filled(lines))


def _told(row: MessageRow) -> str:
    return f"{row.who}: {row.state}. {row.why}"


def _any_row(snap: Snapshot, row_id: str) -> Explanation | None:
    """A bare row id of any tab."""
    for tab in BY_KEY:
        table = getattr(snap, tab, None)
        if tab != "settings" and table is not None and table.get(row_id) is not None:
            return _row(snap, tab, row_id)
    return None


def _filled(lines: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, text) for label, text in lines if text)
