"""``why``: five plain lines about a message, a row, a session or a change, the same as the page shows."""

from __future__ import annotations

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import TABS
from studio_sync.config import Config
from studio_sync.desk.notes import opened
from studio_sync.desk.show import say, say_json, wrapped
from studio_sync.errors import UserError
from studio_sync.rules.ink import message_id
from webhook.sentences import Answer, Teller, five
from webhook.why import explain


def why(config: Config, ident: str, *, as_json: bool = False) -> int:
    """Show why. ``ident``: a row's id, a wamid, ``row:<tab>:<id>``, ``event:<id>`` or the number of a change."""
    with opened(config) as notes:
        teller = Teller.of(notes.tx, notes.now)
        answers = [explain(teller, each) for each in _idents(notes.snap, ident)]
        found = next((answer for answer in answers if answer is not None), None) or _untouched(notes.snap, ident)
    if found is None:
        raise UserError(
            f"Nothing here is called {ident}.",
            "Ids stand in the last column of each tab. Type for example: studio-sync why m-1A2B3C4D",
        )
    if as_json:
        say_json({"id": ident, **found})
        return 0
    say(found["title"])
    for label, text in found["lines"]:
        for line in wrapped(label, str(text)):
            say(line)
    return 0


def _idents(snap: Snapshot, ident: str) -> list[str]:
    """What ``ident`` may mean, the likeliest first: as it is, a row of some tab, a message by its row, a change."""
    if "/" in ident:  # as the lists of the terminal name what goes out
        return [f"row:messages:{message_id(ident)}", *_row_of(ident)]
    if ":" in ident:
        return [ident]
    rows = [f"row:{tab.key}:{ident}" for tab in TABS if _has(snap, tab.key, ident)]
    changes = [*snap.changes, *snap.book_changes] if ident.isdigit() else []
    numbered = [f"row:{_tab(change.tab)}:{change.row_id}" for change in changes if change.no == int(ident)]
    return [*rows, *numbered, ident, f"row:messages:{message_id(ident)}"]


def _row_of(key: str) -> list[str]:
    """``<cause>/row:<tab>:<id>[:<more>]`` is about that row, ``<cause>/event:<id>[:<more>]`` about that session."""
    kind, *about = key.partition("/")[2].split(":")
    named = {"row": 2, "event": 1}.get(kind, 0)
    return [":".join((kind, *about[:named]))] if named else []


def _untouched(snap: Snapshot, ident: str) -> Answer | None:
    """A row that we only ever read."""
    tab, _, row_id = ident.removeprefix("row:").rpartition(":")
    titles = [each.title for each in TABS if tab in {"", each.key, each.title} and _has(snap, each.key, row_id)]
    return five(titles[0], "", "It was typed by hand or stood there before us. We changed nothing.") if titles else None


def _has(snap: Snapshot, tab: str, row_id: str) -> bool:
    table = getattr(snap, tab) if tab != "settings" else {}
    return row_id in table


def _tab(title: str) -> str:
    return next((tab.key for tab in TABS if tab.title == title), title)
