"""What left of late and what rests, as plain values: the journal keeps them and loads no more than this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DAY = timedelta(hours=24)
#: an instant farther ahead was set before the clock was put back
FAR = timedelta(hours=26)
#: a pause for a try that costs nothing; a longer one is WhatsApp's own, and trying in it makes it longer
SHORT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Something rests until an instant, and for the how-manieth time in a row."""

    until: datetime
    tries: int
    reason: str
    #: since when it does
    since: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is not over yet. A short one that begins after ``now`` is: the clock was put back meanwhile."""
        known = self.since <= now or self.until - self.since > SHORT
        return known and now < self.until < now + FAR


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """What left of late, as far as it says something about one message."""

    #: when this person's account is even again
    free_at: datetime | None = None
    #: how many left in this last second
    last_second: int = 0
    #: people we wrote to first in the last 24 hours, and when the oldest of them stops to count
    reached: int = 0
    frees_at: datetime | None = None
    #: whether this person is one of them
    among: bool = False
    pauses: Mapping[str, Pause] = field(default_factory=dict)
