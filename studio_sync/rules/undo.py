"""Undo: the newest change that can be taken back, or the one she names. Refused, with the reason, when something was built on it."""

from __future__ import annotations

from datetime import timedelta

from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.machine import Change
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.places import NoPlace, find_place
from studio_sync.rules.booking.seats import put_seat, stand_up, starts, wanted_of
from studio_sync.rules.changes import read_words
from studio_sync.rules.effects import Seat
from studio_sync.rules.ink import Ink, person_of


def undo(ink: Ink, number: int | None, said: str) -> None:
    """Take back change ``number``, or the newest one."""
    numbered = [c for c in ink.snap.changes if c.no]
    if number is None:
        undone = [c for c in numbered if c.state == "done"]
        if not undone:
            ink.send(ink.owner(), "answer.undo_none", cls="fresh", answers=ink.fact.key)
            return
        number = max(c.no or 0 for c in undone)
    found = [c for c in numbered if c.no == number]
    if not found:
        _refuse(ink, "answer.undo_unknown", number)
    elif all(c.state == "undone" for c in found):
        _refuse(ink, "answer.undo_again", number)
    else:
        _take_back(ink, number, found, said)


def _refuse(ink: Ink, text: str, number: int, **values: str) -> None:
    ink.send(ink.owner(), text, values={"undo": str(number), **values}, cls="fresh", answers=ink.fact.key)


def _take_back(ink: Ink, number: int, changes: list[Change], said: str) -> None:
    said_lines: list[str] = []
    told: list[str] = []
    needs: tuple[str, ...] = ()
    for change in changes:
        booking = ink.snap.bookings.get(change.row_id) if change.tab == "Bookings" else None
        if booking is not None:
            refused = _blocked(ink, booking, change)
            if refused:
                _refuse(ink, "answer.undo_refused", number, because=refused)
                return
            line, keys, also = _booking(ink, booking, change)
            needs += keys
            told += also
        else:
            line = _row(ink, change)
        said_lines.append(line)
        ink.put("changes", change.id, state="undone")
    values = {"change": " ".join(said_lines)}
    if told:
        values["told"] = " ".join(told)
    ink.send(
        ink.owner(),
        "answer.undone",
        values=values,
        needs=needs,
        answers=ink.fact.key,
        deadline=ink.now + timedelta(hours=12),
        why=(part("why.answer_to", text=said),),
    )


def _blocked(ink: Ink, booking: Booking, change: Change) -> str:
    """Why this booking change cannot be taken back; "" when it can."""
    if booking.invoice:
        return f"invoice {booking.invoice} was built on it"
    after = read_words(change.after)
    if "state" in after and booking.state != after["state"]:
        return f"the booking is now: {booking.state}"
    start = starts(ink.snap, booking)
    if start is not None and start <= ink.now and change.column == "":
        return "the session has begun"
    if "state" in read_words(change.before) and read_words(change.before)["state"] == "booked":
        wanted = wanted_of(ink.snap, booking)
        if wanted is not None and wanted.start > ink.now:
            place = find_place(ink.snap, wanted, ink.now)
            if isinstance(place, NoPlace) and place.reason not in {"closed", "closed_then", "already_booked"}:
                return "the place is taken"
    return ""


def _booking(ink: Ink, booking: Booking, change: Change) -> tuple[str, tuple[str, ...], list[str]]:
    """Put a booking back; the line about it, keys to wait for, who is told."""
    before = read_words(change.before)
    start = starts(ink.snap, booking)
    words_of = words.start(start, ink.snap.context.today) if start else ""
    client = ink.snap.clients.get(booking.client_id)
    if not before:
        diary = stand_up(ink, booking)
        needs = (diary,) if diary else ()
        ink.put("bookings", booking.id, needs=needs, state="cancelled", changed=ink.now, label="undo")
        told = _correct(ink, booking, "fix.not_booked", needs) if client else []
        return part("undone.not_booked", name=booking.client, start=words_of), needs, told
    needs = ()
    if before.get("state") == "booked":
        wanted = wanted_of(ink.snap, booking)
        if wanted is not None and wanted.start > ink.now:
            place = find_place(ink.snap, wanted, ink.now)
            event = None if isinstance(place, NoPlace) else place.event
            seat = Seat(booking=booking.id, client=booking.client_id, name=booking.client)
            session = event.session if event else ink.mint("s-")
            needs = (put_seat(ink, event, wanted, session, seat),)
            ink.put("bookings", booking.id, needs=needs, session=session, label="seat")
    ink.put("bookings", booking.id, needs=needs, raw=before, label="undo")
    told = _correct(ink, booking, "fix.stands", needs) if client and before.get("state") == "booked" else []
    return part("undone.booked_again", name=booking.client, start=words_of), needs, told


def _correct(ink: Ink, booking: Booking, text: str, needs: tuple[str, ...]) -> list[str]:
    """One kind correction, only when a message about this booking had gone out to the client."""
    client = ink.snap.clients.get(booking.client_id)
    start = starts(ink.snap, booking)
    if client is None or start is None or not client.phone or not _was_told(ink, client.id, booking):
        return []
    ink.send(
        person_of(client),
        text,
        values={"when": words.when(start, ink.snap.context.today)},
        needs=needs,
        deadline=start,
        label=booking.id,
    )
    return [part("told.correction", first=client.name.split()[0])]


def _was_told(ink: Ink, client: str, booking: Booking) -> bool:
    since = booking.changed
    return any(
        m.way == "out"
        and m.client_id == client
        and m.kind.startswith("booking.")
        and m.state not in {"not sent", "would send"}
        and (since is None or m.when is None or m.when >= since - timedelta(minutes=5))
        for m in ink.snap.messages
    )


def _row(ink: Ink, change: Change) -> str:
    """Put cells of any other row back; a row we made for her is marked, never removed."""
    tab = next(t for t in BY_KEY.values() if t.title == change.tab)
    before = read_words(change.before)
    name = _name(ink, tab.key, change.row_id)
    if not before and tab.key == "clients":
        ink.put("clients", change.row_id, status="left", label="undo")
        return part("undone.not_added", name=name)
    ink.put(tab.key, change.row_id, raw=before, label="undo")
    shown = ", ".join(str(value) for value in before.values()) or "blank"
    return part("undone.cell", column=change.column or change.tab, name=name, value=shown)


def _name(ink: Ink, tab: str, row_id: str) -> str:
    if tab == "clients":
        client = ink.snap.clients.get(row_id)
        return client.name if client else row_id
    return BY_KEY[tab].title
