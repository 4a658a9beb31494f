"""Weekly times as people type them: "every Mon 07:30 duo and Wed 09:00 single", "Tuesdays and Thursdays at 8"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from sheets_schema.texts.vocabulary import vocabulary
from studio_sync.rules.commands.when import clock_at, plain, spellings


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """Weekly times: "every Mon 07:30 duo and Wed 09:00 single"."""

    #: (weekday with 0 = Monday, start)
    slots: tuple[tuple[int, time], ...] = ()
    #: one per slot, "" where none was said
    types: tuple[str, ...] = ()
    problem: str = ""
    word: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Slot:
    weekday: int
    time: time | None = None
    type: str = ""


def parse_every(text: str, language: str = "en") -> Weekly | None:
    """The weekly times in ``text``; None when it has no "every" and no "Tuesdays".

    A number behind a weekday is an hour. A time counts for the days since the last time, a type likewise. A day without
    any time leaves the whole without slots.
    """
    words = vocabulary(language)
    typed = text.split()
    tokens = [plain(word) for word in typed]
    every = words.day_words["every"]
    days = spellings(words.calendar["weekdays"]) | spellings(words.calendar["each_weekday"])
    each = spellings(words.calendar["each_weekday"])
    begin = next((i for i, token in enumerate(tokens) if token in every or token in each), None)
    if begin is None:
        return None
    before = " ".join(typed[:begin])
    skipped = {*every, *(word for link in ("with", "on", "at", "for", "the") for word in words.links[link])}
    kinds = {word: kind for kind, spelled in words.types.items() for word in spelled}
    slots: list[_Slot] = []
    i = begin
    while i < len(tokens):
        token = tokens[i]
        clock = clock_at(tokens, i, words.calendar["half_days"][0]) if slots else None
        if token in days:
            slots.append(_Slot(days[token]))
        elif token in kinds and slots:
            slots = [replace(slot, type=slot.type or kinds[token]) for slot in slots]
        elif clock:
            if clock.time is None or all(slot.time for slot in slots):
                return Weekly(problem="bad_time", word=typed[i], before=before)
            slots = [replace(slot, time=slot.time or clock.time) for slot in slots]
            i += clock.length - 1
        elif token not in skipped:
            break
        i += 1
    if not slots:
        word = " ".join(typed[begin : begin + 2])
        return Weekly(problem="bad_day", word=word, before=before, after=" ".join(typed[i:]))
    # A joint that led nowhere belongs to what follows: "Tuesdays 8am with John".
    while tokens[i - 1] in words.links["with"]:
        i -= 1
    times = tuple((slot.weekday, slot.time) for slot in slots if slot.time is not None)
    after = " ".join(typed[i:])
    if len(times) < len(slots):
        return Weekly(before=before, after=after)
    return Weekly(slots=times, types=tuple(slot.type for slot in slots), before=before, after=after)
