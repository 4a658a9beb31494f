"""She changed the diary by hand: dragged, resized, deleted. The rows follow, the client is told only as Settings say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.seats import starts
from studio_sync.rules.facts import EventChanged
from studio_sync.rules.ink import Ink, person_of
from studio_sync.rules.questions import ask


def event_changed(ink: Ink, fact: EventChanged) -> None:
    """Bring the rows of a session in line with the diary. Events that are not ours mean only that time is taken."""
    before, after = fact.before, fact.after
    if not before or not before.get("session"):
        return
    seats = {str(seat["booking"]) for seat in before.get("seats", ())}
    rows = [b for b in ink.snap.bookings if b.id in seats and b.state in {"booked", "held"}]
    if after is None or after.get("gone"):
        for booking in rows:
            _gone(ink, booking)
        return
    start, end = _instant(after["start"]), _instant(after["end"])
    if start == _instant(before["start"]) and end == _instant(before["end"]):
        return
    for booking in rows:
        _moved(ink, booking, start, end)


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _moved(ink: Ink, booking: Booking, start: datetime, end: datetime) -> None:
    """The row shows the new time at once; whether the client hears of it is asked, or told, as Settings say."""
    settings = ink.snap.settings
    old = starts(ink.snap, booking)
    local = start.astimezone(settings.zone)
    today = ink.snap.context.today
    ink.put(
        "bookings",
        booking.id,
        log=f"Moved in the diary: {booking.client}, {words.start(local, today)}",
        by=f"{settings.owner_name}, diary",
        undoable=True,
        date=local.date(),
        time=local.time(),
        minutes=int((end - start).total_seconds() // 60),
        changed=ink.now,
    )
    if old is None or old == local:
        return
    values = {"name": booking.client, "old": words.when(old, today), "when": words.when(local, today)}
    first = booking.client.split()[0] if booking.client else "?"
    client = ink.snap.clients.get(booking.client_id)
    rule = client.tell_changes if client and client.tell_changes else settings.diary_moves
    if rule == "tell" and client and client.phone:
        tell_moved(ink, booking.id, old=values["old"], when=values["when"])
        return
    question = ask(
        ink,
        who="owner",
        about=part(
            "decide.diary_move", name=first, old=words.start(old, today), start=words.start(local, today), first=first
        ),
        answers={"tell": part("decide.diary_move_tell"), "quiet": part("decide.closed_no")},
        rule="diary_move",
        data={"booking": booking.id, "old": values["old"], "when": values["when"]},
    )
    ink.send(
        ink.owner(),
        "owner.move_ask",
        values={**values, "first": first, "question": question},
        about=f"question:{question}",
        deadline=ink.now + timedelta(hours=12),
        why=(part("why.asked", owner=settings.owner_name, time=f"{ink.now.astimezone(settings.zone):%H:%M}"),),
    )


def tell_moved(ink: Ink, booking_id: str, *, old: str, when: str) -> None:
    """Tell the client that the session has moved."""
    booking = ink.snap.bookings.get(booking_id)
    client = ink.snap.clients.get(booking.client_id) if booking else None
    if booking is None or client is None or not client.phone:
        return
    ink.send(
        person_of(client),
        "booking.moved",
        values={"old": old, "when": when, "booking": booking_id},
        about=f"booking:{booking_id}:booked",
        deadline=ink.now + timedelta(hours=12),
        label=booking_id,
    )


def _gone(ink: Ink, booking: Booking) -> None:
    """She deleted the event: the row is cancelled, and she is asked whether to tell."""
    settings = ink.snap.settings
    start = starts(ink.snap, booking)
    label = words.start(start, ink.snap.context.today) if start else ""
    ink.put(
        "bookings",
        booking.id,
        log=f"Deleted in the diary: {booking.client}, {label}",
        by=f"{settings.owner_name}, diary",
        undoable=True,
        state="cancelled",
        changed=ink.now,
    )
    client = ink.snap.clients.get(booking.client_id)
    if client is None or start is None or start <= ink.now:
        return
    first = client.name.split()[0]
    ask(
        ink,
        who="owner",
        about=part("decide.deleted", first=first, start=label),
        answers={"cancel": part("decide.deleted_cancel", first=first), "quiet": part("decide.closed_no")},
        rule="diary_deleted",
        data={"booking": booking.id},
    )
