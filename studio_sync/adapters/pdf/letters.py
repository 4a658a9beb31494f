"""From what people typed to signs in drawing order: tidy text, joined Arabic letters, right-to-left names."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from fpdf.bidi import BidiParagraph

#: nothing on paper is longer; a name of 100,000 letters must not cost time
LONGEST = 400
#: Arabic Presentation Forms-B
_FORMS = range(0xFE70, 0xFEFD)
#: control, format, surrogate, unassigned and private signs: nothing to see, or nothing anybody knows
_UNSEEN = ("Cc", "Cf", "Cs", "Cn", "Co")


@lru_cache(maxsize=4096)
def tidy(text: str) -> str:
    """One line, composed letters, no invisible signs, at most ``LONGEST`` characters. Tidy text stays as it is."""
    composed = unicodedata.normalize("NFC", " ".join(text[: 4 * LONGEST].split()))
    seen = (sign for sign in composed if unicodedata.category(sign) not in _UNSEEN and not _selects(sign))
    return " ".join("".join(seen).split())[:LONGEST]


@lru_cache(maxsize=4096)
def in_drawing_order(text: str) -> str:
    """Tidy text as its signs stand on paper from left to right, Arabic letters joined."""
    if text.isascii() or not any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text):
        return text
    return BidiParagraph(_join(text)).get_reordered_string()


def _selects(sign: str) -> bool:
    """Variation selectors ask for another look of the sign before them."""
    return 0xFE00 <= ord(sign) <= 0xFE0F


@cache
def _table() -> dict[tuple[str, str], str]:
    """(form, letters) -> the sign of that form, from Unicode's own decompositions of Arabic Presentation Forms-B."""
    table = {}
    for code in _FORMS:
        form, *parts = unicodedata.decomposition(chr(code)).split() or [""]
        letters = "".join(chr(int(part, 16)) for part in parts)
        if form.startswith("<") and " " not in letters:
            table[form, letters] = chr(code)
    return table


def _join(text: str) -> str:
    """Arabic letters in the form their neighbours ask for. The PDF draws sign by sign, so nobody else would."""
    table = _table()
    joined: list[str] = []
    # whether the letter before reaches out to the next one
    reaching = False
    at = 0
    while at < len(text):
        letter = text[at : at + 2] if ("<isolated>", text[at : at + 2]) in table else text[at]
        at += len(letter)
        takes, gives = ("<final>", letter) in table, ("<initial>", letter) in table
        goes_on = gives and at < len(text) and ("<final>", text[at]) in table
        before = reaching and takes
        form = {(0, 0): "<isolated>", (0, 1): "<initial>", (1, 0): "<final>", (1, 1): "<medial>"}[before, goes_on]
        joined.append(table.get((form, letter), letter))
        if not unicodedata.combining(letter[0]):
            reaching = gives
    return "".join(joined)
