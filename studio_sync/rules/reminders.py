"""Reminders to clients: one per booking, kind and start, at each row's own local time, never after the session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.book import first_time
from studio_sync.rules.booking.fees import late_fee, missed_fee
from studio_sync.rules.booking.seats import starts
from studio_sync.rules.facts import Tick
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import person_of

#: a reminder that has not left so long before the session is no use
LAST_CALL = timedelta(minutes=5)


def tomorrow(ink: Ink, fact: Tick) -> None:
    """The night before."""
    found = _about(ink, fact)
    if found is not None:
        remind_now(ink, *found, soon=False, why=_why(ink, fact, "remind_evening"))


def next_hour(ink: Ink, fact: Tick) -> None:
    """Shortly before."""
    found = _about(ink, fact)
    if found is not None:
        remind_now(ink, *found, soon=True, why=_why(ink, fact, "remind_before"))


def remind_now(
    ink: Ink, client: Client, booking: Booking, start: datetime, *, soon: bool, why: tuple[str, ...]
) -> None:
    """One reminder of a session tomorrow or (``soon``) today, in the words that say what missing it costs."""
    settings = ink.snap.settings
    until = start - timedelta(hours=settings.cancel_free_hours)
    if soon:
        fee = missed_fee(ink.snap, booking)
        text = "remind.next_hour_fee" if fee else "remind.next_hour"
    elif first_time(ink, client.id, start):
        fee, text = "", "remind.first_time"
    elif until > ink.now:
        fee = late_fee(ink.snap, booking) and missed_fee(ink.snap, booking)
        text = "remind.tomorrow_free" if fee else "remind.tomorrow"
    else:
        fee = missed_fee(ink.snap, booking)
        text = "remind.tomorrow_fee" if fee else "remind.tomorrow"
    ink.send(
        person_of(client),
        text,
        values={
            "type": words.type_word(booking.type or "single"),
            "when": words.when(start, ink.today),
            "time": f"{start:%H:%M}",
            "until": words.when(until, ink.today),
            "notice": str(settings.cancel_free_hours),
            "fee": fee,
            "booking": booking.id,
        },
        deadline=start.astimezone(UTC) - LAST_CALL,
        about=f"booking:{booking.id}:booked@{start:%Y-%m-%d %H:%M}",
        priority=1 if soon else 2,
        why=why,
        label=booking.id,
    )


def _about(ink: Ink, fact: Tick) -> tuple[Client, Booking, datetime] | None:
    """The booking of this tick, its client and start, when the row still says the same as the tick."""
    booking = ink.snap.bookings.get(fact.about)
    start = starts(ink.snap, booking) if booking else None
    if booking is None or start is None or booking.state != "booked" or f"{start:%Y-%m-%dT%H:%M}" != fact.slot:
        return None
    client = ink.snap.clients.get(booking.client_id)
    if client is None or not (client.phone or client.user_id) or client.status not in {"active", ""}:
        return None
    return client, booking, start


def _why(ink: Ink, fact: Tick, policy: str) -> tuple[str, ...]:
    local = fact.at.astimezone(ink.snap.settings.zone)
    return (part("why.tick", what=part(f"tick_name.{policy}"), time=f"{local:%H:%M}"),)
