"""One poll of one workbook: one read, judged under the workbook's lock, so that no commit is on its way meanwhile."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from studio_sync.clock import Clock
from studio_sync.errors import OutsideError, RateLimited
from studio_sync.journal import Journal
from studio_sync.journal.snapshots import Snapshots
from studio_sync.reads import Reads
from studio_sync.watch.sheets import SheetWatch
from studio_sync.watch.tempo import ACTIVE_FOR, Rest, is_open, rest, wish
from studio_sync.workbooks import LiveWorkbook

log = logging.getLogger(__name__)
#: seconds of patience after Google said that it was too much
QUOTA = 15.0
#: whether the studio is open is looked up so often
MINUTE = timedelta(minutes=1)


class Poll:
    """Polls one workbook, more often while something happens and seldom when few reads are left."""

    def __init__(
        self,
        *,
        book: LiveWorkbook,
        watch: SheetWatch,
        journal: Journal,
        clock: Clock,
        zone: ZoneInfo,
        reads: Reads,
        local: bool = False,
    ) -> None:
        self.book = book
        self._watch = watch
        self._journal = journal
        self._clock = clock
        self._zone = zone
        self._reads = reads
        self._local = local
        self._snapshots = Snapshots()
        self._open = True
        self._opening: datetime | None = None
        self._active: datetime | None = None
        self._limited = False
        self._seen = -1

    def step(self) -> int:
        """Read once; the number of facts. A failed read is no empty sheet: it changes nothing."""
        now = self._clock.now()
        before = self.book.health.reason
        self._limited = False
        self._look_up_hours(now)
        due = self._watch.due
        if self.book.looks != self._seen and not self.book.bell.is_set() and not (due and due <= now):
            # The sheet lane has looked since, and told the watch.
            self._seen = self.book.looks
            return 0
        self.book.bell.clear()
        try:
            with self.book.lock:
                reading = self.book.look(now, idle=True)
                with self._journal.write() as tx:
                    found = self._watch.notice(tx, reading, now)
        except OutsideError as error:
            if error.service == "journal":
                raise
            self._limited = isinstance(error, RateLimited)
            if before != error.message:
                log.warning("the %s workbook cannot be read: %s", self.book.role, error)
            return 0
        finally:
            self._seen = self.book.looks
        if found:
            self._active = now
        return found

    def wait(self, stop: threading.Event) -> None:
        """Until the next poll is due, someone rings, or ``stop`` is set (whoever sets it rings too)."""
        if self._limited:
            stop.wait(QUOTA)
            return
        rest = self.rest
        if not stop.wait(rest.least):
            self.book.bell.wait(rest.most - rest.least)

    @property
    def pause(self) -> float:
        """Seconds until the next poll when nobody rings."""
        return self.rest.most

    @property
    def rest(self) -> Rest:
        """How long until the next poll."""
        now = self._clock.now()
        lately = not self._local and self._active is not None and abs(now - self._active) < ACTIVE_FOR
        busy = self._watch.restless or lately
        wanted = wish(now, self._watch.due, busy=busy, open_=self._open, local=self._local)
        return rest(wanted, self._reads.left)

    def _look_up_hours(self, now: datetime) -> None:
        if self._opening is not None and abs(now - self._opening) < MINUTE:
            return
        with self._journal.read() as tx:
            snap = self._snapshots.load(tx, now)
        self._open, self._opening = is_open(snap.hours, now, self._zone), now
