"""What giving a place back late, or not coming, costs: in words, before it costs."""

from __future__ import annotations

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part


def late_fee(snap: Snapshot, booking: Booking) -> str:
    """What cancelling after the free time costs: "R250", "1 session of your package", "" for nothing."""
    return fee(snap, booking.price, booking.pay_with, snap.settings.late_cancel_percent)


def missed_fee(snap: Snapshot, booking: Booking) -> str:
    """What not coming costs; "" for nothing."""
    return fee(snap, booking.price, booking.pay_with, snap.settings.no_show_percent)


def sick_fee(snap: Snapshot, booking: Booking) -> str:
    """What being ill costs; "" for nothing."""
    return fee(snap, booking.price, booking.pay_with, snap.settings.sick_percent)


def fee(snap: Snapshot, price: int | None, pay_with: str, percent: int) -> str:
    """``percent`` of ``price`` (cents) in words; "" for nothing."""
    if pay_with == "free" or not percent:
        return ""
    if pay_with == "package":
        return part("fee.session")
    cents = ((price or 0) * percent + 50) // 100
    return words.money_chat(cents, snap.settings.currency) if cents > 0 else ""
