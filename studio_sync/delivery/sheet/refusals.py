"""Finding what a workbook refuses, without ever giving up a slot that a copy in flight could still take."""

from __future__ import annotations

from datetime import datetime, timedelta

from studio_sync.journal import Queued

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
