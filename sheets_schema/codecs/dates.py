"""Dates people write, day first: 4/11, 4 Nov, 4 November 2026, Wed 4 Nov, 2026-11-04."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: First three letters of months and days, English, Portuguese and Afrikaans together: they never contradict.
_MONTH = {name.lower(): number for number, name in enumerate(MONTHS, 1)} | {
    **dict.fromkeys(("fev",), 2),
    **dict.fromkeys(("mrt", "maa"), 3),
    **dict.fromkeys(("abr",), 4),
    **dict.fromkeys(("mai", "mei"), 5),
    **dict.fromkeys(("ago",), 8),
    **dict.fromkeys(("set",), 9),
    **dict.fromkeys(("out", "okt"), 10),
    **dict.fromkeys(("dez", "des"), 12),
}
_WEEKDAY = {
    word: number
    for number, words in enumerate(
        ("mon seg maa", "tue ter din", "wed qua woe", "thu qui don", "fri sex vry", "sat sáb sab", "sun dom son")
    )
    for word in words.split()
}
#: Days back in which a day without a year still means the one that is over.
LOOK_BACK = 60
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})\s*[-/.\s]\s*(\d{1,2})(?:\s*[-/.\s]\s*(\d{4}|\d{2}))?")
_DAY_NAME = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|º)?[\s\-./]*(?:of|de)?[\s\-./]*([^\W\d_]{3,})\.?(?:[\s\-./,]*(?:de\s+)?(\d{4}|\d{2}))?"
)
_NAME_DAY = re.compile(r"([^\W\d_]{3,})\.?\s*(\d{1,2})(?:st|nd|rd|th)?(?:[\s,]+(\d{4}))?")
_LEADING_WORD = re.compile(r"([^\W\d_]{3,})(?:-feira)?\.?,?\s+(.+)")


@dataclass(frozen=True, slots=True)
class DateParts:
    """What was written. ``year`` 0: none; ``weekday`` None: none (0 is Monday). Not checked against the calendar."""

    day: int
    month: int
    year: int = 0
    weekday: int | None = None


def parts_of(text: str) -> DateParts | None:
    """The parts of a date in ``text``; None when it is not written like one."""
    text = " ".join(text.lower().split())
    if len(text) > 40:
        return None
    found = _plain_parts(text)
    if found is not None:
        return found
    leading = _LEADING_WORD.fullmatch(text)
    if leading and leading.group(1)[:3] in _WEEKDAY:
        rest = _plain_parts(leading.group(2))
        if rest is not None:
            return DateParts(rest.day, rest.month, rest.year, _WEEKDAY[leading.group(1)[:3]])
    return None


def _plain_parts(text: str) -> DateParts | None:
    if not all(letter.isascii() for letter in text if letter.isdecimal()):
        return None
    if found := _ISO.fullmatch(text):
        return _checked(found.group(3), found.group(2), found.group(1))
    if found := _NUMBERS.fullmatch(text):
        return _checked(*found.groups())
    if found := _DAY_NAME.fullmatch(text):
        return _named(found.group(1), found.group(2), found.group(3))
    if found := _NAME_DAY.fullmatch(text):
        return _named(found.group(2), found.group(1), found.group(3))
    return None


def _named(day: str, month: str, year: str | None) -> DateParts | None:
    number = _MONTH.get(month[:3])
    return _checked(day, str(number), year) if number else None


def _checked(day: str, month: str, year: str | None) -> DateParts | None:
    number = int(year or 0)
    if year and len(year) == 2:
        number += 2000
    return DateParts(int(day), int(month), number) if 1 <= int(day) <= 31 and 1 <= int(month) <= 12 else None


def year_of(day: int, month: int, today: date) -> int:
    """The year a day without one means: the first such day that is not over for more than ``LOOK_BACK`` days."""
    start = today - timedelta(days=LOOK_BACK)
    return start.year if (month, day) >= (start.month, start.day) else start.year + 1
