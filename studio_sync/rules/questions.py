"""Questions: one way to ask and wait, for confirmations, moved events and newcomers. Each is a row, never only memory.

An answer comes as a tap (``answer_<question>_<id>``), a tick in Today, or ``decide 2`` in the chat. A pending question
never swallows STOP or any other command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sheets_schema.tabs.messages import Question
from studio_sync.rules.ink import Ink


def ask(
    ink: Ink,
    *,
    who: str,
    about: str,
    answers: Mapping[str, str],
    rule: str,
    data: Mapping[str, Any],
    hours: int = 48,
    until: datetime | None = None,
    state: str = "open",
) -> str:
    """Open a question; its id. ``rule`` names what goes on with the answer, ``data`` is what it needs to know.

    It waits for ``hours``, or until the instant ``until``.
    """
    ident = ink.mint("q-")
    ink.put(
        "questions",
        ident,
        asked=ink.now,
        who=who,
        about=about,
        answers="\n".join(f"{key}|{label}" for key, label in answers.items()),
        until=until or ink.now + timedelta(hours=hours),
        state=state,
        key=rule,
        data=text_of(data),
    )
    return ident


def text_of(data: Mapping[str, Any]) -> str:
    """What a rule writes down when it asks, as it stands in the row."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def close(ink: Ink, question: Question, state: str = "answered") -> None:
    """Take a question off the list."""
    ink.put("questions", question.id, state=state)


def answers_of(question: Question) -> tuple[tuple[str, str], ...]:
    """Ids and words of the answers, in order."""
    pairs = (line.partition("|") for line in question.answers.splitlines() if line)
    return tuple((key, label) for key, _, label in pairs)


def data_of(question: Question) -> dict[str, Any]:
    """What the rule wrote down when it asked; nothing when that cannot be read any more."""
    try:
        loaded = json.loads(question.data or "{}")
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}
