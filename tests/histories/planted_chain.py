"""The bugs P1 to P26 of the commit chain (spec commit-chain 5), put in on purpose, each with a day that shows it.

Where two rules guard the same thing, the second is taken away as well: otherwise the first would not be missed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from unittest.mock import patch

from sheets_schema.debts import Debt
from sheets_schema.head import Head, add_token_request, drop_marker_request, head_requests, tab_requests
from sheets_schema.images import Label
from sheets_schema.reading import Reading, SeenRow, same
from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.delivery.sheet import draft, lane, plan, recover, settle
from studio_sync.delivery.sheet.batch import Batch
from studio_sync.delivery.sheet.judge import Verdict
from studio_sync.delivery.sheet.lane import SheetLane
from studio_sync.delivery.sheet.numbers import Numbers
from studio_sync.delivery.sheet.plan import Planner, Stamp
from studio_sync.errors import OutsideError, Refused
from studio_sync.journal import Tx
from studio_sync.rules.changes import change_id
from studio_sync.rules.effects import PutRow
from studio_sync.workbooks import tokens_of
from tests.histories.plan import Event
from tests.histories.planting import BOOK, COMMIT, Planted, both, day, fault, kill, owner, said, tick


def _without(batch: Batch, *kinds: str, more: Sequence[Mapping[str, Any]] = ()) -> Batch:
    kept = [request for request in batch.requests if not any(kind in request for kind in kinds)]
    return dataclasses.replace(batch, requests=(*kept, *more))


def _no_lock(prune: bool) -> Any:
    """P1: no token; with ``prune`` the marker of the last commit is taken away by the next."""
    made = Planner.batch

    def batch(self: Planner, stamp: Stamp, today: Any) -> Batch:
        more = [drop_marker_request(stamp.after.n)] if prune and stamp.after.n else []
        return _without(made(self, stamp, today), "deleteProtectedRange", "addProtectedRange", more=more)

    return both(patch.object(Planner, "batch", batch), patch.object(lane, "locks_broken", lambda *_: ""))


def _next_slot() -> Any:
    """P2: what is not in the history counts as not applied; the slot is left and the next one taken."""
    doubt, following = SheetLane._doubt, Head.next
    skipped: dict[str, int] = {}

    def forget(self: SheetLane, attempts: list[Batch], recovery: Any, now: datetime) -> bool:
        if self._book.notes(now).head.n >= attempts[-1].slot:
            return doubt(self, attempts, recovery, now)
        skipped[self._book.port.id] = attempts[-1].slot
        self._lost()
        return True

    def skip(self: Head, *how: Any, **more: Any) -> Head:
        found = following(self, *how, **more)
        return dataclasses.replace(found, n=max(found.n, skipped.pop(self.spreadsheet, 0) + 1))

    return both(patch.object(SheetLane, "_doubt", forget), patch.object(Head, "next", skip))


def _blind() -> Any:
    """Rule 5 is gone: neither keys in Changes nor ids tell that an effect is in the sheet already."""
    taken = Planner.take

    def take(self: Planner, effect: Any, at: datetime) -> None:
        seen = self._seen(effect.tab, effect.row_id)
        if seen and isinstance(effect, PutRow) and all(same(seen.raws.get(f), raw) for f, raw in effect.cells.items()):
            hidden = {effect.row_id, change_id(effect.key)}
            tabs = {
                key: dataclasses.replace(tab, rows=tuple(row for row in tab.rows if row.id not in hidden))
                for key, tab in self._reading.tabs.items()
            }
            self._reading = dataclasses.replace(self._reading, tabs=tabs)
        self._receipts = set()
        taken(self, effect, at)

    return both(patch.object(Planner, "take", take), patch.object(plan, "missing", lambda *_: False))


def _last_attempt() -> Any:
    """P3: only the last attempt is kept."""
    kept = Tx.attempts
    return both(patch.object(Tx, "attempts", lambda self, role: kept(self, role)[-1:]), _blind())


def _by_writer() -> Any:
    """P4: whose commit took the slot is told by the writer, not by the batch."""
    doubt = SheetLane._doubt

    def believe(self: SheetLane, attempts: list[Batch], recovery: Any, now: datetime) -> bool:
        notes = self._book.notes(now)
        if notes.head.n >= attempts[-1].slot and notes.head.writer == self._book.writer:
            self._settle(attempts[-1], notes.grid, now)
            return True
        return doubt(self, attempts, recovery, now)

    return patch.object(SheetLane, "_doubt", believe)


def _unseen_receipts() -> Any:
    """P7: neither keys in Changes nor ids are looked at; old notes begin again with what they knew as under way."""
    assert hasattr(Tx, "forget_work")
    return both(patch.object(Tx, "forget_work", lambda _: None), _blind())


def _numbers_of(journal_only: bool) -> Any:
    """P8: the highest of the tab; P9: the journal's own count."""
    assert hasattr(Numbers, "_raise")

    def begin(self: Numbers, reading: Reading, journal: Mapping[str, int], given: Any = None) -> None:
        self._given = {}
        self.counters = dict(journal) if journal_only else {}
        for tab in () if journal_only else reading.tabs.values():
            for row in tab.rows:
                series, _, digits = str(row.raws.get("number") or "").rpartition("-")
                if series and digits.isdecimal():
                    self._raise(series, int(digits))

    return patch.object(Numbers, "__init__", begin)


