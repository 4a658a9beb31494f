"""The engine: take a fact, decide, commit. A crash anywhere re-runs, never half-runs.

The fact is marked handled and its effects are queued in one journal transaction. Deciding is pure and takes milliseconds, so it
happens inside that transaction, on rows as of the same moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from studio_sync.clock import Clock
from studio_sync.journal import Journal, Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.decide import decide
from studio_sync.rules.effects import Effect, Note, Send
from studio_sync.rules.facts import Fact

log = logging.getLogger(__name__)
Prepare = Callable[[list[Effect]], list[Effect]]


class Engine:
    """The decide lane. One per journal."""

    name = "decide"

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._snapshots = Snapshots()

    def step(self) -> bool:
        """Decide the next fact; False when none waits. A fact that breaks us is set aside, logged once, and the rest goes on."""
        fact: Fact | None = None
        now = self._clock.now()
        try:
            with self._journal.write() as tx:
                fact = tx.next_fact()
                if fact is None:
                    return False
                self._take(tx, fact, now)
        except Exception as error:  # noqa: BLE001  (the one place: a bug of ours must not stop the studio)
            if fact is None:
                raise
            log.exception("could not decide %s", fact.key)
            with self._journal.write() as tx:
                tx.set_aside(fact.key, repr(error))
        return True

    def _take(self, tx: Tx, fact: Fact, now: datetime) -> None:
        snap = self._snapshots.load(tx, now)
        effects = decide(snap, fact, now)
        kept: list[Effect] = []
        for effect in effects:
            if isinstance(effect, Note):
                note(tx, effect, now)
            else:
                kept.append(effect)
        tx.put_effects(fact.key, kept, now)
        tx.handled(fact.key, now)


def note(tx: Tx, effect: Note, now: datetime) -> None:
    """Remember something inside, in the transaction of its decision."""
    data = effect.data
    if effect.what == "heard":
        tx.heard(str(data["address"]), datetime.fromisoformat(str(data["at"])))
    elif effect.what == "status":
        _status(tx, data, now)


def _status(tx: Tx, data: dict[str, object], now: datetime) -> None:
    """A status settles a send whose answer was lost: it did leave."""
    key = str(data["effect_key"])
    queued = tx.effect(key)
    if queued is not None and isinstance(queued.effect, Send) and queued.state in {"unknown", "held", "sending"}:
        tx.done(key, {"wamid": data["wamid"], "settled_by": data["status"]}, now)
