"""Google's JSON on the wire: its spacing, its field masks, its colours and request bodies."""

from __future__ import annotations

import json
import struct
from functools import cache, lru_cache
from typing import Any

from flask import Response, request

from emulator.google_errors import GoogleError, invalid_json
from emulator.google_json import pretty

Json = dict[str, Any]
#: a parsed field mask: name -> deeper mask, or None for "all of it"
Mask = dict[str, Any]


def reply(body: Json, *, unit: str = "  ", status: int = 200) -> Response:
    """An answer in Google's layout; honours `fields` and `prettyPrint` of the current request.

    Sheets and Drive indent by two spaces, the Calendar back end by one (facts/google.md 4).
    """
    mask = request.args.get("fields")
    if mask:
        body = select(body, parse_mask(mask))
    if request.args.get("prettyPrint") == "false":
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    else:
        text = pretty(body, unit) + "\n"
    return Response(text, status, content_type="application/json; charset=UTF-8")


def body_json() -> Json:
    """The JSON object of the current request; an empty body is an empty object."""
    raw = request.get_data()
    try:
        body = json.loads(raw) if raw.strip() else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise invalid_json("Invalid JSON payload received. Unexpected token.")
    return body


def by_service_account() -> bool:
    """Whether the current call comes with a service account's token (`oauth.py` gives them this beginning)."""
    return request.headers.get("Authorization", "").startswith("Bearer ya29.c.")


@lru_cache(256)
def parse_mask(text: str) -> Mask:
    """A field mask with `.` or `/` between names and brackets for siblings; not to be changed.

    Raises:
        GoogleError: 400 for unbalanced brackets or empty names.
    """
    mask, rest = _mask_list(text.replace("/", ".").replace(" ", ""))
    if rest or not mask:
        raise GoogleError(400, "Request contains an invalid argument.")
    return mask


def _mask_list(text: str) -> tuple[Mask, str]:
    mask: Mask = {}
    while text and text[0] != ")":
        stop = next((at for at, char in enumerate(text) if char in ",()"), len(text))
        names, text = text[:stop].split("."), text[stop:]
        deeper: Mask | None = None
        if text.startswith("("):
            deeper, text = _mask_list(text[1:])
            if not text.startswith(")"):
                raise GoogleError(400, "Request contains an invalid argument.")
            text = text[1:]
        if not all(names):
            raise GoogleError(400, "Request contains an invalid argument.")
        _add(mask, names, deeper)
        text = text.removeprefix(",")
    return mask, text


def _add(mask: Mask, names: list[str], deeper: Mask | None) -> None:
    for name in names[:-1]:
        if mask.setdefault(name, {}) is None:
            return
        mask = mask[name]
    last = names[-1]
    if deeper is None or mask.get(last, {}) is None:
        mask[last] = None
    else:
        for name, more in deeper.items():
            _add(mask.setdefault(last, {}), [name], more)


def select(value: Any, mask: Mask | None) -> Any:
    """The part of an answer that a mask asks for; lists are looked through."""
    if mask is None or "*" in mask:
        return value
    if isinstance(value, list):
        return [select(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: select(value[name], mask[name]) for name in value if name in mask}


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether a mask asks for (part of) the field at `path`."""
    for name in path:
        if mask is None or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def colour(raw: Json) -> Json:
    """A colour as Google gives it back: 8 bits a channel, shown as float32, zeros dropped (facts/google.md 2)."""
    levels = ((channel, int(float(raw.get(channel) or 0) * 255)) for channel in ("red", "green", "blue", "alpha"))
    return {channel: _level(level) for channel, level in levels if level}


@cache
def _level(level: int) -> float | int:
    return _float32(level / 255)


def _float32(value: float) -> float | int:
    packed = struct.pack("f", value)
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        if struct.pack("f", short) == packed:
            return int(short) if short.is_integer() else short
    return value
