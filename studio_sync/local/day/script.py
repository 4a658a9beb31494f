"""The script of the day: every step in order."""

from __future__ import annotations

from studio_sync.local.day import bookings, evening, hand, morning
from studio_sync.local.day.step import Step

DAY: tuple[Step, ...] = (
    morning.handshake,
    morning.morning_digest,
    morning.show_today,
    morning.next_hour,
    morning.newcomer,
    morning.her_name,
    morning.added,
    morning.typed_client,
    bookings.booked,
    bookings.rejected,
    bookings.booked_again,
    bookings.her_bookings,
    bookings.cancelled,
    bookings.today,
    bookings.undone,
    bookings.twice,
    bookings.together,
    hand.mistyped,
    hand.mended,
    hand.sorted_rows,
    hand.invoice,
    hand.link,
    hand.dragged,
    hand.moved,
    evening.plug,
    evening.next_hour_again,
    evening.night_before,
    evening.evening_digest,
)
