"""Group commit: callers that come while a commit is under way share the next one, so an fsync serves many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from studio_sync.journal.inbox import Inbox, encode_fact
from studio_sync.rules.facts import Fact


@dataclass(slots=True)
class _Caller:
    lines: list[dict[str, Any]]
    #: answered, or it is this caller's turn to commit
    woken: threading.Event = field(default_factory=threading.Event)
    #: how many were new, once committed
    new: int | None = None
    error: BaseException | None = None


class Group:
    """No thread of its own: the first caller commits for all who wait by then, and hands the turn to the next.

    Each caller commits at most once, so none is kept busy with the work of others.
    """

    def __init__(self, write: Callable[[], AbstractContextManager[Inbox]]) -> None:
        self._write = write
        self._guard = threading.Lock()
        self._busy = False
        self._waiting: list[_Caller] = []

    def put(self, facts: Sequence[Fact]) -> int:
        """Keep the facts; how many were new. Returns after the commit, whose error every caller it served gets."""
        # Encoded here, so that a fact that cannot be encoded fails its own caller alone.
        caller = _Caller([encode_fact(fact) for fact in facts])
        with self._guard:
            self._waiting.append(caller)
            if not self._busy:
                self._busy = True
                caller.woken.set()
        caller.woken.wait()
        if caller.new is None and caller.error is None:
            self._serve()
        if caller.error is not None:
            raise caller.error
        return caller.new or 0

    def _serve(self) -> None:
        with self._guard:
            callers, self._waiting = self._waiting, []
        try:
            with self._write() as tx:
                counts = [tx.put_encoded(caller.lines) for caller in callers]
        except BaseException as error:  # noqa: BLE001  (each caller raises it; none may wait for ever)
            for caller in callers:
                caller.error = error
        else:
            for caller, count in zip(callers, counts, strict=True):
                caller.new = count
        for caller in callers:
            caller.woken.set()
        with self._guard:
            if self._waiting:
                self._waiting[0].woken.set()
            else:
                self._busy = False
