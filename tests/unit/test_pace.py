"""Sixty writes a minute are never exceeded, whatever both workbooks have to write."""

from __future__ import annotations

from datetime import datetime, timedelta

from studio_sync.delivery.sheet.pace import MINUTE, PAUSE, Pace

START = datetime.fromisoformat("2026-11-03T06:30:00+00:00")


def test_two_busy_lanes_stay_within_the_quota_of_their_sign_in() -> None:
    pace, sent = Pace(), []
    free = [START, START + timedelta(milliseconds=300)]
    while min(free) < START + timedelta(minutes=10):
        lane = free.index(min(free))
        sent.append(free[lane])
        free[lane] += pace.sent(free[lane])
    assert max(sum(at <= other < at + MINUTE for other in sent) for at in sent) <= 60
    assert len(sent) >= 10 * 40


def test_after_a_quiet_minute_a_commit_follows_the_next_at_once() -> None:
    pace = Pace()
    for second in range(100):
        pace.sent(START + timedelta(seconds=second))
    assert pace.sent(START + timedelta(seconds=99) + MINUTE) == PAUSE


def test_a_clock_that_is_put_back_does_not_slow_us_down() -> None:
    pace = Pace()
    for second in range(100):
        pace.sent(START + timedelta(seconds=second))
    assert pace.sent(START - timedelta(hours=1)) == PAUSE
