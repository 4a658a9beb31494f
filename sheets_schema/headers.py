"""Which column of the sheet is which field, by the words of its header; and what identifies a row without an id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheets_schema.cells import Raw, is_blank, plain
from sheets_schema.columns import Column, Tab


@dataclass(frozen=True, kw_only=True, slots=True)
class Headers:
    """The columns of one tab as they stand in the sheet now."""

    tab: Tab
    #: field -> position, from 0
    columns: Mapping[str, int]
    #: columns of ours that no header names
    missing: tuple[Column, ...] = ()
    #: position -> header of columns that are hers alone; a second column of the same name is one too
    unknown: Mapping[int, str]

    @property
    def order(self) -> tuple[str, ...]:
        """The field of each position; "" where the column is hers alone."""
        width = 1 + max((*self.columns.values(), *self.unknown), default=-1)
        fields = {index: field for field, index in self.columns.items()}
        return tuple(fields.get(index, "") for index in range(width))

    @property
    def broken(self) -> tuple[Column, ...]:
        """Missing columns without which no row has a meaning: the tab pauses."""
        return tuple(column for column in self.missing if column.required or column.field == "id")

    def raws(self, row: Sequence[Raw]) -> dict[str, Raw]:
        """The cells of one sheet row by field; "" and cells beyond the row's end are None."""
        width = len(row)
        found: dict[str, Raw] = {}
        for field, index in self.columns.items():
            raw = row[index] if index < width else None
            found[field] = None if raw == "" else raw
        return found


def map_headers(tab: Tab, header_row: Sequence[Raw]) -> Headers:
    """The positions of a tab's columns, by title or alias; case and blanks do not matter, the first of two counts.

    A tab that we draw whole (Today) has no header row: its columns are where we put them.
    """
    if tab.drawn:
        return Headers(tab=tab, columns={column.field: at for at, column in enumerate(tab.columns)}, unknown={})
    known = {_squeezed(alias): column for column in tab.columns for alias in column.aliases}
    known |= {_squeezed(column.title): column for column in tab.columns}
    columns: dict[str, int] = {}
    unknown: dict[int, str] = {}
    for index, cell in enumerate(header_row):
        if is_blank(cell):
            continue
        column = known.get(_squeezed(plain(cell)))
        if column is not None and column.field not in columns:
            columns[column.field] = index
        else:
            unknown[index] = plain(cell).strip()
    missing = tuple(column for column in tab.columns if column.field not in columns)
    return Headers(tab=tab, columns=columns, missing=missing, unknown=unknown)


def _squeezed(title: str) -> str:
    return " ".join(title.casefold().split())


def match_of(tab: Tab, raws: Mapping[str, Raw]) -> str:
    """The content hash of a row without an id: 16 letters, over the cells she may edit.

    A blank cell, an empty text and a box that is not ticked are the same; so are 5 and 5.0.
    """
    cells = {}
    for column in tab.columns:
        raw = raws.get(column.field)
        if column.editor != "ours" and raw is not False and not is_blank(raw):
            cells[column.field] = float(raw) if isinstance(raw, float | int) and not isinstance(raw, bool) else raw
    text = json.dumps([tab.key, cells], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_empty(tab: Tab, raws: Mapping[str, Raw]) -> bool:
    """Whether she has typed nothing in this row (and we have written nothing)."""
    return all(raw is False or is_blank(raw) for field, raw in raws.items() if field in tab.by_field)
