"""What she types into a cell, and what we understand by it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.cells import (
    BALANCE,
    BIRTHDAY,
    CENTS,
    CLOCK,
    COUNT,
    DAY,
    LONG,
    MAIL,
    MOMENT,
    PHONE,
    TEXT,
    TICK,
    CellContext,
    CellProblem,
    Kind,
    Raw,
    choice,
    form_of,
)
from sheets_schema.codecs.policy import (
    COUNTRY,
    LANGUAGE,
    MONTH_DAY,
    NUMBERS,
    PERCENT,
    PHONES,
    YES_NO,
    ZONE,
    NumberKind,
)
from sheets_schema.texts.catalogue import part

TUESDAY = date(2026, 11, 3)
CAPE = CellContext(zone=ZoneInfo("Africa/Johannesburg"), country="ZA", currency="R", today=TUESDAY)
LONDON = CellContext(zone=ZoneInfo("Europe/London"), country="GB", currency="£", today=TUESDAY)
TYPE = choice("single", "duo", "trio", "group")
STATE = choice("booked", "late cancel", "no-show")


def says(kind: Kind[Any], raw: Raw, context: CellContext = CAPE) -> str:
    """The words in the Problem column."""
    with pytest.raises(CellProblem) as caught:
        kind.read(raw, context)
    return part(caught.value.text, **caught.value.values)


@pytest.mark.parametrize(
    "typed",
    [
        "082 123 4567",
        "27 82 123 4567",
        "0027821234567",
        "+27 (0)82 123-4567",
        "+27821234567",
        821234567.0,
        27821234567.0,
    ],
)
def test_a_phone_number_in_any_usual_form(typed: Raw) -> None:
    assert PHONE.read(typed, CAPE) == "+27821234567"


@pytest.mark.parametrize(
    "typed", ["07700 900101", "+44 7700 900101", "447700900101", 447700900101.0, "0044 7700 900 101"]
)
def test_a_number_kept_for_fiction_is_a_number_too(typed: Raw) -> None:
    assert PHONE.read(typed, LONDON) == "+447700900101"
    assert PHONE.write("+447700900101", LONDON) == "+44 7700 900101"


def test_a_foreign_number_with_its_country_code() -> None:
    assert PHONE.read("447700900101", CAPE) == PHONE.read(447700900101.0, CAPE) == "+447700900101"
    assert form_of("GB") == "+44 XXXX XXXXXX"


def test_a_phone_number_that_is_none() -> None:
    assert says(PHONE, "12345") == "12345 is too short for a phone number. Use the form +27 XX XXX XXXX."
    assert says(PHONE, "Thandi") == "Thandi is not a phone number. Use the form +27 XX XXX XXXX."


@pytest.mark.parametrize(
    "typed", ["4 Nov", "4/11", "04/11/2026", "4 November 2026", "2026-11-04", "Wed 4 Nov", "4.11.26", "Nov 4", 46330.0]
)
def test_a_day_first_and_nearest_year(typed: Raw) -> None:
    assert DAY.read(typed, CAPE) == date(2026, 11, 4)


def test_a_day_without_a_year_lies_ahead_unless_it_was_just_now() -> None:
    assert DAY.read("12 Jan", CAPE) == date(2027, 1, 12)
    assert DAY.read("20 Oct", CAPE) == date(2026, 10, 20)


def test_a_day_that_is_none() -> None:
    assert says(DAY, "31/02") == "31/02 is not a date. Type a day such as 28 Feb."
    assert says(DAY, "4 Nov 2062") == "2062 is far away. Did you mean 4 Nov 2026? Type it again if 2062 is right."
    # The 5th is a Thursday: which of the two did she mean?
    assert says(DAY, "Wed 5 Nov").startswith("Wed 5 Nov is not a date.")
    assert says(DAY, 4.0).startswith("4 is not a date.")


@pytest.mark.parametrize("typed", ["9", "09h00", "9am", "9:00", "9h", "09:00:00", "0900", 9.0, 0.375, 46330.375])
def test_a_time_as_people_write_it(typed: Raw) -> None:
    assert CLOCK.read(typed, CAPE) == time(9)


def test_a_time_that_is_none() -> None:
    assert says(CLOCK, "25:00") == "25:00 is not a time. Type it like 09:00."
    assert says(CLOCK, 25 / 24) == "25:00 is not a time. Type it like 09:00."  # what Sheets makes of it
    assert says(CLOCK, "9-10") == "One start time only. Type 09:00; the length goes into Minutes."
    october = DAY.write(date(2026, 10, 9), CAPE)  # what Sheets makes of 9-10
    assert says(CLOCK, october) == "One start time only. Type 09:00; the length goes into Minutes."


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("R300", 300_00),
        ("1,050.50", 1050_50),
        ("1 050,50", 1050_50),
        ("R 1.050,50", 1050_50),
        (300.0, 300_00),
        (0.1 + 0.2, 30),
        (1.005, 1_01),
        ("12,5", 12_50),
        ("£7", 7_00),
    ],
)
def test_money_to_the_cent(typed: Raw, cents: int) -> None:
    assert CENTS.read(typed, CAPE) == cents


def test_money_that_is_none() -> None:
    assert says(CENTS, "R3OO") == "R3OO is not an amount (letters O). Type 300."
    assert says(CENTS, "-50") == says(CENTS, -50.0)
    assert says(CENTS, "(50)") == "An amount cannot be below zero. For money back, use a credit note."
    assert BALANCE.read("-R50", CAPE) == -50_00
    # R1.05 or R1,050? An amount is never guessed.
    assert says(CENTS, "1.050") == "1.050 is not an amount. Type it like 300."


def test_a_birthday_is_kept_in_words() -> None:
    assert BIRTHDAY.read("21/5", CAPE) == "21 May"
    assert BIRTHDAY.read(DAY.write(date(2026, 5, 21), CAPE), CAPE) == "21 May"  # Sheets adds this year
    assert BIRTHDAY.read("21 may 1990", CAPE) == "21 May 1990"
    assert says(BIRTHDAY, "30/02") == "30 Feb does not exist. Type day and month, such as 21 May."


def test_words_of_a_list() -> None:
    assert TYPE.read(" DUO ", CAPE) == "duo"
    assert STATE.read("No show", CAPE) == "no-show"
    assert says(TYPE, "due") == '"due" is not a type. Choose single, duo, trio or group.'
    assert says(STATE, "bookd") == '"bookd" is not in the list. Choose one from the list.'


def test_other_cells() -> None:
    assert TICK.read("yes", CAPE) is True
    assert COUNT.read("55 min", CAPE) == 55
    assert MAIL.read("thandi@nowhere.example", CAPE) == "thandi@nowhere.example"
    assert says(MAIL, "thandi@") == "This mail address is not complete. Mail waits until it is."
    assert says(CENTS, "#REF!") == "A formula here is broken. We use the last good value."
    assert says(TEXT, "x" * 6000).startswith("This text is too long: 6000 letters")


def test_settings_as_she_writes_them() -> None:
    assert COUNTRY.read("United Kingdom +44", CAPE) == COUNTRY.read("+44", CAPE) == COUNTRY.read("gb", CAPE) == "GB"
    assert NUMBERS.read("21, 3 and 10 days", CAPE) == (3, 10, 21)
    assert PERCENT.read("50 %", CAPE) == PERCENT.read(0.5, CAPE) == PERCENT.read(50.0, CAPE) == 50
    assert MONTH_DAY.read("Last of month", CAPE) == 31
    assert ZONE.read("europe/london", CAPE) == ZoneInfo("Europe/London")
    assert PHONES.read("07700 900198; 07700 900197", LONDON) == ("+447700900198", "+447700900197")


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60).map(str.strip)
PHONE_NUMBERS = st.one_of(
    st.integers(100_000, 999_999).map(lambda n: f"+447700{n}"),
    st.integers(600_000_000, 849_999_999).map(lambda n: f"+27{n}"),
    st.integers(0, 9_999).map(lambda n: f"+1202555{n:04}"),
)
DAYS = st.dates(date(1996, 1, 1), date(2028, 12, 31))
MINUTES = st.integers(0, 1439).map(lambda n: time(n // 60, n % 60))
CENT = st.integers(0, 10**11)
# Local hours that occur twice in autumn read back as their first pass, so London is left out here.
MOMENTS = st.integers(0, 2_000_000_000).map(lambda s: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
ROUND_TRIPS: list[tuple[Kind[Any], st.SearchStrategy[Any]]] = [
    (TEXT, TEXTS.filter(lambda text: not text.startswith("#"))),
    (LONG, TEXTS.filter(lambda text: not text.startswith("#"))),
    (PHONE, PHONE_NUMBERS),
    (DAY, DAYS),
    (CLOCK, MINUTES),
    (MOMENT, MOMENTS),
    (CENTS, CENT),
    (BALANCE, st.integers(-(10**11), 10**11)),
    (COUNT, st.integers(-(10**9), 10**9)),
    (TICK, st.booleans()),
    (BIRTHDAY, DAYS.map(lambda day: f"{day.day} {day:%b %Y}" if day.year < 2025 else f"{day.day} {day:%b}")),
    (MAIL, st.emails(domains=st.just("nowhere.example")).filter(lambda mail: not set(mail) & set("\"'{}|%,;<>()"))),
    (TYPE, st.sampled_from(["", *TYPE.choices])),
    (STATE, st.sampled_from(["", *STATE.choices])),
    (COUNTRY, st.sampled_from(["ZA", "GB", "BR", "NA", "US", "LS"])),
    (NUMBERS, st.sets(st.integers(1, 366), max_size=5).map(lambda numbers: tuple(sorted(numbers)))),
    (PHONES, st.lists(PHONE_NUMBERS, unique=True, max_size=4).map(tuple)),
    (YES_NO, st.booleans()),
    (MONTH_DAY, st.integers(1, 31)),
    (PERCENT, st.integers(0, 100)),
    (NumberKind(0, 720), st.integers(0, 720)),
    (ZONE, st.sampled_from(["Africa/Johannesburg", "Europe/London", "America/Sao_Paulo"]).map(ZoneInfo)),
    (LANGUAGE, st.just("en")),
]
KINDS = [pytest.param(kind, values, id=f"{at}-{kind.name}") for at, (kind, values) in enumerate(ROUND_TRIPS)]


@pytest.mark.parametrize(("kind", "values"), KINDS)
@given(data=st.data())
def test_what_we_write_we_read(kind: Kind[Any], values: st.SearchStrategy[Any], data: st.DataObject) -> None:
    value = data.draw(values)
    assert kind.read(kind.write(value, CAPE), CAPE) == value


@pytest.mark.parametrize(("kind", "values"), KINDS)
def test_a_blank_cell_has_the_blank_value(kind: Kind[Any], values: object) -> None:
    assert kind.read(None, CAPE) == kind.read("", CAPE) == kind.read("  ", CAPE) == kind.empty


GARBAGE = st.one_of(
    st.text(max_size=80),
    st.text("0123456789 .,:/-+hRO#%janNov()", max_size=14),
    st.text(st.characters(categories=["Nd", "Zs", "Sc"]), max_size=12),
    st.floats(),
    st.integers(-(10**6), 10**6).map(float),
    st.floats(0, 60_000),
    st.booleans(),
    st.none(),
    st.sampled_from(["#REF!", "#N/A", "=1+1", "x" * 50_001, "١٢/٣", "²", "🧘", "مريم", "\x00", "1e400", "+", "00"]),
)


@pytest.mark.parametrize(("kind", "values"), KINDS)
@given(raw=GARBAGE)
def test_garbage_is_a_problem_in_words_and_never_an_error(kind: Kind[Any], values: object, raw: Raw) -> None:
    """Every problem a codec raises has a text, and every text has the values it needs."""
    problem = None
    try:
        value = kind.read(raw, CAPE)
    except CellProblem as found:
        problem = found
    if problem is not None:
        assert part(problem.text, **problem.values)
    else:
        assert kind.read(kind.write(value, CAPE), CAPE) == value
