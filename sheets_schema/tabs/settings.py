"""Settings, Prices and Hours: everything she may want to change. ``sheets_schema.policies`` lists the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from sheets_schema.cells import CENTS, CLOCK, DAY, RATE, TEXT, choice
from sheets_schema.columns import Row, Tab, hers, ours
from sheets_schema.tabs.bookings import TYPES

#: kinds of message that WhatsApp bills (facts whatsapp 1.5)
RATED = ("utility", "marketing", "service", "authentication")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingRow(Row):
    """One policy. The id is its name in the code; the value is read by the policy's own kind."""

    setting: str = ours("Setting", 150, TEXT)
    value: str = hers("Value", 120, TEXT)
    unit: str = ours("Unit", 50, TEXT)
    problem: str = ours("Problem", 240, TEXT)
    what: str = ours("What it does", 320, TEXT)
    example: str = ours("Example", 130, TEXT)
    usual: str = ours("Usual", 100, TEXT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Price(Row):
    """What one person pays for a session of a type."""

    type: str = hers("Type", 80, choice(*TYPES), required=True)
    per_person: int | None = hers("Per person", 90, CENTS, required=True)
    valid_from: str = hers("From", 84, TEXT)
    problem: str = ours("Problem", 240, TEXT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate(Row):
    """What WhatsApp asks for one delivered message, from a day on: it changes its prices by quarters."""

    category: str = hers("Kind", 80, choice(*RATED), required=True, help="service is free text in an open chat.")
    country: str = hers("Country", 110, TEXT, help="Of the person's number, such as ZA. Blank: every other one.")
    price: int | None = hers("Price", 80, RATE, required=True, help="In your currency, from WhatsApp's price list.")
    valid_from: date | None = hers("From", 84, DAY, help="The first day of this price. Blank: always.")
    problem: str = ours("Problem", 240, TEXT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours(Row):
    """When the studio is open on a weekday. A day without a row is closed."""

    day: str = hers("Day", 100, choice(*DAYS), required=True)
    opens: time | None = hers("From", 60, CLOCK, required=True)
    closes: time | None = hers("To", 60, CLOCK, required=True)
    problem: str = ours("Problem", 240, TEXT)


SETTINGS = Tab(
    key="settings",
    title="Settings",
    role="studio",
    model=SettingRow,
    colour="#D5D9D8",
    id_title="Name",
    id_width=120,
    phone_columns=3,
)
PRICES = Tab(
    key="prices", title="Prices", role="studio", model=Price, colour="#D5D9D8", visible=False, prefix="pr-", rules=True
)
HOURS = Tab(
    key="hours", title="Hours", role="studio", model=Hours, colour="#D5D9D8", visible=False, prefix="h-", rules=True
)
RATES = Tab(
    key="rates",
    title="Rates",
    role="studio",
    model=Rate,
    colour="#D5D9D8",
    visible=False,
    prefix="ra-",
    phone_columns=3,
    rules=True,
)
