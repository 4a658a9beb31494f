"""The sheet watch: compares each reading with what was last seen and tells differences by id and field.

A sort is no change. Typing acts when it has been still for a moment, ticks at once. A reading that is older than our
last confirmed commit, or taken while a commit is undecided, is thrown away. A suddenly empty tab is never believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sheets_schema.cells import Raw
from sheets_schema.debts import mend, read_debts
from sheets_schema.reading import Reading, SeenTab, part_copies
from sheets_schema.restoring import disaster
from sheets_schema.tabs import BY_KEY
from studio_sync.journal import Tx
from studio_sync.rules.facts import Fact, Outcome, RowChanged, RowGone, RowsPasted
from studio_sync.rules.ink import short_hash
from studio_sync.watch.brake import Brake
from studio_sync.watch.edits import GUARDED, RECORDS, Edit, edits, last_good, real, records, taken_over
from studio_sync.watch.flags import MINE, TYPED, Flags
from studio_sync.watch.grace import Grace
from studio_sync.watch.narrow import Narrow
from studio_sync.watch.typing import STILL, Typing
from studio_sync.workbooks import LiveWorkbook, Pause

#: a missing row is believed gone after this
MISSED = timedelta(seconds=60)
#: a row that needs one has its id after this, as a rule
GIVEN = timedelta(seconds=2)
#: so many new rows at one look are one event
PASTED = 4
#: rows in one question, which stands in one cell
TOGETHER = 40
Rows = Mapping[str, Mapping[str, Raw]]


class SheetWatch:
    """Notices changes of one workbook."""

    def __init__(self, book: LiveWorkbook, still: timedelta = STILL) -> None:
        self._book = book
        self._typing = Typing(still)
        self._brake = Brake(book)
        self._grace = Grace()
        self._narrow = Narrow()
        #: rows of the tab in hand that are not as remembered
        self._differing: set[str] = set()
        #: cells of ours that were told to be spoilt and are not put back yet
        self._spoilt: dict[tuple[str, str], Mapping[str, Raw]] = {}
        self._missing: dict[tuple[str, str], datetime] = {}
        self._noticed: datetime | None = None

    @property
    def restless(self) -> bool:
        """Something was just typed or is missing: it is not told yet."""
        return self._typing.busy or bool(self._missing) or self._grace.waiting

    @property
    def due(self) -> datetime | None:
        """The next instant at which something that is not told yet may be; None when nothing waits for one."""
        seen = self._noticed
        if seen is None:
            return None
        found = [*self._typing.due, *self._grace.due, *(since + MISSED for since in self._missing.values())]
        found += [seen + GIVEN] if self._typing.giving else []
        # What did not count at its instant waits for something else: a brake, a commit in doubt.
        return min((when for when in found if when > seen), default=None)

    def notice(self, tx: Tx, reading: Reading, now: datetime) -> int:
        """Turn what changed into facts, and remember it, in the caller's transaction. Returns the number of facts."""
        book, self._noticed = self._book, now
        names = (book.recovery_key, book.head_key, book.debts_key, book.unseen_key, book.history_key)
        flags = Flags(tx, reading.tabs, names)
        if not self._trusted(flags, reading):
            return 0
        reading = self._mended(flags, reading)
        self._take_over(flags, reading)
        adopted = flags.named(book.history_key) or {}
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
            if tab not in adopted:
                facts += self._tab(flags, seen, tx.rows(tab), now, first=True)
            else:
                facts += self._changed(flags, seen, now)
            seen.forget()
            if tab not in adopted:
                adopted[tab] = now.isoformat()
                tx.put_meta(self._book.history_key, adopted)
        self._typing.end()
        for fact in facts:
            tx.put_fact(fact)
        return len(facts)

    def _trusted(self, flags: Flags, reading: Reading) -> bool:
        """Our commits are decided and judged, the workbook was not put back, and the reading shows the last commit."""
        if reading.head is None or self._book.foreign or flags.tx.attempts(self._book.role):
            return False
        if flags.named(self._book.recovery_key) or flags.named(self._book.unseen_key):
            return False
        known = flags.named(self._book.head_key)
        if known is None and reading.head.n == 0:
            flags.tx.put_meta(self._book.head_key, {"n": 0, "batch": reading.head.batch})
            return True
        # A head that is further on, or not known at all, is work we have not judged: the sheet lane does that first.
        return bool(known and reading.head.n == known["n"] and reading.head.batch == known["batch"])

    def _take_over(self, flags: Flags, reading: Reading) -> None:
        """After commits that were not ours, or that these notes do not know: their rows, and cells of ours, are so."""
        tx, known = flags.tx, dict(flags.named(self._book.head_key) or {})
        if not known.pop("noted", False):
            return
        tx.put_meta(self._book.head_key, known)
        for tab, seen in reading.tabs.items():
            memory = tx.rows(tab)
            if tab in GUARDED and memory and not seen.headers.broken:
                tx.put_rows(tab, taken_over(part_copies(seen, memory), memory))
            elif tab in RECORDS and not seen.headers.broken:
                tx.put_rows(tab, records(part_copies(seen, memory), memory))

    def _mended(self, flags: Flags, reading: Reading) -> Reading:
        """Cells that show a wrong value of ours count as their true ones: they are no news, and never remembered."""
        kept = flags.named(self._book.debts_key)
        if not kept or not kept["open"]:
            return reading
        mended = mend(reading, read_debts(kept["open"]))
        still = [debt.to_text() for debt in mended.open]
        if still != kept["open"]:
            flags.tx.put_meta(self._book.debts_key, {**kept, "open": still})
        return mended.reading

    def _changed(self, flags: Flags, seen: SeenTab, now: datetime) -> list[Fact]:
        """What has changed in a tab; only rows that may have are built and compared."""
        tx, tab = flags.tx, seen.tab.key
        typing = self._typing.open(tab)
        unsettled = typing | {place[1] for place in self._missing if place[0] == tab}
        whole = tab in self._book.paused or flags.word(tab)
        view = None if whole else self._narrow.view(tx, seen, unsettled - {""}, now)
        self._differing = set()
        facts: list[Fact] = []
        if view is None:
            facts = self._tab(flags, seen, tx.rows(tab), now, first=False)
        elif view.seen.rows or view.memory or typing or flags.get(TYPED, tab):
            facts = self._tab(flags, view.seen, view.memory, now, first=False)
        self._narrow.done(tx, seen, self._differing, now, whole=view is None)
        return facts

    def _tab(self, flags: Flags, whole: SeenTab, memory: Rows, now: datetime, *, first: bool) -> list[Fact]:
        tx, tab = flags.tx, whole.tab.key
        seen = part_copies(whole, memory)
        present = {row.id: row.raws for row in seen.rows if row.id}
        facts: list[Fact] = []
        if first:
            tx.put_rows(tab, {row_id: raws for row_id, raws in present.items() if row_id not in memory})
        else:
            if not seen.tab.drawn:
                facts, memory = self._returned(tx, tab, present, memory, now)
            differing = list(edits(seen, memory))
            self._differing = {edit.row_id for edit in differing}
            gone = [row_id for row_id in memory if row_id not in present]
            found = disaster(seen, memory, {e.row_id: e.changed for e in differing if e.memory}, len(gone))
            if found and not flags.get(MINE, tab):
                self._typing.keep(tab)
                return facts + self._brake.hold(flags, whole, memory, found, now)
            facts += self._changes(flags, tab, differing, present, now)
            if not seen.tab.drawn:
                facts += self._gone(tx, tab, gone, memory, now)
            self._brake.release(flags, tab, settled=not found and not any(place[0] == tab for place in self._missing))
        if not seen.tab.drawn:
            facts += self._typing.rows(flags, seen, now, history=first)
        return facts

    def _returned(self, tx: Tx, tab: str, present: Rows, memory: Rows, now: datetime) -> tuple[list[Fact], Rows]:
        """A row that had been missing for long and stands there again is the row it was: she took its end back."""
        back = {row_id: lost for row_id in present if row_id not in memory and (lost := tx.lost(tab, row_id))}
        if not back:
            return [], memory
        tx.put_rows(tab, back)
        told = {"of": "returned", "tab": tab, "rows": list(back)}
        key = f"returned:{tab}"
        news = Outcome(key=f"outcome:{key}:{now.isoformat()}", at=now, effect_key=key, ok=True, result=told)
        return [news], {**memory, **back}

    def _changes(self, flags: Flags, tab: str, differing: list[Edit], present: Rows, now: datetime) -> list[Fact]:
        held, facts = self._grace.hold(flags, tab, differing, present, now)
        new_ones = {edit.row_id for edit in differing if not edit.memory}
        if new_ones and self._typing.asking(flags, tab):
            held |= new_ones
        changes = [
            fact for edit in differing if edit.row_id not in held for fact in self._row(flags.tx, tab, edit, now)
        ]
        new = [fact for fact in changes if not fact.before]
        if len(new) < PASTED or tab not in BY_KEY or BY_KEY[tab].drawn or BY_KEY[tab].rules:
            return [*facts, *changes]
        rows = {fact.row_id: fact.after for fact in new}
        spoilt = {fact.row_id: fact.spoilt for fact in new if fact.spoilt}
        key = f"rows:{tab}:{short_hash(*(fact.key for fact in new))}"
        pasted = RowsPasted(key=key, at=now, tab=tab, rows=rows, spoilt=spoilt)
        return [*facts, pasted, *(fact for fact in changes if fact.before)]

    def _row(self, tx: Tx, tab: str, edit: Edit, now: datetime) -> list[RowChanged]:
        place = (tab, edit.row_id)
        told = self._spoilt.get(place)
        spoilt = edit.spoilt if told is None or told != edit.spoilt else {}
        # A tick says that she is done with the row, whatever else she typed in it.
        ticked = any(isinstance(edit.after[name], bool) for name in edit.changed)
        if not edit.changed and not spoilt:
            return []
        if not ticked and not self._typing.still(place, {**edit.after, **spoilt}, now):
            return []
        if edit.spoilt:
            self._spoilt[place] = edit.spoilt
        else:
            self._spoilt.pop(place, None)
        rev = tx.bump(tab, edit.row_id)
        tx.put_rows(tab, {edit.row_id: last_good(tab, edit, now.date())})
        return [
            RowChanged(
                key=f"row:{tab}:{edit.row_id}:{rev}",
                at=now,
                tab=tab,
                row_id=edit.row_id,
                rev=rev,
                before=dict(edit.before),
                after=dict(edit.after),
                spoilt=dict(spoilt),
            )
        ]

    def _gone(self, tx: Tx, tab: str, gone: list[str], memory: Rows, now: datetime) -> list[Fact]:
        missing = set(gone)
        for place in [place for place in self._missing if place[0] == tab and place[1] not in missing]:
            del self._missing[place]
        facts: list[RowGone] = []
        for row_id in gone:
            since = self._missing.setdefault((tab, row_id), now)
            if now - since < MISSED:
                continue
            if memory[row_id]:  # else it went before anybody saw it with its id
                key = f"row:{tab}:{row_id}:{tx.bump(tab, row_id)}"
                facts.append(RowGone(key=key, at=now, tab=tab, row_id=row_id, before=real(memory[row_id])))
            tx.drop_rows(tab, [row_id])
            del self._missing[tab, row_id]
        if tab != "bookings" or len(facts) < PASTED:
            return list(facts)
        return [_gone_together(facts[at : at + TOGETHER], now) for at in range(0, len(facts), TOGETHER)]


def _gone_together(facts: Sequence[RowGone], now: datetime) -> Outcome:
    """Many bookings she deleted at once, and said so: one question."""
    told = {"of": "rows_gone", "rows": {fact.row_id: fact.before for fact in facts}}
    return Outcome(key=f"outcome:{facts[0].key}:{len(facts)}", at=now, effect_key=facts[0].key, ok=True, result=told)
