"""Cells that follow from others: a client's next session, the Problem column. Written where they differ, so a second look writes nothing.

They need no receipt: writing them twice is the same as once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sheets_schema.cells import Raw
from sheets_schema.snapshot import Snapshot, cells
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts import words
from studio_sync.rules.booking.seats import starts, upcoming
from studio_sync.rules.problems import problem_of

WITH_PROBLEM = ("clients", "bookings", "settings", "prices", "hours", "invoices", "payments")


def derived(snap: Snapshot, now: datetime) -> Iterator[tuple[str, str, dict[str, Raw]]]:
    """(tab key, row id, raw cells) of every derived cell that is not as it should be."""
    for client in snap.clients:
        coming = upcoming(snap, client.id, now)
        start = starts(snap, coming[0]) if coming else None
        text = f"{words.weekday(start.date())} {start.day}, {start:%H:%M}" if start else ""
        owes = sum(i.balance or 0 for i in snap.invoices if i.client_id == client.id and i.number) or None
        wanted: dict[str, object] = {}
        if client.next != text:
            wanted["next"] = text
        if client.owes != owes:
            wanted["owes"] = owes
        if wanted:
            yield "clients", client.id, cells(BY_KEY["clients"], snap.context, **wanted)
    for tab in WITH_PROBLEM:
        for row in getattr(snap, tab, ()) if tab != "settings" else ():
            text = problem_of(snap, tab, row.id, now)
            if row.problem != text:
                yield tab, row.id, cells(BY_KEY[tab], snap.context, problem=text)
