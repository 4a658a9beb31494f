"""Which column of the sheet is which field, by its tag and the words of its header; what identifies a row without id.

A tag is developer metadata that ``init`` puts on each column: it goes along when she moves the column, and stays when
she renames it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    #: columns whose heading stands over another column of ours: nobody knows which of the two she means
    crossed: tuple[Column, ...] = ()
    #: whether the same words stand over two columns, so that only tags tell one from the other
    doubled: bool = False
    #: short hash of the header row as it was read; "" where there is none
    look: str = ""

    @property
    def order(self) -> tuple[str, ...]:
        """The field of each position; "" where the column is hers alone."""
        width = 1 + max((*self.columns.values(), *self.unknown), default=-1)
        fields = {index: field for field, index in self.columns.items()}
        return tuple(fields.get(index, "") for index in range(width))

    @property
    def broken(self) -> tuple[Column, ...]:
        """Columns that are missing or crossed, so that no row has a meaning: the tab pauses."""
        needed = tuple(column for column in self.missing if column.required or column.field == "id")
        return (*needed, *self.crossed)

    def raws(self, row: Sequence[Raw]) -> dict[str, Raw]:
        """The cells of one sheet row by field; "" and cells beyond the row's end are None."""
        width = len(row)
        found: dict[str, Raw] = {}
        for field, index in self.columns.items():
            raw = row[index] if index < width else None
            found[field] = None if raw == "" else raw
        return found


def map_headers(tab: Tab, header_row: Sequence[Raw], tags: Mapping[str, int] | None = None) -> Headers:
    """The positions of a tab's columns, by tag, title or alias; case and blanks do not matter.

    ``tags``: field -> position of the column that was tagged with it. A tagged column counts whatever its heading says,
    unless that was emptied. Without a tag the first column of a title counts. A tab that we draw whole (Today) has no
    header row: its columns are where we put them.
    """
    if tab.drawn:
        return Headers(tab=tab, columns={column.field: at for at, column in enumerate(tab.columns)}, unknown={})
    return _mapped(tab, _words(header_row), tuple((tags or {}).items()))


@lru_cache(256)
def _mapped(tab: Tab, titles: tuple[str, ...], tags: tuple[tuple[str, int], ...]) -> Headers:
    """A header row seldom changes, and is looked at by every poll."""
    heads = {at: title for at, title in enumerate(titles) if title}
    titled = _titled(tab, heads)
    named = {at: field for field, places in titled.items() for at in places}
    tagged = {field: at for field, at in tags if at in heads and field in tab.by_field}
    if 3 * sum(at in titled.get(field, ()) for field, at in tagged.items()) < len(tagged):
        tagged = {}  # hardly a word of ours: this is no header row
    taken = set(tagged.values())
    columns: dict[str, int] = {}
    crossed: list[Column] = []
    for column in tab.columns:
        field, places = column.field, titled.get(column.field, [])
        free = [at for at in places if at not in taken]
        if field in tagged:
            columns[field] = tagged[field]
            other = named.get(tagged[field], field)
            if other != field and places and tagged[field] not in places:
                crossed.append(column)
        elif free:
            columns[field] = free[0]
    known = set(columns.values())
    words = Counter(_squeezed(word) for word in heads.values())
    return Headers(
        tab=tab,
        columns=columns,
        missing=tuple(column for column in tab.columns if column.field not in columns),
        unknown={at: word for at, word in heads.items() if at not in known},
        crossed=tuple(crossed),
        doubled=any(words[_squeezed(heads[at])] > 1 for at in known),
        look=look_of(titles),
    )


def order_then(tab: Tab, header_row: Sequence[Raw], planned: Sequence[str], look: str) -> tuple[str, ...]:
    """The field of each column as this header row has it, after a read on which ``planned`` and ``look`` were so.

    A heading that was renamed meanwhile still counts where it stands; of a column that moved and was renamed nobody
    knows.
    """
    words = _words(header_row)
    if look_of(words) == look:
        return tuple(planned)
    fields = {at: field for field, at in map_headers(tab, header_row).columns.items() if field in planned}
    order = [fields.get(at, "") for at in range(max(len(planned), len(words)))]
    for at, field in enumerate(planned):
        if field and field not in order and not order[at]:
            order[at] = field
    return tuple(order)


def look_of(words: Sequence[str]) -> str:
    """A short hash of the words of a header row."""
    while words and not words[-1]:
        words = words[:-1]
    text = json.dumps(list(words), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _words(header_row: Sequence[Raw]) -> tuple[str, ...]:
    return tuple("" if is_blank(cell) else plain(cell).strip() for cell in header_row)


def _titled(tab: Tab, heads: Mapping[int, str]) -> dict[str, list[int]]:
    """Field -> the positions that bear its title or an alias."""
    known = {_squeezed(alias): column for column in tab.columns for alias in column.aliases}
    known |= {_squeezed(column.title): column for column in tab.columns}
    found: dict[str, list[int]] = {}
    for at, word in heads.items():
        column = known.get(_squeezed(word))
        if column is not None:
            found.setdefault(column.field, []).append(at)
    return found


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
