"""A workbook of the stand-ins as an xlsx file that opens without us: values, formats, colours, widths, hidden tabs."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

Doc = dict[str, Any]
#: letters no xlsx may hold
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: pixels of one letter of a column's width
LETTER = 7.0


def xlsx(book: Doc) -> bytes:
    """The file. ``book``: a Spreadsheet as the Sheets API gives it, with its cells."""
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.worksheets[0])
    for sheet in book["sheets"]:
        properties = sheet["properties"]
        page = made.create_sheet(str(properties["title"])[:31])
        page.sheet_state = "hidden" if properties.get("hidden") else "visible"
        colour = _colour(properties.get("tabColor"))
        if colour:
            page.sheet_properties.tabColor = colour
        _fill(page, (sheet.get("data") or [{}])[0], properties.get("gridProperties", {}))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _fill(page: Worksheet, data: Doc, grid: Doc) -> None:
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(data.get("columnMetadata", ()), 1):
        size = page.column_dimensions[get_column_letter(at)]
        size.width = column["pixelSize"] / LETTER
        size.hidden = bool(column.get("hiddenByUser"))
    frozen = (grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0))
    if any(frozen):
        page.freeze_panes = f"{get_column_letter(frozen[1] + 1)}{frozen[0] + 1}"
    for number, row in enumerate(data.get("rowData", ()), 1):
        for at, cell in enumerate(row.get("values", ()), 1):
            if cell:
                _put(page, number, at, cell)


def _put(page: Worksheet, row: int, column: int, cell: Doc) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    place = page.cell(row, column)
    style = cell.get("userEnteredFormat", {})
    pattern = style.get("numberFormat", {}).get("pattern", "")
    _value(place, cell.get("effectiveValue") or cell.get("userEnteredValue") or {})
    if pattern and not isinstance(place.value, str):
        place.number_format = pattern
    ground = _colour(style.get("backgroundColor"))
    if ground and ground != "FFFFFF":
        place.fill = PatternFill("solid", fgColor=ground)
    words = style.get("textFormat", {})
    place.font = Font(
        name="Roboto",
        size=words.get("fontSize", 10),
        bold=words.get("bold"),
        color=_colour(words.get("foregroundColor")),
    )
    place.alignment = Alignment(
        horizontal={"RIGHT": "right", "CENTER": "center"}.get(style.get("horizontalAlignment", ""), "left"),
        vertical="center",
        wrap_text=style.get("wrapStrategy") == "WRAP",
    )


def _value(place: Cell | MergedCell, value: Doc) -> None:
    if "stringValue" in value:
        # Typed as text: a word that begins with = stays a word.
        place.value = UNFIT.sub("", value["stringValue"])
        place.data_type = "s"
    elif "numberValue" in value:
        place.value = value["numberValue"]
    elif "boolValue" in value:
        place.value = value["boolValue"]


def _colour(colour: Doc | None) -> str | None:
    """``0B625A`` of a Google colour."""
    if not colour:
        return None
    return "".join(f"{round(255 * colour.get(name, 0)):02X}" for name in ("red", "green", "blue"))
