"""A row as typed cells, each with its own dropdown, tick box and number format.

They ride with each written row, so that no column of empty tick boxes pushes an append to the end of the grid, and user
text is never parsed: a text is a ``stringValue``, whatever it begins with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sheets_schema.cells import CellContext, Kind, Raw, is_blank
from sheets_schema.columns import Column, Tab
from sheets_schema.policies import BY_NAME
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.settings import SETTINGS
from sheets_schema.workbook import look
from sheets_schema.workbook.look import Json

#: Google takes 50,000 in one cell, and refuses the whole batch for one more (facts/google 4)
MOST_LETTERS = 49_000
#: ``fields`` of the appendCells and updateCells that carry the cells of ``row_cells`` and ``spans``
CELL_FIELDS = "userEnteredValue,userEnteredFormat,dataValidation"
#: ``fields`` for the cells of ``style_cells``: values stay as they are
STYLE_FIELDS = "userEnteredFormat,dataValidation"
#: what makes a cell a tick box
BOX: Json = {"condition": {"type": "BOOLEAN"}, "strict": True}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def row_cells(
    tab: Tab,
    raws: Mapping[str, Raw],
    order: Sequence[str],
    context: CellContext,
    only: Collection[str] | None = None,
) -> list[Json]:
    """One CellData per position of ``order`` (fields, "" = hers alone); with ``only``, of these fields alone.

    Positions without a cell of ours are ``{}``. For an append; to change an existing row use ``spans``.
    """
    return [
        _cell(tab, field, raws, context) if field in tab.by_field and (only is None or field in only) else {}
        for field in order
    ]


def spans(
    tab: Tab, raws: Mapping[str, Raw], order: Sequence[str], context: CellContext, row_id: str = ""
) -> list[tuple[int, list[Json]]]:
    """Exactly the fields of ``raws`` as runs of neighbouring cells: (first position, cells).

    Fields without a column are left out. ``row_id`` is not written; the look of Settings and Today depends on it.
    """
    known = {"id": row_id, **raws}
    found: list[tuple[int, list[Json]]] = []
    for index, field in enumerate(order):
        if field not in raws or field not in tab.by_field:
            continue
        cell = _cell(tab, field, known, context)
        if found and found[-1][0] + len(found[-1][1]) == index:
            found[-1][1].append(cell)
        else:
            found.append((index, [cell]))
    return found


def style_cells(tab: Tab, raws: Mapping[str, Raw], order: Sequence[str], context: CellContext) -> list[Json]:
    """Look, dropdowns and tick boxes of a row she typed herself, without any value; for ``STYLE_FIELDS``."""
    cells = row_cells(tab, raws, order, context)
    return [{name: part for name, part in cell.items() if name != "userEnteredValue"} for cell in cells]


def _cell(tab: Tab, field: str, raws: Mapping[str, Raw], context: CellContext) -> Json:
    column, raw = tab.by_field[field], raws.get(field)
    kind = kind_of(tab, column, raws)
    if kind.name == "tick" and raw is None and not tab.drawn:
        raw = False
    cell: Json = {}
    value = value_of(raw)
    if value is not None:
        cell["userEnteredValue"] = value
    cell["userEnteredFormat"] = _format(tab.key, field, kind, context.currency, tone_of(tab, field, raws))
    if tab.drawn and _wraps(field, str(raws.get("id") or "")):
        wrapped = {**cell["userEnteredFormat"], "wrapStrategy": "WRAP"}
        if raws.get("id") == "t:day":
            wrapped["textFormat"] = {**wrapped["textFormat"], "fontSize": 9}
        cell["userEnteredFormat"] = wrapped
    rule = validation(column, kind, raw, drawn=tab.drawn)
    if rule is not None:
        cell["dataValidation"] = rule
    return cell


@lru_cache(maxsize=4096)  # a row has up to 35 cells, a commit up to thousands of rows; a format is never changed
def _format(tab: str, field: str, kind: Kind[Any], currency: str, tone: str) -> Json:
    return look.cell_format(BY_KEY[tab], BY_KEY[tab].by_field[field], kind, currency, tone)


def _wraps(field: str, line: str) -> bool:
    """In Today a name stands over its note, and "No-show" over its narrow box."""
    return (field == "who" and line.startswith("s:")) or (field == "no_show" and line == "t:day")


def value_of(raw: Raw) -> Json | None:
    """A raw cell as ExtendedValue; None for a blank one."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        return {"boolValue": raw}
    if isinstance(raw, float | int):
        return {"numberValue": raw}
    return {"stringValue": raw if len(raw) <= MOST_LETTERS else raw[:MOST_LETTERS]}


def kind_of(tab: Tab, column: Column, raws: Mapping[str, Raw]) -> Kind[Any]:
    """The kind of a cell; in Settings each row has a policy of its own kind."""
    policy = BY_NAME.get(str(raws.get("id"))) if tab is SETTINGS and column.field == "value" else None
    return policy.kind if policy else column.kind


def validation(column: Column, kind: Kind[Any], raw: Raw, *, drawn: bool) -> Json | None:
    """The tick box or dropdown of a cell; None for neither."""
    if isinstance(raw, bool) or (kind.name == "tick" and not drawn):
        return BOX
    if column.choices_from:
        values, type_ = [_range_of(column.choices_from)], "ONE_OF_RANGE"
    elif kind.choices and column.editor != "ours":
        values, type_ = list(kind.choices), "ONE_OF_LIST"
    else:
        return None
    # Not strict: another word is taken, and the Problem column says what fits.
    return {
        "condition": {"type": type_, "values": [{"userEnteredValue": value} for value in values]},
        "showCustomUi": True,
    }


def _range_of(source: str) -> str:
    """The cells below a header of another tab, as a formula: ``=Clients!$A$2:$A``."""
    key, _, field = source.partition(".")
    tab = BY_KEY[key]
    at = [column.field for column in tab.columns].index(field)
    return f"='{tab.title}'!${_LETTERS[at]}$2:${_LETTERS[at]}"


def tone_of(tab: Tab, field: str, raws: Mapping[str, Raw]) -> str:
    """Colour that goes with what is written here. A shared state is left to rules of the tab: she changes it too."""
    raw = raws.get(field)
    if field == "problem" and not is_blank(raw):
        return "problem"
    if tab.drawn:
        line = str(raws.get("id") or "")
        return next((tone for start, tone in look.TODAY.items() if line.startswith(start)), "")
    if field == "state" and tab.by_field[field].editor == "ours":
        return look.STATES.get(tab.key, {}).get(str(raw), "")
    return ""
