"""What every part of a transaction shares: the connection, and what the commit has to tell afterwards."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite


class Part:
    """One room's methods on a transaction; ``Tx`` is all of them together."""

    def __init__(self, db: Connection, *, writing: bool) -> None:
        self._db = db
        self._writing = writing
        #: this transaction may have given a lane something to do
        self.news = False
        #: keys of effects dropped, or put with needs, and facts handled: see Needs.close
        self._dropped: set[str] = set()
        self._needed: set[str] = set()
        self._decided: set[str] = set()
        self._now: datetime | None = None

    def _insert(self, table: Table) -> sqlite.Insert:
        """INSERT with the ON CONFLICT both databases know (their classes have the same methods)."""
        if self._db.dialect.name == "postgresql":
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
