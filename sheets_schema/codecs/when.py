"""Days, clock times, moments and birthdays. Day first; serial numbers count from 1899-12-30 as in Sheets."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sheets_schema.codecs.base import CellContext, Raw, as_word, is_blank, plain, refuse_broken
from sheets_schema.codecs.dates import MONTHS, parts_of, year_of
from sheets_schema.issues import CellProblem

EPOCH = date(1899, 12, 30)
_EPOCH_MOMENT = datetime(1899, 12, 30)  # noqa: DTZ001  (a wall clock, its zone comes from the context)
#: A number below this (1954) in a date cell is a plain number she typed, not a day.
FIRST_SERIAL = 20_000
#: Years around today that are taken without asking.
FAR_AHEAD, FAR_BACK = 2, 30
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:h.]\s*(\d{2})(?::\d{2})?|\s*h)?\s*(am|pm|a\.m\.|p\.m\.)?")
_COMPACT = re.compile(r"(\d{1,2})(\d{2})")
_RANGE = re.compile(r"(.+?)\s*(?:-|\N{EN DASH}|\N{EM DASH}|\bto\b|\btill?\b|\buntil\b)\s*(.+)")


def day_serial(day: date) -> float:
    """Serial number of a day."""
    return float((day - EPOCH).days)


def day_of_serial(serial: float) -> date | None:
    """The day a serial number stands for; None when there is none."""
    if not math.isfinite(serial) or not -600_000 < serial < 2_900_000:
        return None
    return EPOCH + timedelta(days=math.floor(serial))


@dataclass(frozen=True, slots=True)
class DayKind:
    """A day; blank is None. A day without a year is the nearest sensible one, see ``dates.year_of``."""

    name: str = "day"
    empty: date | None = None
    pattern: str = "ddd d mmm"
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> date | None:
        if is_blank(raw):
            return None
        refuse_broken(raw)
        day = _day_of_number(raw) if isinstance(raw, float | int) else _day_of_text(plain(raw), context.today)
        if day is None:
            raise CellProblem("problem.date", word=as_word(raw))
        if not context.today.year - FAR_BACK <= day.year <= context.today.year + FAR_AHEAD:
            raise _far(day, context.today, raw)
        return day

    def write(self, value: date | None, context: CellContext) -> Raw:  # noqa: ARG002
        return None if value is None else day_serial(value)


def _day_of_number(number: float) -> date | None:
    if isinstance(number, bool) or number < FIRST_SERIAL:
        return None
    return day_of_serial(number)


def _day_of_text(text: str, today: date) -> date | None:
    parts = parts_of(text)
    if parts is None:
        return None
    year = parts.year or year_of(parts.day, parts.month, today)
    try:
        day = date(year, parts.month, parts.day)
    except ValueError:
        return None
    # "Wed 5 Nov" in a year where the 5th is a Thursday: one of the two is wrong, and we do not guess which.
    return None if parts.weekday is not None and parts.weekday != day.weekday() else day


def _far(day: date, today: date, raw: Raw) -> CellProblem:
    try:
        guess = day.replace(year=year_of(day.day, day.month, today))
    except ValueError:
        return CellProblem("problem.date", word=as_word(raw))
    return CellProblem("problem.date_far", year=str(day.year), guess=_long(guess))


@dataclass(frozen=True, slots=True)
class ClockKind:
    """A time of day, to the minute; blank is None."""

    name: str = "clock"
    empty: time | None = None
    pattern: str = "hh:mm"
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> time | None:
        if is_blank(raw):
            return None
        refuse_broken(raw)
        if isinstance(raw, bool):
            raise CellProblem("problem.time", word=as_word(raw))
        if isinstance(raw, float | int):
            return _clock_of_number(raw, context.today)
        text = plain(raw).strip()
        found = clock_of(text)
        if found is not None:
            return found
        parts = _RANGE.fullmatch(text)
        first = clock_of(parts.group(1)) if parts else None
        if first is not None:
            raise CellProblem("problem.time_range", time=f"{first:%H:%M}")
        raise CellProblem("problem.time", word=as_word(raw))

    def write(self, value: time | None, context: CellContext) -> Raw:  # noqa: ARG002
        return None if value is None else (value.hour * 60 + value.minute) / 1440


def clock_of(text: str) -> time | None:
    """A time people write: 9, 8am, 8:00, 08h00, 8h, 8.30, 0930. None when it is none."""
    text = text.strip().lower()
    found = _CLOCK.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found or not text.isascii():
        return None
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    half = found.group(3) if found.re is _CLOCK else None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _clock_of_number(number: float, today: date) -> time:
    if 0 <= number < 1:
        minutes = min(round(number * 1440), 1439)
        return time(minutes // 60, minutes % 60)
    whole = float(number).is_integer()
    if whole and 0 <= number <= 2359:
        found = clock_of(str(int(number)))
        if found is not None:
            return found
    day = day_of_serial(number) if number >= FIRST_SERIAL else None
    if day is not None and not whole:  # a day and a time in one cell: the time counts here
        return _clock_of_number(number % 1, today)
    if day is not None and abs(day.year - today.year) <= 1 and day.day < 24:
        # Sheets takes a typed "9-10" for the 9th of October.
        raise CellProblem("problem.time_range", time=f"{day.day:02}:00")
    if 1 <= number < 4 and not whole:  # Sheets takes a typed "25:00" for a length of time
        minutes = round(number * 1440)
        raise CellProblem("problem.time", word=f"{minutes // 60}:{minutes % 60:02}")
    raise CellProblem("problem.time", word=as_word(number))


@dataclass(frozen=True, slots=True)
class MomentKind:
    """An instant, aware UTC, kept in the cell as the studio's local date and time to the second; blank is None.

    The hour that occurs twice in autumn reads back as its first pass.
    """

    name: str = "moment"
    empty: datetime | None = None
    pattern: str = "d mmm hh:mm"
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> datetime | None:
        if is_blank(raw):
            return None
        refuse_broken(raw)
        local = _local_of(raw)
        if local is None:
            raise CellProblem("problem.date", word=as_word(raw))
        if local.tzinfo is None:
            local = local.replace(tzinfo=context.zone)
        try:
            return local.astimezone(UTC)
        except OverflowError:
            raise CellProblem("problem.date", word=as_word(raw)) from None

    def write(self, value: datetime | None, context: CellContext) -> Raw:
        if value is None:
            return None
        local = value.astimezone(context.zone).replace(tzinfo=None, microsecond=0)
        return (local - _EPOCH_MOMENT) / timedelta(days=1)


def _local_of(raw: Raw) -> datetime | None:
    if isinstance(raw, str):
        try:
            return datetime.fromisoformat(raw.strip())
        except ValueError:
            return None
    if isinstance(raw, bool) or raw is None or raw < FIRST_SERIAL or day_of_serial(raw) is None:
        return None
    return _EPOCH_MOMENT + timedelta(seconds=round(raw * 86_400))


@dataclass(frozen=True, slots=True)
class BirthdayKind:
    """A birthday as text, "21 May" or "21 May 1990"; blank is ""."""

    name: str = "birthday"
    empty: str = ""
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> str:
        if is_blank(raw):
            return ""
        refuse_broken(raw)
        if isinstance(raw, float | int):
            day = _day_of_number(raw) if raw >= FIRST_SERIAL else day_of_serial(raw) if raw > 366 else None
            if day is None or isinstance(raw, bool):
                raise CellProblem("problem.birthday", word=as_word(raw))
            # Sheets takes a typed "21 May" for this year's: no client was born since last year.
            return _birthday(day.day, day.month, day.year if 1900 <= day.year < context.today.year - 1 else 0)
        parts = parts_of(plain(raw))
        if parts is None:
            raise CellProblem("problem.birthday", word=as_word(raw))
        if parts.year and not 1900 <= parts.year <= context.today.year:
            raise CellProblem("problem.birthday", word=as_word(raw))
        return _birthday(parts.day, parts.month, parts.year)

    def write(self, value: str, context: CellContext) -> Raw:  # noqa: ARG002
        return value


def _birthday(day: int, month: int, year: int) -> str:
    text = f"{day} {MONTHS[month - 1]}" + (f" {year}" if year else "")
    try:
        date(year or 2000, month, day)  # 2000 is a leap year: 29 Feb is somebody's birthday
    except ValueError:
        raise CellProblem("problem.birthday", word=text) from None
    return text


def _long(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


DAY = DayKind()
CLOCK = ClockKind()
MOMENT = MomentKind()
BIRTHDAY = BirthdayKind()
