"""She edited Bookings: a new row is booked when it is complete, a changed one moves its seat, Tell tells."""

from __future__ import annotations

import dataclasses
from datetime import date

from sheets_schema.tabs.bookings import TYPES, Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking import attendance
from studio_sync.rules.booking.book import confirm_row
from studio_sync.rules.booking.cancel import tell_cancelled
from studio_sync.rules.booking.places import MINUTES, NoPlace, Place, Wanted, find_place
from studio_sync.rules.booking.seats import (
    event_of,
    label_of,
    move_seat,
    price_of,
    put_seat,
    stand_up,
    starts,
    wanted_of,
)
from studio_sync.rules.commands.names import find_clients
from studio_sync.rules.diary_moves import tell_moved
from studio_sync.rules.effects import Seat
from studio_sync.rules.facts import RowChanged
from studio_sync.rules.guarded import copied
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called_first
from studio_sync.rules.questions import ask, close, data_of
from studio_sync.rules.reasons import why_ticked, why_typed

#: texts that tell about a row, by its state
TOLD = {"sick", "no-show"}


def booking_changed(ink: Ink, fact: RowChanged, ticked: set[str]) -> None:
    """What a changed row of Bookings means."""
    booking = ink.snap.bookings.get(fact.row_id)
    if booking is None:
        return
    if "tell" in ticked:
        _tell(ink, booking)
    if any(issue.tab == "bookings" and issue.row_id == booking.id for issue in ink.snap.issues):
        return  # a cell that cannot be read is mended first: nothing is guessed, nothing written over it
    if not booking.session and booking.state in {"", "booked"}:
        new_row(ink, booking, quiet=copied(ink.snap, "bookings", booking.id))
    elif not booking.client_id:
        record_row(ink, booking)
    elif fact.changed("state"):
        _state(ink, booking, str(fact.before.get("state") or ""))
    elif booking.state == "booked" and fact.changed("date", "time", "minutes", "type"):
        _moved(ink, booking, str(fact.before.get("state") or ""))


def rule_for(ink: Ink, client: Client) -> str:
    """Whether a client hears of what she types: "tell", "ask me" or "quiet". Asked means: tick Tell."""
    return client.tell_changes or ink.snap.settings.sheet_changes


def complete(ink: Ink, booking: Booking) -> tuple[Client, Booking] | None:
    """The row with what it leaves open filled in, and its client; None while day, time or one client are missing."""
    match = find_clients(booking.client, ink.snap.clients) if booking.client else None
    if match is None or match.kind != "one" or booking.date is None or booking.time is None:
        return None
    client = match.clients[0]
    kind = booking.type if booking.type in TYPES else client.usual_type or "single"
    price = booking.price if booking.price is not None else price_of(ink.snap, client, kind)
    filled = dataclasses.replace(
        booking,
        client_id=client.id,
        client=client.name,
        type=kind,
        minutes=booking.minutes or MINUTES,
        pay_with=booking.pay_with or "invoice",
        price=price,
    )
    return client, filled


def new_row(ink: Ink, booking: Booking, *, anyway: bool = False, quiet: bool = False) -> bool:
    """A row she typed: booked when it is complete and there is a place; else its Problem column says why not.

    Whether it was booked. ``quiet``: whatever the rule says, nobody is told.
    """
    found = complete(ink, booking)
    wanted = wanted_of(ink.snap, found[1]) if found else None
    if found is None or wanted is None:
        return False
    wanted = dataclasses.replace(wanted, anyway=anyway)
    place = find_place(ink.snap, wanted, ink.now)
    if isinstance(place, NoPlace):
        if place.reason in {"closed", "closed_then"}:
            _ask_closed(ink, booking)
        return False
    client, filled = found
    _seat_row(ink, client, filled, wanted, place, quiet=quiet)
    return True


def _seat_row(ink: Ink, client: Client, row: Booking, wanted: Wanted, place: Place, *, quiet: bool) -> None:
    session = place.event.session if place.event else ink.mint("s-")
    diary = put_seat(ink, place.event, wanted, session, Seat(booking=row.id, client=client.id, name=client.name))
    log = part("log.booked", name=client.name, start=label_of(ink.snap, row))
    booked = dataclasses.replace(row, state="booked", session=session)
    _write(ink, booked, log=log, needs=(diary,))
    if not quiet and rule_for(ink, client) == "tell":
        confirm_row(ink, client, booked, needs=(diary,), why=(why_typed(ink, "Bookings"),))


def _write(ink: Ink, row: Booking, *, log: str, needs: tuple[str, ...] = ()) -> None:
    """All cells of a completed row."""
    ink.put(
        "bookings",
        row.id,
        needs=needs,
        log=log,
        by=ink.by_owner("sheet"),
        undoable=True,
        client=row.client,
        state=row.state,
        type=row.type,
        minutes=row.minutes,
        pay_with=row.pay_with,
        price=row.price,
        source=row.source or "sheet",
        changed=ink.now,
        client_id=row.client_id,
        session=row.session,
        label="booked",
    )


