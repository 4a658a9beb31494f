"""One read of a workbook: every watched tab as rows with their place, and the head of the chain as of the same read. Pure.

Identity is the id column, never the position; the position is only good for the commit planned on this very reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenTab:
    """One tab as read."""

    tab: Tab
    sheet_id: int
    headers: Headers
    rows: tuple[SeenRow, ...]

    def find(self, row_id: str) -> SeenRow | None:
        """The first row of that id."""
        return next((row for row in self.rows if row.id == row_id), None)

    def typed(self, match: str, nth: int) -> SeenRow | None:
        """The nth row without id whose content has this hash."""
        same = [row for row in self.rows if not row.id and match_of(self.tab, row.raws) == match]
        return same[nth] if nth < len(same) else None


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


def ranges(sheets: Sequence[Sheet]) -> list[str]:
    """What one poll asks for: the head first, then every tab whole."""
    return [HEAD_RANGE, *(quoted(sheet.title) for sheet in sheets)]


def quoted(title: str) -> str:
    """A tab's title as A1 notation wants it."""
    escaped = title.replace("'", "''")
    return f"'{escaped}'"


def parse(role: Role, sheets: Sequence[Sheet], answer: Sequence[Sequence[Sequence[Raw]]]) -> Reading:
    """The reading behind the answer to ``ranges``."""
    tabs = {sheet.tab.key: _tab(sheet, grid) for sheet, grid in zip(sheets, answer[1:], strict=True)}
    return Reading(role=role, head=read_head(answer[0]), tabs=tabs)


def _tab(sheet: Sheet, grid: Sequence[Sequence[Raw]]) -> SeenTab:
    tab = sheet.tab
    headers = map_headers(tab, grid[0] if grid else ())
    rows = []
    for position, line in enumerate(grid):
        if position == 0 and not tab.drawn:
            continue
        raws = headers.raws(line)
        ident = raws.get("id")
        if ident is None and is_empty(tab, raws):
            continue
        raws = {field: raw for field, raw in raws.items() if field != "id"}
        rows.append(SeenRow(position=position, id=str(ident) if ident is not None else "", raws=raws))
    return SeenTab(tab=tab, sheet_id=sheet.sheet_id, headers=headers, rows=tuple(rows))
