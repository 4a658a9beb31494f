"""What every kind of cell shares: the raw cell, the context of reading, blankness, broken formulas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from sheets_schema.issues import CellProblem

V = TypeVar("V")
#: One cell, unformatted: text, number (dates are serial days since 1899-12-30), tick, or nothing.
Raw = str | float | bool | None

#: What Sheets shows, and answers, where a formula failed.
BROKEN = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!"})
#: Letters of a typed word that are repeated back to her; longer ones are cut.
WORD_LENGTH = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class CellContext:
    """What reading a cell depends on: the studio's zone, country of phones (ISO letters), currency sign, today."""

    zone: ZoneInfo
    country: str
    currency: str
    today: date
    language: str = "en"


class Kind(Protocol[V]):
    """A codec: a value, so it may be a key."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """Short name, e.g. "money"."""
        ...

    @property
    def empty(self) -> V:
        """The value of a blank cell."""
        ...

    @property
    def pattern(self) -> str:
        """Number format pattern for the column, "" for none; may hold {currency}."""
        ...

    @property
    def choices(self) -> tuple[str, ...]:
        """Allowed words, for a dropdown."""
        ...

    def read(self, raw: Raw, context: CellContext) -> V:
        """The value. Raises ``CellProblem``."""
        ...

    def write(self, value: V, context: CellContext) -> Raw:
        """The raw cell: str stays text, float a number (dates too), bool a tick."""
        ...


def is_blank(raw: Raw) -> bool:
    """Whether nothing readable stands in the cell."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def refuse_broken(raw: Raw) -> None:
    """Raise the problem of a broken formula (look-and-words 3.4, 20)."""
    if isinstance(raw, str) and raw.strip() in BROKEN:
        raise CellProblem("problem.formula")


def as_word(raw: Raw) -> str:
    """What she typed, as she would know it again, cut to ``WORD_LENGTH`` letters and free of line breaks."""
    text = " ".join(plain(raw).split())
    return text if len(text) <= WORD_LENGTH else text[: WORD_LENGTH - 2] + ".."


def plain(raw: Raw) -> str:
    """A cell as text: whole numbers without a fraction, ticks as Sheets shows them."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float | int):
        return str(int(raw)) if float(raw).is_integer() else repr(float(raw))
    return raw
