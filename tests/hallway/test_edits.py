"""A thousand random sequences of sorts, inserts, moves, deletes, cuts, copies, pastes: every true change is told once.

The real watch and a real journal, on readings made from a grid without HTTP; tests/hallway/test_watch.py does a few
over the stand-ins. STUDIO_SYNC_EDITS=10000 does more, STUDIO_SYNC_EDITS_SEED=17 that one.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import StaticPool, create_engine

from sheets_schema.head import Head
from sheets_schema.headers import match_of
from sheets_schema.reading import Parts, Reading, Sheet, parse, part_copies, ranges, same
from sheets_schema.slices import Slices
from sheets_schema.snapshot import build
from sheets_schema.tabs import BY_KEY
from studio_sync.journal import Journal
from studio_sync.journal.tables import metadata
from studio_sync.ports import Workbook
from studio_sync.rules.decide import decide
from studio_sync.rules.effects import PutRow
from studio_sync.rules.facts import Fact, RowChanged, RowGone, RowsPasted, RowTyped
from studio_sync.watch.sheets import SheetWatch
from studio_sync.workbooks import LiveWorkbook
from tests.hallway.grid import Grid

#: a tab of few columns: the rules are the same for all
TAB = BY_KEY["payments"]
SEQUENCES = int(os.environ.get("STUDIO_SYNC_EDITS", "5000" if os.environ.get("STUDIO_SYNC_PROVE") else "1000"))
SEED = os.environ.get("STUDIO_SYNC_EDITS_SEED")
#: so many seeds are one test
SHARE = 250
SHEET = Sheet(tab=TAB, title="Payments", sheet_id=TAB.sheet_id, rows=1000)
HEAD = Head(spreadsheet="grid", n=0, batch="b", before="")
NOTHING = build({}, [], {}, datetime(2026, 11, 3, tzinfo=UTC).date())
NAMES = ("Thandi Maroon", "Sipho Amber", "Lerato Olive", "Zoë Umber", "Pieter Indigo", "Mary Green", "Mary Plum")
Values = dict[str, Any]


@dataclasses.dataclass
class Port:
    """Nothing is asked of it: readings are made from the grid."""

    id: str


@pytest.fixture
def journal() -> Iterator[Journal]:
    """One per share: it keeps every fact, and the look for the next one takes longer the more there are."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    metadata.create_all(engine)
    made = Journal(engine, "memory")
    yield made
    made.close()


