"""Long words in several messages: parted at lines, then sentences, then words, so that WhatsApp never cuts them."""

from __future__ import annotations

import re

#: the most characters of a text alone, and of one with buttons or under a file (facts whatsapp 1.3)
ALONE, WITH_BUTTONS = 4096, 1024
#: where a text may be parted, the best place first
_PLACES = (re.compile(r"\n+"), re.compile(r"(?<=[.!?;:])\s+"), re.compile(r"\s+"))


def pieces(text: str, most: int = ALONE, last: int = ALONE) -> tuple[str, ...]:
    """The text in parts of at most ``most`` characters, the last one of at most ``last``; nothing of it is lost."""
    found = []
    rest = text
    while len(rest) > last:
        # What is left over must not be longer than needed: as much as fits goes first, but never all of it.
        cut, gap = _place(rest, min(most, len(rest) - 1))
        found.append(rest[:cut])
        rest = rest[gap:]
    return (*found, rest)


def _place(text: str, most: int) -> tuple[int, int]:
    """Where the first part ends and the next begins; in the later half of what fits, unless there is no place."""
    for place in _PLACES:
        spots = [found for found in place.finditer(text, 0, most + 2) if most // 2 <= found.start() <= most]
        if spots and spots[-1].end() < len(text):
            return spots[-1].start(), spots[-1].end()
    return most, most
