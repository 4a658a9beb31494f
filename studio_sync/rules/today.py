"""The tab Today, drawn whole: status line, things to decide with an answer per tick, today's and tomorrow's sessions, what was done.

Ids tell what a line is: ``a:<question>:<answer>`` and ``s:<booking>`` can be ticked, the rest is words. Columns: spec look-and-words 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sheets_schema.cells import Raw
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.day import Decision, bookings_of_day, decisions, note_of, sessions, todo_words


@dataclass(frozen=True, kw_only=True, slots=True)
class TodayLine:
    """One row: a style name and seven cells (Time, Who, Came, No-show, Sick, State, Id). None is blank; a bool is a tick box."""

    #: status, head, decide, answer, session, quiet, done
    style: str
    cells: tuple[Raw, Raw, Raw, Raw, Raw, Raw, str]


def draw(snap: Snapshot, now: datetime, trouble: str = "") -> list[TodayLine]:
    """All lines of Today at ``now``. ``trouble``: a sentence that replaces the status line while something is down."""
    local = now.astimezone(snap.settings.zone)
    today = local.date()
    lines = [_words("status", trouble or status_line(snap, now), "head")]
    waiting = decisions(snap, now)
    if waiting:
        lines.append(_words("head", part("today.head_decide"), "t:decide"))
        for item in waiting:
            lines.extend(_decide(item))
    lines.append(_heads())
    rows = bookings_of_day(snap, today)
    for row in rows:
        lines.append(_session(snap, row))
    if not rows and not waiting:
        lines.append(_words("quiet", part("today.empty"), "empty"))
    tomorrow = bookings_of_day(snap, today + timedelta(days=1))
    count = words.plural(len(sessions(tomorrow)), "session")
    lines.append(
        _words(
            "head",
            part("today.tomorrow", day=words.day(today + timedelta(days=1), today), sessions=count),
            "t:tomorrow",
        )
    )
    for row in tomorrow:
        lines.append(
            _words("quiet", f"{row.time:%H:%M} {row.client}, {words.type_word(row.type or 'single')}", f"n:{row.id}")
        )
    done = _done(snap, today)
    if done:
        lines.append(_words("head", part("today.done_head"), "t:done"))
        lines.extend(_words("done", text, f"o:{ident}") for ident, text in done)
    return lines


def status_line(snap: Snapshot, now: datetime) -> str:
    """``3 sessions, 1 thing to decide, all in sync 08:41``; the time is that of the last change, so a quiet day writes nothing."""
    local = now.astimezone(snap.settings.zone)
    count = len(sessions(bookings_of_day(snap, local.date())))
    said = words.plural(count, "session") if count else part("today.sessions_none")
    todo = todo_words(snap, now)
    waits = part("today.todo", todo=todo) if todo != "nothing" else part("today.todo_none")
    match snap.settings.mode:
        case "watch":
            return part("today.watch", sessions=said, todo=waits)
        case "rehearse":
            return part("today.rehearse")
        case _:
            return part("today.status", sessions=said, todo=waits, time=f"{local:%H:%M}")


def _words(style: str, text: str, ident: str) -> TodayLine:
    return TodayLine(style=style, cells=(text, None, None, None, None, None, ident))


def _decide(item: Decision) -> list[TodayLine]:
    lines = [_words("decide", text, f"d:{item.id}:{n}") for n, text in enumerate(words.wrap(item.text))]
    lines += [
        TodayLine(style="answer", cells=(False, label, None, None, None, None, f"a:{item.id}:{key}"))
        for key, label in item.answers
    ]
    return lines


def _heads() -> TodayLine:
    names = [part(f"today.head_{name}") for name in ("day", "who", "came", "no_show", "sick", "state")]
    return TodayLine(style="head", cells=(*names, "t:day"))  # type: ignore[arg-type]


def _session(snap: Snapshot, row: Booking) -> TodayLine:
    note = note_of(snap, row)
    kind = words.capital(words.type_word(row.type or "single"))
    second = f"{kind}, {note}" if note else kind
    clock = f"{row.changed.astimezone(snap.settings.zone):%H:%M}" if row.changed else ""
    state = ""
    if row.state in {"came", "no-show", "sick"}:
        state = part(f"tick.{row.state.replace('-', '_')}", time=clock)
    return TodayLine(
        style="session",
        cells=(
            f"{row.time:%H:%M}",
            f"{row.client}\n{second}",
            row.state == "came",
            row.state == "no-show",
            row.state == "sick",
            state,
            f"s:{row.id}",
        ),
    )


def _done(snap: Snapshot, today: date) -> list[tuple[str, str]]:
    """What happened today, newest first, at most eight lines."""
    zone = snap.settings.zone
    found = []
    for change in (*snap.changes, *snap.book_changes):
        at = change.when.astimezone(zone) if change.when else None
        if at and at.date() == today and change.what and change.state != "undone":
            found.append((at.astimezone(UTC), change.id, f"{at:%H:%M} {change.what}"))
    found.sort(reverse=True)
    return [(ident, text) for _, ident, text in found[:8]]
