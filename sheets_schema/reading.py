"""One read of a workbook: every watched tab as rows with their place, and the head of the chain at that moment. Pure.

Identity is the id column, never the position; the position is only good for the commit planned on this very reading.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sheets_schema.cells import Raw
from sheets_schema.columns import Role, Tab
from sheets_schema.head import HEAD_RANGE, Head, read_head
from sheets_schema.headers import Headers, is_empty, map_headers, match_of


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenRow:
    """One row. ``position`` counts from 0 with the header; ``id`` is "" for a row typed without one."""

    position: int
    id: str
    raws: Mapping[str, Raw]
    #: it came with the id of another row, which that one keeps
    copied: bool = False


@dataclass(frozen=True, kw_only=True)
class SeenTab:
    """One tab as read."""

    tab: Tab
    sheet_id: int
    headers: Headers
    rows: tuple[SeenRow, ...]
    #: rows of the grid when its tabs were last looked up
    grid_rows: int = 0

    @cached_property
    def _by_id(self) -> Mapping[str, SeenRow]:
        return {row.id: row for row in reversed(self.rows) if row.id}

    def find(self, row_id: str) -> SeenRow | None:
        """The first row of that id."""
        return self._by_id.get(row_id)

    @property
    def first_free(self) -> int:
        """The row after the last one with something in it, from 0."""
        return max((row.position for row in self.rows), default=0) + 1

    def count(self, row_id: str) -> int:
        """How many rows have this id; more than one where she copied a row."""
        return self._counts[row_id]

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(row.id for row in self.rows if row.id)

    def typed(self, match: str) -> list[SeenRow]:
        """The rows without id whose content has this hash."""
        return [row for row in self.rows if not row.id and match_of(self.tab, row.raws) == match]

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
    rows: int = 0


def ranges(sheets: Sequence[Sheet]) -> list[str]:
    """What one poll asks for: the head first, then every tab whole."""
    return [HEAD_RANGE, *(quoted(sheet.title) for sheet in sheets)]


def quoted(title: str) -> str:
    """A tab's title as A1 notation wants it."""
    escaped = title.replace("'", "''")
    return f"'{escaped}'"


#: tab key -> field -> position of the column that bears this tag
Tags = Mapping[str, Mapping[str, int]]


def parse(
    role: Role, sheets: Sequence[Sheet], answer: Sequence[Sequence[Sequence[Raw]]], tags: Tags | None = None
) -> Reading:
    """The reading behind the answer to ``ranges``."""
    found = tags or {}
    tabs = {
        sheet.tab.key: _tab(sheet, grid, found.get(sheet.tab.key, {}))
        for sheet, grid in zip(sheets, answer[1:], strict=True)
    }
    return Reading(role=role, head=read_head(answer[0]), tabs=tabs)


def part_copies(seen: SeenTab, memory: Mapping[str, Mapping[str, Raw]]) -> SeenTab:
    """The tab with every id once. A row she copied and pasted brings a taken id along: the row most like what we
    remember keeps it, the others count as typed without one.
    """
    counts = Counter(row.id for row in seen.rows if row.id)
    twice = {ident for ident, count in counts.items() if count > 1}
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
    if a in (None, "", False) and b in (None, "", False):
        return True
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, float | int) and isinstance(b, float | int):
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-9)
    return a == b


#: what an id of ours may look like; anything else in the id column is no id
_ID = re.compile(r"[^\s\x00]{1,80}")


def split_id(raws: Mapping[str, Raw]) -> tuple[str, dict[str, Raw]]:
    """The id of a row, "" when there is none, and its other cells, storable."""
    found = {field: _storable(raw) for field, raw in raws.items()}
    ident = found.pop("id", None)
    text = "" if ident is None else str(ident)
    return (text if _ID.fullmatch(text) else ""), found


def _tab(sheet: Sheet, grid: Sequence[Sequence[Raw]], tags: Mapping[str, int]) -> SeenTab:
    tab = sheet.tab
    headers = map_headers(tab, grid[0] if grid else (), tags)
    rows = []
    for position, line in enumerate(grid):
        if position == 0 and not tab.drawn:
            continue
        row_id, raws = split_id(headers.raws(line))
        if row_id or not is_empty(tab, raws):
            rows.append(SeenRow(position=position, id=row_id, raws=raws))
    return SeenTab(tab=tab, sheet_id=sheet.sheet_id, headers=headers, rows=tuple(rows), grid_rows=sheet.rows)


def _storable(raw: Raw) -> Raw:
    """Text that every database and every JSON reader takes: no NUL, no half of a character."""
    if not isinstance(raw, str) or (raw.isascii() and "\x00" not in raw):
        return raw
    return raw.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
