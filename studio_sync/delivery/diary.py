"""The diary lane: one event at a time under the lease of its day, looked at fresh, so that nobody is booked twice.

Google accepts overlapping events, so the lease is the mutex. An insert carries an id hashed from the session: 409 is our own lost
answer. An update carries the etag we decided on: a mismatch drops what the fact still wanted and decides it again on what is there.
Source: design 4.3, facts/google 8.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from sheets_schema.diary import DiaryEvent
from studio_sync.clock import Clock
from studio_sync.errors import Conflict, InDoubt, OutsideError, RateLimited, Refused
from studio_sync.journal import Journal, Queued, Tx
from studio_sync.journal.snapshots import as_event
from studio_sync.ports import Diary
from studio_sync.rules.booking.places import Wanted, clash
from studio_sync.rules.effects import DropEvent, PutEvent

log = logging.getLogger(__name__)
LEASE = 120.0


class DiaryLane:
    """Writes the calendar. ``lock`` is shared with the diary watch."""

    name = "diary"

    def __init__(self, *, diary: Diary, journal: Journal, clock: Clock, holder: str) -> None:
        self._diary = diary
        self._journal = journal
        self._clock = clock
        self._holder = holder
        self.lock = threading.RLock()
        self.down_since: datetime | None = None

    def step(self) -> bool:
        """Deliver the next diary effect; False when there is none or its day is taken."""
        now = self._clock.now()
        with self._journal.read() as tx:
            ready = tx.ready("diary", now, 1)
        if not ready:
            return False
        queued = ready[0]
        effect = queued.effect
        if not isinstance(effect, PutEvent | DropEvent):
            return False
        day = effect.start.astimezone(UTC).date().isoformat()
        with self._journal.write() as tx:
            if not tx.take_lease(f"day:{day}", self._holder, now, LEASE) or not tx.claim(effect.key, now):
                return False
        with self.lock:
            try:
                self._deliver(queued, effect, now)
                self.down_since = None
            except Conflict:
                self._again(queued, effect, now)
            except OutsideError as error:
                self._wait(queued, error, now)
            finally:
                with self._journal.write() as tx:
                    tx.release(f"day:{day}", self._holder)
        return True

    def _deliver(self, queued: Queued, effect: PutEvent | DropEvent, now: datetime) -> None:
        etag = self._etag(effect)
        if isinstance(effect, DropEvent):
            self._diary.delete(effect.event_id, etag)
            with self._journal.write() as tx:
                tx.drop_events([effect.event_id])
                tx.done(effect.key, {}, now)
            return
        written = self._put(effect, etag)
        with self._journal.write() as tx:
            tx.put_events([written])
            tx.done(effect.key, {"etag": written.etag, "event": written.id}, now)

    def _etag(self, effect: PutEvent | DropEvent) -> str:
        """The etag decided on; one that our own earlier effect made is read from that effect's result."""
        if not effect.etag.startswith("pending:"):
            return effect.etag
        with self._journal.read() as tx:
            found = tx.result(effect.etag.removeprefix("pending:"))
        return str(found[1].get("etag", "")) if found else ""

    def _put(self, effect: PutEvent, etag: str) -> DiaryEvent:
        wanted = as_event(effect)
        day = self._diary.between(effect.start - timedelta(hours=12), effect.end + timedelta(hours=12))
        mine = next((event for event in day if event.id == effect.event_id), None)
        if mine is None:
            mine = self._diary.get(effect.event_id)
        if mine is not None and mine.made_by == effect.key and not mine.gone:
            return mine
        if effect.etag and (mine is None or mine.gone or mine.etag != etag):
            raise Conflict("calendar", "the event has changed", code=412)
        if not effect.etag and mine is not None:
            raise Conflict("calendar", "the session is there already", code=409)
        self._check_free(effect, day)
        if effect.etag:
            return self._diary.update(wanted, etag)
        written = self._diary.insert(wanted)
        return self._once_more(written)

    def _check_free(self, effect: PutEvent, day: tuple[DiaryEvent, ...]) -> None:
        others = [event for event in day if event.id != effect.event_id]
        minutes = int((effect.end - effect.start).total_seconds() // 60)
        if clash(others, Wanted(start=effect.start, minutes=minutes, type="", client="")) is not None:
            raise Conflict("calendar", "the time is taken", code=409)

    def _once_more(self, written: DiaryEvent) -> DiaryEvent:
        """After an insert the day is read again: of two that overlap the older stays, then the lower id."""
        for other in self._diary.between(written.start, written.end):
            overlaps = other.id != written.id and other.blocks and not other.gone
            if overlaps and (other.created, other.id) < (written.created, written.id):
                self._diary.delete(written.id, written.etag)
                raise Conflict("calendar", "someone was quicker", code=409)
        return written

    def _again(self, queued: Queued, effect: PutEvent | DropEvent, now: datetime) -> None:
        """The diary is not as believed: remember the day as it is, drop what the fact still wanted, decide it again."""
        start = effect.start - timedelta(hours=24)
        try:
            fresh = self._diary.between(start, start + timedelta(hours=72))
            own = self._diary.get(effect.event_id)
        except OutsideError as error:
            self._wait(queued, error, now)
            return
        with self._journal.write() as tx:
            self._refresh(tx, fresh, own, effect)
            tx.drop(effect.key, "the diary had changed", now)
            tx.drop_undelivered(queued.fact_key, now)
            tx.reopen(queued.fact_key)

    def _refresh(
        self, tx: Tx, fresh: tuple[DiaryEvent, ...], own: DiaryEvent | None, effect: PutEvent | DropEvent
    ) -> None:
        known = {event.id for event in tx.events()}
        tx.put_events(fresh)
        if own is None or own.gone:
            tx.drop_events([effect.event_id])
        elif own.id not in known:
            tx.put_events([own])

    def _wait(self, queued: Queued, error: OutsideError, now: datetime) -> None:
        """Keyed by id and etag, so it may be asked again; a refusal for its content is shown to a person."""
        with self._journal.write() as tx:
            if isinstance(error, Refused) and error.code == 400:
                tx.park(queued.effect.key, str(error), now)
                return
            pause = error.retry_after or (15 if isinstance(error, RateLimited) else min(60, 2 ** min(queued.tries, 6)))
            if isinstance(error, InDoubt):
                pause = 1
            tx.later(queued.effect.key, now + timedelta(seconds=pause), str(error), now)
        self.down_since = self.down_since or now
        log.warning("diary waits: %s", error)