class Watched:
    """A tab, its watch, and what the watch told."""

    def __init__(self, journal: Journal, seed: int) -> None:
        self.journal = journal
        with journal.write() as tx:
            tx.drop_rows("payments", list(tx.rows("payments")))
            tx.put_meta("typed:payments", None)
        self.watch = SheetWatch(LiveWorkbook("books", cast("Workbook", Port(f"grid {seed}")), "test"))
        self.slices, self.parts = Slices(), Parts()
        self.random = random.Random(seed)
        self.now = datetime(2026, 11, 3, 6, tzinfo=UTC)
        count = self.random.randint(6, 10)
        rows = [
            {
                "id": f"p-{seed}-{n}",
                "received": 46000 + n % 5,
                "client": f"{self.random.choice(NAMES)} {n if n % 3 else ''}".strip(),
                "amount": self.random.choice([300, 250.5, ""]),
                "method": self.random.choice(["EFT", "cash", ""]),
                "reference": f"REF{n:02}",
                "client_id": f"c-{n}",
            }
            for n in range(count)
        ]
        self.grid = Grid(TAB, rows)
        self.ids = {line.thing: f"p-{seed}-{n}" for n, line in enumerate(self.grid.lines)}
        self.facts: list[Fact] = []
        self.start = {row.id: dict(row.raws) for row in self.reading().tabs["payments"].rows}
        #: ids that had been away for more than a minute
        self.away: set[str] = set()
        self.met = set(self.start)
        self._waiting = False
        self._missing: dict[str, datetime] = {}
        self.look()

    # -- the program

    def reading(self) -> Reading:
        told = {"valueRanges": [{"range": "_studio!A1:A3"}, {"range": "Payments", "values": self.grid.values()}]}
        pieces = self.slices.take(ranges([SHEET]), json.dumps(told, separators=(",", ":")).encode())
        return dataclasses.replace(parse("books", [SHEET], pieces, parts=self.parts), head=HEAD)

    def look(self) -> None:
        """One look, and what follows from it: rows get their ids."""
        reading = self.reading()
        with self.journal.write() as tx:
            told = self.watch.notice(tx, reading, self.now)
            while told and (fact := tx.next_fact()) is not None:
                self.facts.append(fact)
                effects = decide(NOTHING, fact, self.now) if isinstance(fact, RowTyped) else ()
                ids = [e for e in effects if isinstance(e, PutRow) and e.match]
                tx.handled(fact.key, self.now)
                tx.put_effects(fact.key, ids, self.now)
                self._waiting |= bool(ids)
        self._track(reading)

    def write(self) -> None:
        """The sheet lane: ids into the rows that wait for one."""
        if not self._waiting:
            return
        self._waiting = False
        with self.journal.write() as tx:
            for queued in tx.ready("sheet", self.now, 500):
                effect = queued.effect
                assert isinstance(effect, PutRow)
                seen = self.reading().tabs["payments"]
                row = next(iter(self._typed(seen, effect.match, tx.rows("payments"))), None)
                if row is not None:
                    self.grid.lines[row - 1].cells[self.grid.at("id")] = effect.row_id
                    tx.put_rows("payments", {effect.row_id: {}})
                tx.done(effect.key, {} if row is not None else {"gone": True}, self.now)

    def _typed(self, seen: Any, match: str, memory: Any) -> list[int]:
        counts: dict[str, int] = {}
        for row in seen.rows:
            counts[row.id] = counts.get(row.id, 0) + 1
        # As the planner sees it: of two rows with one id the one most like what is remembered keeps it.
        return [
            row.position for row in part_copies(seen, memory).rows if not row.id and match_of(TAB, row.raws) == match
        ]

    def _track(self, reading: Reading) -> None:
        """Which ids have been away for long, as the grid itself shows it."""
        here = {row.id for row in reading.tabs["payments"].rows if row.id}
        self.met |= here
        for ident in self.met:
            if ident in here:
                self._missing.pop(ident, None)
            elif self.now - self._missing.setdefault(ident, self.now) >= timedelta(seconds=60):
                self.away.add(ident)

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    # -- the owner

    def act(self) -> None:
        acts = [self.sort, self.sort, self.type, self.type, self.insert, self.move, self.new, self.paste, self.cut]
        act = self.random.choice([*acts, *acts, self.copy, self.delete, self.delete, self.undo, self.nothing])
        if act not in {self.undo, self.nothing}:
            self.grid.remember()
        act()

    def blank(self) -> int:
        free = [n for n, line in enumerate(self.grid.lines) if line.blank]
        return self.random.choice(free) if free and self.random.random() < 0.5 else len(self.grid.lines)

    def some(self) -> int:
        return self.random.choice(self.grid.filled())

    def sort(self) -> None:
        field = self.random.choice(["client", "received", "note", "amount", "id", "method", "reference"])
        self.grid.sort(field, down=self.random.random() < 0.5)

    def type(self) -> None:
        field = self.random.choice(["note", "note", "amount", "method", "reference"])
        value = self.random.choice(
            ["", "x", f"note {self.random.randint(1, 9)}", 300, 250.5, "#REF!", "\u202eabc \U0001f600"]
        )
        self.grid.type(self.some(), field, value)

    def insert(self) -> None:
        self.grid.insert(self.random.randint(0, len(self.grid.lines)), self.random.randint(1, 3))

    def move(self) -> None:
        row = self.some()
        self.grid.move(row, 1, self.random.randint(0, len(self.grid.lines) - 1))

    def new(self) -> None:
        row = self.blank()
        self.grid.type(row, "client", self.random.choice(["New", "Mpho", "Mpho"]))
        if self.random.random() < 0.5:
            self.grid.type(row, "amount", 400)

    def paste(self) -> None:
        row = len(self.grid.lines)
        for n in range(self.random.randint(2, 5)):
            self.grid.type(row + n, "client", self.random.choice(["Pasted", "Pasted", f"Pasted {n}"]))

    def cut(self) -> None:
        self.grid.cut(self.some(), self.blank())

    def copy(self) -> None:
        """Two rows that are quite alike cannot be told apart: whichever keeps the id is the one that was there."""
        self.calm()
        row, target = self.some(), self.blank()
        ident, thing = self.grid.lines[row].cells[self.grid.at("id")], self.grid.lines[row].thing
        self.grid.copy(row, target)
        twin = self.grid.lines[target].thing
        self.calm()
        for line in self.grid.lines:
            if line.thing in {thing, twin}:
                line.thing = thing if line.cells[self.grid.at("id")] == ident else twin

    def delete(self) -> None:
        if len(self.grid.filled()) > 5:
            self.grid.delete(self.some())

    def undo(self) -> None:
        """Of her last act, when nothing of ours was written since: else it would take our ids away, and back again."""
        self.grid.undo()

    def nothing(self) -> None:
        self.pass_time(self.random.choice([1, 3, 20, 61]))

    def calm(self) -> None:
        """Until everything has been told."""
        for _ in range(5):
            self.pass_time(4)
            self.look()
            self.write()
            if not self.watch.restless:
                break


