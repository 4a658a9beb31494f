"""A tab as Google keeps it, small and fast: what sorting, inserting, moving, cutting and pasting do to its rows.

The rules are those of facts/google 2 and 3: a sort is stable, numbers stand before text, blanks last in both
directions, all cells of a row go along; a cut row leaves blanks behind; a pasted row brings its id.
"""

from __future__ import annotations

import itertools
from typing import Any

from sheets_schema.columns import Tab

_things = itertools.count(1)


class Line:
    """One row: its cells, and which thing of hers it is. A copy is another thing."""

    def __init__(self, cells: list[Any], thing: int = 0) -> None:
        self.cells = cells
        self.thing = thing or next(_things)

    @property
    def blank(self) -> bool:
        return all(cell in ("", None, False) for cell in self.cells)


class Grid:
    """One tab. Rows count from 0 below the header."""

    def __init__(self, tab: Tab, rows: list[dict[str, Any]]) -> None:
        self.tab = tab
        self.fields = [column.field for column in tab.columns]
        self.head: list[Any] = [column.title for column in tab.columns]
        self.lines = [Line([row.get(field, "") for field in self.fields]) for row in rows]
        self._before: list[list[Line]] = []

    def values(self) -> list[list[Any]]:
        """As values.batchGet gives them: blank rows inside are there, those at the end are not."""
        lines = [[] if line.blank else list(line.cells) for line in self.lines]
        while lines and not lines[-1]:
            lines.pop()
        return [self.head, *lines]

    def at(self, field: str) -> int:
        return self.fields.index(field)

    def filled(self) -> list[int]:
        return [n for n, line in enumerate(self.lines) if not line.blank]

    def remember(self) -> None:
        """Before an act of hers, for her undo."""
        self._before = [*self._before[-3:], [Line(list(line.cells), line.thing) for line in self.lines]]

    def undo(self) -> None:
        """Her own undo: everything stands as before her last act."""
        if self._before:
            self.lines = self._before.pop()

    # -- what she does

    def type(self, row: int, field: str, value: Any) -> None:
        while len(self.lines) <= row:
            self.lines.append(Line(["" for _ in self.fields]))
        if self.lines[row].blank:
            self.lines[row] = Line(["" for _ in self.fields])
        self.lines[row].cells[self.at(field)] = value

    def sort(self, field: str, *, down: bool) -> None:
        at = self.at(field)
        there = [line for line in self.lines if line.cells[at] not in ("", None)]
        blank = [line for line in self.lines if line.cells[at] in ("", None)]
        numbers = sorted((line for line in there if _number(line.cells[at])), key=lambda li: li.cells[at], reverse=down)
        texts = sorted(
            (line for line in there if not _number(line.cells[at])), key=lambda li: str(li.cells[at]), reverse=down
        )
        self.lines = [*texts, *numbers, *blank] if down else [*numbers, *texts, *blank]

    def insert(self, row: int, count: int) -> None:
        self.lines[row:row] = [Line(["" for _ in self.fields]) for _ in range(count)]

    def delete(self, row: int, count: int = 1) -> None:
        del self.lines[row : row + count]

    def move(self, row: int, count: int, target: int) -> None:
        taken = self.lines[row : row + count]
        del self.lines[row : row + count]
        self.lines[target:target] = taken

    def cut(self, row: int, target: int) -> None:
        """Cut a row and paste it over a blank one."""
        while len(self.lines) <= target:
            self.lines.append(Line(["" for _ in self.fields]))
        self.lines[target] = self.lines[row]
        self.lines[row] = Line(["" for _ in self.fields])

    def copy(self, row: int, target: int) -> None:
        """Copy a row and paste it over a blank one: the same cells, its id too, but another thing."""
        while len(self.lines) <= target:
            self.lines.append(Line(["" for _ in self.fields]))
        self.lines[target] = Line(list(self.lines[row].cells))


def _number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
