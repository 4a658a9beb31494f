"""Finding what a workbook refuses, without ever giving up a slot that a copy in flight could still take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from studio_sync.delivery.sheet.batch import Batch
from studio_sync.journal import Queued
from studio_sync.rules.effects import PutRow

#: the row effects of one fact, in order: they ride in one commit
Group = list[Queued]


class Refusals:
    """How a refused content is found: the batch without Today, then halves of it, one fact alone, then none (the seal).

    Only when a commit without it is settled is a fact parked: a copy in flight could still be applied before.
    """

    def __init__(self) -> None:
        self.count = 0
        self.reason = ""
        #: facts of the last attempt, in order
        self.sent: list[str] = []
        self._limit: int | None = None
        self._suspects: set[str] = set()
        self._without: datetime | None = None

    @property
    def locked(self) -> bool:
        """Even the empty commit was refused: it is not about what we write."""
        return self.count > 1 and not self.sent

    def extras(self, now: datetime) -> bool:
        """Whether derived cells and Today may ride along."""
        return self.count == 0 and (self._without is None or now >= self._without)

    def allowed(self, groups: list[Group]) -> list[Group]:
        """What the next attempt may hold."""
        free = [group for group in groups if group[0].fact_key not in self._suspects]
        return free if self._limit is None else free[: self._limit]

    def narrow(self) -> None:
        """After one more refusal."""
        if self.count == 1:
            return
        if len(self.sent) > 1:
            self._limit = len(self.sent) // 2
        else:
            self._suspects |= set(self.sent)
            self._limit = 0

    def settled(self, now: datetime) -> set[str]:
        """A commit is through; the facts that it proves guilty."""
        guilty = self._suspects
        if self.count:
            self._without = now + timedelta(minutes=5) if not guilty else None
        self.count, self._limit, self._suspects = 0, None, set()
        return guilty


def given(attempts: Sequence[Batch]) -> dict[str, str]:
    """Effect -> number, of the attempts on one slot, in the order in which they were given."""
    return {
        settled.key: str(settled.result["number"])
        for batch in attempts
        for settled in batch.settled
        if settled.result.get("number")
    }


def in_order(groups: list[Group], attempts: Sequence[Batch]) -> list[Group]:
    """Groups up to the first that would break the order of the numbers given on this slot: numbers are sticky.

    An attempt that was not heard of may still be applied, so another one may only stop earlier or go further.
    """
    order = list(given(attempts))
    for at, group in enumerate(groups):
        numbered = [q.effect.key for q in group if isinstance(q.effect, PutRow) and q.effect.series]
        if order[: len(numbered)] != numbered[: len(order)]:
            return groups[:at]
        order = order[len(numbered) :]
    return groups
