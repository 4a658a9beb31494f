"""A tick of the timetable: what each one does. One rule per name."""

from __future__ import annotations

from studio_sync.rules import answers, approval, digest, holding, reminders, spending
from studio_sync.rules.facts import Tick
from studio_sync.rules.ink import Ink


def tick(ink: Ink, fact: Tick) -> None:
    """Do what this tick is for; an unknown name (of a newer version) does nothing."""
    match fact.name:
        case "digest.morning":
            digest.line(ink, fact, days=0)
        case "digest.evening":
            digest.line(ink, fact, days=1)
        case "remind.tomorrow":
            reminders.tomorrow(ink, fact)
        case "remind.next_hour":
            reminders.next_hour(ink, fact)
        case "question.over":
            answers.expired(ink, fact.about)
        case "messages.free":
            spending.free_used_up(ink)
        case "templates.look":
            approval.look(ink, daily=True)
        case "talk.hold":
            holding.hold(ink, fact)
        case _:
            return
