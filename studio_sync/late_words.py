"""What WhatsApp says of a message after it took it, in the transaction of that decision: settled, or once more.

A 200 only means accepted: that a chat is closed, an account not paid for or a person too busy comes as a ``failed``
status (facts whatsapp 0.5). Such a message goes again under its own key; words about its lost id mean nothing later.
"""

from __future__ import annotations

from datetime import datetime

from sheets_schema.texts.catalogue import part
from studio_sync.journal import Queued, Tx
from studio_sync.journal.outbox import lost_wamids
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.codes import Act, late_act, words_of
from studio_sync.rules.effects import Note, Send
from studio_sync.rules.facts import Outcome, StatusCame
from studio_sync.rules.ink import message_id
from studio_sync.rules.pace import ACCOUNT, NEWS, back_off, pause_name
from studio_sync.rules.traffic import DAY


def late_word(tx: Tx, note: Note, now: datetime) -> None:
    """One status of one message of ours; what left in one post with it hears the same."""
    fact = StatusCame.model_validate({"key": "-", **note.data})
    for key in tx.with_lead(fact.effect_key):
        copy = {"key": f"{fact.wamid}:{fact.status}:{message_id(key)}", "effect_key": key, "lead": fact.effect_key}
        tx.put_fact(fact.model_copy(update=copy))
    queued = tx.effect(fact.effect_key)
    if queued is None or not isinstance(queued.effect, Send):
        if note.what == "again":
            _lost(tx, fact, now, {})
    elif fact.wamid in lost_wamids(queued):
        return
    elif note.what == "status":
        _settled(tx, queued, fact, now)
    else:
        _again(tx, queued, queued.effect, fact, now)


def _settled(tx: Tx, queued: Queued, fact: StatusCame, now: datetime) -> None:
    """It did leave, also when our own answer was lost; and if nothing was taken before, it is again."""
    lost = {"lost": lost_wamids(queued)} if lost_wamids(queued) else {}
    led = {"with": fact.lead} if fact.lead else {}
    tx.done(fact.effect_key, {"wamid": fact.wamid, "settled_by": fact.status, **led, **lost}, now)
    if fact.status == "failed":
        tx.stays(fact.effect_key)
        if late_act(fact.code) is Act.SPARED and isinstance(queued.effect, Send):
            # Trying again within a day locks this person for longer (facts whatsapp 1.4).
            tx.pause(f"{NEWS}:{queued.effect.to}", now + DAY, _reason(fact), now)
    else:
        tx.go_on([ACCOUNT])


def _again(tx: Tx, queued: Queued, send: Send, fact: StatusCame, now: datetime) -> None:
    """Taken, then refused for a reason that passes."""
    act = late_act(fact.code)
    reason = _reason(fact)
    if queued.state in {"done", "dropped"} and queued.result.get("wamid") != fact.wamid:
        return  # it left under another id meanwhile
    if act is Act.TEMPLATE and queued.result.get("form") == "template":
        _lost(tx, fact, now, send.model_dump(mode="json"))
        return
    until = now
    if act is Act.TEMPLATE:
        tx.closed(Snapshots().load(tx, now).addresses_of(send.to), fact.at)
    else:
        name = ACCOUNT if act is Act.STOP else pause_name(act, send)
        resting = tx.resting(now)
        until += back_off(act, resting[name].tries + 1 if name in resting else 1)
        tx.pause(name, until, reason, now)
    if tx.again(send.key, fact.wamid, until, reason, now):
        tx.stays(send.key)
        _tell(tx, fact, now, {"of": "again", "reason": reason})


def _lost(tx: Tx, fact: StatusCame, now: datetime, send: dict[str, object]) -> None:
    """It cannot go again from here: the owner hears of it."""
    tx.done(fact.effect_key, {"wamid": fact.wamid, "settled_by": fact.status}, now)
    told = {"of": "not_sent", "reason": _reason(fact), "loud": True, "code": fact.code, "send": send}
    _tell(tx, fact, now, told)


def _reason(fact: StatusCame) -> str:
    plain = words_of(fact.code)
    return part(plain) if plain else (fact.detail or f"code {fact.code}").rstrip(".")


def _tell(tx: Tx, fact: StatusCame, now: datetime, result: dict[str, object]) -> None:
    key = f"outcome:{fact.effect_key}:{result['of']}:{message_id(fact.wamid)}"
    tx.put_fact(Outcome(key=key, at=now, effect_key=fact.effect_key, ok=False, result=result))
