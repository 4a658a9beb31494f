"""What is left of the reads that Google allows one sign-in: 60 a minute, over both workbooks and all who read them.

Nobody is held back here: whoever may wait looks at what is left, and comes the later the less that is.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sheets_schema.slices import Slice
from studio_sync.clock import Clock
from studio_sync.ports import Raw, Workbook, WorkbookShape

#: reads at once after a quiet time, and how many come back in a second: together never more than 60 in a minute
HOLDS, FILLS = 14.0, 46 / 60


class Reads:
    """Of one sign-in. It fills evenly, so nobody who has just read much waits long for the next."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left = HOLDS
        self._at: datetime | None = None

    @property
    def left(self) -> float:
        """How many may be made at once; below 0 when what could not wait took more."""
        with self._lock:
            return self._now()

    def took(self) -> None:
        """One is made."""
        with self._lock:
            self._left = self._now() - 1

    def _now(self) -> float:
        now = self._clock.now()
        if self._at is not None:  # a clock put back gives nothing and takes nothing
            self._left = min(HOLDS, self._left + max((now - self._at).total_seconds(), 0) * FILLS)
        self._at = now
        return self._left


class Counted:
    """A workbook whose reads are counted."""

    def __init__(self, port: Workbook, reads: Reads) -> None:
        self._port = port
        self._reads = reads

    @property
    def id(self) -> str:
        return self._port.id

    def shape(self) -> WorkbookShape:
        self._reads.took()
        return self._port.shape()

    def read(self, ranges: Sequence[str]) -> list[list[list[Raw]]]:
        self._reads.took()
        return self._port.read(ranges)

    def pieces(self, ranges: Sequence[str]) -> tuple[Slice, ...]:
        self._reads.took()
        return self._port.pieces(ranges)

    def tags(self) -> Mapping[int, Mapping[str, int]]:
        self._reads.took()
        return self._port.tags()

    def commit(self, requests: Sequence[Mapping[str, Any]], *, show: str = "") -> list[list[Raw]]:
        return self._port.commit(requests, show=show)
