"""Seats of ours in the diary that have no row: who took them did not get to write it, and may have told the client.

The diary is the ledger of bookings, so the row is written; the owner hears of it, for nobody may have been told.
"""

from __future__ import annotations

from datetime import datetime

from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.seats import price_of
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
        if seat["booking"] not in known and client is not None and ink.snap.bookings.get(seat["booking"]) is None:
            _write(ink, fact, str(seat["booking"]), client, start)


def _write(ink: Ink, fact: EventChanged, booking: str, client: Client, start: datetime) -> None:
    after = fact.after or {}
    end = datetime.fromisoformat(str(after["end"]))
    kind = str(after.get("type") or "single")
    shown = words.start(start, ink.today)
    ink.put(
        "bookings",
        booking,
        log=part("log.booked", name=called(client.name), start=shown),
        by=part("by.studio"),
        undoable=True,
        date=start.date(),
        time=start.time(),
        client=client.name,
        state="booked",
        type=kind,
        minutes=int((end - start).total_seconds() // 60),
        pay_with="invoice",
        price=price_of(ink.snap, client, kind),
        source="diary",
        changed=ink.now,
        client_id=client.id,
        session=str(after["session"]),
    )
    sentence = part("nudge.found", name=called(client.name), when=words.when(start, ink.today))
    news(ink, sentence, why=(part("why.found"),), label=booking)
