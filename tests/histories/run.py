"""Runs one history: people act, the network fails, the program dies and comes back, its lanes take turns.

One process, no threads, no real time: all that is random comes from the seed, also the order in which lanes take turns.
"""

from __future__ import annotations

import logging
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from studio_sync.errors import StudioError
from tests.histories.people import People, Truth
from tests.histories.plan import MOVES, Event, History
from tests.histories.points import Killed
from tests.histories.scene import MADE, ZONE, Scene

log = logging.getLogger(__name__)
#: nothing that waits for a person, a quiet hour or an answer may take longer than this after the last fault
SETTLE = timedelta(hours=1)
#: statuses may be two minutes late before a class decides, a missing row is believed after one
STILL = timedelta(seconds=150)
#: an idle lane looks again after this
IDLE = timedelta(seconds=5)


class Broken(AssertionError):
    """The program itself raised where it must not."""


@dataclass
class Ran:
    """What became of a history."""

    history: History
    truth: Truth
    log: list[str]
    #: (actor, fault) -> how often that fault struck while the program worked on what that actor did
    table: Counter[tuple[str, str]]
    points: Counter[str]
    kills: Counter[str]
    problems: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """How many faults struck, kills included."""
        return sum(self.table.values())


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Random ids of commits from the seed, so that a run can be repeated."""
    rng = random.Random(f"ids:{seed}")
    real = secrets.token_urlsafe
    secrets.token_urlsafe = lambda nbytes=None: "".join(
        rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnp23456789", k=16)
    )
    try:
        yield
    finally:
        secrets.token_urlsafe = real


class Runner:
    """One run."""

    def __init__(self, history: History, folder: Path) -> None:
        self.history = history
        hour, minute = history.start
        local = MADE.astimezone(ZONE).replace(hour=hour, minute=minute)
        self.begin = max(local, MADE.astimezone(ZONE)).astimezone(MADE.tzinfo)
        self.scene = Scene(folder, seed=history.seed, at=self.begin)
        self.people = People(self.scene)
        self.scene.wire.meanwhile = self._meanwhile
        self._rng = random.Random(f"run:{history.seed}")
        self._coming = list(history.events)
        self._mid: list[Event] = []
        self._put_off: list[Event] = []
        self._due: dict[str, datetime] = {}
        #: lane -> when it looks again though nobody woke it
        self._idle: dict[str, datetime] = {}
        self._back: datetime | None = self.begin
        self._gone = 3.0
        self._last_actor = "nobody"
        self._struck = 0
        self._killed = 0
        self._mended = False
        self._worked = self.begin
        self._jumped = timedelta(0)
        self.table: Counter[tuple[str, str]] = Counter()

    @property
    def now(self) -> datetime:
        """The world's time."""
        return self.scene.clock.now()

    def run(self) -> Ran:
        """Play the events, then let everything settle."""
        with seeded(self.history.seed):
            try:
                self._play()
                self._settle()
            finally:
                self._count()
        return self.ran()

    def ran(self) -> Ran:
        """What became of it so far."""
        return Ran(
            history=self.history,
            truth=self.people.truth,
            log=self.scene.wire.log,
            table=self.table,
            points=self.scene.points.met,
            kills=self.scene.points.kills,
        )

    def close(self) -> None:
        """Give the world back."""
        self.scene.close()

    # -- the two phases

    def _play(self) -> None:
        while self._coming or self._mid or self._put_off:
            self._round()

    def _settle(self) -> None:
        """No more faults: within an hour everything is done or stands before a person."""
        self.scene.wire.faults.clear()
        self.scene.points.disarm()
        self._mended = True
        self._worked = self.now
        self.scene.control("webhooks", {"duplicate": 0.0, "reorder": 0.0, "delay": 0.0, "retry_most": 30.0})
        end = self.now + SETTLE
        still = self.now + STILL
        while self.now < end:
            worked = self._round()
            if worked:
                self._worked = self.now
            if worked or not self._quiet():
                still = max(still, self.now + timedelta(seconds=20))
            elif self.now >= still:
                return

    def _quiet(self) -> bool:
        scene = self.scene
        if not scene.begun or scene.wire.late or scene.journal is None:
            return False
        store = scene.world.store
        if store.count("hook") or store.count("todo"):
            return False
        with scene.journal.read() as tx:
            if tx.inbox_counts()["new"] or any(tx.attempts(role) for role in ("studio", "books")):
                return False
            soon = self.now + SETTLE
            return not any(
                queued.next_at <= soon
                for state in ("queued", "waiting", "sending", "unknown")
                for queued in tx.standing(state)
            )

    # -- one round

    def _round(self) -> bool:
        """Everything that is due now, one step of each lane, then time goes on."""
        self._events()
        scene = self.scene
        if scene.wire.arrive(self.now):
            self._count()
        self._life()
        worked = bool(self._guard(scene.courier.step))
        if scene.begun and scene.alive:
            worked |= self._work()
        self._count()
        self._pass_time(worked)
        return worked

    def _events(self) -> None:
        gone = self.now - self._jumped - self.begin
        while self._coming and self._coming[0].at <= gone.total_seconds():
            event = self._coming.pop(0)
            if event.act in MOVES and self._on_its_way():
                self._put_off.append(event)
            elif event.meanwhile and self.scene.begun:
                self._mid.append(event)
            else:
                self._do(event)
        if self._put_off and not self._on_its_way():
            self._do(self._put_off.pop(0))
        if (self._mid and not self.scene.begun) or not self._coming:
            for event in self._mid:
                self._do(event)
            self._mid.clear()

    def _on_its_way(self) -> bool:
        """A commit was planned and is not settled: see ``plan.NOT_YET``."""
        if self.scene.wire.late:
            return True
        if self.scene.journal is None:
            return True
        with self.scene.journal.read() as tx:
            return any(tx.attempts(role) for role in ("studio", "books"))

    def _meanwhile(self, _name: str) -> None:
        if self._mid:
            self._do(self._mid.pop(0))

    def _do(self, event: Event) -> None:
        if event.actor == "plug":
            self.scene.points.arm(event.args["after"])
            self._gone = event.args["gone"]
            return
        before = self.now
        self.people.do(event)
        self._jumped += self.now - before
        if event.actor not in {"network", "meta"}:
            self._last_actor = event.actor

    def _life(self) -> None:
        """The program dies and is started again; a worker whose beginning failed tries again."""
        scene = self.scene
        if scene.points.dead and scene.studio is not None:
            scene.stop()
            self._back = self.now + timedelta(seconds=self._gone)
        if (
            scene.studio is None
            and self._back is not None
            and (self.now >= self._back or abs(self._back - self.now) > timedelta(minutes=20))
        ):
            self._guard(scene.start)
            self._due.clear()
            self._idle.clear()
            self._back = self.now
        if scene.studio is not None and not scene.begun and scene.alive and self.now >= (self._back or self.now):
            self._back = self.now + timedelta(seconds=3)
            self._guard(scene.begin)

    def _work(self) -> bool:
        """New work wakes every lane, as in the worker; an idle one looks again by itself after a while."""
        if self.scene.news:
            self.scene.news = False
            self._idle.clear()
        lanes = self.scene.steps()
        names: dict[str, Callable[[], object]] = {
            name: step
            for name, step in lanes.items()
            if not self.now < self._idle.get(name, self.now) < self.now + IDLE * 2
        }
        for name, look in self.scene.looks().items():
            due = self._due.get(name, self.now)
            if due <= self.now or due - self.now > timedelta(minutes=40):
                names[name] = look
        order = list(names)
        self._rng.shuffle(order)
        worked = False
        for name in order:
            if not self.scene.alive:
                return True
            before = len(self.scene.wire.log)
            result = self._guard(names[name])
            if name in lanes and result is not True:
                self._idle[name] = self.now + IDLE
            worked |= result is True or (name.startswith("watch") and isinstance(result, int) and result > 0)
            if self.scene.alive and name in self.scene.looks():
                pause = self.scene.pause_of(name)
                if self._mended:  # the longer nothing happens, the rarer it looks: an hour is long
                    pause = max(pause, 20.0, (self.now - self._worked).total_seconds() / 2)
                self._due[name] = self.now + timedelta(seconds=pause)
            if len(self.scene.wire.log) > before:
                self._count()
        return worked

    def _guard(self, step: Callable[[], object]) -> object:
        """One step as the worker takes it: our own errors wait, a kill ends the program, anything else is a bug."""
        try:
            return step()
        except Killed:
            return True
        except StudioError as error:
            log.info("waits: %s", error)
            return False
        except Exception as error:
            raise Broken(f"{type(error).__name__}: {error}") from error

    def _pass_time(self, worked: bool) -> None:
        if worked:
            self.scene.clock.tick(self._rng.choice((0.05, 0.1, 0.3, 0.3, 1.0)))
            return
        gaps = [1.0 if not self._mended else 10.0]
        if self._coming:
            gone = (self.now - self._jumped - self.begin).total_seconds()
            gaps.append(max(0.05, self._coming[0].at - gone))
        gaps += [(due - self.now).total_seconds() for due in self._due.values()]
        gaps += [(when - self.now).total_seconds() for when, _ in self.scene.wire.late]
        self.scene.clock.tick(max(0.25, min(gaps)))

    def _count(self) -> None:
        """Book the faults that struck since the last look to whoever acted last."""
        struck = self.scene.wire.struck
        if sum(struck.values()) > self._struck:
            for (name, kind), times in struck.items():
                new = times - self.table_of[name, kind]
                if new:
                    self.table[self._last_actor, kind] += new
                    self.table_of[name, kind] = times
            self._struck = sum(struck.values())
        kills = sum(self.scene.points.kills.values())
        if kills > self._killed:
            self.table[self._last_actor, "killed"] += kills - self._killed
            self._killed = kills

    @property
    def table_of(self) -> Counter[tuple[str, str]]:
        """What was booked so far."""
        return self.__dict__.setdefault("_booked", Counter())  # type: ignore[no-any-return]
