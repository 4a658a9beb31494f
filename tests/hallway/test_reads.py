"""Reads, counted where Google counts them: a minute at the busiest, and a day on which hardly anything happens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from emulator import quota
from studio_sync.rules.facts import RowChanged
from tests.hallway.room import Room, local

#: what Google allows one sign-in, and what a workbook may take on a day with little activity
MINUTE, DAY = 60, 6000


@pytest.fixture(autouse=True)
def many_reads() -> None:
    """Not here: as many as there are."""


class Polls:
    """Steps the polls as their threads would: at once when somebody rings, but never before the least rest."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.last = dict.fromkeys(room.studio.polls, room.clock.now())

    def turn(self) -> None:
        now = self.room.clock.now()
        for poll, last in self.last.items():
            rested = (now - last).total_seconds()
            if rested >= poll.rest.most or (poll.book.bell.is_set() and rested >= poll.rest.least):
                poll.step()
                self.last[poll] = now


def live(room: Room, seconds: float, step: float, act: Callable[[datetime], Any] = lambda _: None) -> None:
    polls = Polls(room)
    end = room.clock.now() + timedelta(seconds=seconds)
    while room.clock.now() < end:
        act(room.clock.now())
        polls.turn()
        for name in ("decide", "sheet:studio", "sheet:books"):
            room.lane(name)()
        room.tick(step)


def reads_made(room: Room) -> int:
    counts = room.get("counts")
    return sum(sum(counts.get(f"sheets.{name}", {}).values()) for name in READS)


READS = ("get", "values.batchGet", "developerMetadata.search")


def test_however_she_hurries_the_minute_is_never_full_and_a_tick_counts_within_seconds(room: Room) -> None:
    quota.change(room.world, {"on": True})
    start = room.clock.now()
    booking = room.rows("bookings")[-1]["id"]
    typed = iter(range(1000))
    ticked: list[datetime] = []

    def hurry(now: datetime) -> None:
        if (now - start).total_seconds() % 1 == 0:  # every second, in both workbooks, and the bell rings
            n = next(typed)
            room.owner("type", cell=f"Clients!U{2 + n % 6}", text=f"note {n}")
            room.owner("type", book=room.config.books_sheet_id, cell="Invoices!N2", text=f"note {n}")
            for poll in room.studio.polls:
                poll.book.bell.set()
        if (now - start).total_seconds() in {45, 62}:
            room.tick_box("bookings", booking, "tell")
            ticked.append(now)

    live(room, 75, 0.5, hurry)
    assert not [call for call in room.calls("sheets.*") if call["status"] == 429]
    told = [fact for fact in room.facts() if isinstance(fact, RowChanged) and fact.after.get("tell")]
    assert len(told) == len(ticked) == 2
    assert max(fact.at - at for fact, at in zip(told, ticked, strict=True)) <= timedelta(seconds=6)


def test_a_day_with_little_activity_takes_few_reads(room: Room) -> None:
    """Ten minutes of each kind. A weekday is open for eleven hours, and looked after for thirteen."""
    room.run(10)
    room.journal.close()
    room.config = dataclasses.replace(room.config, local=False, google_credentials="local")
    day = 0
    for at, hours, step in ((local(3, 10), 13, 5), (local(3, 23), 11, 20)):
        room.clock.set(at)
        room.start()
        live(room, 60, step)
        before = reads_made(room)
        live(room, 600, step)
        day += 6 * hours * (reads_made(room) - before)
        room.journal.close()
    assert 2 * 4000 < day <= 2 * DAY
