"""The lines of an invoice: those typed in Invoice lines, else the sessions of its period, else its total."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.money import Invoice
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from studio_sync.rules.booking.seats import price_of

BILLED = ("came", "no-show", "late cancel")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line, amounts in cents. ``row`` is set when it stands in the sheet already."""

    day: date | None
    what: str
    quantity: int
    price: int
    amount: int
    booking: str = ""
    row: str = ""


def lines_for(snap: Snapshot, invoice: Invoice, client: Client | None) -> list[Line]:
    """What ``invoice`` charges, in order; empty when there is nothing to charge."""
    typed = sorted((row for row in snap.lines if row.invoice == invoice.id), key=lambda row: row.line or 0)
    if typed:
        return [
            Line(
                day=row.date,
                what=row.what,
                quantity=row.quantity or 1,
                price=row.price or 0,
                amount=row.amount if row.amount is not None else (row.quantity or 1) * (row.price or 0),
                booking=row.booking,
                row=row.id,
            )
            for row in typed
        ]
    if client is not None and invoice.period_from and invoice.period_to:
        found = [_session(snap, row, client) for row in snap.bookings_of(client.id) if _billed(row, invoice)]
        if found:
            return [line for line in found if line is not None]
    if invoice.total:
        return [Line(day=None, what="Sessions", quantity=1, price=invoice.total, amount=invoice.total)]
    return []


def _billed(row: Booking, invoice: Invoice) -> bool:
    inside = bool(
        row.date and invoice.period_from and invoice.period_to and invoice.period_from <= row.date <= invoice.period_to
    )
    return inside and row.state in BILLED and row.pay_with in {"invoice", ""} and row.invoice in {"", invoice.id}


def _session(snap: Snapshot, row: Booking, client: Client) -> Line | None:
    price = row.price if row.price is not None else price_of(snap, client, row.type)
    if price is None:
        return None
    kind = words.capital(words.type_word(row.type or "single"))
    extra = {"no-show": ", not attended", "late cancel": ", cancelled late"}.get(row.state, "")
    at = f", {row.time:%H:%M}" if row.time else ""
    return Line(day=row.date, what=f"{kind} session{at}{extra}", quantity=1, price=price, amount=price, booking=row.id)
