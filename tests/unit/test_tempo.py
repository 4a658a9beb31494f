"""Sixty reads a minute are never exceeded, whatever happens in both workbooks, and a tick is still seen in seconds."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sheets_schema.tabs.settings import Hours
from studio_sync.clock import FixedClock
from studio_sync.delivery.sheet.pace import Pace
from studio_sync.reads import HOLDS, Reads
from studio_sync.watch.tempo import ACTIVE, LOCAL, NIGHT, OPEN, SOON, is_open, rest, wish

START = datetime.fromisoformat("2026-11-03T06:30:00+00:00")
ZONE = ZoneInfo("Africa/Johannesburg")
MINUTE = timedelta(minutes=1)
#: how long an answer takes
ANSWER = 0.4


#: open, local
STATES = ((True, False), (False, False), (False, True))


def minutes_most(moments: list[datetime]) -> int:
    """The most of them in any minute."""
    worst = first = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - MINUTE:
            first += 1
        worst = max(worst, last - first + 1)
    return worst


class Busy:
    """Two workbooks in which something always happens: somebody rings at once, and the lanes never run out of work."""

    def __init__(self, *, polls: Callable[[float], bool], lanes: Callable[[float], bool]) -> None:
        self.clock = FixedClock(START)
        self.reads = Reads(self.clock)
        pace = Pace(self.reads)
        self.made: list[datetime] = []
        self.gaps: list[float] = []
        seen: dict[int, float] = {}
        placed: dict[int, float] = {}
        turns = [(0.1 * n, who, n % 2) for n, who in enumerate(("poll", "poll", "lane", "lane"))]
        while turns[0][0] < 1200:
            at, who, book = heapq.heappop(turns)
            self.clock.set(START + timedelta(seconds=at))
            if not (polls(at) if who == "poll" else lanes(at)):
                heapq.heappush(turns, (at + 0.5, who, book))
                continue
            # its tabs are looked up now and then, too
            for _ in range(2 if at - placed.get(book, -99) >= 30 else 1):
                self.reads.took()
                self.made.append(self.clock.now())
            placed[book] = at if at - placed.get(book, -99) >= 30 else placed[book]
            if polls(at) and polls(seen.get(book, at)):
                self.gaps.append(at - seen.get(book, at))
            seen[book] = at
            pause = ANSWER + rest(SOON, self.reads.left).least
            if who == "lane":
                pause = pace.sent(self.clock.now()).total_seconds()
            heapq.heappush(turns, (at + pause, who, book))


def always(_: float) -> bool:
    return True


def never(_: float) -> bool:
    return False


def now_and_then(at: float) -> bool:
    return at % 180 > 90


@pytest.mark.parametrize(
    ("polls", "lanes"),
    [(always, never), (always, always), (always, now_and_then), (now_and_then, now_and_then), (never, always)],
    ids=["she types without a pause", "and we write", "and we write at times", "both at times", "only we write"],
)
def test_sixty_reads_a_minute_are_never_exceeded_and_every_look_comes_soon(
    polls: Callable[[float], bool], lanes: Callable[[float], bool]
) -> None:
    busy = Busy(polls=polls, lanes=lanes)
    assert minutes_most(busy.made) <= 60
    assert len(busy.made) >= 20 * 20, "nobody is held back more than needed"
    assert max(gap for gap in [*busy.gaps, 0.0] if gap < 80) <= 6.0


def test_after_a_quiet_time_a_look_follows_the_next_at_once() -> None:
    clock = FixedClock(START)
    reads = Reads(clock)
    for _ in range(40):
        reads.took()
    assert rest(0.0, reads.left).least > 5
    clock.tick(60)
    assert rest(0.0, reads.left).least == 0


def test_a_clock_that_is_put_back_neither_gives_reads_nor_takes_any() -> None:
    clock = FixedClock(START)
    reads = Reads(clock)
    for _ in range(6):
        reads.took()
    clock.tick(-3600)
    assert reads.left == HOLDS - 6
    clock.tick(60)
    assert reads.left == HOLDS


def test_the_next_look_is_when_something_will_count_and_never_later_than_usual() -> None:
    at = START + timedelta(seconds=3)
    assert wish(START, at, busy=True, open_=True, local=False) == pytest.approx(3.05)
    assert wish(START, at, busy=False, open_=False, local=False) == pytest.approx(3.05)
    assert wish(START, START + MINUTE, busy=True, open_=True, local=False) == ACTIVE
    assert wish(START, START - MINUTE, busy=True, open_=True, local=False) == SOON
    usual = [wish(START, None, busy=False, open_=open_, local=local) for open_, local in STATES]
    assert usual == [OPEN, NIGHT, LOCAL]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("05:59", False), ("06:00", True), ("12:00", True), ("18:59", True), ("19:00", False), ("00:00", False)],
)
def test_a_studio_is_looked_after_from_an_hour_before_it_opens_to_an_hour_after_it_closes(
    clock: str, expected: bool
) -> None:
    hours = [Hours(id="h-tuesday", day="Tuesday", opens=time(7), closes=time(18))]
    now = datetime.fromisoformat(f"2026-11-03T{clock}:00").replace(tzinfo=ZONE)
    assert is_open(hours, now, ZONE) is expected
    assert not is_open(hours, now + timedelta(days=1), ZONE), "a day without a row is closed"


def test_a_studio_that_does_not_say_when_it_is_open_is_open_by_day() -> None:
    noon = datetime(2026, 11, 3, 12, tzinfo=ZONE)
    assert is_open([], noon, ZONE)
    assert is_open([Hours(id="h-1", day="Tuesday", opens=None, closes=None)], noon, ZONE)
    assert not is_open([], noon.replace(hour=2), ZONE)
