"""A workbook with a hundred thousand bookings, as the answers Google would give: nothing but bytes, no sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.head import SHEET_ID, TITLE, first_head, head_requests
from sheets_schema.tabs import BY_KEY

TAB = BY_KEY["bookings"]
WIDTH = len(TAB.columns)
#: the column that one hand changes
NOTE = next(at for at, column in enumerate(TAB.columns) if column.field == "note")
IDENT = "workbook-of-the-bench"


@dataclass
class Answer:
    """Of one call."""

    content: bytes
    status_code: int = 200
    ok: bool = True

    def json(self) -> Any:
        """Its body, parsed."""
        return json.loads(self.content)


@dataclass
class BigBook:
    """The rows, and a client in the shape of gspread's that answers from them."""

    rows: int
    grid: list[list[Raw]] = field(init=False)
    #: the answer to each way of asking, made once per change: making it is Google's work
    _made: dict[tuple[str, ...], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        titles: list[Raw] = [column.title for column in TAB.columns]
        self.grid = [titles, *(_row(n) for n in range(self.rows))]

    def change(self, row: int, text: str) -> None:
        """One cell."""
        self.grid[row][NOTE] = text
        self._made.clear()

    # -- as the adapter's way to Google

    def sheets(self) -> BigBook:
        """The client."""
        return self

    def fetch_sheet_metadata(self, _id: str, params: Any = None) -> Mapping[str, Any]:  # noqa: ARG002
        """Its tabs."""
        return {
            "spreadsheetId": IDENT,
            "sheets": [
                {"properties": _tab(TITLE, SHEET_ID, 512, 72)},
                {"properties": _tab(TAB.title, TAB.sheet_id, self.rows + 1, WIDTH)},
            ],
        }

    def ask(self, *_: Any, **__: Any) -> Answer:
        """No column bears a tag."""
        return Answer(b"{}")

    def request(self, _method: str, _url: str, params: Any = None, headers: Any = None) -> Answer:  # noqa: ARG002
        """The values of the ranges asked for."""
        return Answer(self.answer(tuple(params["ranges"])))

    def answer(self, ranges: tuple[str, ...]) -> bytes:
        """As short as Google writes it when asked to."""
        if ranges not in self._made:
            found = [{"range": name, "values": self._values(name)} for name in ranges]
            self._made[ranges] = json.dumps({"valueRanges": found}, separators=(",", ":")).encode()
        return self._made[ranges]

    def shown(self) -> bytes:
        """An answer in which every cell is text, as a client asks for by default."""
        rows = [["" if cell is None else str(cell) for cell in line] for line in self.grid]
        return json.dumps({"range": "Bookings", "majorDimension": "ROWS", "values": rows}).encode()

    def _values(self, name: str) -> list[list[Raw]]:
        place = name.rpartition("!")[2]
        if name.startswith(TITLE):
            cells = head_requests(first_head(IDENT))[0]["updateCells"]["rows"]
            return [[cell["userEnteredValue"]["stringValue"]] for row in cells for cell in row["values"]]
        first, _, last = place.partition(":")
        start = int("".join(ch for ch in first if ch.isdigit()) or 1)
        end = int(last) if last.isdigit() else len(self.grid)
        return self.grid[start - 1 : end]


def _row(n: int) -> list[Raw]:
    """A booking as it stands in the sheet."""
    known: dict[str, Raw] = {
        "date": 45_000.0 + n % 600,
        "time": (8 + n % 10) / 24,
        "client": f"Thandi Maroon {n % 300}",
        "state": "came",
        "type": "duo",
        "tell": False,
        "minutes": 55.0,
        "pay_with": "invoice",
        "price": 250.0,
        "note": f"a note {n}",
        "source": "chat",
        "invoice": f"INV-2026-{n % 9000:05}",
        "changed": 45_000.5 + n % 600,
        "client_id": f"c-{n % 300:03}",
        "session": f"s-{n:06}",
        "id": f"b-{n:06}",
    }
    return [known.get(column.field, "") for column in TAB.columns]


def _tab(title: str, ident: int, rows: int, columns: int) -> dict[str, Any]:
    return {"title": title, "sheetId": ident, "gridProperties": {"rowCount": rows, "columnCount": columns}}
