"""What she decided about a session she had moved or deleted in the diary. Each gives back the text of the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.cancel import tell_cancelled
from studio_sync.rules.booking.places import NoPlace
from studio_sync.rules.booking.seats import event_of, label_of, move_seat, move_session, starts, wanted_of
from studio_sync.rules.diary_moves import tell_moved
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called
from studio_sync.rules.told import told_line

Text = tuple[str, dict[str, str]]


def moved(ink: Ink, data: dict[str, Any], choice: str) -> Text:
    """Tell, put it back, or leave it moved and untold."""
    found = [ink.snap.bookings.get(str(ident)) for ident in data["bookings"]]
    rows = [booking for booking in found if booking is not None and booking.state == "booked"]
    if choice == "back" and rows:
        return _back(ink, rows[0], datetime.fromisoformat(str(data["was"])))
    if choice != "tell" or not rows:
        return "answer.left", {}
    lines = []
    for booking in rows:
        client = ink.snap.clients.get(booking.client_id)
        told = tell_moved(ink, booking.id, old=str(data["old"]), when=_when(ink, booking), why=ink.asked(str(choice)))
        if client is not None and (told or not (client.phone or client.user_id)):
            lines.append(told_line(ink, client, "booking.moved", starts(ink.snap, booking)))
    return "answer.told", {"told": " ".join(lines) or part("told.nothing_sent")}


def _when(ink: Ink, booking: Booking) -> str:
    start = starts(ink.snap, booking)
    return words.when(start, ink.today) if start else "-"


def _back(ink: Ink, booking: Booking, was: datetime) -> Text:
    """The whole session returns to its old time, in the diary and in its rows, if that is still free."""
    start = was.astimezone(ink.snap.settings.zone)
    event = event_of(ink.snap, booking)
    key = move_session(ink, event, start) if event else ""
    if event is None or isinstance(key, NoPlace):
        return "answer.undo_refused", {"undo": label_of(ink.snap, booking), "because": part("undo.place_taken")}
    rows = [row for seat in event.seats if (row := ink.snap.bookings.get(seat.booking)) is not None]
    for row in rows:
        name = called(row.client)
        ink.put(
            "bookings",
            row.id,
            needs=(key,),
            log=part("log.moved", name=name, old=label_of(ink.snap, row), start=words.start(start, ink.today)),
            by=ink.by_owner("diary"),
            undoable=True,
            date=start.date(),
            time=start.time(),
            changed=ink.now,
        )
    names = words.join([called(row.client) for row in rows])
    return "answer.put_back", {"name": names, "when": words.when(start, ink.today)}


def deleted(ink: Ink, ident: str, choice: str) -> Text:
    """Tell the client that the session is off, put it back, or neither."""
    booking = ink.snap.bookings.get(ident)
    client = ink.snap.clients.get(booking.client_id) if booking else None
    if booking is None or client is None or booking.state != "cancelled" or choice not in {"tell", "back"}:
        return "answer.left", {}
    if choice == "tell":
        tell_cancelled(ink, booking, needs=(), why=ink.asked(part("decide.event_deleted_tell", first="?")))
        return "answer.told", {"told": told_line(ink, client, "booking.cancelled_studio", starts(ink.snap, booking))}
    return _restore(ink, booking)


def _restore(ink: Ink, booking: Booking) -> Text:
    """Give a cancelled booking its place again; nobody is told, for nobody had heard of it."""
    wanted = wanted_of(ink.snap, booking)
    place = move_seat(ink, booking, wanted) if wanted else None
    if place is None or isinstance(place, NoPlace):
        return "answer.undo_refused", {"undo": label_of(ink.snap, booking), "because": part("undo.place_taken")}
    session, needs = place
    ink.put(
        "bookings",
        booking.id,
        needs=needs,
        log=part("log.booked", name=called(booking.client), start=label_of(ink.snap, booking)),
        by=ink.by_owner("chat"),
        undoable=True,
        state="booked",
        session=session,
        changed=ink.now,
    )
    start = starts(ink.snap, booking)
    when = words.when(start, ink.today) if start else "-"
    return "answer.put_back", {"name": called(booking.client), "when": when}
