"""A row vanished from the sheet. A future booking keeps its place while she is asked; everything else means nothing."""

from __future__ import annotations

from typing import Any

from sheets_schema.snapshot import parse_table
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.cancel import tell_cancelled
from studio_sync.rules.booking.seats import label_of, stand_up, starts
from studio_sync.rules.facts import RowGone
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called, called_first
from studio_sync.rules.questions import ask
from studio_sync.rules.told import told_line


def row_gone(ink: Ink, fact: RowGone) -> None:
    """Ask about a future booking: cancel it, or put the row back."""
    booking = _booking(ink, fact.row_id, fact.before) if fact.tab == "bookings" else None
    start = starts(ink.snap, booking) if booking else None
    if booking is None or start is None or booking.state != "booked" or start <= ink.now:
        return
    first = called_first(booking.client)
    ask(
        ink,
        who="owner",
        about=part("decide.deleted", first=first, start=label_of(ink.snap, booking)),
        answers={"cancel": part("decide.deleted_cancel", first=first), "back": part("decide.deleted_back")},
        rule="row_deleted",
        data={"booking": booking.id, "row": fact.before},
    )


def _booking(ink: Ink, ident: str, raws: dict[str, Any]) -> Booking | None:
    table, _ = parse_table(BY_KEY["bookings"], {ident: raws}, ink.snap.context)
    found = table.get(ident)
    return found if isinstance(found, Booking) else None


def answered(ink: Ink, data: dict[str, Any], choice: str) -> tuple[str, dict[str, str]]:
    """Cancel and tell, or write the row again as it was; the text of the answer. Silence puts it back too."""
    ident, raws = str(data["booking"]), dict(data["row"])
    booking = _booking(ink, ident, raws)
    if booking is None:
        return "answer.left", {}
    raws.pop("id", None)
    name, start = called(booking.client), label_of(ink.snap, booking)
    if choice != "cancel":
        log = part("log.booked", name=name, start=start)
        ink.put("bookings", ident, log=log, by=ink.by_owner("today"), back=True, raw=raws)
        return "answer.put_back", {"name": name, "when": start}
    diary = stand_up(ink, booking)
    needs = (diary,) if diary else ()
    log = part("log.row_deleted", name=name, start=start)
    cancelled = {**raws, "state": "cancelled"}
    ink.put("bookings", ident, needs=needs, log=log, by=ink.by_owner("today"), undoable=True, back=True, raw=cancelled)
    client = ink.snap.clients.get(booking.client_id)
    if client is None:
        return "answer.told", {"told": part("told.nobody", first=name)}
    tell_cancelled(ink, booking, needs=needs, why=ink.asked(part("decide.deleted_cancel", first=name)))
    return "answer.told", {"told": told_line(ink, client, "booking.cancelled_studio", starts(ink.snap, booking))}
