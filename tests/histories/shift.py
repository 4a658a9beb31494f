"""The turns of one program: when it dies and comes back, which lane goes next, when it looks. No threads."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from studio_sync.errors import StudioError
from studio_sync.journal import CHATS, FROZEN, OUTBOX, Journal
from tests.histories.points import Killed, MortalJournal
from tests.histories.program import Program, Step

log = logging.getLogger(__name__)
#: seconds until a lane that has something to do, only not yet, looks again: at first, and at most while faults strike
#: and when they are over
IDLE, LONG, LONGEST = 1.0, 4.0, 120.0
#: a beginning that failed is tried again after this, as in the worker
AGAIN = timedelta(seconds=3)
#: deciding takes milliseconds: so many more facts are decided while another lane waits for one answer
DECISIONS = 6
ROLES = ("studio", "books")
#: states of effects that are still to come true
OPEN = ("queued", "waiting", "sending", "unknown")


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """What a program's notes hold open."""

    #: some are not decided
    facts: bool
    #: lanes with something to do
    lanes: frozenset[str]
    #: when the first of that may be done
    soonest: datetime | None
    #: workbooks with an undecided commit
    attempts: frozenset[str]
    #: of the tabs that a commit may follow
    versions: dict[str, int]
    #: a workbook that was put back is being mended
    frozen: bool
    #: wrong cells are not mended yet, or not struck off
    debts: bool


class Broken(AssertionError):
    """The program itself raised where it must not."""


