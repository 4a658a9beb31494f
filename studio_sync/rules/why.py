"""Why: five plain lines about a message or a change, from the rows themselves."""

from __future__ import annotations

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.messages import MessageRow
from studio_sync.rules.ink import Ink


def explain(ink: Ink, number: int | None) -> None:
    """Answer ``why`` (the last message to a client) or ``why 14`` (the message that went with change 14)."""
    row = _by_number(ink.snap, number) if number else _last(ink.snap)
    if row is None:
        ink.send(ink.asker(), "answer.why_none", cls="fresh", answers=ink.fact.key)
        return
    ink.send(ink.asker(), "answer.why", values={"lines": row.why or row.text}, cls="fresh", answers=ink.fact.key)


def _last(snap: Snapshot) -> MessageRow | None:
    out = [m for m in snap.messages if m.way == "out" and m.client_id not in {"owner", ""} and m.when]
    return max(out, key=lambda m: (m.when, m.id)) if out else None


def _by_number(snap: Snapshot, number: int) -> MessageRow | None:
    facts = {c.key.split("/", maxsplit=1)[0] for c in snap.changes if c.no == number}
    out = [m for m in snap.messages if m.key.split("/", maxsplit=1)[0] in facts and m.way == "out"]
    return out[-1] if out else None
