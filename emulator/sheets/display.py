"""How a value looks: number format patterns, as far as sheets of this kind use them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

#: serial 0; a serial has no zone, it is what the clock on the wall shows
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
_MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[([^\]]*)\]|_.|\*.|AM/PM|am/pm|A/P|a/p|([dDmMyYhHsS])\4*|\.0+(?=[^0#]|$)|.', re.DOTALL
)
_DATE_LETTERS = set("dmyhs")
#: order of day, month and year as typed and shown, by locale; others are day first
YEAR_FIRST = {"en_ZA", "en_CA", "af_ZA", "ja_JP", "zh_CN", "sv_SE"}
MONTH_FIRST = {"en_US"}
_SYMBOLS = {"en_GB": "£", "en_ZA": "R", "af_ZA": "R", "pt_BR": "R$ ", "en_US": "$"}


def symbol(locale: str) -> str:
    """The currency sign of a locale."""
    return _SYMBOLS.get(locale, "€" if locale[:2] in {"de", "fr", "es", "it", "nl", "pt"} else "$")


def default_pattern(kind: str, locale: str) -> str:
    """The pattern of a number format type without a pattern of its own."""
    if locale in YEAR_FIRST:
        date = "yyyy/MM/dd" if locale.endswith("ZA") else "yyyy-MM-dd"
    else:
        date = "M/d/yyyy" if locale in MONTH_FIRST else "dd/MM/yyyy"
    patterns = {
        "DATE": date,
        "TIME": "HH:mm:ss",
        "DATE_TIME": f"{date} HH:mm:ss",
        "CURRENCY": f'"{symbol(locale)}"#,##0.00',
        "PERCENT": "0.00%",
        "NUMBER": "#,##0.00",
        "SCIENTIFIC": "0.00E+00",
    }
    return patterns.get(kind, "")


def show(value: Any, number_format: dict[str, Any] | None, locale: str) -> str:
    """The formatted value of a string, number or truth value."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    kind = (number_format or {}).get("type", "")
    pattern = (number_format or {}).get("pattern") or default_pattern(kind, locale)
    if not pattern or pattern == "@" or kind == "TEXT" or pattern.lower() == "general":
        return general(value)
    return _apply(pattern, value)


def general(value: float) -> str:
    """A number without format: at most ten decimals, no trailing zeros."""
    if isinstance(value, int) or float(value).is_integer():
        return str(int(value)) if abs(value) < 1e15 else _scientific(value)
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    return text if text not in {"0", "-0"} else _scientific(value)


