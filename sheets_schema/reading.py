"""One read of a workbook: every watched tab as rows with their place, and the head of the chain at that moment. Pure.

Identity is the id column, never the position; the position is only good for the commit planned on this very reading.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sheets_schema.cells import Raw
from sheets_schema.columns import Role, Tab
from sheets_schema.head import HEAD_RANGE, Head, read_head
from sheets_schema.headers import Headers, map_headers, match_of
from sheets_schema.parts import Part, PartedRows, SeenRow
from sheets_schema.slices import Block, Slice

__all__ = [
    "Parts",
    "Reading",
    "SeenRow",
    "SeenTab",
    "Sheet",
    "Tags",
    "heads",
    "parse",
    "part_copies",
    "quoted",
    "ranges",
]


@dataclass(frozen=True, kw_only=True)
class SeenTab:
    """One tab as read."""

    tab: Tab
    sheet_id: int
    headers: Headers
    rows: Sequence[SeenRow]
    #: rows of the grid when its tabs were last looked up
    grid_rows: int = 0

    @cached_property
    def _by_id(self) -> Mapping[str, SeenRow]:
        return {row.id: row for row in reversed(self.rows) if row.id}

    def find(self, row_id: str) -> SeenRow | None:
        """The first row of that id."""
        return self.rows.find(row_id) if isinstance(self.rows, PartedRows) else self._by_id.get(row_id)

    def at(self, position: int) -> SeenRow | None:
        """The row at that place; None where nothing stands."""
        return self.rows.at(position) if isinstance(self.rows, PartedRows) else self._by_position.get(position)

    @cached_property
    def _by_position(self) -> Mapping[int, SeenRow]:
        return {row.position: row for row in self.rows}

    @property
    def first_free(self) -> int:
        """The row after the last one with something in it, from 0."""
        if isinstance(self.rows, PartedRows):
            return max(1, self.rows.end)
        return max((row.position for row in self.rows), default=0) + 1

    def count(self, row_id: str) -> int:
        """How many rows have this id; more than one where she copied a row."""
        return self._counts[row_id]

    def forget(self) -> None:
        """Let go of rows built so far; they can be asked for again."""
        if isinstance(self.rows, PartedRows):
            self.rows.forget()

    def bare(self) -> Iterable[SeenRow]:
        """The rows without an id."""
        return self.rows.bare() if isinstance(self.rows, PartedRows) else (row for row in self.rows if not row.id)

    def column(self, field: str) -> Iterable[Raw]:
        """One cell of every row."""
        if isinstance(self.rows, PartedRows):
            return self.rows.column(field)
        return (row.raws.get(field) for row in self.rows)

    def twice(self) -> set[str]:
        """Ids that more than one row has: she copied it."""
        counts = self._counts
        return {ident for ident, count in counts.items() if count > 1} if len(counts) < counts.total() else set()

    @cached_property
    def _counts(self) -> Counter[str]:
        if isinstance(self.rows, PartedRows):
            return self.rows.counts()
        return Counter(row.id for row in self.rows if row.id)

    def typed(self, match: str) -> list[SeenRow]:
        """The rows without id whose content has this hash."""
        return [row for row in self.bare() if match_of(self.tab, row.raws) == match]

    def alike(self, match: str) -> list[SeenRow]:
        """The rows whose content has this hash, whatever id they have."""
        return [row for row in self.rows if match_of(self.tab, row.raws) == match]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One read of one workbook."""

    role: Role
    head: Head | None
    tabs: Mapping[str, SeenTab]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """Where a tab stands now: its title (she may rename it) and Google's id."""

    tab: Tab
    title: str
    sheet_id: int
    #: size of its grid when it was last looked up
    rows: int = 0
    columns: int = 0


#: rows of one range; a change costs the reading of its range
TOGETHER = 1000
#: ranges of one read: they stand in its address
MOST_RANGES = 100


def ranges(sheets: Sequence[Sheet]) -> list[str]:
    """What one poll asks for: the head first, then every tab whole, a long one in runs of rows."""
    return [HEAD_RANGE, *(name for sheet in sheets for name, _ in _runs(sheet, _together(sheets)))]


def _together(sheets: Sequence[Sheet]) -> int:
    """Rows of one range, a multiple of 1,000."""
    needed = sum(sheet.rows for sheet in sheets) // (MOST_RANGES * TOGETHER) + 1
    return needed * TOGETHER


