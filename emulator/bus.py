"""News for the page: every change is published once and kept for a while, so that a page may come back and catch up."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

#: how many pieces of news are kept for a page that was away
KEPT = 500


class Bus:
    """Topics and their data, numbered from 1."""

    def __init__(self) -> None:
        self._news: deque[tuple[int, str, dict[str, Any]]] = deque(maxlen=KEPT)
        self._changed = threading.Condition()
        self._last = 0
        self.closed = False

    def publish(self, topic: str, data: dict[str, Any]) -> int:
        """Tell everyone who listens; returns the number of this piece of news."""
        with self._changed:
            self._last += 1
            self._news.append((self._last, topic, data))
            self._changed.notify_all()
            return self._last

    @property
    def last(self) -> int:
        """Number of the newest piece of news."""
        return self._last

    def since(self, number: int, wait: float = 0.0) -> list[tuple[int, str, dict[str, Any]]]:
        """News after `number`; waits up to `wait` real seconds for the first."""
        with self._changed:
            if self._last <= number and not self.closed:
                self._changed.wait(wait)
            return [piece for piece in self._news if piece[0] > number]

    def close(self) -> None:
        """Everyone who listens stops waiting."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
