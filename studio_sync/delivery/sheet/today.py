"""Today as cells: only the lines that differ, and old rows below emptied. A tick in a line that stays is left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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


def today_requests(
    seen: SeenTab, lines: Sequence[TodayLine], context: CellContext
) -> tuple[list[Mapping[str, Any]], dict[str, dict[str, Raw]]]:
    """Requests that make the tab look like ``lines``, and the rows to remember."""
    rows = as_rows(lines)
    order = [column.field for column in TODAY.columns]
    there = {row.position: (row.id, tuple(row.raws.get(name) for name in _FIELDS)) for row in seen.rows}
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
    return requests, rows


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
