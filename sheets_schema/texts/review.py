"""What WhatsApp's review refuses by rule, before a person there looks (facts/whatsapp 1.3, 1.5). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sheets_schema.texts.model import PLACEHOLDER, names_in

LONGEST = 1024
#: a word, with its apostrophes and hyphens
WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
#: words that sell: in a utility template they turn it into marketing, or get it refused
SELLING = (
    "discount",
    "sale",
    "promo",
    "promotion",
    "special",
    "deal",
    "bargain",
    "buy",
    "voucher",
    "coupon",
    "gift",
    "exclusive",
    "upgrade",
    "limited time",
    "% off",
)


def refused(text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the body of a template, placeholders still named: (what, detail).

    ``ends``, ``beside``, ``twice``, ``few`` (detail: words), ``optional``.
    """
    found = PLACEHOLDER.findall(text)
    between = PLACEHOLDER.split(text)[::2]  # split keeps the names at odd places
    if found and (not WORD.search(between[0]) or not re.search(r"\w", between[-1])):
        yield "ends", ""
    if any(not WORD.search(piece) for piece in between[1:-1]):
        yield "beside", ""
    if len(found) != len(names_in(text)):
        yield "twice", ""
    words = sum(len(WORD.findall(piece)) for piece in between)
    if found and words < 2 * len(found) + 1:
        yield "few", str(words)
    if "[" in text:
        yield "optional", ""


def selling_in(text: str) -> tuple[str, ...]:
    """The words in ``text`` that sell; placeholders do not count."""
    plain = PLACEHOLDER.sub(" ", text).casefold()
    return tuple(word for word in SELLING if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain))
