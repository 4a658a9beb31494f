"""Which client a few typed words mean. A likeness is only ever asked about, never acted on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from sheets_schema.tabs.people import Client

#: Likeness (0 to 1) from which a name is worth asking about.
CUTOFF = 0.6
#: Shorter beginnings of a name are asked about, not acted on.
_SHORTEST = 3
_MOST = 9
#: Longer words are no name.
_LONGEST = 80
_ENDING = re.compile(r"\.\.([0-9]{4})")


@dataclass(frozen=True, kw_only=True)
class Match:
    """Whom the words mean."""

    #: one: act; several: which; close: "No Tandi. Closest: ..."; none
    kind: Literal["one", "several", "close", "none"]
    #: for "close" the likeliest first
    clients: tuple[Client, ...] = ()


def find_clients(words: str, clients: Iterable[Client]) -> Match:
    """The clients that ``words`` name: whole name, first name, any name, beginning of a name; accents do not count.

    The first of these readings that fits anyone decides. Clients who are new or left count only when nobody else is
    named by any reading. ``Mary Green ..0107``, as on our buttons, also goes by the end of the number.
    """
    everyone = [client for client in clients if client.name.strip()]
    ending = _ENDING.search(words)
    if ending:
        everyone = [client for client in everyone if client.phone.endswith(ending[1])]
        words = words.replace(ending[0], "")
    wanted = fold(words)
    if not wanted or len(wanted) > _LONGEST:
        return Match(kind="none")
    ours = [client for client in everyone if client.status not in {"new", "left"}]
    others = [client for client in everyone if client.status in {"new", "left"}]
    for group in (ours, others):
        named = _named(words, wanted, group)
        if named:
            return Match(kind="one" if len(named) == 1 else "several", clients=named)
    close = _close(wanted, ours) or _close(wanted, others)
    return Match(kind="close", clients=close) if close else Match(kind="none")


def fold(words: str) -> str:
    """Small letters without accents and punctuation: "Zoë  O'Hara" -> "zoe o hara"."""
    bare = "".join(ch for ch in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(ch))
    return " ".join(re.sub(r"[^\w]+", " ", bare).split())


def _named(words: str, wanted: str, clients: Sequence[Client]) -> tuple[Client, ...]:
    parts = wanted.split()
    typed = " ".join(words.casefold().split())
    readings: tuple[Callable[[Client], bool], ...] = (
        lambda client: " ".join(client.name.casefold().split()) == typed,
        lambda client: fold(client.name) == wanted,
        lambda client: fold(client.name).split()[: len(parts)] == parts,
        lambda client: f" {wanted} " in f" {fold(client.name)} ",
        lambda client: len(wanted) >= _SHORTEST and _begins(parts, fold(client.name).split()),
    )
    for reading in readings:
        named = tuple(client for client in clients if reading(client))
        if named:
            return named
    return ()


def _begins(parts: Sequence[str], names: Sequence[str]) -> bool:
    """Each word begins the name at its place: "mary g" is Mary Green."""
    return len(parts) <= len(names) and all(name.startswith(word) for word, name in zip(parts, names, strict=False))


def _close(wanted: str, clients: Sequence[Client]) -> tuple[Client, ...]:
    liked = [(_likeness(wanted, fold(client.name)), client) for client in clients]
    liked = [(likeness, client) for likeness, client in liked if likeness >= CUTOFF]
    liked.sort(key=lambda pair: (-pair[0], pair[1].name))
    return tuple(client for _, client in liked[:_MOST])


def _likeness(wanted: str, name: str) -> float:
    """Of the whole name, or of any one word of it; a short beginning counts as like."""
    if name.startswith(wanted):
        return CUTOFF
    return max(SequenceMatcher(None, wanted, text).ratio() for text in (name, *name.split()))
