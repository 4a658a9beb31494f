"""JSON from outside: strict, never slow, never deep. What passes can be kept by any database and any sheet.

What is no JSON is refused; what JSON allows and no database or sheet can keep is made safe (decision 0013).
"""

from __future__ import annotations

import json
import re
from typing import Any, Never

#: Meta's deepest payload has about a dozen levels.
DEEPEST = 64
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
    try:
        loaded = _READER.decode(raw.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(loaded, dict):
        raise ValueError("not an object")
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _deep(loaded):
        raise ValueError("nested too deeply")
    if b"\\u" in raw and _UNSAFE_ESCAPE.search(raw):
        return mapping(_safe(loaded))
    return loaded


def _deep(loaded: dict[str, Any]) -> bool:
    """Whether it is nested beyond ``DEEPEST``; level by level, so that this goes no deeper itself."""
    level: list[Any] = [loaded]
    for _ in range(DEEPEST):
        level = [
            child
            for each in level
            for child in (each.values() if type(each) is dict else each)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def _safe(value: Any) -> Any:
    """The same value without what cannot be kept. Not deep: ``_deep`` came first."""
    if isinstance(value, str):
        return _HALF.sub(REPLACEMENT, value.replace("\x00", ""))
    if isinstance(value, list):
        return [_safe(item) for item in value]
    if isinstance(value, dict):
        return {_safe(name): _safe(item) for name, item in value.items()}
    return value


def _no_number(word: str) -> Never:
    raise ValueError(f"{word} is no number of JSON")


#: made once: ``json.loads`` with an argument makes a new one each time
_READER = json.JSONDecoder(parse_constant=_no_number)


def mapping(value: Any) -> dict[str, Any]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it, or no list, counts as nothing."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """``value`` if it is a text, else ""."""
    return value if isinstance(value, str) else ""
