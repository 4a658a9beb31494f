"""Why a message is there: one that came, or one that left or did not."""

from __future__ import annotations

from sheets_schema.texts.catalogue import part
from studio_sync.journal import Queued
from studio_sync.rules.effects import PutRow, Send
from studio_sync.rules.facts import MessageCame
from webhook.sentences import Answer, Teller, five


def message(teller: Teller, wamid: str) -> Answer | None:
    """About one WhatsApp message by its wamid; None when it is neither kept nor ours."""
    fact = teller.tx.fact(wamid)
    if isinstance(fact, MessageCame):
        return came(teller, fact)
    queued = teller.tx.sent_as(wamid)
    return sent(teller, queued, queued.effect) if queued and isinstance(queued.effect, Send) else None


def came(teller: Teller, fact: MessageCame) -> Answer:
    """About a message that came."""
    name = teller.sender(fact)
    said = (
        part("why.said", name=name, text=fact.text)
        if fact.text.strip()
        else part("why.came", name=name, what=fact.form)
    )
    return five(
        part("why.title_in", name=name),
        said,
        part("why.to_us", time=teller.clock(fact.at)),
        part("why.kept"),
        caused(teller, fact.key),
        part("why.in_free"),
    )


def caused(teller: Teller, fact_key: str) -> str:
    """What followed from something that happened: changes and messages, in words."""
    state = teller.tx.fact_state(fact_key)
    if state != "done":
        return part("why.puzzled" if state == "aside" else "why.in_turn")
    effects = [queued.effect for queued in teller.tx.effects_of(fact_key) if queued.state != "dropped"]
    changes = [effect.what for effect in effects if isinstance(effect, PutRow) and effect.what]
    told = [part("why.title_out", name=effect.name or effect.to) for effect in effects if isinstance(effect, Send)]
    done = list(dict.fromkeys([*changes, *told]))
    return part("why.caused", list="; ".join(done)) if done else part("why.caused_nothing")


def sent(teller: Teller, queued: Queued, send: Send) -> Answer:
    """About a message of ours: left, waiting, held or not sent."""
    what, *why = send.why or (part("why.message", text=send.body or send.text.replace(".", " ")),)
    return five(
        part("why.title_out", name=send.name or send.to),
        what,
        " ".join(why) or teller.cause(teller.tx.fact(queued.fact_key)).removeprefix(what).strip(),
        teller.needed(send.needs),
        teller.rules(queued),
        _cost(queued, send),
    )


def _cost(queued: Queued, send: Send) -> str:
    if queued.state in {"dropped", "parked"}:
        return part("why.no_cost")
    if queued.state != "done":
        return ""
    usual = part("why.once") if send.cls == "once" else part("why.one_message")
    return str(queued.result.get("cost") or usual)
