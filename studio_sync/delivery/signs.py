"""Signs of life: once a minute to an address that alerts when they stop, or when we say that something is wrong.

It needs neither WhatsApp nor mail: the last way to the owner when both are down. Source: promises 7, design 4.4.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from studio_sync.clock import Clock
from studio_sync.errors import OutsideError
from studio_sync.health import ALARM, Alarm
from studio_sync.ports import SignOfLife

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=1)


class SignLane:
    """Tells the address how we are. A sign that does not arrive is not repeated: the next one is a minute away."""

    name = "signs"

    def __init__(self, *, clock: Clock, address: SignOfLife, alarms: Sequence[Alarm]) -> None:
        self._clock = clock
        self._address = address
        self._alarms = alarms
        self._next: datetime | None = None
        self._silent = False

    def step(self) -> bool:
        """One sign when it is time; never True, for nothing follows from it."""
        now = self._clock.now()
        # A next sign far ahead was set before the clock was put back.
        if self._next is not None and now < self._next <= now + EVERY:
            return False
        self._next = now + EVERY
        try:
            self._address.sign(self._trouble(now))
            self._silent = False
        except OutsideError as error:
            if not self._silent:
                log.warning("no sign of life gets through: %s", error)
            self._silent = True
        return False

    def _trouble(self, now: datetime) -> str:
        down = [(alarm.name, since) for alarm in self._alarms if (since := alarm.down_since) is not None]
        return "; ".join(f"{name} is down since {since:%H:%M} UTC" for name, since in down if now - since >= ALARM)
