"""The journal as a whole: open, read, write, close."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection

from studio_sync.errors import Unavailable
from studio_sync.journal.attempts import Attempts
from studio_sync.journal.base import DECIDE, EVERY, Shelf
from studio_sync.journal.database import PATIENCE, connect
from studio_sync.journal.events import Events
from studio_sync.journal.files import FileParts, JournalFiles
from studio_sync.journal.forgetting import Forgetting
from studio_sync.journal.group import Group
from studio_sync.journal.inbox import Inbox
from studio_sync.journal.intake import Kept, More, narrow, wide
from studio_sync.journal.leases import Leases
from studio_sync.journal.lookups import Lookups
from studio_sync.journal.meta import Meta
from studio_sync.journal.needs import Needs
from studio_sync.journal.outbox import Outbox
from studio_sync.journal.straight import Straight, straight
from studio_sync.journal.traffic import Leaving
from studio_sync.journal.trouble import translated
from studio_sync.rules.facts import Fact


class Tx(Inbox, Lookups, Outbox, Needs, Events, Attempts, Leases, Meta, Leaving, Forgetting, FileParts):
    """One transaction: all or nothing."""


class Journal:
    """What is in flight, what was last seen, and files. Safe to share between threads.

    In one process writers go one after the other; between processes the database sees to it.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        #: where it is, in words for a person (no password)
        self.place = place
        #: the Files port
        self.files = JournalFiles(self.write, self.read)
        self._group = Group(self.take)
        #: the connection of ``take``, which has no other use
        self._narrow: PoolProxiedConnection | None = None
        # SQLite's own waiting polls with growing pauses; a lock wakes the next writer at once.
        self._turn = threading.Lock()
        self._writer: int | None = None
        self._listeners: list[tuple[str, Callable[[], None]]] = []
        self._shelf = Shelf()

    @classmethod
    def open(cls, url: str, *, fast: bool = False) -> Journal:
        """Open ``sqlite:///file`` or ``postgresql://...``, made and migrated as needed.

        ``fast``: commits are not forced to the disk; a power cut may lose the last moments, a crash nothing.
        Raises ``UserError`` when the file is damaged or newer than this program, or the database does not answer.
        """
        return cls(*connect(url, fast=fast))

    def close(self) -> None:
        """Give every connection back."""
        if self._narrow is not None:
            self._narrow.close()
            self._narrow = None
        self._engine.dispose()

    def on_new(self, callback: Callable[[], None], lane: str = "") -> None:
        """Call ``callback`` after each commit of this process that may have given ``lane`` something to do; "": any.

        It runs in the writer's thread: set an event there, no more. ``lane``: decide, or one of the outbox's.
        """
        self._listeners.append((lane, callback))

    def ring(self, lane: str) -> None:
        """Call whoever listens for this lane: there is something to do that stands in no journal."""
        self._tell({lane})

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One writing transaction, committed at the end of the block, rolled back by any exception.

        Raises ``Unavailable("journal", ...)`` when nothing could be written (disk full, locked, database gone).
        Keep it short, with no call to the outside in it; not to be nested.
        """
        with self._my_turn(), translated(self.place), self._begun(writes=True) as db:
            tx = Tx(db, writing=True, shelf=self._shelf)
            yield tx
            tx.close()
        self._tell(tx.news)

    def take(self, more: More) -> list[Kept]:
        """Keep the encoded facts of many callers in one transaction that does no more; as ``write`` otherwise."""
        if self._engine.dialect.name != "sqlite":
            with self.write() as tx:
                return wide(tx, more)
        with self._my_turn(), translated(self.place):
            if self._narrow is None:
                self._narrow = self._engine.raw_connection()
            kept = narrow(self._narrow.cursor(), more)
        if any(each.new for each in kept):
            self._tell({DECIDE})
        return kept

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if self._writer == threading.get_ident():
            raise RuntimeError("journal.write() inside journal.write()")
        if not self._turn.acquire(timeout=PATIENCE):
            raise Unavailable("journal", "another writer holds it")
        try:
            self._writer = threading.get_ident()
            yield
        finally:
            self._writer = None
            self._turn.release()

    def _tell(self, news: Collection[str]) -> None:
        if news:
            for lane, callback in self._listeners:
                if not lane or lane in news or EVERY in news:
                    callback()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One reading transaction: everything in the block is as of one moment. Raises ``Unavailable``."""
        with translated(self.place), self._begun(writes=False) as db:
            yield Tx(db, writing=False, shelf=self._shelf)

    @contextmanager
    def _begun(self, *, writes: bool) -> Iterator[Connection | Straight]:
        """A transaction under way: committed at the end, rolled back by any exception."""
        if self._engine.dialect.name == "sqlite":
            with straight(self._engine, writes=writes) as db:
                yield db
            return
        with self._engine.connect() as connection:
            begun = connection if writes else connection.execution_options(**_SNAPSHOT)
            with begun.begin():
                yield begun

    def put_facts(self, facts: Sequence[Fact]) -> int:
        """Keep facts durably; how many were new. Returns after their commit; concurrent callers share one.

        Raises ``Unavailable``: nothing of it is kept.
        """
        return self.receive(facts).new

    def receive(self, facts: Sequence[Fact]) -> Kept:
        """As ``put_facts``; also tells when facts that were known before were decided."""
        return self._group.put(facts) if facts else Kept(0)


#: how a server is asked for everything as of one moment
_SNAPSHOT: Any = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
