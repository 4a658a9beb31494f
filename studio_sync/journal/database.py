"""Opens the database behind the journal: address, pragmas, transactions, soundness, migrations."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError

from studio_sync.errors import Unavailable, UserError
from studio_sync.journal.tables import HEAD
from studio_sync.journal.trouble import damaged, translated

#: Seconds a writer waits for another process before it says Unavailable.
PATIENCE = 10
#: Any number, the same in every process: two that start together migrate one after the other.
_MIGRATION_LOCK = 7_301_964


def connect(url: str, *, fast: bool) -> tuple[Engine, str]:
    """A checked, migrated engine for ``url`` and the words by which a person knows the place.

    ``fast``: a power cut may lose the last moments (a crash of the program loses nothing).
    Raises ``UserError`` when the address, the file or its version is not usable.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        place = str(path)
        _prepare(path)
        engine = _sqlite(address, fast=fast)
    else:
        place = address.render_as_string(hide_password=True)
        engine = _postgres(address, fast=fast)
    try:
        with translated(place):
            _check(engine, place)
            migrate(engine, place)
    except Unavailable as error:
        engine.dispose()
        raise UserError(
            f"The journal {place} cannot be opened: {error.message}", "Check DATABASE_URL, then type: studio-sync check"
        ) from error
    except BaseException:
        engine.dispose()
        raise
    return engine, place


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UserError(f"{url!r} is no address of a database.", *_EXAMPLES) from error
    backend = address.get_backend_name()
    if backend == "sqlite" and address.database not in {None, "", ":memory:"}:
        return address.set(drivername="sqlite+pysqlite")
    if backend in {"postgres", "postgresql"}:  # hosts still hand out postgres://
        return address.set(drivername="postgresql+psycopg")
    raise UserError(f"The journal is an SQLite file or a Postgres database, not {backend}.", *_EXAMPLES)


_EXAMPLES = (
    "Examples: sqlite:////home/me/studio/journal.db, postgresql://user:password@host/studio",
    "Set DATABASE_URL to one of these, or leave it out for a file, then type: studio-sync check",
)


def _prepare(path: Path) -> None:
    """A new file is readable by its owner only: it holds names, numbers and messages."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise UserError(
            f"The journal {path} cannot be opened: {error.strerror}",
            "Make its folder writable, then type: studio-sync check",
        ) from error


def _sqlite(address: URL, *, fast: bool) -> Engine:
    engine = create_engine(address, pool_size=10, max_overflow=30, connect_args={"timeout": PATIENCE})
    synchronous = "NORMAL" if fast else "FULL"

    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN is deferred and its upgrade to a write fails at once (SQLITE_BUSY_SNAPSHOT, whatever
        # the busy timeout), so it is switched off and every transaction begins with the words below.
        connection.isolation_level = None
        _into_wal(connection)
        connection.execute(f"PRAGMA synchronous = {synchronous}")

    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _into_wal(connection: Any) -> None:
    """Two that open a new file together: SQLite refuses the second at once, whatever the busy timeout."""
    for _ in range(int(PATIENCE * 20)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise
        else:
            return
        threading.Event().wait(0.05)
    connection.execute("PRAGMA journal_mode = WAL")


def _postgres(address: URL, *, fast: bool) -> Engine:
    try:
        engine = create_engine(
            address, pool_size=10, max_overflow=30, pool_pre_ping=True, connect_args={"connect_timeout": int(PATIENCE)}
        )
    except ModuleNotFoundError as error:
        raise UserError(
            "DATABASE_URL names a Postgres database, but its driver is not installed.",
            "Type: pip install 'studio-sync[postgres]'",
        ) from error

    def on_connect(connection: Any, _record: Any) -> None:
        connection.execute("SET synchronous_commit TO off")
        connection.commit()

    if fast:
        event.listen(engine, "connect", on_connect)
    return engine


def _check(engine: Engine, place: str) -> None:
    """The whole file: ``quick_check`` was seen to miss most single flipped bits."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as db:
        verdict = db.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if verdict != "ok":
        raise damaged(place, str(verdict).splitlines()[0])


def revision(db: Connection) -> str:
    """The migration this journal stands at, "" when it is new."""
    if not inspect(db).has_table("alembic_version"):
        return ""
    return str(db.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def migrate(engine: Engine, place: str) -> None:
    """Bring the tables to ``HEAD`` in one transaction. Raises ``UserError`` when a newer program has written here."""
    with engine.execution_options(writes=True).begin() as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        found = revision(db)
        if found == HEAD:
            return
        if found > HEAD:
            raise UserError(
                f"The journal {place} was written by a newer studio-sync (journal {found}, this one knows {HEAD}).",
                "Install that version again, or move the journal aside and run: studio-sync rebuild",
            )
        # Alembic takes nearly a second to load and is needed once per version.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = db
        command.upgrade(config, "head")
