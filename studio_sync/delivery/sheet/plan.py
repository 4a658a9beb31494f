"""Plan one commit: row effects, derived cells and Today as one atomic batch of typed cells on a fresh reading.

Several effects on one row become one write. A row that is there is updated where its id stands now, and copied just
before, so that what was really hit can be judged; one that is not is appended. Source: spec commit-chain, rules 4 to 7.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.columns import Role
from sheets_schema.debts import Debt, mark, mend
from sheets_schema.head import (
    Head,
    add_token_request,
    drop_marker_request,
    drop_token_request,
    head_requests,
    marker_request,
)
from sheets_schema.headers import match_of
from sheets_schema.images import Label, Update, before_request, debt_requests, image_requests
from sheets_schema.reading import Reading, SeenRow, SeenTab, part_copies
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.workbook import CELL_FIELDS, STYLE_FIELDS, append_requests, spans, style_cells
from studio_sync.delivery.sheet.batch import THERE, Batch, Settled
from studio_sync.delivery.sheet.numbers import Numbers
from studio_sync.delivery.sheet.today import Drawing, draw_today
from studio_sync.rules.changes import change_id, change_of
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.today import TodayLine

Derived = Iterable[tuple[str, str, Mapping[str, Raw]]]
RowEffect = PutRow | DropRow
#: rows to append, by tab
Added = dict[str, list[dict[str, Raw]]]
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
    #: rows and columns of ``_studio``, as last seen
    notes_grid: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the journal knows about a workbook."""

    #: the rows as remembered, by tab and id
    memory: Memory
    #: series -> last number
    counters: Mapping[str, int] = field(default_factory=dict)
    #: effect -> number, of earlier attempts on this slot
    given: Mapping[str, str] = field(default_factory=dict)
    #: open ones
    debts: tuple[Debt, ...] = ()
    #: the debts as listed in the sheet
    listed: tuple[Debt, ...] = ()


