"""A spreadsheet as it is kept: one document for the book, one per tab, rows in chunks, metadata one by one.

A `Book` is a view for one request, taken under the world's lock. Changes happen inside one store transaction, which
undoes everything (also the documents in memory) when a request of a batch is refused. `save` writes only what changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from emulator.google_errors import NOT_FOUND, GoogleError
from emulator.google_wire import Json
from emulator.sheets.a1 import Box, split
from emulator.sheets.cells import Cell, value_of
from emulator.world import World

ROWS_PER_CHUNK = 256
MOST_CELLS = 10_000_000
MOST_COLUMNS = 18_278
Row = list[Any]


class Book:
    """One spreadsheet."""

    def __init__(self, world: World, book_id: str) -> None:
        """Look at an existing spreadsheet.

        Raises:
            GoogleError: 404.
        """
        doc = world.store.get("sheets.book", book_id)
        if doc is None:
            raise GoogleError(404, NOT_FOUND)
        self.world = world
        self.store = world.store
        self.id = book_id
        #: a protection was deleted in this call
        self.unlocked = False
        self.doc = doc
        self.locale: str = doc["properties"]["locale"]
        #: the owner herself is at work: locked cells are hers
        self.is_owner = False
        self._tabs: dict[int, Tab] = {}
        self._style_doc: Json | None = None
        self._style_numbers: dict[str, int] | None = None
        #: what was said of a style -> the number of what became of it
        self.restyled: dict[str, int | None] = {}
        self._dirty_book = False
        self._dirty_styles = False

    # what is there

    @property
    def tabs(self) -> list[Tab]:
        """All tabs in their order."""
        return [self.tab(sheet_id) for sheet_id in self.doc["order"]]

    def tab(self, sheet_id: int) -> Tab:
        """A tab by its sheetId.

        Raises:
            GoogleError: 400, `No grid with id: N`.
        """
        if sheet_id not in self._tabs:
            if sheet_id not in self.doc["order"]:
                raise GoogleError(400, f"No grid with id: {sheet_id}")
            self._tabs[sheet_id] = Tab(self, sheet_id)
        return self._tabs[sheet_id]

    def titled(self, title: str) -> Tab | None:
        """A tab by its title, exact first, then whatever the case."""
        tabs = self.tabs
        exact = [tab for tab in tabs if tab.title == title]
        return next(iter(exact or [tab for tab in tabs if tab.title.casefold() == title.casefold()]), None)

    def find(self, text: str) -> tuple[Tab, Box]:
        """Tab and box (cut at the grid) of a range in A1 notation or the name of a named range.

        Raises:
            GoogleError: 400 for an unknown tab, a bad range or one that starts outside the grid.
        """
        title, span = split(text)
        tab = self.tabs[0] if title is None else self.titled(title)
        if tab is None:
            named = [item for item in self.doc["named"].values() if item["name"] == title and span is None]
            if not named:
                raise GoogleError(400, f"Unable to parse range: {text}")
            return self.box(named[0]["range"])
        rows, columns = tab.size
        if span is None:
            return tab, Box(top=0, bottom=rows, left=0, right=columns)
        if span.top >= rows or span.left >= columns:
            raise self.outside(text if title else f"{tab.title}!{text}", tab)
        return tab, span.within(rows, columns)

    def box(self, grid_range: Json) -> tuple[Tab, Box]:
        """Tab and box of a GridRange, cut at the grid.

        Raises:
            GoogleError: 400 for an unknown sheetId or a range that starts after the grid or is empty.
        """
        tab = self.tab(int(grid_range.get("sheetId") or 0))
        rows, columns = tab.size
        top, left = int(grid_range.get("startRowIndex") or 0), int(grid_range.get("startColumnIndex") or 0)
        bottom = rows if grid_range.get("endRowIndex") is None else int(grid_range["endRowIndex"])
        right = columns if grid_range.get("endColumnIndex") is None else int(grid_range["endColumnIndex"])
        if top > rows or left > columns or bottom < top or right < left:
            box = Box(top=top, bottom=max(bottom, top + 1), left=left, right=max(right, left + 1))
            raise self.outside(f"{tab.title}!{box.text()}", tab)
        return tab, Box(top=top, bottom=min(bottom, rows), left=left, right=min(right, columns))

    @staticmethod
    def outside(text: str, tab: Tab) -> GoogleError:
        """400 for cells that are not on the grid."""
        rows, columns = tab.size
        return GoogleError(400, f"Range ({text}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")

    def now(self) -> datetime:
        """The time in the spreadsheet's own zone."""
        return self.world.clock.now().astimezone(ZoneInfo(self.doc["properties"]["timeZone"]))

    # styles

    def style(self, number: int | None) -> Json | None:
        """A style by its number."""
        if number is None:
            return None
        kept: Json = self._styles()["list"][number]
        return kept

    def intern(self, style: Json) -> int | None:
        """The number of a style; None for the empty one."""
        style = {name: item for name, item in style.items() if item}
        if not style:
            return None
        styles = self._styles()["list"]
        if self._style_numbers is None:
            self._style_numbers = {json.dumps(kept, sort_keys=True): at for at, kept in enumerate(styles)}
        key = json.dumps(style, sort_keys=True)
        if key not in self._style_numbers:
            self._style_numbers[key] = len(styles)
            styles.append(style)
            self._dirty_styles = True
        return self._style_numbers[key]

    def _styles(self) -> Json:
        if self._style_doc is None:
            self._style_doc = self.store.get("sheets.styles", self.id) or {"list": []}
        return self._style_doc

    # developer metadata

    @property
    def metadata_kind(self) -> str:
        """The store's kind for this book's developer metadata, one document per metadataId."""
        return f"sheets.metadata.{self.id}"

    def metadata(self) -> Iterator[Json]:
        """All developer metadata, in the order of creation."""
        return (doc for _, doc in self.store.items(self.metadata_kind))

    # writing

    def touch(self) -> None:
        """The book document itself changed."""
        self._dirty_book = True

    def add(self, tab_doc: Json, index: int | None) -> Tab:
        """Take in a new tab at a place in the order."""
        sheet_id = tab_doc["properties"]["sheetId"]
        order = self.doc["order"]
        order.insert(len(order) if index is None else index, sheet_id)
        self.store.put("sheets.tab", f"{self.id}/{sheet_id}", tab_doc)
        self.touch()
        return self.tab(sheet_id)

    def remove(self, tab: Tab) -> None:
        """Let a tab go, with its rows."""
        for chunk in range(tab.chunk_count):
            self.store.drop("sheets.rows", f"{tab.key}/{chunk}")
        self.store.drop("sheets.tab", tab.key)
        self.doc["order"].remove(tab.id)
        self._tabs.pop(tab.id, None)
        self.touch()

    def save(self) -> None:
        """Write what changed; call inside the store's transaction."""
        if self._dirty_styles:
            self.store.put("sheets.styles", self.id, self._styles())
        for tab in self._tabs.values():
            tab.save()
        if self._dirty_book:
            self.store.put("sheets.book", self.id, self.doc)


