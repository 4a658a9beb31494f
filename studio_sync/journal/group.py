"""Group commit: callers that come while a commit is under way share the next one, so an fsync serves many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from studio_sync.journal.inbox import Line, encode_fact
from studio_sync.journal.intake import Kept, More
from studio_sync.rules.facts import Fact


class _Caller:
    """One caller, and the lock it waits at: let go when it is answered, or when it is its turn to commit."""

    __slots__ = ("error", "kept", "lines", "lock")

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.lock = threading.Lock()
        self.lock.acquire()
        self.kept: Kept | None = None
        self.error: BaseException | None = None


class Group:
    """No thread of its own: the first caller commits for all who wait by then, and hands the turn to the next.

    Each caller commits at most once, so none is kept busy with the work of others.
    """

    def __init__(self, take: Callable[[More], Sequence[Kept]]) -> None:
        self._take = take
        self._guard = threading.Lock()
        self._busy = False
        self._waiting: list[_Caller] = []

    def put(self, facts: Sequence[Fact]) -> Kept:
        """Keep the facts. Returns after the commit, whose error every caller it served gets."""
        # Encoded here, so that a fact that cannot be encoded fails its own caller alone.
        caller = _Caller([encode_fact(fact) for fact in facts])
        with self._guard:
            self._waiting.append(caller)
            mine, self._busy = not self._busy, True
        if not mine:
            caller.lock.acquire()
        if caller.kept is None and caller.error is None:
            self._serve()
        if caller.kept is None:
            raise caller.error or RuntimeError("served and not answered")
        return caller.kept

    def _serve(self) -> None:
        callers: list[_Caller] = []

        def more() -> list[list[Line]]:
            with self._guard:
                came, self._waiting = self._waiting, []
            callers.extend(came)
            return [caller.lines for caller in came]

        try:
            kept = self._take(more)
        except BaseException as error:  # noqa: BLE001  (each caller raises it; none may wait for ever)
            more()  # perhaps it did not come to asking
            for caller in callers:
                caller.error = error
        else:
            for caller, told in zip(callers, kept, strict=True):
                caller.kept = told
        # The next commit begins before those of this one are awake.
        with self._guard:
            self._busy = bool(self._waiting)
            if self._busy:
                self._waiting[0].lock.release()
        for caller in callers:
            caller.lock.release()
