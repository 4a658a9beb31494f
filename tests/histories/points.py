"""Where a program may die: before and after every remote call and every commit of the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase

from studio_sync.journal import Journal, Kept, Tx
from studio_sync.journal.database import connect
from studio_sync.journal.intake import More


class Killed(BaseException):
    """The program is dead at this point: nothing of it runs on, whatever it would still have tidied up."""


class Points:
    """Counts the points that are met, and kills at the one that was asked for."""

    def __init__(self) -> None:
        #: point -> how often it was met, and how often it killed
        self.met: Counter[str] = Counter()
        self.kills: Counter[str] = Counter()
        self.dead = False
        self._left: int | None = None
        self._where = "*"

    def arm(self, after: int, where: str = "*") -> None:
        """Die at the point met after ``after`` more of them; ``where``: only points of such a name count."""
        self._left, self._where = after, where

    def disarm(self) -> None:
        """Live on."""
        self._left = None

    @property
    def armed(self) -> bool:
        """A kill is still to come."""
        return self._left is not None

    def revive(self) -> None:
        """A new program runs."""
        self.dead = False

    def meet(self, name: str) -> None:
        """Pass a point, or die there. A dead program passes none."""
        if self.dead:
            raise Killed(name)
        self.met[name] += 1
        if self._left is None or not fnmatchcase(name, self._where):
            return
        self._left -= 1
        if self._left < 0:
            self._left = None
            self.dead = True
            self.kills[name] += 1
            raise Killed(name)


class MortalJournal(Journal):
    """The real journal; its commits are points."""

    points: Points
    #: how many commits were begun: while it is the same, so is all that the journal holds
    begun = 0

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """As the journal's own; dying before the commit rolls back."""
        self.points.meet("journal")
        self.begun += 1
        with super().write() as tx:
            yield tx
            self.points.meet("before a commit of the journal")
        self.points.meet("after a commit of the journal")

    def take(self, more: More) -> list[Kept]:
        """As ``write``."""
        self.points.meet("journal")
        self.points.meet("before a commit of the journal")
        self.begun += 1
        kept = super().take(more)
        self.points.meet("after a commit of the journal")
        return kept


def mortal(url: str) -> MortalJournal:
    """The journal at ``url``; give it its ``points`` before it is used."""
    return MortalJournal(*connect(url, fast=True))
