"""Days and times as people type them in a chat: a closed grammar, day first. An unknown word is never a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sheets_schema.codecs.dates import year_of
from sheets_schema.codecs.when import clock_of
from sheets_schema.texts import words as spoken
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.vocabulary import Vocabulary, vocabulary

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2})(?:/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?|([-.])([0-9]{1,2})\4([0-9]{4}|[0-9]{2}))")
_DOTTED = re.compile(r"[0-9]{1,2}\.(0[1-9]|1[0-2]|[1-9])")
_DASHED = re.compile(r"[0-9]{1,2}-[0-9]{1,2}")
_GLUED = re.compile(r"([0-9]{1,2})-?([^\W\d_]+)(?:-([0-9]{4}))?")
_YEAR = re.compile(r"20[0-9]{2}")
_BARE = re.compile(r"[0-9]{1,2}")
_CLOCKLIKE = re.compile(r"[0-9]{1,2}(?:[:h.]\S*|am|pm|a\.m|p\.m)")
_DIGITS = re.compile(r"[0-9]+")
#: A bare number is an hour only where a studio may be open: 4 could be the morning or the afternoon.
_FIRST_HOUR, _LAST_HOUR = 5, 21
#: How far "Wed 11" may reach for a Wednesday that is the 11th, and how near it is worth reading aloud.
_REACH, _NEAR, _BACK = 62, 14, 14
_FAR_AHEAD, _FAR_BACK = 2, 30


@dataclass(frozen=True, kw_only=True)
class When:
    """What a line says about day and time. All local; ``None`` where it says nothing."""

    day: date | None = None
    time: time | None = None
    #: "4/11 read as Wed 4 Nov.": set when the writing was loose
    read_as: str = ""
    #: "", "bad_day" or "bad_time"; then ``word`` says which words and the day or time is None
    problem: str = ""
    word: str = ""
    #: words in front of the phrase and behind it, as typed
    before: str = ""
    after: str = ""

    @property
    def rest(self) -> str:
        """All the words that are no part of the phrase."""
        return " ".join(filter(None, (self.before, self.after)))


def parse_when(
    text: str, now: datetime, language: str = "en", *, back: bool = False, week_of: date | None = None
) -> When:
    """The first phrase of day and time in ``text``; ``now`` is local and aware. Never raises.

    A phrase ends at the first word that is not its own: "tomorrow maybe 9" is tomorrow, and "maybe 9" is left over.
    A weekday is the next one, today's if the time is still to come (or none is said); "next Friday" is Friday of next
    week. A day without a year is the nearest sensible one. ``back`` looks back instead: the last Tuesday, today
    included. ``week_of`` puts a plain weekday in the week of that day.

    "Tue 8" is Tuesday at 08:00; it is Tuesday the 8th when a time follows ("Tue 8 at 9") or when no studio is open at
    that hour ("Wed 4"). If both readings lie near, the one taken is read aloud. A bare number outside 5 to 21 is no
    time, "4.11" is neither (11 minutes past 4, or November?), and a weekday that contradicts its date is a bad day.
    """
    return _Reader(now, vocabulary(language), language, back, week_of).read(text.split())


def plain(word: str) -> str:
    """A word as the grammar compares it: small letters, no punctuation behind it."""
    return word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold().strip(',;!?"()').rstrip(".:")


@lru_cache(maxsize=8)
def spellings(rows: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    """Spelling -> its place in the list."""
    return {word: place for place, row in enumerate(rows) for word in row}


@dataclass(frozen=True, slots=True)
class _Found:
    """One phrase: how many words, and what they mean."""

    length: int
    day: date | None = None
    time: time | None = None
    problem: str = ""
    #: worth reading aloud
    loose: bool = False
    #: today by its weekday: a week later if the time is over
    soft: bool = False


class _Reader:
    """Reads one line at one moment."""

    def __init__(self, now: datetime, words: Vocabulary, language: str, back: bool, week_of: date | None) -> None:
        self.now = now
        self.today = now.date()
        self.language = language
        self.back = back
        self.week_of = week_of
        self.day_words = words.day_words
        self.weekdays = spellings(words.calendar["weekdays"])
        self.months = spellings(words.calendar["months"])
        self.ordinals = words.calendar["ordinals"][0]
        self.half_days = words.calendar["half_days"][0]
        self.of = words.links["of"]
        self.joints = frozenset(w for link in ("on", "at", "for", "the", "from") for w in words.links[link])

    def read(self, typed: Sequence[str]) -> When:
        tokens = [plain(word) for word in typed]
        begin = next((i for i in range(len(tokens)) if self.phrase(tokens, i)), len(tokens))
        day: _Found | None = None
        said = ""
        clock: time | None = None
        i = begin
        while i < len(tokens):
            found = self.phrase(tokens, i)
            if found is None:
                onward = i + 1
                if tokens[i] in self.joints and onward < len(tokens) and self.phrase(tokens, onward):
                    i = onward
                    continue
                break
            words = " ".join(typed[i : i + found.length]).strip(",;!?.")
            clash = self._clash(found, day, clock)
            if found.problem or clash:
                return self._broken(typed, begin, i + found.length, found.problem or clash, words)
            if found.day:
                day, said = (found, words) if day is None or day.soft else (day, said)
            clock = clock or found.time
            i += found.length
        before, after = self._around(typed, tokens, begin, i)
        return self._settled(day, clock, said, When(before=before, after=after))

    def _around(self, typed: Sequence[str], tokens: Sequence[str], begin: int, end: int) -> tuple[str, str]:
        while begin > 0 and tokens[begin - 1] in self.joints and begin < len(tokens):
            begin -= 1
        return " ".join(typed[:begin]), " ".join(typed[end:])

    def _broken(self, typed: Sequence[str], begin: int, end: int, problem: str, word: str) -> When:
        before, after = self._around(typed, [plain(w) for w in typed], begin, end)
        return When(problem=problem, word=word, before=before, after=after)

    @staticmethod
    def _clash(found: _Found, day: _Found | None, clock: time | None) -> str:
        """Two days or two times in one phrase: we do not choose."""
        if found.day and day and found.day != day.day:
            return "bad_day"
        return "bad_time" if found.time and clock and found.time != clock else ""

    def _settled(self, found: _Found | None, clock: time | None, said: str, rest: When) -> When:
        if found is None or found.day is None:
            return replace(rest, time=clock)
        day = found.day
        if found.soft and clock and not self.back and datetime.combine(day, clock) <= self.now.replace(tzinfo=None):
            day += timedelta(days=7)
        read_as = ""
        if found.loose:
            read = spoken.day(day, self.today, self.language)
            if found.time:
                read = f"{read} {found.time:%H:%M}"
            read_as = part("read.day", self.language, word=said, day=read)
        return replace(rest, day=day, time=clock, read_as=read_as)

    def phrase(self, tokens: Sequence[str], i: int) -> _Found | None:
        """The day or the time that begins at word ``i``."""
        return self.dated(tokens, i) or self.named_day(tokens, i) or clock_at(tokens, i, self.half_days)

    # Dates with a number.

    def dated(self, tokens: Sequence[str], i: int) -> _Found | None:
        """4/11, 4/11/2026, 2026-11-04, 4 Nov, 4th of November 2026, 4-Nov, Nov 4, 4th."""
        token = tokens[i]
        if found := _ISO.fullmatch(token):
            return self._date(1, int(found[3]), int(found[2]), int(found[1]))
        if found := _NUMBERS.fullmatch(token):
            month, year = int(found[2] or found[5]), found[3] or found[6]
            if year:
                return self._date(1, int(found[1]), month, int(year) + (2000 if len(year) == 2 else 0), loose=True)
            return self._with_year(tokens, i + 1, 1, int(found[1]), month, loose=True)
        if _DOTTED.fullmatch(token):
            return _Found(1, problem="bad_day")
        number = self._day_number(token)
        if number is not None:
            j = i + 2 if tokens[i + 1 : i + 2] and tokens[i + 1] in self.of else i + 1
            if j < len(tokens) and tokens[j] in self.months:
                return self._with_year(tokens, j + 1, j + 1 - i, number, self.months[tokens[j]] + 1)
            return None if _DIGITS.fullmatch(token) else self._nth(number)
        if (found := _GLUED.fullmatch(token)) and found[2] in self.months:
            month = self.months[found[2]] + 1
            if found[3]:
                return self._date(1, int(found[1]), month, int(found[3]))
            return self._with_year(tokens, i + 1, 1, int(found[1]), month)
        if token in self.months and i + 1 < len(tokens) and (number := self._day_number(tokens[i + 1])) is not None:
            return self._with_year(tokens, i + 2, 2, number, self.months[token] + 1)
        return None

    def _day_number(self, token: str) -> int | None:
        """4, 04 or 4th: 0 to 99, not yet checked against a month."""
        for ending in self.ordinals:
            if token.endswith(ending) and _BARE.fullmatch(token.removesuffix(ending)):
                return int(token.removesuffix(ending))
        return int(token) if _BARE.fullmatch(token) else None

    def _with_year(
        self, tokens: Sequence[str], at: int, length: int, day: int, month: int, *, loose: bool = False
    ) -> _Found:
        if at < len(tokens) and _YEAR.fullmatch(tokens[at]):
            return self._date(length + 1, day, month, int(tokens[at]), loose=loose)
        return self._date(length, day, month, loose=loose)

    def _date(self, length: int, day: int, month: int, year: int = 0, *, loose: bool = False) -> _Found:
        if year and not self.today.year - _FAR_BACK <= year <= self.today.year + _FAR_AHEAD:
            return _Found(length, problem="bad_day")
        guessed = year or year_of(day, month, self.today)
        try:
            found = date(guessed, month, day)
            if self.back and not year and found > self.today:
                found = date(guessed - 1, month, day)
        except ValueError:
            return _Found(length, problem="bad_day")
        return _Found(length, day=found, loose=loose)

    def _nth(self, number: int) -> _Found:
        """The 4th: of this month, or of the next one that has it."""
        step = -1 if self.back else 1
        for days in range(_REACH):
            day = self.today + timedelta(days=step * days)
            if day.day == number:
                return _Found(1, day=day, loose=True)
        return _Found(1, problem="bad_day")

    # Days with a name.

    def named_day(self, tokens: Sequence[str], i: int) -> _Found | None:
        """today, tomorrow, Tue, next Friday, Wed 4 Nov, Wed 4."""
        token = tokens[i]
        if token in self.day_words["today"]:
            return _Found(1, day=self.today)
        if token in self.day_words["tomorrow"]:
            return _Found(1, day=self.today + timedelta(days=1))
        which = next((name for name in ("next", "this", "last") if token in self.day_words[name]), "")
        at = i + 1 if which else i
        weekday = self.weekdays.get(tokens[at]) if at < len(tokens) else None
        if weekday is None:
            return None
        length = at - i + 1
        dated = self.dated(tokens, at + 1) if at + 1 < len(tokens) else None
        if dated:
            return self._agreed(dated, weekday, length)
        found = self._weekday(weekday, which, length)
        if at + 1 < len(tokens) and _BARE.fullmatch(tokens[at + 1]) and not found.problem:
            return self._numbered(found, weekday, tokens, at + 1)
        return found

    @staticmethod
    def _agreed(dated: _Found, weekday: int, length: int) -> _Found:
        """Wed 4 Nov: both must say the same day."""
        length += dated.length
        if dated.day is None or dated.day.weekday() != weekday:
            return _Found(length, problem="bad_day")
        return replace(dated, length=length)

    def _weekday(self, weekday: int, which: str, length: int) -> _Found:
        monday = self.today - timedelta(days=self.today.weekday())
        ahead = (weekday - self.today.weekday()) % 7
        if which == "next":
            return _Found(length, day=monday + timedelta(days=7 + weekday), loose=True)
        if which == "last" or (self.back and ahead):
            return _Found(length, day=self.today - timedelta(days=(7 - ahead)))
        if which == "this":
            day = monday + timedelta(days=weekday)
            over = day < self.today and not self.back
            return _Found(length, problem="bad_day") if over else _Found(length, day=day)
        if self.week_of:
            monday = self.week_of - timedelta(days=self.week_of.weekday())
            return _Found(length, day=monday + timedelta(days=weekday), loose=True)
        return _Found(length, day=self.today + timedelta(days=ahead), soft=ahead == 0)

    def _numbered(self, found: _Found, weekday: int, tokens: Sequence[str], at: int) -> _Found:
        """Wed 4 or Tue 8: a day of the month, or an hour."""
        if at + 1 < len(tokens) and tokens[at + 1] in self.half_days:
            return found
        number, length = int(tokens[at]), found.length + 1
        nth = self._weekday_nth(weekday, number)
        follow = at + 2 if tokens[at + 1 : at + 2] and tokens[at + 1] in self.joints else at + 1
        timed = clock_at(tokens, follow, self.half_days) if follow < len(tokens) else None
        if timed is None and _FIRST_HOUR <= number <= _LAST_HOUR:
            near = nth is not None and nth != found.day and abs((nth - self.today).days) <= _NEAR
            return replace(found, length=length, time=time(number), loose=found.loose or near)
        return _Found(length, day=nth, loose=True) if nth else _Found(length, problem="bad_day")

    def _weekday_nth(self, weekday: int, number: int) -> date | None:
        ahead, behind = range(_REACH), range(-1, -_BACK, -1)
        for days in (*behind, *ahead) if self.back else (*ahead, *behind):
            day = self.today + timedelta(days=days)
            if day.day == number and day.weekday() == weekday:
                return day
        return None


def clock_at(tokens: Sequence[str], i: int, half_days: Sequence[str]) -> _Found | None:
    """9, 09:00, 9h, 09h00, 8am, 8 pm, 8.30, 0930 at word ``i``."""
    token = tokens[i]
    if i + 1 < len(tokens) and tokens[i + 1] in {half.rstrip(".") for half in half_days} and _BARE.match(token):
        found = clock_of(token + tokens[i + 1].replace(".", ""))
        return _Found(2, time=found) if found else _Found(2, problem="bad_time")
    if _DIGITS.fullmatch(token):
        found = clock_of(token)
        sensible = found is not None and _FIRST_HOUR <= found.hour <= _LAST_HOUR
        return _Found(1, time=found) if sensible else _Found(1, problem="bad_time")
    if _CLOCKLIKE.match(token) or (_DASHED.fullmatch(token)):
        found = clock_of(token)
        return _Found(1, time=found) if found else _Found(1, problem="bad_time")
    return None