class Planner:
    """Plans one batch for one workbook on one reading. ``gone``: whether a row that is nowhere was known once."""

    def __init__(self, snap: Snapshot, reading: Reading, known: Known, gone: Callable[[str, str], bool]) -> None:
        self._snap = snap
        self._memory = known.memory
        self._gone = gone
        mended = mend(reading, known.debts)
        self._debts, self._owed = mended.open, mended.owed
        self._listed, self._relist = len(known.listed), mended.open != known.listed
        tabs = self._tabs = mended.reading.tabs
        self._reading = dataclasses.replace(
            reading, tabs={key: part_copies(seen, known.memory.get(key, {})) for key, seen in tabs.items()}
        )
        self._writes: dict[tuple[str, str], dict[str, Raw]] = {}
        self._keys: dict[tuple[str, str], list[str]] = {}
        self._typed: dict[tuple[str, str], SeenRow] = {}
        self._history: set[tuple[str, str]] = set()
        self._settled: list[Settled] = []
        self._numbers = Numbers(self._reading, known.counters, known.given)
        log = self._reading.tabs.get(changes_tab(self._reading))
        self._receipts = {str(raw) for raw in log.column("key")} if log else set()

    # -- effects

    def _deleted(self, effect: RowEffect) -> bool:
        if _back(effect):
            return False
        return missing(self._reading, self._memory, effect) or self._gone(effect.tab, effect.row_id)

    def take(self, effect: RowEffect, at: datetime) -> None:
        """Add one effect; one that the sheet already shows as done, or whose row she deleted, needs no writing."""
        place = (effect.tab, effect.row_id)
        seen = self._seen(*place)
        number = str(seen.raws.get("number") or "") if seen else ""
        if effect.key in self._receipts or self._done_before(effect, seen):
            numbered = isinstance(effect, PutRow) and effect.series and number
            self._settle(effect, {"number": number} if numbered else {})
        elif seen is not None and _announces(effect):
            self._settle(effect, {THERE: str(seen.raws.get("state") or "")})
        elif isinstance(effect, PutRow) and effect.match:
            self._id_cell(effect)
        elif seen is None and place not in self._writes and self._deleted(effect):
            self._settle(effect, {"gone": True})
        else:
            self._write(effect, seen, number, at)

    def _done_before(self, effect: RowEffect, seen: SeenRow | None) -> bool:
        """Whether a new row without a line of its own in Changes was written already: it is there, or she deleted it
        since, for Changes has the line of its whole fact. Only notes from a backup ask for it again.
        """
        if not isinstance(effect, PutRow) or not effect.new or effect.what:
            return False
        if seen is not None and (effect.tab, effect.row_id) not in self._writes:
            return not _announces(effect)
        return effect.key.rpartition(f"/row:{effect.tab}:")[0] in self._receipts

    def _write(self, effect: RowEffect, seen: SeenRow | None, number: str, at: datetime) -> None:
        place = (effect.tab, effect.row_id)
        cells: dict[str, Raw] = dict(effect.cells) if isinstance(effect, PutRow) else {"state": "cancelled"}
        result: dict[str, Any] = {}
        if isinstance(effect, PutRow) and effect.series:
            cells["number"] = number or self._numbers.take(effect.series, effect.key)
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
        alike = [row for row in tab.alike(effect.match) if row.id != effect.row_id] if effect.back else []
        found = alike or tab.typed(effect.match)
        row = next((row for row in found if row.position not in taken), None)
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
        self._keys.setdefault((effect.tab, effect.row_id), []).append(effect.key)

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
        """Nothing to write, no debt to pay, and none to strike off the list."""
        return not self._writes and not self._typed and not any(self._owed.values()) and not self._relist

    @property
    def settled(self) -> tuple[Settled, ...]:
        """Effects that need no write or ride in this batch."""
        return tuple(self._settled)

    def batch(self, stamp: Stamp, today: Sequence[TodayLine] | None) -> Batch:
        """The whole commit. ``today``: lines to draw, or None to leave the tab as it is."""
        head = stamp.after
        counters = self._numbers.counters
        following = head.next(stamp.batch_id, counters, stamp.writer, stamp.at.isoformat(timespec="seconds"))
        drawing = draw_today(self._reading.tabs["today"], today, self._snap.context) if today is not None else None
        updates, added = self._updates(), self._added()
        label = self._label(stamp.batch_id, [update for update, _ in updates], added, drawing)
        sheet_ids = {key: tab.sheet_id for key, tab in self._reading.tabs.items()}
        room, labels = image_requests(label, sheet_ids, stamp.notes_grid)
        requests: list[Mapping[str, Any]] = [drop_token_request(stamp.predecessor)] if stamp.predecessor else []
        requests += [before_request(head.n)] if head.n else []
        requests += room
        for _, more in updates:
            requests += more
        requests += [*self._appends(added), *(drawing.requests if drawing else ()), *labels]
        requests += debt_requests(self._debts, self._listed) if self._relist else []
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
            drawn={"today": drawing.rows} if drawing else {},
            label=label,
            listed=self._debts,
        )

    def _label(self, batch_id: str, updates: Sequence[Update], added: Added, drawing: Drawing | None) -> Label:
        tabs = {update.tab for update in updates} | added.keys() | ({"today"} if drawing else set())
        headers = {key: self._reading.tabs[key].headers for key in sorted(tabs)}
        return Label(
            batch=batch_id,
            updates=tuple(updates),
            orders={key: each.order for key, each in headers.items()},
            looks={key: each.look for key, each in headers.items() if each.look},
            drawn=drawing.positions if drawing else (),
            ticked=drawing.ticked if drawing else {},
        )

    def _remembered(self) -> dict[str, dict[str, dict[str, Raw]]]:
        rows: dict[str, dict[str, dict[str, Raw]]] = {}
        for (tab, row_id), cells in self._writes.items():
            rows.setdefault(tab, {})[row_id] = dict(cells)
        for (tab, row_id), row in self._typed.items():
            kept = dict(row.raws) if (tab, row_id) in self._history else {}
            rows.setdefault(tab, {}).setdefault(row_id, {}).update(kept)
        return rows

    def _updates(self) -> list[tuple[Update, list[Mapping[str, Any]]]]:
        """Every existing row that is written into, with its requests: by effects, for its id, or to pay a debt."""
        found = []
        owed = {key: dict(rows) for key, rows in self._owed.items()}
        for (key, row_id), cells in {**{place: {} for place in self._typed}, **self._writes}.items():
            tab = self._reading.tabs.get(key)
            typed = self._typed.get((key, row_id))
            row = typed or (tab.find(row_id) if tab else None)
            if tab is None or row is None:
                continue
            put: dict[str, Raw] = {
                **owed.get(key, {}).pop(row.position, {}),
                **({"id": row_id} if typed else {}),
                **cells,
            }
            found.append(self._update(tab, row, put, row_id, tuple(self._keys.get((key, row_id), ()))))
        for key, rows in owed.items():
            tab = self._reading.tabs[key]
            for position, mended in rows.items():
                row = tab.at(position) or SeenRow(position=position, id="", raws={})
                found.append(self._update(tab, row, mended, row.id, tuple(self._keys.get((key, row.id), ()))))
        return [(update, requests) for update, requests in found if update.put]

    def _update(
        self, tab: SeenTab, row: SeenRow, put: Mapping[str, Raw], row_id: str, keys: tuple[str, ...]
    ) -> tuple[Update, list[Mapping[str, Any]]]:
        order, context = tab.headers.order, self._snap.context
        requests: list[Mapping[str, Any]] = []
        known = (self._tabs[tab.tab.key].at(row.position) or row).id
        if not row.id and row_id:
            look = style_cells(tab.tab, {"id": row_id, **row.raws}, order, context)
            requests.append(_cells(tab, row.position, 0, look, STYLE_FIELDS))
        for start, run in spans(tab.tab, put, order, context, row_id):
            requests.append(_cells(tab, row.position, start, run, CELL_FIELDS))
        update = Update(
            tab=tab.tab.key,
            position=row.position,
            row_id=known,
            match="" if row.id else match_of(tab.tab, row.raws),
            was={name: mark((known or None) if name == "id" else row.raws.get(name)) for name in put if name in order},
            put={name: raw for name, raw in put.items() if name in order},
            keys=keys,
        )
        return update, requests

    def _added(self) -> Added:
        """The rows to append, by tab."""
        found: Added = {}
        for (key, row_id), cells in self._writes.items():
            tab = self._reading.tabs.get(key)
            if tab is not None and not tab.find(row_id) and (key, row_id) not in self._typed:
                found.setdefault(key, []).append({"id": row_id, **cells})
        return found

    def _appends(self, added: Added) -> list[Mapping[str, Any]]:
        requests: list[Mapping[str, Any]] = []
        for key, rows in added.items():
            tab, order = self._reading.tabs[key], self._reading.tabs[key].headers.order
            requests += append_requests(tab.tab, tab.sheet_id, rows, order, self._snap.context, tab.first_free)
        return requests