def _reordered() -> Any:
    """P10: what is planned again on the same slot gets its numbers in another order."""
    return both(
        patch.object(lane, "in_order", lambda groups, again: groups[::-1] if again else groups),
        patch.object(draft, "given", lambda _attempts: {}),
    )


def _slot_of_the_head() -> Any:
    """P14: a recovery takes the head's next slot, though its marker is there."""
    made = recover.recovery_batch

    def batch(book: Any, shape: Any, head: Head | None, **more: Any) -> Batch:
        blind = dataclasses.replace(shape, markers={}, protected={})
        found = made(book, blind, head, **{**more, "known": None})
        drops = [{"deleteProtectedRange": {"protectedRangeId": ident}} for ident in tokens_of(shape)]
        return dataclasses.replace(found, requests=(*drops, *found.requests))

    return patch.object(lane, "recovery_batch", batch)


def _written_down_later() -> Any:
    """P15: the attempt is written down after its POST."""
    put, post = Tx.put_attempt, SheetLane._post

    def later(self: SheetLane, batch: Batch, now: datetime) -> None:
        try:
            post(self, batch, now)
        except OutsideError:
            with self._journal.write() as tx:
                put(tx, self._book.role, batch.slot, batch.batch_id, batch.to_body())
            raise

    return both(patch.object(Tx, "put_attempt", lambda *_: None), patch.object(SheetLane, "_post", later))


def _tab_made_again() -> Any:
    """P16: our tab is gone: it is made again as it was, and what had no answer is sent once more."""
    recover_it = SheetLane._begin_recovery

    def again(self: SheetLane, error: Any, recovery: Any, now: datetime) -> bool:
        with self._journal.read() as tx:
            attempts = tx.attempts(self._book.role)
        if not attempts:
            return recover_it(self, error, recovery, now)
        last = attempts[-1].body
        head = last["head"]
        before = Head(
            spreadsheet=head["spreadsheet"], n=head["n"] - 1, batch=head["before"], before="begin",
            counters=head["counters"], writer=self._book.writer, written_at=now.isoformat(),
            token=last["predecessor"],
        )  # fmt: skip
        self._book.port.commit([*tab_requests(), *head_requests(before), add_token_request(before)])
        self._book.forget_places()
        return True

    return both(patch.object(SheetLane, "_begin_recovery", again), _blind())


def _unjudged() -> Any:
    """P17: that the row was there by its id is enough; what the write hit is not looked at."""
    assert callable(settle._verdict)
    return patch.object(settle, "_verdict", lambda tx, book, *_: Verdict(debts=settle.open_debts(tx, book)[0]))


def _from_memory() -> Any:
    """P18: the row as we remember it counts as the row that was hit."""

    def remembered(label: Label, _grid: Any) -> list[SeenRow]:
        return [SeenRow(position=u.position, id=u.row_id, raws=dict(u.was)) for u in label.updates]

    return patch.object(settle, "read_images", remembered)


def _unpaid() -> Any:
    """P20: a debt is struck off without being paid where the row shows it."""

    def none(reading: Reading, _debts: Sequence[Debt]) -> Any:
        return recover_mended(reading)

    return patch.object(plan, "mend", none)


def recover_mended(reading: Reading) -> Any:
    """A reading in which nothing is owed."""
    from sheets_schema.debts import Mended

    return Mended(reading=reading, open=(), owed={})


