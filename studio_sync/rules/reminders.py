"""Reminders to clients: one per booking, kind and start, at each row's own local time, never after the session."""

from __future__ import annotations

from datetime import datetime, timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.seats import starts
from studio_sync.rules.facts import Tick
from studio_sync.rules.ink import Ink, person_of


def tomorrow(ink: Ink, fact: Tick) -> None:
    """The night before. Someone's first session gets its own words."""
    found = _about(ink, fact)
    if found is None:
        return
    booking, client, start = found
    earlier = any(b.state in {"came", "no-show"} for b in ink.snap.bookings_of(client.id))
    text = "remind.tomorrow" if earlier else "remind.first_time"
    values = {"type": words.type_word(booking.type or "single"), "when": words.when(start, ink.snap.context.today)}
    _send(ink, fact, text, booking, client, start, values, "Remind the night before")


def next_hour(ink: Ink, fact: Tick) -> None:
    """Shortly before."""
    found = _about(ink, fact)
    if found is None:
        return
    booking, client, start = found
    values = {"type": words.type_word(booking.type or "single"), "time": f"{start:%H:%M}"}
    _send(ink, fact, "remind.next_hour", booking, client, start, values, "Remind before", priority=1)


def _about(ink: Ink, fact: Tick) -> tuple[Booking, Client, datetime] | None:
    """The booking of this tick, its client and start, when the row still says the same as the tick."""
    booking = ink.snap.bookings.get(fact.about)
    start = starts(ink.snap, booking) if booking else None
    if booking is None or start is None or booking.state != "booked" or start.strftime("%Y-%m-%dT%H:%M") != fact.slot:
        return None
    client = ink.snap.clients.get(booking.client_id)
    if client is None or not client.phone or client.status not in {"active", ""}:
        return None
    return booking, client, start


def _send(
    ink: Ink,
    fact: Tick,
    text: str,
    booking: Booking,
    client: Client,
    start: datetime,
    values: dict[str, str],
    setting: str,
    *,
    priority: int = 2,
) -> None:
    local = fact.at.astimezone(ink.snap.settings.zone)
    ink.send(
        person_of(client),
        text,
        values={**values, "booking": booking.id},
        deadline=start - timedelta(minutes=5),
        about=f"booking:{booking.id}:booked@{start:%Y-%m-%d %H:%M}",
        priority=priority,
        why=(part("why.tick", what=setting, time=f"{local:%H:%M}"),),
        label=booking.id,
    )
    ink.put("bookings", booking.id, projection=True, reminded=f"{local.day} {local:%b} {local:%H:%M}")
