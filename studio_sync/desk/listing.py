"""``problems``, ``inbox``, ``outbox``: what waits for a decision, what came in, what goes out."""

from __future__ import annotations

from typing import Any

from studio_sync.config import Config
from studio_sync.desk.notes import Notes, opened
from studio_sync.desk.show import say, say_json, table
from studio_sync.desk.words import IN_STATES, OUT_STATES, came_in, goes_out, moment
from studio_sync.errors import UserError
from studio_sync.rules.day import decisions

MOST = 100
_WHEN = ("when", "When", 12)
COLUMNS = {
    "problems": (("n", "No", 3), ("what", "What", 0)),
    "inbox": (_WHEN, ("state", "State", 10), ("what", "What came in", 0)),
    "outbox": (_WHEN, ("state", "State", 12), ("what", "What goes out", 0)),
}
EMPTY = {
    "problems": "Nothing waits for a decision.",
    "inbox": "Nothing came in.",
    "outbox": "Nothing goes out.",
}


def listing(config: Config, name: str, *, as_json: bool = False, state: str = "") -> int:
    """Show one list; 1 when something waits for a person, else 0. Raises ``UserError`` for a state that is none."""
    with opened(config) as notes:
        rows = {"problems": _problems, "inbox": _inbox, "outbox": _outbox}[name](notes, state)
    if as_json:
        say_json(rows)
    elif not rows:
        say(EMPTY[name])
    else:
        for line in table(rows, COLUMNS[name]):
            say(line)
        say(_last_line(name))
    return 1 if name == "problems" and rows else 0


def _last_line(name: str) -> str:
    if name == "problems":
        return "Decide in the tab Today, or in the chat: decide 1"
    return f"The newest {MOST} at most. More about one: studio-sync {name} --json"


def _problems(notes: Notes, _state: str) -> list[dict[str, Any]]:
    """What Today shows under Decide, then what our own work stumbled on."""
    found: list[dict[str, Any]] = [
        {"id": item.id, "what": item.text, "answers": [words for _, words in item.answers]}
        for item in decisions(notes.snap, notes.now)
    ]
    found += [
        {"id": line.key, "what": f"{came_in(line.body)}: set aside, a fault of ours. Nothing was lost.", "answers": []}
        for line in notes.tx.inbox_lines("aside", MOST)
    ]
    found += [
        {"id": line.key, "what": f"{goes_out(line.body)}: refused. {line.reason}", "answers": []}
        for line in notes.tx.outbox_lines("parked", MOST)
    ]
    return [{"n": n, **row} for n, row in enumerate(found, 1)]


def _inbox(notes: Notes, state: str) -> list[dict[str, Any]]:
    zone = notes.snap.settings.zone
    return [
        {
            "id": line.key,
            "when": moment(line.at, zone),
            "at": line.at.isoformat(),
            "state": IN_STATES[line.state],
            "kind": line.kind,
            "what": came_in(line.body),
            "reason": line.error,
        }
        for line in notes.tx.inbox_lines(_state(state, IN_STATES), MOST)
    ]


def _outbox(notes: Notes, state: str) -> list[dict[str, Any]]:
    zone = notes.snap.settings.zone
    return [
        {
            "id": line.key,
            "when": moment(line.since, zone),
            "at": line.since.isoformat(),
            "state": OUT_STATES[line.state],
            "kind": line.kind,
            "what": goes_out(line.body),
            "reason": line.reason,
            "tries": line.tries,
        }
        for line in notes.tx.outbox_lines(_state(state, OUT_STATES), MOST)
    ]


def _state(wanted: str, known: dict[str, str]) -> str:
    """The journal's word for a state as the list shows it."""
    if not wanted:
        return ""
    for word, shown in known.items():
        if wanted in {word, shown}:
            return word
    names = ", ".join(f'"{shown}"' for shown in known.values())
    raise UserError(f'There is no state "{wanted}".', f"Known are: {names}")
