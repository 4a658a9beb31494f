"""The worker: one thread per lane, the polls, and one interval job that calls ``turn(now)``.

Lanes do the work in steps; new work wakes them at once. The simulator runs the same steps without threads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from jobs.timetable import due_ticks
from sheets_schema.texts.catalogue import part
from studio_sync.errors import OutsideError, StudioError
from studio_sync.health import Alarm
from studio_sync.journal import Journal
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rebuild import ensure
from studio_sync.rules.effects import Send
from studio_sync.rules.facts import MessageCame, Outcome, Tick
from studio_sync.rules.pace import ALL, NUMBER
from studio_sync.standing import Standing
from studio_sync.studio import Lane, Studio
from studio_sync.watch.poll import Poll

log = logging.getLogger(__name__)
#: an idle lane looks again after so many seconds: effects that wait for an instant wake nobody
IDLE = 0.25
#: a lane that broke looks again after so many seconds
BROKEN = 1.0
#: seconds a lane has to finish its step when told to stop
PATIENCE = 15
#: seconds between tries to read everything back
READ_BACK_PAUSE = 3.0
#: an answer that waits so long for its need is announced, unless it is older than the second
HOLD_AFTER, HOLD_UNTIL = timedelta(seconds=20), timedelta(minutes=10)


class Turner:
    """``turn(now)``: which ticks are due, and which troubles last, becomes facts. Late ticks are not due any more."""

    def __init__(self, journal: Journal, alarms: tuple[Alarm, ...] = ()) -> None:
        self._journal = journal
        self._alarms = alarms
        self._snapshots = Snapshots()
        self._given: set[str] = set()

    def turn(self, now: datetime) -> int:
        """Put the ticks due at ``now`` (aware UTC); how many facts were new. Their keys make each happen once."""
        with self._journal.read() as tx:
            snap = self._snapshots.load(tx, now)
        due = due_ticks(snap, now)
        facts: list[Any] = [tick for tick in due if tick.key not in self._given]
        facts += [tick for tick in self._slow_answers(now) if tick.key not in self._given]
        facts += [self._counted(news) for alarm in self._alarms if (news := alarm.news(now)) is not None]
        new = self._journal.put_facts(facts)
        self._given = {fact.key for fact in facts if isinstance(fact, Tick)} | {tick.key for tick in due}
        return new

    def _counted(self, news: Outcome) -> Outcome:
        """WhatsApp works again: what went out since, and what was too late, by count."""
        if news.result["who"] != "whatsapp" or news.result["of"] != "up":
            return news
        since = datetime.fromisoformat(str(news.result["since"]))
        with self._journal.read() as tx:
            out, late = tx.messages_since(since, part("unsent.late"))
        return news.model_copy(update={"result": {**news.result, "out": out, "late": late}})

    def _slow_answers(self, now: datetime) -> list[Tick]:
        """A need unmet after 20 s sends one line to the one who asked; keyed by the message, so it is said once."""
        found: dict[str, Tick] = {}
        with self._journal.read() as tx:
            for queued in tx.blocked("messages", now - HOLD_AFTER):
                fact = tx.fact(queued.fact_key)
                send = queued.effect
                if not isinstance(fact, MessageCame) or not isinstance(send, Send) or send.cls == "once":
                    continue
                if send.to in {fact.phone, fact.user_id} and now - queued.since < HOLD_UNTIL:
                    key = f"tick:talk.hold:{queued.fact_key}"
                    found[key] = Tick(key=key, at=now, name="talk.hold", slot=queued.fact_key, about=send.to)
        return list(found.values())


class Bell:
    """Wakes the threads of one kind of lane, and no others: most commits are news to one of them."""

    def __init__(self) -> None:
        self._waiting = threading.Condition()
        self.rung = 0

    def ring(self) -> None:
        """There may be something to do."""
        with self._waiting:
            self.rung += 1
            self._waiting.notify_all()

    def wait(self, heard: int) -> None:
        """Until it rings or a quarter of a second has passed; not at all when it rang since it was ``heard``."""
        with self._waiting:
            if self.rung == heard:
                self._waiting.wait(IDLE)


class Worker:
    """Runs a studio's lanes in threads until told to stop."""

    def __init__(self, studio: Studio, standing: Standing | None = None) -> None:
        self._studio = studio
        shared = studio.config.split_allowed
        self._standing = standing or Standing(studio.journal, studio.config.name, shared=shared)
        self._stop = threading.Event()
        self._bells: dict[str, Bell] = {}
        self._threads: list[threading.Thread] = []
        self._turner = Turner(studio.journal, studio.alarms)
        self._scheduler: Any = None
        #: what was last said of it; None before the first look
        self._said: str | None = None
        self._saying = threading.Lock()

    def start(self) -> None:
        """Pick up what a crash left, then start every lane, the polls and the clock.

        New or lost notes are read back first: nothing is decided on an empty memory, however long Google is silent.
        """
        with self._studio.journal.write() as tx:
            tx.restart(self._studio.clock.now())
            tx.go_on([ALL, NUMBER])  # perhaps with a new token: tried at once
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
            if self._studio.foreign:
                self._alone()
            return False
        self._start_lanes()
        return True

    def _start_lanes(self) -> None:
        studio = self._studio
        for poll in studio.polls:
            poll.step()  # also tells whether another program writes here
        self._alone()
        for lane, threads in studio.lanes:
            for _ in range(threads):
                self._thread(lane.name, self._lane(lane))
        for poll in studio.polls:
            self._thread(f"watch:{poll.book.role}", self._poll(poll))
        pause = 0.7 if studio.config.local else 5.0
        self._thread("watch:diary", self._repeat(self._look_at_diary, partial(self._stop.wait, pause)))
        self._start_clock(0.5 if studio.config.local else 5)

    def _start_clock(self, seconds: float) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler

        self._scheduler = BackgroundScheduler(timezone="UTC")
        # One job, never two at once; a late run is as good as one in time, for ticks are keyed (default grace is 1 s).
        self._scheduler.add_job(
            self._turn, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None
        )
        self._scheduler.start()

    def ring(self) -> None:
        """A doorbell: look at the sheets now. No fact, only a nudge."""
        for poll in self._studio.polls:
            poll.book.bell.set()

    def stop(self) -> None:
        """Let every lane finish its step, then end. Twice is as good as once."""
        self._stop.set()
        self.ring()
        for bell in list(self._bells.values()):
            bell.ring()
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=True)
        for thread in self._threads:
            thread.join(timeout=PATIENCE)

    # -- lanes

    def _thread(self, name: str, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _bell(self, kind: str) -> Bell:
        if kind not in self._bells:
            self._bells[kind] = Bell()
            self._studio.journal.on_new(self._bells[kind].ring, kind)
        return self._bells[kind]

    def _lane(self, lane: Lane) -> Callable[[], None]:
        # "sheet:studio" and "sheet:books" are two lanes of one kind.
        bell = self._bell(lane.name.partition(":")[0])

        def run() -> None:
            while not self._stop.is_set():
                heard = bell.rung
                if not self._step(lane) and not self._stop.is_set():
                    bell.wait(heard)

        return run

    def _step(self, lane: Lane) -> bool:
        if self._alone():
            try:
                return lane.step()
            except StudioError as error:
                log.warning("%s waits: %s", lane.name, error)
            except Exception:  # top of the loop: logged once, the lane goes on
                log.exception("%s broke", lane.name)
        self._stop.wait(BROKEN)
        return False

    def _alone(self) -> bool:
        """False while another program's sign stands in a workbook: we take, decide and write nothing then."""
        foreign = self._studio.foreign
        if foreign != self._said:
            with self._saying:
                if foreign != self._said:
                    self._say(foreign)
        return not foreign

    def _say(self, foreign: str) -> None:
        """The front door takes no deliveries, or takes them again; what it took before waits here."""
        try:
            self._standing.say(foreign)
            with self._studio.journal.read() as tx:
                kept = tx.inbox_counts()["new"]
        except StudioError as error:
            log.debug("not said yet whether this one works: %s", error)
            return
        self._said = foreign
        if foreign:
            log.warning(
                "Another studio-sync (%s) writes this workbook. This one waits and does nothing. End that one; 10 "
                "minutes later this one goes on. WhatsApp keeps what it cannot deliver for up to 7 days. Of what was "
                "taken before, %d wait here: keep this one's data folder until they are worked off.",
                foreign,
                kept,
            )

    # -- looking

    def _turn(self) -> None:
        if not self._alone():
            return
        try:
            self._turner.turn(self._studio.clock.now())
        except StudioError as error:
            log.warning("the clock waits: %s", error)

    def _poll(self, poll: Poll) -> Callable[[], None]:
        return self._repeat(poll.step, partial(poll.wait, self._stop))

    def _repeat(self, step: Callable[[], object], pause: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            while not self._stop.is_set():
                try:
                    step()
                except StudioError as error:
                    log.warning("the watch waits: %s", error)
                except Exception:  # top of the loop: logged once, the watch goes on
                    log.exception("the watch broke")
                pause()

        return run

    def _look_at_diary(self) -> None:
        if not self._alone():
            return
        before = self._studio.diary_watch.reason
        try:
            self._studio.diary_watch.look(self._studio.clock.now())
        except OutsideError as error:
            if error.message != before:
                log.warning("the diary cannot be read: %s", error)
