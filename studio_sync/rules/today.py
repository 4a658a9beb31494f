"""The tab Today, drawn whole: the status line, things to decide with their answers, today, tomorrow, what was done.

Ids tell what a line is: ``a:<question>:<answer>`` and ``s:<booking>`` can be ticked, the rest is words. Columns: spec
look-and-words 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sheets_schema.cells import Raw
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import clip, part
from studio_sync.rules import cost
from studio_sync.rules.booking.fees import missed_fee
from studio_sync.rules.changes import read_words
from studio_sync.rules.day import MARKED, Decision, bookings_of_day, decisions, note_of, sessions, todo_words, type_of
from studio_sync.rules.pausing import paused
from studio_sync.rules.people import called

#: letters that fit under a name on a phone, and in "Done today"
SECOND_LINE, DONE_LINES = 20, 8
#: settings without which no message can speak for the studio
NEEDED = ("studio_name", "address", "owner_name", "owner_number")
#: the tick that sends the owner a test
TEST = "a:test:send"


@dataclass(frozen=True, kw_only=True, slots=True)
class TodayLine:
    """One row: a style and cells for Time, Who, Came, No-show, Sick, State, Id. None is blank, a bool a tick box."""

    #: status, head, decide, answer, session, quiet, done
    style: str
    cells: tuple[Raw, Raw, Raw, Raw, Raw, Raw, str]


def draw(snap: Snapshot, now: datetime, trouble: str = "") -> list[TodayLine]:
    """All lines of Today at ``now``. ``trouble``: a sentence that replaces the status line while something is down."""
    today = now.astimezone(snap.settings.zone).date()
    lines = [_words("status", trouble or status_line(snap, now), "head")]
    waiting = decisions(snap, now)
    if waiting:
        lines.append(_words("head", part("today.head_decide"), "t:decide"))
        lines += [line for item in waiting for line in _decide(item)]
    rows = bookings_of_day(snap, today)
    before = _marked_before(snap, rows)
    lines.append(_heads())
    lines += [_session(snap, row, before.get(row.id, "")) for row in rows]
    if not snap.clients.rows:
        lines += _first_day(snap)
    elif not rows and not waiting:
        lines.append(_words("quiet", part("today.empty"), "empty"))
    bill = cost.line(snap, now)
    spent = [_words("quiet", text, f"cost:{n}") for n, text in enumerate(words.wrap(bill))] if bill else []
    return [*lines, *_tomorrow(snap, today + timedelta(days=1)), *spent, *_done(snap, today)]


def status_line(snap: Snapshot, now: datetime) -> str:
    """``3 sessions, 1 thing to decide, all in sync 08:41``."""
    local = now.astimezone(snap.settings.zone)
    count = len(sessions(bookings_of_day(snap, local.date())))
    said = words.plural(count, "session") if count else part("today.sessions_none")
    waits = decisions(snap, now)
    todo = part("today.todo", todo=todo_words(snap, now)) if waits else part("today.todo_none")
    match snap.settings.mode:
        case "watch":
            return part("today.paused" if paused(snap) else "today.watch", sessions=said, todo=todo)
        case "rehearse":
            return part("today.rehearse")
        case _:
            return part("today.status", sessions=said, todo=todo, time=f"{local:%H:%M}")


def _words(style: str, text: str, ident: str) -> TodayLine:
    return TodayLine(style=style, cells=(text, None, None, None, None, None, ident))


def _decide(item: Decision) -> list[TodayLine]:
    lines = [_words("decide", text, f"d:{item.id}:{n}") for n, text in enumerate(words.wrap(item.text))]
    return lines + [_answer(label, f"a:{item.id}:{key}") for key, label in item.answers if label]


def _answer(label: str, ident: str) -> TodayLine:
    return TodayLine(style="answer", cells=(False, label, None, None, None, None, ident))


def _heads() -> TodayLine:
    day, who, came, no_show, sick, state = (
        part(f"today.head_{name}") for name in ("day", "who", "came", "no_show", "sick", "state")
    )
    return TodayLine(style="head", cells=(day, who, came, no_show, sick, state, "t:day"))


def _first_day(snap: Snapshot) -> list[TodayLine]:
    """What to do first in a new workbook."""
    missing = sum(1 for name in NEEDED if not getattr(snap.settings, name))
    steps = [_words("quiet", part("today.first_settings", cells=words.plural(missing, "cell")), "first:1")]
    steps = steps if missing else []
    steps.append(_words("quiet", part("today.first_clients"), "first:2"))
    if snap.settings.owner_number:
        steps.append(_answer(part("today.first_test").replace("☐", "").strip().rstrip(":"), TEST))
    return steps


def _session(snap: Snapshot, row: Booking, before: str) -> TodayLine:
    state = row.state
    return TodayLine(
        style="session",
        cells=(
            f"{row.time:%H:%M}",
            f"{called(row.client)}\n{second_line(snap, row)}",
            state == "came",
            state == "no-show",
            state == "sick",
            _state(snap, row, before),
            f"s:{row.id}",
        ),
    )


def second_line(snap: Snapshot, row: Booking) -> str:
    """Under a name, for phones: ``Duo, came 08:58``. Shorter where that does not fit."""
    kind, note = type_of(row), note_of(snap, row)
    clock = f"{note} {_clock(snap, row)}" if row.state in MARKED and row.changed else note
    tries = [f"{kind}, {clock}", f"{kind}, {note}", clock, note] if note else [kind]
    return next((text for text in tries if len(text) <= SECOND_LINE), clip(tries[-1], SECOND_LINE))


def _clock(snap: Snapshot, row: Booking) -> str:
    return f"{row.changed.astimezone(snap.settings.zone):%H:%M}" if row.changed else ""


def _state(snap: Snapshot, row: Booking, before: str) -> str:
    """``came 08:58``; ``changed to sick 07:41`` when another box was ticked before."""
    if row.state not in MARKED or not row.changed:
        return ""
    clock = _clock(snap, row)
    if before:
        return part("tick.changed_to", state=row.state, time=clock)
    fee = {"fee": missed_fee(snap, row)} if row.state == "no-show" else {}
    return part(f"tick.{MARKED[row.state]}", time=clock, **fee)


def _marked_before(snap: Snapshot, rows: list[Booking]) -> dict[str, str]:
    """Booking id -> the mark it had before its present one."""
    shown = {row.id: row.state for row in rows}
    found: dict[str, str] = {}
    for change in snap.changes:
        if change.row_id not in shown or change.state == "undone":
            continue
        was, now = read_words(change.before).get("state"), read_words(change.after).get("state")
        if now == shown[change.row_id]:
            found[change.row_id] = str(was) if was in MARKED else ""
    return found


def _tomorrow(snap: Snapshot, day: date) -> list[TodayLine]:
    rows = bookings_of_day(snap, day)
    count = words.plural(len(sessions(rows)), "session")
    said = words.day(day, snap.context.today)
    lines = [_words("head", part("today.tomorrow", day=said, sessions=count), "t:tomorrow")]
    for row in rows:
        text = f"{row.time:%H:%M} {called(row.client)}, {words.type_word(row.type or 'single')}"
        lines.append(_words("quiet", text, f"n:{row.id}"))
    return lines


def _done(snap: Snapshot, today: date) -> list[TodayLine]:
    """What happened today, newest first."""
    zone = snap.settings.zone
    found = []
    for change in (*snap.changes, *snap.book_changes):
        at = change.when.astimezone(zone) if change.when else None
        if at and at.date() == today and change.what and change.state != "undone":
            found.append((at.astimezone(UTC), change.no or 0, change.id, f"{at:%H:%M} {change.what}", change.row_id))
    if not found:
        return []
    # One thing done in several writes (an invoice is numbered, then drawn) is one line: the one that says most.
    best = {(line[4], line[3][:5]): line for line in sorted(found, key=lambda line: len(line[3]))}
    found = sorted(best.values(), reverse=True)
    lines = [_words("done", text, f"o:{ident}") for _, _, ident, text, _ in found[:DONE_LINES]]
    return [_words("head", part("today.done_head"), "t:done"), *lines]
