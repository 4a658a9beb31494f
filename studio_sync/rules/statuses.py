"""How far a message got. Statuses come twice, late and out of order: only a higher rank changes anything.

Source: facts/whatsapp 1.2.
"""

from __future__ import annotations

from sheets_schema.texts.catalogue import part
from studio_sync.rules import held
from studio_sync.rules.facts import StatusCame
from studio_sync.rules.ink import Ink, message_id
from studio_sync.rules.progress import receipt

RANK = {
    "": 0,
    "waiting": 0,
    "would send": 0,
    "sending": 1,
    "held": 1,
    "sent": 2,
    "delivered": 3,
    "read": 4,
    "not sent": 5,
}
STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "not sent"}


def status_came(ink: Ink, fact: StatusCame) -> None:
    """Bring the row of Messages up to date, and the cell that waits for this message."""
    state = STATES.get(fact.status)
    if state is None or not fact.effect_key:
        return
    ink.note(
        "status", effect_key=fact.effect_key, status=fact.status, wamid=fact.wamid, code=fact.code, detail=fact.detail
    )
    ident = message_id(fact.effect_key)
    row = ink.snap.messages.get(ident)
    if row is None:
        return
    because = fact.detail or f"code {fact.code}"
    receipt(ink, fact.effect_key, state, fact.at, because)
    if row.state in {"held", "sending"}:
        held.settle(ink, ident)
    rank = RANK.get(row.state, 0)
    if RANK[state] > rank or (RANK[state] == rank and not row.sent):
        clock = f"{fact.at.astimezone(ink.snap.settings.zone):%H:%M}"
        said = part("tick.not_sent", because=because) if state == "not sent" else part(f"tick.{state}", time=clock)
        ink.put("messages", ident, projection=True, state=state, sent=said, label="status")
