"""The messages lane: ask the gate, write ``sending`` down, one POST, keep the receipt. WhatsApp has no idempotency key.

A lost answer is ``unknown`` until a status settles it; after that the class decides (doubts.py). Source: promises 7.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from studio_sync.clock import Clock
from studio_sync.delivery.doubts import settle_doubts
from studio_sync.delivery.letters import MailLane, barred, tell_mail
from studio_sync.delivery.receipts import Receipts
from studio_sync.delivery.shape import outgoing
from studio_sync.delivery.templates import about_template, template_refused
from studio_sync.errors import Conflict, InDoubt, OutsideError, RateLimited, Refused, Unavailable
from studio_sync.health import Health
from studio_sync.journal import Journal, Queued, Tx
from studio_sync.journal.snapshots import Snapshots
from studio_sync.ports import Messenger
from studio_sync.rules.effects import Mail, Send
from studio_sync.rules.gate import Verdict, gate

log = logging.getLogger(__name__)
#: codes after which nothing can be sent at all: token, permission, restriction, payment (facts/whatsapp)
STOPPED = frozenset({3, 10, 190, 368, 130497, 131005, 131031, 131042, 131048, 131064, *range(200, 300)})
#: "unable to authenticate the app user"; ours for a request that could not be built is -1
NO_SIGN_IN = 0
#: seconds until WhatsApp is asked again after one of them
STOP = 60
#: looked at for one choice
MOST = 200


class MessageLane:
    """Sends messages and mails. Several threads may step it: one person's messages stay in order."""

    name = "messages"

    def __init__(self, *, journal: Journal, clock: Clock, messenger: Messenger, mail: MailLane) -> None:
        self._journal = journal
        self._clock = clock
        self._messenger = messenger
        self._mail = mail
        self._snapshots = Snapshots()
        self._receipts = Receipts(self._snapshots)
        self._claiming = threading.Lock()
        #: people a message is on its way to, and until when others must wait
        self._busy: set[str] = set()
        self._patience: dict[str, datetime] = {}
        self._stopped_until: datetime | None = None
        self._media: dict[str, str] = {}
        self.health = Health("whatsapp")

    def step(self) -> bool:
        """Deliver one message or mail; False when nothing may leave now."""
        now = self._clock.now()
        if settle_doubts(self._journal, self._receipts, now):
            return True
        picked = self._pick(now)
        if picked is None:
            return False
        queued, verdict = picked
        try:
            if isinstance(queued.effect, Mail):
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
        with self._claiming:
            with self._journal.read() as tx:
                if not tx.ready("messages", now, 1):
                    return None
            with self._journal.write() as tx:
                return self._choose(tx, tx.ready("messages", now, MOST), now)

    def _choose(self, tx: Tx, ready: list[Queued], now: datetime) -> tuple[Queued, Verdict | None] | None:
        snap = None
        held: set[str] = set()
        for queued in ready:
            address = _address(queued)
            if address in self._busy or address in held:
                continue
            snap = snap or self._snapshots.load(tx, now)
            verdict = gate(snap, queued.effect, now) if isinstance(queued.effect, Send) else None
            if verdict is not None and verdict.go not in {"text", "template"}:
                self._receipts.not_now(tx, queued, verdict, now)
                continue
            bar = barred(snap, queued.effect) if isinstance(queued.effect, Mail) else ""
            if bar and isinstance(queued.effect, Mail):
                tx.drop(queued.effect.key, bar, now)
                tell_mail(tx, queued.effect, now, ok=False, reason=bar)
                continue
            until = self._until(address, queued, now)
            if until is not None:
                # Also those behind it: whoever waits must not be overtaken by a later word to the same person.
                tx.later(queued.effect.key, until, "waits for an earlier message", now)
                held.add(address)
                continue
            if tx.claim(queued.effect.key, now):
                self._busy.add(address)
                return queued, verdict
        return None

    def _until(self, address: str, queued: Queued, now: datetime) -> datetime | None:
        """Until when this person, or WhatsApp as a whole, must be left alone."""
        waits = [self._patience.get(address)]
        if isinstance(queued.effect, Send):
            waits.append(self._stopped_until)
        # A moment far ahead was set before the clock was put back.
        far = now + timedelta(hours=1)
        return max((until for until in waits if until is not None and now < until < far), default=None)

    # -- sending

    def _send(self, queued: Queued, send: Send, verdict: Verdict, now: datetime) -> None:
        try:
            media = self._upload(send) if send.file else ""
            wamid = self._messenger.send(outgoing(send, template=verdict.template, media=media))
        except InDoubt as error:
            self._doubt(queued, send, verdict, error, now)
        except (Unavailable, RateLimited, Conflict, Refused) as error:
            if not self._about_template(queued, verdict, error, now):
                self._no(queued, send, error, now)
        else:
            self.health.well()
            self._stopped_until = None
            with self._journal.write() as tx:
                self._receipts.sent(tx, send, verdict, wamid, now)

    def _about_template(self, queued: Queued, verdict: Verdict, error: OutsideError, now: datetime) -> bool:
        """Whether it was refused for its template and waits until the gate has chosen again."""
        if verdict.template is None or not about_template(verdict.template, error):
            return False
        with self._journal.write() as tx:
            return template_refused(tx, queued, verdict.template, error, now)

    def _no(self, queued: Queued, send: Send, error: OutsideError, now: datetime) -> None:
        if isinstance(error, Refused):
            self._refused(queued, send, error, now)
        else:
            self._later(queued, send, error, now)

    def _upload(self, send: Send) -> str:
        """The media id of the file, handed over once per process (WhatsApp keeps it 30 days)."""
        known = self._media.get(send.file)
        if known:
            return known
        stored = self._journal.files.get(send.file)
        if stored is None:
            raise Refused("studio", "the file is not here any more")
        try:
            media = self._messenger.upload(stored.content, stored.mime, send.filename or stored.name)
        except InDoubt as error:
            # Twice handed over is harmless; the message itself has surely not left.
            raise Unavailable("whatsapp", error.message, code=error.code) from error
        self._media[send.file] = media
        return media

    def _doubt(self, queued: Queued, send: Send, verdict: Verdict, error: OutsideError, now: datetime) -> None:
        with self._journal.write() as tx:
            current = tx.effect(send.key)
            if current is None or current.state != "sending":
                return  # a status was quicker than our own answer
            tx.doubt(send.key, error.message, now)
            lines = (*send.why, *verdict.rules)
            self._receipts.row(tx, send, now, state="sending", why=lines, label=f"doubt{queued.tries}")

    def _later(self, queued: Queued, send: Send, error: OutsideError, now: datetime) -> None:
        """Surely not sent. A limit is about this person (131056) or the whole number; neither is a failure."""
        limited = isinstance(error, RateLimited)
        pause = error.retry_after or (4 ** min(queued.tries + 1, 4) if limited else 2 ** min(queued.tries, 5))
        until = now + timedelta(seconds=pause)
        with self._claiming:
            self._patience[send.to] = until
        with self._journal.write() as tx:
            tx.later(send.key, until, str(error), now)
        if not limited and self.health.ill(error, now):
            log.warning("WhatsApp cannot be reached: %s", error)

    def _refused(self, queued: Queued, send: Send, error: Refused, now: datetime) -> None:
        if error.service == "whatsapp" and (error.code in STOPPED or error.code == NO_SIGN_IN):
            with self._claiming:
                self._stopped_until = now + timedelta(seconds=STOP)
            with self._journal.write() as tx:
                tx.later(send.key, self._stopped_until, str(error), now)
            if self.health.ill(error, now):
                log.error("WhatsApp takes no messages: %s", error)
            return
        log.warning("a message was refused: %s", error)
        if "media" in error.message.lower():
            self._media.pop(send.file, None)
        with self._journal.write() as tx:
            self._receipts.refused(tx, queued, send, error.message, now)


def _address(queued: Queued) -> str:
    effect = queued.effect
    return effect.to if isinstance(effect, Send | Mail) else effect.key
