"""From words that left back to what filled them: a row of Messages keeps the words, a template wants the values. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from sheets_schema.texts.catalogue import load
from sheets_schema.texts.model import OPTIONAL, PLACEHOLDER


def values_in(key: str, text: str, language: str = "en", *, words: str = "") -> dict[str, str]:
    """The values by placeholder that make ``key`` say ``text``; empty when it never said so or there is no such key.

    ``words``: those of hers that may have been in force instead of ours.
    """
    message = load(language).messages.get(key)
    found = _pattern(words).fullmatch(text) if words else None
    if found is None and message:
        found = _pattern(message.text).fullmatch(text)
    return {name: value for name, value in found.groupdict().items() if value} if found else {}


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """The text as a pattern: parts in ``[..]`` may be missing, a placeholder that comes again must say the same."""
    known: set[str] = set()
    pieces = []
    end = 0
    for part in OPTIONAL.finditer(text):
        pieces += [_filled(text[end : part.start()], known), f"(?:{_filled(part[1], known)})?"]
        end = part.end()
    return re.compile("".join([*pieces, _filled(text[end:], known)]), re.DOTALL)


def _filled(text: str, known: set[str]) -> str:
    pieces = []
    end = 0
    for place in PLACEHOLDER.finditer(text):
        name = place[1]
        pieces += [re.escape(text[end : place.start()]), f"(?P={name})" if name in known else f"(?P<{name}>.+?)"]
        known.add(name)
        end = place.end()
    return "".join([*pieces, re.escape(text[end:])])
