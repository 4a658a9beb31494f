"""Digests: the one line that proves that we live, and the whole day after her tap."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import clip, part
from studio_sync.rules import cost
from studio_sync.rules.day import bookings_of_day, decisions, session_line, sessions, todo_words
from studio_sync.rules.facts import Tick
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import Who, called

#: lines of each part of a full digest
MOST = 5
#: letters of a day's list in one line
LIST = 200
#: since when news count where no evening's list comes
USUAL_EVENING = time(20)


def line(ink: Ink, fact: Tick, *, days: int) -> None:
    """The one-line digest to every phone of the owner's side. An empty day still sends its line."""
    local = fact.at.astimezone(ink.snap.settings.zone)
    what = part("tick_name.morning" if days == 0 else "tick_name.evening")
    for admin in ink.admins():
        _line(ink, admin, days, (part("why.tick", what=what, time=f"{local:%H:%M}"),))


def test_line(ink: Ink, why: tuple[str, ...]) -> None:
    """The same line by her tick, to see that messages arrive."""
    _line(ink, ink.owner(), 0, why)


def _line(ink: Ink, admin: Who, days: int, why: tuple[str, ...]) -> None:
    day = ink.local.date() + timedelta(days=days)
    groups = sessions(bookings_of_day(ink.snap, day))
    stem = "digest.morning" if days == 0 else "digest.evening"
    values = {"todo": todo_words(ink.snap, ink.now)}
    if groups:
        values |= {"sessions": words.plural(len(groups), "session"), "time": f"{groups[0][0].time:%H:%M}"}
        # Only in her own words, or those of an older system: ours have the list behind the tap.
        values["list"] = clip("; ".join(session_line(ink.snap, group) for group in groups), LIST)
    end = datetime.combine(ink.local.date(), time(23, 59), tzinfo=ink.snap.settings.zone).astimezone(UTC)
    ink.send(admin, stem if groups else f"{stem}_free", values=values, deadline=end, priority=3, why=why)


def day_full(ink: Ink, days: int) -> None:
    """The whole day as free text: her tap or command has opened the chat."""
    day = ink.local.date() + timedelta(days=days)
    groups = sessions(bookings_of_day(ink.snap, day))
    values = {
        "day": words.day(day, ink.today),
        "sessions": words.plural(len(groups), "session"),
        "lines": "\n".join(session_line(ink.snap, group) for group in groups),
    }
    if days == 1:
        values["bill"] = cost.line(ink.snap, ink.now)
    if days == 0:
        waiting = decisions(ink.snap, ink.now)
        listed = [part("line.decide", n=str(n), text=item.text) for n, item in enumerate(waiting, 1)]
        values["time"] = ink.clock
        values["decide"] = "\n".join(words.at_most(listed, MOST))
        values["n"] = "1" if waiting else ""
        values["news"] = "\n".join(words.at_most(_news(ink), MOST))
    ink.send(
        ink.asker(),
        "digest.today_full" if days == 0 else "digest.tomorrow_full",
        values=values,
        deadline=ink.within(6),
        answers=ink.fact.key,
        why=(part("why.asked", owner=ink.snap.settings.owner_name or part("blank.owner"), time=ink.clock),),
    )


def _news(ink: Ink) -> list[str]:
    """What others did since last evening's digest, and what did not reach them."""
    settings = ink.snap.settings
    evening = settings.evening_digest or USUAL_EVENING
    last = datetime.combine(ink.local.date() - timedelta(days=1), evening, tzinfo=settings.zone)
    mine = {ink.by_owner(where) for where in ("chat", "sheet", "diary", "today")} | {part("by.studio")}
    found = [
        (change.when, change.what)
        for change in ink.snap.changes
        if change.when and change.when >= last and change.what and change.who not in mine and change.state != "undone"
    ]
    for row in ink.snap.messages:
        lost = row.way == "out" and row.state == "not sent" and row.client_id in ink.snap.clients
        if lost and row.when and row.when >= last and row.kind.startswith("remind."):
            because = (row.why.splitlines() or ["-"])[-1].removeprefix("Not sent: ").rstrip(".") or "-"
            found.append((row.when, part("news.not_arrived", name=called(row.who), because=because)))
    return [text for _, text in sorted(found)]
