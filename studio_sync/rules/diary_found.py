"""Seats of ours that another program took or gave back in the diary, and did not get to write down.

It may have told the client already. The diary is the ledger of bookings, so the row follows; the owner hears of it, for
perhaps nobody was told. Only a program of ours can change who has a seat; she moves and deletes events. A seat that
Changes knows had its row: she deleted that, and it does not come back by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.seats import event_of, label_of, price_of, starts
from studio_sync.rules.facts import EventChanged
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import news
from studio_sync.rules.people import called


def write_rows(ink: Ink, fact: EventChanged) -> None:
    """A row for each new seat of a coming session that has none."""
    after = fact.after
    if not after or not after.get("session") or after.get("gone"):
        return
    start = datetime.fromisoformat(str(after["start"])).astimezone(ink.snap.settings.zone)
    known = {str(seat["booking"]) for seat in (fact.before or {}).get("seats", ())}
    if start <= ink.now:
        return
    for seat in after.get("seats", ()):
        client = ink.snap.clients.get(str(seat["client"]))
        ident = str(seat["booking"])
        if ident in known or client is None or ink.snap.bookings.get(ident) is not None:
            continue
        if not once_written(ink.snap, ident):
            _write(ink, fact, ident, client, start)


def once_written(snap: Snapshot, booking: str) -> bool:
    """Whether Changes says that this booking has had its row."""
    title = BY_KEY["bookings"].title
    return any(change.row_id == booking and change.tab == title for change in snap.changes)


def row_of(snap: Snapshot, client: Client, event: Mapping[str, Any], start: datetime) -> dict[str, Any]:
    """A booking as its seat in the diary tells it. ``start`` in the studio's zone; ``event``: DiaryEvent fields."""
    end = datetime.fromisoformat(str(event["end"]))
    kind = str(event.get("type") or "single")
    return {
        "date": start.date(),
        "time": start.time(),
        "client": client.name,
        "state": "booked",
        "type": kind,
        "minutes": int((end - start).total_seconds() // 60),
        "pay_with": "invoice",
        "price": price_of(snap, client, kind),
        "source": "diary",
        "client_id": client.id,
        "session": str(event["session"]),
    }


def free_rows(ink: Ink, fact: EventChanged, rows: list[Booking]) -> list[Booking]:
    """Of the bookings that had a seat in the session those that still have one; the others are cancelled."""
    seats = {str(seat["booking"]) for seat in (fact.after or {}).get("seats", ())}
    kept = [row for row in rows if row.id in seats]
    for row in rows:
        start = starts(ink.snap, row)
        if row.id in seats or event_of(ink.snap, row) is not None or start is None or start <= ink.now:
            continue
        ink.put(
            "bookings",
            row.id,
            log=part("log.cancelled", name=called(row.client), start=label_of(ink.snap, row)),
            by=part("by.studio"),
            undoable=True,
            state="cancelled",
            changed=ink.now,
        )
        sentence = part("nudge.freed", name=called(row.client), when=words.when(start, ink.today))
        news(ink, sentence, why=(part("why.freed"),), label=row.id)
    return kept


def _write(ink: Ink, fact: EventChanged, booking: str, client: Client, start: datetime) -> None:
    shown = words.start(start, ink.today)
    ink.put(
        "bookings",
        booking,
        log=part("log.booked", name=called(client.name), start=shown),
        by=part("by.studio"),
        undoable=True,
        changed=ink.now,
        **row_of(ink.snap, client, fact.after or {}, start),
    )
    sentence = part("nudge.found", name=called(client.name), when=words.when(start, ink.today))
    news(ink, sentence, why=(part("why.found"),), label=booking)
