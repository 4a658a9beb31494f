"""Lost answers: whether it left is unknown, a status would have told, and now its class decides. Source: promises 7.

Once is held for the owner; at least once goes again one time, never after its deadline; fresh is dropped.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from studio_sync.delivery.letters import tell_mail
from studio_sync.delivery.receipts import Receipts
from studio_sync.journal import Journal, Queued, Tx
from studio_sync.rules.effects import Mail, Send

#: how long a lost answer waits for a status (a guess, see promises 7)
DOUBT = timedelta(seconds=120)


def settle_doubts(journal: Journal, receipts: Receipts, now: datetime) -> bool:
    """Decide every doubt whose time is over; True when there was one."""
    with journal.read() as tx:
        if not any(_over(queued, now) for queued in tx.standing("unknown", "messages")):
            return False
    with journal.write() as tx:
        for queued in tx.standing("unknown", "messages"):
            if _over(queued, now):
                _settle(tx, receipts, queued, now)
    return True


def _over(queued: Queued, now: datetime) -> bool:
    fresh = isinstance(queued.effect, Send) and queued.effect.cls == "fresh"
    # ``since`` lies ahead when the clock was put back: then nothing would ever be over.
    return fresh or now - queued.since >= DOUBT or queued.since > now + DOUBT


def _settle(tx: Tx, receipts: Receipts, queued: Queued, now: datetime) -> None:
    effect = queued.effect
    key = effect.key
    again = f"again:{key}"
    if isinstance(effect, Send | Mail) and effect.cls == "at_least_once" and not tx.get_meta(again):
        tx.put_meta(again, now.isoformat())
        tx.later(key, now, "no word whether it arrived: once more", now)
    elif isinstance(effect, Mail):
        tx.hold(key, "not sure it left", now)
        tell_mail(tx, effect, now, ok=False, reason="not sure it left")
    elif isinstance(effect, Send) and effect.cls == "once":
        receipts.held(tx, effect, now)
    elif isinstance(effect, Send) and effect.cls == "fresh":
        tx.drop(key, "too old by now", now)
        why = (*effect.why, "Not sent again: too old by now.")
        receipts.row(tx, effect, now, state="not sent", why=why, label="dropped")
    elif isinstance(effect, Send):
        receipts.refused(tx, queued, effect, "no word from WhatsApp, twice", now)
