"""Days and times as people type them, on Tue 3 Nov 2026 at 10:15 in Johannesburg."""

from dataclasses import fields
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.tabs.bookings import TYPES
from sheets_schema.texts import words
from sheets_schema.texts.vocabulary import vocabulary
from studio_sync.rules.commands.grammar import Command, parse_client, parse_owner
from studio_sync.rules.commands.weekly import parse_every
from studio_sync.rules.commands.when import parse_when

ZONE = ZoneInfo("Africa/Johannesburg")
NOW = datetime(2026, 11, 3, 10, 15, tzinfo=ZONE)
NOV = {day: date(2026, 11, day) for day in range(1, 31)}


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("today", NOV[3], None),
        ("tomorrow 9", NOV[4], time(9)),
        ("9 tomorrow", NOV[4], time(9)),
        ("tmr at 09h00", NOV[4], time(9)),
        ("Tue", NOV[3], None),
        ("Tue 17:30", NOV[3], time(17, 30)),
        ("Tue 10:15", NOV[10], time(10, 15)),
        ("Tue 8", NOV[10], time(8)),
        ("Wed 4", NOV[4], None),
        ("Wed 4 9", NOV[4], time(9)),
        ("Thu 9", NOV[5], time(9)),
        ("Wed 11", NOV[4], time(11)),
        ("Wed 11 at 9", NOV[11], time(9)),
        ("thurs 6pm", NOV[5], time(18)),
        ("wednesday 6 pm", NOV[4], time(18)),
        ("this Friday", NOV[6], None),
        ("next Friday", NOV[13], None),
        ("last Friday", date(2026, 10, 30), None),
        ("4 Nov", NOV[4], None),
        ("Nov 4 8:00", NOV[4], time(8)),
        ("4th of November", NOV[4], None),
        ("4-Nov 8h", NOV[4], time(8)),
        ("the 12th at 8.30", NOV[12], time(8, 30)),
        ("4/11", NOV[4], None),
        ("4/11/2026 0930", NOV[4], time(9, 30)),
        ("4.11.26", NOV[4], None),
        ("2026-11-04", NOV[4], None),
        ("4 November 2026", NOV[4], None),
        ("Wed, 4 November 2026 at 08:00", NOV[4], time(8)),
        ("tomorrow, Wed 4 Nov at 09:00", NOV[4], time(9)),
        ("5 Oct", date(2026, 10, 5), None),
        ("5 Jan", date(2027, 1, 5), None),
        ("8am", None, time(8)),
        ("12am", None, time(0)),
        ("04:00", None, time(4)),
        ("maybe", None, None),
        ("May", None, None),
        ("Sunny", None, None),
        ("", None, None),
    ],
)
def test_what_is_read(text: str, day: date | None, clock: time | None) -> None:
    when = parse_when(text, NOW)
    assert (when.day, when.time, when.problem) == (day, clock, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31/02", "bad_day"),
        ("30 Feb", "bad_day"),
        ("4/13", "bad_day"),
        ("Thu 4 Nov", "bad_day"),
        ("Mon 4", "bad_day"),
        ("4.11", "bad_day"),
        ("4 Nov 2031", "bad_day"),
        ("this Monday", "bad_day"),
        ("0th", "bad_day"),
        ("32nd", "bad_day"),
        ("25:00", "bad_time"),
        ("9:60", "bad_time"),
        ("13pm", "bad_time"),
        ("13 pm", "bad_time"),
        ("3", "bad_time"),
        ("99", "bad_time"),
        ("9-10", "bad_time"),
        ("9:00 10:00", "bad_time"),
    ],
)
def test_what_is_no_day_and_no_time(text: str, problem: str) -> None:
    when = parse_when(text, NOW)
    assert (when.problem, when.day, when.time) == (problem, None, None)
    assert when.word in text


