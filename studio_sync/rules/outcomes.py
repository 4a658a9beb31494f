"""An effect brought news: a number was given, a paper is drawn, a message was refused or may not have arrived."""

from __future__ import annotations

from sheets_schema.texts.catalogue import part
from studio_sync.rules import alerts, approval, braking, held
from studio_sync.rules.billing import invoices, posting
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import news, nudge
from studio_sync.rules.people import first_of
from studio_sync.rules.progress import receipt
from studio_sync.rules.questions import ask


def outcome(ink: Ink, fact: Outcome) -> None:
    """Go on with what an effect brought. ``result["of"]`` names what kind of news it is."""
    match fact.result.get("of"):
        case "number":
            invoices.numbered(ink, fact)
        case "render":
            posting.rendered(ink, fact)
        case "mail":
            posting.mailed(ink, fact)
        case "held":
            held.in_doubt(ink, fact)
        case "not_sent":
            _not_sent(ink, fact)
        case "templates":
            approval.whole_list(ink, fact.result.get("listed"))
        case "template_no":
            approval.refused(ink, fact)
        case "down":
            alerts.down(ink, fact)
        case "up":
            alerts.up(ink, fact)
        case "paused":
            braking.paused(ink, fact)
        case "restore":
            braking.restore(ink, fact)
        case "hers":
            alerts.hers(ink, fact)
        case "parked" | "diary_no" | "failed":
            alerts.refused(ink, fact)
        case _:
            return


def _not_sent(ink: Ink, fact: Outcome) -> None:
    """A client could not be told: said in the cell that waits, and when it matters in Today and to the owner."""
    send = held.as_send(fact)
    because = str(fact.result.get("reason") or "-")
    receipt(ink, send.key, "not sent", fact.at, because)
    if send.to_owner or not fact.result.get("loud"):
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
