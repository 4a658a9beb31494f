"""One day of the studio in order: who comes when, with what to know about each. Today, the digests and `today` all read this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.problems import problem_lines
from studio_sync.rules.questions import answers_of

#: bookings that stand in a day's list
SHOWN = ("booked", "held", "came", "no-show", "sick")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One thing to decide: words, and the answers she can tick. ``id`` is a question or a problem."""

    id: str
    text: str
    answers: tuple[tuple[str, str], ...] = ()


def bookings_of_day(snap: Snapshot, day: date) -> list[Booking]:
    """The day's rows, by time, then name."""
    rows = [b for b in snap.bookings_on(day) if b.state in SHOWN and b.time is not None]
    return sorted(rows, key=lambda b: (b.time, b.session, b.client))


def sessions(rows: list[Booking]) -> list[list[Booking]]:
    """Rows grouped into sessions, in order; a row without session stands alone."""
    groups: dict[str, list[Booking]] = {}
    for row in rows:
        groups.setdefault(row.session or row.id, []).append(row)
    return list(groups.values())


def note_of(snap: Snapshot, booking: Booking) -> str:
    """The one most useful note behind a name; "" for none."""
    if booking.state == "came":
        return part("note.came")
    if booking.state == "sick":
        return part("note.sick")
    if booking.state == "no-show":
        return part("note.no_show")
    client = snap.clients.get(booking.client_id)
    if client is not None and client.owes:
        return part("note.owes", open=words.money_chat(client.owes, snap.settings.currency))
    earlier = [b for b in snap.bookings_of(booking.client_id) if b.state in {"came", "no-show"}]
    return "" if earlier else part("note.first_time")


def session_line(snap: Snapshot, group: list[Booking]) -> str:
    """``08:00 Duo: Thandi, Sipho (first time)``."""
    names = []
    for booking in group:
        first = booking.client.split()[0] if booking.client else "?"
        note = note_of(snap, booking)
        names.append(part("line.person", first=first, note=note) if note else first)
    at = group[0].time
    kind = words.capital(words.type_word(group[0].type or "single"))
    return part("line.session", time=f"{at:%H:%M}" if at else "", type=kind, names=", ".join(names))


def decisions(snap: Snapshot, now: datetime) -> tuple[Decision, ...]:
    """Everything that waits for the owner: open questions first, then problems of rows, each once."""
    asked = tuple(
        Decision(id=q.id, text=q.about, answers=answers_of(q))
        for q in snap.questions
        if q.state == "open" and q.who == "owner"
    )
    return (*asked, *_problems(snap, now))


def _problems(snap: Snapshot, now: datetime) -> tuple[Decision, ...]:
    return tuple(Decision(id=f"p:{tab}:{row_id}", text=text) for tab, row_id, text in problem_lines(snap, now))


def todo_words(snap: Snapshot, now: datetime) -> str:
    """ "1 thing" or "nothing"."""
    return words.plural(len(decisions(snap, now)), "thing")
