"""One poll of one workbook: one read, judged under the workbook's lock, so that no commit is on its way meanwhile."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from studio_sync.clock import Clock
from studio_sync.errors import OutsideError, RateLimited
from studio_sync.journal import Journal
from studio_sync.watch.sheets import SheetWatch
from studio_sync.workbooks import LiveWorkbook

log = logging.getLogger(__name__)
#: seconds between polls: for a while after any activity, in the day, at night
ACTIVE, DAY, NIGHT = 4.0, 10.0, 60.0
#: the local studio has a doorbell, and the same 60 reads a minute as everyone
LOCAL, LOCAL_RESTLESS = 5.0, 0.5
#: seconds of patience after Google said that it was too much
QUOTA = 15.0
ACTIVE_FOR = timedelta(minutes=5)
DAY_HOURS = range(6, 22)


class Poll:
    """Polls one workbook, more often while something happens."""

    def __init__(
        self,
        *,
        book: LiveWorkbook,
        watch: SheetWatch,
        journal: Journal,
        clock: Clock,
        zone: ZoneInfo,
        local: bool = False,
    ) -> None:
        self.book = book
        self._watch = watch
        self._journal = journal
        self._clock = clock
        self._zone = zone
        self._local = local
        self._active: datetime | None = None
        self._limited = False
        self._seen = -1

    def step(self) -> int:
        """Read once; the number of facts. A failed read is no empty sheet: it changes nothing."""
        now = self._clock.now()
        before = self.book.health.reason
        self._limited = False
        if self.book.looks != self._seen and not self.book.bell.is_set() and not self._watch.restless:
            # The sheet lane has looked since, and told the watch.
            self._seen = self.book.looks
            return 0
        self.book.bell.clear()
        try:
            with self.book.lock:
                reading = self.book.look(now)
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
        elif not stop.is_set():
            self.book.bell.wait(self.pause)

    @property
    def pause(self) -> float:
        """Seconds until the next poll."""
        if self._local:
            return LOCAL_RESTLESS if self._watch.restless else LOCAL
        now = self._clock.now()
        if self._watch.restless or (self._active and abs(now - self._active) < ACTIVE_FOR):
            return ACTIVE
        return DAY if now.astimezone(self._zone).hour in DAY_HOURS else NIGHT
