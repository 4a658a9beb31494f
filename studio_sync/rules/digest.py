"""Digests: the one line that proves that we live, and the whole day after her tap."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.day import bookings_of_day, decisions, session_line, sessions, todo_words
from studio_sync.rules.facts import Tick
from studio_sync.rules.ink import Ink


def line(ink: Ink, fact: Tick, *, days: int) -> None:
    """The one-line digest to every admin phone. An empty day still sends its line."""
    zone = ink.snap.settings.zone
    day = ink.now.astimezone(zone).date() + timedelta(days=days)
    groups = sessions(bookings_of_day(ink.snap, day))
    stem = "digest.morning" if days == 0 else "digest.evening"
    values = {"todo": todo_words(ink.snap, ink.now)}
    if groups:
        values |= {"sessions": words.plural(len(groups), "session"), "time": f"{groups[0][0].time:%H:%M}"}
    end = datetime.combine(ink.now.astimezone(zone).date(), time(23, 59), tzinfo=zone)
    local = fact.at.astimezone(zone)
    for admin in ink.admins():
        ink.send(
            admin,
            stem if groups else f"{stem}_free",
            values=values,
            deadline=end,
            priority=3,
            why=(part("why.tick", what="Morning digest" if days == 0 else "Evening digest", time=f"{local:%H:%M}"),),
        )


def day_full(ink: Ink, days: int) -> None:
    """The whole day as free text: her tap or command has opened the chat."""
    zone = ink.snap.settings.zone
    local = ink.now.astimezone(zone)
    day = local.date() + timedelta(days=days)
    groups = sessions(bookings_of_day(ink.snap, day))
    values = {
        "day": words.day(day, ink.snap.context.today),
        "sessions": words.plural(len(groups), "session"),
    }
    lines = "\n".join(session_line(ink.snap, group) for group in groups)
    if lines:
        values["lines"] = lines
    if days == 0:
        values["time"] = f"{local:%H:%M}"
        waiting = decisions(ink.snap, ink.now)
        if waiting:
            values["decide"] = "\n".join(
                part("line.decide", n=str(n), text=item.text) for n, item in enumerate(waiting[:5], 1)
            )
            values["n"] = "1"
    ink.send(
        ink.owner(),
        "digest.today_full" if days == 0 else "digest.tomorrow_full",
        values=values,
        deadline=ink.now + timedelta(hours=6),
        answers=ink.fact.key,
        why=(part("why.asked", owner=ink.snap.settings.owner_name, time=f"{local:%H:%M}"),),
    )
