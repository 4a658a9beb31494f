"""WhatsApp's limits as rules: one person, our number, people written to first; and how long something rests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sheets_schema.policies import Settings
from studio_sync.rules.codes import Act
from studio_sync.rules.effects import Send
from studio_sync.rules.gate import Verdict
from studio_sync.rules.pace import NEWS, NUMBER, back_off, borrowed, paced, pause_name
from studio_sync.rules.traffic import Pause, Traffic

NOW = datetime(2026, 11, 3, 6, 40, tzinfo=UTC)
THANDI = "+447700900101"
TEXT, TEMPLATE = Verdict(go="text"), Verdict(go="template")
NOTE = Send(key="a", to=THANDI, who="c-THANDI", text="remind.tomorrow", body="x")
BIRTHDAY = NOTE.model_copy(update={"text": "day.birthday", "priority": 5})


def asked(
    send: Send = NOTE, verdict: Verdict = TEXT, settings: Settings | None = None, **traffic: Any
) -> Verdict | None:
    return paced(settings or Settings(), send, verdict, Traffic(**traffic), NOW)


def test_45_at_once_to_one_person_then_one_in_6_seconds() -> None:
    # fact: 1.4 pair rate
    free_at, now, left = None, NOW, []
    for _ in range(60):
        waits = paced(Settings(), NOTE, TEXT, Traffic(free_at=free_at), now)
        now = waits.until if waits and waits.until else now
        assert paced(Settings(), NOTE, TEXT, Traffic(free_at=free_at), now) is None
        free_at = borrowed(free_at, now)
        left.append((now - NOW).total_seconds())
    assert left == [0.0] * 45 + [6.0 * n for n in range(1, 16)]


def test_a_clock_put_back_blocks_nobody() -> None:
    assert asked(free_at=NOW + timedelta(hours=5)) is None


def test_the_number_takes_so_many_a_second() -> None:
    # fact: 1.4 throughput
    assert asked(last_second=79) is None
    waits = asked(last_second=20, settings=Settings(messages_per_second=20))
    assert waits == Verdict(go="wait", until=NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("send", "verdict", "traffic", "goes"),
    [
        (NOTE, TEMPLATE, {"reached": 249}, True),
        (NOTE, TEMPLATE, {"reached": 250}, False),
        (NOTE, TEMPLATE, {"reached": 250, "among": True}, True),  # the same person again does not count
        (NOTE, TEXT, {"reached": 250}, True),  # who wrote to us does not count
        (BIRTHDAY, TEMPLATE, {"reached": 187}, True),
        (BIRTHDAY, TEMPLATE, {"reached": 188}, False),  # a quarter is kept for bookings
    ],
)
def test_so_many_people_are_written_to_first(send: Send, verdict: Verdict, traffic: dict[str, Any], goes: bool) -> None:
    # fact: 1.5 people per day
    until = NOW + timedelta(hours=3)
    waits = asked(send, verdict, frees_at=until, **traffic)
    assert (waits is None) is goes
    if waits is not None:
        assert (waits.go, waits.until) == ("wait", until)
        assert waits.reason == "WhatsApp lets us write first to 250 people in 24 hours, so it goes on at 11:40"
    assert asked(send, verdict, Settings(first_messages=None), frees_at=until, **traffic) is None


def test_what_would_wait_beyond_its_use_is_said_to_the_owner() -> None:
    late = NOTE.model_copy(update={"deadline": NOW + timedelta(hours=1)})
    verdict = asked(late, TEMPLATE, reached=250, frees_at=NOW + timedelta(hours=3))
    assert verdict is not None
    assert (verdict.go, verdict.loud) == ("no", True)


def test_only_what_rests_waits() -> None:
    rest = Pause(until=NOW + timedelta(hours=1), tries=1, reason="x", since=NOW)
    assert asked(pauses={"+447700900102": rest}) is None
    assert asked(pauses={THANDI: rest}) == Verdict(go="wait", until=rest.until)
    assert asked(pauses={NEWS: rest}) is None
    held = asked(BIRTHDAY, pauses={NEWS: rest})
    assert held is not None
    assert held.reason == "WhatsApp takes no news from us at the moment"
    template = {"template:remind.tomorrow": rest}
    assert asked(pauses=template) is None
    assert asked(NOTE, TEMPLATE, pauses=template) is not None


def test_a_short_rest_of_before_the_clock_was_put_back_is_over() -> None:
    then = NOW + timedelta(hours=1)
    short = Pause(until=then + timedelta(seconds=30), tries=2, reason="x", since=then)
    day = Pause(until=then + timedelta(hours=24), tries=1, reason="x", since=then)
    assert [short.holds(then), short.holds(NOW), day.holds(then), day.holds(NOW)] == [True, False, True, True]


def test_how_long_each_thing_rests() -> None:
    def seconds(act: Act, *tries: int) -> list[float]:
        return [back_off(act, n).total_seconds() for n in tries]

    assert seconds(Act.SLOW_PERSON, 1, 2, 3, 9) == [4, 16, 64, 3600]  # facts 1.4: 4^n
    assert seconds(Act.SLOW_NUMBER, 1, 2, 9) == [2, 4, 60]
    assert seconds(Act.LATER, 1, 2, 9) == [1, 2, 30]
    assert seconds(Act.STOP, 1, 3, 4, 9) == [60, 60, 120, 900]
    assert seconds(Act.RESTS, 1, 2) == [3 * 3600, 6 * 3600]
    assert pause_name(Act.SLOW_PERSON, NOTE) == THANDI
    assert pause_name(Act.SLOW_NUMBER, NOTE) == NUMBER
