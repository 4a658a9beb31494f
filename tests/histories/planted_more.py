"""More bugs put in on purpose: those of spec promises 8 beside planted.py, and the rest of the chain's.

Not among them, because another rule makes them harmless in a whole day: P6 (who sees another's fresh sign stands by,
and another head is learned before anything is planned) and P22 (each commit writes its own label with its images). P21
is put into the smaller model of tests/unit/test_judge.py. Deliveries come to one thread here, so "check, then insert"
is tested with threads (tests/journal). A digest that is begun and not finished has no bug of its own yet.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from unittest.mock import patch

from sheets_schema import debts
from sheets_schema.diary import DiaryEvent
from sheets_schema.head import Head
from sheets_schema.reading import Reading
from studio_sync.adapters.calendar import CalendarDiary
from studio_sync.delivery import doubts
from studio_sync.delivery.diary import DiaryLane
from studio_sync.delivery.sheet import settle
from studio_sync.delivery.sheet.batch import Batch
from studio_sync.delivery.sheet.lane import SheetLane
from studio_sync.delivery.sheet.numbers import Numbers
from studio_sync.delivery.sheet.refusals import Refusals
from studio_sync.errors import Conflict
from studio_sync.journal import Queued, Tx
from studio_sync.rules import diary_moves
from studio_sync.rules.booking import places
from studio_sync.rules.effects import Send
from studio_sync.watch import sheets as watching
from studio_sync.workbooks import LiveWorkbook
from tests.histories.planting import BOOK, COMMIT, NO_STATES, Planted, both, day, fault, kill, owner, said, tick


def _parked_at_once() -> Any:
    """P11: what is refused alone is parked without a commit that proves it."""
    narrow = Refusals.narrow

    def at_once(self: SheetLane, attempts: Sequence[Batch], now: datetime) -> bool:
        narrow(self._refused)
        with self._journal.write() as tx:
            for fact_key in {settled.key.split("/")[0] for batch in attempts for settled in batch.settled}:
                settle.park(tx, fact_key, self._book.role, "refused", now)
            tx.clear_attempts(self._book.role)
        self._refused = Refusals()
        return True

    return patch.object(SheetLane, "_plan_again", at_once)


def _absorbed() -> Any:
    """P23: the watch takes a damaged cell for her edit."""

    def whole(reading: Reading, _debts: Any) -> Any:
        return debts.Mended(reading=reading, open=(), owed={})

    return patch.object(watching, "mend", whole)


def _taken() -> Any:
    """409 to an insert is read as: the time is taken by another; and a seat without a row gets none."""

    def put(self: DiaryLane, effect: Any, etag: str) -> DiaryEvent:
        found = self._port.get(effect.event_id)
        if found is not None and not effect.etag:
            raise Conflict("calendar", "the time is taken", code=409)
        return once(self, effect, etag)

    once = DiaryLane._put
    # A seat of ours without a row would get one when the diary is looked at.
    return both(patch.object(DiaryLane, "_put", put), patch.object(diary_moves, "write_rows", lambda *_: None))


def _too_many() -> Any:
    """A session takes whoever comes: nobody counts who is in it."""
    assert callable(places.joinable)
    return patch.object(places, "len", lambda _: 0, create=True)


def _once_again() -> Any:
    """A message of class once whose answer was lost is sent again."""
    settled = doubts._settle

    def again(tx: Tx, receipts: Any, queued: Queued, now: datetime) -> None:
        if isinstance(queued.effect, Send) and queued.effect.cls == "once":
            tx.later(queued.effect.key, now, "once more", now)
            return
        settled(tx, receipts, queued, now)

    return patch.object(doubts, "_settle", again)


def _no_sending() -> Any:
    """After a crash a message that was on its way is simply queued again."""
    restart = Tx.restart

    def queued(self: Tx, now: datetime) -> list[Queued]:
        found = restart(self, now)
        for each in found:
            self.later(each.effect.key, now, "once more", now)
        return found

    return patch.object(Tx, "restart", queued)


def _local_times() -> Any:
    """Instants are written without their zone, as the clock on the wall of the computer."""
    insert = CalendarDiary.insert

    def naive(self: CalendarDiary, event: DiaryEvent) -> DiaryEvent:
        from datetime import timedelta

        moved = dataclasses.replace(event, start=event.start - timedelta(hours=2), end=event.end - timedelta(hours=2))
        return dataclasses.replace(insert(self, moved), start=event.start, end=event.end)

    return patch.object(CalendarDiary, "insert", naive)


def _numbers_ahead() -> Any:
    """Numbers are taken before the commit that gives them: what is planned and not sent leaves a gap."""
    made, taken = Numbers.__init__, Numbers.take
    highest: dict[str, int] = {}

    def begin(self: Numbers, reading: Reading, journal: Mapping[str, int], _given: Any = None) -> None:
        made(self, reading, {**journal, **highest})

    def take(self: Numbers, series: str, key: str = "") -> str:
        number = taken(self, series, key)
        highest.update(self.counters)
        return number

    return both(patch.object(Numbers, "__init__", begin), patch.object(Numbers, "take", take))


def _believed() -> Any:
    """P12: 200 is believed; whether the history still has the commit before is not looked at."""
    assert callable(settle.follows)
    return patch.object(settle, "follows", lambda *_: True)


def _copy_adopted() -> Any:
    """P24: a copy of the workbook is taken as if it were the workbook."""
    whole = LiveWorkbook._whole

    def taken(self: LiveWorkbook, head: Head | None) -> Head:
        return whole(self, head and dataclasses.replace(head, spreadsheet=self.port.id))

    return patch.object(LiveWorkbook, "_whole", taken)


SORTED = (
    owner("sorts", at=1, during=COMMIT, tab="Bookings"),
    said("cancel Thandi", at=1.2),
    owner("sorts", at=4, during=COMMIT, tab="Bookings", down=True),
    said("cancel Sipho", at=4.2),
    said("today", at=40),
)
MORE = (
    Planted(
        name="P11 parked without a seal",
        put_in=_parked_at_once,
        story=day(
            BOOK, fault("late", COMMIT, later=120, at=0.8), fault("400", COMMIT, at=0.8, times=2), said("today", at=170)
        ),
    ),
    Planted(
        name="P12 a 200 is believed without the history",
        put_in=_believed,
        story=day(
            owner("keeps a version", at=0.5, book="studio"), BOOK,
            owner("puts the workbook back", at=9, during=COMMIT, book="studio", locks=False),
            said("Book Sipho sat 10:00 single", at=9.2),
        ),
    ),
    Planted(
        name="P24 a copied workbook is taken",
        put_in=_copy_adopted,
        story=day(
            owner("copies the workbook and takes the copy", at=1, book="studio", locks=True),
            said("Book Lerato fri 14:00 single", at=8), tick(at=8.5), owner("takes the workbook again", at=30),
        ),
    ),
    Planted(name="P23 a damaged cell is taken for her edit", put_in=_absorbed, story=day(*SORTED)),
    Planted(
        name="409 is read as taken",
        put_in=_taken,
        story=day(BOOK, fault("lost", "calendar.events.insert", at=0.8), said("today", at=60)),
    ),
    Planted(
        name="a session takes whoever comes",
        put_in=_too_many,
        story=day(
            *(said(f"Book {name} fri 14:00 duo", at=1 + n * 3) for n, name in enumerate(("Thandi", "Sipho", "Lerato"))),
            said("today", at=60),
        ),
    ),
    Planted(
        name="class once is sent again",
        put_in=_once_again,
        story=day(
            NO_STATES, tick(at=1),
            fault("lost", "whatsapp.messages", at=1), said("today", at=250),
        ),
    ),
    Planted(
        name="nothing says that a message is on its way",
        put_in=_no_sending,
        story=day(
            NO_STATES, tick(at=1), kill(at=1, where="after whatsapp.messages"), said("today", at=250)
        ),
    ),
    Planted(name="times without their zone", put_in=_local_times, story=day(BOOK, said("today", at=30))),
    Planted(
        name="a number is taken before its commit",
        put_in=_numbers_ahead,
        story=day(tick(at=1), fault("400", COMMIT, at=1.3, times=2), tick(at=60, pick=1), said("today", at=120)),
    ),
)  # fmt: skip