def _ask_closed(ink: Ink, booking: Booking) -> None:
    """Outside Hours: she may say yes in Today. Asked once while it waits."""
    for question in ink.snap.questions:
        if question.key == "row_anyway" and question.state == "open" and data_of(question).get("booking") == booking.id:
            close(ink, question)
    ask(
        ink,
        who="owner",
        about=part("decide.closed", first=called_first(booking.client), start=label_of(ink.snap, booking)),
        answers={"yes": part("decide.closed_yes"), "no": part("decide.closed_no")},
        rule="row_anyway",
        data={"booking": booking.id},
    )


def book_anyway(ink: Ink, booking: Booking) -> None:
    """She said yes to a row outside Hours."""
    if not booking.session and booking.state in {"", "booked"}:
        new_row(ink, booking, anyway=True)


def retry_rows_of(ink: Ink, client: Client) -> None:
    """Rows that waited for this name are booked now, one of a day: two could ask for the same place."""
    days: set[date | None] = set()
    for booking in ink.snap.bookings:
        if booking.session or booking.client_id or booking.state not in {"", "booked"} or not booking.client:
            continue
        match = find_clients(booking.client, ink.snap.clients)
        start = starts(ink.snap, booking)
        mine = match.kind == "one" and match.clients[0].id == client.id
        if mine and start and start > ink.now and booking.date not in days:
            days.add(booking.date)
            new_row(ink, booking)


def record_row(ink: Ink, booking: Booking) -> None:
    """A row typed with another state, such as came: filled in for the books; the diary is not asked."""
    found = complete(ink, booking)
    if found is not None:
        _, row = found
        log = part("log.state", state=words.capital(row.state), name=row.client, start=label_of(ink.snap, row))
        _write(ink, row, log=log)


def _state(ink: Ink, booking: Booking, before: str) -> None:
    """She chose another state: the diary follows, and the client hears of it if the rule is to tell."""
    client = ink.snap.clients.get(booking.client_id)
    needs: tuple[str, ...] = ()
    if not booking.seated:
        diary = stand_up(ink, booking)
        needs = (diary,) if diary else ()
    elif booking.state == "booked" and event_of(ink.snap, booking) is None:
        wanted = wanted_of(ink.snap, booking)
        moved = move_seat(ink, booking, wanted) if wanted else None
        if moved is not None and not isinstance(moved, NoPlace):
            session, needs = moved
            ink.put("bookings", booking.id, needs=needs, session=session, changed=ink.now, label="seat")
            return
    ink.put("bookings", booking.id, changed=ink.now, label="state")
    if client is not None and before == "booked" and rule_for(ink, client) == "tell":
        _tell_state(ink, booking, needs=needs, why=(why_typed(ink, "State"),))


def _tell_state(ink: Ink, booking: Booking, *, needs: tuple[str, ...], why: tuple[str, ...]) -> bool:
    """Tell the client what the row says now; False when there is nothing to tell."""
    if booking.state == "cancelled":
        tell_cancelled(ink, booking, needs=needs, why=why)
    elif booking.state in TOLD:
        attendance.tell(ink, booking, booking.state, needs=needs, why=why)
    else:
        return False
    return True


def _moved(ink: Ink, booking: Booking, before: str) -> None:
    """She typed another day or time: the seat moves in the diary too, when there is a place."""
    wanted = wanted_of(ink.snap, booking)
    event = event_of(ink.snap, booking)
    moved = move_seat(ink, booking, wanted) if wanted else None
    if moved is None or isinstance(moved, NoPlace) or not moved[1]:
        return
    session, needs = moved
    ink.put("bookings", booking.id, needs=needs, session=session, changed=ink.now, label="moved")
    client, start = ink.snap.clients.get(booking.client_id), starts(ink.snap, booking)
    was = event.start.astimezone(ink.snap.settings.zone) if event else None
    if client and start and was and before == "booked" and start != was and rule_for(ink, client) == "tell":
        old, when = words.when(was, ink.today), words.when(start, ink.today)
        tell_moved(ink, booking.id, old=old, when=when, why=(why_typed(ink, "Bookings"),))


def _tell(ink: Ink, booking: Booking) -> None:
    """Her tick on Tell: what the row says now."""
    client = ink.snap.clients.get(booking.client_id)
    start = starts(ink.snap, booking)
    said = ""
    if client is None or start is None:
        said = part("tick.no_client", word=booking.client or part("blank.name"))
    elif not (client.phone or client.user_id):
        said = part("tick.no_phone")
    elif booking.state == "booked" and start > ink.now:
        confirm_row(ink, client, booking, needs=(), why=(why_ticked(ink, "Tell"),))
    elif not _tell_state(ink, booking, needs=(), why=(why_ticked(ink, "Tell"),)):
        said = part("tick.not_booked", state=booking.state or "-")
    ink.put("bookings", booking.id, tell=False, told=said or part("tick.telling"), label="tell")
