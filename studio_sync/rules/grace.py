"""Many ticks at once: what is to leave waits 20 seconds, says so beside each box, and unticking stops it."""

from __future__ import annotations

from sheets_schema.cells import Raw
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import chat_open
from studio_sync.rules.questions import ask, close, data_of

#: the rule of its question
RULE = "many"
#: tab -> the cell beside the box, and what leaves
BESIDE = {
    "invoices": ("sent", "invoice"),
    "bookings": ("told", "message"),
    "clients": ("sent", "reminder"),
    "messages": ("sent", "message"),
}


def begun(ink: Ink, fact: Outcome) -> None:
    """Say beside each box what is about to leave, and to the owner's phone how to stop it."""
    tab, rows = str(fact.result["tab"]), dict(fact.result["rows"])
    cell, noun = BESIDE[tab]
    said = part("tick.grace", items=words.plural(len(rows), noun))
    for row_id in rows:
        ink.put(tab, row_id, projection=True, raw={cell: said}, label="grace")
    _close(ink, tab)
    if chat_open(ink, ink.owner()):
        question = ask(ink, who="owner-chat", about=said, answers={"stop": ""}, rule=RULE, data={"tab": tab}, hours=1)
        amount = words.money_chat(0, ink.snap.settings.currency)
        values = {"n": str(len(rows)), "amount": amount, "question": question}
        ink.send(ink.owner(), "owner.many", values=values, about=f"question:{question}", deadline=ink.within(0.005))


def stopped(ink: Ink, fact: Outcome) -> None:
    """Unticked in time: nothing of it leaves. With ``boxes`` the boxes are cleared by us."""
    tab, rows = str(fact.result["tab"]), dict(fact.result["rows"])
    cell, _ = BESIDE[tab]
    for row_id, box in rows.items():
        cells: dict[str, Raw] = {
            cell: part("tick.stopped", n="0"),
            **({box: False} if fact.result.get("boxes") else {}),
        }
        ink.put(tab, row_id, projection=True, raw=cells, label="stopped")


def _close(ink: Ink, tab: str) -> None:
    for question in ink.snap.questions:
        if question.key == RULE and question.state == "open" and data_of(question).get("tab") == tab:
            close(ink, question)
