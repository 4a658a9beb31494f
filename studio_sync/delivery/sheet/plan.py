"""Plan one commit: row effects, derived cells and Today as one atomic batch of typed cells on a fresh reading.

Several effects on one row become one write. A row that is there is updated where its id stands now; one that is not is appended.
Source: spec commit-chain 2, rules 5 to 7 (first form: markers and history; rows are found by id on the planning read).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.head import RING, drop_marker_request, head_requests, marker_request
from sheets_schema.reading import Reading, SeenRow, SeenTab
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.workbook import CELL_FIELDS, STYLE_FIELDS, row_cells, spans, style_cells
from studio_sync.delivery.sheet.batch import Batch, Settled
from studio_sync.delivery.sheet.today import today_requests
from studio_sync.rules.changes import change_id, change_of
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.today import TodayLine

Derived = Iterable[tuple[str, str, Mapping[str, Raw]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """What marks a commit as ours."""

    batch_id: str
    writer: str
    at: datetime


class Planner:
    """Plans one batch for one workbook on one reading."""

    def __init__(self, snap: Snapshot, reading: Reading, memory: Mapping[str, Mapping[str, Mapping[str, Raw]]]) -> None:
        self._snap = snap
        self._reading = reading
        self._memory = memory
        self._writes: dict[tuple[str, str], dict[str, Raw]] = {}
        self._typed: dict[tuple[str, str], SeenRow] = {}
        self._history: set[tuple[str, str]] = set()
        self._settled: list[Settled] = []
        self._counters = dict(reading.head.counters) if reading.head else {}
        self._receipts = self._known_receipts()

    def _known_receipts(self) -> dict[str, SeenRow]:
        tab = self._reading.tabs.get("changes") or self._reading.tabs.get("book_changes")
        return {str(row.raws.get("key")): row for row in tab.rows if row.raws.get("key")} if tab else {}

    # -- effects

    def take(self, effect: PutRow | DropRow, at: datetime) -> None:
        """Add one effect; one that the sheet already shows as done is settled without writing."""
        if effect.key in self._receipts:
            row = self._seen(effect.tab, effect.row_id)
            number = str(row.raws.get("number") or "") if row else ""
            self._settled.append(Settled(key=effect.key, result={"number": number} if number else {}))
            return
        if isinstance(effect, PutRow) and effect.match:
            self._id_cell(effect)
            return
        cells: dict[str, Raw] = dict(effect.cells) if isinstance(effect, PutRow) else {"state": "cancelled"}
        result: dict[str, Any] = {}
        seen = self._seen(effect.tab, effect.row_id)
        known = self._memory.get(effect.tab, {}).get(effect.row_id)
        if seen is None and known is not None and (effect.tab, effect.row_id) not in self._writes:
            self._settled.append(Settled(key=effect.key, result={"gone": True}))
            return
        if isinstance(effect, PutRow) and effect.series:
            cells["number"] = self._number(effect.series)
            result = {"number": cells["number"]}
        self._merge(effect.tab, effect.row_id, cells)
        if effect.what:
            before = known if known is not None else (seen.raws if seen else None)
            self._merge(self._changes_tab(), change_id(effect.key), change_of(self._snap, effect, before, at))
        self._settled.append(Settled(key=effect.key, result=result))

    def _id_cell(self, effect: PutRow) -> None:
        tab = self._reading.tabs.get(effect.tab)
        row = tab.typed(effect.match, effect.nth) if tab else None
        if row is None:
            self._settled.append(Settled(key=effect.key, result={"gone": True}))
            return
        place = (effect.tab, effect.row_id)
        self._typed[place] = row
        if effect.history:
            self._history.add(place)
        self._settled.append(Settled(key=effect.key, result={}))

    def _number(self, series: str) -> str:
        self._counters[series] = self._counters.get(series, 0) + 1
        return f"{series}-{self._counters[series]:05d}"

    def derive(self, cells: Derived) -> None:
        """Add derived cells of rows that are there and not being typed."""
        for tab, row_id, values in cells:
            if self._seen(tab, row_id) is not None or (tab, row_id) in self._writes:
                self._merge(tab, row_id, values)

    def _merge(self, tab: str, row_id: str, cells: Mapping[str, Raw]) -> None:
        self._writes.setdefault((tab, row_id), {}).update(cells)

    def _seen(self, tab: str, row_id: str) -> SeenRow | None:
        there = self._reading.tabs.get(tab)
        return there.find(row_id) if there else None

    def _changes_tab(self) -> str:
        return "changes" if self._reading.role == "studio" else "book_changes"

    # -- the batch

    @property
    def empty(self) -> bool:
        """Nothing to write."""
        return not self._writes and not self._typed

    @property
    def settled(self) -> tuple[Settled, ...]:
        """Effects that need no write or ride in this batch."""
        return tuple(self._settled)

    def batch(self, stamp: Stamp, today: Sequence[TodayLine] | None) -> Batch:
        """The whole commit. ``today``: lines to draw, or None to leave the tab as it is."""
        head = self._reading.head
        if head is None:
            raise ValueError("a commit needs a reading with a head")
        following = head.next(stamp.batch_id, self._counters, stamp.writer, stamp.at.isoformat(timespec="seconds"))
        requests: list[Mapping[str, Any]] = []
        for place, row in self._typed.items():
            requests += self._id_requests(place, row)
        requests += self._row_requests()
        drawn: dict[str, Mapping[str, Mapping[str, Raw]]] = {}
        if today is not None and "today" in self._reading.tabs:
            more, raws = today_requests(self._reading.tabs["today"], today, self._snap.context)
            requests += more
            drawn["today"] = raws
        requests += head_requests(following)
        requests.append(marker_request(following.n, stamp.batch_id))
        if following.n > RING:
            requests.append(drop_marker_request(following.n - RING))
        return Batch(
            batch_id=stamp.batch_id,
            head=following,
            requests=tuple(requests),
            settled=self.settled,
            rows=self._remembered(),
            drawn=drawn,
        )

    def _remembered(self) -> dict[str, dict[str, dict[str, Raw]]]:
        rows: dict[str, dict[str, dict[str, Raw]]] = {}
        for (tab, row_id), cells in self._writes.items():
            rows.setdefault(tab, {})[row_id] = dict(cells)
        for (tab, row_id), row in self._typed.items():
            kept = dict(row.raws) if (tab, row_id) in self._history else {}
            rows.setdefault(tab, {}).setdefault(row_id, {}).update(kept)
        return rows

    def _id_requests(self, place: tuple[str, str], row: SeenRow) -> list[Mapping[str, Any]]:
        """The id cell of a row she typed, and its look: tick boxes, dropdowns, formats."""
        tab = self._reading.tabs[place[0]]
        order = tab.headers.order
        look = style_cells(tab.tab, {"id": place[1], **row.raws}, order, self._snap.context)
        return [
            _update(tab, row.position, 0, look, STYLE_FIELDS),
            *self._span_requests(tab, row.position, {"id": place[1]}, place[1]),
        ]

    def _row_requests(self) -> list[Mapping[str, Any]]:
        requests: list[Mapping[str, Any]] = []
        appends: dict[str, list[dict[str, Any]]] = {}
        for (key, row_id), cells in self._writes.items():
            tab = self._reading.tabs.get(key)
            if tab is None:
                continue
            row = tab.find(row_id) or self._typed.get((key, row_id))
            if row is not None:
                requests += self._span_requests(tab, row.position, cells, row_id)
            else:
                values = row_cells(tab.tab, {"id": row_id, **cells}, tab.headers.order, self._snap.context)
                appends.setdefault(key, []).append({"values": values})
        for key, rows in appends.items():
            sheet_id = self._reading.tabs[key].sheet_id
            requests.append({"appendCells": {"sheetId": sheet_id, "rows": rows, "fields": CELL_FIELDS}})
        return requests

    def _span_requests(
        self, tab: SeenTab, position: int, cells: Mapping[str, Raw], row_id: str
    ) -> list[Mapping[str, Any]]:
        return [
            _update(tab, position, start, run, CELL_FIELDS)
            for start, run in spans(tab.tab, cells, tab.headers.order, self._snap.context, row_id)
        ]


def _update(tab: SeenTab, row: int, column: int, cells: Sequence[Mapping[str, Any]], fields: str) -> dict[str, Any]:
    start = {"sheetId": tab.sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": list(cells)}], "fields": fields}}


def tab_role(effect: PutRow | DropRow) -> str:
    """The workbook an effect writes to."""
    return BY_KEY[effect.tab].role
