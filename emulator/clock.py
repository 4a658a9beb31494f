"""The stand-ins' clock: real time until steered, then real time shifted and scaled.

Steered, its state is the file `clock.json` of the data folder, {"real": iso, "virtual": iso, "rate": float}; the time
is virtual + (real now - real) * rate. Another process that reads the same file has the same time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


def _system() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Aware UTC now, steered by `set`, `advance` and `rate`."""

    def __init__(self, path: Path | None = None, real: Callable[[], datetime] = _system) -> None:
        """Go on from the file `path` if it is there; None steers in memory only."""
        self._path = path
        self._real = real
        self._state: tuple[datetime, datetime, float] | None = None
        if path is not None and path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            self._state = (instant(kept["real"]), instant(kept["virtual"]), float(kept["rate"]))

    def now(self) -> datetime:
        """The time the stand-ins live in."""
        state = self._state
        if state is None:
            return self._real()
        real, virtual, rate = state
        return virtual + (self._real() - real) * rate

    def real(self) -> datetime:
        """The time outside."""
        return self._real()

    @property
    def rate(self) -> float:
        """Virtual seconds per real second; 1.0 when not steered."""
        return self._state[2] if self._state else 1.0

    def set(self, virtual: datetime, rate: float | None = None) -> None:
        """Jump to an aware instant, forward or back, and go on at `rate` (the present one if None)."""
        state = (self._real(), virtual.astimezone(UTC), self.rate if rate is None else rate)
        self._state = state
        if self._path is not None:
            text = json.dumps({"real": state[0].isoformat(), "virtual": state[1].isoformat(), "rate": state[2]})
            temporary = self._path.with_suffix(".new")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._path)

    def advance(self, seconds: float) -> None:
        """Jump by seconds."""
        self.set(self.now() + timedelta(seconds=seconds))

    def release(self) -> None:
        """Back to real time; the file goes."""
        self._state = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def view(self) -> dict[str, Any]:
        """For the control plane and the page."""
        return {"now": self.now().isoformat(), "rate": self.rate, "steered": self._state is not None}


def instant(text: str) -> datetime:
    """An ISO instant as aware UTC; a text without zone is read as UTC.

    Raises:
        ValueError: the text is not an ISO date and time.
    """
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
