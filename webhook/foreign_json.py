"""JSON from outside: strict, never slow, never deep. What passes can be kept by any database and any sheet.

What is no JSON is refused; what JSON allows and no database or sheet can keep is made safe (decision 0013).
"""

from __future__ import annotations

import json
import re
from typing import Any, Never

#: Meta's deepest payload has about a dozen levels.
DEEPEST = 64
# Everything but brackets: strings whole (also an unended one: possessive, so no pattern of quotes makes it slow).
_NO_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[^\[\]{}"]++', re.DOTALL)
# May stand in a text that is no escape at all ("\\\\u0000"): then the walk finds nothing to do.
_UNSAFE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_HALF = re.compile("[\ud800-\udfff]")
#: stands where half a character stood
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def loads(raw: bytes) -> dict[str, Any]:
    """The JSON object in ``raw``; in its texts and names an escaped NUL is dropped, half a character is U+FFFD.

    Raises ``ValueError`` for everything else: no UTF-8, NaN, a bare NUL, a number of thousands of digits, nesting
    beyond ``DEEPEST``, a list or a bare value.
    """
    _check_depth(raw)
    try:
        loaded = json.loads(raw.decode("utf-8"), parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(loaded, dict):
        raise ValueError("not an object")
    if _UNSAFE_ESCAPE.search(raw):
        return mapping(_safe(loaded))
    return loaded


def _check_depth(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return
    depth = 0
    for sign in _NO_BRACKETS.sub(b"", raw):
        depth += 1 if sign in b"[{" else -1
        if depth > DEEPEST:
            raise ValueError("nested too deeply")


def _safe(value: Any) -> Any:
    """The same value without what cannot be kept. Not deep: ``_check_depth`` came first."""
    if isinstance(value, str):
        return _HALF.sub(REPLACEMENT, value.replace("\x00", ""))
    if isinstance(value, list):
        return [_safe(item) for item in value]
    if isinstance(value, dict):
        return {_safe(name): _safe(item) for name, item in value.items()}
    return value


def _no_number(word: str) -> Never:
    raise ValueError(f"{word} is no number of JSON")


def mapping(value: Any) -> dict[str, Any]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it, or no list, counts as nothing."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """``value`` if it is a text, else ""."""
    return value if isinstance(value, str) else ""