def test_a_loose_day_is_read_aloud() -> None:
    assert parse_when("4/11 9", NOW).read_as == "4/11 read as Wed 4 Nov."
    assert parse_when("next Friday", NOW).read_as == "next Friday read as Fri 13 Nov."
    assert parse_when("Wed 11", NOW).read_as == "Wed 11 read as Wed 4 Nov 11:00."
    assert not parse_when("Wed 4 Nov 9", NOW).read_as
    assert not parse_when("tomorrow", NOW).read_as


def test_looking_back() -> None:
    assert parse_when("Mon", NOW, back=True).day == NOV[2]
    assert parse_when("Tue", NOW, back=True).day == NOV[3]
    assert parse_when("Mon 2", NOW, back=True).day == NOV[2]
    assert parse_when("24 Oct", NOW, back=True).day == date(2026, 10, 24)
    assert parse_when("5 Dec", NOW, back=True).day == date(2025, 12, 5)
    assert parse_when("the 2nd", NOW, back=True).day == NOV[2]


def test_the_phrase_ends_at_a_word_it_does_not_know() -> None:
    when = parse_when("Mary Green on Wed at 9 because of rain", NOW)
    assert (when.before, when.after, when.rest) == ("Mary Green", "because of rain", "Mary Green because of rain")
    assert parse_when("the day after tomorrow", NOW).rest == "the day after"
    assert parse_when("tomorrow maybe 9", NOW).rest == "maybe 9"


days = st.dates(date(2026, 9, 15), date(2028, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(ZONE))  # noqa: DTZ001


@given(now=moments, ahead=st.integers(-50, 250), minute=st.integers(0, 1439))
def test_what_we_write_is_read_back(now: datetime, ahead: int, minute: int) -> None:
    start = datetime.combine(now.date() + timedelta(days=ahead), time(minute // 60, minute % 60))
    today = now.date()
    lines = (words.start(start, today), words.when(start, today), f"{words.long_date(start.date())} {start:%Hh%M}")
    for line in lines:
        when = parse_when(line, now)
        assert (when.day, when.time, when.problem) == (start.date(), start.time(), "")
    assert parse_when(words.day(start.date(), today), now).day == start.date()
    assert parse_when(f"{start:%Y-%m-%d}", now).day == start.date()
    assert parse_when(f"{start.day}/{start.month}/{start.year}", now).day == start.date()


SPICE = st.sampled_from(
    """book cancel move all every next last this Tue Wed Fri Tuesdays 4 31 8 9 99 4/11 31/02 09h00 8am 25:00 4.11 the on
    at to with and Nov 4th 2026 0000 0000-01-01 tomorrow today Mary sick paid off R500 10% take invoice month undo why
    add ² ٣ 1-1 : , . 'ª message stop 44 7700 am pm""".split()  # noqa: SIM905  shorter to read than a list
)
ANYTHING = st.one_of(st.text(), st.lists(st.one_of(SPICE, st.text(max_size=4)), max_size=12).map(" ".join))


@given(text=ANYTHING, now=moments)
def test_no_line_breaks_the_grammar(text: str, now: datetime) -> None:
    known = vocabulary()
    owner = parse_owner(text, now)
    assert owner.verb in {"", *known.owner, *known.owner_after_name}
    assert owner.type in {"", *TYPES}
    assert all(name and all(word in text for word in name.split()) for name in owner.who)
    client = parse_client(text, now)
    assert client.verb in {"", *known.client}
    when = parse_when(text, now)
    assert not (when.problem and (when.day or when.time))
    assert bool(when.problem) == bool(when.word)
    parse_every(text)


def test_a_very_long_line_is_read_at_once() -> None:
    for line in ("Zoë paid " + "4 Nov x " * 500, "book " + "and " * 1000, "Zoë " * 1000, "add " + "," * 4000 + "x"):
        assert {f.name for f in fields(parse_owner(line, NOW))} == {f.name for f in fields(Command)}
