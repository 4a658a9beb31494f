"""Draft a commit of a size that one body takes, on one reading and one read of the journal."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sheets_schema.reading import Reading
from studio_sync.delivery.sheet.batch import Batch
from studio_sync.delivery.sheet.plan import Known, Planner, Stamp
from studio_sync.delivery.sheet.refusals import Group, given
from studio_sync.delivery.sheet.settle import open_debts
from studio_sync.delivery.sheet.today import differs
from studio_sync.journal import Journal, Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.derived import derived
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.today import TodayLine, draw
from studio_sync.workbooks import LiveWorkbook

Trouble = Callable[[datetime], str]
#: our sign in the workbook is renewed at least so often
RENEW = timedelta(minutes=5)
#: effects looked at for one commit, and bytes of one body
MOST, MOST_BYTES = 5000, 1_800_000


class Drafts:
    """Drafts commits to one workbook."""

    def __init__(self, book: LiveWorkbook, journal: Journal, snapshots: Snapshots, trouble: Trouble) -> None:
        self._book = book
        self._journal = journal
        self._snapshots = snapshots
        self._trouble = trouble
        #: bytes that one effect took in the last batch; 0 when that was a small one
        self._weight = 0
        #: more waits than the last body took
        self.long = False

    def fit(
        self, reading: Reading, taken: list[Group], stamp: Stamp, now: datetime, again: Sequence[Batch], *, extras: bool
    ) -> tuple[Batch, list[Group]]:
        """The batch of as many groups as one body takes, and these; without requests when there is nothing to write.

        Planned on one read of the journal, so that nobody waits for it. Of a long queue only about as much is planned
        as the last batch says will fit: planning thousands of rows to write eighty of them costs seconds.
        ``again``: refused attempts on the same slot; ``extras``: derived cells and Today ride along.
        """
        waiting = len(taken)
        taken = self._about(taken)
        with self._journal.read() as tx:
            while True:
                known = self._known(tx, reading, again)
                planner, lines = self._plan(tx, reading, known, taken, now, extras=extras)
                changed = bool(lines) and differs(reading.tabs["today"], lines)
                signed = stamp.after.writer == stamp.writer and stamp.after.age(now) < RENEW
                idle = planner.empty and not changed and not again and signed
                # The clock in the status line alone is no reason to write: it rides along.
                batch = planner.batch(stamp, lines if lines and not idle else None)
                size = len(json.dumps(batch.requests, separators=(",", ":")))
                if len(taken) < 2 or size <= MOST_BYTES:
                    break
                taken = taken[: max(1, min(len(taken) - 1, len(taken) * MOST_BYTES * 9 // (size * 10)))]
        self.long = len(taken) < waiting
        # A small body says little about rows: most of it may be Today.
        self._weight = size // max(1, sum(map(len, taken))) if size > MOST_BYTES // 4 else 0
        return (dataclasses.replace(batch, requests=()) if idle else batch), taken

    def _about(self, taken: list[Group]) -> list[Group]:
        """The first groups, a little more of them than one body took last time."""
        room = MOST_BYTES * 3 // 2 // self._weight if self._weight else MOST
        for at, group in enumerate(taken):
            room -= len(group)
            if room < 0:
                return taken[: max(1, at)]
        return taken

    def _known(self, tx: Tx, reading: Reading, again: Sequence[Batch]) -> Known:
        debts, listed = open_debts(tx, self._book)
        return Known(
            memory={tab: tx.rows(tab) for tab in reading.tabs},
            counters=tx.get_meta(self._book.counters_key) or {},
            given=given(again),
            debts=debts,
            listed=listed,
        )

    def _plan(
        self, tx: Tx, reading: Reading, known: Known, groups: list[Group], now: datetime, *, extras: bool
    ) -> tuple[Planner, list[TodayLine]]:
        snap = self._snapshots.load(tx, now)
        planner = Planner(snap, reading, known, lambda tab, row_id: tx.rev(tab, row_id) > 0)
        for group in groups:
            for queued in group:
                if isinstance(queued.effect, PutRow | DropRow):
                    planner.take(queued.effect, queued.since)
        if not extras:
            return planner, []
        planner.derive(item for item in derived(snap, now) if item[0] in reading.tabs)
        lines = draw(snap, now, self._trouble(now)) if "today" in reading.tabs else []
        return planner, lines
