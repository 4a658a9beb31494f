"""She changed the diary by hand: dragged, resized, deleted. The rows follow; clients are told only as Settings say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.cancel import tell_cancelled
from studio_sync.rules.booking.seats import label_of, retitle, starts
from studio_sync.rules.diary_found import free_rows, write_rows
from studio_sync.rules.facts import EventChanged
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import nudge
from studio_sync.rules.people import called, called_first, person_of
from studio_sync.rules.questions import ask
from studio_sync.rules.reasons import why_typed


def event_changed(ink: Ink, fact: EventChanged) -> None:
    """Bring the rows of a session in line with the diary. Events that are not ours mean only that time is taken."""
    before, after = fact.before, fact.after
    write_rows(ink, fact)
    if not before or not before.get("session"):
        return
    seats = {str(seat["booking"]) for seat in before.get("seats", ())}
    rows = [b for b in ink.snap.bookings if b.id in seats and b.state in {"booked", "held"}]
    if after is None or after.get("gone"):
        _gone(ink, rows)
        return
    rows = free_rows(ink, fact, rows)
    old, start, end = _instant(before["start"]), _instant(after["start"]), _instant(after["end"])
    if old == start and end == _instant(before["end"]):
        return
    event = next((e for e in ink.snap.diary if e.id == fact.event_id and not e.gone), None)
    if event is not None and old != start:
        retitle(ink, event)
    _follow(ink, rows, start, end)
    moved = [booking for booking in rows if starts(ink.snap, booking) != start]
    if moved and start > ink.now:
        _ask_or_tell(ink, moved, old.astimezone(ink.snap.settings.zone), start.astimezone(ink.snap.settings.zone))


def _instant(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.astimezone(UTC)


def _follow(ink: Ink, rows: list[Booking], start: datetime, end: datetime) -> None:
    """The rows show the new time at once."""
    local = start.astimezone(ink.snap.settings.zone)
    minutes = int((end - start).total_seconds() // 60)
    for booking in rows:
        if starts(ink.snap, booking) == start and booking.minutes == minutes:
            continue  # another decision was quicker
        ink.put(
            "bookings",
            booking.id,
            log=part(
                "log.moved",
                name=called(booking.client),
                old=label_of(ink.snap, booking),
                start=words.start(local, ink.today),
            ),
            by=ink.by_owner("diary"),
            undoable=True,
            date=local.date(),
            time=local.time(),
            minutes=minutes,
            changed=ink.now,
        )


def rule_for(ink: Ink, booking: Booking) -> str:
    """What a move in the diary does for this client: "tell", "quiet" or "ask me"."""
    client = ink.snap.clients.get(booking.client_id)
    return (client.tell_changes if client else "") or ink.snap.settings.diary_moves


def _ask_or_tell(ink: Ink, rows: list[Booking], old: datetime, start: datetime) -> None:
    """Whether clients hear of a move is asked once per session, or done as Settings say."""
    was, when = words.when(old, ink.today), words.when(start, ink.today)
    why = (why_typed(ink, part("why.in_diary", start=words.start(start, ink.today))),)
    for booking in rows:
        if rule_for(ink, booking) == "tell":
            tell_moved(ink, booking.id, old=was, when=when, why=why)
    asked = [booking for booking in rows if rule_for(ink, booking) not in {"tell", "quiet"}]
    if not asked:
        return
    names = words.join([called(booking.client) for booking in asked])
    first = words.join([called_first(booking.client) for booking in asked])
    question = ask(
        ink,
        who="owner",
        about=part(
            "decide.diary_move",
            name=first,
            old=words.start(old, ink.today),
            start=words.start(start, ink.today),
            first=first,
        ),
        answers={
            "tell": part("decide.diary_move_tell"),
            "ask": part("decide.diary_move_ask"),
            "back": part("decide.diary_move_back"),
            "quiet": part("decide.closed_no"),
        },
        rule="diary_move",
        data={
            "bookings": [booking.id for booking in asked],
            "old": was,
            "when": when,
            "was": old.astimezone(UTC).isoformat(),
        },
    )
    nudge(
        ink,
        "owner.move_ask",
        part("nudge.moved", name=names, old=was, when=when),
        values={"name": names, "first": first, "old": was, "when": when, "question": question},
        about=f"question:{question}",
        why=why,
    )


def tell_moved(ink: Ink, booking_id: str, *, old: str, when: str, why: tuple[str, ...]) -> bool:
    """Tell the client that the session has moved; False when there is nobody to tell."""
    booking = ink.snap.bookings.get(booking_id)
    client = ink.snap.clients.get(booking.client_id) if booking else None
    if booking is None or client is None or not (client.phone or client.user_id):
        return False
    ink.send(
        person_of(client),
        "booking.moved",
        values={"old": old, "when": when, "booking": booking_id},
        about=f"booking:{booking_id}:booked",
        deadline=ink.within(12),
        why=why,
        label=booking_id,
    )
    return True


def _gone(ink: Ink, rows: list[Booking]) -> None:
    """She deleted the event: the rows are cancelled, and she is asked whether to tell."""
    for booking in rows:
        start = starts(ink.snap, booking)
        label = label_of(ink.snap, booking)
        why = (why_typed(ink, part("why.in_diary", start=label)),)
        ink.put(
            "bookings",
            booking.id,
            log=part("log.deleted", name=called(booking.client), start=label),
            by=ink.by_owner("diary"),
            undoable=True,
            state="cancelled",
            changed=ink.now,
        )
        if start is None or start <= ink.now or booking.client_id not in ink.snap.clients:
            continue
        rule = rule_for(ink, booking)
        if rule == "tell":
            tell_cancelled(ink, booking, needs=(), why=why)
        elif rule != "quiet":
            first = called_first(booking.client)
            ask(
                ink,
                who="owner",
                about=part("decide.event_deleted", first=first, start=label),
                answers={
                    "tell": part("decide.event_deleted_tell", first=first),
                    "back": part("decide.deleted_back"),
                    "quiet": part("decide.event_deleted_quiet"),
                },
                rule="diary_deleted",
                data={"booking": booking.id},
            )
