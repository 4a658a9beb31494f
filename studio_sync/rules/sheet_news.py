"""What the sheet did to what we wrote: it was put back to an older version, or she typed in the same moment.

What we wrote again by ourselves is told, the rest is offered.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sheets_schema.cells import CellProblem
from sheets_schema.columns import Column
from sheets_schema.snapshot import shown
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import news
from studio_sync.rules.people import called
from studio_sync.rules.questions import ask

#: a question about rows that are gone may wait so long; then they are written again
HOURS = 24 * 7
#: numbers that are named in one sentence
NAMED = 3


def put_back(ink: Ink, fact: Outcome) -> None:
    """One sentence to every phone of her side, and a question when rows of hers are missing."""
    when, rows = _when(ink, str(fact.result.get("at", ""))), int(fact.result.get("rows", 0))
    numbers = [str(number) for number in fact.result.get("numbers", ())]
    sentence = part("nudge.put_back", when=when)
    if numbers:
        sentence += part("nudge.put_back_documents", list=_listed(numbers))
    if not rows:
        news(ink, sentence, label="put_back", urgent=True)
        return
    count = words.plural(rows, "row")
    ask(
        ink,
        who="owner",
        about=part("decide.put_back", when=when, rows=count),
        answers={"again": part("decide.put_back_again"), "leave": part("decide.put_back_leave")},
        rule="put_back",
        data={"rest": fact.result["rest"]},
        hours=HOURS,
    )
    news(ink, sentence + part("nudge.put_back_rows", rows=count), label="put_back", urgent=True)


def number_taken(ink: Ink, fact: Outcome) -> None:
    """Another document has a number that we gave: a person decides, nothing is numbered anew."""
    row = ink.snap.invoices.get(str(fact.result["row_id"]))
    ask(
        ink,
        who="owner",
        about=part("decide.number_taken", doc=str(fact.result["number"]), name=called(row.client if row else "")),
        answers={"done": part("decide.not_done_ok")},
        rule="not_told",
        data={},
        hours=HOURS,
    )


def unseen(ink: Ink, fact: Outcome) -> None:
    """We wrote into another row and nothing shows what stood there: it is put back as remembered, and she looks at it.

    Where several rows may be meant nothing is put back.
    """
    tab = BY_KEY[str(fact.result["tab"])]
    key = "decide.unseen" if fact.result["sure"] else "decide.unseen_which"
    ask(
        ink,
        who="owner",
        about=part(key, tab=tab.title, name=_name(ink, tab.key, str(fact.result["row_id"]))),
        answers={"done": part("decide.hers_ok")},
        rule="not_told",
        data={},
        hours=24 * 7,
    )


def _name(ink: Ink, tab: str, row_id: str) -> str:
    table = getattr(ink.snap, tab, None)
    row = table.get(row_id) if table is not None else None
    return called(str(getattr(row, "name", "") or getattr(row, "client", "") or row_id))


def hers(ink: Ink, fact: Outcome) -> None:
    """She typed into a cell in the second in which we wrote it: hers stands, and she hears what ours was."""
    tab = BY_KEY[str(fact.result["tab"])]
    column = tab.column(str(fact.result["field"]))
    ask(
        ink,
        who="owner",
        about=part(
            "decide.hers",
            tab=tab.title,
            name=_name(ink, tab.key, str(fact.result["row_id"])),
            column=column.title,
            typed=_shown(ink, column, fact.result.get("typed")),
            ours=_shown(ink, column, fact.result.get("ours")),
        ),
        answers={"done": part("decide.hers_ok")},
        rule="not_told",
        data={},
        hours=24,
    )


def _shown(ink: Ink, column: Column, raw: Any) -> str:
    """A raw cell in a sentence."""
    if raw in (None, "", False):
        return part("blank.cell")
    try:
        return shown(column, column.kind.read(raw, ink.snap.context), ink.snap.context)
    except CellProblem:
        return str(raw)


def answered(ink: Ink, data: dict[str, Any], choice: str) -> tuple[str, dict[str, str]]:
    """Write the missing rows again, or leave them out; the text of the answer. Silence writes them again."""
    if choice == "leave":
        ink.note("leave_out", rest=data["rest"])
        return "answer.left", {}
    ink.note("write_again", rest=data["rest"], log=part("log.again"), by=ink.by_owner("today"))
    return "answer.written_again", {}


def _when(ink: Ink, at: str) -> str:
    """The moment of the version that stands there now."""
    if not at:
        return part("blank.version")
    return words.when(datetime.fromisoformat(at).astimezone(ink.snap.settings.zone), ink.today)


def _listed(numbers: list[str]) -> str:
    more = part("nudge.put_back_more", n=str(len(numbers) - NAMED)) if len(numbers) > NAMED else ""
    return ", ".join(numbers[:NAMED]) + more
