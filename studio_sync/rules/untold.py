"""A message that did not reach someone: what follows for the person, and how the owner hears of it. None is lost."""

from __future__ import annotations

from typing import Any

from sheets_schema.texts.catalogue import part
from studio_sync.rules import held
from studio_sync.rules.codes import Act, act_of
from studio_sync.rules.effects import Send
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink, message_id
from studio_sync.rules.nudges import news, nudge
from studio_sync.rules.people import called, first_of
from studio_sync.rules.progress import receipt
from studio_sync.rules.questions import ask
from studio_sync.rules.receipts import send_of

#: after these nobody has to do anything
QUIET = (Act.WISH, Act.SPARED)


def untold(ink: Ink, send: Send, because: str, code: int = 0) -> None:
    """``send`` did not reach its person, ``because``; ``code``: WhatsApp's own, 0 for a reason of ours."""
    if act_of(code) is Act.WISH:
        wish(ink, send.who)
    if send.to_owner or (code and act_of(code) in QUIET):
        return
    name, what = held.name_of(send), held.what_of(send)
    question = ask(
        ink,
        who="owner",
        about=part("decide.not_told", name=name, what=what),
        answers={"told": part("decide.not_told_done")},
        rule="not_told",
        data={},
        hours=24 * 7,
    )
    sentence = part("nudge.not_told", name=name, what=what, because=because)
    if because == part("untold.window"):
        values = {"name": name, "what": what, "first": first_of(send.name) or name, "question": question}
        nudge(ink, "alert.no_template", sentence, values=values, about=f"question:{question}")
    else:
        news(ink, sentence)


def wish(ink: Ink, client_id: str) -> None:
    """No news any more, by a tap in WhatsApp; what is about bookings goes on."""
    client = ink.snap.clients.get(client_id)
    if client is None or (client.messages in {"stopped", "bookings only"} and client.consent == "no"):
        return
    name = called(client.name)
    messages = "stopped" if client.messages == "stopped" else "bookings only"
    log, by = part("log.no_news", name=name), part("by.chat", name=name)
    ink.put("clients", client.id, log=log, by=by, messages=messages, consent="no", label="wish")


def not_sent(ink: Ink, fact: Outcome) -> None:
    """A client could not be told: said in the cell that waits, and when it matters in Today and to the owner."""
    send = _meant(ink, fact)
    if send is None:
        return
    because = str(fact.result.get("reason") or "-")
    receipt(ink, send.key, "not sent", fact.at, because)
    if because == part("untold.stopped") and _cause(send).startswith("row:"):
        _ask_anyway(ink, send)
    elif fact.result.get("loud"):
        untold(ink, send, because, int(fact.result.get("code") or 0))


def _ask_anyway(ink: Ink, send: Send) -> None:
    """She ticked something for someone who said STOP: automatic messages end with that, her own word is hers."""
    ask(
        ink,
        who="owner",
        about=part("decide.anyway", name=held.name_of(send), what=held.what_of(send)),
        answers={"yes": part("decide.anyway_yes"), "no": part("decide.anyway_no")},
        rule="anyway",
        data={"send": send.model_dump(mode="json")},
    )


def answered(ink: Ink, data: dict[str, Any], choice: str) -> tuple[str, dict[str, str]]:
    """Her answer: it goes under a key of its own, or it stays; the text of the answer."""
    send = Send.model_validate(data["send"])
    if choice != "yes":
        return "answer.left", {}
    ink.resend(send.model_copy(update={"anyway": True}), why=(*send.why, part("why.anyway")))
    _goes_now(ink, send)
    return "answer.sent_to", {"what": held.what_of(send), "name": held.name_of(send)}


def _cause(send: Send) -> str:
    """The key of the fact that a message goes back to: an invoice leaves after a number and a paper brought news."""
    key = send.key.partition("/")[0]
    while key.startswith("outcome:"):
        key = key.removeprefix("outcome:")
    return key


#: tab -> the cell beside the box she ticked, and what it says while the message is on its way
_CELLS = {
    "clients": ("sent", "tick.sending"),
    "bookings": ("told", "tick.telling"),
    "messages": ("sent", "tick.sending"),
    "invoices": ("sent", "tick.sending"),
}


def _goes_now(ink: Ink, send: Send) -> None:
    """The cell beside the box she had ticked waits again."""
    kind, _, place = _cause(send).partition(":")
    tab, _, row = place.partition(":")
    ident = row.rpartition(":")[0]
    if kind == "row" and tab in _CELLS and ident in getattr(ink.snap, tab):
        field, words = _CELLS[tab]
        waits: dict[str, Any] = {field: part(words)}
        ink.put(tab, ident, label="anyway", **waits)


def _meant(ink: Ink, fact: Outcome) -> Send | None:
    """The message it is about: as it was told, else by its row."""
    if fact.result.get("send"):
        return held.as_send(fact)
    row = ink.snap.messages.get(message_id(fact.effect_key))
    return send_of(ink.snap, row) if row is not None else None


def again(ink: Ink, fact: Outcome) -> None:
    """WhatsApp took it and refused it later: it waits for another try, and its row says so."""
    ident = message_id(fact.effect_key)
    row = ink.snap.messages.get(ident)
    if row is None or row.state in {"delivered", "read"}:
        return
    said = part("why.not_taken", time=ink.clock, because=str(fact.result.get("reason") or "-"))
    why = "\n".join(line for line in (row.why, said) if line)
    ink.put("messages", ident, projection=True, state="waiting", why=why, label="again")
