"""Tables as they stand in the sheet, for stories: a header line, then rows, cells parted by bars."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sheets_schema.cells import DAY, CellContext, Raw
from sheets_schema.columns import Tab
from sheets_schema.diary import DiaryEvent, DiarySeat
from sheets_schema.headers import map_headers
from sheets_schema.policies import POLICIES, Settings, context_of, read_settings
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import CAPACITY
from studio_sync.rules.booking.seats import event_id, title_of

Rows = dict[str, dict[str, Raw]]

SETTINGS = """
    Mode           | live
    Studio name    | Nowhere Street Pilates
    Address        | 12 Nowhere Street
    Owner's name   | Nadine
    Owner's number | +44 7700 900199
    Country of phone numbers | United Kingdom +44
    Bank           | Example Bank
    Account        | 00 0000 0000
"""
CLIENTS = """
    Id       | Name          | Phone           | Usual type | Status | Messages | Email                  | Code
    c-THANDI | Thandi Maroon | +44 7700 900101 | duo        | active | all      | thandi@nowhere.example | THANDI01
    c-SIPHO  | Sipho Amber   | +44 7700 900102 | duo        | active | all      |                        | SIPHO02
    c-ZOE    | Zoë Umber     | +44 7700 900104 | single     | active | all      |                        | ZOE04
"""
PRICES = """
    Id   | Type   | Per person
    pr-1 | single | 300
    pr-2 | duo    | 250
    pr-3 | trio   | 180
"""


def rows_of(tab: Tab, text: str) -> Rows:
    """The rows of a table by id; a row without id gets one such as b-1."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return {}
    headers = map_headers(tab, lines[0])
    assert not headers.unknown, f"no such column: {headers.unknown}"
    rows: Rows = {}
    for n, cells in enumerate(lines[1:], 1):
        raws = {field: _raw(tab, field, raw) for field, raw in headers.raws(cells).items() if raw is not None}
        ident = str(raws.pop("id", f"{tab.prefix}{n}"))
        rows[ident] = raws
    return rows


def _raw(tab: Tab, field: str, cell: Raw) -> Raw:
    ticked = tab.column(field).kind.name == "tick"
    return cell == "yes" if ticked else cell


def settings_of(text: str) -> Rows:
    """Rows of Settings from lines "title | value"."""
    titles = {policy.title: policy.name for policy in POLICIES}
    pairs = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    return {titles[title]: {"setting": title, "value": value or None} for title, value in pairs}


def read(settings: Rows, today: date) -> tuple[Settings, CellContext]:
    """The settings, and how cells are read under them."""
    found, _ = read_settings({name: row.get("value") for name, row in settings.items()}, today)
    return found, context_of(found, today)


def moment(text: str, settings: Settings) -> datetime:
    """``Tue 3 Nov 08:40`` of 2026, local, as an instant."""
    day, _, clock = text.rpartition(" ")
    context = context_of(settings, date(2026, 1, 1))
    found = DAY.read(f"{day} 2026", context)
    assert found
    return datetime.combine(found, time.fromisoformat(clock), tzinfo=settings.zone).astimezone(UTC)


def seat_all(snap: Snapshot, bookings: Rows, clients: Rows) -> dict[str, DiaryEvent]:
    """Give each booked row its client id and session, and make the diary that goes with them."""
    sessions: dict[str, list[str]] = {}
    by_name = {row.get("name"): ident for ident, row in clients.items()}
    for ident, row in bookings.items():
        row.setdefault("client_id", by_name.get(row.get("client"), ""))
        booking = snap.bookings.get(ident)
        if booking and booking.date and booking.time and booking.seated:
            kind = booking.type or "single"
            session = f"s-{booking.date:%d%m}{booking.time:%H%M}{kind}"
            row.setdefault("session", session)
            sessions.setdefault(session, []).append(ident)
    return {event.id: event for event in (_event(snap, s, ids, bookings) for s, ids in sessions.items())}


def _event(snap: Snapshot, session: str, idents: list[str], bookings: Rows) -> DiaryEvent:
    first = snap.bookings.by_id[idents[0]]
    assert first.date
    assert first.time
    start = datetime.combine(first.date, first.time, tzinfo=snap.settings.zone)
    seats = tuple(
        DiarySeat(booking=i, client=str(bookings[i]["client_id"]), name=snap.bookings.by_id[i].client) for i in idents
    )
    kind = first.type or "single"
    return DiaryEvent(
        id=event_id(session),
        start=start.astimezone(UTC),
        end=(start + timedelta(minutes=first.minutes or 55)).astimezone(UTC),
        title=title_of(kind, start, [seat.name for seat in seats], CAPACITY[kind]),
        etag='"1"',
        session=session,
        type=kind,
        capacity=CAPACITY[kind],
        seats=seats,
    )


def tab_named(title: str) -> Tab:
    """The tab of that title."""
    return next(tab for tab in BY_KEY.values() if tab.title == title)
