"""A poll of a hundred thousand rows in which one cell has changed: from the answer's bytes to the fact."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from bench.big import IDENT, TAB, WIDTH, BigBook
from bench.peers.sheets import ParseAll, Records
from bench.rounds import Result, Shot, compare
from sheets_schema.reading import Sheet, ranges
from sheets_schema.slices import Block
from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.journal import Journal
from studio_sync.rules.facts import RowChanged
from studio_sync.watch.sheets import SheetWatch
from studio_sync.workbooks import LiveWorkbook

ROWS = 100_000
#: cells parsed for one that has changed: one in a hundred
MOST_CELLS = 15_000


@dataclass
class Ours:
    """The product's own way: adapter, reading, watch, journal."""

    book: BigBook
    journal: Journal
    now: datetime = datetime(2026, 11, 3, 8, tzinfo=UTC)
    #: cells parsed in the last look
    cells: int = 0
    live: LiveWorkbook = field(init=False)
    watch: SheetWatch = field(init=False)

    def __post_init__(self) -> None:
        way: Any = self.book
        self.live = LiveWorkbook("studio", SheetsWorkbook(way, IDENT), "bench")
        self.watch = SheetWatch(self.live, still=timedelta(0))

    def look(self) -> None:
        """One poll."""
        self.now += timedelta(seconds=10)
        reading = self.live.look(self.now, idle=True)
        with self.journal.write() as tx:
            self.watch.notice(tx, reading, self.now)

    def told(self, since: int) -> list[str]:
        """The rows of the facts from that one on, and how many there are by now."""
        with self.journal.read() as tx:
            lines = [line.key for line in reversed(tx.inbox_lines(limit=1000))][since:]
            facts = [tx.fact(key) for key in lines]
        return [fact.row_id for fact in facts if isinstance(fact, RowChanged)]

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the cells that are parsed inside."""
        parse, self.cells = Block.parse, 0

        def counting(raw: bytes) -> Any:
            found = parse(raw)
            self.cells += sum(map(len, found))
            return found

        with patch.object(Block, "parse", staticmethod(counting)):
            yield


def poll(rounds: int, *, quick: bool) -> list[Result]:
    """CPU of one look, every round after one changed cell; what Google has to do for it is not counted.

    The goals are those of the whole number of rows: a quick run has a fifth of them, and no goal.
    """
    many = ROWS // 5 if quick else ROWS
    book, other = BigBook(many), BigBook(many)
    with TemporaryDirectory(prefix="bench-") as folder:
        ours = Ours(book, Journal.open(f"sqlite:///{Path(folder) / 'journal.db'}", fast=True))
        try:
            ours.look()
            ours.look()
            return [
                _beside(
                    ours,
                    book,
                    "poll_parse",
                    "parsing and comparing all",
                    _parse_all(other),
                    rounds,
                    least=None if quick else 20,
                ),
                _beside(
                    ours, book, "poll_records", "get_all_records", _records(other), rounds, least=None if quick else 200
                ),
            ]
        finally:
            ours.journal.close()


def _beside(
    ours: Ours, book: BigBook, case: str, habit: str, peer: Callable[[int], Shot], rounds: int, *, least: float | None
) -> Result:
    asked = tuple(ranges([Sheet(tab=TAB, title=TAB.title, sheet_id=TAB.sheet_id, rows=book.rows + 1, columns=WIDTH)]))
    told = [0]

    def mine(number: int) -> Shot:
        row = 1 + (number * 7919 + 5) % book.rows
        with ours.journal.read() as tx:
            told[0] = len(tx.inbox_lines(limit=1000))
        book.change(row, f"changed {case} {number}")
        book.answer(asked)
        with ours.counted():
            seconds = spent(ours.look)
        found = ours.told(told[0])
        wrong = "" if found == [book.grid[row][-1]] else f"{found} told, row {row} changed"
        wrong = wrong or ("" if ours.cells <= MOST_CELLS else f"{ours.cells} cells were parsed")
        return Shot(value=1000 * seconds, wrong=wrong, more={"cells parsed": ours.cells})

    return compare(
        case,
        f"CPU of a poll of {book.rows:,} rows, one cell changed, beside {habit}",
        "ms",
        mine,
        peer,
        rounds=rounds,
        least=least,
        inverse=True,
    )


def _parse_all(book: BigBook) -> Callable[[int], Shot]:
    known = ParseAll()
    name = (f"'{TAB.title}'!2:{book.rows + 1}",)
    known.look(book.answer(name))

    def look(number: int) -> Shot:
        row = 1 + (number * 7919 + 5) % book.rows
        book.change(row, f"peer {number}")
        body = book.answer(name)
        return _shot(lambda: known.look(body), book.grid[row][-1])

    return look


def _records(book: BigBook) -> Callable[[int], Shot]:
    known = Records()
    known.look(book.shown())

    def look(number: int) -> Shot:
        row = 1 + (number * 7919 + 5) % book.rows
        book.change(row, f"record {number}")
        body = book.shown()
        return _shot(lambda: known.look(body), book.grid[row][-1])

    return look


def _shot(look: Callable[[], list[Any]], changed: Any) -> Shot:
    found: list[Any] = []
    seconds = spent(lambda: found.extend(look()))
    return Shot(value=1000 * seconds, wrong="" if found == [changed] else f"{found} found, {changed} changed")


def spent(do: Callable[[], object]) -> float:
    """CPU seconds of this process, begun with a clean heap."""
    gc.collect()
    began = time.process_time()
    do()
    return time.process_time() - began
