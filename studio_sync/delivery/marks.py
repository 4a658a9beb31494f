"""Read marks: shown at once or not at all. They stand in no outbox, nothing waits for one, and none is tried again."""

from __future__ import annotations

import logging
from collections import deque
from datetime import timedelta

from studio_sync.clock import Clock
from studio_sync.errors import OutsideError
from studio_sync.journal import Journal
from studio_sync.journal.outbox import OPEN
from studio_sync.ports import Messenger
from studio_sync.rules.marks import Mark
from studio_sync.rules.pace import ACCOUNT, ALL, NUMBER

log = logging.getLogger(__name__)
#: a later mark is of no use: the answer is there
USEFUL = timedelta(seconds=20)
#: kept at most; in a flood the oldest are let go
MOST = 50


class MarkLane:
    """Has a thread and a queue in memory to itself, so that no answer waits behind a mark."""

    name = "marks"

    def __init__(self, *, journal: Journal, clock: Clock, messenger: Messenger) -> None:
        self._journal = journal
        self._clock = clock
        self._messenger = messenger
        self._waiting: deque[Mark] = deque(maxlen=MOST)

    def put(self, mark: Mark) -> None:
        """Show it soon, if it still is of use then."""
        self._waiting.append(mark)
        self._journal.ring(self.name)

    def step(self) -> bool:
        """One mark; False when none waits."""
        try:
            mark = self._waiting.popleft()
        except IndexError:
            return False
        now = self._clock.now()
        if not timedelta(0) <= now - mark.at <= USEFUL:
            return True
        with self._journal.read() as tx:
            answer = tx.effect(mark.answer)
            rests = tx.resting(now).keys() & {ALL, ACCOUNT, NUMBER}
        if answer is None or answer.state == "dropped" or rests:
            return True
        try:
            # Dots that come after the answer would stand there for 25 seconds.
            self._messenger.read(mark.wamid, typing=mark.typing and answer.state in OPEN)
        except OutsideError as error:
            log.debug("not shown as read: %s", error)
        return True
