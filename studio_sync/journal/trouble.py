"""What the database's own errors mean to us: one table, in one place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from studio_sync.errors import Unavailable, UserError

#: SQLite result codes by the beginning of their name: nothing was written, it may work later.
_LATER = ("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn errors of the database at ``place`` into ours.

    Raises ``Unavailable("journal", ...)`` for a full disk, a lock, a lost or refused connection (on Postgres, one lost
    during COMMIT may have committed: everything here can be asked again under the same key), and ``UserError`` for a
    damaged file. Other errors are bugs and pass.
    """
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("journal", "no free connection") from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        name = getattr(cause, "sqlite_errorname", "")
        if name.startswith(_DAMAGED):
            raise damaged(place, str(cause)) from error
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if name.startswith(_LATER) or lost or (not name and isinstance(error, OperationalError)):
            raise Unavailable("journal", str(cause)) from error
        raise


def damaged(place: str, detail: str) -> UserError:
    """The sentence for a file that is no sound journal."""
    return UserError(
        f"The journal {place} is damaged ({detail}).",
        "The workbook and the diary are the record, so it can be made again from them.",
        "Move it aside and run: studio-sync rebuild",
    )
