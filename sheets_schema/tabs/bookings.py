"""Bookings: one row per person and session. The diary event carries the session; this row carries the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sheets_schema.cells import CENTS, CLOCK, COUNT, DAY, MOMENT, TEXT, choice
from sheets_schema.columns import Row, Tab, hers, ours, shared, tick

TYPES = ("single", "duo", "trio", "group")
#: people a session of a type holds (features P6)
CAPACITY = {"single": 1, "duo": 2, "trio": 3, "group": 6}
#: states in which a booking keeps its seat
SEATED = ("booked", "held", "came", "no-show")


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking(Row):
    """One person in one session. Date and time are the studio's local ones."""

    date: date | None = hers("Date", 80, DAY, required=True)
    time: time | None = hers("Time", 48, CLOCK, required=True)
    client: str = hers("Client", 104, TEXT, required=True, choices_from="clients.name", help="One name from Clients.")
    state: str = shared(
        "State",
        84,
        choice("booked", "held", "came", "cancelled", "late cancel", "moved", "sick", "no-show", "rejected", "waiting"),
    )
    type: str = hers("Type", 64, choice(*TYPES))
    problem: str = ours("Problem", 240, TEXT)
    tell: bool = tick("Tell", 44, help="Tick to tell the client about this booking now.")
    told: str = ours("Told", 110, TEXT)
    minutes: int | None = hers("Minutes", 60, COUNT)
    pay_with: str = hers("Pay with", 84, choice("invoice", "package", "free"))
    price: int | None = hers("Price", 76, CENTS)
    note: str = hers("Note", 160, TEXT)
    source: str = ours("From", 76, TEXT, help="chat, sheet, diary or client")
    reminded: str = ours("Reminded", 92, TEXT)
    invoice: str = ours("Invoice", 120, TEXT)
    changed: datetime | None = ours("Changed", 92, MOMENT)
    client_id: str = ours("Client id", 96, TEXT)
    session: str = ours("Session", 96, TEXT)

    @property
    def seated(self) -> bool:
        """Whether this row keeps a place in its session."""
        return self.state in SEATED


BOOKINGS = Tab(
    key="bookings", title="Bookings", role="studio", model=Booking, colour="#E9DCC3", prefix="b-", phone_columns=4
)
