"""The disaster brake of one workbook: which tabs are held, what she said about it, and what puts them back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sheets_schema.reading import SeenTab
from sheets_schema.restoring import Disaster, Memory, Mend, mends
from studio_sync.rules.facts import Fact, Outcome
from studio_sync.watch.flags import MINE, RESTORE, Flags
from studio_sync.workbooks import LiveWorkbook, Pause

#: what is to be put back should stand there after this; else she is asked again
PATIENCE = timedelta(minutes=2)
#: rows in one fact
MOST = 200


class Brake:
    """Holds tabs of one workbook until they look whole again, or she says that it was her."""

    def __init__(self, book: LiveWorkbook) -> None:
        self._book = book
        self._mending: dict[str, datetime] = {}

    def hold(
        self, flags: Flags, seen: SeenTab, memory: Memory, found: tuple[Disaster, int], now: datetime
    ) -> list[Fact]:
        """The tab means nothing for now: she is asked, or what she wants back is told. ``seen``: with its copies."""
        tab, (kind, rows) = seen.tab.key, found
        if flags.get(RESTORE, tab):
            flags.put(RESTORE, tab, None)
            self._mending[tab] = now
            return list(self._back(tab, mends(seen, memory, kind), now))
        if tab in self._mending:
            if now - self._mending[tab] < PATIENCE:
                return []
            del self._mending[tab]
            self._book.paused.pop(tab, None)
        return self.pause(tab, Pause(why=kind, rows=rows), now)

    def pause(self, tab: str, pause: Pause, now: datetime) -> list[Fact]:
        """The tab means nothing until it looks whole again; said once."""
        known = self._book.paused.get(tab)
        self._book.paused[tab] = pause
        if known is not None and known.why == pause.why:
            return []
        told = {"of": "paused", "tab": tab, **dataclasses.asdict(pause)}
        return [_news(f"paused:{self._book.role}:{tab}", now, told, ok=False)]

    def release(self, flags: Flags, tab: str, *, settled: bool) -> None:
        """The tab looks whole, or it was her. ``settled``: nothing of it is missing or still to be told."""
        self._book.paused.pop(tab, None)
        self._mending.pop(tab, None)
        for name in (MINE, RESTORE) if settled else (RESTORE,):
            if flags.get(name, tab):
                flags.put(name, tab, None)

    def _back(self, tab: str, wanted: Sequence[Mend], now: datetime) -> Iterator[Fact]:
        for start in range(0, len(wanted), MOST):
            some = [dataclasses.asdict(mend) for mend in wanted[start : start + MOST]]
            told: dict[str, Any] = {"of": "restore", "tab": tab, "mends": some}
            yield _news(f"restore:{self._book.role}:{tab}:{start}", now, told, ok=True)


def _news(key: str, now: datetime, told: dict[str, Any], *, ok: bool) -> Outcome:
    return Outcome(key=f"outcome:{key}:{now.isoformat()}", at=now, effect_key=key, ok=ok, result=told)
