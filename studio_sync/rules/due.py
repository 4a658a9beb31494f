"""When each tick is due: pure functions of settings, rows and now that list the slots around now.

A slot is a local date, or the local start of a booking: keyed so, none comes twice, also on clock-change days. Each
says how late it is still useful; a later one is never given at all, so nothing about a session leaves after it. The
table is jobs/timetable.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import Booking
from studio_sync.rules.booking.seats import starts
from studio_sync.rules.cost import FREE, billed

#: (slot, row it is about or "")
Slots = Iterator[tuple[str, str]]


def daily(snap: Snapshot, now: datetime, at: time | None, useful: timedelta) -> Slots:
    """Today's slot at local ``at``, while it is no older than ``useful``; None is off. By local date: it comes once."""
    if at is None:
        return
    local = now.astimezone(snap.settings.zone)
    moment = datetime.combine(local.date(), at, tzinfo=snap.settings.zone)
    if moment <= local and now - moment.astimezone(UTC) <= useful:
        yield local.date().isoformat(), ""


def morning(snap: Snapshot, now: datetime) -> Slots:
    """The morning digest; useful until the early afternoon."""
    return daily(snap, now, snap.settings.morning_digest, timedelta(hours=8))


def evening(snap: Snapshot, now: datetime) -> Slots:
    """The evening digest of tomorrow."""
    return daily(snap, now, snap.settings.evening_digest, timedelta(hours=3))


def night_before(snap: Snapshot, now: datetime) -> Slots:
    """The night before: one tick per booked row of tomorrow, at the local hour of Settings."""
    if snap.settings.remind_evening is None:
        return
    for booking, start in _booked(snap, now):
        moment = datetime.combine(
            start.date() - timedelta(days=1), snap.settings.remind_evening, tzinfo=snap.settings.zone
        )
        told = booking.source == "chat" or booking.told
        fresh = bool(told and booking.changed and booking.changed >= moment)
        if not fresh and moment <= now < start and now - moment.astimezone(UTC) <= timedelta(hours=4):
            yield start.strftime("%Y-%m-%dT%H:%M"), booking.id


def shortly_before(snap: Snapshot, now: datetime) -> Slots:
    """Shortly before: per row, as long before its start as Settings say; not for one booked inside that time."""
    if snap.settings.remind_before is None:
        return
    for booking, start in _booked(snap, now):
        moment = start - timedelta(minutes=snap.settings.remind_before)
        made = booking.changed
        if moment <= now < start - timedelta(minutes=5) and (made is None or made < moment.astimezone(UTC)):
            yield start.strftime("%Y-%m-%dT%H:%M"), booking.id


def _booked(snap: Snapshot, now: datetime) -> Iterator[tuple[Booking, datetime]]:
    local = now.astimezone(snap.settings.zone).date()
    for day in (local, local + timedelta(days=1)):
        for booking in snap.bookings_on(day):
            start = starts(snap, booking)
            if booking.state == "booked" and booking.client_id and start is not None and start > now:
                yield booking, start


def questions_over(snap: Snapshot, now: datetime) -> Slots:
    """Questions whose time to answer is over."""
    for question in snap.questions:
        if question.state == "open" and question.until is not None and question.until <= now:
            yield question.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M"), question.id


def free_used_up(snap: Snapshot, now: datetime) -> Slots:
    """Most of the month's free messages are used: once a month, looked at around noon."""
    for _, _ in daily(snap, now, time(12), timedelta(hours=1)):
        today = now.astimezone(snap.settings.zone).date()
        if billed(snap, today).service >= FREE * 8 // 10:
            yield f"{today:%Y-%m}", ""


def templates_look(snap: Snapshot, now: datetime) -> Slots:
    """Once a day WhatsApp is asked how our templates stand: a word of its own may have been missed."""
    if any(row.message and row.name for row in snap.templates):
        yield from daily(snap, now, time(10), timedelta(hours=2))
