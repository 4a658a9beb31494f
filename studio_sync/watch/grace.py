"""Grace: ticks that would message more than three people wait 20 seconds, and unticking stops them.

What waits stands in the journal, so a crash in between changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sheets_schema.cells import Raw
from studio_sync.rules.facts import Fact, Outcome
from studio_sync.watch.edits import Edit
from studio_sync.watch.flags import GRACE, STOP, Flags

#: so many at once act at once
FEW = 3
WAIT = timedelta(seconds=20)
#: tick boxes that message somebody
ACTING = frozenset(
    {("invoices", "send"), ("bookings", "tell"), ("clients", "remind"), ("messages", "send"), ("messages", "again")}
)


class Grace:
    """Holds ticks back. ``waiting``: somebody's 20 seconds are running."""

    def __init__(self) -> None:
        #: tab -> when its ticks act; None when she wants them stopped
        self._tabs: dict[str, datetime | None] = {}

    @property
    def waiting(self) -> bool:
        """Something leaves soon unless she unticks it."""
        return bool(self._tabs)

    @property
    def due(self) -> list[datetime]:
        """When ticks that wait are to act."""
        return [when for when in self._tabs.values() if when is not None]

    def hold(
        self, flags: Flags, tab: str, edits: Sequence[Edit], present: Mapping[str, Mapping[str, Raw]], now: datetime
    ) -> tuple[set[str], list[Fact]]:
        """The rows whose ticks must not act now, and what is to be said about them."""
        kept: dict[str, Any] | None = flags.get(GRACE, tab)
        ticked = {edit.row_id: name for edit in edits for name in edit.ticked if (tab, name) in ACTING}
        if not kept and len(ticked) <= FEW:
            return set(), []
        rows: dict[str, str] = dict(kept["rows"]) if kept else {}
        since = datetime.fromisoformat(kept["since"]) if kept else now
        stopping = bool(kept and kept.get("stopping")) or bool(kept and flags.get(STOP, tab))
        facts: list[Fact] = []
        gone = {row: name for row, name in rows.items() if present.get(row, {}).get(name) is not True}
        rows = {row: name for row, name in rows.items() if row not in gone}
        if gone and not (kept and kept.get("stopping")):
            facts.append(_news("stopped", tab, now, rows=gone))
        new = {row: name for row, name in ticked.items() if row not in rows}
        if new and not stopping:
            rows, since = {**rows, **new}, now
            facts.append(_news("grace", tab, now, rows=rows))
        if kept and stopping and not kept.get("stopping"):
            flags.put(STOP, tab, None)
            facts.append(_news("stopped", tab, now, rows=rows, boxes=True))
        over = not rows or (not stopping and not timedelta(0) <= now - since < WAIT)
        if over:
            self._tabs.pop(tab, None)
        else:
            self._tabs[tab] = None if stopping else since + WAIT
        kept = None if over else {"since": since.isoformat(), "rows": rows, "stopping": stopping}
        flags.put(GRACE, tab, kept)
        return (set() if over else set(rows)), facts


def _news(what: str, tab: str, now: datetime, **told: Any) -> Outcome:
    key = f"{what}:{tab}"
    result = {"of": what, "tab": tab, **told}
    return Outcome(key=f"outcome:{key}:{now.isoformat()}", at=now, effect_key=key, ok=True, result=result)
