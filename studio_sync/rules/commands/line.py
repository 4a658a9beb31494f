"""The words of one typed line, and what can be picked out of them: verbs, names, types, amounts. Whole words only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sheets_schema.cells import CENTS
from sheets_schema.codecs.base import CellContext
from sheets_schema.issues import CellProblem
from sheets_schema.texts.vocabulary import Vocabulary, Words
from studio_sync.rules.commands.when import When, parse_when, plain

#: Amounts are read like a cell of money; only the currency sign of the context matters there.
_MONEY = CellContext(zone=ZoneInfo("UTC"), country="", currency="R", today=date(2000, 1, 1))
#: An amount stands near its verb.
_NEAR = 12


@dataclass(frozen=True, kw_only=True)
class Line:
    """The words behind (or around) a verb."""

    rest: str
    now: datetime
    words: Vocabulary
    language: str

    def when(self, text: str, *, back: bool = False, week_of: date | None = None) -> When:
        return parse_when(text, self.now, self.language, back=back, week_of=week_of)


def polished(text: str, words: Vocabulary) -> str:
    """One line, without "please" and its like at the ends."""
    line = " ".join(text.split())
    for polite in words.links["polite"]:
        line = re.sub(rf"(?i)^{polite}\b[ ,.!]*(?=\w)|(?<=\w)[ ,.!]+{polite}[ .!]*$", "", line)
    return line.strip()


def exact(line: str, words: Words) -> str:
    """The verb that has the whole line as one of its phrases, or ""."""
    return next((verb for verb, phrases in words.items() if line in phrases), "")


def leading(line: str, words: Words) -> tuple[str, str]:
    """(verb, rest as typed) of the longest phrase the line begins with, or ("", line)."""
    typed = line.split()
    tokens = [plain(word) for word in typed]
    best, found = 0, ""
    for verb, phrases in words.items():
        for phrase in phrases:
            parts = phrase.split()
            if len(parts) > best and tokens[: len(parts)] == parts:
                best, found = len(parts), verb
    return found, " ".join(typed[best:])


def fillers(words: Vocabulary, *links: str) -> frozenset[str]:
    """All single words of those links."""
    return frozenset(word for link in links for phrase in words.links[link] for word in phrase.split())


def without(text: str, dropped: frozenset[str]) -> str:
    """The text as typed, but for those words."""
    return " ".join(word for word in text.split() if plain(word) not in dropped)


def names_in(text: str, words: Vocabulary) -> tuple[str, ...]:
    """Names parted by "and", "with" or a comma: "Mary Green and John" -> ("Mary Green", "John")."""
    joints = fillers(words, "with")
    names: list[list[str]] = [[]]
    for word in text.split():
        if plain(word) in joints:
            names.append([])
            continue
        bare = word.strip(',;!?"').rstrip(":")
        names[-1].append(bare)
        if word.endswith((",", ";")):
            names.append([])
    return tuple(" ".join(name) for name in names if any(name))


def take_type(text: str, words: Vocabulary) -> tuple[str, str]:
    """(type, text without its word); the longest word for a type counts: "one to one" before "one"."""
    typed = text.split()
    tokens = [plain(word) for word in typed]
    phrases = sorted(
        ((phrase.split(), kind) for kind, spelled in words.types.items() for phrase in spelled),
        key=lambda x: -len(x[0]),
    )
    for parts, kind in phrases:
        for i in range(1, len(tokens) - len(parts) + 1):  # never the first word: that is a name
            if tokens[i : i + len(parts)] == parts:
                before = i - 1 if tokens[i - 1] in words.links["for"] else i
                return kind, " ".join(typed[:before] + typed[i + len(parts) :])
    return "", text


def cents_in(text: str) -> int | None:
    """The amount in cents that the text is, as in a cell of money; None when it is none."""
    try:
        return CENTS.read(text, _MONEY)
    except CellProblem:
        return None


def take_amount(line: Line, text: str) -> tuple[int | None, str]:
    """(cents, text without them): the first amount that is no part of a date."""
    typed = text.split()
    i = 0
    while i < min(len(typed), _NEAR):
        ahead = typed[i : i + 6]
        when = line.when(" ".join(ahead), back=True)
        if when.day and not when.before:
            i += len(ahead) - len(when.after.split())
            continue
        for length in (2, 1):
            cents = cents_in(" ".join(typed[i : i + length])) if i + length <= len(typed) else None
            if cents is not None:
                return cents, " ".join(typed[:i] + typed[i + length :])
        i += 1
    return None, text
