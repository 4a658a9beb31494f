"""Problems in words: bad cells, rows without a client, two clients of one name, times that are taken.

Each stands in its own row and in Today; it is not kept anywhere, so it goes when the row is mended.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from sheets_schema.diary import DiaryEvent
from sheets_schema.policies import BY_NAME
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.wording import TemplateRow
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import load, part
from sheets_schema.texts.model import names_in
from studio_sync.rules import approval
from studio_sync.rules.booking.places import NoPlace, find_place, same_session
from studio_sync.rules.booking.seats import wanted_of
from studio_sync.rules.commands.names import find_clients
from studio_sync.rules.guarded import told_rows
from studio_sync.rules.people import called_first
from studio_sync.rules.questions import data_of

#: (tab key, row id)
Place = tuple[str, str]


def problems(snap: Snapshot, now: datetime) -> dict[Place, str]:
    """The problem of every row that has one, in words; the first of several."""
    found: dict[Place, str] = {place: said[-1].about for place, said in told_rows(snap).items()}
    for issue in snap.issues:
        found.setdefault((issue.tab, issue.row_id), part(issue.text, **issue.values))
    seats = {seat.booking: event for event in snap.diary if not event.gone for seat in event.seats}
    for booking in snap.bookings:
        place = ("bookings", booking.id)
        if place not in found and (text := _booking(snap, booking, seats.get(booking.id), now)):
            found[place] = text
    for row in snap.templates:
        if ("templates", row.id) not in found and (text := _template(row)):
            found["templates", row.id] = text
    return found


def _template(row: TemplateRow) -> str:
    """What WhatsApp holds against a template, and what to do."""
    gaps = approval.unnamed(row)
    if gaps:
        mine = len(names_in(row.body or load().message(row.message).text))
        return part("problem.template_gaps", n=str(gaps), k=str(mine))
    match row.status:
        case "disabled":
            return part("problem.template_off")
        case "paused":
            return part("problem.template_rests")
        case "not there":
            return part("problem.template_gone")
        case _:
            return part("problem.template_no", because=row.said or "-") if row.said or row.status == "rejected" else ""


def _booking(snap: Snapshot, booking: Booking, event: DiaryEvent | None, now: datetime) -> str:
    """A row that asks for a place and does not have it: who is missing, or what stands in the way."""
    if booking.state not in {"booked", "held", ""}:
        return ""
    if booking.session:
        return _elsewhere(snap, booking, event, now)
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
    kind = booking.type or client.usual_type or "single"
    wanted = wanted_of(snap, dataclasses.replace(booking, client_id=client.id, type=kind))
    place = find_place(snap, wanted, now) if wanted else None
    return no_place(booking, place) if isinstance(place, NoPlace) else ""


def _elsewhere(snap: Snapshot, booking: Booking, event: DiaryEvent | None, now: datetime) -> str:
    """A booked row whose new time has no place: the diary still has the old one."""
    wanted = wanted_of(snap, booking)
    if event is None or wanted is None or same_session(event, wanted):
        return ""
    place = find_place(snap, wanted, now, leaving=(event.id,) if len(event.seats) == 1 else ())
    return no_place(booking, place) if isinstance(place, NoPlace) else ""


def no_place(booking: Booking, place: NoPlace) -> str:
    """Why there is no place, as her Problem column says it."""
    values = place.values
    match place.reason:
        case "overlap":
            return part("problem.overlap", start=values["start"], event=values["event"])
        case "closed":
            return part("problem.closed", weekdays=values["weekdays"])
        case "closed_then":
            return part("problem.closed_then", time=f"{booking.time:%H:%M}")
        case "past":
            return part("problem.date_past", day=values["day"])
        case "full":
            return part("problem.full", **{name: values[name] for name in ("start", "k", "size", "list")})
        case _:
            return part("problem.twice_there", first=called_first(booking.client))


def problem_lines(snap: Snapshot, now: datetime) -> list[tuple[str, str, str]]:
    """(tab key, row id, words) of every row that has a problem, as Today shows them.

    A row that a question in Today is about is left out: the question says the same.
    """
    asked = {str(data_of(q).get("booking", "")) for q in snap.questions if q.state == "open" and q.who == "owner"}
    told = told_rows(snap)
    return [
        (tab, row_id, f"{BY_KEY[tab].title}, {where(snap, tab, row_id)}: {text}")
        for (tab, row_id), text in problems(snap, now).items()
        if not (tab == "bookings" and row_id in asked) and (tab, row_id) not in told
    ]


def where(snap: Snapshot, tab: str, row_id: str) -> str:
    """A name for the row that she recognises: positions change, names do not."""
    if tab == "settings":
        return BY_NAME[row_id].title if row_id in BY_NAME else row_id
    row = getattr(snap, tab).get(row_id)
    fields = ("message", "name", "client", "type", "day")
    name = next((text for field in fields if (text := getattr(row, field, ""))), "")
    day = getattr(row, "date", None) if tab == "bookings" else None
    said = [str(name), words.day(day, snap.context.today) if day else ""]
    return " ".join(word for word in said if word) or part("blank.row")