class Tab:
    """One tab: its properties and its rows. Rows are lists of cells without trailing empty ones."""

    def __init__(self, book: Book, sheet_id: int) -> None:
        self.book = book
        self.id = sheet_id
        self.key = f"{book.id}/{sheet_id}"
        doc = book.store.get("sheets.tab", self.key)
        if doc is None:
            raise KeyError(self.key)
        self.doc: Json = doc
        self._chunks: dict[int, list[Row]] = {}
        self._dirty: set[int] = set()
        self._dirty_doc = False

    @property
    def properties(self) -> Json:
        """SheetProperties without `index`, which follows from the order."""
        properties: Json = self.doc["properties"]
        return properties

    @property
    def title(self) -> str:
        """The tab's title."""
        return str(self.properties["title"])

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the grid."""
        grid = self.properties["gridProperties"]
        return grid["rowCount"], grid["columnCount"]

    @property
    def stored(self) -> int:
        """Number of rows kept; all below are empty."""
        return int(self.doc["rows"])

    @property
    def chunk_count(self) -> int:
        """Number of row documents."""
        return -(-self.stored // ROWS_PER_CHUNK)

    def row(self, index: int) -> Row:
        """A row, for reading only."""
        if index >= self.stored:
            return []
        chunk, at = divmod(index, ROWS_PER_CHUNK)
        return self._chunk(chunk)[at]

    def rows(self, top: int = 0, bottom: int | None = None) -> Iterator[Row]:
        """Kept rows from top to before bottom, for reading only."""
        end = self.stored if bottom is None else min(bottom, self.stored)
        return (self.row(index) for index in range(top, end))

    def cell(self, row: int, column: int) -> Cell:
        """One cell."""
        cells = self.row(row)
        return cells[column] if column < len(cells) else None

    def hides(self, row: int, *reasons: str) -> bool:
        """Whether a row is hidden, by her (`hiddenByUser`) or a filter (`hiddenByFilter`)."""
        size = self.doc["dims"]["ROWS"].get(str(row), {})
        return any(size.get(reason) for reason in reasons)

    def last_row(self) -> int:
        """Number of rows up to the last one with a value; formats and notes alone do not count."""
        for index in range(self.stored - 1, -1, -1):
            if any(holds(cell) for cell in self.row(index)):
                return index + 1
        return 0

    # writing

    def touch(self) -> None:
        """The tab document changed."""
        self._dirty_doc = True

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Write one cell inside the grid."""
        if row >= self.stored:
            if cell is None:
                return
            self._grow(row + 1)
        chunk, at = divmod(row, ROWS_PER_CHUNK)
        cells = self._chunk(chunk)[at]
        self._dirty.add(chunk)
        if column >= len(cells):
            if cell is None:
                return
            cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = cell
        while cells and cells[-1] is None:
            cells.pop()

    def replace_rows(self, rows: list[Row]) -> None:
        """Write all rows anew, as after a sort or an insertion."""
        while rows and not rows[-1]:
            rows.pop()
        before = self.chunk_count
        self.doc["rows"] = len(rows)
        self.touch()
        self._chunks = {
            chunk: rows[chunk * ROWS_PER_CHUNK : (chunk + 1) * ROWS_PER_CHUNK] for chunk in range(self.chunk_count)
        }
        self._dirty = set(self._chunks)
        for chunk in range(self.chunk_count, before):
            self.book.store.drop("sheets.rows", f"{self.key}/{chunk}")

    def resize(self, rows: int, columns: int) -> None:
        """Change the size of the grid; cells outside are lost.

        Raises:
            GoogleError: 400 beyond 10 million cells in the book or 18,278 columns.
        """
        grid = self.properties["gridProperties"]
        old = self.size
        grid["rowCount"], grid["columnCount"] = rows, columns
        self.touch()
        total = sum(tab.size[0] * tab.size[1] for tab in self.book.tabs)
        if total > MOST_CELLS or columns > MOST_COLUMNS:
            raise GoogleError(
                400,
                "This action would increase the number of cells in the workbook above the limit of "
                f"{MOST_CELLS} cells.",
            )
        if rows < old[0] or columns < old[1]:
            self.replace_rows([trimmed(row[:columns]) for row in self.rows(0, rows)])
            self._cut(rows, columns)

    def save(self) -> None:
        """Write the changed chunks and the tab document."""
        for chunk in sorted(self._dirty):
            self.book.store.put("sheets.rows", f"{self.key}/{chunk}", {"rows": self._chunk(chunk)})
        if self._dirty_doc:
            self.book.store.put("sheets.tab", self.key, self.doc)
        self._dirty.clear()
        self._dirty_doc = False

    def _cut(self, rows: int, columns: int) -> None:
        """Let go what lay on rows and columns that are gone."""

        def stays(span: Json) -> bool:
            return int(span.get("startRowIndex") or 0) < rows and int(span.get("startColumnIndex") or 0) < columns

        self.doc["merges"] = [span for span in self.doc["merges"] if stays(span)]
        self.doc["protected"] = [item for item in self.doc["protected"] if stays(item["range"])]
        for entry in self.book.metadata():
            span = entry["location"].get("dimensionRange")
            if span and span["sheetId"] == self.id:
                size = rows if span["dimension"] == "ROWS" else columns
                if span["startIndex"] >= size:
                    self.book.store.drop(self.book.metadata_kind, str(entry["metadataId"]))

    def _chunk(self, chunk: int) -> list[Row]:
        if chunk not in self._chunks:
            doc = self.book.store.get("sheets.rows", f"{self.key}/{chunk}")
            self._chunks[chunk] = doc["rows"] if doc else []
        return self._chunks[chunk]

    def _grow(self, count: int) -> None:
        for index in range(self.stored, count):
            chunk = index // ROWS_PER_CHUNK
            self._chunk(chunk).append([])
            self._dirty.add(chunk)
        self.doc["rows"] = count
        self.touch()


def holds(cell: Cell) -> bool:
    """Whether a cell has a value or a formula."""
    return cell is not None and (value_of(cell) is not None or (type(cell) is dict and "f" in cell))


def trimmed(row: Row) -> Row:
    """The row without trailing empty cells."""
    while row and row[-1] is None:
        row.pop()
    return row
