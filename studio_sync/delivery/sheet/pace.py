"""How fast commits may follow each other: at once when little happens, ever slower in a long queue.

Google allows 60 writes a minute for one sign-in, so the lanes of both workbooks share one pace. Slower commits carry
more rows each: a long queue loses nothing by it.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

#: a workbook is not written to more often
PAUSE = timedelta(seconds=1)
MINUTE = timedelta(seconds=60)
#: so many commits of the last minute -> the pause of a lane after the next one
STEPS = ((20, PAUSE), (40, timedelta(seconds=2)), (50, timedelta(seconds=6)))
LONGEST = timedelta(seconds=12)


class Pace:
    """Counts the commits of one sign-in."""

    def __init__(self) -> None:
        self._sent: deque[datetime] = deque(maxlen=64)

    def sent(self, now: datetime) -> timedelta:
        """A commit leaves; how long its lane rests after it."""
        # A moment ahead of now was noted before the clock was put back.
        self._sent = deque((at for at in self._sent if at <= now < at + MINUTE), maxlen=64)
        self._sent.append(now)
        return next((pause for most, pause in STEPS if len(self._sent) <= most), LONGEST)
