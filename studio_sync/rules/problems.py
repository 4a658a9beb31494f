"""Problems in words: bad cells, rows without a client, two clients of one name. Each stands in its row and in Today."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.places import NoPlace, find_place
from studio_sync.rules.booking.seats import wanted_of
from studio_sync.rules.commands.names import find_clients


def problem_of(snap: Snapshot, tab: str, row_id: str, now: datetime) -> str:
    """The problem of one row in words, "" when there is none."""
    for issue in snap.issues:
        if issue.tab == tab and issue.row_id == row_id:
            return part(issue.text, **issue.values)
    booking = snap.bookings.get(row_id) if tab == "bookings" else None
    return _booking(snap, booking, now) if booking else ""


def _booking(snap: Snapshot, booking: Booking, now: datetime) -> str:
    """A row that asks for a place and has none: who is missing, or what stands in the way."""
    if booking.state not in {"booked", "held", ""} or booking.session:
        return ""
    if not booking.client:
        return part("problem.client_missing") if booking.date and booking.time else ""
    match = find_clients(booking.client, snap.clients)
    if match.kind == "several":
        both = [client.name for client in match.clients[:2]]
        return part("problem.client_two", word=booking.client, name=both[0], other=both[1])
    if match.kind == "close":
        return part("problem.client_closest", word=booking.client, name=match.clients[0].name)
    if match.kind == "none":
        return part("problem.client_unknown", word=booking.client)
    client = match.clients[0]
    wanted = wanted_of(
        snap, dataclasses.replace(booking, client_id=client.id, type=booking.type or client.usual_type or "single")
    )
    place = find_place(snap, wanted, now) if wanted else None
    return no_place(place) if isinstance(place, NoPlace) else ""


def no_place(place: NoPlace) -> str:
    """Why there is no place, as her Problem column says it."""
    values = place.values
    match place.reason:
        case "overlap":
            return part("problem.overlap", start=values["start"], event=values["event"])
        case "closed":
            return part("problem.closed", weekdays=values["weekdays"])
        case "closed_then":
            return part("problem.closed_then", time=values["start"][-5:])
        case "past":
            return part("problem.date_past", day=values["start"][:-6])
        case "full":
            return part("problem.full", **{k: values[k] for k in ("start", "k", "size", "list") if values.get(k)})
        case _:
            return part("problem.twice", first="This person", row="above")


def problem_lines(snap: Snapshot, now: datetime) -> list[tuple[str, str, str]]:
    """(tab key, row id, words) of every row that has a problem, as Today shows them."""
    seen: dict[tuple[str, str], str] = {}
    for issue in snap.issues:
        seen.setdefault((issue.tab, issue.row_id), part(issue.text, **issue.values))
    for booking in snap.bookings:
        text = "" if ("bookings", booking.id) in seen else _booking(snap, booking, now)
        if text:
            seen["bookings", booking.id] = text
    lines = []
    for (tab, row_id), text in seen.items():
        lines.append((tab, row_id, f"{BY_KEY[tab].title} {_where(snap, tab, row_id)}: {text}"))
    return lines


def _where(snap: Snapshot, tab: str, row_id: str) -> str:
    """A name for the row that she recognises: positions change, names do not."""
    if tab == "clients":
        client = snap.clients.get(row_id)
        return client.name if client and client.name else "new row"
    if tab == "bookings":
        booking = snap.bookings.get(row_id)
        if booking is None:
            return "new row"
        day = words.day(booking.date, snap.context.today) if booking.date else ""
        return " ".join(x for x in (booking.client, day) if x) or "new row"
    if tab == "settings":
        return row_id.replace("_", " ")
    if tab == "invoices":
        invoice = snap.invoices.get(row_id)
        return invoice.client if invoice else "new row"
    return "row"
