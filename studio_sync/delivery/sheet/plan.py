"""Plan one commit: row effects, derived cells and Today as one atomic batch of typed cells on a fresh reading.

Several effects on one row become one write. A row that is there is updated where its id stands now; one that is not
is appended. Source: spec commit-chain 2, rules 5 to 7 (first form: rows are found by id on the planning read).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.columns import Role
from sheets_schema.head import (
    Head,
    add_token_request,
    drop_marker_request,
    drop_token_request,
    head_requests,
    marker_request,
)
from sheets_schema.reading import Reading, SeenRow, SeenTab, part_copies
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.workbook import CELL_FIELDS, STYLE_FIELDS, append_requests, spans, style_cells
from studio_sync.delivery.sheet.batch import Batch, Settled
from studio_sync.delivery.sheet.numbers import Numbers
from studio_sync.delivery.sheet.today import today_requests
from studio_sync.rules.changes import change_id, change_of
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.today import TodayLine

Derived = Iterable[tuple[str, str, Mapping[str, Raw]]]
RowEffect = PutRow | DropRow
Memory = Mapping[str, Mapping[str, Mapping[str, Raw]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """What a commit follows, and what marks it as ours."""

    after: Head
    batch_id: str
    writer: str
    at: datetime
    #: the token on the sheet; 0 when there is none
    predecessor: int
    #: markers that left the ring, as listed on the sheet
    old_markers: tuple[int, ...] = ()


class Planner:
    """Plans one batch for one workbook on one reading.

    ``memory``: the rows as remembered, by tab and id; ``gone``: whether a row that is nowhere was known once;
    ``counters``: last numbers by series as the journal knows them.
    """

    def __init__(
        self,
        snap: Snapshot,
        reading: Reading,
        memory: Memory,
        gone: Callable[[str, str], bool],
        counters: Mapping[str, int],
    ) -> None:
        self._snap = snap
        self._memory = memory
        self._gone = gone
        tabs = {key: part_copies(seen, memory.get(key, {})) for key, seen in reading.tabs.items()}
        self._reading = dataclasses.replace(reading, tabs=tabs)
        self._writes: dict[tuple[str, str], dict[str, Raw]] = {}
        self._typed: dict[tuple[str, str], SeenRow] = {}
        self._history: set[tuple[str, str]] = set()
        self._settled: list[Settled] = []
        self._numbers = Numbers(self._reading, counters)
        log = self._reading.tabs.get(changes_tab(self._reading))
        self._receipts = {str(row.raws.get("key")) for row in log.rows} if log else set()

    # -- effects

    def _missing(self, effect: RowEffect) -> bool:
        return missing(self._reading, self._memory, effect)

    def take(self, effect: RowEffect, at: datetime) -> None:
        """Add one effect; one that the sheet already shows as done, or whose row she deleted, needs no writing."""
        place = (effect.tab, effect.row_id)
        seen = self._seen(*place)
        number = str(seen.raws.get("number") or "") if seen else ""
        if effect.key in self._receipts:
            self._settle(effect, {"number": number} if number else {})
        elif isinstance(effect, PutRow) and effect.match:
            self._id_cell(effect)
        elif seen is None and place not in self._writes and (self._missing(effect) or self._gone(*place)):
            self._settle(effect, {"gone": True})
        else:
            self._write(effect, seen, number, at)

    def _write(self, effect: RowEffect, seen: SeenRow | None, number: str, at: datetime) -> None:
        place = (effect.tab, effect.row_id)
        cells: dict[str, Raw] = dict(effect.cells) if isinstance(effect, PutRow) else {"state": "cancelled"}
        result: dict[str, Any] = {}
        if isinstance(effect, PutRow) and effect.series:
            cells["number"] = number or self._numbers.take(effect.series)
            result = {"number": cells["number"]}
        if effect.what:
            known = self._memory.get(effect.tab, {}).get(effect.row_id, seen.raws if seen else None)
            before = {**(known or {}), **self._writes.get(place, {})} if known or place in self._writes else None
            self._merge(changes_tab(self._reading), change_id(effect.key), change_of(self._snap, effect, before, at))
        self._merge(*place, cells)
        self._settle(effect, result)

    def _id_cell(self, effect: PutRow) -> None:
        tab = self._reading.tabs[effect.tab]
        taken = {row.position for (key, _), row in self._typed.items() if key == effect.tab}
        row = next((row for row in tab.typed(effect.match) if row.position not in taken), None)
        if row is None:
            self._settle(effect, {"gone": True})
            return
        place = (effect.tab, effect.row_id)
        self._typed[place] = row
        if effect.history:
            self._history.add(place)
        self._settle(effect, {})

    def _settle(self, effect: RowEffect, result: Mapping[str, Any]) -> None:
        self._settled.append(Settled(key=effect.key, result=result))

    def derive(self, cells: Derived) -> None:
        """Add derived cells of rows that are there."""
        for tab, row_id, values in cells:
            seen = self._reading.tabs.get(tab)
            if seen and not seen.headers.broken and (seen.find(row_id) or (tab, row_id) in self._writes):
                self._merge(tab, row_id, values)

    def _merge(self, tab: str, row_id: str, cells: Mapping[str, Raw]) -> None:
        self._writes.setdefault((tab, row_id), {}).update(cells)

    def _seen(self, tab: str, row_id: str) -> SeenRow | None:
        there = self._reading.tabs.get(tab)
        return there.find(row_id) if there else None

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
        head = stamp.after
        counters = self._numbers.counters
        following = head.next(stamp.batch_id, counters, stamp.writer, stamp.at.isoformat(timespec="seconds"))
        requests: list[Mapping[str, Any]] = [drop_token_request(stamp.predecessor)] if stamp.predecessor else []
        for place, row in self._typed.items():
            requests += self._id_requests(place, row)
        requests += self._row_requests()
        drawn: dict[str, Mapping[str, Mapping[str, Raw]]] = {}
        if today is not None and "today" in self._reading.tabs:
            more, raws = today_requests(self._reading.tabs["today"], today, self._snap.context)
            requests += more
            drawn["today"] = raws
        requests += head_requests(following)
        requests.append(add_token_request(following))
        requests.append(marker_request(following.n, stamp.batch_id))
        requests += [drop_marker_request(n) for n in stamp.old_markers]
        return Batch(
            batch_id=stamp.batch_id,
            head=following,
            requests=tuple(requests),
            settled=self.settled,
            predecessor=stamp.predecessor,
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
        appends: dict[str, list[dict[str, Raw]]] = {}
        for (key, row_id), cells in self._writes.items():
            tab = self._reading.tabs.get(key)
            if tab is None:
                continue
            row = tab.find(row_id) or self._typed.get((key, row_id))
            if row is not None:
                requests += self._span_requests(tab, row.position, cells, row_id)
            else:
                appends.setdefault(key, []).append({"id": row_id, **cells})
        for key, rows in appends.items():
            tab = self._reading.tabs[key]
            requests += append_requests(
                tab.tab, tab.sheet_id, rows, tab.headers.order, self._snap.context, tab.first_free
            )
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


def waits(reading: Reading, memory: Memory, effects: Sequence[RowEffect]) -> str:
    """Why the effects of one fact cannot be written on this reading, or "". They ride in one commit or in none."""
    for effect in effects:
        for tab in {effect.tab, changes_tab(reading)} if effect.what else {effect.tab}:
            seen = reading.tabs.get(tab)
            if seen is None:
                return f"there is no tab {BY_KEY[tab].title}"
            if seen.headers.broken:
                return f"{BY_KEY[tab].title} is paused: no heading {seen.headers.broken[0].title}"
        projects = isinstance(effect, PutRow) and effect.projection
        if not projects and missing(reading, memory, effect):
            return "its row is not in the sheet just now"
    return ""


def missing(reading: Reading, memory: Memory, effect: RowEffect) -> bool:
    """A row we know that this reading does not show: deleted, or on its way to another place."""
    if isinstance(effect, PutRow) and effect.match:
        return False
    seen = reading.tabs.get(effect.tab)
    return effect.row_id in memory.get(effect.tab, {}) and (seen is None or seen.find(effect.row_id) is None)


def changes_tab(reading: Reading) -> str:
    """Each workbook has its own tab of receipts."""
    return "changes" if reading.role == "studio" else "book_changes"


def tab_role(effect: RowEffect) -> Role:
    """The workbook an effect writes to. Raises ``KeyError`` for a tab of a newer version."""
    return BY_KEY[effect.tab].role
