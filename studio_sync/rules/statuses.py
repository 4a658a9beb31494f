"""How far a message got. Statuses come twice, late and out of order: only a higher rank changes anything.

Source: facts/whatsapp 1.2.
"""

from __future__ import annotations

from sheets_schema.tabs.messages import MessageRow
from sheets_schema.texts.catalogue import part
from studio_sync.rules import held
from studio_sync.rules.codes import AGAIN, late_act, words_of
from studio_sync.rules.cost import rate
from studio_sync.rules.facts import StatusCame
from studio_sync.rules.ink import Ink, message_id
from studio_sync.rules.progress import receipt
from studio_sync.rules.receipts import class_of, send_of
from studio_sync.rules.untold import untold

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
    act = late_act(fact.code) if state == "not sent" else None
    told = fact.model_dump(mode="json", include={"effect_key", "lead", "status", "wamid", "code", "detail", "at"})
    ink.note("again" if act in AGAIN else "status", **told)
    if act in AGAIN:
        return  # whether it goes again is for the journal to say: an Outcome tells
    ident = message_id(fact.effect_key)
    row = ink.snap.messages.get(ident)
    if row is None:
        return
    because = _because(fact)
    receipt(ink, fact.effect_key, state, fact.at, because)
    if row.state in {"held", "sending"}:
        held.settle(ink, ident)
    _bill(ink, fact, row)
    rank = RANK.get(row.state, 0)
    if RANK[state] > rank or (RANK[state] == rank and not row.sent):
        clock = f"{fact.at.astimezone(ink.snap.settings.zone):%H:%M}"
        said = part("tick.not_sent", because=because) if state == "not sent" else part(f"tick.{state}", time=clock)
        why = _why(row, part("why.not_sent", because=because) if state == "not sent" else _with(fact))
        ink.put("messages", ident, projection=True, state=state, sent=said, why=why, label="status")
        if state == "not sent" and class_of(row) != "fresh":
            untold(ink, send_of(ink.snap, row), because, fact.code)


def _bill(ink: Ink, fact: StatusCame, row: MessageRow) -> None:
    """What WhatsApp says it costs; what was not delivered costs nothing."""
    day = fact.at.astimezone(ink.snap.settings.zone).date()
    if fact.status == "failed" or (fact.category and not fact.billable):
        cost: int | None = 0
    elif fact.category:
        cost = rate(ink.snap, fact.category, row.number, day)
    else:
        return
    if cost != row.cost and (row.cost is not None or row.template or cost):
        ink.put("messages", row.id, projection=True, cost=cost, label="cost")


def _because(fact: StatusCame) -> str:
    """In plain words where we have them, else in WhatsApp's."""
    plain = words_of(fact.code)
    return part(plain) if plain else (fact.detail or f"code {fact.code}").rstrip(".")


def _with(fact: StatusCame) -> str:
    """What it left with: when our own answer was lost, only this tells."""
    return part("why.with", what=message_id(fact.lead)) if fact.lead else ""


def _why(row: MessageRow, more: str) -> str:
    return "\n".join(dict.fromkeys(line for line in (*row.why.splitlines(), more) if line))
