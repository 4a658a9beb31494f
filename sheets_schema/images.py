"""Before-images: each row that a commit updates is copied into ``_studio`` by the commit itself, just before. Pure.

Column E has one label per line, G the debts; from column I on stands the row as it was, and last the header row of each
tab, for she may have moved a column. Line 1 is the header: whose batch it was, which field each column of a tab had,
and in F the entry of the commit before as the history showed it when this one was applied. Whoever reads it can judge
what the commit hit, whatever became of the answer.
Source: spec commit-chain 1, rules 3 and 13.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.debts import Debt, mark, read_debts
from sheets_schema.head import RING, SHEET_ID, TITLE
from sheets_schema.headers import order_then
from sheets_schema.parts import SeenRow, split_id
from sheets_schema.tabs import BY_KEY

LABELS, BEFORE, DEBTS, IMAGES = 4, 5, 6, 8
#: a cell takes 50,000 characters
_MOST = 48_000
Request = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """One existing row that a commit writes into, by its position on the planning read."""

    tab: str
    position: int
    #: what the row was known by: its id, or, for a row typed without one, the hash of its content
    row_id: str
    match: str = ""
    #: the written fields as they were read (``mark``), and as they are written
    was: Mapping[str, Raw]
    put: Mapping[str, Raw]
    #: keys of the effects that ride in it; not part of the label
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What a commit says about its before-images."""

    batch: str
    updates: tuple[Update, ...] = ()
    #: tab -> field of each column, "" = hers alone
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: positions of lines of Today that are drawn anew, and the boxes (line id -> fields) that were ticked when read
    drawn: tuple[int, ...] = ()
    ticked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: tab -> its header row as it was read (``Headers.look``), of every tab that is written into
    looks: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> list[tuple[str, int]]:
        """Tab and position of every line."""
        rows = [*((each.tab, each.position) for each in self.updates), *(("today", at) for at in self.drawn)]
        return [*rows, *((tab, 0) for tab in self.looks)]

    @property
    def show(self) -> str:
        """The range in which the commit's answer shows labels and images."""
        width = max((len(self.orders[tab]) for tab, _ in self.places), default=0)
        return f"{TITLE}!{_letters(LABELS)}1:{_letters(IMAGES + max(width, 1) - 1)}{len(self.places) + 1}"

    def head(self) -> dict[str, Any]:
        """The first label, as JSON."""
        return {
            "batch": self.batch,
            "lines": len(self.places),
            "orders": {tab: list(order) for tab, order in self.orders.items()},
            "drawn": list(self.drawn),
            "ticked": {line: list(fields) for line, fields in self.ticked.items()},
            "looks": dict(self.looks),
        }


def label_line(update: Update) -> list[Any]:
    """One update as JSON. A value too long for a cell is told by its hash alone."""
    line = [update.tab, update.position, update.row_id, update.match, dict(update.was), dict(update.put)]
    if len(json.dumps(line, ensure_ascii=False)) > _MOST:
        line[5] = {name: mark(raw) for name, raw in update.put.items()}
    return line


def read_line(line: Sequence[Any], keys: Sequence[str] = ()) -> Update:
    """The update behind ``label_line``. Raises ``ValueError`` or ``TypeError`` when it is none."""
    tab, position, row_id, match, was, put = line
    if tab not in BY_KEY:
        raise ValueError(tab)
    return Update(
        tab=tab, position=int(position), row_id=row_id, match=match, was=dict(was), put=dict(put), keys=tuple(keys)
    )


def image_requests(
    label: Label, sheet_ids: Mapping[str, int], grid: tuple[int, int]
) -> tuple[list[Request], list[Request]]:
    """Requests for before the row updates (room, copies) and for after them (labels).

    ``sheet_ids``: of each tab that is updated; ``grid``: rows and columns of ``_studio`` as last seen.
    """
    width = IMAGES + max((len(label.orders[tab]) for tab, _ in label.places), default=0)
    before: list[Request] = []
    for dimension, have, need in zip(("ROWS", "COLUMNS"), grid, (len(label.places) + 1, width), strict=True):
        if need > have:
            more = {"sheetId": SHEET_ID, "dimension": dimension, "length": need - have}
            before.append({"appendDimension": more})
    if label.places:
        before.append(_clear(len(label.places), width))
    before += [
        _copy(sheet_ids[tab], position, len(label.orders[tab]), at)
        for at, (tab, position) in enumerate(label.places, 1)
    ]
    lines: list[Any] = [
        label.head(),
        *map(label_line, label.updates),
        *(["today", at] for at in label.drawn),
        *([tab, 0] for tab in label.looks),
    ]
    return before, [_column(LABELS, [json.dumps(line, ensure_ascii=False) for line in lines])]