def _sent_again() -> Any:
    """P25: the client sends a commit again by itself when no answer comes."""
    commit = SheetsWorkbook.commit

    def twice(self: SheetsWorkbook, *how: Any, **more: Any) -> Any:
        try:
            return commit(self, *how, **more)
        except Refused:
            raise
        except OutsideError:
            return commit(self, *how, **more)

    return patch.object(SheetsWorkbook, "commit", twice)


#: the first attempt comes late, its copy is refused, the next attempt has no answer in time either
A1_LATE = (
    fault("late", COMMIT, later=90, at=0.8),
    fault("400", COMMIT, at=0.8, times=2),
    fault("late", COMMIT, later=60, at=0.8),
)
#: a backup is made while a commit is planned: what it writes is open in it, and no attempt is written down yet
COPIED = Event(at=1.1, actor="plug", act="the notes are copied", meanwhile="sheets.values.batchGet")
BOOK_TWO = said("Book Sipho sat 10:00 single", at=64)
CHAIN = (
    Planted(
        name="P1 the marker of the last commit is pruned, and there is no token",
        put_in=lambda: _no_lock(prune=True),
        story=day(BOOK, fault("late", COMMIT, later=100, at=0.8), said("today", at=120)),
    ),
    Planted(
        name="P2 the next slot when the attempt is absent",
        put_in=_next_slot,
        story=day(BOOK, fault("late", COMMIT, later=100, at=0.8), said("today", at=120)),
    ),
    Planted(
        name="P3 only the last attempt is kept",
        put_in=_last_attempt,
        story=day(
            BOOK, *A1_LATE, said("today", at=200),
        ),
    ),
    Planted(
        name="P4 the winner is told by the writer",
        put_in=_by_writer,
        story=day(
            BOOK, *A1_LATE,
            BOOK_TWO, said("today", at=160),
        ),
    ),
    Planted(
        name="P7 keys and ids are not looked at",
        put_in=_unseen_receipts,
        story=day(
            BOOK, COPIED, kill(at=12, notes="old"), said("today", at=40)
        ),
    ),
    Planted(
        name="P8 the number is one more than the highest in the tab",
        put_in=lambda: _numbers_of(journal_only=False),
        story=day(tick(at=1), owner("deletes the newest invoice", at=60), tick(at=160)),
    ),
    Planted(
        name="P9 the number is the journal's own count",
        put_in=lambda: _numbers_of(journal_only=True),
        story=day(
            Event(at=1, actor="plug", act="the notes are copied"), tick(at=2), kill(at=70, notes="old"),
            tick(at=100, pick=1), said("today", at=170),
        ),
    ),
    Planted(
        name="P10 planned again, the numbers change places",
        put_in=_reordered,
        story=day(
            tick(at=1), tick(at=1.2, pick=1), fault("late", COMMIT, later=200, at=1.3, times=2),
            fault("400", COMMIT, at=1.3, times=3), said("today", at=160),
        ),
    ),
    Planted(
        name="P14 a recovery takes a slot whose marker exists",
        put_in=_slot_of_the_head,
        story=day(
            owner("keeps a version", at=0.5, book="books"), tick(at=1),
            owner("puts the workbook back", at=70, book="books", locks=False), said("today", at=100),
        ),
    ),
    Planted(name="P15 written down after the POST", put_in=_written_down_later, story=day(BOOK)),
    Planted(
        name="P16 sent again after our tab was deleted",
        put_in=_tab_made_again,
        story=day(
            BOOK, fault("lost", COMMIT, at=0.8), owner("deletes the hidden tab", at=2, book="studio"),
            said("today", at=40),
        ),
    ),
    Planted(
        name="P17 only ids are looked at, not what was hit",
        put_in=_unjudged,
        story=day(
            owner("sorts", at=1, during=COMMIT, tab="Bookings"), said("cancel Thandi", at=1.2), said("today", at=40)
        ),
    ),
    Planted(
        name="P18 what was hit is told from memory",
        put_in=_from_memory,
        story=day(
            owner("sorts", at=1, during=COMMIT, tab="Bookings"), said("cancel Thandi", at=1.2), said("today", at=40)
        ),
    ),
    Planted(
        name="P20 a debt is struck off unpaid",
        put_in=_unpaid,
        story=day(
            owner("sorts", at=1, during=COMMIT, tab="Bookings"), said("cancel Thandi", at=1.2), said("today", at=40)
        ),
    ),
    Planted(
        name="P25 the client sends a commit again by itself",
        put_in=_sent_again,
        story=day(BOOK, fault("lost", COMMIT, at=0.8), said("today", at=40)),
    ),
)  # fmt: skip
