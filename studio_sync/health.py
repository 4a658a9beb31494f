"""Whether an outside party answers: since when it does not, what it said, and when the owner must hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio_sync.errors import OutsideError
from studio_sync.rules.facts import Outcome

#: a shorter trouble is nobody's business
ALARM = timedelta(seconds=60)


@dataclass
class Health:
    """Of one party, as one process sees it. ``service``: "whatsapp", "calendar", "sheets:studio"."""

    service: str
    #: aware UTC; None while all is well
    down_since: datetime | None = None
    #: in the service's own words
    reason: str = ""
    #: it answers, and says no: a right, a sign-in or the chain of commits is at fault
    refused: bool = False

    def well(self) -> None:
        """It did as asked."""
        self.down_since = None
        self.reason = ""
        self.refused = False

    def ill(self, error: OutsideError, now: datetime) -> bool:
        """It did not; True when that is news."""
        news = self.reason != error.message
        self.down_since = self.down_since or now
        self.reason = error.message
        self.refused = error.permanent
        return news


class Alarm:
    """Makes news of trouble that lasts, and of its end. Lives with the process: a restart begins the minute anew."""

    def __init__(self, name: str, healths: Sequence[Health]) -> None:
        self.name = name
        self._healths = healths
        self._told: datetime | None = None

    @property
    def down_since(self) -> datetime | None:
        """Since when one of them is down; None while all are well."""
        return min((health.down_since for health in self._healths if health.down_since), default=None)

    def news(self, now: datetime) -> Outcome | None:
        """What the owner should hear now: ``of`` is "down" (once per trouble) or "up" (after it was told)."""
        since = self.down_since
        if since is None and self._told is not None:
            since, self._told = self._told, None
            return self._outcome("up", since, now, {})
        if since is not None and self._told is None and now - since >= ALARM:
            self._told = since
            worst = next(health for health in self._healths if health.down_since == since)
            return self._outcome("down", since, now, {"reason": worst.reason, "refused": worst.refused})
        return None

    def _outcome(self, of: str, since: datetime, now: datetime, more: dict[str, object]) -> Outcome:
        about = f"health:{self.name}"
        told = {"of": of, "who": self.name, "since": since.isoformat(), **more}
        return Outcome(key=f"outcome:{about}:{of}:{since.isoformat()}", at=now, effect_key=about, ok=False, result=told)
