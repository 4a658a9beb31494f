"""Which message leaves next: first the gate, then the pace; what may not leave is put off or dropped with its reason.

The most urgent comes first however long the queue is, and whoever must wait delays nobody else.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

from sheets_schema.snapshot import Snapshot
from sheets_schema.texts.catalogue import part
from studio_sync.delivery.letters import barred, tell_mail
from studio_sync.delivery.once import elsewhere, signed
from studio_sync.delivery.parcel import Parcel, address_of
from studio_sync.delivery.receipts import Receipts
from studio_sync.journal import FROZEN, Journal, Queued, Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.cost import category_of, price
from studio_sync.rules.effects import Mail, Send
from studio_sync.rules.gate import RESTS, Verdict, gate, template_of
from studio_sync.rules.joining import NUDGES, TOGETHER, for_closed_chat, is_nudge, joins, kept_until
from studio_sync.rules.pace import ACCOUNT, ALL, NUMBER, borrowed, paced
from studio_sync.rules.traffic import Pause
from studio_sync.workbooks import LiveWorkbook

#: while a workbook that was put back is mended, only the owner's side gets messages; looked at again after so long
FREEZE = timedelta(seconds=5)
#: until our sign in the workbook is fresh again, a message of class once is looked at so often
UNSIGNED = timedelta(seconds=5)
#: looked at for one choice: usually the first of a few may leave
FEW, MOST = 10, 200


class Choosing:
    """Gives each caller another parcel: of one person's messages only one is on its way at a time."""

    def __init__(self, journal: Journal, snapshots: Snapshots, receipts: Receipts, book: LiveWorkbook) -> None:
        self._journal = journal
        self._book = book
        self._snapshots = snapshots
        self._receipts = receipts
        self._lock = threading.Lock()
        self._busy: set[str] = set()

    def pick(self, now: datetime) -> tuple[Parcel | None, Mapping[str, Pause]]:
        """The next parcel, claimed, if one may leave now; and what rests."""
        with self._lock:
            with self._journal.read() as tx:
                resting = tx.resting(now)
                kind = "mail" if self._stopped(resting, now) else ""
                if not tx.ready("messages", now, 1, kind=kind):
                    return None, resting
            with self._journal.write() as tx:
                for limit in (FEW, MOST):
                    ready = tx.ready("messages", now, limit, kind=kind)
                    parcel = self._choose(tx, ready, resting, now)
                    if parcel is not None or len(ready) < limit:
                        return parcel, resting
            return None, resting

    def release(self, parcel: Parcel) -> None:
        """It is settled; the next for this person may go."""
        with self._lock:
            self._busy.discard(parcel.address)

    def _stopped(self, resting: Mapping[str, Pause], now: datetime) -> bool:
        """Nothing goes to WhatsApp; after a refusal that stops all, one message at a time tries whether it works."""
        if any(name in resting and resting[name].holds(now) for name in (ALL, ACCOUNT, NUMBER)):
            return True
        return bool(self._busy) and (ALL in resting or ACCOUNT in resting)

    def _choose(self, tx: Tx, ready: list[Queued], resting: Mapping[str, Pause], now: datetime) -> Parcel | None:
        snap = None
        held: set[str] = set()
        frozen = bool(tx.get_meta(FROZEN))
        for queued in ready:
            if frozen and not (isinstance(queued.effect, Send) and queued.effect.to_owner):
                tx.later(queued.effect.key, now + FREEZE, part("untold.frozen"), now)
                continue
            address = address_of(queued)
            if address in self._busy or address in held:
                continue
            snap = snap or self._snapshots.load(tx, now)
            if isinstance(queued.effect, Mail):
                parcel = self._mail(tx, snap, queued, queued.effect, now)
            elif isinstance(queued.effect, Send):
                parcel = self._message(tx, snap, queued, queued.effect, resting, held, now)
            else:
                parcel = None
            if parcel is not None:
                parcel = self._with_others(tx, snap, parcel, ready, now)
                self._busy.add(address)
                return parcel
        return None

    def _mail(self, tx: Tx, snap: Snapshot, queued: Queued, mail: Mail, now: datetime) -> Parcel | None:
        bar = barred(snap, mail)
        if bar:
            tx.drop(mail.key, bar, now)
            tell_mail(tx, mail, now, ok=False, reason=bar)
            return None
        return Parcel(queued=(queued,)) if tx.claim(mail.key, now) else None

    def _message(
        self,
        tx: Tx,
        snap: Snapshot,
        queued: Queued,
        send: Send,
        resting: Mapping[str, Pause],
        held: set[str],
        now: datetime,
    ) -> Parcel | None:
        if send.cls == "once" and not signed(tx, self._book, now):
            tx.later(send.key, now + UNSIGNED, queued.reason, now)
            return None
        if send.cls == "once" and elsewhere(tx, self._receipts, queued, send, now):
            return None
        verdict = gate(snap, send, now)
        if verdict.go == "no" and is_nudge(send) and verdict.reason == part("untold.window"):
            send = for_closed_chat(send)
            queued, verdict = dataclasses.replace(queued, effect=send), gate(snap, send, now)
        if verdict.go not in {"text", "template"}:
            self._receipts.not_now(tx, queued, verdict, now)
            return None
        traffic = tx.traffic(send.to, now, resting)
        waits = _kept(tx, snap, send, now) or paced(snap.settings, send, verdict, traffic, now)
        if waits is not None and waits.until is not None and not waits.reason:
            tx.later(send.key, waits.until, queued.reason, now)  # a matter of seconds: no news for anybody
            # Whoever waits so must not be overtaken by a later word to the same person.
            held.add(send.to)
            return None
        if waits is not None:
            self._receipts.not_now(tx, queued, waits, now)
            return None
        if not tx.claim(send.key, now):
            return None
        local = now.astimezone(snap.settings.zone)
        month, category = f"{local:%Y-%m}", category_of(snap, send, verdict.template)
        nth = tx.sent_in(month, category) + 1
        tx.leaves(
            send.key,
            send.to,
            now,
            free_at=borrowed(traffic.free_at, now),
            text=send.text,
            first=verdict.go == "template",
            month=month,
            kind=category,
        )
        cost = price(snap, category, send.to, local.date(), nth)
        return Parcel(queued=(queued,), verdict=verdict, category=category, nth=nth, cost=cost)

    def _with_others(self, tx: Tx, snap: Snapshot, parcel: Parcel, ready: list[Queued], now: datetime) -> Parcel:
        """Everything that may leave in the same post."""
        verdict = parcel.verdict
        if verdict is None:
            return parcel
        taken = parcel
        for other in tx.ready("messages", now, MOST) if len(ready) == FEW else ready:
            send = other.effect
            if other.seq == parcel.first.seq or not isinstance(send, Send) or not joins(taken.sends, send):
                continue
            more = _as_it_leaves(snap, dataclasses.replace(taken, queued=(*taken.queued, other)))
            if more is not None and gate(snap, send, now).go == verdict.go and tx.claim(send.key, now):
                tx.leaves_with(send.key, parcel.first.effect.key, send.to, now)
                taken = more
        return taken


def _as_it_leaves(snap: Snapshot, parcel: Parcel) -> Parcel | None:
    """With the template that says all of it; None when there is none."""
    if parcel.verdict is None or parcel.verdict.template is None:
        return parcel
    template = template_of(snap, parcel.outgoing())
    if template is None or template.status == RESTS:
        return None
    return dataclasses.replace(parcel, verdict=dataclasses.replace(parcel.verdict, template=template))


def _kept(tx: Tx, snap: Snapshot, send: Send, now: datetime) -> Verdict | None:
    """News that waits for other news."""
    if not is_nudge(send):
        return None
    until = kept_until(tx.last_of(send.to, NUDGES, now - TOGETHER), now)
    if until is None:
        return None
    clock = f"{until.astimezone(snap.settings.zone):%H:%M}"
    return Verdict(go="wait", until=until, reason=part("unsent.bundled", time=clock))
