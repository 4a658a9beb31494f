"""WhatsApp refused a message for its template: the rules hear of it, and mostly the gate is asked once more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sheets_schema.wording import AtWhatsApp
from studio_sync.errors import OutsideError
from studio_sync.journal import Queued, Tx
from studio_sync.rules.approval import REFUSALS
from studio_sync.rules.facts import Outcome

#: until the row of Templates says what WhatsApp said, and the gate can choose again
AGAIN = timedelta(seconds=5)
#: a message that is refused for its template so often is not tried any more
MOST = 3


def about_template(template: AtWhatsApp | None, error: OutsideError) -> bool:
    """Whether WhatsApp refused this message for its template (facts/whatsapp 1.4)."""
    return template is not None and error.service == "whatsapp" and error.code in REFUSALS


def template_refused(tx: Tx, queued: Queued, template: AtWhatsApp, error: OutsideError, now: datetime) -> bool:
    """Tell the rules, once an hour for a template; True when the message waits for another decision of the gate.

    It is surely not sent, and nobody else has to wait for it.
    """
    code = int(error.code or 0)
    key = f"template:{template.name}|{template.language}:{code}"
    told = {
        "of": "template_no",
        "name": template.name,
        "language": template.language,
        "code": code,
        "reason": error.message,
    }
    tx.put_fact(
        Outcome(key=f"outcome:{key}:{now:%Y%m%dT%H}", at=now, effect_key=queued.effect.key, ok=False, result=told)
    )
    if not REFUSALS[code] or queued.tries >= MOST:
        return False
    tx.later(queued.effect.key, now + AGAIN, error.message, now)
    return True