class Shift:
    """One program at work."""

    def __init__(self, program: Program, rng: random.Random, now: datetime) -> None:
        self.program = program
        self._rng = rng
        #: it starts, or tries to begin, at this instant; None while it is not to run
        self.back: datetime | None = now
        #: seconds it stays away when it is killed next, and what becomes of its notes
        self.gone = 3.0
        self.notes = "kept"
        #: faults are over: it has its own workbooks and its notes, and looks only where something is still open
        self.mended = False
        #: names of looks at which the notes were lost or put back
        self.misfortunes: list[str] = []
        self._due: dict[str, datetime] = {}
        self._idle: dict[str, datetime] = {}
        self._gaps: dict[str, float] = {}
        self._seen: dict[str, object] = {}
        self._notes: tuple[Journal, int, Open] | None = None

    @property
    def now(self) -> datetime:
        """The world's time."""
        return self.program.clock.now()

    # -- life

    @property
    def dies(self) -> bool:
        """It was killed in its last turn."""
        return self.program.points.dead and self.program.studio is not None

    def live(self) -> None:
        """It dies and is started again; a beginning that failed is tried again."""
        program, now = self.program, self.now
        if self.dies:
            program.stop()
            self.back = now + timedelta(seconds=self.gone)
            self._change_notes()
        if self.mended:
            self.notes = "kept"
            program.use_own()
        if self.back is None:
            return
        # An instant far ahead was set before the clock was put back.
        self.back = now if self.back - now > timedelta(minutes=20) else self.back
        if program.studio is None and now >= self.back:
            self.guard(program.start)
            self._due.clear()
            self._idle.clear()
            self._seen.clear()
            self.back = now
        if program.studio is not None and not program.begun and program.alive and now >= self.back:
            self.back = now + AGAIN
            self.guard(program.begin)

    def read_notes(self) -> None:
        """It may lie dead just now: started on its notes, so that they can be asked once more."""
        if self.program.studio is None and self.back is not None:
            self.guard(self.program.start)

    def end(self) -> None:
        """It stops for good."""
        self.program.stop()
        self.back = None

    def _change_notes(self) -> None:
        notes, self.notes = self.notes, "kept"
        if notes == "lost":
            self.program.lose_notes()
        elif notes == "old" and not self.program.put_notes_back():
            return
        if notes != "kept":
            self.misfortunes.append(f"notes {notes}")

    # -- work

    def work(self) -> bool:
        """One turn of every lane that may have something to do and of every look that is due; was anything done?"""
        program = self.program
        if not (program.begun and program.alive):
            return False
        if program.news:
            program.news = False
            self._idle.clear()
            self._gaps.clear()
        turns = {**self._lanes(), **self._looks()}
        order = list(turns)
        self._rng.shuffle(order)
        worked = False
        for name in order:
            result = self.guard(turns[name])
            for _ in range(DECISIONS if name == "decide" and result is True else 0):
                if program.points.dead or self.guard(turns[name]) is not True:
                    break
            worked |= result is True or (name.startswith("watch") and isinstance(result, int) and result > 0)
            if program.points.dead:
                return True
            if name.startswith(("watch", "clock")):
                self._due[name] = self.now + timedelta(seconds=self._pause(name))
            elif result is not True:
                gap = min(self._gaps.get(name, IDLE) * 2, LONGEST if self.mended else LONG)
                self._gaps[name] = gap
                self._idle[name] = self.now + timedelta(seconds=gap)
            else:
                self._gaps.pop(name, None)
        return worked

    def guard(self, step: Step) -> object:
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

    def look_now(self) -> None:
        """Every look is due."""
        self._due.clear()
        for poll in self.program.studio.polls if self.program.studio else ():
            poll.book.bell.set()

    def _lanes(self) -> dict[str, Step]:
        """The lanes for which the notes hold something open. A lane that stands by, or has nothing, gets no turn."""
        program = self.program
        if program.foreign or program.journal is None:
            return {}
        notes = self._open_in(program.journal)
        minute = self.now.astimezone(UTC).replace(second=0, microsecond=0)
        stood: dict[str, object] = (
            {poll.book.role: poll.book.stood for poll in program.studio.polls} if program.studio else {}
        )
        wanted: dict[str, Step] = {}
        for name, step in program.steps().items():
            kind, _, role = name.partition(":")
            if self._rests(name):
                continue
            if kind == "sheet":
                state = (notes.versions, minute, stood.get(role))
                open_now = "sheet" in notes.lanes or role in notes.attempts or self._seen.get(name) != state
                open_now = open_now or notes.debts
                self._seen[name] = state
            else:
                open_now = notes.facts if kind == "decide" else kind in notes.lanes
            if open_now:
                wanted[name] = step
        return wanted

    def _rests(self, name: str) -> bool:
        return self.now < self._idle.get(name, self.now) < self.now + timedelta(seconds=LONGEST * 2)

    def _looks(self) -> dict[str, Step]:
        looks = self.program.looks()
        if self.program.foreign:  # it stands by: only the polls go on
            looks = {name: look for name, look in looks.items() if self.program.poll_of(name)}
        return {name: look for name, look in looks.items() if self._is_due(name)}

    def _is_due(self, name: str) -> bool:
        due = self._due.get(name, self.now)
        return due <= self.now or due - self.now > timedelta(minutes=40)

    def _pause(self, name: str) -> float:
        usual = self.program.pause_of(name)
        if not self.mended:
            return usual
        poll = self.program.poll_of(name)
        if poll is not None and poll._watch.restless:
            return max(usual, 8.0)
        return 90.0 if name == "clock" else 600.0

    # -- when next

    def next(self) -> list[datetime]:
        """Instants at which something may be due."""
        found = [] if self.back is None or self.program.begun else [self.back]
        if self.program.begun:
            found += [self._due.get(name, self.now) for name in self.program.looks()]
            found += self._idle.values()
        return [when for when in found if timedelta(0) < when - self.now < timedelta(minutes=40)]

    def quiet(self, soon: datetime) -> bool:
        """Nothing is open that may still change before ``soon``."""
        program = self.program
        if self.back is None and program.studio is None:
            return True
        if not program.begun or program.journal is None or (program.restless and not program.foreign):
            return False
        if program.foreign:
            return True
        notes = self._open_in(program.journal)
        if notes.frozen or notes.facts or notes.attempts or notes.debts:
            return False
        return notes.soonest is None or notes.soonest > soon

    def _open_in(self, journal: MortalJournal) -> Open:
        """What these notes hold open; read once per commit."""
        if self._notes is None or self._notes[:2] != (journal, journal.begun):
            config = self.program.config
            books = (config.studio_sheet_id, config.books_sheet_id)
            self._notes = (journal, journal.begun, open_in(journal, books))
        return self._notes[2]


def open_in(journal: Journal, books: Sequence[str]) -> Open:
    """What these notes hold open of two workbooks."""
    with journal.read() as tx:
        counts = tx.lane_counts()
        lanes = frozenset(lane for lane, states in counts.items() if any(states.get(state) for state in OPEN))
        standing = (queued.next_at for state in OPEN for queued in tx.standing(state)) if lanes else ()
        return Open(
            facts=bool(tx.inbox_counts()["new"]),
            lanes=lanes,
            soonest=min(standing, default=None),
            attempts=frozenset(role for role in ROLES if tx.attempts(role)),
            versions={tab: n for tab, n in tx.tab_versions().items() if tab not in {OUTBOX, CHATS}},
            frozen=bool(tx.get_meta(FROZEN)),
            debts=any(any((tx.get_meta(f"debts:{book}") or {}).values()) for book in books),
        )
