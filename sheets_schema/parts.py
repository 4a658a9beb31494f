"""The rows of a tab as read, in parts of a hundred or so, built when somebody asks for them. Pure.

A part whose bytes and headings are as they were is the same object as in the last reading, with the ids found then.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from sheets_schema.cells import Raw
from sheets_schema.headers import Headers, is_empty
from sheets_schema.slices import Block, Line

#: what an id of ours may look like; anything else in the id column is no id
_ID = re.compile(r"[^\s\x00]{1,80}")


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenRow:
    """One row. ``position`` counts from 0 with the header; ``id`` is "" for a row typed without one."""

    position: int
    id: str
    raws: Mapping[str, Raw]
    #: it came with the id of another row, which that one keeps
    copied: bool = False


class Part:
    """A run of rows: one block, read under the headings of its tab. ``like``: the same block at another place."""

    def __init__(self, piece: Block, headers: Headers, start: int, like: Part | None = None) -> None:
        self.piece = piece
        self.headers = headers
        #: position of its first row
        self.start = start
        self._like = like if like is not None and like.headers is headers and like.start and start else None
        self._columns: dict[str, tuple[Raw, ...]] = {}

    def same(self, headers: Headers, start: int) -> bool:
        """Whether it is what stands there now, its block being the same."""
        return self.start == start and self.headers is headers

    def rows(self) -> tuple[SeenRow, ...]:
        """The rows that have something in them, built anew."""
        return tuple(build_rows(self.headers, self.piece.lines(), self.start))

    @property
    def ids(self) -> tuple[str, ...]:
        """The id of each of its rows, "" for one without."""
        return self._scan[0]

    @property
    def end(self) -> int:
        """The position after its last row; 0 when it has none."""
        return self._scan[1]

    @cached_property
    def bare(self) -> bool:
        """Whether one of its rows has no id."""
        return "" in self.ids

    @cached_property
    def _scan(self) -> tuple[tuple[str, ...], int]:
        like, self._like = self._like, None
        if like is not None:
            return like.ids, like.end and like.end - like.start + self.start
        tab, at = self.headers.tab, self.headers.columns.get("id", -1)
        ids: list[str] = []
        end = 0
        for position, line in enumerate(self.piece.lines(), self.start):
            ident = line[at] if 0 <= at < len(line) else None
            if type(ident) is str and _ID.fullmatch(ident) and ident.isascii() and (position or tab.drawn):
                ids.append(ident)
                end = position + 1
            else:
                for row in build_rows(self.headers, [line], position):
                    ids.append(row.id)
                    end = position + 1
        return tuple(ids), end

    def column(self, field: str) -> tuple[Raw, ...]:
        """One cell of each of its rows."""
        if field not in self._columns:
            self._columns[field] = tuple(row.raws.get(field) for row in self.rows())
        return self._columns[field]


class PartedRows(Sequence[SeenRow]):
    """The rows of a tab, part after part."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        self._built: dict[int, tuple[SeenRow, ...]] = {}

    def __len__(self) -> int:
        return sum(len(part.ids) for part in self.parts)

    def __iter__(self) -> Iterator[SeenRow]:
        for nth in range(len(self.parts)):
            yield from self.of(nth)

    @overload
    def __getitem__(self, at: int) -> SeenRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[SeenRow]: ...
    def __getitem__(self, at: int | slice) -> SeenRow | Sequence[SeenRow]:
        return tuple(self)[at]

    def of(self, nth: int) -> tuple[SeenRow, ...]:
        """The rows of one part, built once per reading."""
        if nth not in self._built:
            self._built[nth] = self.parts[nth].rows()
        return self._built[nth]

    def forget(self) -> None:
        """Let go of the rows built so far: the bytes take a tenth of the room, and any row can be built again."""
        self._built.clear()
        for part in self.parts:
            part.piece.forget()

    def find(self, row_id: str) -> SeenRow | None:
        """The first row of that id; only its part is built."""
        nth = self._where.get(row_id)
        return None if nth is None else next(row for row in self.of(nth) if row.id == row_id)

    def some(self, idents: Collection[str]) -> list[SeenRow]:
        """The first rows of a few ids; only their parts are built, and nothing is made of all the others."""
        wanted, found = set(idents), []
        for nth, part in enumerate(self.parts):
            if not wanted:
                break
            if not wanted.isdisjoint(part.ids):
                for row in self.of(nth):
                    if row.id in wanted:
                        wanted.discard(row.id)
                        found.append(row)
        return found

    def at(self, position: int) -> SeenRow | None:
        """The row at that place; only its part is built."""
        nth = next((nth for nth in range(len(self.parts) - 1, -1, -1) if self.parts[nth].start <= position), 0)
        return next((row for row in self.of(nth) if row.position == position), None) if self.parts else None

    def counts(self) -> Counter[str]:
        """How often each id stands there."""
        return self._counts

    def bare(self) -> Iterator[SeenRow]:
        """The rows without an id."""
        for nth, part in enumerate(self.parts):
            if part.bare:
                yield from (row for row in self.of(nth) if not row.id)

    def column(self, field: str) -> Iterator[Raw]:
        """One cell of every row."""
        for part in self.parts:
            yield from part.column(field)

    @property
    def end(self) -> int:
        """The position after the last row."""
        return max((part.end for part in self.parts), default=0)

    @cached_property
    def _where(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for nth in range(len(self.parts) - 1, -1, -1):
            found.update(dict.fromkeys(self.parts[nth].ids, nth))
        found.pop("", None)
        return found

    @cached_property
    def _counts(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for part in self.parts:
            found.update(part.ids)
        found.pop("", None)
        return found


def build_rows(headers: Headers, lines: Sequence[Line], start: int) -> Iterator[SeenRow]:
    """Rows that have something in them, from lines of which the first stands at ``start``."""
    tab = headers.tab
    for position, line in enumerate(lines, start):
        if position == 0 and not tab.drawn:
            continue
        row_id, raws = split_id(headers.raws(line))
        if row_id or not is_empty(tab, raws):
            yield SeenRow(position=position, id=row_id, raws=raws)


def split_id(raws: Mapping[str, Raw]) -> tuple[str, dict[str, Raw]]:
    """The id of a row, "" when there is none, and its other cells, storable."""
    found = {field: _storable(raw) for field, raw in raws.items()}
    ident = found.pop("id", None)
    text = "" if ident is None else str(ident)
    return (text if _ID.fullmatch(text) else ""), found


def _storable(raw: Raw) -> Raw:
    """Text that every database and every JSON reader takes: no NUL, no half of a character."""
    if not isinstance(raw, str) or (raw.isascii() and "\x00" not in raw):
        return raw
    return raw.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
