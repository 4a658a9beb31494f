"""Runs one history: people act, the network fails, programs die and come back, their lanes take turns.

One process, no threads, no real time: all that is random comes from the seed, also the order in which lanes take turns.
"""

from __future__ import annotations

import random
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

from emulator.whatsapp import pending
from tests.histories.findings import sends
from tests.histories.people import People
from tests.histories.plan import Event, History
from tests.histories.scene import MAIN, OTHER, Scene, begin_at, beginning
from tests.histories.shift import Broken, Shift
from tests.histories.truth import Truth

#: nothing that waits for a person, a quiet hour or an answer may take longer than this after the last fault
SETTLE = timedelta(hours=1)
#: nor may it take more calls, or more commits: what goes on for ever does not come to rest
CALLS, COMMITS = 1000, 25
#: another program's sign is believed for so long
SIGN = timedelta(minutes=10)
#: what is to happen during a call happens without one after so many seconds
PATIENCE = 10.0


@dataclass
class Ran:
    """What became of a history."""

    history: History
    truth: Truth
    log: list[str]
    #: (actor, fault) -> how often that fault struck while the programs worked on what that actor did
    table: Counter[tuple[str, str]]
    points: Counter[str]
    kills: Counter[str]
    problems: list[str] = field(default_factory=list)
    #: what became of its messages, by class (fates.py)
    fates: Counter[tuple[str, str]] = field(default_factory=Counter)

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
        known, memory = beginning(*history.start)
        shutil.copytree(known, folder, dirs_exist_ok=True)
        self.begin = begin_at(*history.start)
        self.scene = Scene(folder, seed=history.seed, at=self.begin, memory=memory)
        self.people = People(self.scene)
        self._rng = random.Random(f"run:{history.seed}")
        self.shifts = {MAIN: Shift(self.scene.main, self._rng, self.begin)}
        self.scene.main.wire.meanwhile = self._meanwhile
        self._coming = list(history.events)
        self._mid: list[Event] = []
        self._sleep: Event | None = None
        self._sleep_in = 0
        #: which of two programs goes on at the end
        self._stays = "first"
        #: what befell programs, besides being killed
        self.misfortunes: Counter[str] = Counter()
        self._last_actor = "nobody"
        self._booked: Counter[str] = Counter()
        self._jumped = timedelta(0)
        self.table: Counter[tuple[str, str]] = Counter()

    @property
    def now(self) -> datetime:
        """The world's time."""
        return self.scene.clock.now()

    @property
    def main(self) -> Shift:
        """The program that was there first."""
        return self.shifts[MAIN]

    def run(self) -> Ran:
        """Play the events, then let everything settle."""
        with seeded(self.history.seed):
            try:
                while self._coming or self._mid:
                    self._round()
                self._settle()
            finally:
                self._count()
        return self.ran()

    def ran(self) -> Ran:
        """What became of it so far."""
        programs = self.scene.programs.values()
        return Ran(
            history=self.history,
            truth=self.people.truth,
            log=self.scene.net.log,
            table=self.table,
            points=sum((program.points.met for program in programs), Counter()),
            kills=sum((program.points.kills for program in programs), Counter()),
        )

    def close(self) -> None:
        """Give the world back."""
        self.scene.close()

    # -- the two phases

    def _settle(self) -> None:
        """No more faults: within an hour everything is done or stands before a person."""
        self.scene.net.faults.clear()
        self._sleep = None
        self._one_program()
        self.scene.control("webhooks", {"duplicate": 0.0, "reorder": 0.0, "delay": 0.0, "retry_most": 30.0})
        for shift in self.shifts.values():
            shift.program.points.disarm()
            shift.mended = True
            shift.look_now()
        truth = self.people.truth
        truth.end = self.now + SETTLE
        looked, begun = False, len(self.scene.net.log)
        while self.now < truth.end and _bounded(self.scene.net.log[begun:]):
            if self._round():
                looked = False
            elif self._quiet():
                if looked:
                    truth.rested = True
                    return
                looked = True
                self.scene.clock.tick(61)  # what is drawn by the minute is drawn once more
                for shift in self.shifts.values():
                    shift.look_now()

    def _one_program(self) -> None:
        """Of two programs one ends; the other goes on when its sign is old."""
        if OTHER not in self.shifts:
            return
        stays = self.shifts[OTHER] if self._stays == "other" else self.main
        for shift in self.shifts.values():
            if shift is not stays:
                shift.read_notes()
                self._forget(shift)
                shift.end()
        stays.back = stays.back or self.now
        self.scene.clock.tick(SIGN.total_seconds() + 5)

    def _quiet(self) -> bool:
        store = self.scene.world.store
        if self.scene.net.late or store.count("hook") or store.count("todo"):
            return False
        assert self.people.truth.end is not None
        return all(shift.quiet(self.people.truth.end) for shift in self.shifts.values())

    # -- one round

    def _round(self) -> bool:
        """Everything that is due now, one step of each lane, then time goes on."""
        self._events()
        scene = self.scene
        scene.net.arrive(self.now)
        for shift in list(self.shifts.values()):
            if shift.dies and shift.notes != "kept":
                self._forget(shift)
            shift.live()
        worked = bool(self.main.guard(scene.courier.step))
        for shift in list(self.shifts.values()):
            worked |= shift.work()
        self._count()
        self._pass_time(worked)
        return worked

    def _events(self) -> None:
        gone = self.now - self._jumped - self.begin
        while self._coming and self._coming[0].at <= gone.total_seconds():
            event = self._coming.pop(0)
            if event.meanwhile and self.scene.main.begun:
                self._mid.append(event)
            else:
                self._do(event)
        late = (self.now - self._jumped - self.begin).total_seconds() - PATIENCE
        for event in [each for each in self._mid if each.at < late or not self.scene.main.begun]:
            self._mid.remove(event)
            self._do(event)

    def _meanwhile(self, name: str) -> None:
        """The main program waits for the answer to this call."""
        event = next((each for each in self._mid if fnmatchcase(name, each.meanwhile)), None)
        if event is not None:
            self._mid.remove(event)
            self._do(event)
        if self._sleep is not None:
            self._sleep_in -= 1
            if self._sleep_in < 0:
                event, self._sleep = self._sleep, None
                self._fall_asleep(event)

    def _do(self, event: Event) -> None:
        if event.actor not in {"network", "plug"}:
            self._last_actor = event.actor
        if event.actor == "plug":
            self._plug(event)
            return
        if event.actor == "other program":
            self._other(event)
            return
        before = self.now
        self.people.do(event)
        self._jumped += self.now - before

    def _plug(self, event: Event) -> None:
        if event.act == "the notes are copied":
            self.scene.main.keep_notes()
            return
        self.scene.main.points.arm(event.args["after"], event.args.get("where", "*"))
        self.main.gone = event.args["gone"]
        self.main.notes = event.args.get("notes", "kept")

    def _forget(self, shift: Shift) -> None:
        """These notes will be gone: what they alone knew of is nobody's fault, what they meant is remembered here."""
        truth, journal = self.people.truth, shift.program.journal
        truth.upset = True
        truth.meant.update(sends(self.scene))
        if journal is None:
            return
        rows = {row["Key"] for row in self.scene.rows("Messages")}
        with journal.read() as tx:
            taken = {wamid for wamid in truth.said if tx.fact(wamid) is not None}
        sent = {str(message["tag"]) for chat in self.scene.chats().values() for message in chat if message.get("tag")}
        truth.forgotten |= (taken | sent) - rows

    # -- the other program

    def _other(self, event: Event) -> None:
        self.people.truth.upset = True
        if event.act == "starts beside it":
            self._start_other()
        else:
            self._sleep, self._sleep_in = event, event.args["after"]

    def _start_other(self) -> Shift:
        if OTHER not in self.shifts:
            self.shifts[OTHER] = Shift(self.scene.program(OTHER), self._rng, self.now)
        return self.shifts[OTHER]

    def _fall_asleep(self, event: Event) -> None:
        """In the middle of a call the computer sleeps; another takes over; then this one wakes and the call goes on."""
        self.misfortunes["asleep"] += 1
        self._stays = event.args["stays"]
        before = self.now
        self.scene.clock.tick(60 * event.args["minutes"])
        self._jumped += self.now - before
        other = self._start_other()
        until = self.now + timedelta(seconds=40)
        while self.now < until:
            self.scene.net.arrive(self.now)
            other.live()
            worked = bool(other.guard(self.scene.courier.step)) | other.work()
            self.scene.clock.tick(0.3 if worked else 2.0)
        self.people.truth.asleep.append((before, self.now))

    # -- time and the table

    def _pass_time(self, worked: bool) -> None:
        if worked:
            self.scene.clock.tick(self._rng.choice((0.05, 0.1, 0.3, 0.3, 1.0)))
            return
        now = self.now
        due = [when for shift in self.shifts.values() for when in shift.next()]
        due += [when for when, _ in self.scene.net.late]
        gaps = [60.0, *((when - now).total_seconds() for when in due)]
        world = self.scene.world
        waiting = [doc for kind in ("todo", "hook") for _, doc in world.store.items(kind)]
        gaps += [doc["due"] - pending.now(world, doc["by"]) for doc in waiting]
        if self._coming:
            gaps.append(self._coming[0].at - (now - self._jumped - self.begin).total_seconds())
        self.scene.clock.tick(max(0.25, min(gaps)))

    def _count(self) -> None:
        """Book the faults that struck since the last look to whoever acted last."""
        struck: Counter[str] = Counter()
        for (_, kind), times in self.scene.net.struck.items():
            struck[kind] += times
        for shift in self.shifts.values():
            struck["killed"] += sum(shift.program.points.kills.values())
            struck.update(shift.misfortunes)
        struck.update(self.misfortunes)
        for kind, times in (struck - self._booked).items():
            self.table[self._last_actor, kind] += times
        self._booked = struck


def _bounded(log: list[str]) -> bool:
    return len(log) < CALLS and sum(line.startswith("sheets.batchUpdate") for line in log) < COMMITS


__all__ = ["Broken", "Ran", "Runner"]
