"""The messages lane: choose, write ``sending`` down, one POST, keep the receipt. WhatsApp has no idempotency key.

A lost answer is ``unknown`` until a status settles it; after that the class decides (doubts.py). Source: promises 7.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sheets_schema.texts.catalogue import part
from studio_sync.clock import Clock
from studio_sync.delivery.choosing import Choosing
from studio_sync.delivery.doubts import settle_doubts
from studio_sync.delivery.letters import MailLane
from studio_sync.delivery.parcel import Parcel
from studio_sync.delivery.receipts import Receipts
from studio_sync.delivery.shape import outgoing
from studio_sync.delivery.templates import about_template, template_refused
from studio_sync.errors import Conflict, InDoubt, OutsideError, RateLimited, Refused, Unavailable
from studio_sync.health import Health
from studio_sync.journal import Journal
from studio_sync.journal.snapshots import Snapshots
from studio_sync.ports import Messenger
from studio_sync.rules.codes import Act, act_of, words_of
from studio_sync.rules.effects import Mail, Send
from studio_sync.rules.facts import Outcome
from studio_sync.rules.pace import ACCOUNT, ALL, NUMBER, back_off, pause_name
from studio_sync.rules.traffic import Pause
from studio_sync.workbooks import LiveWorkbook

log = logging.getLogger(__name__)
#: a message that is not taken for no known reason is tried again after so long at most
SLOWEST = timedelta(minutes=5)
#: after a late refusal of all, the next try waits so long for the word that it arrived
PROOF = timedelta(minutes=2)


class MessageLane:
    """Sends messages and mails. Several threads may step it: one person's messages stay in order."""

    name = "messages"

    def __init__(
        self, *, journal: Journal, clock: Clock, messenger: Messenger, mail: MailLane, book: LiveWorkbook
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._messenger = messenger
        self._mail = mail
        self._snapshots = Snapshots()
        self._receipts = Receipts(self._snapshots)
        self._choosing = Choosing(journal, self._snapshots, self._receipts, book)
        self._media: dict[str, str] = {}
        self._cleaned: object = None
        self.health = Health("whatsapp")

    def step(self) -> bool:
        """Deliver one message or mail; False when nothing may leave now."""
        now = self._clock.now()
        if settle_doubts(self._journal, self._receipts, now):
            return True
        parcel, resting = self._choosing.pick(now)
        self._feel(resting)
        if parcel is None:
            return False
        try:
            if isinstance(parcel.first.effect, Mail):
                self._mail.deliver(parcel.first, now)
            else:
                self._send(parcel, resting, now)
        finally:
            self._choosing.release(parcel)
        return True

    def _feel(self, resting: Mapping[str, Pause]) -> None:
        """Nothing is taken, as a late word or an earlier life of this program said; or it works again."""
        said = resting.get(ACCOUNT) or resting.get(ALL)
        if said is not None and self.health.down_since is None:
            self.health.down_since, self.health.reason, self.health.refused = said.since, said.reason, True
        elif said is None and self.health.refused:
            self.health.well()

    # -- sending

    def _send(self, parcel: Parcel, resting: Mapping[str, Pause], now: datetime) -> None:
        send = parcel.outgoing()
        try:
            media = self._upload(send) if send.file else ""
            template = parcel.verdict.template if parcel.verdict else None
            wamid = self._messenger.send(outgoing(send, template=template, media=media))
        except InDoubt as error:
            self._doubt(parcel, error, now)
        except (Unavailable, RateLimited, Conflict, Refused) as error:
            if self._about_template(parcel, error, now):
                return
            if isinstance(error, Refused):
                self._refused(parcel, send, error, resting, now)
            else:
                self._later(parcel, send, error, resting, now)
        else:
            self._sent(parcel, wamid, resting, now)

    def _sent(self, parcel: Parcel, wamid: str, resting: Mapping[str, Pause], now: datetime) -> None:
        proved = ACCOUNT not in resting
        with self._journal.write() as tx:
            self._receipts.sent(tx, parcel, wamid, now)
            tx.go_on({parcel.address, NUMBER, ALL} & resting.keys())
            if not proved:
                # 200 says nothing here: the refusal came late, and so will the word that it works again.
                tx.pause(ACCOUNT, now + PROOF, resting[ACCOUNT].reason, now, again=False)
            if self._cleaned != now.date():
                tx.forget_sent(now)
                self._cleaned = now.date()
        if proved:
            self.health.well()

    def _about_template(self, parcel: Parcel, error: OutsideError, now: datetime) -> bool:
        """Whether it was refused for its template and waits until the gate has chosen again."""
        template = parcel.verdict.template if parcel.verdict else None
        if template is None or not about_template(template, error):
            return False
        with self._journal.write() as tx:
            waits = [template_refused(tx, queued, template, error, now) for queued in parcel.queued]
            tx.stays(parcel.first.effect.key)
        return all(waits)

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

    def _doubt(self, parcel: Parcel, error: OutsideError, now: datetime) -> None:
        with self._journal.write() as tx:
            for queued in parcel.queued:
                current = tx.effect(queued.effect.key)
                if current is None or current.state != "sending" or not isinstance(queued.effect, Send):
                    continue  # a status was quicker than our own answer
                tx.doubt(queued.effect.key, error.message, now)
                rules = parcel.verdict.rules if parcel.verdict else ()
                lines = (*queued.effect.why, *rules)
                self._receipts.row(tx, queued.effect, now, state="sending", why=lines, label=f"doubt{queued.tries}")

    def _later(
        self, parcel: Parcel, send: Send, error: OutsideError, resting: Mapping[str, Pause], now: datetime
    ) -> None:
        """Surely not sent. A limit is no failure, and rests only what it is about."""
        limited = isinstance(error, RateLimited)
        act = act_of(error.code) or (Act.SLOW_NUMBER if limited else Act.LATER)
        self._rest(parcel, act, error, resting, now, name=pause_name(act, send))
        if not limited and act is not Act.RESTS and self.health.ill(error, now):
            log.warning("WhatsApp cannot be reached: %s", error)

    def _rest(
        self,
        parcel: Parcel,
        act: Act,
        error: OutsideError,
        resting: Mapping[str, Pause],
        now: datetime,
        *,
        name: str,
    ) -> None:
        """Nothing of this kind leaves for a while, and this message comes again after it."""
        tries = resting[name].tries + 1 if name in resting else 1
        until = now + back_off(act, tries)
        own = now + min(timedelta(seconds=2 ** min(parcel.first.tries, 8)), SLOWEST)
        with self._journal.write() as tx:
            tx.pause(name, until, str(error), now)
            tx.stays(parcel.first.effect.key)
            for queued in parcel.queued:
                tx.later(queued.effect.key, max(until, own) if act is Act.LATER else until, str(error), now)

    def _say_restricted(self, error: Refused, now: datetime) -> None:
        """The owner hears of it, once a day."""
        key = f"health:whatsapp:{error.code}"
        told = {"of": "restricted", "reason": error.message}
        with self._journal.write() as tx:
            tx.put_fact(Outcome(key=f"outcome:{key}:{now:%Y%m%d}", at=now, effect_key=key, ok=False, result=told))

    def _refused(self, parcel: Parcel, send: Send, error: Refused, resting: Mapping[str, Pause], now: datetime) -> None:
        act = act_of(error.code) if error.service == "whatsapp" else None
        if act in {Act.STOP, Act.NO_NEWS}:
            self._rest(parcel, act, error, resting, now, name=pause_name(act, send))
            if act is Act.STOP and self.health.ill(error, now):
                log.error("WhatsApp takes no messages: %s", error)
            return
        log.warning("a message was refused: %s", error)
        if "media" in error.message.lower():
            self._media.pop(send.file, None)
        closed = act is Act.TEMPLATE and parcel.verdict is not None and parcel.verdict.go == "text"
        words = part(words_of(error.code)) if act and words_of(error.code) else error.message
        with self._journal.write() as tx:
            tx.stays(parcel.first.effect.key)
            if closed:
                tx.closed(self._snapshots.load(tx, now).addresses_of(parcel.address), now)
            for queued in parcel.queued:
                if closed:
                    tx.later(queued.effect.key, now, error.message, now)
                elif isinstance(queued.effect, Send):
                    self._receipts.refused(tx, queued, queued.effect, words, now, code=error.code)
