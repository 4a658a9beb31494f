"""One cell: how it is kept, and how it is shown as CellData.

Kept compactly as None, a bare string, number or truth value, or {"v": value, "s": style number, "n": note,
"f": formula as typed, "e": error}. A style is {"format": userEnteredFormat, "validation": dataValidation}, kept once
per spreadsheet. Cells are values: never changed in place, always replaced.
"""

from __future__ import annotations

import copy
from typing import Any

from emulator.google_errors import GoogleError
from emulator.google_wire import Json, Mask, colour
from emulator.sheets.display import show

Cell = Any
MOST_CHARACTERS = 50_000
TOO_LONG = f"Your input contains more than the maximum of {MOST_CHARACTERS} characters in a single cell."
_COLOURS = ("backgroundColor", "foregroundColor", "color", "tabColor")
_WHITE: Json = {"red": 1, "green": 1, "blue": 1}
_DEFAULT_FORMAT: Json = {
    "backgroundColor": _WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "hyperlinkDisplayType": "PLAIN_TEXT",
    "backgroundColorStyle": {"rgbColor": _WHITE},
}


def value_of(cell: Cell) -> Any:
    """The effective value: string, number, truth value or None."""
    return cell.get("v") if type(cell) is dict else cell


def part(cell: Cell, name: str) -> Any:
    """Style number, note, formula or error of a cell, or None."""
    return cell.get(name) if type(cell) is dict else None


def make(value: Any, **parts: Any) -> Cell:
    """A cell from its value and s, n, f, e; absent parts are dropped, an empty cell is None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    kept = {name: item for name, item in parts.items() if item not in (None, "")}
    if not kept:
        return value
    return kept if value is None else {"v": value, **kept}


def changed(cell: Cell, **parts: Any) -> Cell:
    """The cell with some of v, s, n, f, e replaced."""
    old = dict(cell) if type(cell) is dict else {"v": cell}
    old.update(parts)
    return make(old.pop("v", None), **old)


def extended(value: Any) -> Json:
    """A plain value as ExtendedValue."""
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"stringValue": value} if isinstance(value, str) else {"numberValue": value}


def user_entered(cell: Cell) -> Json | None:
    """userEnteredValue, or None for an empty cell."""
    formula = part(cell, "f")
    if formula is not None:
        return {"formulaValue": formula}
    value = value_of(cell)
    return None if value is None else extended(value)


def formatted(cell: Cell, style: Json | None, locale: str) -> str:
    """What the person sees."""
    error = part(cell, "e")
    if error:
        return {"ERROR": "#ERROR!", "DIVIDE_BY_ZERO": "#DIV/0!", "NAME": "#NAME?"}[error]
    value = value_of(cell)
    return "" if value is None else show(value, number_format(style), locale)


def number_format(style: Json | None) -> Json | None:
    """The NumberFormat of a style."""
    found: Json | None = (style or {}).get("format", {}).get("numberFormat")
    return found


def cell_data(cell: Cell, style: Json | None, locale: str, *, effective_format: bool = True) -> Json:
    """CellData as a get with grid data shows it; the effective format may be left out, being the most of it."""
    data: Json = {}
    entered = user_entered(cell)
    if entered is not None:
        data["userEnteredValue"] = entered
        error = part(cell, "e")
        if error:
            data["effectiveValue"] = {"errorValue": {"type": error, "message": "Formula parse error."}}
        elif value_of(cell) is not None:
            data["effectiveValue"] = extended(value_of(cell))
        data["formattedValue"] = formatted(cell, style, locale)
    style = style or {}
    if style.get("format"):
        data["userEnteredFormat"] = style["format"]
    if effective_format and (entered is not None or style.get("format")):
        data["effectiveFormat"] = _merged(_DEFAULT_FORMAT, style.get("format") or {})
    if part(cell, "n"):
        data["note"] = part(cell, "n")
    if style.get("validation"):
        data["dataValidation"] = style["validation"]
    return data


def _merged(base: Json, over: Json) -> Json:
    out = dict(base)
    for name, item in over.items():
        nested = isinstance(item, dict) and isinstance(base.get(name), dict) and name not in _COLOURS
        out[name] = _merged(base[name], item) if nested else item
    return out


def clean_format(raw: Any) -> Any:
    """A format as Google gives it back: 8-bit colours, each with its ...Style twin."""
    if isinstance(raw, list):
        return [clean_format(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    out: Json = {}
    for name, item in raw.items():
        if item is None:
            continue
        if name in _COLOURS:
            out[name] = colour(item)
            out[f"{name}Style"] = {"rgbColor": out[name]}
        elif name.endswith("ColorStyle"):
            out[name] = {"rgbColor": colour(item["rgbColor"])} if "rgbColor" in item else item
            if "rgbColor" in item:
                out[name.removesuffix("Style")] = colour(item["rgbColor"])
        else:
            out[name] = clean_format(item)
    return out


def plain_value(entered: Json) -> tuple[Any, str | None]:
    """(value, formula) of an ExtendedValue in a request; strings are kept exactly, never parsed.

    Raises:
        GoogleError: 400 for text over 50,000 characters or an errorValue.
    """
    if "formulaValue" in entered:
        return None, str(entered["formulaValue"])
    if "errorValue" in entered:
        raise GoogleError(400, "errorValue is read-only.")
    for name in ("numberValue", "boolValue", "stringValue"):
        if name in entered:
            value = entered[name]
            if name == "stringValue" and len(value) > MOST_CHARACTERS:
                raise GoogleError(400, TOO_LONG)
            return (None if value == "" else value), None
    return None, None


def masked(old: Json, new: Json, mask: Mask | None) -> Json:
    """`old` with the fields of the mask taken from `new`; a field in the mask but not in `new` is cleared."""
    if mask is None or "*" in mask:
        return copy.deepcopy(new)
    out = dict(old)
    for name, deeper in mask.items():
        item = new.get(name)
        if isinstance(item, dict) and isinstance(deeper, dict) and "*" not in deeper:
            item = masked(out.get(name) or {}, item, deeper)
        elif isinstance(deeper, dict) and item is None and isinstance(out.get(name), dict):
            item = masked(out[name], {}, deeper)
        if item is None or item == {}:
            out.pop(name, None)
        else:
            out[name] = copy.deepcopy(item)
    return out
