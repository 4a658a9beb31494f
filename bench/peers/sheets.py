"""How sheets are often read and written: all of it parsed and compared each time, a call per event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gspread.worksheet import Worksheet

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
