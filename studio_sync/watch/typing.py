"""Typing: what she types acts when it has been still for a moment; a row without id gets one, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sheets_schema.cells import Raw
from sheets_schema.headers import match_of
from sheets_schema.reading import SeenTab
from studio_sync.journal import Tx
from studio_sync.rules.facts import Fact, RowTyped

#: typing acts when it has been still for so long
STILL = timedelta(seconds=3)
#: (tab, row id), or (tab, "new:" and the content's hash)
Place = tuple[str, str]


class Typing:
    """Remembers, between readings, what was not yet still. Lost with the process: then it is waited for anew."""

    def __init__(self, still: timedelta) -> None:
        self._still = still
        self._since: dict[Place, tuple[Mapping[str, Raw], datetime]] = {}
        self._met: set[Place] = set()
        #: tabs in which a row is getting its id: what it means is seen only when it has one
        self._asking: set[str] = set()

    @property
    def busy(self) -> bool:
        """Something is not still yet, or is getting its id."""
        return bool(self._since or self._asking)

    def begin(self) -> None:
        """A reading begins."""
        self._met = set()

    def end(self) -> None:
        """Forget what this reading did not show any more."""
        self._since = {place: known for place, known in self._since.items() if place in self._met}

    def keep(self, tab: str) -> None:
        """This reading says nothing about ``tab``."""
        self._met |= {place for place in self._since if place[0] == tab}

    def still(self, place: Place, cells: Mapping[str, Raw], now: datetime) -> bool:
        """Whether ``cells`` have stood there unchanged for long enough; then they are forgotten."""
        known = self._since.get(place)
        since = known[1] if known is not None and known[0] == cells else now
        if now - since >= self._still:
            return True
        self._since[place] = (cells, since)
        self._met.add(place)
        return False

    def rows(self, tx: Tx, seen: SeenTab, now: datetime, *, history: bool) -> list[Fact]:
        """Facts for rows without id. The n-th of its kind counts facts, so typing the same again later is new."""
        tab = seen.tab
        groups: dict[str, list[Mapping[str, Raw]]] = {}
        for row in seen.rows:
            if not row.id:
                groups.setdefault(match_of(tab, row.raws), []).append(row.raws)
        getting = _getting_one(tx, tab.key)
        facts: list[Fact] = []
        asked: dict[str, list[str]] = {match: keys for match, keys in getting.items() if keys}
        for match, rows in groups.items():
            waiting = len(getting.get(match, ()))
            if waiting >= len(rows):
                continue
            place = (tab.key, f"new:{match}")
            if not history and not self.still(place, {"n": float(len(rows))}, now):
                continue
            for nth in range(waiting, len(rows)):
                key = f"row:{tab.key}:new:{match}:{tx.bump(f'{tab.key}:new', match)}"
                asked.setdefault(match, []).append(key)
                facts.append(
                    RowTyped(key=key, at=now, tab=tab.key, match=match, nth=nth, after=dict(rows[nth]), history=history)
                )
        (self._asking.add if asked else self._asking.discard)(tab.key)
        if asked != (tx.get_meta(_name(tab.key)) or {}):
            tx.put_meta(_name(tab.key), asked)
        return facts


def _name(tab: str) -> str:
    return f"typed:{tab}"


def _getting_one(tx: Tx, tab: str) -> dict[str, list[str]]:
    """Content hash -> facts of rows that are still getting their id."""
    known: dict[str, list[str]] = tx.get_meta(_name(tab)) or {}
    return {match: [key for key in keys if _open(tx, key)] for match, keys in known.items()}


def _open(tx: Tx, key: str) -> bool:
    effects = tx.effects_of(key)
    if not effects:
        return tx.fact(key) is not None  # not decided yet
    return any(queued.state not in {"done", "dropped"} for queued in effects)
