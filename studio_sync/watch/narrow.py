"""Which rows of a tab are worth a look: those that the last look did not show as they are, and what is not settled yet.

Everything is read, hardly anything has changed. Whole parts that are the same were looked at before; of a part that has
changed, so was every line that stood there already. Where more changes at once than a hand can do, and now and then
anyway, the whole tab is looked at.
"""

from __future__ import annotations

import dataclasses
import marshal
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sheets_schema.cells import Raw
from sheets_schema.parts import Part, PartedRows, build_rows
from sheets_schema.reading import SeenRow, SeenTab
from sheets_schema.restoring import ROWS
from studio_sync.journal import Tx
from studio_sync.watch.edits import edits

Memory = Mapping[str, Mapping[str, Raw]]
#: the whole tab is looked at again after this
WHOLE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """Rows to look at, and what is remembered of them and of those that are not there any more."""

    seen: SeenTab
    memory: Memory


@dataclass(kw_only=True, slots=True)
class _Last:
    """A tab as it was looked at last."""

    parts: tuple[Part, ...]
    #: how often each id stood there
    counts: Counter[str]
    #: version of the tab in the journal, then; a lower one says that what was found then was not kept
    version: int
    whole: datetime
    copies: bool
    #: rows that were not as remembered: told by now, or to be told
    open: set[str]


class Narrow:
    """Remembers, tab by tab, what was looked at."""

    def __init__(self) -> None:
        self._last: dict[str, _Last] = {}

    def view(self, tx: Tx, seen: SeenTab, unsettled: Collection[str], now: datetime) -> View | None:
        """The rows worth a look; None when it is all of them. ``unsettled``: ids of rows to be looked at anyway."""
        last = self._last.get(seen.tab.key)
        rows = seen.rows
        if last is None or last.copies or not isinstance(rows, PartedRows) or not _fits(tx, seen, last, now):
            return None
        open_ = last.open.union(unsettled)
        old, new = set(last.parts).difference(rows.parts), set(rows.parts).difference(last.parts)
        if not old and not new and not open_:
            return View(seen=dataclasses.replace(seen, rows=tuple(rows.bare())), memory={})
        if seen.tab.drawn:
            return None
        moved = _moved(old, new)
        counts = {ident: last.counts[ident] + by for ident, by in moved.items()}
        if any(count > 1 for count in counts.values()):
            return None
        there = {ident for ident in open_ if (counts.get(ident, last.counts[ident])) > 0}
        gone = {ident for ident, count in counts.items() if count == 0} | set(open_).difference(there)
        fresh = [row for row in _fresh(old, new) if row.id]
        fresh += rows.some(there.difference(row.id for row in fresh))
        memory = tx.some_rows(seen.tab.key, [*gone, *(row.id for row in fresh)])
        differing = {edit.row_id for edit in edits(dataclasses.replace(seen, rows=fresh), memory)}
        if len(differing) + len(gone) >= ROWS:
            return None
        found = {row.position: row for row in fresh if row.id in differing or row.id in there}
        found |= {row.position: row for row in rows.bare()}
        kept = gone | {row.id for row in found.values()}
        return View(
            seen=dataclasses.replace(seen, rows=tuple(found[at] for at in sorted(found))),
            memory={ident: memory[ident] for ident in sorted(memory) if ident in kept},
        )

    def done(self, tx: Tx, seen: SeenTab, differing: set[str], now: datetime, *, whole: bool) -> None:
        """This reading of the tab was looked at, in the transaction ``tx``; ``differing``: rows not as remembered."""
        rows, tab = seen.rows, seen.tab.key
        if not isinstance(rows, PartedRows):
            self._last.pop(tab, None)
            return
        last, version = self._last.get(tab), tx.tab_version(tab)
        if whole or last is None:
            counts = rows.counts()
            copies = len(counts) < counts.total()
            self._last[tab] = _Last(
                parts=rows.parts, counts=counts, version=version, whole=now, copies=copies, open=differing
            )
        else:
            moved = _moved(set(last.parts).difference(rows.parts), set(rows.parts).difference(last.parts))
            for ident, by in moved.items():
                last.counts[ident] += by
            last.parts, last.version, last.open = rows.parts, version, differing


def _fits(tx: Tx, seen: SeenTab, last: _Last, now: datetime) -> bool:
    """Whether what was seen last may be compared with: under the same headings, kept, and not too long ago."""
    same_headings = bool(last.parts) and last.parts[0].headers == seen.headers
    return same_headings and tx.tab_version(seen.tab.key) >= last.version and abs(now - last.whole) < WHOLE


def _moved(old: Iterable[Part], new: Iterable[Part]) -> dict[str, int]:
    """By how much the count of each id has changed; 0 for one that is where it was."""
    counts: dict[str, int] = {}
    for parts, by in ((old, -1), (new, 1)):
        for part in parts:
            for ident in part.ids:
                if ident:
                    counts[ident] = counts.get(ident, 0) + by
    return counts


def _fresh(old: Iterable[Part], new: Iterable[Part]) -> Iterable[SeenRow]:
    """The rows of ``new`` whose line, cell for cell, did not stand in ``old``."""
    # Unlike ==, the bytes tell TRUE from 1. A format before 3 depends on nothing but the values.
    before = {marshal.dumps(line, 2) for part in old for line in part.piece.lines()}
    for part in new:
        for position, line in enumerate(part.piece.lines(), part.start):
            if marshal.dumps(line, 2) not in before:
                yield from build_rows(part.headers, [line], position)
