"""All tabs and the diary as of one read, typed, with indexes. A bad cell becomes an issue, never an error.

Raw rows come as ``{row id: {field: raw cell}}``; a field that is missing counts as a blank cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from sheets_schema.cells import CellContext, CellProblem, Raw
from sheets_schema.codecs.phone import as_one, forms_of
from sheets_schema.columns import Column, Row, Tab
from sheets_schema.diary import DiaryEvent
from sheets_schema.issues import RowIssue
from sheets_schema.policies import Settings, context_of, read_settings
from sheets_schema.tabs import TABS
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.machine import Change, TodayRow
from sheets_schema.tabs.messages import ECHO, MessageRow, Question
from sheets_schema.tabs.money import Invoice, InvoiceLine, Payment
from sheets_schema.tabs.people import LANGUAGES, Client
from sheets_schema.tabs.settings import SETTINGS, Hours, Price, Rate
from sheets_schema.tabs.wording import TemplateRow, TextRow
from sheets_schema.texts.model import Message
from sheets_schema.wording import Wording, wording_issues

R = TypeVar("R", bound=Row)
RawRow = Mapping[str, Raw]
RawTable = Mapping[str, RawRow]
#: tab key -> rows
RawTables = Mapping[str, RawTable]


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """The rows of one tab in the order of the sheet."""

    rows: tuple[R, ...] = ()
    by_id: Mapping[str, R] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[R]) -> Table[R]:
        """A table of these rows; of two with one id the first counts."""
        by_id: dict[str, R] = {}
        for row in rows:
            by_id.setdefault(row.id, row)
        return cls(tuple(by_id.values()), by_id)

    def get(self, row_id: str) -> R | None:
        """The row of that id."""
        return self.by_id.get(row_id)

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self.by_id


class Memory:
    """Rows as they were parsed last, so that the next parse only reads rows that changed. One per process and workbook.

    Give the same ``Memory`` to every ``build``; leave it out and every row is parsed. A table that was given is not to
    be changed afterwards: give another one, with the rows that stay the same in it.
    """

    def __init__(self) -> None:
        self._context: CellContext | None = None
        self._rows: dict[tuple[str, str], tuple[RawRow, Any, tuple[RowIssue, ...]]] = {}
        #: tab -> the very table that was parsed last, and what came of it
        self._tables: dict[str, tuple[RawTable, Table[Any], tuple[RowIssue, ...]]] = {}
        self._settings: tuple[RawTable, date, tuple[Settings, tuple[RowIssue, ...]]] | None = None

    def under(self, context: CellContext) -> Memory:
        """This memory, emptied when cells are now read differently (another day, zone, country, currency)."""
        if context != self._context:
            self._rows.clear()
            self._tables.clear()
            self._context = context
        return self

    def recall(self, tab: str, row_id: str, raws: RawRow) -> tuple[Any, tuple[RowIssue, ...]] | None:
        """The row and its issues, if these cells were parsed before."""
        known = self._rows.get((tab, row_id))
        return None if known is None or (known[0] is not raws and known[0] != raws) else known[1:]

    def settings(self, raws: RawTable, today: date) -> tuple[Settings, tuple[RowIssue, ...]]:
        """The settings behind a table, read once while it is the very same and the day too."""
        if self._settings is None or self._settings[0] is not raws or self._settings[1] != today:
            self._settings = (raws, today, read_settings(_values_of(raws), today, _values_of(raws, LAST)))
        return self._settings[2]

    def recall_table(self, tab: str, raws: RawTable) -> tuple[Table[Any], tuple[RowIssue, ...]] | None:
        """A whole table, if it is the very one that was parsed last: whoever gives it must not change it."""
        known = self._tables.get(tab)
        return None if known is None or known[0] is not raws else known[1:]

    def keep_table(self, tab: str, raws: RawTable, table: Table[Any], issues: tuple[RowIssue, ...]) -> None:
        """Remember a parsed table."""
        self._tables[tab] = (raws, table, issues)

    def keep(self, tab: str, row_id: str, raws: RawRow, row: Any, issues: tuple[RowIssue, ...]) -> None:
        """Remember a parsed row."""
        self._rows[tab, row_id] = (raws, row, issues)


def parse_table(
    tab: Tab, raws: RawTable, context: CellContext, good: RawTable | None = None, memory: Memory | None = None
) -> tuple[Table[Any], tuple[RowIssue, ...]]:
    """The rows of a tab, and what is wrong in them.

    A cell that cannot be read has the blank value of its kind; a broken formula has its last good value when ``good``
    (row id -> field -> last raw cell that could be read) knows one. Columns of ours raise no issues: they are mended.
    """
    good = good or {}
    rows: dict[str, Any] = {}
    found: list[RowIssue] = []
    for row_id, cells_ in raws.items():
        known = memory.recall(tab.key, row_id, cells_) if memory else None
        if known is None:
            known = _parse_row(tab, row_id, cells_, context, good.get(row_id, {}))
            # A row that leans on older cells must be read again when those change.
            if memory and not any(issue.text == "problem.formula" for issue in known[1]):
                memory.keep(tab.key, row_id, cells_, *known)
        rows[row_id] = known[0]
        found.extend(known[1])
    return Table(tuple(rows.values()), rows), tuple(found)


def _parse_row(
    tab: Tab, row_id: str, raws: RawRow, context: CellContext, good: RawRow
) -> tuple[Any, tuple[RowIssue, ...]]:
    values: dict[str, Any] = {}
    issues: list[RowIssue] = []
    columns = tab.by_field
    for name, raw in raws.items():
        if raw is None or raw == "":
            continue
        column = columns.get(name)
        if column is None or name == "id":
            continue
        try:
            values[name] = column.kind.read(raw, context)
        except CellProblem as problem:
            value = _last_good(column, problem, good.get(name, raws.get(f"{LAST}{name}")), context)
            if value is not None:
                values[name] = value
            if column.editor != "ours":
                issues.append(_issue(tab, row_id, column, problem, value, context))
    return tab.model(id=row_id, **values), tuple(issues)


def _last_good(column: Column, problem: CellProblem, raw: Raw, context: CellContext) -> Any:
    if problem.text != "problem.formula" or raw is None:
        return None
    try:
        return column.kind.read(raw, context)
    except CellProblem:
        return None


def _issue(tab: Tab, row_id: str, column: Column, problem: CellProblem, value: Any, context: CellContext) -> RowIssue:
    values = problem.values
    if problem.text == "problem.formula":
        values = {"value": "" if value is None else shown(column, value, context)}
    return RowIssue(tab=tab.key, row_id=row_id, column=column.field, text=problem.text, values=values)


def shown(column: Column, value: Any, context: CellContext) -> str:
    """A value as its cell shows it: R300.00, 4 Nov 2026, 09:00."""
    if column.kind.name == "money" and value is not None:
        sign = "-" if value < 0 else ""
        return f"{sign}{context.currency}{abs(value) // 100:,}.{abs(value) % 100:02}"
    if column.kind.name == "day" and value is not None:
        return f"{value.day} {value:%b %Y}"
    if column.kind.name == "clock" and value is not None:
        return f"{value:%H:%M}"
    return str(column.kind.write(value, context) or "")


def cells(tab: Tab, context: CellContext, /, **values: Any) -> dict[str, Raw]:
    """Python values of a row model as raw cells. Raises ``KeyError`` for a field the tab does not have."""
    return {name: tab.by_field[name].kind.write(value, context) for name, value in values.items()}


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everything the rules may look at, as of one moment. Indexes are made when first asked for."""

    clients: Table[Client] = Table()
    bookings: Table[Booking] = Table()
    messages: Table[MessageRow] = Table()
    questions: Table[Question] = Table()
    changes: Table[Change] = Table()
    book_changes: Table[Change] = Table()
    prices: Table[Price] = Table()
    hours: Table[Hours] = Table()
    rates: Table[Rate] = Table()
    templates: Table[TemplateRow] = Table()
    texts: Table[TextRow] = Table()
    invoices: Table[Invoice] = Table()
    lines: Table[InvoiceLine] = Table()
    payments: Table[Payment] = Table()
    today: Table[TodayRow] = Table()
    settings: Settings
    #: what the Problem cells of Settings say now, by policy
    setting_problems: Mapping[str, str] = field(default_factory=dict)
    #: sorted by start
    diary: tuple[DiaryEvent, ...] = ()
    #: E.164 or user id -> last message from there, aware UTC; ask ``last_heard``, for a person has several
    chats: Mapping[str, datetime] = field(default_factory=dict)
    issues: tuple[RowIssue, ...] = ()
    context: CellContext

    def bookings_of(self, client_id: str) -> tuple[Booking, ...]:
        """Every booking row of a client, by date and time; rows without a date come last."""
        return self._by_client.get(client_id, ())

    def bookings_on(self, day: date) -> tuple[Booking, ...]:
        """Every booking row of a day, by time; rows without a time come last."""
        return self._by_day.get(day, ())

    def seated(self, session: str) -> tuple[Booking, ...]:
        """The rows that keep a place in a session."""
        return tuple(row for row in self._by_session.get(session, ()) if row.seated)

    def client_by_phone(self, number: str) -> Client | None:
        """The client of an E.164 number; of several one who has not left, then the first in the sheet."""
        found = self.clients_by_phone(number)
        return next((client for client in found if client.status != "left"), found[0] if found else None)

    def clients_by_phone(self, number: str) -> tuple[Client, ...]:
        """Everyone with that number: families share phones."""
        return self._by_phone.get(as_one(number), ()) if number else ()

    def clients_by_user_id(self, user_id: str) -> tuple[Client, ...]:
        """Everyone known to WhatsApp by that id."""
        return self._by_user_id.get(user_id, ()) if user_id else ()

    def language_of(self, who: str) -> str:
        """The code of the language someone is written to in: a client's own, else the studio's."""
        client = self.clients.get(who)
        return LANGUAGES.get(client.language if client else "", self.settings.language)

    def message(self, key: str, who: str = "") -> Message:
        """A message in the words that are in force for someone: hers, else ours. Raises ``ValueError``: no such key."""
        return self.wording.message(key, self.language_of(who), self.settings.language)

    @cached_property
    def wording(self) -> Wording:
        """Her own words, and the templates as WhatsApp has them."""
        return Wording(self.templates, self.texts)

    def addresses_of(self, address: str) -> tuple[str, ...]:
        """Every address by which WhatsApp may name the person behind this one: a number in both its forms, user ids."""
        people = self.clients_by_phone(address) or self.clients_by_user_id(address)
        known = (address, *(ident for client in people for ident in (client.phone, client.user_id) if ident))
        return tuple(dict.fromkeys(form for ident in known for form in forms_of(ident)))

    def last_heard(self, address: str) -> datetime | None:
        """When the person behind an address last wrote or called, by whichever address; None for never."""
        return _newest(self.chats, self.addresses_of(address))

    def answered_by_phone(self, address: str) -> datetime | None:
        """When the owner last wrote to that person from the phone app; None for never."""
        return _newest(self._by_hand, self.addresses_of(address))

    def written_with(self, client_id: str) -> bool:
        """Whether a message left for this client or came from there, or is on its way."""
        return client_id in self._written

    @cached_property
    def _written(self) -> frozenset[str]:
        gone = ("not sent", "would send")
        return frozenset(row.client_id for row in self.messages if row.client_id and row.state not in gone)

    @cached_property
    def _by_hand(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for row in self.messages:
            if row.kind == ECHO and row.when and row.when > found.get(row.number, row.when - timedelta(1)):
                found[row.number] = row.when
        return found

    @cached_property
    def _by_user_id(self) -> dict[str, tuple[Client, ...]]:
        return _grouped((client.user_id, client) for client in self.clients if client.user_id)

    @cached_property
    def _by_client(self) -> dict[str, tuple[Booking, ...]]:
        return _grouped((row.client_id, row) for row in self._in_order if row.client_id)

    @cached_property
    def _by_day(self) -> dict[date, tuple[Booking, ...]]:
        return _grouped((row.date, row) for row in self._in_order if row.date)

    @cached_property
    def _by_session(self) -> dict[str, tuple[Booking, ...]]:
        return _grouped((row.session, row) for row in self._in_order if row.session)

    @cached_property
    def _by_phone(self) -> dict[str, tuple[Client, ...]]:
        return _grouped((as_one(client.phone), client) for client in self.clients if client.phone)

    @cached_property
    def _in_order(self) -> list[Booking]:
        return sorted(self.bookings, key=_start)


def _start(row: Booking) -> tuple[int, int]:
    day = row.date.toordinal() if row.date else 10**7
    return day, row.time.hour * 60 + row.time.minute if row.time else 1440


def _newest(moments: Mapping[str, datetime], addresses: Iterable[str]) -> datetime | None:
    return max((moments[each] for each in addresses if each in moments), default=None)


K = TypeVar("K")
T = TypeVar("T")


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, tuple[T, ...]]:
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return {key: tuple(items) for key, items in groups.items()}


