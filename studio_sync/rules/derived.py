"""Cells that follow from others: a client's next session, what is owed, the Problem column.

Only those that are not as they should be, so a second look writes nothing. They need no receipt: writing them twice is
the same as once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sheets_schema.cells import Raw
from sheets_schema.snapshot import Snapshot, cells
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts import words
from studio_sync.rules.booking.seats import starts, upcoming
from studio_sync.rules.problems import problems

#: tabs with a Problem column whose present words the snapshot knows
WITH_PROBLEM = ("clients", "bookings", "prices", "hours", "rates", "templates", "texts", "invoices", "payments")


def derived(snap: Snapshot, now: datetime) -> Iterator[tuple[str, str, dict[str, Raw]]]:
    """(tab key, row id, raw cells) of every derived cell that is not as it should be."""
    owed = Counter[str]()
    for invoice in snap.invoices:
        if invoice.number:
            owed[invoice.client_id] += invoice.balance or 0
    for client in snap.clients:
        coming = upcoming(snap, client.id, now)
        start = starts(snap, coming[0]) if coming else None
        text = f"{words.weekday(start.date())} {start.day}, {start:%H:%M}" if start else ""
        wanted: dict[str, object] = {}
        if client.next != text:
            wanted["next"] = text
        if (client.owes or 0) != owed[client.id]:
            wanted["owes"] = owed[client.id] or None
        if wanted:
            yield "clients", client.id, cells(BY_KEY["clients"], snap.context, **wanted)
    found = problems(snap, now)
    for tab in WITH_PROBLEM:
        for row in getattr(snap, tab):
            text = found.get((tab, row.id), "")
            if row.problem != text:
                yield tab, row.id, cells(BY_KEY[tab], snap.context, problem=text)
    for name, said in snap.setting_problems.items():
        text = found.get(("settings", name), "")
        if said != text:
            yield "settings", name, cells(BY_KEY["settings"], snap.context, problem=text)