def before_request(n: int) -> Request:
    """Copy what the history says of commit ``n``: a version put back in between does not know it."""
    source, destination = _box(SHEET_ID, (n - 1) % RING, 2, 1), _box(SHEET_ID, 0, BEFORE, 1)
    return {"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_VALUES"}}


def before_in(grid: Sequence[Sequence[Raw]]) -> str:
    """That entry, in cells read from E1; "" when there was none."""
    line = grid[0] if grid else ()
    return str(line[BEFORE - LABELS] or "") if len(line) > BEFORE - LABELS else ""


def debt_requests(debts: Sequence[Debt], before: int) -> list[Request]:
    """Cells of the list of debts; ``before``: how many there were."""
    texts = [text for text in (debt.to_text() for debt in debts) if len(text) <= _MOST]
    return [_column(DEBTS, [*texts, *([""] * (before - len(texts)))])] if texts or before else []


def read_label(grid: Sequence[Sequence[Raw]]) -> Label | None:
    """The label in cells read from E1; None when there is none."""
    try:
        head = json.loads(str(grid[0][0]))
        looks = head.get("looks", {})  # a label of an older version has none
        lines = [json.loads(str(line[0])) for line in grid[1 : 1 + head["lines"]]]
        return Label(
            batch=str(head["batch"]),
            updates=tuple(read_line(line) for line in lines[: head["lines"] - len(head["drawn"]) - len(looks)]),
            orders={tab: tuple(order) for tab, order in head["orders"].items()},
            drawn=tuple(head["drawn"]),
            ticked={line: tuple(fields) for line, fields in head["ticked"].items()},
            looks={tab: str(look) for tab, look in looks.items() if tab in BY_KEY},
        )
    except (IndexError, KeyError, ValueError, TypeError):
        return None


def read_images(label: Label, grid: Sequence[Sequence[Raw]]) -> list[SeenRow]:
    """The rows as they were, in the order of ``label.places`` but for header rows, from cells read from E1."""
    orders = {**label.orders, **moved_in(label, grid)}
    found = []
    for at, (tab, position) in enumerate(label.places[: len(label.updates) + len(label.drawn)], 1):
        cells = _cells(grid, at)
        cells += [None] * (len(orders[tab]) - len(cells))
        raws = {name: (None if raw == "" else raw) for name, raw in zip(orders[tab], cells, strict=False) if name}
        row_id, kept = split_id(raws)
        found.append(SeenRow(position=position, id=row_id, raws=kept))
    return found


def moved_in(label: Label, grid: Sequence[Sequence[Raw]]) -> dict[str, tuple[str, ...]]:
    """Tab -> the field of each column, of the tabs whose columns she moved between the read and the write."""
    found: dict[str, tuple[str, ...]] = {}
    first = 1 + len(label.updates) + len(label.drawn)
    for at, (tab, look) in enumerate(label.looks.items(), first):
        planned = label.orders[tab]
        order = order_then(BY_KEY[tab], _cells(grid, at), planned, look)
        if order[: len(planned)] != planned:
            found[tab] = order
    return found


def _cells(grid: Sequence[Sequence[Raw]], line: int) -> list[Raw]:
    return list(grid[line][IMAGES - LABELS :]) if line < len(grid) else []


def debts_in(grid: Sequence[Sequence[Raw]]) -> tuple[Debt, ...]:
    """The list of debts in cells read from E1."""
    return read_debts(line[DEBTS - LABELS] for line in grid if len(line) > DEBTS - LABELS and line[DEBTS - LABELS])


def notes_range(rows: int) -> str:
    """Everything from E1 to the end of ``_studio``."""
    return f"{TITLE}!{_letters(LABELS)}1:{max(rows, 1)}"


def _copy(sheet_id: int, position: int, width: int, line: int) -> Request:
    source, destination = _box(sheet_id, position, 0, width), _box(SHEET_ID, line, IMAGES, width)
    return {"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_VALUES"}}


def _clear(lines: int, end: int) -> Request:
    """Empty the lines of the images: one that is not copied must not show that of an earlier commit."""
    box = {**_box(SHEET_ID, 1, IMAGES, end - IMAGES), "endRowIndex": 1 + lines}
    return {"repeatCell": {"range": box, "cell": {}, "fields": "userEnteredValue"}}


def _box(sheet: int, row: int, column: int, width: int) -> Request:
    return {
        "sheetId": sheet,
        "startRowIndex": row,
        "endRowIndex": row + 1,
        "startColumnIndex": column,
        "endColumnIndex": column + width,
    }


def _column(column: int, texts: Sequence[str]) -> Request:
    rows = [{"values": [{"userEnteredValue": {"stringValue": text}} if text else {}]} for text in texts]
    start = {"sheetId": SHEET_ID, "rowIndex": 0, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)
