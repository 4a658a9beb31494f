"""Statements on SQLite's own driver: a transaction of ours runs hundreds, and each costs a tenth of the toolkit's way.

A statement is turned into text once; made anew for each call it is turned into text each time, so what runs often is
made once, with names for its values. Postgres takes the toolkit's way: there the network costs more than the CPU.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, Engine, Executable, PoolProxiedConnection
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPICursor

from studio_sync.journal.tables import Moment, moment_text

_DIALECT = sqlite.dialect()
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Gap:
    """Where a value given later goes: its name, and its place when it is a list."""

    name: str
    at: int = -1


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as the driver takes it."""

    sql: str
    #: gaps, and values that the statement brings itself
    values: tuple[Any, ...]
    #: what a row of the answer is
    row: Callable[..., Any]
    #: place -> what makes a value of what the database gives
    read: tuple[tuple[int, Callable[[Any], Any]], ...]

    def filled(self, given: Values) -> list[Any]:
        """The values in the order of the text."""
        return [_plain(_given(gap, given) if type(gap) is _Gap else gap) for gap in self.values]

    def shown(self, found: Any) -> Any:
        """A row of the answer."""
        if not self.read:
            return self.row(found)
        line = list(found)
        for at, read in self.read:
            line[at] = read(line[at])
        return self.row(line)


#: statement -> names and lengths of lists (``_key``) -> its text
_TEXTS: WeakKeyDictionary[Executable, dict[object, _Text]] = WeakKeyDictionary()


class Answer:
    """What a statement found: as much of the toolkit's ``Result`` as the journal uses. Read it once."""

    def __init__(self, cursor: DBAPICursor, text: _Text) -> None:
        self._cursor = cursor
        self._text = text

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    def __iter__(self) -> Iterator[Any]:
        return map(self._text.shown, iter(self._cursor.fetchone, None))

    def all(self) -> list[Any]:
        """Every row, a named tuple."""
        return [self._text.shown(row) for row in self._cursor.fetchall()]

    def first(self) -> Any:
        """The first row, or None."""
        found = self._cursor.fetchall()
        return self._text.shown(found[0]) if found else None

    def one(self) -> Any:
        """The only row."""
        (row,) = self._cursor.fetchall()
        return self._text.shown(row)

    def scalar(self) -> Any:
        """The first value of the first row, or None."""
        row = self.first()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        """The first value of the only row."""
        return self.one()[0]

    def scalars(self) -> Iterator[Any]:
        """The first value of each row."""
        return (row[0] for row in self)


class Straight:
    """One transaction's way to the database."""

    dialect = _DIALECT

    def __init__(self, connection: PoolProxiedConnection) -> None:
        self._connection = connection

    def execute(self, statement: Executable, values: Values | Sequence[Values] = ()) -> Answer:
        """Run it with these values, or once for each of a list of them (then nothing is found)."""
        cursor = self._connection.cursor()
        if isinstance(values, Mapping) or not values:
            given: Values = values if isinstance(values, Mapping) else {}
            text = _text(statement, given)
            cursor.execute(text.sql, text.filled(given))
        else:
            text = _text(statement, values[0])
            cursor.executemany(text.sql, [text.filled(each) for each in values])
        return Answer(cursor, text)


@contextmanager
def straight(engine: Engine, *, writes: bool) -> Iterator[Straight]:
    """One transaction: committed at the end, rolled back by any exception."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        try:
            yield Straight(connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    finally:
        connection.close()


def _text(statement: Executable, given: Values) -> _Text:
    known = _TEXTS.get(statement)
    if known is None:
        known = _TEXTS[statement] = {}
    key = _key(given)
    text = known.get(key)
    if text is None:
        text = known[key] = _made(statement, given)
    return text


def _key(given: Values) -> object:
    """What a text depends on besides its statement: which values there are, and which of them are how long a list."""
    return (*given, *(len(value) if type(value) is list else -1 for value in given.values()))


def _made(statement: Any, given: Values) -> _Text:
    """The text for values of these names. Lists are as long as given."""
    gaps = {
        name: [_Gap(name, at) for at in range(len(value))] if type(value) is list else _Gap(name)
        for name, value in given.items()
    }
    made = statement.compile(dialect=_DIALECT, column_keys=list(given) or None)
    filled = made.construct_expanded_state(gaps)
    columns = _columns(statement)
    names = [column.name for column in columns]
    row: Any = namedtuple("Row", names, rename=True) if names else None  # noqa: PYI024
    read = [(at, _READ[type(column.type)]) for at, column in enumerate(columns) if type(column.type) in _READ]
    return _Text(filled.statement, tuple(filled.positional_parameters), row._make if names else tuple, tuple(read))


def _columns(statement: Any) -> list[Any]:
    """What a row of the answer has. The toolkit notes that at the statement, and ``returning`` of a statement that ran
    before takes the note along, though it is not true any more.
    """
    for note in ("exported_columns", "_all_selected_columns"):
        vars(statement).pop(note, None)
    return list(statement.exported_columns)


def _given(gap: _Gap, given: Values) -> Any:
    value = given[gap.name]
    return value if gap.at < 0 else value[gap.at]


def _plain(value: Any) -> Any:
    return moment_text(value) if isinstance(value, datetime) else value


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _yes(number: int | None) -> bool | None:
    return None if number is None else bool(number)


_READ: Mapping[type, Callable[[Any], Any]] = {Moment: _moment, Boolean: _yes}
