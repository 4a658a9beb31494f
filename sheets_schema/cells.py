"""Codecs between a cell and a value: forgiving in, strict out. Pure.

In: what Sheets gives unformatted (text, number, True/False, None; dates and times as serial days since 1899-12-30).
Out: a typed cell. User text is always written as text, never parsed, so no formula can come of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

V = TypeVar("V")
Raw = str | float | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CellContext:
    """What reading a cell depends on: the studio's zone, country of phone numbers (ISO letters), currency sign, today."""

    zone: ZoneInfo
    country: str
    currency: str
    today: date
    language: str = "en"


class Kind(Protocol[V]):
    """A codec."""

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
