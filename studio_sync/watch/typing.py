"""Typing: what she types acts when it has been still for a moment; a row without id gets one, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sheets_schema.cells import Raw
from sheets_schema.headers import match_of
from sheets_schema.reading import SeenRow, SeenTab
from studio_sync.journal import Tx
from studio_sync.rules.facts import Fact, RowTyped
from studio_sync.watch.flags import TYPED, Flags

#: typing acts when it has been still for so long
STILL = timedelta(seconds=3)
#: more copies than these at one look are no matter of their own
FEW = 3
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

    @property
    def due(self) -> list[datetime]:
        """When what is not still yet will be, if nobody types on."""
        return [since + self._still for _, since in self._since.values()]

    @property
    def giving(self) -> bool:
        """A row somewhere is getting its id."""
        return bool(self._asking)

    def open(self, tab: str) -> set[str]:
        """Rows of ``tab`` that are not still yet, by id; those without one count as ``""``."""
        found = {place[1] for place in self._since if place[0] == tab}
        bare = tab in self._asking or any(name.startswith("new:") for name in found)
        return {name for name in found if not name.startswith("new:")} | ({""} if bare else set())

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

    @staticmethod
    def asking(flags: Flags, tab: str) -> bool:
        """Whether rows of ``tab`` are still getting their id: what was pasted together is told together."""
        return any(keys for keys in _getting_one(flags, tab).values())

    def rows(self, flags: Flags, seen: SeenTab, now: datetime, *, history: bool) -> list[Fact]:
        """Facts for rows without id. The n-th of its kind counts facts, so typing the same again later is new."""
        tab = seen.tab
        groups: dict[str, list[SeenRow]] = {}
        for row in seen.bare():
            groups.setdefault(match_of(tab, row.raws), []).append(row)
        getting = _getting_one(flags, tab.key)
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
                key = f"row:{tab.key}:new:{match}:{flags.tx.bump(f'{tab.key}:new', match)}"
                asked.setdefault(match, []).append(key)
                facts.append(_typed(key, now, tab.key, match, nth, rows[nth], history=history))
        if sum(fact.copied for fact in facts if isinstance(fact, RowTyped)) > FEW:
            facts = [fact.model_copy(update={"copied": False}) for fact in facts]  # one summary says it for all
        (self._asking.add if asked else self._asking.discard)(tab.key)
        flags.put(TYPED, tab.key, asked or None)
        return facts


def _typed(key: str, now: datetime, tab: str, match: str, nth: int, row: SeenRow, *, history: bool) -> RowTyped:
    return RowTyped(
        key=key,
        at=now,
        tab=tab,
        match=match,
        nth=nth,
        after=dict(row.raws),
        history=history,
        copied=row.copied and not history,
    )


def _getting_one(flags: Flags, tab: str) -> dict[str, list[str]]:
    """Content hash -> facts of rows that are still getting their id."""
    known: dict[str, list[str]] = flags.get(TYPED, tab) or {}
    return {match: [key for key in keys if _open(flags.tx, key)] for match, keys in known.items()}


def _open(tx: Tx, key: str) -> bool:
    effects = tx.effects_of(key)
    if not effects:
        return tx.fact_state(key) == "new"  # not decided yet; decided without any, it gives no id
    return any(queued.state not in {"done", "dropped"} for queued in effects)
