"""What makes or heals a workbook, as batchUpdate requests. A workbook that is as it should be gives none.

Made once, with the tab: colours, widths, filter, grey protected columns, colours of states. Healed later: a tab that is
gone, a header row that is empty, an emptied heading over a tagged column, a new column of ours (at the right end, with
its boxes and lists in the rows there are), tags, rows of new settings, names of policies, locale and time zone.
Left alone: her order, widths, colours, titles, columns and tabs; a required header that is gone with its tag (that tab
pauses).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from sheets_schema.cells import CellContext, Raw
from sheets_schema.columns import Column, Role, Tab
from sheets_schema.headers import Headers, map_headers
from sheets_schema.tabs import BY_KEY, tabs_of
from sheets_schema.workbook import look
from sheets_schema.workbook.look import Json
from sheets_schema.workbook.names import named_policies
from sheets_schema.workbook.rows import CELL_FIELDS, STYLE_FIELDS, row_cells
from sheets_schema.workbook.tags import TagPlaces, tag_requests, tags_of

ROWS, SPARE_COLUMNS = 1000, 2
LOCALE = "en_GB"
#: description of our protections
WRITTEN_BY_US = "studio_sync: we write these columns"
#: tab key -> row id -> field -> raw cell
Seed = Mapping[str, Mapping[str, Mapping[str, Raw]]]


class SheetLike(Protocol):
    """One tab of a workbook as Google describes it."""

    @property
    def title(self) -> str: ...
    @property
    def sheet_id(self) -> int: ...
    @property
    def rows(self) -> int: ...
    @property
    def columns(self) -> int: ...
    @property
    def hidden(self) -> bool: ...


class ShapeLike(Protocol):
    """A workbook without its cells."""

    @property
    def title(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def sheets(self) -> Sequence[SheetLike]: ...
    @property
    def named_ranges(self) -> Collection[str]: ...


def locate(role: Role, shape: ShapeLike) -> dict[str, SheetLike]:
    """Which sheet is which tab (by key): by the id we gave it, else by title or alias. Missing tabs are left out."""
    by_id = {sheet.sheet_id: sheet for sheet in shape.sheets}
    by_title = {sheet.title.strip().casefold(): sheet for sheet in shape.sheets}
    found = {tab.key: by_id[tab.sheet_id] for tab in tabs_of(role) if tab.sheet_id in by_id}
    for tab in tabs_of(role):
        for title in (tab.title, *tab.aliases):
            sheet = by_title.get(title.casefold())
            if sheet is not None and sheet not in found.values():
                found.setdefault(tab.key, sheet)
    return found


def plan(
    role: Role,
    shape: ShapeLike,
    headers: Mapping[str, Sequence[Raw]],
    context: CellContext,
    *,
    seed: Seed | None = None,
    known: Mapping[str, Collection[str]] | None = None,
    filled: Mapping[str, int] | None = None,
    lookups: Sequence[Sequence[Raw]] | None = None,
    tags: TagPlaces | None = None,
    title: str = "",
) -> list[Json]:
    """Requests that make or heal the workbook of a role; [] when nothing is to be done.

    ``headers``: first row of each sheet by its title. ``seed``: rows for tabs that are new. ``known``: ids of the rows
    of tabs that are there already (tab key -> ids): the rows of the seed that are missing there are added.
    ``filled``: how many rows of a tab (by key, header included) have something in them: a column that joins later gets
    its boxes and lists there. ``lookups``: rows of the hidden tab of the policies' names, None when it is not there.
    ``tags``: where the tagged columns stand.
    ``title`` is given to a workbook that has no tab of ours yet.
    """
    seed, known, filled, tags = seed or {}, known or {}, filled or {}, tags or {}
    there = locate(role, shape)
    requests = _properties(shape, context, title if not there else "")
    for index, tab in enumerate(tabs_of(role)):
        sheet = there.get(tab.key)
        rows = seed.get(tab.key, {})
        if sheet is None:
            requests += _made(tab, index, context, rows)
        else:
            found = map_headers(tab, headers.get(sheet.title, ()), tags_of(tab, sheet.sheet_id, tags))
            requests += _healed(found, sheet, tags, context, filled.get(tab.key, 1))
            if tab.key in known and "id" in found.order:  # without ids every row would seem to be missing
                missing = {row_id: raws for row_id, raws in rows.items() if row_id not in known[tab.key]}
                order = found.order
                requests += _rows(tab, sheet.sheet_id, missing, order, context)
    if role == "studio":
        settings, tab = there.get("settings"), BY_KEY["settings"]
        placed = tags_of(tab, settings.sheet_id, tags) if settings else {}
        order = map_headers(tab, headers.get(settings.title, ()), placed).order if settings else ()
        fields = order or [column.field for column in tab.columns]
        name = settings.title if settings else tab.title
        requests += named_policies(shape.named_ranges, lookups, name, fields, renewed=settings is None)
    return requests + _first_sheet(shape, there, headers)


def _properties(shape: ShapeLike, context: CellContext, title: str) -> list[Json]:
    wanted = {"locale": LOCALE, "timeZone": context.zone.key or ""}
    if title:
        wanted["title"] = title
    now = {"locale": shape.locale, "timeZone": shape.zone, "title": shape.title}
    changed = {name: value for name, value in wanted.items() if value and value != now[name]}
    if not changed:
        return []
    return [{"updateSpreadsheetProperties": {"properties": changed, "fields": ",".join(changed)}}]


def _first_sheet(shape: ShapeLike, there: Mapping[str, SheetLike], headers: Mapping[str, Sequence[Raw]]) -> list[Json]:
    """Hide the empty tab a new file comes with. It is not deleted: only its first row is known to be empty."""
    if there or len(shape.sheets) != 1 or any(headers.get(shape.sheets[0].title, ())):
        return []
    properties = {"sheetId": shape.sheets[0].sheet_id, "hidden": True}
    return [{"updateSheetProperties": {"properties": properties, "fields": "hidden"}}]


def _made(tab: Tab, index: int, context: CellContext, rows: Mapping[str, Mapping[str, Raw]]) -> list[Json]:
    columns, number = tab.columns, tab.sheet_id
    properties: Json = {
        "sheetId": number,
        "title": tab.title,
        "index": index,
        "hidden": not tab.visible,
        "gridProperties": {
            "rowCount": ROWS,
            "columnCount": len(columns) + SPARE_COLUMNS,
            "frozenRowCount": 1,
            "frozenColumnCount": tab.frozen_columns,
        },
    }
    if tab.colour:
        properties["tabColorStyle"] = look.colour(tab.colour)
    requests: list[Json] = [{"addSheet": {"properties": properties}}]
    requests += _widths(number, columns, 0) + _heights(tab) + _protections(tab, number, columns, 0)
    if not tab.drawn:
        requests += [_header(tab, number, columns, 0), _filter(tab), *_state_rules(tab, number, columns, 0)]
        requests += tag_requests(tab, number, ((column.field, at) for at, column in enumerate(columns)))
    order = [column.field for column in columns]
    return requests + _rows(tab, number, rows, order, context)


def _healed(found: Headers, sheet: SheetLike, tags: TagPlaces, context: CellContext, filled: int) -> list[Json]:
    tab = found.tab
    if tab.drawn:
        return _wider(sheet, len(tab.columns))
    placed = tags_of(tab, sheet.sheet_id, tags)
    emptied = {column.field: placed[column.field] for column in found.missing if column.field in placed}
    whole = not found.columns and not found.unknown and not emptied
    if not whole and (found.crossed or _lost(found, emptied)):
        return []
    columns = tab.columns if whole else tuple(c for c in found.missing if c.field not in emptied)
    requests: list[Json] = []
    for field, at in emptied.items():
        requests.append(_header(tab, sheet.sheet_id, [tab.column(field)], at))
    at = 0 if whole else max(len(found.order), *(place + 1 for place in emptied.values()), 0)
    joining = {column.field: at + n for n, column in enumerate(columns)}
    untagged = [(f, place) for f, place in {**found.columns, **joining}.items() if f not in placed]
    if columns:
        requests += [*_wider(sheet, at + len(columns)), *_widths(sheet.sheet_id, columns, at)]
        requests.append(_header(tab, sheet.sheet_id, columns, at))
        requests += _protections(tab, sheet.sheet_id, columns, at) + _state_rules(tab, sheet.sheet_id, columns, at)
        requests += _joined(tab, sheet.sheet_id, columns, at, context, filled)
    return requests + tag_requests(tab, sheet.sheet_id, untagged)


def _lost(found: Headers, emptied: Mapping[str, int]) -> bool:
    """A required column is gone and nobody knows where it was; a lost id column alone joins again."""
    gone = [column for column in found.broken if column.field not in emptied]
    return bool(gone) and "id" in found.columns


def _joined(tab: Tab, number: int, columns: Sequence[Column], at: int, context: CellContext, filled: int) -> list[Json]:
    """Formats, lists and tick boxes of columns that join, in the rows that are there; later rows bring their own."""
    if filled < 2:
        return []
    span = {"sheetId": number, "startRowIndex": 1, "endRowIndex": filled}
    return [
        {
            "repeatCell": {
                "range": {**span, "startColumnIndex": at + n, "endColumnIndex": at + n + 1},
                "cell": cell,
                "fields": CELL_FIELDS if "userEnteredValue" in cell else STYLE_FIELDS,
            }
        }
        for n, cell in enumerate(row_cells(tab, {}, [column.field for column in columns], context))
    ]


def _wider(sheet: SheetLike, needed: int) -> list[Json]:
    missing = needed - sheet.columns
    if missing <= 0:
        return []
    return [{"appendDimension": {"sheetId": sheet.sheet_id, "dimension": "COLUMNS", "length": missing}}]


def _header(tab: Tab, number: int, columns: Sequence[Column], at: int) -> Json:
    cells = []
    for column in columns:
        cell: Json = {
            "userEnteredValue": {"stringValue": column.title},
            "userEnteredFormat": look.header_format(tab),
        }
        if note := _note(column):
            cell["note"] = note
        cells.append(cell)
    return {
        "updateCells": {
            "start": {"sheetId": number, "rowIndex": 0, "columnIndex": at},
            "rows": [{"values": cells}],
            "fields": "userEnteredValue,userEnteredFormat,note",
        }
    }


def _note(column: Column) -> str:
    """What a column means, who writes it, and an example where the words are fixed."""
    writer = {"ours": "We write this.", "shared": "You and we write this.", "tick": "Your tick; we clear it."}
    words = f"Choose: {', '.join(column.kind.choices)}." if column.kind.choices else ""
    return " ".join(part for part in (column.help, writer.get(column.editor, ""), words) if part)


def _widths(number: int, columns: Sequence[Column], at: int) -> list[Json]:
    requests = []
    start = 0
    for end in range(1, len(columns) + 1):
        if end < len(columns) and _sized(columns[end]) == _sized(columns[start]):
            continue
        width, hidden = _sized(columns[start])
        size: Json = {"pixelSize": width} | ({"hiddenByUser": True} if hidden else {})
        requests.append(_dimension(number, "COLUMNS", at + start, at + end, size))
        start = end
    return requests


def _sized(column: Column) -> tuple[int, bool]:
    return column.width, column.hidden


def _heights(tab: Tab) -> list[Json]:
    ticks = any(column.kind.name == "tick" for column in tab.columns)
    height = look.TICK_ROW_HEIGHT if ticks else look.ROW_HEIGHT
    return [
        _dimension(tab.sheet_id, "ROWS", 0, 1, {"pixelSize": look.HEADER_HEIGHT}),
        _dimension(tab.sheet_id, "ROWS", 1, ROWS, {"pixelSize": height}),
    ]


def _dimension(number: int, dimension: str, start: int, end: int, size: Json) -> Json:
    return {
        "updateDimensionProperties": {
            "range": {"sheetId": number, "dimension": dimension, "startIndex": start, "endIndex": end},
            "properties": size,
            "fields": ",".join(size),
        }
    }


def _filter(tab: Tab) -> Json:
    span = {"sheetId": tab.sheet_id, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": len(tab.columns)}
    return {"setBasicFilter": {"filter": {"range": span}}}


def _protections(tab: Tab, number: int, columns: Sequence[Column], at: int) -> list[Json]:
    """One warning for each run of columns of ours. ``editors`` must not be given with it: Sheets refuses both."""
    requests: list[Json] = []
    start = 0
    while start < len(columns):
        if columns[start].editor != "ours":
            start += 1
            continue
        end = start
        while end < len(columns) and columns[end].editor == "ours":
            end += 1
        span = {"sheetId": number, "startColumnIndex": at + start, "endColumnIndex": at + end}
        protected = {"range": span, "description": f"{WRITTEN_BY_US} ({tab.key})", "warningOnly": True}
        requests.append({"addProtectedRange": {"protectedRange": protected}})
        start = end
    return requests


def _state_rules(tab: Tab, number: int, columns: Sequence[Column], first: int) -> list[Json]:
    """Colours that follow the words of a shared state, whoever wrote them, and of a filled Problem cell."""
    requests: list[Json] = []
    for at, column in enumerate(columns, first):
        span = {"sheetId": number, "startRowIndex": 1, "startColumnIndex": at, "endColumnIndex": at + 1}
        if column.field == "problem":
            requests.append(_rule(span, {"type": "NOT_BLANK"}, "problem", len(requests)))
        elif column.field == "state" and column.editor == "shared":
            for word, tone in look.STATES.get(tab.key, {}).items():
                condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]}
                requests.append(_rule(span, condition, tone, len(requests)))
    return requests


def _rule(span: Json, condition: Json, tone: str, index: int) -> Json:
    ink, ground = look.TONES[tone]
    shown = {"backgroundColorStyle": look.colour(ground), "textFormat": {"foregroundColorStyle": look.colour(ink)}}
    rule = {"ranges": [span], "booleanRule": {"condition": condition, "format": shown}}
    return {"addConditionalFormatRule": {"rule": rule, "index": index}}


def _rows(
    tab: Tab, number: int, rows: Mapping[str, Mapping[str, Raw]], order: Sequence[str], context: CellContext
) -> list[Json]:
    if not rows:
        return []
    values = [{"values": row_cells(tab, {"id": row_id, **raws}, order, context)} for row_id, raws in rows.items()]
    return [{"appendCells": {"sheetId": number, "rows": values, "fields": CELL_FIELDS}}]
