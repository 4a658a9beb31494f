"""Mail: invoices to clients, alerts while WhatsApp is down. Under our own Message-ID, so that a repeat can be told."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from sheets_schema.snapshot import Snapshot
from sheets_schema.texts.catalogue import part
from studio_sync.errors import InDoubt, OutsideError, Refused
from studio_sync.journal import Journal, Queued, Tx
from studio_sync.ports import Mailbox
from studio_sync.rules.effects import Mail
from studio_sync.rules.facts import Outcome

log = logging.getLogger(__name__)
MOST_TRIES = 6


class MailLane:
    """Delivers one claimed mail. ``mailbox``: None where no mail server is set."""

    def __init__(self, *, journal: Journal, mailbox: Mailbox | None, domain: str) -> None:
        self._journal = journal
        self._mailbox = mailbox
        self._domain = domain

    def deliver(self, queued: Queued, now: datetime) -> None:
        """Send it, keep the receipt."""
        mail = queued.effect
        if not isinstance(mail, Mail):
            return
        message_id = f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}@{self._domain}>"
        try:
            self._post(mail, message_id)
        except InDoubt as error:
            with self._journal.write() as tx:
                tx.doubt(mail.key, error.message, now)
        except OutsideError as error:
            self._failed(queued, mail, error, now)
        else:
            with self._journal.write() as tx:
                tx.done(mail.key, {"message_id": message_id}, now)
                tell_mail(tx, mail, now, ok=True, message_id=message_id)

    def _post(self, mail: Mail, message_id: str) -> None:
        if self._mailbox is None:
            raise Refused("mail", "no mail server is set")
        stored = self._journal.files.get(mail.file) if mail.file else None
        if mail.file and stored is None:
            raise Refused("mail", "the file is not here any more")
        attachment = (mail.filename or stored.name, stored.content) if stored else None
        self._mailbox.send(
            to=mail.to, subject=mail.subject, body=mail.body, attachment=attachment, message_id=message_id
        )

    def _failed(self, queued: Queued, mail: Mail, error: OutsideError, now: datetime) -> None:
        log.warning("a mail waits: %s", error)
        with self._journal.write() as tx:
            if error.permanent or queued.tries >= MOST_TRIES:
                tx.park(mail.key, error.message, now)
                tell_mail(tx, mail, now, ok=False, reason=error.message)
            else:
                pause = min(1800, 10 * 4**queued.tries)
                tx.later(mail.key, now + timedelta(seconds=pause), str(error), now)


def barred(snap: Snapshot, mail: Mail) -> str:
    """Why a mail to a client must not leave in the present mode, or "". Mails to anybody else always may."""
    client = next((c for c in snap.clients if c.email and c.email.casefold() == mail.to.casefold()), None)
    mode = snap.settings.mode
    if client is None or mode == "live" or (mode == "pilot" and client.pilot):
        return ""
    return part("untold.mode", mode=mode)


def tell_mail(tx: Tx, mail: Mail, now: datetime, *, ok: bool, **more: str) -> None:
    """News of a mail for the rules, once."""
    result = {"of": "mail", "about": mail.about, "to": mail.to, **more}
    tx.put_fact(Outcome(key=f"outcome:{mail.key}", at=now, effect_key=mail.key, ok=ok, result=result))
