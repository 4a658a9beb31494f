"""Class once beside another program: a message whose row another one wrote is its business, whatever became of it.

Its own row of Messages, state sending, is the lock: the commit chain lets one program write it. Who finds it written
did not get there first. Source: promises 7, decision 0027.
"""

from __future__ import annotations

from datetime import datetime

from studio_sync.delivery.receipts import Receipts
from studio_sync.delivery.sheet.batch import THERE
from studio_sync.journal import Queued, Tx
from studio_sync.rules.effects import Send
from studio_sync.rules.ink import message_id
from studio_sync.workbooks import SIGN, LiveWorkbook


def signed(tx: Tx, book: LiveWorkbook, now: datetime) -> bool:
    """Whether nobody can have taken over from us: our sign in the workbook is younger than others believe it."""
    at = tx.get_meta(book.signed_key)
    return at is not None and abs(now - datetime.fromisoformat(at)) < SIGN


def elsewhere(tx: Tx, receipts: Receipts, queued: Queued, send: Send, now: datetime) -> bool:
    """Whether another program had this message; then it is settled here by what its row says."""
    found = next(
        (tx.result(need) for need in send.needs if need.endswith(f"/row:messages:{message_id(send.key)}")), None
    )
    if found is None or THERE not in found[1]:
        return False
    state = str(found[1][THERE])
    if state in {"sent", "delivered", "read"}:
        tx.done(send.key, {THERE: state}, now)
    elif state in {"not sent", "would send"}:
        tx.drop(send.key, queued.reason or "another program decided so", now)
    elif state == "held":
        tx.hold(send.key, "not sure it arrived", now)
    else:
        receipts.held(tx, send, now)
    return True
