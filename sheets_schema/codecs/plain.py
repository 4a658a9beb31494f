"""Text, whole numbers, ticks, mail addresses and words of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheets_schema.codecs.base import CellContext, Raw, as_word, is_blank, plain, refuse_broken
from sheets_schema.issues import CellProblem

_MAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"().]+(\.[^@\s,;<>\"().]+)*\.[^@\s,;<>\"().\d]{2,}")
_COUNT = re.compile(r"([+-]?\d{1,9})(?:[.,]0+)?\s*(?:[^\W\d]+\.?)?")
_YES = frozenset({"true", "yes", "y", "x", "1", "ja", "sim", "✓", "✔", "☑"})
_NO = frozenset({"false", "no", "n", "0", "nee", "não", "nao", "☐"})
#: Beyond this a count is a slip, and a float would no longer be exact.
COUNT_LIMIT = 10**9


@dataclass(frozen=True, slots=True)
class TextKind:
    """Text as it stands, without blanks around it."""

    name: str = "text"
    limit: int = 5_000
    empty: str = ""
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> str:  # noqa: ARG002
        text = plain(raw).strip()
        if text.startswith("#"):
            refuse_broken(text)
        if len(text) > self.limit:
            raise CellProblem("problem.too_long", n=str(len(text)), k=str(self.limit))
        return text

    def write(self, value: str, context: CellContext) -> Raw:  # noqa: ARG002
        return value


@dataclass(frozen=True, slots=True)
class CountKind:
    """A whole number; blank is None."""

    name: str = "count"
    empty: int | None = None
    pattern: str = "0"
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> int | None:  # noqa: ARG002
        if is_blank(raw):
            return None
        refuse_broken(raw)
        if isinstance(raw, str):
            found = _COUNT.fullmatch(raw.strip())
            if found:
                return int(found.group(1))
        elif not isinstance(raw, bool) and raw is not None and float(raw).is_integer() and abs(raw) <= COUNT_LIMIT:
            return int(raw)
        raise CellProblem("problem.whole_number", word=as_word(raw), usual="10")

    def write(self, value: int | None, context: CellContext) -> Raw:  # noqa: ARG002
        return None if value is None else float(value)


@dataclass(frozen=True, slots=True)
class TickKind:
    """A tick box; words for yes and no are understood too."""

    name: str = "tick"
    empty: bool = False
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> bool:  # noqa: ARG002
        if isinstance(raw, bool):
            return raw
        if is_blank(raw):
            return False
        refuse_broken(raw)
        word = plain(raw).strip().casefold()
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise CellProblem("problem.choice", word=as_word(raw))

    def write(self, value: bool, context: CellContext) -> Raw:  # noqa: ARG002
        return value


@dataclass(frozen=True, slots=True)
class MailKind:
    """A mail address, complete as far as can be seen without asking anyone."""

    name: str = "mail"
    empty: str = ""
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> str:  # noqa: ARG002
        refuse_broken(raw)
        text = plain(raw).strip().removeprefix("mailto:")
        if text and not _MAIL.fullmatch(text):
            raise CellProblem("problem.email")
        return text

    def write(self, value: str, context: CellContext) -> Raw:  # noqa: ARG002
        return value


@dataclass(frozen=True, slots=True)
class ChoiceKind:
    """One word of a list; case, hyphens and blanks do not matter. Blank is ""."""

    choices: tuple[str, ...]
    #: key of the problem text for any other word; it gets ``word``
    problem: str = "problem.choice"
    name: str = "choice"
    empty: str = ""
    pattern: str = ""

    def read(self, raw: Raw, context: CellContext) -> str:  # noqa: ARG002
        if raw in self.choices:
            return str(raw)
        if is_blank(raw):
            return ""
        refuse_broken(raw)
        if isinstance(raw, bool):
            raw = "yes" if raw else "no"
        typed = _squeezed(plain(raw))
        for word in self.choices:
            if typed == _squeezed(word):
                return word
        raise CellProblem(self.problem, word=as_word(raw))

    def write(self, value: str, context: CellContext) -> Raw:  # noqa: ARG002
        return value


def _squeezed(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def choice(*words: str) -> ChoiceKind:
    """A kind that allows only ``words``."""
    return ChoiceKind(words, problem="problem.type" if {"single", "duo"} <= set(words) else "problem.choice")


TEXT = TextKind()
#: Text of ours that may be long: messages, data. A Sheets cell holds 50,000 characters.
LONG = TextKind(name="long", limit=50_000)
COUNT = CountKind()
TICK = TickKind()
MAIL = MailKind()
