"""The two workbooks as Sheets requests: how they are made, healed, and how rows look when they are written. Pure.

- ``plan(role, shape, headers, ...)``: what makes or heals a workbook; nothing to do gives no requests.
- ``row_cells``, ``spans``, ``style_cells``: typed cells with their dropdown, tick box and number format.
- ``append_requests``: new rows, a few with all of that, or many as a block.
- ``locate(role, shape)``: which tab of the workbook is which.
"""

from __future__ import annotations

from sheets_schema.workbook.blocks import BLOCK, append_requests
from sheets_schema.workbook.plan import ShapeLike, SheetLike, locate, plan
from sheets_schema.workbook.rows import CELL_FIELDS, STYLE_FIELDS, row_cells, spans, style_cells

__all__ = [
    "BLOCK",
    "CELL_FIELDS",
    "STYLE_FIELDS",
    "ShapeLike",
    "SheetLike",
    "append_requests",
    "locate",
    "plan",
    "row_cells",
    "spans",
    "style_cells",
]
