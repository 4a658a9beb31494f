"""Codecs between a cell and a value: forgiving in, strict out. Pure.

In: what Sheets gives unformatted (text, number, True/False, None; dates and times as serial days since 1899-12-30).
Out: a typed cell. User text is always written as text, never parsed, so no formula can come of it.
``read`` raises ``CellProblem`` and nothing else, whatever stands in the cell; ``read(write(value)) == value``.
"""

from __future__ import annotations

from sheets_schema.codecs.base import CellContext, Kind, Raw, as_word, is_blank, plain
from sheets_schema.codecs.money import BALANCE, CENTS, FINE, RATE
from sheets_schema.codecs.phone import PHONE, form_of, grouped, read_number
from sheets_schema.codecs.plain import COUNT, LONG, MAIL, TEXT, TICK, choice
from sheets_schema.codecs.when import BIRTHDAY, CLOCK, DAY, MOMENT, clock_of, day_of_serial, day_serial
from sheets_schema.issues import CellProblem

__all__ = [
    "BALANCE",
    "BIRTHDAY",
    "CENTS",
    "CLOCK",
    "COUNT",
    "DAY",
    "FINE",
    "LONG",
    "MAIL",
    "MOMENT",
    "PHONE",
    "RATE",
    "TEXT",
    "TICK",
    "CellContext",
    "CellProblem",
    "Kind",
    "Raw",
    "as_word",
    "choice",
    "clock_of",
    "day_of_serial",
    "day_serial",
    "form_of",
    "grouped",
    "is_blank",
    "plain",
    "read_number",
]
