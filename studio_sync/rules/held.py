"""A message of class once whose answer was lost: never repeated by us. She says: send it again, or it arrived."""

from __future__ import annotations

from typing import Any

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.effects import Send
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink, message_id
from studio_sync.rules.nudges import nudge
from studio_sync.rules.questions import ask, close, data_of


def in_doubt(ink: Ink, fact: Outcome) -> None:
    """Ask her, in Today and in the chat."""
    send = as_send(fact)
    name, what = name_of(send), what_of(send)
    question = ask(
        ink,
        who="owner",
        about=part("decide.held", name=name, what=what),
        answers={"again": part("decide.held_again"), "arrived": part("decide.held_arrived")},
        rule="held",
        data={"row": message_id(fact.effect_key), "send": fact.result["send"]},
        hours=24 * 7,
    )
    doc = send.values.get("doc", "")
    if doc:
        values = {"name": name, "doc": doc, "question": question}
        about = f"question:{question}"
        nudge(ink, "owner.held", part("nudge.held", name=name, what=what), values=values, about=about)


def as_send(fact: Outcome) -> Send:
    """The message an outcome is about; of an old one perhaps only its text and what it said are known."""
    known: dict[str, Any] = fact.result["send"]
    return Send.model_validate({"key": fact.effect_key, "to": "", "who": "", **known})


def answered(ink: Ink, data: dict[str, Any], choice: str) -> tuple[str, dict[str, str]]:
    """Sent once more by her word, under a key of its own, or settled as arrived; the text of the answer."""
    row = str(data["row"])
    send = Send.model_validate(data["send"])
    if choice != "again":
        ink.put("messages", row, state="sent", sent=part("tick.arrived", time=ink.clock), label="arrived")
        return "answer.left", {}
    ink.resend(send, why=(*send.why, part("why.once")))
    ink.put("messages", row, state="not sent", sent=part("tick.again", time=ink.clock), label="again")
    return "answer.sent_to", {"what": what_of(send), "name": name_of(send)}


def settle(ink: Ink, row: str) -> None:
    """A late status tells that a held message did arrive (or did not): there is nothing left to decide."""
    for question in ink.snap.questions:
        if question.key == "held" and question.state == "open" and data_of(question).get("row") == row:
            close(ink, question)


def name_of(send: Send) -> str:
    """Whom a message was for: the name, else the number."""
    return send.name.strip() or (words.phone_words(send.to) if send.to else part("blank.name"))


def what_of(send: Send) -> str:
    """What a message was about, in words."""
    doc, when = send.values.get("doc", ""), send.values.get("when", "") or send.values.get("time", "")
    if doc:
        return part("about.invoice", doc=doc)
    if when and send.text.startswith(("booking.", "remind.", "fix.")):
        return part("about.session", when=when)
    return part("about.message")
