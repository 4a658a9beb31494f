"""How fast commits may follow each other: at once when little happens, ever slower in a long queue.

Google allows 60 writes and 60 reads a minute for one sign-in, and a commit begins with a read, so the lanes of both
workbooks share one pace. Slower commits carry more rows each: a long queue loses nothing by it.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from studio_sync.reads import Reads

#: a workbook is not written to more often
PAUSE = timedelta(seconds=1)
MINUTE = timedelta(seconds=60)
#: so many commits of the last minute -> the pause of a lane after the next one
STEPS = ((20, PAUSE), (40, timedelta(seconds=2)), (50, timedelta(seconds=6)))
LONGEST = timedelta(seconds=12)
#: reads left -> the same; what the looks for her ticks need is left to them
LEFT = ((8.0, PAUSE), (6.0, timedelta(seconds=2)), (4.0, timedelta(seconds=4)), (1.0, timedelta(seconds=8)))


class Pace:
    """Counts the commits of one sign-in. ``reads``: what is left of its reads; None where nobody counts them."""

    def __init__(self, reads: Reads | None = None) -> None:
        self._reads = reads
        self._sent: deque[datetime] = deque(maxlen=64)

    def sent(self, now: datetime) -> timedelta:
        """A commit leaves; how long its lane rests after it."""
        # A moment ahead of now was noted before the clock was put back.
        self._sent = deque((at for at in self._sent if at <= now < at + MINUTE), maxlen=64)
        self._sent.append(now)
        pause = next((pause for most, pause in STEPS if len(self._sent) <= most), LONGEST)
        if self._reads is None:
            return pause
        left = self._reads.left
        return max(pause, next((pause for enough, pause in LEFT if left >= enough), LONGEST))
