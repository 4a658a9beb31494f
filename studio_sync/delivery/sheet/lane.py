"""The sheet lane of one workbook: plan, write the attempt down, one POST, settle or doubt. One writer per workbook.

A retry after a lost answer cannot write twice: the marker of a slot is refused when taken, and the history cell tells whose batch
won it. Absence is never proof: an attempt is kept until its slot is settled. Source: spec commit-chain 2.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sheets_schema.head import HEAD_RANGE, HISTORY_RANGE, read_head, read_history
from sheets_schema.reading import Reading
from sheets_schema.tabs import tabs_of
from studio_sync.clock import Clock
from studio_sync.delivery.sheet.batch import Batch, from_body
from studio_sync.delivery.sheet.plan import Planner, Stamp, tab_role
from studio_sync.delivery.sheet.today import differs, differs_from
from studio_sync.errors import InDoubt, OutsideError, RateLimited, Refused, Unavailable
from studio_sync.journal import Journal, Queued, Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.derived import derived
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.facts import Outcome
from studio_sync.rules.today import TodayLine, draw
from studio_sync.workbooks import LiveWorkbook

log = logging.getLogger(__name__)
Notice = Callable[[Tx, Reading, datetime], int]
#: not more than one commit in this time (60 writes a minute is the user quota)
PAUSE = timedelta(seconds=1)
MOST = 2000
#: under this name the journal keeps the order of the lines of Today
DRAWN = "drawn:today"


class SheetLane:
    """Writes one workbook. The worker gives it one thread."""

    def __init__(
        self,
        *,
        book: LiveWorkbook,
        journal: Journal,
        clock: Clock,
        writer: str,
        notice: Notice,
        trouble: Callable[[], str],
    ) -> None:
        self.name = f"sheet:{book.role}"
        self._book = book
        self._journal = journal
        self._clock = clock
        self._writer = writer
        self._notice = notice
        self._trouble = trouble
        self._snapshots = Snapshots()
        self._not_before: datetime | None = None
        self._refusals = 0
        self._excluded: set[str] = set()
        self._looked: object = None
        #: since when the workbook does not answer, for the status line and alerts
        self.down_since: datetime | None = None

    def step(self) -> bool:
        """Do at most one write; False when there was nothing to do."""
        now = self._clock.now()
        if self._not_before and self._not_before - PAUSE * 120 <= now < self._not_before:
            return False
        with self._book.lock:
            try:
                worked = self._step(now)
            except OutsideError as error:
                self._pause(error, now)
                return False
        self.down_since = None
        return worked

    def _pause(self, error: OutsideError, now: datetime) -> None:
        """Nothing is lost: the work stays queued. A quota wants patience, everything else a short pause."""
        wait = error.retry_after or (15 if isinstance(error, RateLimited) else 3)
        self._not_before = now + timedelta(seconds=wait)
        self.down_since = self.down_since or now
        log.warning("%s waits: %s", self.name, error)

    def _step(self, now: datetime) -> bool:
        with self._journal.read() as tx:
            attempts = [from_body(attempt.body) for attempt in tx.attempts(self._book.role)]
            ready = self._ready(tx, now)
            versions = (tx.tab_versions(), now.astimezone().replace(second=0, microsecond=0))
        if attempts:
            return self._doubt(attempts, now)
        if not ready and (versions == self._looked or not self._follows(now)):
            self._looked = versions
            return False
        return self._commit(ready, versions, now)

    def _follows(self, now: datetime) -> bool:
        """Whether derived cells or Today differ from what we know to stand there: asked without a read."""
        with self._journal.read() as tx:
            snap = self._snapshots.load(tx, now)
            drawn = tx.rows("today")
            order = tx.get_meta(DRAWN) or []
        mine = {tab.key for tab in tabs_of(self._book.role)}
        if any(tab in mine for tab, _, _ in derived(snap, now)):
            return True
        return "today" in mine and differs_from(order, drawn, draw(snap, now, self._trouble()))

    def _ready(self, tx: Tx, now: datetime) -> list[Queued]:
        role = self._book.role
        found = []
        for queued in tx.ready("sheet", now, MOST):
            effect = queued.effect
            if isinstance(effect, PutRow | DropRow) and tab_role(effect) == role and effect.key not in self._excluded:
                found.append(queued)
        return found

    def _commit(self, ready: list[Queued], versions: object, now: datetime) -> bool:
        reading = self._book.look()
        with self._journal.write() as tx:
            self._notice(tx, reading, now)
            known = tx.get_meta(self._book.head_key)
            if reading.head is None or known is None or known["n"] != reading.head.n:
                return False
            planner, today = self._plan(tx, reading, ready, now)
            if planner.empty and today is None:
                self._settle_quietly(tx, planner, now)
                self._looked = versions
                return bool(planner.settled)
            stamp = Stamp(batch_id=secrets.token_urlsafe(12), writer=self._writer, at=now)
            batch = planner.batch(stamp, today)
            tx.put_attempt(self._book.role, batch.slot, batch.batch_id, batch.to_body())
        self._post(batch, now)
        return True

    def _plan(
        self, tx: Tx, reading: Reading, ready: list[Queued], now: datetime
    ) -> tuple[Planner, list[TodayLine] | None]:
        snap = self._snapshots.load(tx, now)
        memory = {tab: tx.rows(tab) for tab in reading.tabs}
        planner = Planner(snap, reading, memory)
        for queued in ready:
            if isinstance(queued.effect, PutRow | DropRow):
                planner.take(queued.effect, queued.since)
        planner.derive(item for item in derived(snap, now) if item[0] in reading.tabs)
        today = None
        if "today" in reading.tabs:
            lines = draw(snap, now, self._trouble())
            if differs(reading.tabs["today"], lines):
                today = lines
        return planner, today

    def _settle_quietly(self, tx: Tx, planner: Planner, now: datetime) -> None:
        for settled in planner.settled:
            self._done(tx, settled.key, dict(settled.result), now)

    def _post(self, batch: Batch, now: datetime) -> None:
        try:
            self._book.port.commit(batch.requests)
        except Refused as error:
            log.warning("%s: commit %s was refused: %s", self.name, batch.slot, error.message)
            self._refusals += 1
            self._book.forget_places()
            return
        except (RateLimited, Unavailable, InDoubt):
            raise
        self._settle(batch, now)

    def _settle(self, batch: Batch, now: datetime) -> None:
        """The commit is confirmed: in one journal transaction everything it says is so."""
        with self._journal.write() as tx:
            tx.put_meta(self._book.head_key, {"n": batch.slot, "batch": batch.batch_id})
            for tab, rows in batch.rows.items():
                known = tx.rows(tab)
                tx.put_rows(tab, {row_id: {**known.get(row_id, {}), **cells} for row_id, cells in rows.items()})
            for tab, rows in batch.drawn.items():
                tx.drop_rows(tab, [row_id for row_id in tx.rows(tab) if row_id not in rows])
                tx.put_rows(tab, rows)
                tx.put_meta(DRAWN, list(rows))
            for settled in batch.settled:
                self._done(tx, settled.key, dict(settled.result), now)
            tx.clear_attempts(self._book.role)
        self._refusals = 0
        self._excluded.clear()
        self._not_before = now + PAUSE

    def _done(self, tx: Tx, key: str, result: dict[str, object], now: datetime) -> None:
        queued = tx.effect(key)
        if (
            tx.done(key, result, now)
            and queued is not None
            and isinstance(queued.effect, PutRow)
            and result.get("number")
        ):
            told = {"of": "number", "row_id": queued.effect.row_id, **result}
            tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=True, result=told))

    def _doubt(self, attempts: list[Batch], now: datetime) -> bool:
        """Was one of our attempts applied? The history cell tells; absence tells nothing, so the same bytes go again."""
        head_cells, history_cells = self._book.port.read([HEAD_RANGE, HISTORY_RANGE])
        head = read_head(head_cells)
        slot = attempts[-1].slot
        winner = read_history(history_cells).get(slot)
        mine = next((batch for batch in attempts if batch.batch_id == winner), None)
        if mine is not None:
            self._settle(mine, now)
            return True
        if winner is not None or head is None or head.n >= slot:
            with self._journal.write() as tx:
                tx.clear_attempts(self._book.role)
                if head is not None:
                    tx.put_meta(self._book.head_key, {"n": head.n, "batch": head.batch})
            return True
        if self._refusals >= 2:
            return self._split(attempts, now)
        self._post(attempts[-1], now)
        return True

    def _split(self, attempts: list[Batch], now: datetime) -> bool:
        """Refused twice in place: it is the content. Plan the first half on the same slot; a single effect is set aside."""
        keys = [settled.key for settled in attempts[-1].settled]
        if len(keys) <= 1:
            with self._journal.write() as tx:
                for key in keys:
                    tx.park(key, "the sheet refused it", now)
                tx.clear_attempts(self._book.role)
        else:
            self._excluded = set(keys[len(keys) // 2 :])
            with self._journal.write() as tx:
                tx.clear_attempts(self._book.role)
        self._refusals = 0
        self._looked = None
        return True
