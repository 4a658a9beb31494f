"""What every part of a transaction shares: the connection, and what the commit has to tell afterwards."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

from studio_sync.journal.straight import Straight
from studio_sync.rules.effects import Effect

#: the lane of the engine, and the word for all lanes, in what a commit has to tell
DECIDE, EVERY = "decide", "*"

Decoded = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Shelf:
    """What was decoded for an earlier transaction; one per journal and process. What lies here is never changed."""

    #: tab -> its version, its rows, and the hashes of their texts
    rows: dict[str, tuple[int, Decoded, Mapping[str, int]]] = field(default_factory=dict)
    #: kinds -> undelivered effects of these kinds by their number in the outbox
    effects: dict[tuple[str, ...], Mapping[int, Effect]] = field(default_factory=dict)
    #: what ``Snapshots`` parsed, and the lock for it
    loader: object = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def effect(self, seq: int) -> Effect | None:
        """An effect that was undelivered when last asked."""
        return next((known[seq] for known in self.effects.values() if seq in known), None)


class Part:
    """One room's methods on a transaction; ``Tx`` is all of them together.

    Statements that run often are made once, with names for their values: making one costs more than running it.
    """

    def __init__(self, db: Connection | Straight, *, writing: bool, shelf: Shelf | None = None) -> None:
        self._db = db
        self._writing = writing
        #: what lies ready of earlier transactions
        self.shelf = shelf or Shelf()
        self._dialect = db.dialect.name
        #: tabs (also ``_outbox`` and ``_chats``) that this transaction changed: their versions go up at its end
        self._touched: set[str] = set()
        self._known_versions: dict[str, int] | None = None
        #: lanes that this transaction may have given something to do; ``EVERY`` for all of them
        self.news: set[str] = set()
        #: keys of effects dropped, or put with needs, and facts handled: see Needs.close
        self._dropped: set[str] = set()
        self._needed: set[str] = set()
        self._decided: set[str] = set()
        self._now: datetime | None = None

    def _insert(self, table: Table) -> sqlite.Insert:
        """See ``insert_into``."""
        return insert_into(table, self._dialect)


@cache
def insert_into(table: Table, dialect: str) -> sqlite.Insert:
    """INSERT with the ON CONFLICT both databases know (their classes have the same methods)."""
    if dialect == "postgresql":
        # Some 8 MB and its drivers' names, for those who have it.
        from sqlalchemy.dialects import postgresql

        return cast("sqlite.Insert", postgresql.insert(table))
    return sqlite.insert(table)


def plain(text: str) -> str:
    """Text both databases take, for words that quote what came in: no NUL (Postgres), no half of a character."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def dump(value: Any) -> str:
    """JSON text; ASCII, so that half an emoji or a NUL from a cell cannot break a write. NaN is refused."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))
