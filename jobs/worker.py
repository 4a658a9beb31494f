"""The worker: one thread per lane, the polls, and one interval job that calls ``turn(now)``.

Lanes do the work in steps; new work wakes them at once. The simulator runs the same steps without threads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from jobs.timetable import due_ticks
from studio_sync.errors import OutsideError, StudioError
from studio_sync.journal import Journal
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rebuild import ensure
from studio_sync.studio import Lane, Studio
from studio_sync.watch.poll import Poll

log = logging.getLogger(__name__)
#: an idle lane looks again after so many seconds: effects that wait for an instant wake nobody
IDLE = 0.25
#: seconds between tries to read everything back
READ_BACK_PAUSE = 3.0


class Turner:
    """``turn(now)``: which ticks are due becomes facts. Late ones are simply not due any more."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._snapshots = Snapshots()
        self._done: set[str] = set()

    def turn(self, now: datetime) -> int:
        """Put the ticks due at ``now``; how many were new."""
        with self._journal.read() as tx:
            snap = self._snapshots.load(tx, now)
        ticks = [tick for tick in due_ticks(snap, now) if tick.key not in self._done]
        if not ticks:
            return 0
        new = self._journal.put_facts(ticks)
        self._done.update(tick.key for tick in ticks)
        return new


class Worker:
    """Runs a studio's lanes in threads until told to stop."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._stop = threading.Event()
        self._work = threading.Condition()
        self._news = 0
        self._threads: list[threading.Thread] = []
        self._turner = Turner(studio.journal)
        self._scheduler: object = None

    def start(self) -> None:
        """Pick up what a crash left, then start every lane, the polls and the clock.

        New or lost notes are read back first: nothing is decided on an empty memory, however long Google is silent.
        """
        with self._studio.journal.write() as tx:
            tx.restart(self._studio.clock.now())
        self._studio.journal.on_new(self._wake)
        if not self._begin():
            self._thread("begin", self._begin_later)

    def _begin_later(self) -> None:
        while not self._stop.wait(READ_BACK_PAUSE):
            if self._begin():
                return

    def _begin(self) -> bool:
        try:
            ensure(self._studio)
        except StudioError as error:
            log.warning("nothing is decided before the workbook was read: %s", error)
            return False
        self._start_lanes()
        return True

    def _start_lanes(self) -> None:
        for lane, threads in self._studio.lanes:
            for _ in range(threads):
                self._thread(lane.name, self._lane(lane))
        for poll in self._studio.polls:
            self._thread(f"watch:{poll.book.role}", self._poll(poll))
        pause = 0.7 if self._studio.config.local else 5.0
        self._thread("watch:diary", self._repeat(self._look_at_diary, lambda: self._stop.wait(pause)))
        self._start_clock()

    def _start_clock(self) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler

        scheduler = BackgroundScheduler(timezone="UTC")
        seconds = 0.5 if self._studio.config.local else 5
        # One job, never two at once; a late run is as good as one in time, for ticks are keyed (default grace is 1 s).
        scheduler.add_job(
            self._turn, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None
        )
        scheduler.start()
        self._scheduler = scheduler

    def _turn(self) -> None:
        try:
            self._turner.turn(self._studio.clock.now())
        except StudioError as error:
            log.warning("the clock waits: %s", error)

    def ring(self) -> None:
        """A doorbell: look at the sheets now. No fact, only a nudge."""
        for poll in self._studio.polls:
            poll.book.bell.set()

    def stop(self) -> None:
        """Let every lane finish its step, then end."""
        self._stop.set()
        self.ring()
        self._wake()
        shutdown = getattr(self._scheduler, "shutdown", None)
        if shutdown is not None:
            shutdown(wait=False)
        for thread in self._threads:
            thread.join(timeout=15)

    def _thread(self, name: str, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _wake(self) -> None:
        with self._work:
            self._news += 1
            self._work.notify_all()

    def _lane(self, lane: Lane) -> Callable[[], None]:
        def run() -> None:
            seen = -1
            while not self._stop.is_set():
                before = self._news
                if self._step(lane):
                    continue
                with self._work:
                    if self._news == before or before == seen:
                        self._work.wait(IDLE)
                seen = before

        return run

    def _step(self, lane: Lane) -> bool:
        try:
            return lane.step()
        except StudioError as error:
            log.warning("%s waits: %s", lane.name, error)
        except Exception:  # noqa: BLE001  (top of the loop: logged once, the lane goes on)
            log.exception("%s broke", lane.name)
        self._stop.wait(1.0)
        return False

    def _poll(self, poll: Poll) -> Callable[[], None]:
        return self._repeat(poll.step, lambda: poll.wait(self._stop))

    def _repeat(self, step: Callable[[], object], pause: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            while not self._stop.is_set():
                try:
                    step()
                except StudioError as error:
                    log.warning("the watch waits: %s", error)
                except Exception:  # noqa: BLE001  (top of the loop: logged once, the watch goes on)
                    log.exception("the watch broke")
                pause()

        return run

    def _look_at_diary(self) -> None:
        try:
            with self._studio.diary.lock:
                self._studio.diary_watch.look(self._studio.clock.now())
        except OutsideError as error:
            log.warning("the diary could not be read: %s", error)
