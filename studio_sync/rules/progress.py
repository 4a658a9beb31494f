"""The cell that waits for a message: beside the tick box, in the invoice, in the booking. It says how far it got.

The key of a Send says what it is about: ``row:<tab>:<id>:<rev>/...`` was a tick in that row, and the last part names
the booking or invoice (``rules.ink.send_key``).
"""

from __future__ import annotations

from datetime import datetime

from sheets_schema.texts.catalogue import part
from studio_sync.rules.ink import Ink

#: how far a cell says it is, by its first word
_FAR = {"sent": 2, "told": 2, "reminder": 2, "delivered": 3, "read": 4}
_RANK = {"sent": 2, "delivered": 3, "read": 4, "not sent": 5}
#: what she types under Reply; its label is the row it stands in
OWN_WORDS = "talk.own_words"


def receipt(ink: Ink, send_key: str, state: str, at: datetime, because: str = "") -> None:
    """Write ``state`` (sent, delivered, read, not sent) of a message at ``at`` into the cell that waits for it."""
    fact_key, _, rest = send_key.partition("/send:")
    text, _, about = rest.rpartition(":")
    clock = f"{at.astimezone(ink.snap.settings.zone):%H:%M}"
    failed = part("tick.not_sent", because=because or "-") if state == "not sent" else ""
    if text == "money.invoice":
        _invoice(ink, about, state, failed or part(f"tick.{state}", time=clock))
    elif text.startswith("remind."):
        _reminded(ink, about, state, at, failed)
    elif text.startswith(("booking.confirmed", "booking.moved", "booking.cancelled")):
        _told(ink, about, state, failed or part("tick.told", time=clock))
    kind, _, place = fact_key.partition(":")
    tab, _, row = place.partition(":")
    ident = row.rpartition(":")[0]
    if text.startswith(("remind.", "booking.")):
        ident = ident if (kind, tab) == ("row", "clients") else _waiting(ink, about)
        client = ink.snap.clients.get(ident)
        if client is not None and _further(client.sent, state, once=True):
            ink.put("clients", ident, projection=True, sent=failed or part("tick.reminded", time=clock), label="sent")
    ident = about if text == OWN_WORDS else ident if (kind, tab) == ("row", "messages") else ""
    if ident:
        message = ink.snap.messages.get(ident)
        if message is not None and _further(message.sent, state):
            words = failed or part(f"tick.{state}", time=clock)
            ink.put("messages", ident, projection=True, sent=words, label="sent")


def _waiting(ink: Ink, booking_id: str) -> str:
    """The client whose tick on Remind waits for a message about this booking, as after her yes to a question."""
    booking = ink.snap.bookings.get(booking_id)
    client = ink.snap.clients.get(booking.client_id) if booking else None
    return client.id if client is not None and client.sent == part("tick.sending") else ""


def _further(cell: str, state: str, *, once: bool = False) -> bool:
    """Whether ``state`` is news for a cell; ``once``: it only says sent, the rest is in Messages."""
    known = _FAR.get(cell.split(" ", maxsplit=1)[0], 0)
    return _RANK[state] > known and not (once and known >= 2 and state != "not sent")


def _invoice(ink: Ink, ident: str, state: str, said: str) -> None:
    invoice = ink.snap.invoices.get(ident)
    if invoice is not None and _further(invoice.sent, state):
        ink.put("invoices", ident, projection=True, sent=said, whatsapp=state, label="sent")


def _told(ink: Ink, ident: str, state: str, said: str) -> None:
    booking = ink.snap.bookings.get(ident)
    if booking is not None and _further(booking.told, state, once=True):
        ink.put("bookings", ident, projection=True, told=said, label="told")


def _reminded(ink: Ink, ident: str, state: str, at: datetime, failed: str) -> None:
    """``3 Nov 20:00``, once the message left."""
    booking = ink.snap.bookings.get(ident)
    local = at.astimezone(ink.snap.settings.zone)
    if booking is not None and (state == "sent" or failed or not booking.reminded):
        said = failed or f"{local.day} {local:%b %H:%M}"
        if booking.reminded != said:
            ink.put("bookings", ident, projection=True, reminded=said, label="reminded")
