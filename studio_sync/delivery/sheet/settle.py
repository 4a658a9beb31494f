"""What becomes true in the journal when a commit is settled, lost, or found to be someone else's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sheets_schema.columns import Role
from sheets_schema.head import Head, winner
from studio_sync.delivery.sheet.batch import Batch
from studio_sync.delivery.sheet.plan import tab_role
from studio_sync.delivery.sheet.today import DRAWN
from studio_sync.journal import Journal, Tx
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.facts import Outcome
from studio_sync.workbooks import LiveWorkbook


def settle(tx: Tx, book: LiveWorkbook, batch: Batch, now: datetime) -> None:
    """The commit is confirmed: everything it says is so. Only now is anybody told a number."""
    tx.put_meta(book.head_key, {"n": batch.slot, "batch": batch.batch_id})
    tx.put_meta(book.counters_key, dict(batch.head.counters))
    for tab, rows in batch.rows.items():
        known = tx.rows(tab)
        tx.put_rows(tab, {row_id: {**known.get(row_id, {}), **cells} for row_id, cells in rows.items()})
    for tab, rows in batch.drawn.items():
        tx.drop_rows(tab, [row_id for row_id in tx.rows(tab) if row_id not in rows])
        tx.put_rows(tab, rows)
        tx.put_meta(DRAWN, list(rows))
    tx.put_meta(book.signed_key, now.isoformat())
    for settled in batch.settled:
        settle_one(tx, settled.key, settled.result, now)
    tx.clear_attempts(book.role)


def settle_one(tx: Tx, key: str, result: Mapping[str, Any], now: datetime) -> None:
    """One effect is in the sheet, or has no row to be written into any more."""
    queued = tx.effect(key)
    if not tx.done(key, result, now) or queued is None:
        return
    if isinstance(queued.effect, PutRow) and result.get("number"):
        told = {"of": "number", "row_id": queued.effect.row_id, **result}
        tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=True, result=told))


def park(tx: Tx, fact_key: str, role: Role, reason: str, now: datetime) -> None:
    """The sheet refuses what this fact writes, and a commit without it is settled: shown to a person."""
    for queued in tx.effects_of(fact_key):
        effect = queued.effect
        if isinstance(effect, PutRow | DropRow) and queued.state in {"queued", "waiting"} and tab_role(effect) == role:
            tx.park(effect.key, f"the sheet refused it: {reason}", now)
            told = {"of": "parked", "tab": effect.tab, "row_id": effect.row_id, "reason": reason}
            tx.put_fact(
                Outcome(key=f"outcome:{effect.key}:parked", at=now, effect_key=effect.key, ok=False, result=told)
            )


def lost(tx: Tx, book: LiveWorkbook, head: Head) -> None:
    """The slot is not ours: forget the attempts. Nothing was told, so numbers are simply given anew."""
    tx.clear_attempts(book.role)
    tx.put_meta(book.head_key, {"n": head.n, "batch": head.batch})


def learn(journal: Journal, book: LiveWorkbook, head: Head, now: datetime) -> None:
    """The head is not where we left it. Someone else's commits are taken note of; a put-back workbook is not.

    Raises ``Refused`` when the sheet does not go on from our last commit.
    """
    with journal.read() as tx:
        known = tx.get_meta(book.head_key)
    if known is not None and known["n"] > 0:
        _, history = book.chain(now)
        if head.n < known["n"] or winner(known["n"], head, history) not in {"", known["batch"]}:
            raise book.broken("the sheet was put back to an older version. Type: studio-sync rebuild", now)
    with journal.write() as tx:
        tx.put_meta(book.head_key, {"n": head.n, "batch": head.batch})
