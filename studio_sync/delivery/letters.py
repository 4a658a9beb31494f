"""Mail: invoices to clients, alerts when WhatsApp is down. Under our own Message-ID, so a repeat can be told from the first."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from studio_sync.clock import Clock
from studio_sync.errors import InDoubt, OutsideError, Refused
from studio_sync.journal import Journal, Queued
from studio_sync.ports import Mailbox
from studio_sync.rules.effects import Mail
from studio_sync.rules.facts import Outcome

log = logging.getLogger(__name__)
MOST_TRIES = 6


class MailLane:
    """Delivers one claimed mail."""

    def __init__(self, *, journal: Journal, clock: Clock, mailbox: Mailbox, domain: str) -> None:
        self._journal = journal
        self._clock = clock
        self._mailbox = mailbox
        self._domain = domain

    def deliver(self, queued: Queued, now: datetime) -> None:
        """Send it, keep the receipt."""
        mail = queued.effect
        if not isinstance(mail, Mail):
            return
        message_id = f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}@{self._domain}>"
        stored = self._journal.files.get(mail.file) if mail.file else None
        try:
            if mail.file and stored is None:
                raise Refused("mail", "the file is not here any more")  # noqa: TRY301
            attachment = (mail.filename or stored.name, stored.content) if stored else None
            self._mailbox.send(
                to=mail.to, subject=mail.subject, body=mail.body, attachment=attachment, message_id=message_id
            )
        except InDoubt as error:
            with self._journal.write() as tx:
                tx.doubt(mail.key, str(error), now)
        except OutsideError as error:
            self._failed(queued, mail, error, now)
        else:
            self._tell(mail, now, ok=True, result={"of": "mail", "about": mail.about, "message_id": message_id})

    def _failed(self, queued: Queued, mail: Mail, error: OutsideError, now: datetime) -> None:
        log.warning("a mail waits: %s", error)
        if error.permanent or queued.tries >= MOST_TRIES:
            self._tell(mail, now, ok=False, result={"of": "mail", "about": mail.about, "reason": error.message})
            return
        with self._journal.write() as tx:
            tx.later(mail.key, now + timedelta(seconds=min(1800, 10 * 4**queued.tries)), str(error), now)

    def _tell(self, mail: Mail, now: datetime, *, ok: bool, result: dict[str, object]) -> None:
        with self._journal.write() as tx:
            if ok:
                tx.done(mail.key, result, now)
            else:
                tx.park(mail.key, str(result.get("reason", "")), now)
            tx.put_fact(Outcome(key=f"outcome:{mail.key}", at=now, effect_key=mail.key, ok=ok, result=result))
