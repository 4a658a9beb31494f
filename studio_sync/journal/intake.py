"""The inbox's narrow way in, for SQLite: the facts of many callers in one transaction of the driver's own.

It costs a third of the CPU of the wide way. Unique keys decide what is new, here as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from studio_sync.journal.inbox import Line
from studio_sync.journal.tables import moment_text

if TYPE_CHECKING:
    from studio_sync.journal.journal import Tx

_NEW = (
    "INSERT INTO inbox (key, kind, body, at, state, tries, error) "
    "VALUES (?, ?, ?, ?, 'new', 0, '') ON CONFLICT (key) DO NOTHING"
)
_KNOWN = "SELECT handled_at FROM inbox WHERE key = ?"
Cursor = Any


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one caller's facts."""

    #: how many were not known
    new: int
    #: when none was new: when the first of them was decided, if it was
    handled_at: datetime | None = None


#: gives the facts of those who wait by now, and in the end nothing: who comes during the inserts shares the commit
More = Callable[[], Sequence[Sequence[Line]]]


def narrow(cursor: Cursor, more: More) -> list[Kept]:
    """Keep what is new, on a connection of the driver's that has no transaction under way."""
    cursor.execute("BEGIN IMMEDIATE")
    try:
        kept = []
        while callers := more():
            kept += [_keep(cursor, told) for told in callers]
        cursor.connection.commit()
    except BaseException:
        cursor.connection.rollback()
        raise
    return kept


def _keep(cursor: Cursor, told: Sequence[Line]) -> Kept:
    lines = [(line["key"], line["kind"], line["body"], moment_text(line["at"])) for line in told]
    new = cursor.executemany(_NEW, lines).rowcount
    if new:
        return Kept(new)
    (handled_at,) = cursor.execute(_KNOWN, lines[0][:1]).fetchone()
    return Kept(0, datetime.fromisoformat(handled_at) if handled_at else None)


def wide(tx: Tx, more: More) -> list[Kept]:
    """The same on an ordinary transaction, for a database server."""
    kept = []
    while callers := more():
        for told in callers:
            new = tx.put_encoded(told)
            kept.append(Kept(new) if new else Kept(0, tx.handled_at(told[0]["key"])))
    return kept
