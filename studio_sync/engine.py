"""The engine: take a fact, decide, commit. A crash anywhere re-runs, never half-runs.

The fact is marked handled and its effects are queued in one journal transaction. Deciding is pure and takes
milliseconds, so it happens inside that transaction, on rows as of the same moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from studio_sync.clock import Clock
from studio_sync.errors import OutsideError
from studio_sync.journal import Journal, Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.late_words import late_word
from studio_sync.rules.decide import decide
from studio_sync.rules.effects import Note, PutRow
from studio_sync.rules.facts import Fact
from studio_sync.rules.marks import Mark, marks_of

log = logging.getLogger(__name__)


class Engine:
    """The decide lane. One per journal."""

    name = "decide"

    def __init__(self, journal: Journal, clock: Clock, seen: Callable[[Mark], None] | None = None) -> None:
        self._journal = journal
        self._clock = clock
        self._seen = seen
        self._snapshots = Snapshots()

    def step(self) -> bool:
        """Decide the next fact; False when none waits.

        A fact that breaks us is set aside, logged once, and the rest goes on. Raises ``Unavailable`` when the journal
        cannot be written: then nothing has happened.
        """
        fact: Fact | None = None
        now = self._clock.now()
        try:
            with self._journal.write() as tx:
                fact = tx.next_fact()
                if fact is None:
                    return False
                marks = self._take(tx, fact, now)
            if self._seen is not None:
                for mark in marks:
                    self._seen(mark)
        except OutsideError:
            raise
        except Exception as error:  # the one place: a bug of ours must not stop the studio
            self._snapshots = Snapshots(afresh=True)
            if fact is None:
                raise
            log.exception("could not decide %s", fact.key)
            with self._journal.write() as tx:
                tx.set_aside(fact.key, repr(error))
        return True

    def _take(self, tx: Tx, fact: Fact, now: datetime) -> list[Mark]:
        """Decide, and queue what follows; what to show as read once that is committed."""
        effects = decide(self._snapshots.load(tx, now), fact, now)
        if not tx.handled(fact.key, now):
            return []
        for effect in effects:
            if isinstance(effect, Note):
                note(tx, effect, now)
        tx.put_effects(fact.key, [effect for effect in effects if not isinstance(effect, Note)], now)
        return marks_of(effects, now)


def note(tx: Tx, effect: Note, now: datetime) -> None:
    """Remember something inside, in the transaction of its decision."""
    data = effect.data
    if effect.what == "heard":
        tx.heard(str(data["address"]), datetime.fromisoformat(str(data["at"])))
    elif effect.what == "mine":
        # She says that the rows which vanished or changed at once were hers: the watch believes it.
        tx.put_meta(f"mine:{data['tab']}", True)
    elif effect.what in {"restore", "stop"}:
        # Or that they were not: the watch says what is missing. Or that many ticks must not act. At its next look.
        tx.put_meta(f"{effect.what}:{data['tab']}", True)
    elif effect.what in {"status", "again"}:
        late_word(tx, effect, now)
    elif effect.what in {"write_again", "leave_out"}:
        _rest(tx, effect, now)


def _rest(tx: Tx, effect: Note, now: datetime) -> None:
    """Rows that a put-back sheet lacks, as remembered: written again by her word, or forgotten."""
    name = f"put_back:{effect.data['rest']}"
    rows: dict[str, dict[str, dict[str, Any]]] = tx.get_meta(name) or {}
    tx.put_meta(name, None)
    for tab, missing in rows.items() if effect.what == "write_again" else ():
        for row_id, cells in missing.items():
            put = PutRow(
                key=f"{effect.key}/row:{tab}:{row_id}",
                tab=tab,
                row_id=row_id,
                cells=cells,
                back=True,
                who=str(effect.data["by"]),
                what=str(effect.data["log"]),
            )
            # One fact each: they may ride in several commits.
            tx.put_effects(put.key, [put], now)
