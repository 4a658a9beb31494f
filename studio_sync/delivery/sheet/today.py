"""Today as cells: the whole tab in one request, old rows below emptied. Written only when the words differ."""

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
_CLOCK = re.compile(r"\d\d:\d\d$")


def as_rows(lines: Sequence[TodayLine]) -> dict[str, dict[str, Raw]]:
    """Lines as raw cells by id, in order."""
    return {line.cells[6]: dict(zip(_FIELDS, line.cells, strict=False)) for line in lines}


def differs(seen: SeenTab, lines: Sequence[TodayLine]) -> bool:
    """Whether the tab shows something else; the clock in the status line alone is no reason to write."""
    there = [(row.id, _plain(row.raws)) for row in seen.rows]
    wanted = [(ident, _plain(raws)) for ident, raws in as_rows(lines).items()]
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
    grid = [{"values": row_cells(TODAY, {"id": ident, **raws}, order, context)} for ident, raws in rows.items()]
    stale = max((row.position + 1 for row in seen.rows), default=0) - len(grid)
    grid += [{"values": [{} for _ in order]} for _ in range(max(stale, 0))]
    start = {"sheetId": seen.sheet_id, "rowIndex": 0, "columnIndex": 0}
    return [{"updateCells": {"start": start, "rows": grid, "fields": CELL_FIELDS}}], rows
