"""An effect brought news: a number was given, a paper is drawn, a message was refused or may not have arrived."""

from __future__ import annotations

from sheets_schema.texts.catalogue import part
from studio_sync.rules.billing import invoices
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink, message_id
from studio_sync.rules.questions import ask


def outcome(ink: Ink, fact: Outcome) -> None:
    """Go on with what an effect brought. ``result["of"]`` names what kind of news it is."""
    match fact.result.get("of"):
        case "number":
            invoices.numbered(ink, fact)
        case "render":
            invoices.rendered(ink, fact)
        case "mail":
            invoices.mailed(ink, fact)
        case "held":
            _held(ink, fact)
        case "not_sent":
            _not_sent(ink, fact)
        case _:
            return


def _held(ink: Ink, fact: Outcome) -> None:
    """A message of class once whose answer was lost: never repeated by us; the owner decides."""
    send = fact.result["send"]
    about = part("decide.held", name=send["name"], what=_what(send))
    ask(
        ink,
        who="owner",
        about=about,
        answers={"again": part("decide.held_again"), "arrived": part("decide.held_arrived")},
        rule="held",
        data={"row": message_id(fact.effect_key), "send": send},
        hours=24 * 7,
    )


def _not_sent(ink: Ink, fact: Outcome) -> None:
    """A client could not be told: said to the owner in Today, never silent."""
    send = fact.result["send"]
    if send.get("to_owner") or not fact.result.get("loud"):
        return
    ask(
        ink,
        who="owner",
        about=part("decide.not_told", name=send["name"], what=_what(send)),
        answers={"done": part("decide.not_told_done")},
        rule="not_told",
        data={},
        hours=24 * 7,
    )


def _what(send: dict[str, object]) -> str:
    values = send.get("values")
    doc = values.get("doc") if isinstance(values, dict) else ""
    return f"invoice {doc}" if doc else str(send["text"]).replace(".", " ").replace("_", " ")
