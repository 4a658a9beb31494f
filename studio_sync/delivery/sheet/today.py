"""Today as cells: only the lines that differ, and old rows below emptied. A tick in a line that stays is left alone.

The tab is drawn by position, and drawn again when rows were moved meanwhile. What would be lost is a tick made between
the read and the write: the lines written over are copied like any updated row, and such a tick counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_schema.cells import CellContext, Raw
from sheets_schema.reading import SeenTab
from sheets_schema.tabs.machine import TODAY
from sheets_schema.workbook import CELL_FIELDS, row_cells
from studio_sync.rules.today import TodayLine

_FIELDS = ("time", "who", "came", "no_show", "sick", "state")
#: under this name the journal keeps the order of the lines of Today
DRAWN = "drawn:today"
_CLOCK = re.compile(r"\d\d:\d\d$")


def as_rows(lines: Sequence[TodayLine]) -> dict[str, dict[str, Raw]]:
    """Lines as raw cells by id, in order."""
    return {line.cells[6]: dict(zip(_FIELDS, line.cells, strict=False)) for line in lines}


def differs(seen: SeenTab, lines: Sequence[TodayLine]) -> bool:
    """Whether the tab shows something else; the clock in the status line alone is no reason to write."""
    there = [(row.position, row.id, _plain(row.raws)) for row in seen.rows]
    wanted = [(at, ident, _plain(raws)) for at, (ident, raws) in enumerate(as_rows(lines).items())]
    return there != wanted


def differs_from(order: Sequence[str], rows: Mapping[str, Mapping[str, Raw]], lines: Sequence[TodayLine]) -> bool:
    """The same, against the lines as remembered."""
    there = [(ident, _plain(rows.get(ident, {}))) for ident in order]
    return there != [(ident, _plain(raws)) for ident, raws in as_rows(lines).items()]


def _plain(raws: Mapping[str, Raw]) -> tuple[Raw, ...]:
    cells = [raws.get(name) for name in _FIELDS]
    head = cells[0]
    if isinstance(head, str):
        cells[0] = _CLOCK.sub("", head) if len(head) > 5 else head
    return tuple(None if cell in ("", None) else cell for cell in cells)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """How the tab is made to look: requests, the rows to remember, and what it takes to see a tick made meanwhile."""

    requests: tuple[Mapping[str, Any], ...]
    rows: Mapping[str, Mapping[str, Raw]]
    #: rows that are written over
    positions: tuple[int, ...]
    #: line id -> boxes that were ticked when it was read
    ticked: Mapping[str, tuple[str, ...]]


def draw_today(seen: SeenTab, lines: Sequence[TodayLine], context: CellContext) -> Drawing:
    """Make the tab look like ``lines``."""
    rows = as_rows(lines)
    order = [column.field for column in TODAY.columns]
    there = {row.position: (row.id, tuple(row.raws.get(name) for name in _FIELDS)) for row in seen.rows}
    over = set(there)
    runs: list[tuple[int, list[dict[str, Any]]]] = []
    for at, (ident, raws) in enumerate(rows.items()):
        known = there.pop(at, None)
        if known is None or known[0] != ident or not _same(known[1], tuple(raws.values())):
            _add(runs, at, {"values": row_cells(TODAY, {"id": ident, **raws}, order, context)})
    for at in sorted(there):
        _add(runs, at, {"values": [{} for _ in order]})
    requests: list[Mapping[str, Any]] = []
    missing = len(rows) - seen.grid_rows
    if seen.grid_rows and missing > 0:
        grown = {"sheetId": seen.sheet_id, "dimension": "ROWS", "length": missing + 50}
        requests.append({"appendDimension": grown})
    for at, grid in runs:
        start = {"sheetId": seen.sheet_id, "rowIndex": at, "columnIndex": 0}
        requests.append({"updateCells": {"start": start, "rows": grid, "fields": CELL_FIELDS}})
    written = {at + n for at, grid in runs for n in range(len(grid))}
    ticked = {row.id: tuple(name for name, raw in row.raws.items() if raw is True) for row in seen.rows}
    return Drawing(
        requests=tuple(requests),
        rows=rows,
        positions=tuple(sorted(at for at in written if at in over or at < seen.grid_rows)),
        ticked={line: boxes for line, boxes in ticked.items() if boxes},
    )


def _add(runs: list[tuple[int, list[dict[str, Any]]]], at: int, row: dict[str, Any]) -> None:
    if runs and runs[-1][0] + len(runs[-1][1]) == at:
        runs[-1][1].append(row)
    else:
        runs.append((at, [row]))


def _same(there: Sequence[Raw], wanted: Sequence[Raw]) -> bool:
    return all(
        (a in ("", None) and b in ("", None)) or (a == b and isinstance(a, bool) == isinstance(b, bool))
        for a, b in zip(there, wanted, strict=True)
    )
