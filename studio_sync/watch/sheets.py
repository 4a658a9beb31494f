"""The sheet watch: compares each reading with what was last seen and tells differences by id and field.

A sort is no change. Typing acts when it has been still for a moment, ticks at once. A reading that is older than our
last confirmed commit, or taken while a commit is undecided, is thrown away. A suddenly empty tab is never believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sheets_schema.cells import Raw
from sheets_schema.debts import mend, read_debts
from sheets_schema.reading import Reading, SeenTab, part_copies, same
from sheets_schema.restoring import disaster
from sheets_schema.tabs import BY_KEY
from studio_sync.journal import Tx
from studio_sync.rules.facts import Fact, RowChanged, RowGone
from studio_sync.watch.brake import Brake
from studio_sync.watch.typing import STILL, Typing
from studio_sync.workbooks import LiveWorkbook, Pause

#: a missing row is believed gone after this
MISSED = timedelta(seconds=60)
Rows = Mapping[str, Mapping[str, Raw]]


class SheetWatch:
    """Notices changes of one workbook."""

    def __init__(self, book: LiveWorkbook, still: timedelta = STILL) -> None:
        self._book = book
        self._typing = Typing(still)
        self._brake = Brake(book)
        self._missing: dict[tuple[str, str], datetime] = {}

    @property
    def restless(self) -> bool:
        """Something was just typed or is missing: look again soon."""
        return self._typing.busy or bool(self._missing)

    def notice(self, tx: Tx, reading: Reading, now: datetime) -> int:
        """Turn what changed into facts, and remember it, in the caller's transaction. Returns the number of facts."""
        if not self._trusted(tx, reading):
            return 0
        reading = self._mended(tx, reading)
        adopted = tx.get_meta(self._book.history_key) or {}
        facts: list[Fact] = []
        self._typing.begin()
        for tab in adopted:
            if tab not in reading.tabs and tab in BY_KEY:
                facts += self._brake.pause(tab, Pause(why="tab"), now)
                self._typing.keep(tab)
        for seen in reading.tabs.values():
            tab = seen.tab.key
            if seen.headers.broken:
                why = "crossed" if seen.headers.broken[0] in seen.headers.crossed else "heading"
                facts += self._brake.pause(tab, Pause(why=why, heading=seen.headers.broken[0].title), now)
                self._typing.keep(tab)
                continue
            facts += self._tab(tx, seen, now, first=tab not in adopted)
            if tab not in adopted:
                adopted[tab] = now.isoformat()
                tx.put_meta(self._book.history_key, adopted)
        self._typing.end()
        for fact in facts:
            tx.put_fact(fact)
        return len(facts)

    def _trusted(self, tx: Tx, reading: Reading) -> bool:
        """No commit of ours is undecided, the workbook was not put back, and the reading shows the last commit."""
        if reading.head is None or self._book.foreign or tx.attempts(self._book.role):
            return False
        if tx.get_meta(self._book.recovery_key):
            return False
        known = tx.get_meta(self._book.head_key)
        if known is None and reading.head.n == 0:
            tx.put_meta(self._book.head_key, {"n": 0, "batch": reading.head.batch})
            return True
        # A head that is further on, or not known at all, is work we have not judged: the sheet lane does that first.
        return bool(known and reading.head.n == known["n"] and reading.head.batch == known["batch"])

    def _mended(self, tx: Tx, reading: Reading) -> Reading:
        """Cells that show a wrong value of ours count as their true ones: they are no news, and never remembered."""
        kept = tx.get_meta(self._book.debts_key)
        if not kept or not kept["open"]:
            return reading
        mended = mend(reading, read_debts(kept["open"]))
        still = [debt.to_text() for debt in mended.open]
        if still != kept["open"]:
            tx.put_meta(self._book.debts_key, {**kept, "open": still})
        return mended.reading

    def _tab(self, tx: Tx, whole: SeenTab, now: datetime, *, first: bool) -> list[Fact]:
        tab, memory = whole.tab.key, tx.rows(whole.tab.key)
        seen = part_copies(whole, memory)
        present = {row.id: row.raws for row in seen.rows if row.id}
        facts: list[Fact] = []
        if first:
            tx.put_rows(tab, {row_id: raws for row_id, raws in present.items() if row_id not in memory})
        else:
            found = disaster(seen, memory)
            if found and not self._brake.mine(tx, tab):
                self._typing.keep(tab)
                return self._brake.hold(tx, whole, memory, found, now)
            for row_id, raws in present.items():
                facts += self._row(tx, seen, row_id, memory.get(row_id), raws, now)
            gone = [row_id for row_id in memory if row_id not in present]
            if not seen.tab.drawn:
                facts += self._gone(tx, tab, gone, memory, now)
            self._brake.release(tx, tab, settled=not found and not any(place[0] == tab for place in self._missing))
        if not seen.tab.drawn:
            facts += self._typing.rows(tx, seen, now, history=first)
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
        new = {name: raws.get(name) for name in watched}
        changed = [name for name in watched if not same(before.get(name), new[name])]
        if not changed:
            return []
        # A tick says that she is done with the row, whatever else she typed in it.
        ticked = any(isinstance(new[name], bool) for name in changed)
        if not ticked and not self._typing.still((tab, row_id), new, now):
            return []
        rev = tx.bump(tab, row_id)
        tx.put_rows(tab, {row_id: {**before, **new}})
        old = {name: before.get(name) for name in watched} if memory else {}
        key = f"row:{tab}:{row_id}:{rev}"
        return [RowChanged(key=key, at=now, tab=tab, row_id=row_id, rev=rev, before=old, after=new)]

    def _gone(self, tx: Tx, tab: str, gone: list[str], memory: Rows, now: datetime) -> list[Fact]:
        missing = set(gone)
        for place in [place for place in self._missing if place[0] == tab and place[1] not in missing]:
            del self._missing[place]
        facts: list[Fact] = []
        for row_id in gone:
            since = self._missing.setdefault((tab, row_id), now)
            if now - since >= MISSED:
                rev = tx.bump(tab, row_id)
                key = f"row:{tab}:{row_id}:{rev}"
                facts.append(RowGone(key=key, at=now, tab=tab, row_id=row_id, before=dict(memory[row_id])))
                tx.drop_rows(tab, [row_id])
                del self._missing[tab, row_id]
        return facts


def _watched(seen: SeenTab, raws: Mapping[str, Raw], before: Mapping[str, Raw]) -> list[str]:
    """Fields whose change means something: hers, shared, ticks; in Today every tick box."""
    if seen.tab.drawn:
        return [name for name in raws if isinstance(raws.get(name), bool) or isinstance(before.get(name), bool)]
    return [c.field for c in seen.tab.columns if c.editor != "ours" and c.field in seen.headers.columns]
