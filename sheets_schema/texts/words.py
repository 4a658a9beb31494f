"""Days, times, money, plurals and names as the house writes them. Pure; nothing depends on the machine's locale."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import phonenumbers

from sheets_schema.texts.catalogue import clip
from sheets_schema.texts.reading import languages, read_toml


@lru_cache(maxsize=8)
def _data(language: str) -> Mapping[str, Any]:
    if language not in languages().values():
        raise ValueError(f"No words in language {language!r}")
    return read_toml(f"{language}/words.toml")


def day(value: date, today: date, language: str = "en") -> str:
    """`Wed 4 Nov`; with the year only if it is not this year."""
    data = _data(language)
    text = f"{data['days']['short'][value.weekday()]} {value.day} {data['months']['short'][value.month - 1]}"
    return text if value.year == today.year else f"{text} {value.year}"


def clock(value: datetime) -> str:
    """`09:00`, of a local datetime."""
    return f"{value:%H:%M}"


def when(value: datetime, today: date, language: str = "en") -> str:
    """`Wed 4 Nov at 09:00`, of a local datetime."""
    return f"{day(value.date(), today, language)} {_data(language)['at']} {clock(value)}"


def start(value: datetime, today: date, language: str = "en") -> str:
    """`Wed 4 Nov 09:00`: the short form of lists, buttons and answers to the owner."""
    return f"{day(value.date(), today, language)} {clock(value)}"


def long_date(value: date, language: str = "en") -> str:
    """`4 November 2026`, as on documents."""
    return f"{value.day} {month(value, language)} {value.year}"


def month(value: date, language: str = "en") -> str:
    """`November`."""
    return str(_data(language)["months"]["long"][value.month - 1])


def period(value: date, language: str = "en") -> str:
    """`November 2026`."""
    return f"{month(value, language)} {value.year}"


def weekday(value: date, language: str = "en") -> str:
    """`Wed`."""
    return str(_data(language)["days"]["short"][value.weekday()])


def weekday_long(value: date, language: str = "en") -> str:
    """`Wednesday`."""
    return str(_data(language)["days"]["long"][value.weekday()])


def weekdays(value: date, language: str = "en") -> str:
    """`Wednesdays`: every day of that name."""
    return str(_data(language)["days"]["each"][value.weekday()])


def week_span(first: date, last: date, today: date, language: str = "en") -> str:
    """`Mon 9 to Sat 14 Nov`; both months named if they differ."""
    end = day(last, today, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{weekday(first, language)} {first.day} to {end}"
    return f"{day(first, today, language)} to {end}"


def money_chat(cents: int, sign: str = "R") -> str:
    """`R250`, `R1,050`, `R1,050.50`, `-R250`: cents only when they are not zero."""
    return _money(cents, sign, f"{abs(cents) // 100:,}" if cents % 100 == 0 else "")


def money_sheet(cents: int, sign: str = "R") -> str:
    """`R1,050.00`, `-R250.00`: always two decimals, for the sheet and on paper."""
    return _money(cents, sign, "")


def _money(cents: int, sign: str, whole: str) -> str:
    amount = whole or f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    return f"{'-' if cents < 0 else ''}{sign}{amount}"


def phone_words(e164: str) -> str:
    """`+447700900101` -> `+44 7700 900101`; what is not a phone number comes back as it is."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def person_label(name: str, e164: str) -> str:
    """`Mary Green ..0107`: a button of at most 20 letters that tells two people of one name apart."""
    return f"{clip(name, 13)} ..{e164[-4:]}"


def plural(count: int, noun: str, language: str = "en") -> str:
    """`1 session`, `2 sessions`, `no sessions`; ValueError for a noun that words.toml does not have."""
    forms = _data(language)["nouns"].get(noun)
    if forms is None:
        raise ValueError(f"No plural of {noun!r} in {language}")
    one, many, none = forms
    if count == 0:
        return str(none)
    return f"{count:,} {one if count == 1 else many}"


def type_word(kind: str, language: str = "en") -> str:
    """The session type as people read it; an unknown one comes back as it is."""
    return str(_data(language)["types"].get(kind, kind))


def capital(text: str) -> str:
    """The text with its first letter large; the rest stays: names keep their shape."""
    return text[:1].upper() + text[1:]


def join(names: Sequence[str], language: str = "en") -> str:
    """`Thandi`, `Thandi and Sipho`, `Thandi, Sipho and Zoë`."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} {_data(language)['and']} {names[-1]}"


def at_most(items: Sequence[str], limit: int = 5, language: str = "en") -> tuple[str, ...]:
    """The first items; if more, a last one says how many: `and 3 more`."""
    if len(items) <= limit:
        return tuple(items)
    return (*items[:limit], str(_data(language)["more"]).format(n=len(items) - limit))


def wrap(text: str, width: int = 42) -> tuple[str, ...]:
    """The text in lines of at most `width` letters, cut at words: the decide lines of Today. A longer word is split."""
    lines: list[str] = []
    line = ""
    for whole in text.split():
        word = whole
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = ""
        while len(word) > width:
            lines.append(word[:width])
            word = word[width:]
        line = f"{line} {word}" if line else word
    return (*lines, line) if line or not lines else tuple(lines)