#: in front of a field: its last cell that could be read, kept beside one that cannot
LAST = "~"
_TABLES = tuple(tab for tab in TABS if tab is not SETTINGS)


def build(
    tables: RawTables,
    diary: Iterable[DiaryEvent],
    chats: Mapping[str, datetime],
    today: date,
    *,
    good: RawTables | None = None,
    memory: Memory | None = None,
) -> Snapshot:
    """The snapshot of raw tables (tab key -> row id -> field -> raw). Never raises for what stands in a cell.

    ``today``: the studio's local day. ``good``: last cells that could be read, used for settings and broken formulas.
    """
    good = good or {}
    told = tables.get(SETTINGS.key, {})
    if memory and not good:
        settings, found = memory.settings(told, today)
    else:
        last = {**_values_of(told, LAST), **_values_of(good.get(SETTINGS.key, {}))}
        settings, found = read_settings(_values_of(told), today, last)
    context = context_of(settings, today)
    if memory:
        memory.under(context)
    parsed: dict[str, Any] = {}
    issues = list(found)
    for tab in _TABLES:
        raws = tables.get(tab.key, {})
        known = memory.recall_table(tab.key, raws) if memory and not good else None
        if known is None:
            known = parse_table(tab, raws, context, good.get(tab.key), memory)
            if memory and not good:
                memory.keep_table(tab.key, raws, *known)
        parsed[tab.key], more = known
        if not tab.drawn:  # its cells are ours: words stand where ticks would
            issues.extend(more)
    issues.extend(wording_issues(parsed["templates"], parsed["texts"]))
    said = {name: str(row.get("problem") or "") for name, row in told.items()}
    return Snapshot(
        **parsed,
        settings=settings,
        setting_problems=said,
        diary=tuple(sorted(diary, key=lambda event: (event.start, event.id))),
        chats=chats,
        issues=tuple(issues),
        context=context,
    )


def _values_of(rows: RawTable, sign: str = "") -> dict[str, Raw]:
    """Value cells of the Settings tab by policy name; with ``LAST`` the last ones that could be read."""
    return {name: row.get(f"{sign}value") for name, row in rows.items() if not sign or f"{sign}value" in row}