def _cells(tab: SeenTab, row: int, column: int, cells: Sequence[Mapping[str, Any]], fields: str) -> dict[str, Any]:
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
        if not projects and not _back(effect) and missing(reading, memory, effect):
            return "its row is not in the sheet just now"
        if twice(reading, effect):
            return "its row stands in the sheet twice"
    return ""


def twice(reading: Reading, effect: RowEffect) -> bool:
    """She copied the row and pasted it: until the copy has an id of its own nobody can say which is meant."""
    if isinstance(effect, PutRow) and effect.match:
        return False
    seen = reading.tabs.get(effect.tab)
    return seen is not None and seen.count(effect.row_id) > 1


def _announces(effect: RowEffect) -> bool:
    """The row of a message of class once, written before it leaves: whoever writes it first sends it."""
    if not isinstance(effect, PutRow) or effect.tab != "messages" or effect.projection or effect.back:
        return False
    return effect.key.endswith(f"/row:messages:{effect.row_id}")


def numbered_elsewhere(reading: Reading, memory: Memory, effects: Sequence[RowEffect]) -> bool:
    """Whether another program numbered a document of this fact, as we know by now: it must be decided on that."""
    for effect in effects:
        if isinstance(effect, PutRow) and effect.series and effect.tab in reading.tabs:
            seen = reading.tabs[effect.tab].find(effect.row_id)
            known = memory.get(effect.tab, {}).get(effect.row_id, {})
            shown = str(seen.raws.get("number") or "") if seen else ""
            if shown.startswith(effect.series) and shown == known.get("number"):
                log = reading.tabs.get(changes_tab(reading))
                return log is not None and effect.key not in {str(raw) for raw in log.column("key")}
    return False


def _back(effect: RowEffect) -> bool:
    """Whether it is to put back what vanished."""
    return isinstance(effect, PutRow) and effect.back


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