def _scientific(value: float) -> str:
    mantissa, _, exponent = f"{value:.5E}".partition("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"


def _apply(pattern: str, value: float) -> str:
    sections = _sections(pattern)
    if len(sections) > 2 and value == 0:
        section, value = sections[2], 0
    elif len(sections) > 1 and value < 0:
        section, value = sections[1], -value
    else:
        section = sections[0]
    tokens = _tokens(section)
    if any(kind == "date" for kind, _ in tokens):
        return _date(tokens, value)
    return _number(tokens, value)


@lru_cache(maxsize=256)
def _sections(pattern: str) -> tuple[str, ...]:
    return tuple(re.findall(r'((?:"[^"]*"|\\.|[^;"\\])*);?', pattern)[:-1]) or (pattern,)


@lru_cache(maxsize=512)
def _tokens(section: str) -> tuple[tuple[str, str], ...]:
    """(kind, text) pairs: literal, date, half (AM/PM), elapsed, number."""
    out: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(section):
        text = match[0]
        if match[1] is not None or match[2] is not None:
            out.append(("literal", match[1] if match[1] is not None else match[2]))
        elif match[3] is not None:
            if set(match[3].lower()) <= {"h", "m", "s"}:
                out.append(("date", f"[{match[3].lower()}]"))
        elif text[0] == "_" and len(text) == 2:
            out.append(("literal", " "))
        elif text[0] == "*" and len(text) == 2:
            continue
        elif match[4]:
            out.append(("date", text.lower() if match[4] != "M" else "M" * len(text)))
        elif text.lower() in {"am/pm", "a/p"}:
            out.append(("date", text.lower()))
        else:
            out.append(("number" if text[0] in "0#?.,%E+" else "literal", text))
    return _minutes(out)


def _minutes(tokens: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Tell minutes from months: `m` next to hours or seconds is minutes; a capital M never is."""
    dates = [at for at, (kind, _) in enumerate(tokens) if kind == "date"]
    for order, at in enumerate(dates):
        if tokens[at][1] not in {"m", "mm"}:
            continue
        before = tokens[dates[order - 1]][1].strip("[]") if order else ""
        after = tokens[dates[order + 1]][1] if order + 1 < len(dates) else ""
        if before[:1] == "h" or after[:1] == "s":
            tokens[at] = ("date", "min" + str(len(tokens[at][1])))
    if not any(kind == "date" for kind, _ in tokens):
        return tuple(tokens)
    return tuple(
        ("literal", text) if kind == "number" and set(text) - {"0", "."} else (kind, text) for kind, text in tokens
    )


def _date(tokens: tuple[tuple[str, str], ...], serial: float) -> str:
    fractions = any(kind == "number" for kind, _ in tokens)
    moment = EPOCH + timedelta(milliseconds=round(serial * 86_400_000))
    if not fractions:
        moment += timedelta(milliseconds=500)
    half = any(text in {"am/pm", "a/p"} for _, text in tokens)
    return "".join(text if kind == "literal" else _piece(text, moment, serial, half=half) for kind, text in tokens)


def _piece(token: str, moment: datetime, serial: float, *, half: bool) -> str:
    if token[0] == "[":
        unit = {"h": 24, "m": 1440, "s": 86400}[token[1]]
        return str(int(serial * unit + 1e-6)).zfill(len(token) - 2)
    if token[0] == ".":
        return f".{moment.microsecond:06d}"[: len(token)]
    hour = (moment.hour + 11) % 12 + 1 if half else moment.hour
    if token in {"am/pm", "a/p"}:
        word = "AM" if moment.hour < 12 else "PM"
        return word if token == "am/pm" else word[0]
    pieces = {
        "d": str(moment.day),
        "dd": f"{moment.day:02d}",
        "ddd": _DAYS[moment.weekday()][:3],
        "m": str(moment.month),
        "mm": f"{moment.month:02d}",
        "mmm": _MONTHS[moment.month - 1][:3],
        "mmmm": _MONTHS[moment.month - 1],
        "mmmmm": _MONTHS[moment.month - 1][0],
        "y": f"{moment.year % 100:02d}",
        "yy": f"{moment.year % 100:02d}",
        "h": str(hour),
        "hh": f"{hour:02d}",
        "min1": str(moment.minute),
        "min2": f"{moment.minute:02d}",
        "s": str(moment.second),
        "ss": f"{moment.second:02d}",
    }
    token = token.lower() if token[0] == "M" else token
    return pieces.get(token) or (_DAYS[moment.weekday()] if token[0] == "d" else f"{moment.year:04d}")


def _number(tokens: tuple[tuple[str, str], ...], value: float) -> str:
    """Literals stay around one run of digit placeholders."""
    body = "".join(text for kind, text in tokens if kind == "number")
    if not body:
        return "".join(text for _, text in tokens)
    if "%" in body:
        value *= 100
    whole, _, decimals = body.replace("%", "").partition(".")
    most, least = len(re.findall(r"[0#?]", decimals)), decimals.count("0")
    # Halves go away from zero, as people round.
    exact = Decimal(repr(abs(value))).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    digits = f"{exact:,f}" if "," in whole else f"{exact:f}"
    while most > least and digits.endswith("0"):
        digits, most = digits[:-1], most - 1
    digits = digits.rstrip(".")
    head, dot, tail = digits.partition(".")
    digits = head.rjust(whole.count("0"), "0") + dot + tail
    if head == "0" and "0" not in whole and dot:
        digits = dot + tail
    minus = "-" if value < 0 and any(char in "123456789" for char in digits) else ""
    out, placed = minus, False
    for kind, text in tokens:
        if kind == "literal" or text == "%":
            out += text
        elif not placed:
            out, placed = out + digits, True
    return out