def _runs(sheet: Sheet, together: int) -> list[tuple[str, int]]:
    """Ranges of one tab and their first positions. The last one has no end: the grid may have grown since."""
    title = quoted(sheet.title)
    starts = range(0, sheet.rows, together)
    if len(starts) < 2 or not sheet.columns:
        return [(title, 0)]
    runs = [(f"{title}!{at + 1}:{at + together}", at) for at in starts[:-1]]
    return [*runs, (f"{title}!A{starts[-1] + 1}:{_letters(sheet.columns - 1)}", starts[-1])]


def _letters(column: int) -> str:
    """The name of a column, 0 = A."""
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def quoted(title: str) -> str:
    """A tab's title as A1 notation wants it."""
    escaped = title.replace("'", "''")
    return f"'{escaped}'"


#: tab key -> field -> position of the column that bears this tag
Tags = Mapping[str, Mapping[str, int]]


class Parts:
    """The parts of the last reading, by their blocks: one that has not changed is given again."""

    def __init__(self) -> None:
        self._known: dict[Block, Part] = {}
        self._headers: dict[str, Headers] = {}

    def take(self, sheets: Sequence[Sheet], pieces: Sequence[Slice], tags: Tags) -> dict[str, SeenTab]:
        """The tabs behind the answer to ``ranges(sheets)``, without its first slice."""
        together, at = _together(sheets), 0
        found: dict[Block, Part] = {}
        tabs: dict[str, SeenTab] = {}
        for sheet in sheets:
            headers = self._same(map_headers(sheet.tab, pieces[at].head, tags.get(sheet.tab.key, {})))
            parts = []
            for _, start in _runs(sheet, together):
                for block in pieces[at].blocks:
                    parts.append(self._part(block, headers, start))
                    found[block] = parts[-1]
                    start += block.count
                at += 1
            tabs[sheet.tab.key] = SeenTab(
                tab=sheet.tab, sheet_id=sheet.sheet_id, headers=headers, rows=PartedRows(parts), grid_rows=sheet.rows
            )
        self._known = found
        return tabs

    def _same(self, headers: Headers) -> Headers:
        """The headers of last time while they are as they were, so that nobody has to compare them again."""
        known = self._headers.get(headers.tab.key)
        if known is None or known != headers:
            known = self._headers[headers.tab.key] = headers
        return known

    def _part(self, block: Block, headers: Headers, start: int) -> Part:
        known = self._known.get(block)
        if known is not None and known.same(headers, start):
            return known
        return Part(block, headers, start, known)


def heads(sheets: Sequence[Sheet], pieces: Sequence[Slice]) -> list[list[Raw]]:
    """The first row of every tab, from the answer to ``ranges(sheets)``. A tab drawn by us has no headings."""
    together, at = _together(sheets), 1
    found = []
    for sheet in sheets:
        found.append([] if sheet.tab.drawn else pieces[at].head)
        at += len(_runs(sheet, together))
    return found


def parse(
    role: Role, sheets: Sequence[Sheet], pieces: Sequence[Slice], tags: Tags | None = None, parts: Parts | None = None
) -> Reading:
    """The reading behind the answer to ``ranges``."""
    tabs = (parts or Parts()).take(sheets, pieces[1:], tags or {})
    return Reading(role=role, head=read_head(pieces[0].lines()), tabs=tabs)


def part_copies(seen: SeenTab, memory: Mapping[str, Mapping[str, Raw]]) -> SeenTab:
    """The tab with every id once. A row she copied and pasted brings a taken id along: the row most like what we
    remember keeps it, the others count as typed without one.
    """
    twice = seen.twice()
    if not twice:
        return seen
    best: dict[str, tuple[int, int]] = {}
    for row in seen.rows:
        if row.id in twice:
            known = memory.get(row.id, {})
            alike = sum(known.get(field) == raw for field, raw in row.raws.items())
            best.setdefault(row.id, (-1, -1))
            if alike > best[row.id][0]:
                best[row.id] = (alike, row.position)
    rows = (
        row if row.id not in twice or best[row.id][1] == row.position else dataclasses.replace(row, id="", copied=True)
        for row in seen.rows
    )
    return dataclasses.replace(seen, rows=tuple(rows))


def same(a: Raw, b: Raw) -> bool:
    """Blank, empty text and an unticked box are the same; so are 5 and 5.0, and what a double rounds."""
    if (a is None or a is False or a == "") and (b is None or b is False or b == ""):
        return True
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, float | int) and isinstance(b, float | int):
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-9)
    return a == b
