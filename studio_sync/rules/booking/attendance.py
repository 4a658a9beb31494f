"""Came, no-show, sick: facts about a session that was to take place, by chat or by a tick in Today."""

from __future__ import annotations

from datetime import timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.seats import stand_up, starts
from studio_sync.rules.ink import Ink, person_of
from studio_sync.rules.told import told_line

TEXTS = {"sick": "booking.sick", "no-show": "booking.no_show"}


def mark_today(ink: Ink, client: Client, state: str, *, said: str) -> bool:
    """Mark today's session of a client; False when there is none."""
    today = ink.snap.context.today
    found = [
        b
        for b in ink.snap.bookings_of(client.id)
        if b.date == today and b.state in {"booked", "came", "no-show", "sick"}
    ]
    if not found:
        return False
    booking = found[0]
    needs = mark(ink, booking, state, who=f"{ink.snap.settings.owner_name}, chat")
    told = _tell(ink, booking, client, state, needs)
    if state == "came":
        ink.send(ink.owner(), "answer.left", cls="fresh", answers=ink.fact.key)
        return True
    charge, _ = cost(ink, booking, state)
    ink.send(
        ink.owner(),
        "answer.sick" if state == "sick" else "answer.no_show",
        values={
            "name": client.name,
            "time": f"{booking.time:%H:%M}",
            "charge": charge,
            "told": told,
            "undo": str(ink.number()),
        },
        needs=needs,
        answers=ink.fact.key,
        deadline=ink.now + timedelta(hours=12),
        why=(part("why.answer_to", text=said),),
    )
    return True


def mark(ink: Ink, booking: Booking, state: str, *, who: str) -> tuple[str, ...]:
    """Write the state; a sick client's place becomes free. Keys to wait for before telling anyone."""
    diary = stand_up(ink, booking) if state == "sick" else ""
    start = starts(ink.snap, booking)
    label = words.start(start, ink.snap.context.today) if start else ""
    ink.put(
        "bookings",
        booking.id,
        log=f"{state.capitalize()}: {booking.client}, {label}",
        by=who,
        undoable=True,
        state=state,
        changed=ink.now,
    )
    return (diary,) if diary else ()


def cost(ink: Ink, booking: Booking, state: str) -> tuple[str, str]:
    """What it costs: the sentence for the owner, and the amount in words ("" when free)."""
    settings = ink.snap.settings
    percent = {"sick": settings.sick_percent, "no-show": settings.no_show_percent}.get(state, 0)
    if not percent or not booking.price or booking.pay_with == "free":
        return part("charge.none"), ""
    fee = words.money_chat((booking.price * percent + 50) // 100, settings.currency)
    return part("charge.rule", fee=fee), fee


def _tell(ink: Ink, booking: Booking, client: Client, state: str, needs: tuple[str, ...]) -> str:
    start = starts(ink.snap, booking)
    if state == "came" or start is None or not client.phone:
        return part("told.nobody", first=client.name.split()[0])
    _, fee = cost(ink, booking, state)
    text = TEXTS[state] if state == "sick" or fee else "booking.no_show_free"
    values = {"when": words.when(start, ink.snap.context.today), **({"fee": fee} if text == "booking.no_show" else {})}
    ink.send(
        person_of(client),
        text,
        values=values,
        needs=needs,
        deadline=ink.now + timedelta(hours=12),
        about=f"booking:{booking.id}:{state}",
        label=booking.id,
    )
    return told_line(ink, client, text)
