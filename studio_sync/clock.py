"""The one place that asks what time it is. Instants are aware UTC everywhere inside; local time is for the edges."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time; everything that waits compares against it, so a steered clock moves the whole studio."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...


class SystemClock:
    """The computer's own clock, for production."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return datetime.now(UTC)


class SteeredClock:
    """A clock moved by a small file, for the local studio: ``{"real": iso, "virtual": iso, "rate": 1.0}``.

    Whoever owns the file replaces it whole; without a file this is the system clock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._state: tuple[datetime, datetime, float] | None = None

    def now(self) -> datetime:
        """The steered instant, aware UTC."""
        real = datetime.now(UTC)
        with self._lock:
            self._reload()
            if self._state is None:
                return real
            base, virtual, rate = self._state
        return virtual + timedelta(seconds=(real - base).total_seconds() * rate)

    def _reload(self) -> None:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._stamp = self._state = None
            return
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp == self._stamp:
            return
        raw = json.loads(self._path.read_text(encoding="utf-8"))
        self._state = (datetime.fromisoformat(raw["real"]), datetime.fromisoformat(raw["virtual"]), float(raw["rate"]))
        self._stamp = stamp


class FixedClock:
    """A clock that stands still until told, for tests and rehearsals."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant last set."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move to ``at`` (aware)."""
        self._at = at.astimezone(UTC)

    def tick(self, seconds: float) -> None:
        """Move on by ``seconds``."""
        self._at += timedelta(seconds=seconds)
