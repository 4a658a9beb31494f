"""Many new rows of one tab in one commit: values row by row, looks and dropdowns once for all of them.

A row that carries its own looks takes 5 to 11 KB, one of a block about 1 KB. Values and tick boxes ride with the row,
wherever it lands. Looks and dropdowns are laid from the first free row downwards without an end, so rows that land
further down, because she typed some meanwhile, have them too, and nothing below counts as filled. The first rows of a
block carry their own looks: so many rows she may delete meanwhile. Source: decision 0018.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheets_schema.cells import CellContext, Raw
from sheets_schema.columns import Column, Tab
from sheets_schema.tabs.settings import SETTINGS
from sheets_schema.workbook import look
from sheets_schema.workbook.look import Json
from sheets_schema.workbook.rows import (
    BOX,
    CELL_FIELDS,
    STYLE_FIELDS,
    kind_of,
    row_cells,
    tone_of,
    validation,
    value_of,
)

#: from so many new rows of a tab on they are written as a block
BLOCK = 20
#: rows at the beginning of a block that carry their own looks
OWN_LOOKS = 5
_VALUES = "userEnteredValue,dataValidation"
_COLOURS = "userEnteredFormat(backgroundColorStyle,textFormat.foregroundColorStyle)"
_ALL_BUT_COLOURS = (
    "userEnteredFormat(textFormat(fontFamily,fontSize,bold),horizontalAlignment,verticalAlignment,wrapStrategy,"
    "numberFormat,borders),dataValidation"
)


def append_requests(
    tab: Tab,
    sheet_id: int,
    rows: Sequence[Mapping[str, Raw]],
    order: Sequence[str],
    context: CellContext,
    first_free: int,
) -> list[Json]:
    """Requests that append ``rows`` (raw cells by field, ``id`` among them) to a tab.

    ``order``: the field of each column, "" where it is hers alone. ``first_free``: the row after the last one that has
    something in it, from 0, as last read.
    """
    if len(rows) < BLOCK or tab.drawn or tab is SETTINGS:  # whose rows each look different
        return [_append(sheet_id, [row_cells(tab, raws, order, context) for raws in rows], CELL_FIELDS)]
    coloured = {
        field
        for field in order
        if field in tab.by_field and field != "problem" and any(tone_of(tab, field, raws) for raws in rows)
    }
    own = [row_cells(tab, raws, order, context) for raws in rows[:OWN_LOOKS]]
    lean = [[_lean(tab, field, raws, field in coloured) for field in order] for raws in rows[OWN_LOOKS:]]
    fields = f"{_VALUES},{_COLOURS}" if coloured else _VALUES
    requests = [_append(sheet_id, own, CELL_FIELDS), _append(sheet_id, lean, fields)]
    return requests + _looks(tab, sheet_id, order, context, first_free, coloured)


def _append(sheet_id: int, rows: Sequence[Sequence[Json]], fields: str) -> Json:
    cells = [{"values": list(values)} for values in rows]
    return {"appendCells": {"sheetId": sheet_id, "rows": cells, "fields": fields}}


def _lean(tab: Tab, field: str, raws: Mapping[str, Raw], coloured: bool) -> Json:
    column = tab.by_field.get(field)
    if column is None:
        return {}
    raw = raws.get(field)
    ticks = kind_of(tab, column, raws).name == "tick"
    value = value_of(False if ticks and raw is None else raw)
    cell: Json = {} if value is None else {"userEnteredValue": value}
    if ticks or isinstance(raw, bool):
        cell["dataValidation"] = BOX
    if coloured:
        cell["userEnteredFormat"] = look.colours(column, tone_of(tab, field, raws))
    return cell


def _looks(
    tab: Tab, sheet_id: int, order: Sequence[str], context: CellContext, top: int, coloured: set[str]
) -> list[Json]:
    """One request for each run of columns that look alike."""
    requests: list[Json] = []
    last: tuple[Json, str] | None = None
    for at, field in enumerate(order):
        column = tab.by_field.get(field)
        if column is None:
            last = None
            continue
        found = _look(tab, column, context, coloured=field in coloured)
        if found == last:
            requests[-1]["repeatCell"]["range"]["endColumnIndex"] = at + 1
            continue
        last = found
        span = {"sheetId": sheet_id, "startRowIndex": top, "startColumnIndex": at, "endColumnIndex": at + 1}
        requests.append({"repeatCell": {"range": span, "cell": found[0], "fields": found[1]}})
    return requests


def _look(tab: Tab, column: Column, context: CellContext, *, coloured: bool) -> tuple[Json, str]:
    """What every cell of a column has, and the fields of a cell that say so. A tick box is the row's own: in a row that
    is still empty it would count as filled, and push what is appended below it.
    """
    cell: Json = {"userEnteredFormat": look.cell_format(tab, column, column.kind, context.currency)}
    if column.kind.name == "tick":
        return cell, "userEnteredFormat"
    rule = validation(column, column.kind, None, drawn=False)
    if rule is not None:
        cell["dataValidation"] = rule
    return cell, _ALL_BUT_COLOURS if coloured else STYLE_FIELDS
