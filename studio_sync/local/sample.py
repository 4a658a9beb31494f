"""The invented studio: Nowhere Street Pilates on Tue 3 Nov 2026. All is history: nothing of it causes a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sheets_schema.cells import CellContext, Raw
from sheets_schema.diary import DiaryEvent, DiarySeat
from sheets_schema.policies import Settings, context_of
from sheets_schema.snapshot import cells
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import CAPACITY
from studio_sync.rules.booking.seats import event_id, title_of

ZONE = ZoneInfo("Africa/Johannesburg")
OWNER = "+447700900199"
OWN: dict[str, Any] = {
    "mode": "live",
    "studio_name": "Nowhere Street Pilates",
    "address": "12 Nowhere Street",
    "studio_number": "+447700900100",
    "owner_name": "Nadine",
    "owner_number": OWNER,
    "accountant_mail": "books@nowhere.example",
    "zone": ZONE,
    "country": "GB",
    "currency": "R",
    "bank": "Example Bank",
    "account_name": "Nowhere Street Pilates (Pty) Ltd",
    "account": "00 0000 0000",
    "branch": "000 000",
    "company_no": "0000/000000/07",
    "mail_from": "hello@nowhere.example",
}
#: id -> name, phone, usual type, code, mail
CLIENTS = {
    "c-THANDI": ("Thandi Maroon", "+447700900101", "single", "THANDI07", "thandi@nowhere.example"),
    "c-SIPHO": ("Sipho Amber", "+447700900102", "duo", "SIPHO02", "sipho@nowhere.example"),
    "c-LERATO": ("Lerato Olive", "+447700900103", "single", "LERATO03", ""),
    "c-ZOE": ("Zoë Umber", "+447700900104", "single", "ZOE04", "zoe@nowhere.example"),
    "c-PIETER": ("Pieter Indigo", "+447700900105", "duo", "PIETER05", ""),
    "c-MARYG": ("Mary Green", "+447700900107", "trio", "MARY07", ""),
    "c-MARYP": ("Mary Plum", "+447700900108", "trio", "MARY08", ""),
}
#: session -> days from today, hour, type, client ids
SESSIONS = {
    "s-OLD1": (-7, 8, "duo", ("c-PIETER", "c-ZOE")),
    "s-TODAY1": (0, 8, "duo", ("c-SIPHO", "c-PIETER")),
    "s-TODAY2": (0, 17, "single", ("c-ZOE",)),
    "s-WED1": (1, 17, "duo", ("c-PIETER",)),
    "s-FRI1": (3, 8, "duo", ("c-THANDI", "c-SIPHO")),
    "s-FRI2": (3, 10, "trio", ("c-MARYG", "c-MARYP")),
}
#: what Thandi had in October: day of the month, hour, type, what happened
OCTOBER = ((1, 8, "duo", "came"), (8, 17, "single", "came"), (15, 8, "duo", "late cancel"), (29, 8, "duo", "came"))
PRICES = {"single": 30000, "duo": 25000, "trio": 18000, "group": 18000}
#: invented prices of messages, in hundredths of a cent
RATES = {"utility": 2200, "marketing": 9050, "service": 1425}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """Everything a new local studio starts with."""

    own: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Mapping[str, Raw]]]
    events: tuple[DiaryEvent, ...]
    phones: Mapping[str, str]


def sample(now: datetime) -> Sample:
    """The studio as of ``now`` (aware): a few clients, this week's sessions, October's for one invoice."""
    today = now.astimezone(ZONE).date()
    context = context_of(Settings(**OWN), today)
    bookings: dict[str, dict[str, Raw]] = {}
    events: list[DiaryEvent] = []
    for session, (days, hour, kind, clients) in SESSIONS.items():
        day = today + timedelta(days=days)
        state = "came" if days < 0 else "booked"
        seats = []
        for client in clients:
            ident = f"b-{session[2:]}{client[2:]}"
            seats.append(DiarySeat(booking=ident, client=client, name=CLIENTS[client][0]))
            bookings[ident] = _booking(context, day, hour, kind, client, state, session)
        events.append(_event(session, day, hour, kind, tuple(seats)))
    for n, (day_of, hour, kind, state) in enumerate(OCTOBER):
        last_month = today.replace(day=1) - timedelta(days=1)
        bookings[f"b-OCT{n}"] = _booking(context, last_month.replace(day=day_of), hour, kind, "c-THANDI", state, "")
    rows = {
        "clients": {ident: _client(context, ident, today) for ident in CLIENTS},
        "bookings": bookings,
        "invoices": _drafts(context, today),
        "rates": {
            f"ra-{kind}": cells(BY_KEY["rates"], context, category=kind, price=price) for kind, price in RATES.items()
        },
    }
    phones = {OWNER: "Nadine", **{phone: name for name, phone, *_ in CLIENTS.values()}}
    return Sample(own={**OWN, "zone": ZONE}, rows=rows, events=tuple(events), phones=phones)


def _client(context: CellContext, ident: str, today: date) -> dict[str, Raw]:
    name, phone, usual, code, mail = CLIENTS[ident]
    return cells(
        BY_KEY["clients"],
        context,
        name=name,
        phone=phone,
        usual_type=usual,
        status="active",
        messages="all",
        email=mail,
        code=code,
        language="English",
        address="4 Example Close, Exampleville",
        since=today - timedelta(days=200),
        last_seen=today - timedelta(days=7),
    )


def _booking(
    context: CellContext, day: date, hour: int, kind: str, client: str, state: str, session: str
) -> dict[str, Raw]:
    return cells(
        BY_KEY["bookings"],
        context,
        date=day,
        time=time(hour),
        client=CLIENTS[client][0],
        state=state,
        type=kind,
        minutes=55,
        pay_with="invoice",
        price=PRICES[kind],
        source="sheet",
        client_id=client,
        session=session,
    )


def _event(session: str, day: date, hour: int, kind: str, seats: tuple[DiarySeat, ...]) -> DiaryEvent:
    start = datetime.combine(day, time(hour), tzinfo=ZONE)
    return DiaryEvent(
        id=event_id(session),
        start=start.astimezone(UTC),
        end=(start + timedelta(minutes=55)).astimezone(UTC),
        title=title_of(kind, start, [seat.name for seat in seats], CAPACITY[kind]),
        session=session,
        type=kind,
        capacity=CAPACITY[kind],
        seats=seats,
    )


def _drafts(context: CellContext, today: date) -> dict[str, dict[str, Raw]]:
    last = today.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    return {
        ident: cells(
            BY_KEY["invoices"],
            context,
            client=CLIENTS[client][0],
            state="draft",
            period_from=first,
            period_to=last,
            client_id=client,
        )
        for ident, client in (("i-OCT1", "c-THANDI"), ("i-OCT2", "c-ZOE"))
    }
