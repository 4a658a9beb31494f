"""What became of a message, in the journal and in its own row of Messages: written soon and never waited for."""

from __future__ import annotations

from datetime import datetime

from sheets_schema.snapshot import Snapshot, cells
from sheets_schema.tabs.messages import MESSAGES
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.delivery.parcel import Parcel
from studio_sync.journal import Queued, Tx
from studio_sync.journal.outbox import lost_wamids
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.cost import FREE, SERVICE, said
from studio_sync.rules.effects import PutRow, Send
from studio_sync.rules.facts import Outcome
from studio_sync.rules.gate import WINDOW, Verdict, session_start
from studio_sync.rules.ink import message_id, short_hash


class Receipts:
    """Each call rides in the caller's transaction."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def sent(self, tx: Tx, parcel: Parcel, wamid: str, now: datetime) -> None:
        """WhatsApp accepted it (which is not delivered)."""
        verdict = parcel.verdict
        if verdict is None:
            return
        snap = self._snapshots.load(tx, now)
        first, *others = parcel.sends
        told = (part("why.with_others", n=str(len(others))),) if others else ()
        bill = _bill(parcel, snap.settings.currency)
        for queued, send in zip(parcel.queued, parcel.sends, strict=True):
            current = tx.effect(send.key)
            if current is None or wamid in lost_wamids(current):
                continue  # a late word was quicker than our own answer: it goes again
            if lost_wamids(queued):
                told = (*told, part("why.refused_first", because=queued.reason.rstrip(".") or "-"))
            if send is not first:
                bill, told = part("why.with", what=message_id(first.key)), ()
            rules = (*verdict.rules, *told)
            result: dict[str, object] = {"wamid": wamid, "rules": list(rules), "cost": bill, "form": verdict.go}
            result |= {} if send is first else {"with": first.key}
            result |= {"lost": lost_wamids(queued)} if lost_wamids(queued) else {}
            # A status that was quicker knows how far it is, and what it costs.
            state = "sent" if tx.done(send.key, result, now) else ""
            extra: dict[str, object] = {"template": verdict.template.name} if verdict.template else {}
            if state and (send is first or verdict.template):
                extra["cost"] = parcel.cost if send is first else 0
            why = (*send.why, *rules, *_then(snap, send, now, "why.left"), bill)
            self.row(tx, send, now, state=state, why=why, label=_nth(tx, send, "sent"), when=now, **extra)

    def not_now(self, tx: Tx, queued: Queued, verdict: Verdict, now: datetime) -> None:
        """The gate said wait, no, or that it would."""
        send = queued.effect
        if not isinstance(send, Send):
            return
        if verdict.go == "wait" and verdict.until is not None:
            tx.later(send.key, verdict.until, verdict.reason, now)
            self.row(tx, send, now, state="waiting", why=(*send.why, verdict.reason), label=_because(verdict.reason))
            return
        state = "would send" if verdict.go == "would" else "not sent"
        then = _then(self._snapshots.load(tx, now), send, now, "why.looked")
        if tx.drop(send.key, verdict.reason, now):
            self.row(tx, send, now, state=state, why=(*send.why, *then, f"Not sent: {verdict.reason}."), label="no")
            loud = verdict.loud or (verdict.go == "no" and bool(lost_wamids(queued)))
            tell(tx, send, now, {"of": "not_sent", "reason": verdict.reason, "loud": loud})

    def refused(self, tx: Tx, queued: Queued, send: Send, reason: str, now: datetime, *, code: int = 0) -> None:
        """WhatsApp will not have it, or it came too late: said to the owner."""
        if tx.drop(send.key, reason, now):
            then = _then(self._snapshots.load(tx, now), send, now, "why.looked")
            why = (*send.why, *then, f"Not sent: {reason}")
            self.row(tx, send, now, state="not sent", why=why, label=f"refused{queued.tries}")
            tell(tx, send, now, {"of": "not_sent", "reason": reason, "loud": True, "code": code})

    def held(self, tx: Tx, send: Send, now: datetime) -> None:
        """Perhaps it arrived; never repeated by us."""
        tx.hold(send.key, "not sure it arrived", now)
        why = (*send.why, "Not sure it arrived. Not sent again.")
        self.row(tx, send, now, state="held", why=why, label="held")
        tell(tx, send, now, {"of": "held"})

    def row(
        self, tx: Tx, send: Send, now: datetime, *, state: str, why: tuple[str, ...], label: str, **extra: object
    ) -> None:
        """Bring its row of Messages up to date; a status that is further on stays. ``state``: "" leaves it."""
        snap = self._snapshots.load(tx, now)
        heard = snap.last_heard(send.to)
        current = snap.messages.get(message_id(send.key))
        values: dict[str, object] = {"why": "\n".join(line for line in why if line), **extra}
        if state and (current is None or current.state not in {"delivered", "read"}):
            values["state"] = state
        if heard is not None:
            values["chat_until"] = heard + WINDOW
        put = PutRow(
            key=f"{send.key}/row:{label}",
            tab="messages",
            row_id=message_id(send.key),
            cells=cells(MESSAGES, snap.context, **values),
            projection=True,
        )
        tx.put_effects(f"{send.key}/row", [put], now)


def _then(snap: Snapshot, send: Send, now: datetime, clock: str) -> tuple[str, ...]:
    """The row it was about as it stood then, and the moment by the clock."""
    kind, _, rest = send.about.partition(":")
    booking = snap.bookings.get(rest.partition(":")[0]) if kind == "booking" else None
    start = session_start(snap, send.about)
    row: tuple[str, ...] = ()
    if booking is not None and start is not None:
        state, at = booking.state or "-", words.start(start, snap.context.today)
        row = (part("why.row_then", state=state, start=at),)
    return (*row, part(clock, clock=f"{now.astimezone(snap.settings.zone):%H:%M:%S}"))


def _bill(parcel: Parcel, currency: str) -> str:
    """What it costs, in one sentence."""
    once = "Sent once." if parcel.first.effect.kind == "send" and parcel.first.effect.cls == "once" else ""
    if parcel.category == SERVICE and parcel.nth <= FREE:
        cost = part("why.count", n=f"{parcel.nth:,}")
    elif parcel.cost is None:
        cost = part("why.price_unknown")
    else:
        cost = part("why.price", cost=said(parcel.cost, currency))
    return f"{once} {cost}".strip()


def _nth(tx: Tx, send: Send, label: str) -> str:
    """A label of its own for each time it left."""
    queued = tx.effect(send.key)
    lost = len(lost_wamids(queued)) if queued else 0
    return f"{label}{lost + 1}" if lost else label


def _because(reason: str) -> str:
    return f"wait:{short_hash(reason, length=4)}"


def tell(tx: Tx, send: Send, now: datetime, result: dict[str, object]) -> None:
    """News of a message for the rules; the same news once."""
    told = {**result, "send": send.model_dump(mode="json")}
    key = f"outcome:{send.key}:{result['of']}"
    tx.put_fact(Outcome(key=key, at=now, effect_key=send.key, ok=False, result=told))
