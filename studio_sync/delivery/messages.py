"""The messages lane: ask the gate, write ``sending`` down, one POST, keep the receipt. WhatsApp has no idempotency key.

A lost answer is ``unknown`` until a status settles it; after that the class decides: once is held for the owner, at least once goes
again one time before its deadline, fresh is dropped. Source: spec promises 7.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from sheets_schema.snapshot import cells
from sheets_schema.tabs.messages import MESSAGES
from studio_sync.clock import Clock
from studio_sync.delivery.letters import MailLane
from studio_sync.delivery.shape import outgoing
from studio_sync.errors import Conflict, InDoubt, OutsideError, RateLimited, Refused, Unavailable
from studio_sync.journal import Journal, Queued, Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.ports import Messenger
from studio_sync.rules.effects import Mail, PutRow, Send
from studio_sync.rules.facts import Outcome
from studio_sync.rules.gate import WINDOW, Verdict, gate
from studio_sync.rules.ink import message_id

log = logging.getLogger(__name__)
#: how long a lost answer waits for a status before its class decides (a guess, see promises 7)
DOUBT = timedelta(seconds=120)
#: codes after which nothing can be sent at all: token, permission, restriction, payment
STOPPED = frozenset({0, 3, 10, 190, 368, 131005, 131031, 131042, 130497})


class MessageLane:
    """Sends messages and mails. Several threads may step it: one person's messages stay in order."""

    name = "messages"

    def __init__(self, *, journal: Journal, clock: Clock, messenger: Messenger, mail: MailLane | None) -> None:
        self._journal = journal
        self._clock = clock
        self._messenger = messenger
        self._mail = mail
        self._snapshots = Snapshots()
        self._claiming = threading.Lock()
        self._busy: set[str] = set()
        self._media: dict[str, str] = {}
        self.down_since: datetime | None = None

    def step(self) -> bool:
        """Deliver one message; False when nothing may leave now."""
        now = self._clock.now()
        if self._settle_doubts(now):
            return True
        picked = self._pick(now)
        if picked is None:
            return False
        queued, verdict = picked
        try:
            if isinstance(queued.effect, Mail):
                if self._mail is not None:
                    self._mail.deliver(queued, now)
            elif verdict is not None and isinstance(queued.effect, Send):
                self._send(queued, queued.effect, verdict, now)
        finally:
            with self._claiming:
                self._busy.discard(_address(queued))
        return True

    # -- choosing

    def _pick(self, now: datetime) -> tuple[Queued, Verdict | None] | None:
        """The first message that may leave, claimed; those that may not are put off or dropped with their reason."""
        with self._claiming, self._journal.write() as tx:
            ready = tx.ready("messages", now, 50)
            if not ready:
                return None
            snap = None
            waiting: set[str] = set()
            for queued in ready:
                address = _address(queued)
                if address in self._busy or address in waiting:
                    continue
                if not isinstance(queued.effect, Send):
                    if tx.claim(queued.effect.key, now):
                        self._busy.add(address)
                        return queued, None
                    continue
                snap = snap or self._snapshots.load(tx, now)
                verdict = gate(snap, queued.effect, now)
                if verdict.go in {"text", "template"}:
                    if tx.claim(queued.effect.key, now):
                        self._busy.add(address)
                        return queued, verdict
                else:
                    self._not_now(tx, queued, verdict, now)
                waiting.add(address)
        return None

    def _not_now(self, tx: Tx, queued: Queued, verdict: Verdict, now: datetime) -> None:
        send = queued.effect
        if not isinstance(send, Send):
            return
        if verdict.go == "wait" and verdict.until is not None:
            tx.later(send.key, verdict.until, verdict.reason, now)
            self._row(tx, send, now, state="waiting", why=(*send.why, verdict.reason), label="wait")
            return
        state = "would send" if verdict.go == "would" else "not sent"
        tx.drop(send.key, verdict.reason, now)
        self._row(tx, send, now, state=state, why=(*send.why, f"Not sent: {verdict.reason}."), label="no")
        loud = verdict.reason.startswith("no approved message")
        self._tell(tx, send, now, {"of": "not_sent", "reason": verdict.reason, "loud": loud})

    # -- sending

    def _send(self, queued: Queued, send: Send, verdict: Verdict, now: datetime) -> None:
        template = verdict.go == "template"
        try:
            media = self._upload(send) if send.file else ""
            wamid = self._messenger.send(outgoing(send, template=template, media=media))
        except InDoubt as error:
            self._doubt(queued, send, verdict, error, now)
            return
        except (Unavailable, RateLimited, Conflict) as error:
            self._later(queued, send, error, now)
            return
        except Refused as error:
            self._refused(queued, send, error, now)
            return
        self.down_since = None
        cost = "Sent once." if send.cls == "once" else "One message."
        with self._journal.write() as tx:
            result = {"wamid": wamid, "rules": list(verdict.rules), "cost": cost, "form": verdict.go}
            tx.done(send.key, result, now)
            lines = (*send.why, *verdict.rules, cost)
            extra = {"template": f"{send.text.replace('.', '_')}_v1"} if template else {}
            self._row(tx, send, now, state="sent", why=lines, label="sent", **extra)

    def _upload(self, send: Send) -> str:
        """The media id of the file, handed over once per process (WhatsApp keeps it 30 days)."""
        known = self._media.get(send.file)
        if known:
            return known
        stored = self._journal.files.get(send.file)
        if stored is None:
            raise Refused("studio", "the file is not here any more")
        media = self._messenger.upload(stored.content, stored.mime, send.filename or stored.name)
        self._media[send.file] = media
        return media

    def _doubt(self, queued: Queued, send: Send, verdict: Verdict, error: OutsideError, now: datetime) -> None:
        with self._journal.write() as tx:
            current = tx.effect(send.key)
            if current is None or current.state != "sending":
                return  # a status was quicker than our own answer
            tx.doubt(send.key, str(error), now)
            self._row(tx, send, now, state="sending", why=(*send.why, *verdict.rules), label=f"doubt{queued.tries}")

    def _later(self, queued: Queued, send: Send, error: OutsideError, now: datetime) -> None:
        pause = error.retry_after or (
            4 ** min(queued.tries + 1, 4) if isinstance(error, RateLimited) else 2 ** min(queued.tries, 7)
        )
        with self._journal.write() as tx:
            tx.later(send.key, now + timedelta(seconds=pause), str(error), now)
        self.down_since = self.down_since or now
        log.warning("a message waits: %s", error)

    def _refused(self, queued: Queued, send: Send, error: Refused, now: datetime) -> None:
        with self._journal.write() as tx:
            if error.code in STOPPED and error.service == "whatsapp" and error.code:
                tx.later(send.key, now + timedelta(minutes=2), str(error), now)
                self.down_since = self.down_since or now
                return
            tx.drop(send.key, error.message, now)
            self._row(tx, send, now, state="not sent", why=(*send.why, f"Not sent: {error.message}"), label="refused")
            self._tell(tx, send, now, {"of": "not_sent", "reason": error.message, "loud": True})
        log.warning("a message was refused: %s", error)

    # -- doubts

    def _settle_doubts(self, now: datetime) -> bool:
        """Lost answers whose time is over: the class decides."""
        with self._journal.read() as tx:
            unknown = [q for q in tx.standing("unknown", "messages") if _decided(q, now)]
        if not unknown:
            return False
        with self._journal.write() as tx:
            for queued in unknown:
                self._settle_doubt(tx, queued, now)
        return True

    def _settle_doubt(self, tx: Tx, queued: Queued, now: datetime) -> None:
        effect = queued.effect
        if isinstance(effect, Mail):
            tx.hold(effect.key, "not sure it left", now)
        elif isinstance(effect, Send) and effect.cls == "once":
            tx.hold(effect.key, "not sure it arrived", now)
            self._row(
                tx, effect, now, state="held", why=(*effect.why, "Not sure it arrived. Not sent again."), label="held"
            )
            self._tell(tx, effect, now, {"of": "held"})
        elif isinstance(effect, Send) and effect.cls == "at_least_once" and queued.tries < 2:
            tx.later(effect.key, now, "no word from WhatsApp: once more", now)
        elif isinstance(effect, Send):
            tx.drop(effect.key, "no word from WhatsApp", now)
            self._row(
                tx, effect, now, state="not sent", why=(*effect.why, "Not sent again: too late."), label="dropped"
            )

    # -- receipts

    def _row(
        self, tx: Tx, send: Send, now: datetime, *, state: str, why: tuple[str, ...], label: str, **extra: str
    ) -> None:
        """The message's own row of Messages, written soon and never waited for."""
        snap = self._snapshots.load(tx, now)
        heard = snap.chats.get(send.to)
        until = heard + WINDOW if heard else None
        current = snap.messages.get(message_id(send.key))
        values: dict[str, object] = {"why": "\n".join(line for line in why if line), **extra}
        if current is None or current.state not in {"delivered", "read"}:
            values["state"] = state
        if until is not None:
            values["chat_until"] = until
        put = PutRow(
            key=f"{send.key}/row:{label}",
            tab="messages",
            row_id=message_id(send.key),
            cells=cells(MESSAGES, snap.context, **values),
            projection=True,
        )
        tx.put_effects(f"{send.key}/row", [put], now)

    def _tell(self, tx: Tx, send: Send, now: datetime, result: dict[str, object]) -> None:
        told = {**result, "send": send.model_dump(mode="json")}
        key = f"outcome:{send.key}:{result['of']}"
        tx.put_fact(Outcome(key=key, at=now, effect_key=send.key, ok=False, result=told))


def _address(queued: Queued) -> str:
    effect = queued.effect
    return effect.to if isinstance(effect, Send | Mail) else queued.effect.key


def _decided(queued: Queued, now: datetime) -> bool:
    effect = queued.effect
    fresh = isinstance(effect, Send) and effect.cls == "fresh"
    return fresh or now - queued.since >= DOUBT or queued.since > now
