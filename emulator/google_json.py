"""JSON laid out as Google lays it out."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def _flat(unit: str, depth: int) -> Callable[[Any], str]:
    """The C encoder for a container without containers inside, laid out at `depth`."""
    return json.JSONEncoder(ensure_ascii=False, separators=(",\n" + unit * (depth + 1), ": ")).encode


def pretty(value: Any, unit: str = "  ", depth: int = 0) -> str:
    """JSON indented by `unit`; several times faster than `json.dumps(indent=)`, which leaves the C encoder."""
    if not isinstance(value, (dict, list)):
        return _flat(unit, depth)(value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if not value:
        return opening + closing
    inner, outer = "\n" + unit * (depth + 1), "\n" + unit * depth
    items = value.values() if isinstance(value, dict) else value
    if not any(type(item) in (dict, list) for item in items):
        return opening + inner + _flat(unit, depth)(value)[1:-1] + outer + closing
    if isinstance(value, dict):
        parts = [f"{_flat(unit, 0)(str(key))}: {pretty(item, unit, depth + 1)}" for key, item in value.items()]
    else:
        parts = [pretty(item, unit, depth + 1) for item in value]
    return opening + inner + ("," + inner).join(parts) + outer + closing
