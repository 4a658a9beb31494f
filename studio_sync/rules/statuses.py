"""How far a message got. Statuses come twice, late and out of order: only a higher rank changes anything (facts/whatsapp 1.2)."""

from __future__ import annotations

from sheets_schema.texts.catalogue import part
from studio_sync.rules.facts import StatusCame
from studio_sync.rules.ink import Ink, message_id

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
    row = ink.snap.messages.get(message_id(fact.effect_key))
    ink.note(
        "status", effect_key=fact.effect_key, status=fact.status, wamid=fact.wamid, code=fact.code, detail=fact.detail
    )
    if row is not None and RANK[state] <= RANK.get(row.state, 0):
        return
    clock = f"{fact.at.astimezone(ink.snap.settings.zone):%H:%M}"
    words_of = (
        part("tick.not_sent", because=fact.detail or f"code {fact.code}")
        if state == "not sent"
        else part(f"tick.{state}", time=clock)
    )
    ink.put("messages", message_id(fact.effect_key), projection=True, state=state, sent=words_of)
    if row is not None and row.kind == "money.invoice":
        _invoice(ink, row.key, words_of, state)


def _invoice(ink: Ink, send_key: str, words_of: str, state: str) -> None:
    """The invoice's own cell says how far it got: sent -> delivered -> read."""
    for invoice in ink.snap.invoices:
        if f"/send:money.invoice:{invoice.id}" in send_key:
            ink.put("invoices", invoice.id, projection=True, sent=words_of, whatsapp=state)
