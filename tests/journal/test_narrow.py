"""The watch looks at few rows of a long tab, and tells exactly what looking at all of them would tell."""

from __future__ import annotations

import dataclasses
import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheets_schema import reading
from sheets_schema.cells import Raw
from sheets_schema.head import Head
from sheets_schema.parts import PartedRows
from studio_sync.journal import Journal
from studio_sync.rules.facts import RowChanged
from studio_sync.watch.sheets import SheetWatch
from studio_sync.workbooks import LiveWorkbook
from tests.journal.conftest import NOW
from tests.unit.test_slices import TAB, TITLES, Book, parsed, rows_of

HEAD = Head(spreadsheet="s", n=0, batch="", before="", counters={}, token=0)
CLIENT, TYPE, TELL = TITLES.index("Client"), TITLES.index("Type"), TITLES.index("Tell")
ID = TITLES.index("Id")
TICKS: list[Raw] = [True, False, 1, "", "TRUE"]
TYPED: list[Raw] = ["", "duo", 5, 5.0, "5"]


class Port:
    """A workbook that is only known by its id: readings are handed in."""

    id = "s"


class Eyes:
    """One watch with a journal of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.journal = Journal.open(f"sqlite:///{folder / name}", fast=True)
        port: Any = Port()
        self.book = LiveWorkbook("studio", port, "test")
        self.watch = SheetWatch(self.book, still=timedelta(seconds=3))

    def look(self, found: reading.Reading, now: datetime) -> list[Any]:
        """The facts of one reading."""
        with self.journal.read() as tx:
            before = {line.key for line in tx.inbox_lines(limit=10_000)}
        with self.journal.write() as tx:
            self.watch.notice(tx, dataclasses.replace(found, head=HEAD), now)
        with self.journal.read() as tx:
            return [tx.fact(line.key) for line in reversed(tx.inbox_lines(limit=10_000)) if line.key not in before]


@pytest.fixture
def eyes(tmp_path: Path) -> Iterator[Callable[[str], Eyes]]:
    made: list[Eyes] = []

    def make(name: str) -> Eyes:
        made.append(Eyes(tmp_path, f"{name}.db"))
        return made[-1]

    yield make
    for each in made:
        each.journal.close()


def test_one_changed_cell_of_two_thousand_five_hundred_rows_costs_one_part_of_them(
    eyes: Callable[[str], Eyes], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, book = eyes("one"), Book(rows_of(2500))
    for second in range(3):
        one.look(book.read(), NOW + timedelta(seconds=second))
    seen = parsed(monkeypatch)
    asked: list[str] = []
    monkeypatch.setattr(PartedRows, "of", lambda *_: asked.append("built"))
    assert one.look(book.read(), NOW + timedelta(seconds=5)) == []
    assert seen == []
    book.grid[1500][TELL] = True
    (fact,) = one.look(book.read(), NOW + timedelta(seconds=9))
    assert isinstance(fact, RowChanged)
    assert (fact.row_id, fact.before["tell"], fact.after["tell"]) == ("b-1499", None, True)
    assert sum(seen) < 600  # the block as it was and as it is
    assert asked == []


class Hand:
    """She works in the sheet at random, and the program writes into it too."""

    def __init__(self, seed: int, book: Book) -> None:
        self.random = random.Random(seed)
        self.book = book
        self.count = 0

    def part(self) -> None:
        """Copies lose their id, as they do when the program gives them one of their own."""
        seen: set[Raw] = set()
        for line in self.book.grid[1:]:
            if len(line) > ID:
                line[ID] = "" if line[ID] in seen else line[ID]
                seen.add(line[ID])

    def act(self) -> None:
        grid, at = self.book.grid, self.random.randrange(1, len(self.book.grid))
        line = grid[at] + [""] * (ID + 1 - len(grid[at]))
        self.count += 1
        match self.random.randrange(16):
            case 0 | 1 | 12 | 13 | 14 | 15:
                line[CLIENT] = f"Guest {self.random.randrange(40)}"
            case 2:
                line[TELL] = self.random.choice(TICKS)
            case 3:
                line[TYPE] = self.random.choice(TYPED)
            case 4:
                grid.insert(at, [46331.0, "", f"Typed {self.random.randrange(5)}"])
            case 5:
                grid.insert(at, [])
            case 6:
                del grid[at]
                return
            case 7:
                grid[1:] = sorted(grid[1:], key=lambda row: str(row[CLIENT : CLIENT + 1]), reverse=at % 2 == 0)
                return
            case 8:
                grid.insert(at, list(line))  # a copy with its id
            case 9:
                line[ID] = self.random.choice(["", f"b-{900 + self.count}", line[ID]])
            case 10:
                grid[at : at + 3] = []
                return
            case _:
                other = self.random.randrange(1, len(grid))
                grid[at], grid[other] = grid[other], grid[at]
                return
        grid[at] = line


@pytest.mark.parametrize("seed", range(400 if os.environ.get("STUDIO_SYNC_PROVE") else 6))
def test_few_rows_tell_what_all_rows_would_tell(
    eyes: Callable[[str], Eyes], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(reading, "TOGETHER", 4)
    narrow, whole, book = eyes("narrow"), eyes("whole"), Book(rows_of(14))
    book.sheet = dataclasses.replace(book.sheet, rows=24)
    monkeypatch.setattr(whole.watch._narrow, "view", lambda *_: None)
    hand, now = Hand(seed, book), NOW
    views = 0
    view = narrow.watch._narrow.view

    def counted(*wanted: Any) -> Any:
        nonlocal views
        found = view(*wanted)
        views += found is not None
        return found

    monkeypatch.setattr(narrow.watch._narrow, "view", counted)
    for _ in range(30):
        for _ in range(hand.random.choice([0, 0, 0, 1, 1, 2])):
            if len(book.grid) > 6:
                hand.act()
        if hand.random.random() < 0.3:
            hand.part()
        while len(book.grid) < 14:
            book.grid.append([46333.0, "", f"Late {len(book.grid)}"])
        now += timedelta(seconds=hand.random.choice([1, 1, 2, 4, 61]))
        found = book.read()
        if hand.random.random() < 0.1:
            continue  # a reading that is thrown away
        told = [eye.look(found, now) for eye in (narrow, whole)]
        assert told[0] == told[1]
        assert narrow.book.paused == whole.book.paused
        views += bool(narrow.book.paused)  # a tab that is held is looked at whole
        with narrow.journal.read() as one, whole.journal.read() as other:
            assert one.rows(TAB.key) == other.rows(TAB.key)
    assert views > 3