def play(journal: Journal, seed: int) -> Watched:
    room = Watched(journal, seed)
    for _ in range(6):
        room.act()
        if room.random.random() < 0.6:
            room.look()
            room.write()
            room.pass_time(room.random.choice([0.5, 1, 3]))
    room.calm()
    room.pass_time(61)
    room.calm()
    return room


def check(room: Watched) -> None:
    seen = {row.id: dict(row.raws) for row in room.reading().tabs["payments"].rows}
    assert len(seen) == len(room.grid.filled())
    assert "" not in seen, "a row has no id"
    told: dict[str, Values] = {ident: dict(cells) for ident, cells in room.start.items()}
    gone: list[str] = []
    for fact in room.facts:
        if isinstance(fact, RowsPasted):
            for ident, cells in fact.rows.items():
                assert ident not in told, f"{ident} was told twice as new"
                told[ident] = dict(cells)
        elif isinstance(fact, RowChanged):
            known = told.setdefault(fact.row_id, {}) if not fact.before else told[fact.row_id]
            differing = [f for f, raw in fact.after.items() if not same(fact.before.get(f), raw)]
            assert differing or fact.spoilt, f"{fact.key} tells nothing"
            for field, raw in fact.before.items():
                assert same(known.get(field), raw), f"{fact.key}: {field} was {known.get(field)!r}, told {raw!r}"
            known |= fact.after
        elif isinstance(fact, RowGone):
            gone.append(fact.row_id)
    for ident, cells in seen.items():
        for column in TAB.columns:
            if column.editor != "ours":
                assert same(told[ident].get(column.field), cells.get(column.field)), (
                    f"{ident} {column.field} was not told"
                )
    assert set(gone) <= room.away
    assert {ident for ident in told if ident not in seen} <= set(gone)
    for line in room.grid.lines:
        if line.thing in room.ids and not line.blank:
            assert line.cells[room.grid.at("id")] == room.ids[line.thing], "a row has another row's id"
    typed = [fact for fact in room.facts if isinstance(fact, RowTyped)]
    assert len({fact.key for fact in typed}) == len(typed)


@pytest.mark.parametrize("first", [int(SEED)] if SEED else range(0, SEQUENCES, SHARE))
def test_every_true_change_is_told_once_and_none_is_invented(journal: Journal, first: int) -> None:
    for seed in range(first, first + 1 if SEED else min(first + SHARE, SEQUENCES)):
        room = play(journal, seed)
        try:
            check(room)
        except AssertionError as error:
            raise AssertionError(f"STUDIO_SYNC_EDITS_SEED={seed}: {error}") from error
