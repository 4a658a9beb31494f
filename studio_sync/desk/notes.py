"""The studio's own notes (the journal), opened to look at: never made by looking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheets_schema.snapshot import Snapshot
from studio_sync.config import Config
from studio_sync.errors import UserError
from studio_sync.journal import Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.facts import NewsCame
from studio_sync.studio import clock_of, open_journal


@dataclass(frozen=True, kw_only=True, slots=True)
class Notes:
    """Everything as of one moment."""

    tx: Tx
    snap: Snapshot
    #: aware UTC
    now: datetime


@contextmanager
def opened(config: Config) -> Iterator[Notes]:
    """The notes of this studio. Raises ``UserError`` when it has not run here yet."""
    if not config.database_url and not (config.data / "journal.db").exists():
        raise UserError(
            f"The studio has not run here yet: there is nothing in {config.data}.",
            "See what is missing with: studio-sync check" if not config.local else "Start it: studio-sync run --local",
        )
    now = clock_of(config).now()
    journal = open_journal(config)
    try:
        with journal.read() as tx:
            yield Notes(tx=tx, snap=Snapshots().load(tx, now), now=now)
    finally:
        journal.close()


def leave(config: Config, field: str, data: dict[str, Any], now: datetime) -> None:
    """Leave news for the studio, which acts on them while it runs."""
    journal = open_journal(config)
    try:
        journal.put_facts([NewsCame(key=f"news:{field}:{now.isoformat()}", at=now, field=field, data=data)])
    finally:
        journal.close()
