"""The sheet watch: compares each reading with what was last seen and tells differences by id and field.

A sort is no change. Typing acts when it has been still for a moment, ticks at once. A reading that is older than our last
confirmed commit, or taken while a commit is undecided, is thrown away. A suddenly empty tab is never believed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sheets_schema.cells import Raw
from sheets_schema.headers import match_of
from sheets_schema.reading import Reading, SeenTab
from studio_sync.journal import Tx
from studio_sync.rules.facts import Fact, RowChanged, RowGone, RowTyped
from studio_sync.workbooks import LiveWorkbook

log = logging.getLogger(__name__)
#: typing acts when it has been still for so long
STILL = timedelta(seconds=3)
#: a missing row is believed gone after this
MISSED = timedelta(seconds=60)
#: disaster brake: so many rows and so large a share of a tab gone at once
BRAKE_ROWS, BRAKE_SHARE = 5, 0.5


@dataclass
class Unsettled:
    """Rows that are being typed or were not seen, since when."""

    typing: dict[tuple[str, str], tuple[Mapping[str, Raw], datetime]] = field(default_factory=dict)
    missing: dict[tuple[str, str], datetime] = field(default_factory=dict)
    #: tabs whose changes are not believed until they look whole again
    braked: set[str] = field(default_factory=set)


class SheetWatch:
    """Notices changes of one workbook."""

    def __init__(self, book: LiveWorkbook, still: timedelta = STILL) -> None:
        self._book = book
        self._still = still
        self._unsettled = Unsettled()

    @property
    def restless(self) -> bool:
        """Something was just typed: look again soon."""
        return bool(self._unsettled.typing)

    @property
    def braked(self) -> frozenset[str]:
        """Tabs (keys) whose rows vanished at once."""
        return frozenset(self._unsettled.braked)

    def notice(self, tx: Tx, reading: Reading, now: datetime) -> int:
        """Turn what changed into facts, and remember it, in the caller's transaction. Returns the number of facts."""
        if not self._trusted(tx, reading):
            return 0
        first = tx.get_meta(self._book.history_key) is None
        facts: list[Fact] = []
        for seen in reading.tabs.values():
            if seen.headers.broken:
                self._unsettled.braked.add(seen.tab.key)
                continue
            facts += self._tab(tx, seen, now, first=first)
        if first:
            tx.put_meta(self._book.history_key, now.isoformat())
        for fact in facts:
            tx.put_fact(fact)
        return len(facts)

    def _trusted(self, tx: Tx, reading: Reading) -> bool:
        known = tx.get_meta(self._book.head_key)
        if reading.head is None or tx.attempts(self._book.role):
            return False
        if known is None or reading.head.n > known["n"]:
            tx.put_meta(self._book.head_key, {"n": reading.head.n, "batch": reading.head.batch})
            return True
        return bool(reading.head.n == known["n"])

    def _tab(self, tx: Tx, seen: SeenTab, now: datetime, *, first: bool) -> list[Fact]:
        tab = seen.tab.key
        memory = tx.rows(tab)
        present: dict[str, Mapping[str, Raw]] = {}
        for row in seen.rows:
            if row.id and row.id not in present:
                present[row.id] = row.raws
        facts: list[Fact] = []
        if first:
            tx.put_rows(tab, {row_id: raws for row_id, raws in present.items() if row_id not in memory})
        else:
            for row_id, raws in present.items():
                facts += self._row(tx, seen, row_id, memory.get(row_id), raws, now)
            facts += self._gone(tx, seen, memory, present, now)
        if not seen.tab.drawn:
            facts += self._typed(tx, seen, now, history=first)
        return facts

    def _row(
        self,
        tx: Tx,
        seen: SeenTab,
        row_id: str,
        memory: Mapping[str, Raw] | None,
        raws: Mapping[str, Raw],
        now: datetime,
    ) -> list[Fact]:
        tab = seen.tab.key
        before = memory or {}
        watched = _watched(seen, raws, before)
        changed = [name for name in watched if not _same(before.get(name), raws.get(name))]
        place = (tab, row_id)
        if not changed:
            self._unsettled.typing.pop(place, None)
            return []
        if not all(isinstance(raws.get(name), bool) for name in changed):
            settled = self._still_since(place, {name: raws.get(name) for name in watched}, now)
            if not settled:
                return []
        self._unsettled.typing.pop(place, None)
        merged = {**before, **{name: raws.get(name) for name in watched}}
        rev = tx.bump(tab, row_id)
        tx.put_rows(tab, {row_id: merged})
        old = {name: before.get(name) for name in watched} if memory else {}
        new = {name: raws.get(name) for name in watched}
        key = f"row:{tab}:{row_id}:{rev}"
        return [RowChanged(key=key, at=now, tab=tab, row_id=row_id, rev=rev, before=old, after=new)]

    def _still_since(self, place: tuple[str, str], raws: Mapping[str, Raw], now: datetime) -> bool:
        known = self._unsettled.typing.get(place)
        if known is None or known[0] != raws:
            self._unsettled.typing[place] = (raws, now)
            return self._still <= timedelta(0)
        return now - known[1] >= self._still

    def _typed(self, tx: Tx, seen: SeenTab, now: datetime, *, history: bool) -> list[Fact]:
        """Rows without an id: each gets one once. The n-th of its kind counts facts, so typing the same again is new."""
        tab = seen.tab
        groups: dict[str, list[Mapping[str, Raw]]] = {}
        for row in seen.rows:
            if not row.id:
                groups.setdefault(match_of(tab, row.raws), []).append(row.raws)
        facts: list[Fact] = []
        for match, rows in groups.items():
            if not history and not self._still_since((tab.key, f"new:{match}"), {"n": float(len(rows))}, now):
                continue
            waiting = _outstanding(tx, tab.key, match)
            for nth in range(waiting, len(rows)):
                count = tx.bump(f"{tab.key}:new", match)
                key = f"row:{tab.key}:new:{match}:{count}"
                tx.put_meta(f"typed:{tab.key}:{match}", [*(tx.get_meta(f"typed:{tab.key}:{match}") or []), key][-20:])
                facts.append(
                    RowTyped(key=key, at=now, tab=tab.key, match=match, nth=nth, after=dict(rows[nth]), history=history)
                )
        return facts

    def _gone(
        self, tx: Tx, seen: SeenTab, memory: Mapping[str, object], present: Mapping[str, object], now: datetime
    ) -> list[Fact]:
        tab = seen.tab.key
        gone = [row_id for row_id in memory if row_id not in present]
        for place in [p for p in self._unsettled.missing if p[0] == tab and p[1] in present]:
            del self._unsettled.missing[place]
        if seen.tab.drawn:
            return []
        if len(gone) >= BRAKE_ROWS and len(gone) >= BRAKE_SHARE * len(memory):
            self._unsettled.braked.add(tab)
            return []
        self._unsettled.braked.discard(tab)
        facts: list[Fact] = []
        for row_id in gone:
            since = self._unsettled.missing.setdefault((tab, row_id), now)
            if now - since >= MISSED:
                before = {name: raw for name, raw in tx.rows(tab)[row_id].items()}
                rev = tx.bump(tab, row_id)
                facts.append(RowGone(key=f"row:{tab}:{row_id}:{rev}", at=now, tab=tab, row_id=row_id, before=before))
                tx.drop_rows(tab, [row_id])
                del self._unsettled.missing[tab, row_id]
        return facts


def _watched(seen: SeenTab, raws: Mapping[str, Raw], before: Mapping[str, Raw]) -> list[str]:
    """Fields whose change means something: hers, shared, ticks; in Today every tick box."""
    if seen.tab.drawn:
        return [name for name in raws if isinstance(raws.get(name), bool) or isinstance(before.get(name), bool)]
    return [c.field for c in seen.tab.columns if c.editor != "ours" and c.field in seen.headers.columns]


def _same(a: Raw, b: Raw) -> bool:
    """Blank, empty text and an unticked box are the same; so are 5 and 5.0."""
    if a in (None, "", False) and b in (None, "", False):
        return True
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def _outstanding(tx: Tx, tab: str, match: str) -> int:
    """Rows of this content that are already getting an id."""
    count = 0
    for key in tx.get_meta(f"typed:{tab}:{match}") or []:
        effects = tx.effects_of(key)
        if not effects:
            count += 0 if tx.fact(key) is None else 1
        elif any(queued.state not in {"done", "dropped"} for queued in effects):
            count += 1
    return count
