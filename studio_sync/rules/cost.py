"""What messages cost: by kind and the person's country, from a day on, as the rows of Rates say. Pure; facts 0.1, 1.5.

Amounts are hundredths of a cent. Free text is free for the first thousand of a month; nothing else is. What is not in
Rates is not guessed: it is None, and what it is part of is not known either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sheets_schema.cells import FINE
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.messages import MessageRow
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import load, part
from sheets_schema.wording import AtWhatsApp
from studio_sync.rules.booking.seats import starts
from studio_sync.rules.effects import Send
from studio_sync.rules.gate import WINDOW
from studio_sync.rules.ink import FIRST, first_contact
from studio_sync.rules.people import country_of

#: free text that costs nothing, per number and month; never carried over
FREE = 1000
SERVICE = "service"
LEFT = ("sent", "delivered", "read")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """A month's messages. ``cost`` is None when a price is missing in Rates."""

    count: int = 0
    cost: int | None = 0
    #: messages of free text among them, of which a thousand are free
    service: int = 0

    def and_one(self, cost: int | None, *, service: bool) -> Bill:
        """The bill with one message more."""
        total = None if cost is None or self.cost is None else self.cost + cost
        return Bill(count=self.count + 1, cost=total, service=self.service + service)


def category_of(snap: Snapshot, send: Send, template: AtWhatsApp | None) -> str:
    """The kind WhatsApp bills: free text is service; of a template what WhatsApp says, else what we meant it to be."""
    if template is None:
        return SERVICE
    row = next((row for row in snap.templates if row.name == template.name and row.category), None)
    return row.category if row else "marketing" if load().message(send.text).kind == "M" else "utility"


def rate(snap: Snapshot, category: str, address: str, day: date) -> int | None:
    """The price of one message that is paid for; the country's own row before the one for all others."""
    country = country_of(address)
    rows = [row for row in snap.rates if row.category == category and row.price is not None]
    rows = [row for row in rows if row.valid_from is None or row.valid_from <= day]
    own = [row for row in rows if row.country.strip().upper() == country] or [r for r in rows if not r.country.strip()]
    return max(own, key=lambda row: row.valid_from or date.min).price if own else None


def price(snap: Snapshot, category: str, address: str, day: date, nth: int) -> int | None:
    """The price of a message that is the ``nth`` of its kind this month."""
    return 0 if category == SERVICE and nth <= FREE else rate(snap, category, address, day)


def billed(snap: Snapshot, month: date) -> Bill:
    """What left in the month of ``month``, as the rows of Messages have it."""
    bill = Bill()
    for row in _of_month(snap, month):
        if row.cost is None and not row.template:
            continue  # left in one message with another
        bill = bill.and_one(row.cost, service=not row.template)
    return bill


def _of_month(snap: Snapshot, month: date) -> Iterator[MessageRow]:
    zone = snap.settings.zone
    for row in snap.messages:
        if row.way == "out" and row.state in LEFT and row.key and row.when:
            local = row.when.astimezone(zone)
            if (local.year, local.month) == (month.year, month.month):
                yield row


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """A message that is about to leave by the clock."""

    at: datetime
    address: str
    kind: Literal["reminder", "digest", "introduction"] = "reminder"


def coming(snap: Snapshot, now: datetime, hours: int = 24) -> list[Coming]:
    """Reminders and digests of the next hours, by what stands in Bookings and Settings now; in order.

    Whoever never heard of us here gets the word of who we are first.
    """
    until = now + timedelta(hours=hours)
    found = [each for each in (*_digests(snap, now, until), *_reminders(snap)) if now < each.at <= until]
    new = {c.phone or c.user_id for c in snap.clients if first_contact(snap, c.id, c.phone or c.user_id, FIRST)}
    first = {each.address: each.at for each in sorted(found, key=lambda each: each.at, reverse=True)}
    found += [Coming(at=first[to], address=to, kind="introduction") for to in new & first.keys()]
    return sorted(found, key=lambda each: (each.at, each.address, each.kind))


def _digests(snap: Snapshot, now: datetime, until: datetime) -> Iterator[Coming]:
    settings = snap.settings
    phones = dict.fromkeys(number for number in (settings.owner_number, *settings.admin_numbers) if number)
    day = now.astimezone(settings.zone).date()
    while day <= until.astimezone(settings.zone).date():
        for at in (settings.morning_digest, settings.evening_digest):
            if at is None:
                continue
            moment = datetime.combine(day, at, tzinfo=settings.zone).astimezone(UTC)
            yield from (Coming(at=moment, address=phone, kind="digest") for phone in phones)
        day += timedelta(days=1)


def _reminders(snap: Snapshot) -> Iterator[Coming]:
    settings = snap.settings
    for booking in snap.bookings:
        start = starts(snap, booking)
        client = snap.clients.get(booking.client_id)
        if booking.state != "booked" or start is None or client is None or not (client.phone or client.user_id):
            continue
        address = client.phone or client.user_id
        if settings.remind_evening is not None:
            eve = datetime.combine(start.date() - timedelta(days=1), settings.remind_evening, tzinfo=settings.zone)
            yield Coming(at=eve.astimezone(UTC), address=address)
        if settings.remind_before is not None:
            yield Coming(at=start.astimezone(UTC) - timedelta(minutes=settings.remind_before), address=address)


def forecast(snap: Snapshot, messages: Iterable[Coming], now: datetime) -> int | None:
    """What these will cost on top of what left this month: free text where the chat will still be open."""
    bill = billed(snap, now.astimezone(snap.settings.zone).date())
    total: int | None = 0
    for each in messages:
        heard = snap.last_heard(each.address)
        kind = SERVICE if heard and each.at < heard + WINDOW else "utility"
        day = each.at.astimezone(snap.settings.zone).date()
        cost = price(snap, kind, each.address, day, bill.service + 1)
        bill = bill.and_one(0, service=kind == SERVICE)
        total = None if cost is None or total is None else total + cost
    return total


def at_this_pace(snap: Snapshot, now: datetime) -> int | None:
    """What the whole month will cost if it goes on as it did so far."""
    today = now.astimezone(snap.settings.zone).date()
    bill = billed(snap, today)
    days = ((today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
    if bill.cost is None:
        return None
    paid = sum(row.cost or 0 for row in _of_month(snap, today) if row.template)
    beyond = max(0, bill.service * days // today.day - FREE)
    service = rate(snap, SERVICE, snap.settings.studio_number, today) if beyond else 0
    return None if service is None else paid * days // today.day + beyond * service


def said(amount: int | None, currency: str) -> str:
    """An amount as people read it, rounded to cents; in words while it is not known."""
    if amount is None:
        return part("cost.unknown")
    return words.money_chat((amount * 100 + FINE // 2) // FINE, currency)


def line(snap: Snapshot, now: datetime) -> str:
    """The month so far in one line, for Today and the digest; "" while Rates has no price."""
    if not any(row.price is not None for row in snap.rates):
        return ""
    today = now.astimezone(snap.settings.zone).date()
    bill, currency = billed(snap, today), snap.settings.currency
    return part(
        "cost.line",
        mon=words.month(today),
        messages=words.plural(bill.count, "message"),
        cost=said(bill.cost, currency),
        amount=said(at_this_pace(snap, now), currency),
    )
