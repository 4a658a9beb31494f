"""How long until the next look at a workbook. Pure.

Often while something happens, seldom at night, at the very instant at which something she typed becomes true, and the
later the fewer reads are left. There is no point at which looking stops for long: a tick is to be seen within seconds,
however much was read before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sheets_schema.tabs.settings import DAYS, Hours

#: seconds between looks: for a while after any activity, in opening hours, at night
ACTIVE, OPEN, NIGHT = 4.0, 10.0, 60.0
#: the local studio has a doorbell: while something waits, and else
LOCAL_BUSY, LOCAL = 2.0, 5.0
ACTIVE_FOR = timedelta(minutes=5)
#: she is there before the first session and after the last one
AROUND = 60
#: a studio that does not say when it is open
USUAL = (time(8), time(19))
#: not sooner than this for anything that is due, and a hair after it rather than before
SOON, HAIR = 0.5, 0.05
#: reads left -> seconds that lie at least between two looks, whoever rings. Two workbooks that are looked at and
#: written to without a pause then need less than what flows in.
STEPS = ((8.0, 0.0), (6.0, 1.5), (4.0, 3.0), (0.0, 5.0))
LONGEST = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """Seconds until the next look: ``most``, or less when somebody rings, but never less than ``least``."""

    least: float
    most: float


def rest(wish: float, left: float) -> Rest:
    """The rest before the next look, which should be in ``wish`` seconds, when so many reads are ``left``."""
    least = next((pause for enough, pause in STEPS if left >= enough), LONGEST)
    return Rest(least=least, most=max(wish, least))


def wish(now: datetime, due: datetime | None, *, busy: bool, open_: bool, local: bool) -> float:
    """Seconds until the next look, were there reads without end.

    ``due``: when something seen will count, if nothing changes; ``busy``: something happened, or waits.
    """
    usual = (LOCAL_BUSY if busy else LOCAL) if local else ACTIVE if busy else OPEN if open_ else NIGHT
    return usual if due is None else min(usual, max((due - now).total_seconds() + HAIR, SOON))


def is_open(hours: Iterable[Hours], now: datetime, zone: ZoneInfo) -> bool:
    """Whether the studio is open, or will be or was within the hour. ``now`` is aware."""
    local = now.astimezone(zone)
    known = [row for row in hours if row.opens and row.closes]
    spans = [(row.opens, row.closes) for row in known if row.day == DAYS[local.weekday()]] if known else [USUAL]
    minute = _minutes(local.time())
    return any(_minutes(a) - AROUND <= minute < _minutes(b) + AROUND for a, b in spans if a and b)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
