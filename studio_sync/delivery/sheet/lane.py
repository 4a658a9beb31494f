"""The sheet lane of one workbook: plan, write the attempt down, one POST, settle or doubt. One writer per workbook.

A retry after a lost answer cannot write twice: the marker of a slot is refused when taken, and the history cell tells
whose batch won it. Absence is never proof: every attempt is kept until its slot is settled, or until its predecessor's
token is gone from the sheet. Source: spec commit-chain 2.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.debts import mend
from sheets_schema.head import MARKER_KEY, RING, Head, winner
from sheets_schema.reading import Reading
from sheets_schema.tabs import tabs_of
from studio_sync.clock import Clock
from studio_sync.delivery.sheet.batch import Batch, from_body
from studio_sync.delivery.sheet.draft import MOST, RENEW, Drafts, Trouble
from studio_sync.delivery.sheet.others import remember_ours
from studio_sync.delivery.sheet.pace import Pace
from studio_sync.delivery.sheet.plan import Stamp, numbered_elsewhere, tab_role, waits
from studio_sync.delivery.sheet.recover import (
    Recovery,
    begin,
    documents_gone,
    locks_broken,
    put_recovery,
    recovery_batch,
    recovery_of,
    take_stock,
)
from studio_sync.delivery.sheet.refusals import Group, Refusals, in_order
from studio_sync.delivery.sheet.settle import learn, look_after, lost, open_debts, park, settle, settle_one, shows
from studio_sync.delivery.sheet.today import DRAWN, differs_from
from studio_sync.errors import OutsideError, RateLimited, Refused
from studio_sync.journal import CHATS, OUTBOX, Journal, Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.derived import derived
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.today import draw
from studio_sync.workbooks import LiveWorkbook, NotesLost, tokens_of

log = logging.getLogger(__name__)
Notice = Callable[[Tx, Reading, datetime], int]
#: a commit waits so long for what the engine is about to add to it
LINGER = timedelta(seconds=1)
#: seconds until an effect whose tab is paused or whose row is on its way is tried again
AWAY = 5
#: markers are listed and the old ones dropped once in so many commits
TIDY = 64
#: refusals of a recovery commit before we wait and tell
MOST_REFUSALS = 3


class SheetLane:
    """Writes one workbook. The worker gives it one thread."""

    def __init__(
        self,
        *,
        book: LiveWorkbook,
        journal: Journal,
        clock: Clock,
        notice: Notice,
        trouble: Trouble,
        pace: Pace | None = None,
    ) -> None:
        self.name = f"sheet:{book.role}"
        self._book = book
        self._journal = journal
        self._clock = clock
        self._notice = notice
        self._trouble = trouble
        self._pace = pace or Pace()
        self._snapshots = Snapshots()
        self._drafts = Drafts(book, journal, self._snapshots, trouble)
        self._not_before: datetime | None = None
        self._looked: object = None
        self._refused = Refusals()
        #: whether token and markers were found to fit the head, since the start or the last surprise
        self._locks_seen = False

    def step(self) -> bool:
        """Do at most one write; False when there was nothing to do, or nothing may be done yet."""
        now = self._clock.now()
        if self._not_before and self._not_before - timedelta(minutes=2) <= now < self._not_before:
            return False
        with self._book.lock:
            try:
                return self._step(now)
            except OutsideError as error:
                self._pause(error, self._clock.now())
                return False

    def _pause(self, error: OutsideError, now: datetime) -> None:
        """Nothing is lost: the work stays queued. A quota or a missing right wants patience."""
        usual = 15 if isinstance(error, RateLimited) else 20 if error.permanent else 3
        self._not_before = now + timedelta(seconds=error.retry_after or usual)
        log.info("%s waits: %s", self.name, error)

    def _step(self, now: datetime) -> bool:
        with self._journal.read() as tx:
            attempts = [from_body(attempt.body) for attempt in tx.attempts(self._book.role)]
            ready = self._ready(tx, now)
            recovery = recovery_of(tx, self._book)
            strange = self._strange(tx.get_meta(self._book.head_key))
            minute = now.astimezone(UTC).replace(second=0, microsecond=0)
            versions = (
                _of_tabs(tx.tab_versions()),
                tx.get_meta(self._book.debts_key),
                tx.get_meta(self._book.unseen_key),
                minute,
            )
            gathers = bool(ready) and _gathers(tx, ready, now)
        if gathers and not attempts and recovery is None:
            return False
        try:
            if attempts:
                return self._doubt(attempts, recovery, now)
            if recovery is not None:
                return self._take_over(now) if recovery.stage == "lost" else self._commit(ready, now)
            return self._work(ready, versions, now, strange=strange)
        except NotesLost as error:
            return self._begin_recovery(error, recovery, now)

    def _strange(self, known: Mapping[str, Any] | None) -> bool:
        """Whether the last look showed another head than ours: another writer's work, or a put-back workbook."""
        stood = self._book.stood
        return known is not None and stood is not None and stood != (known["n"], known["batch"])

    def _work(self, ready: list[Group], versions: object, now: datetime, *, strange: bool) -> bool:
        if not ready and not strange and (versions == self._looked or not self._follows(now)):
            self._looked = versions
            return False
        if not self._commit(ready, now):
            self._looked = versions
            return False
        return True

    def _follows(self, now: datetime) -> bool:
        """Whether derived cells, debts, Today or our sign are not as we know them to stand: asked without a read."""
        with self._journal.read() as tx:
            snap = self._snapshots.load(tx, now)
            drawn = tx.rows("today")
            order = tx.get_meta(DRAWN) or []
            signed = tx.get_meta(self._book.signed_key)
            owed, listed = open_debts(tx, self._book)
            doubtful = tx.get_meta(self._book.unseen_key)
        if owed or listed or doubtful:
            return True
        if signed is None or abs(now - datetime.fromisoformat(signed)) >= RENEW:
            return True
        mine = {tab.key for tab in tabs_of(self._book.role)}
        if any(tab in mine for tab, _, _ in derived(snap, now)):
            return True
        return "today" in mine and differs_from(order, drawn, draw(snap, now, self._trouble(now)))

    def _ready(self, tx: Tx, now: datetime) -> list[Group]:
        """What may be written, by fact. The last fact of a full look is left out: more of it may follow."""
        groups: dict[str, Group] = {}
        found = tx.ready("sheet", now, MOST)
        for queued in found:
            if isinstance(queued.effect, PutRow | DropRow) and tab_role(queued.effect) == self._book.role:
                groups.setdefault(queued.fact_key, []).append(queued)
        if len(found) == MOST and len(groups) > 1:
            groups.pop(found[-1].fact_key, None)
        return list(groups.values())

    # -- plan

    def _commit(self, ready: list[Group], now: datetime, again: Sequence[Batch] = ()) -> bool:
        """Plan on a fresh reading, write the attempt down, send it. ``again``: refused attempts on the same slot."""
        with self._journal.read() as tx:
            known = tx.get_meta(self._book.head_key)
        reading = self._book.look(now)
        head = reading.head
        if head is None:
            return False
        if self._book.foreign:
            raise self._book.broken(f"another studio-sync, {self._book.foreign}, writes this workbook", now)
        if known is None or known["n"] != head.n or known["batch"] != head.batch:
            if learn(self._journal, self._book, now):
                with self._journal.write() as tx:
                    remember_ours(tx, reading)
            return True
        self._book.chain_health.well()
        tidy = head.n % TIDY == 0 and head.n > RING
        shape = self._book.shape(now) if again or tidy or not self._locks_seen else None
        with self._journal.write() as tx:
            look_after(tx, self._book, reading, now)
            reason = locks_broken(shape, head) if shape and not again else ""
            go = self._sound(tx, reading, reason, now)
        if go is None:
            return True
        ready = [group for group in ready if group[0].fact_key.startswith(go)]
        self._locks_seen = True
        stamp = Stamp(
            after=head,
            batch_id=secrets.token_urlsafe(12),
            writer=self._book.writer,
            at=now,
            predecessor=head.token,
            old_markers=_old(shape.markers, head) if shape else (),
            notes_grid=self._book.notes_grid,
        )
        with self._journal.write() as tx:
            if not again:
                self._notice(tx, reading, now)
            taken = self._may_go(tx, mend(reading, open_debts(tx, self._book)[0]).reading, ready, now)
        extras = not again and self._refused.extras(now)
        batch, taken = self._drafts.fit(reading, in_order(taken, again), stamp, now, again, extras=extras)
        self._refused.sent = [group[0].fact_key for group in taken]
        if not self._write_down(batch, now):
            return False
        self._post(batch, now)
        return True

    def _sound(self, tx: Tx, reading: Reading, reason: str, now: datetime) -> str | None:
        """With what facts may begin whose rows are written on this reading; None when it must be read anew first."""
        recovery = recovery_of(tx, self._book)
        if recovery is not None and recovery.stage == "look" and not reason:
            put_recovery(tx, self._book, take_stock(tx, self._book, reading, recovery, now))
            return None
        if recovery is not None and not reason and tx.open_under(f"{recovery.key}/"):
            return f"{recovery.key}/"
        gone = documents_gone(reading, tx.get_meta(self._book.documents_key) or {})
        reason = reason or (f"{', '.join(gone[:3])} is not in the sheet any more" if gone else "")
        if reason:
            begin(tx, self._book, reason, now, reading.head)
            return None
        if recovery is not None:
            put_recovery(tx, self._book, None)
        return ""

    def _may_go(self, tx: Tx, reading: Reading, ready: list[Group], now: datetime) -> list[Group]:
        """The groups that can be written on this reading; others are put off with their reason."""
        memory = {tab: tx.rows(tab) for tab in reading.tabs}
        taken = []
        for group in ready:
            effects = [q.effect for q in group if isinstance(q.effect, PutRow | DropRow)]
            if numbered_elsewhere(reading, memory, effects) and tx.reopen(group[0].fact_key):
                tx.drop_undelivered(group[0].fact_key, now)
                continue
            reason = waits(reading, memory, effects)
            if not reason:
                taken.append(group)
            for queued in group if reason else ():
                tx.later(queued.effect.key, now + timedelta(seconds=AWAY), reason, now)
        return self._refused.allowed(taken)

    def _write_down(self, batch: Batch, now: datetime) -> bool:
        """The attempt, before its POST. False when nothing is to be sent: all is there, or was dropped meanwhile."""
        with self._journal.write() as tx:
            wanted = {settled.key for settled in batch.settled}
            open_now = {q.effect.key for q in tx.ready("sheet", now, MOST)} if wanted else set()
            if not wanted <= open_now:
                return False
            if not batch.requests:
                for settled in batch.settled:
                    settle_one(tx, settled.key, settled.result, now)
                return False
            tx.put_attempt(self._book.role, batch.slot, batch.batch_id, batch.to_body())
        return True

    # -- send and settle

    def _post(self, batch: Batch, now: datetime) -> None:
        """One POST. A 400 is looked at in the next step; anything else without an answer pauses the lane."""
        # The read that a commit begins with may have taken long: it is the commits that are a second apart.
        left = self._clock.now()
        self._not_before = left + self._pace.sent(left)
        try:
            shown = self._book.commit(batch.requests, now, show=batch.label.show)
        except Refused as error:
            if error.code != 400:
                raise
            log.warning("%s: commit %s was refused: %s", self.name, batch.slot, error.message)
            self._refused.count += 1
            self._refused.reason = error.message
            self._book.forget_places()
            return
        if shows(batch, shown):  # otherwise it is read in the next step, as after a lost answer
            self._settle(batch, shown, now)

    def _settle(self, batch: Batch, grid: Sequence[Sequence[Raw]], now: datetime) -> None:
        suspects = self._refused.settled(now)
        if any("appendDimension" in request for request in batch.requests):
            self._book.forget_places()
        self._book.stood = (batch.slot, batch.batch_id)
        with self._journal.write() as tx:
            settle(tx, self._book, batch, grid, now)
            for fact_key in suspects:
                park(tx, fact_key, self._book.role, self._refused.reason, now)

    def _doubt(self, attempts: list[Batch], recovery: Recovery | None, now: datetime) -> bool:
        """Was one of our attempts applied? The history tells; that it does not is no proof."""
        notes = self._book.notes(now)
        head, history = notes.head, notes.history
        last = attempts[-1]
        mine = next((batch for batch in attempts if winner(batch.slot, head, history) == batch.batch_id), None)
        if mine is not None:
            self._settle(mine, notes.grid, now)
            return True
        if winner(last.slot, head, history) or head.n >= last.slot:
            self._lost()
            return True
        here = head.batch == last.head.before and (last.recovery or head.n == last.slot - 1)
        if here and not self._refused.count:
            self._post(last, now)  # the same bytes: whichever copy comes first wins the slot, the other is refused
            return True
        tokens = tokens_of(self._book.shape(now))
        if not any(batch.predecessor in tokens or (not batch.predecessor and not tokens) for batch in attempts):
            self._lost()  # their tokens are gone for good: no copy of ours can be applied any more
            return True
        if recovery is not None and recovery.stage == "lost":
            return self._take_over(now)
        if here:
            return self._plan_again(attempts, now)
        with self._journal.write() as tx:
            begin(tx, self._book, f"the sheet stands at commit {head.n}, before {last.slot - 1}", now, head)
        return True

    def _begin_recovery(self, error: NotesLost, recovery: Recovery | None, now: datetime) -> bool:
        """Our tab, or the head in it, is gone. Of a workbook we never knew that means: not made yet."""
        with self._journal.write() as tx:
            if tx.get_meta(self._book.head_key) is None:
                raise error
            begin(tx, self._book, error.message, now)
        return self._take_over(now) if recovery is not None and recovery.stage == "lost" else True

    def _take_over(self, now: datetime) -> bool:
        """The recovery commit. Attempts that are not decided stay: whichever takes the token first, wins."""
        if self._refused.count > MOST_REFUSALS:
            reason, self._refused = self._refused.reason, Refusals()
            raise self._book.broken(f"nothing can be written into the workbook: {reason}", now)
        try:
            head = self._book.notes(now).head
        except NotesLost:
            head = None
        if head is not None and (other := self._book.other_writer(head, now)):
            raise self._book.broken(f"another studio-sync, {other}, writes this workbook", now)
        shape = self._book.shape(now)
        with self._journal.write() as tx:
            owed, listed = open_debts(tx, self._book)
            batch = recovery_batch(
                self._book,
                shape,
                head,
                known=tx.get_meta(self._book.head_key),
                counters=tx.get_meta(self._book.counters_key) or {},
                debts=tuple(dict.fromkeys((*owed, *listed))),
                batch_id=secrets.token_urlsafe(12),
                now=now,
            )
            tx.put_attempt(self._book.role, batch.slot, batch.batch_id, batch.to_body())
        log.warning("%s begins anew at commit %s", self.name, batch.slot)
        self._refused.sent = []
        self._post(batch, now)
        return True

    def _lost(self) -> None:
        """The slot went to another, or can never be ours: plan anew, with numbers as the sheet has them then."""
        with self._journal.write() as tx:
            lost(tx, self._book)
        self._refused = Refusals()
        self._looked = None
        self._locks_seen = False

    def _plan_again(self, attempts: Sequence[Batch], now: datetime) -> bool:
        """Refused in place: another attempt on the same slot, with ever less in it; at last an empty one, the seal."""
        if self._refused.locked:
            reason, self._refused = self._refused.reason, Refusals()
            raise self._book.broken(f"nothing can be written into the workbook: {reason}", now)
        self._refused.narrow()
        with self._journal.read() as tx:
            ready = self._ready(tx, now)
        return self._commit(ready, now, attempts)


def _gathers(tx: Tx, ready: list[Group], now: datetime) -> bool:
    """Whether facts are still undecided, so that more may ride along; what is ready waits a second at most."""
    oldest = min(queued.since for group in ready for queued in group)
    return timedelta(0) <= now - oldest < LINGER and tx.next_fact() is not None


def _of_tabs(versions: dict[str, int]) -> dict[str, int]:
    """Without what changes at every step of ours: effects that can be written are looked at anyway."""
    return {tab: version for tab, version in versions.items() if tab not in {OUTBOX, CHATS}}


def _old(markers: object, head: Head) -> tuple[int, ...]:
    """Markers of ours that stand on the sheet and left the ring long ago."""
    listed = markers.items() if isinstance(markers, dict) else ()
    return tuple(sorted(n for n, (key, _) in listed if key == MARKER_KEY and n <= head.n + 1 - RING))
