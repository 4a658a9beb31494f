"""The disaster brake: a tab that lost a heading, many rows or many cells at once means nothing until it is whole again.

She is asked once. "Restore" brings the last good rows back, and so does silence; "It was me" makes the watch believe.
Until then nothing that came from this tab leaves; reminders go on from the last good rows.
"""

from __future__ import annotations

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.alerts import phones, sentence_of
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink
from studio_sync.rules.questions import ask, data_of
from studio_sync.rules.recorded import record

#: the rule of its question
RULE = "brake"


def pause_words(tab: str, why: str, heading: str, rows: int) -> str:
    """Why the tab of this title is paused, as the status line of Today says it."""
    count = words.plural(rows, "row")
    match why:
        case "tab":
            return part("problem.tab_gone", tab=tab)
        case "heading":
            return part("problem.header_gone", column=heading, tab=tab)
        case "crossed":
            return part("problem.header_crossed", column=heading, tab=tab)
        case "cells":
            return part("today.stopped_cells", rows=count, tab=tab)
        case _:
            return part("today.stopped", rows=count)


def paused(ink: Ink, fact: Outcome) -> None:
    """Tell her; about rows and cells ask her."""
    tab, rows = str(fact.result["tab"]), int(fact.result["rows"])
    why = str(fact.result.get("why") or ("heading" if fact.result.get("heading") else "rows"))
    title = BY_KEY[tab].title
    if why not in {"rows", "cells"}:
        gone = pause_words(title, why, str(fact.result.get("heading") or ""), rows)
        phones(ink, "owner.news", text=sentence_of(gone))
        return
    about = part("decide.brake" if why == "rows" else "decide.brake_cells", rows=words.plural(rows, "row"), tab=title)
    answers = {"restore": part("decide.brake_restore"), "mine": part("decide.brake_mine")}
    question = ask(ink, who="owner", about=about, answers=answers, rule=RULE, data={"tab": tab})
    phones(ink, "alert.brake", what=title, question=question)


def answered(ink: Ink, tab: str, choice: str) -> None:
    """Her word, for the watch: it alone knows what stands in the sheet now. Silence restores."""
    ink.note("mine" if choice == "mine" else "restore", tab=tab)


def restore(ink: Ink, fact: Outcome) -> None:
    """Rows and cells as they were, by what the watch found missing."""
    tab = BY_KEY[str(fact.result["tab"])]
    for mend in fact.result["mends"]:
        match = str(mend.get("match", ""))
        ink.put(tab.key, str(mend["row_id"]), raw=mend["cells"], match=match, back=True, label="back")
    rows = words.plural(len(fact.result["mends"]), "row")
    record(ink, tab, part("log.restored", rows=rows, tab=tab.title), by=ink.by_owner("sheet"))


def braked(snap: Snapshot, send_key: str) -> str:
    """Title of the tab that a message came from while she is asked about that tab; "" when there is none."""
    kind, _, place = send_key.partition(":")
    tab = place.partition(":")[0]
    if kind not in {"row", "rows"} or tab not in BY_KEY:
        return ""
    waiting = any(q.key == RULE and q.state == "open" and data_of(q).get("tab") == tab for q in snap.questions)
    return BY_KEY[tab].title if waiting else ""
