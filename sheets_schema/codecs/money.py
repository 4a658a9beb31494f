"""Money: cents inside, units in the cell. No float is ever added, multiplied or rounded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sheets_schema.codecs.base import CellContext, Raw, as_word, is_blank, plain, refuse_broken
from sheets_schema.issues import CellProblem

#: Above this (units) an amount is a slip, and a float cell would no longer hold every cent.
LIMIT = Decimal(10) ** 10
_SIGNS = ("ZAR", "GBP", "EUR", "USD", "BRL", "R$", "R", "£", "€", "$")
_CENT = Decimal("0.01")
#: 1050 | 1,050 | 1 050 | 1'050, each with .5 or .50
_POINT = re.compile(r"(\d{1,3}(?:[, ']\d{3})+|\d+)(?:\.(\d{1,2}))?")
#: 1050,50 | 1.050,50 | 1 050,50. Without a comma part, 1.050 is not guessed at.
_COMMA = re.compile(r"(\d{1,3}(?:[. ']\d{3})+|\d+),(\d{1,2})")


@dataclass(frozen=True, slots=True)
class CentsKind:
    """An amount in cents; blank is None."""

    #: whether it may be below zero (balances and sums of ours; never what she types)
    signed: bool = False
    name: str = "money"
    empty: int | None = None
    pattern: str = '"{currency}"#,##0.00'
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> int | None:
        units = _units(raw, context, _from_text)
        if units is None:
            return None
        if units < 0 and not self.signed:
            raise CellProblem("problem.amount_negative")
        return int((units.quantize(_CENT, rounding=ROUND_HALF_UP) * 100).to_integral_value())

    def write(self, value: int | None, context: CellContext) -> Raw:  # noqa: ARG002
        return None if value is None else float(Decimal(value) / 100)


def _units(raw: Raw, context: CellContext, from_text: Callable[[str, str], Decimal | None]) -> Decimal | None:
    """What a cell says, in units; None for a blank one. Raises ``CellProblem``."""
    if is_blank(raw):
        return None
    refuse_broken(raw)
    if isinstance(raw, bool) or raw is None:
        raise CellProblem("problem.amount", word=as_word(raw))
    units = from_text(raw, context.currency) if isinstance(raw, str) else _from_number(raw)
    if units is None:
        raise _not_an_amount(raw, context.currency)
    return units


def _from_number(number: float) -> Decimal | None:
    # str() of a float is the shortest text that means it, so 0.1 is one tenth and not its binary neighbour.
    units = Decimal(str(number))
    return units if units.is_finite() and abs(units) < LIMIT else None


def _from_text(text: str, currency: str) -> Decimal | None:
    bare, negative = _bare(text, currency)
    found = _POINT.fullmatch(bare) or _COMMA.fullmatch(bare)
    if not found:
        return None
    whole = re.sub(r"\D", "", found.group(1))
    units = Decimal(f"{whole}.{found.group(2) or 0}")
    if units >= LIMIT:
        return None
    return -units if negative else units


def _bare(text: str, currency: str) -> tuple[str, bool]:
    """The digits and their dots and commas, and whether a minus (or the bookkeeper's brackets) stood around them."""
    bare = " ".join(text.replace("\N{MINUS SIGN}", "-").split()).removesuffix(",-")
    negative = bare.startswith("(") and bare.endswith(")")
    if negative:
        bare = bare[1:-1]
    for _ in range(2):
        if bare.startswith("-"):
            negative, bare = True, bare[1:].strip()
        for sign in (currency, *_SIGNS):
            if sign and bare.upper().startswith(sign.upper()):
                bare = bare[len(sign) :].strip()
                break
            if sign and bare.upper().endswith(sign.upper()):
                bare = bare[: -len(sign)].strip()
                break
    return bare, negative


def _not_an_amount(raw: Raw, currency: str) -> CellProblem:
    digits = _bare(plain(raw), currency)[0].replace("O", "0").replace("o", "0")
    guess = _from_text(digits, currency) if isinstance(raw, str) else None
    if guess is None:
        return CellProblem("problem.amount", word=as_word(raw))
    return CellProblem("problem.amount_letters", word=as_word(raw), guess=f"{guess:f}".removesuffix(".0"))


#: of a price per message: hundredths of a cent, because WhatsApp's prices are
FINE = 10_000
_FINE_TEXT = re.compile(r"(\d{1,6})(?:[.,](\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class FineKind:
    """A small amount in hundredths of a cent (R0.1415 is 1415); blank is None."""

    name: str = "fine"
    empty: int | None = None
    pattern: str = '"{currency}"#,##0.00##'
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> int | None:
        units = _units(raw, context, _fine_text)
        if units is None:
            return None
        if units < 0:
            raise CellProblem("problem.amount_negative")
        return int((units * FINE).to_integral_value(rounding=ROUND_HALF_UP))

    def write(self, value: int | None, context: CellContext) -> Raw:  # noqa: ARG002
        return None if value is None else float(Decimal(value) / FINE)


def _fine_text(text: str, currency: str) -> Decimal | None:
    bare, negative = _bare(text, currency)
    found = _FINE_TEXT.fullmatch(bare)
    units = Decimal(f"{found.group(1)}.{found.group(2) or 0}") if found else None
    return -units if units is not None and negative else units


CENTS = CentsKind()
RATE = FineKind()
#: A sum of ours, which may stand below zero.
BALANCE = CentsKind(signed=True)
