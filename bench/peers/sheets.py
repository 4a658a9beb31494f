"""How sheets are often read and written: all of it parsed and compared each time, a call per event."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from gspread.worksheet import Worksheet

from sheets_schema.reading import quoted
from studio_sync.adapters.google_http import LOCAL, GoogleHttp, sign_in
from studio_sync.adapters.sheets import create_workbook
from studio_sync.errors import RateLimited
from tests.hallway.room import Room

Row = tuple[Any, ...]


class ParseAll:
    """Parses the whole answer, and compares every row with the last one of the same id."""

    def __init__(self) -> None:
        self._known: dict[Any, Row] = {}

    def look(self, body: bytes) -> list[Any]:
        """Ids of rows that are new, changed or gone."""
        rows = [row for each in json.loads(body)["valueRanges"] for row in each["values"]]
        now = {row[-1]: tuple(row) for row in rows}
        before, self._known = self._known, now
        changed = [ident for ident, row in now.items() if before.get(ident) != row]
        return changed + [ident for ident in before if ident not in now]


class Records:
    """gspread's ``get_all_records``, compared record by record."""

    def __init__(self) -> None:
        self._known: Mapping[Any, Mapping[str, Any]] = {}

    def look(self, body: bytes) -> list[Any]:
        """Ids of records that are new, changed or gone. ``body``: an answer to ``values.get`` as cells are shown."""
        now: dict[Any, Mapping[str, Any]] = {record["Id"]: record for record in _Shown(body).get_all_records()}
        before, self._known = self._known, now
        changed = [ident for ident, record in now.items() if before.get(ident) != record]
        return changed + [ident for ident in before if ident not in now]


class _Shown(Worksheet):
    """A worksheet whose read has been answered already."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def get(self, *_: Any, **__: Any) -> Any:
        return json.loads(self._body)["values"]


class OneByOne:
    """A call per row, as fast as Google lets: it waits a second when it is told that it was too much."""

    def __init__(self, room: Room) -> None:
        self._room = room
        way = GoogleHttp(sign_in(LOCAL), base=room.world.base)
        self._port = create_workbook(way, "of the peer", locale="en_GB", zone="Etc/UTC")
        self._tab = self._port.shape().sheets[0]

    def rows_of_a_minute(self) -> int:
        """Rows that stand in the sheet a virtual minute later. The minute before is used up like this one."""
        self._minute()
        before = self._rows()
        self._minute()
        return self._rows() - before

    def calls_for(self, texts: Sequence[str]) -> tuple[int, str]:
        """How many calls these rows take, and "" or what is wrong. Nobody stops it: Google's limits are off."""
        before, calls = self._rows(), 0
        for text in texts:
            self.append(text)
            calls += 1
        there = self._rows() - before
        return calls, "" if there == len(texts) else f"{there} of {len(texts)} rows are there"

    def append(self, text: str) -> None:
        """One row, one call."""
        row = {"values": [{"userEnteredValue": {"stringValue": text}}]}
        append = {"sheetId": self._tab.sheet_id, "rows": [row], "fields": "userEnteredValue"}
        self._port.commit([{"appendCells": append}])

    def _minute(self) -> None:
        end = self._room.clock.now() + timedelta(seconds=60)
        while self._room.clock.now() < end:
            try:
                self.append("an event")
            except RateLimited:
                self._room.tick(1)

    def _rows(self) -> int:
        return len(self._port.read([quoted(self._tab.title)])[0])
