"""Every tick in one table. A new kind of reminder is one line here, one rule, one template row, one test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sheets_schema.snapshot import Snapshot
from studio_sync.rules import due
from studio_sync.rules.facts import Tick

#: name of the tick -> when it is due
TIMETABLE: dict[str, Callable[[Snapshot, datetime], due.Slots]] = {
    "digest.morning": due.morning,
    "digest.evening": due.evening,
    "remind.tomorrow": due.night_before,
    "remind.next_hour": due.shortly_before,
    "question.over": due.questions_over,
    "messages.free": due.free_used_up,
    "templates.look": due.templates_look,
}


def due_ticks(snap: Snapshot, now: datetime) -> list[Tick]:
    """Every tick whose time has come and that is still useful at ``now`` (aware). Their keys make each happen once."""
    found = []
    for name, slots in TIMETABLE.items():
        for slot, about in slots(snap, now):
            place = f"{about}:{slot}" if about else slot
            found.append(Tick(key=f"tick:{name}:{place}", at=now, name=name, slot=slot, about=about))
    return found
