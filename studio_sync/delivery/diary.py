"""The diary lane: one event at a time under the lease of its day, looked at fresh, so that nobody is booked twice.

Google accepts overlapping events, so the lease is the mutex. An insert carries an id hashed from the session: 409 is
our own lost answer. An update carries the etag we decided on: a mismatch drops what the fact still wanted and decides
it again on what is there. Source: design 4.3, facts/google 8.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from sheets_schema.diary import DiaryEvent
from studio_sync.clock import Clock
from studio_sync.diaries import LiveDiary, changed, notice
from studio_sync.errors import Conflict, InDoubt, OutsideError, RateLimited, Refused
from studio_sync.journal import Journal, Queued, Tx
from studio_sync.journal.snapshots import as_event
from studio_sync.rules.booking.places import Wanted, clash
from studio_sync.rules.effects import DropEvent, PutEvent
from studio_sync.rules.facts import Outcome

log = logging.getLogger(__name__)
#: seconds a day is ours at most, should we die with it
LEASE = 120.0
#: a fact is decided again so often; then a person must look
MOST_TRIES = 5


class DiaryLane:
    """Writes the calendar. The worker gives it one thread."""

    name = "diary"

    def __init__(self, *, diary: LiveDiary, journal: Journal, clock: Clock, holder: str) -> None:
        self._diary = diary
        self._port = diary.port
        self._journal = journal
        self._clock = clock
        self._holder = holder

    def step(self) -> bool:
        """Deliver the next diary effect whose day is free; False when there is none."""
        now = self._clock.now()
        with self._journal.read() as tx:
            ready = tx.ready("diary", now, 20)
        for queued in ready:
            effect = queued.effect
            if not isinstance(effect, PutEvent | DropEvent) or not self._claim(effect, now):
                continue
            try:
                with self._diary.lock:
                    self._one(queued, effect, now)
            finally:
                with self._journal.write() as tx:
                    tx.release(_day(effect), self._holder)
            return True
        return False

    def _claim(self, effect: PutEvent | DropEvent, now: datetime) -> bool:
        with self._journal.write() as tx:
            if not tx.take_lease(_day(effect), self._holder, now, LEASE):
                return False
            if tx.claim(effect.key, now):
                return True
            tx.release(_day(effect), self._holder)
        return False

    def _one(self, queued: Queued, effect: PutEvent | DropEvent, now: datetime) -> None:
        try:
            self._deliver(effect, now)
        except Conflict as error:
            self._again(queued, effect, error, now)
        except OutsideError as error:
            self._wait(queued, error, now)
        else:
            self._diary.health.well()

    def _deliver(self, effect: PutEvent | DropEvent, now: datetime) -> None:
        etag = self._etag(effect)
        if isinstance(effect, DropEvent):
            self._port.delete(effect.event_id, etag)
            with self._journal.write() as tx:
                tx.drop_events([effect.event_id])
                tx.done(effect.key, {}, now)
            return
        written = self._put(effect, etag)
        with self._journal.write() as tx:
            if written.gone or (written.start, written.end) != (effect.start, effect.end):
                # Ours, its answer lost, and moved or deleted by her before we looked: hers wins, the rows must follow.
                tx.put_fact(changed(tx, written.id, as_event(effect), written, now))
            tx.put_events([written])
            tx.done(effect.key, {"etag": written.etag, "event": written.id}, now)

    def _etag(self, effect: PutEvent | DropEvent) -> str:
        """The etag decided on; one that our own earlier effect made is read from that effect's result."""
        if not effect.etag.startswith("pending:"):
            return effect.etag
        with self._journal.read() as tx:
            found = tx.result(effect.etag.removeprefix("pending:"))
        return str(found[1].get("etag", "")) if found else ""

    # -- putting

    def _put(self, effect: PutEvent, etag: str) -> DiaryEvent:
        """The event as it stands now because of this effect; ``gone`` when she has deleted it since.

        Raises ``Conflict`` when the diary is not as it was when this was decided.
        """
        day = self._port.between(effect.start - timedelta(hours=12), effect.end + timedelta(hours=12))
        mine = next((event for event in day if event.id == effect.event_id), None) or self._port.get(effect.event_id)
        if mine is not None and mine.made_by == effect.key and _seats(mine) == _seats(effect):
            return mine  # an earlier try of ours got through
        if effect.etag and (mine is None or mine.gone or mine.etag != etag):
            raise Conflict("calendar", "the event has changed", code=412)
        if not effect.etag and mine is not None:
            raise Conflict("calendar", "there is such a session already", code=409)
        if _takes_room(effect, mine):
            self._check_free(effect, day)
        if effect.etag:
            return self._port.update(as_event(effect), etag)
        written = self._port.insert(as_event(effect))
        return self._once_more(written)

    def _check_free(self, effect: PutEvent, day: tuple[DiaryEvent, ...]) -> None:
        others = [event for event in day if event.id != effect.event_id]
        minutes = int((effect.end - effect.start).total_seconds() // 60)
        if clash(others, Wanted(start=effect.start, minutes=minutes, type="", client="")) is not None:
            raise Conflict("calendar", "the time is taken", code=409)

    def _once_more(self, written: DiaryEvent) -> DiaryEvent:
        """After an insert the day is read again: of two that overlap the older stays, then hers, then the lower id."""
        for other in self._port.between(written.start, written.end):
            overlaps = other.id != written.id and other.blocks and not other.gone
            if overlaps and (other.created, other.id if other.session else "") < (written.created, written.id):
                self._port.delete(written.id, written.etag)
                raise Conflict("calendar", "someone was quicker", code=409)
        return written

    # -- what else may come of it

    def _again(self, queued: Queued, effect: PutEvent | DropEvent, error: Conflict, now: datetime) -> None:
        """The diary is not as believed: look at the day, drop what the fact still wanted, decide it again."""
        start = effect.start - timedelta(hours=24)
        try:
            fresh = self._port.between(start, start + timedelta(hours=72))
            own = self._port.get(effect.event_id)
        except OutsideError as trouble:
            self._wait(queued, trouble, now)
            return
        with self._journal.read() as tx:
            tired = tx.tries(queued.fact_key) >= MOST_TRIES
        if tired:
            self._give_up(queued, error, now)
            return
        with self._journal.write() as tx:
            tx.drop(effect.key, "the diary had changed", now)
            # Dropped first: what is there and was asked for by this effect is hers now.
            listed = [event for event in fresh if event.id != effect.event_id]
            if own is not None:
                listed.append(own)
            else:
                tx.drop_events([effect.event_id])
            notice(tx, listed, now)
            _decide_again(tx, queued.fact_key, now)

    def _wait(self, queued: Queued, error: OutsideError, now: datetime) -> None:
        """Keyed by id and etag, so it may be asked again; a refusal for its content is shown to a person."""
        log.info("the diary waits: %s", error)
        if isinstance(error, Refused) and error.code == 400:
            self._give_up(queued, error, now)
            return
        if not isinstance(error, RateLimited):
            self._diary.health.ill(error, now)
        pause = error.retry_after or (15 if isinstance(error, RateLimited) else min(60, 2 ** min(queued.tries, 6)))
        if isinstance(error, InDoubt):
            pause = 1
        with self._journal.write() as tx:
            tx.later(queued.effect.key, now + timedelta(seconds=pause), str(error), now)

    def _give_up(self, queued: Queued, error: OutsideError, now: datetime) -> None:
        key = queued.effect.key
        with self._journal.write() as tx:
            tx.park(key, error.message, now)
            told = {"of": "diary_no", "reason": error.message, "event": queued.effect.model_dump(mode="json")}
            tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=False, result=told))


def _decide_again(tx: Tx, fact_key: str, now: datetime) -> None:
    """The fact, and after it those that were decided on the event as this one wanted it."""
    tx.drop_undelivered(fact_key, now)
    tx.reopen(fact_key)
    for later in tx.built_on(fact_key):
        if tx.fact(later) is not None:
            _decide_again(tx, later, now)


def _day(effect: PutEvent | DropEvent) -> str:
    """Name of the lease of a day."""
    return f"day:{effect.start.astimezone(UTC).date().isoformat()}"


def _takes_room(effect: PutEvent, mine: DiaryEvent | None) -> bool:
    """Whether it needs more time or another seat than it has; freeing a seat never meets an obstacle."""
    if mine is None or (mine.start, mine.end) != (effect.start, effect.end):
        return True
    return not _seats(effect) <= _seats(mine)


def _seats(event: PutEvent | DiaryEvent) -> set[str]:
    return {seat.booking for seat in event.seats}
