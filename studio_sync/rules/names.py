"""What may be a name, and the bank reference made of one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from sheets_schema.texts.vocabulary import vocabulary
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import first_of


def is_name(text: str) -> bool:
    """Greetings, tests and single letters are no names (features P1)."""
    plain = " ".join(text.lower().split()).strip(" .!?,")
    return len(plain) >= 2 and plain not in vocabulary().not_names and any(ch.isalpha() for ch in plain)


def code_for(ink: Ink, name: str, phone: str, codes: Codes | None = None) -> str:
    """A bank reference such as THANDI01: first name and the last two digits, made unique by counting on.

    ``codes``: the codes in use, when many are given at once; else those of Clients.
    """
    letters = "".join(ch for ch in _ascii(first_of(name)) if ch.isalnum()).upper()[:8]
    tail = int(phone[-2:]) if phone[-2:].isdecimal() else 1
    return (codes or Codes(client.code for client in ink.snap.clients)).give(letters or "CLIENT", tail)


class Codes:
    """The references that are in use. A thousand people of one name are counted once, not each anew."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        #: (stem, tail) -> the first tail from there on that may be free
        self._free: dict[tuple[str, int], int] = {}

    def give(self, stem: str, tail: int) -> str:
        """The first free code from ``tail`` on, which is in use from now on."""
        passed = []
        while f"{stem}{tail:02d}" in self._taken:
            passed.append(tail)
            tail = self._free.get((stem, tail), tail + 1)
        self._free.update({(stem, each): tail + 1 for each in passed})
        self._taken.add(f"{stem}{tail:02d}")
        return f"{stem}{tail:02d}"


def _ascii(text: str) -> str:
    """Letters without accents: a bank can print them."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
