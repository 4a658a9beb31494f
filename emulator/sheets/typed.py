"""What Sheets makes of text typed into a cell (USER_ENTERED), in the spreadsheet's locale (facts/google.md 3)."""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from emulator.google_wire import Json
from emulator.sheets.display import EPOCH, MONTH_FIRST, YEAR_FIRST, default_pattern, symbol

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: at + 1 for at, name in enumerate(_NAMES)}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?\s*([aApP][mM])?")
_SLASHED = re.compile(r"([0-9]{1,4})([/.-])([0-9]{1,2})(?:\2([0-9]{1,4}))?")
_DAY = r"(?:(?:mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur|sun)(?:day)?,?\s+)?"
_DAY_MONTH = re.compile(_DAY + r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?(?:[ -]([0-9]{2,4}))?", re.IGNORECASE)
_MONTH_DAY = re.compile(_DAY + r"([a-z]{3,9})\.?[ -]([0-9]{1,2})(?:,? ([0-9]{4}))?", re.IGNORECASE)
_OPERATORS: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What became of the text."""

    value: Any = None
    #: the formula as typed, "=" first
    formula: str | None = None
    #: ErrorValue type, for a formula this stand-in cannot work out
    error: str | None = None
    #: the NumberFormat the cell takes on, if it has none of its own
    number_format: Json | None = None


def typed(text: str, *, locale: str, today: date, own: Json | None = None) -> Typed:
    """Read text as a person typed it. `own` is the cell's NumberFormat; `today` completes dates without a year."""
    if text == "":
        return Typed()
    if own and own.get("type") == "TEXT":
        return Typed(value=text)
    if text[0] == "'":
        return Typed(value=text[1:])
    if text[0] == "=" or (text[0] == "+" and len(text) > 1):
        return _formula(text if text[0] == "=" else "=" + text)
    bare = text.strip()
    if bare.upper() in {"TRUE", "FALSE"}:
        return Typed(value=bare.upper() == "TRUE")
    return _amount(bare, locale, own) or _moment(bare, locale, today) or Typed(value=text)


def _formula(text: str) -> Typed:
    """Arithmetic on numbers is worked out; anything else has no engine here and shows #ERROR!."""
    try:
        value = _work_out(ast.parse(text[1:].strip().replace("^", "**"), mode="eval").body)
    except ZeroDivisionError:
        return Typed(formula=text, error="DIVIDE_BY_ZERO")
    except (SyntaxError, ValueError, OverflowError):
        return Typed(formula=text, error="ERROR")
    return Typed(value=value, formula=text)


def formula(text: str) -> Typed:
    """A formulaValue given through the API."""
    return _formula(text)


def _work_out(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float, str)):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _work_out(node.left), _work_out(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > 64:
            raise ValueError("too large")
        if not isinstance(left, str) and not isinstance(right, str):
            return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_work_out(node.operand))
    raise ValueError("no engine")


def _amount(text: str, locale: str, own: Json | None) -> Typed | None:
    """Plain numbers, percentages and money in the locale's currency or that of the cell's own format."""
    plain = _number(text)
    if plain is not None:
        return Typed(value=plain)
    if text.endswith("%"):
        share = _number(text[:-1].strip())
        if share is not None:
            pattern = "0.00%" if "." in text else "0%"
            return Typed(value=share / 100, number_format={"type": "PERCENT", "pattern": pattern})
    signs = [symbol(locale).strip(), "$", "£", "€", *re.findall(r'^"([^"]+)"', (own or {}).get("pattern") or "")]
    minus, rest = (text[0] == "-", text.lstrip("-"))
    for sign in signs:
        if rest.startswith(sign):
            money = _number(rest[len(sign) :].strip())
            if money is not None:
                digits = "#,##0.00" if "." in text else "#,##0"
                shown = {"type": "CURRENCY", "pattern": f'"{sign}"{digits}'}
                return Typed(value=-money if minus else money, number_format=shown)
    return None


def _number(text: str) -> float | int | None:
    if not _NUMBER.fullmatch(text) or not any(char.isdigit() for char in text):
        return None
    value = float(text.replace(",", ""))
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _moment(text: str, locale: str, today: date) -> Typed | None:
    clock = _clock(text)
    if clock is not None:
        seconds = text.count(":") == 2
        pattern = "hh:mm:ss" if seconds else "hh:mm"
        return Typed(value=clock, number_format={"type": "TIME", "pattern": pattern})
    day, rest = _day(text, locale, today), None
    if day is None and " " in text:
        head, _, tail = text.rpartition(" ")
        day, rest = _day(head.rstrip(","), locale, today), _clock(tail)
        if rest is None:
            return None
    if day is None:
        return None
    serial, pattern = day
    if rest is None:
        return Typed(value=serial, number_format={"type": "DATE", "pattern": pattern})
    return Typed(value=serial + rest, number_format={"type": "DATE_TIME", "pattern": f"{pattern} hh:mm"})


def _clock(text: str) -> float | None:
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hours, minutes, seconds, half = int(match[1]), int(match[2]), float(match[3] or 0), (match[4] or "").lower()
    if minutes > 59 or seconds >= 60 or (half and not 1 <= hours <= 12):
        return None
    if half:
        hours = hours % 12 + (12 if half == "pm" else 0)
    return (hours * 3600 + minutes * 60 + seconds) / 86_400


def _day(text: str, locale: str, today: date) -> tuple[int, str] | None:
    """(serial, pattern) of a date in figures or with the month in words."""
    match = _SLASHED.fullmatch(text)
    if match:
        return _figures(match, locale, today)
    for pattern, order in ((_DAY_MONTH, (1, 2, 3)), (_MONTH_DAY, (2, 1, 3))):
        match = pattern.fullmatch(text)
        if match and match[order[1]][:3].lower() in _MONTHS:
            year = match[order[2]]
            serial = _serial(_year(year, today), _MONTHS[match[order[1]][:3].lower()], int(match[order[0]]))
            return None if serial is None else (serial, "d mmm yyyy" if year else "d mmm")
    return None


def _figures(match: re.Match[str], locale: str, today: date) -> tuple[int, str] | None:
    first, separator, second, third = match.groups()
    if len(first) == 4:
        if third is None:
            return None
        serial = _serial(int(first), int(second), int(third))
        return None if serial is None else (serial, f"yyyy{separator}mm{separator}dd")
    if separator == "." and third is None:
        return None
    month_first = locale in MONTH_FIRST or (locale in YEAR_FIRST and third is None)
    day, month = (second, first) if month_first else (first, second)
    serial = _serial(_year(third, today), int(month), int(day))
    return None if serial is None else (serial, default_pattern("DATE", locale))


def _year(text: str | None, today: date) -> int:
    if not text:
        return today.year
    return int(text) + (0 if len(text) > 2 else 2000 if int(text) < 50 else 1900)


def _serial(year: int, month: int, day: int) -> int | None:
    try:
        return (date(year, month, day) - EPOCH.date()).days
    except ValueError:
        return None
