"""One day of the studio in order: who comes when, with what to know about each. Today and the digests read this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.messages import Question
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.guarded import ABOUT_ROWS
from studio_sync.rules.people import called_first
from studio_sync.rules.problems import problem_lines, where
from studio_sync.rules.questions import answers_of, data_of

#: bookings that stand in a day's list
SHOWN = ("booked", "held", "came", "no-show", "sick")
#: states that are facts about a session
MARKED = {"came": "came", "no-show": "no_show", "sick": "sick"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One thing to decide: words, and the answers she can tick. ``id`` is a question or a problem."""

    id: str
    text: str
    #: id and words of each
    answers: tuple[tuple[str, str], ...] = ()


def bookings_of_day(snap: Snapshot, day: date) -> list[Booking]:
    """The day's rows, by time, then session, then name."""
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
    if booking.state in MARKED:
        return part(f"note.{MARKED[booking.state]}")
    client = snap.clients.get(booking.client_id)
    if client is None:
        return ""
    if client.owes and client.owes > 0:
        return part("note.owes", open=words.money_chat(client.owes, snap.settings.currency))
    earlier = (b for b in snap.bookings_of(client.id) if b.state in {"came", "no-show"})
    return "" if any(earlier) else part("note.first_time")


def type_of(booking: Booking) -> str:
    """The type with a large first letter: ``Duo``."""
    return words.capital(words.type_word(booking.type or "single"))


def session_line(snap: Snapshot, group: list[Booking]) -> str:
    """``08:00 Duo: Thandi, Sipho (first time)``."""
    names = []
    for booking in group:
        first = called_first(booking.client)
        note = note_of(snap, booking)
        names.append(part("line.person", first=first, note=note) if note else first)
    return part("line.session", time=f"{group[0].time:%H:%M}", type=type_of(group[0]), names=", ".join(names))


def decisions(snap: Snapshot, now: datetime) -> tuple[Decision, ...]:
    """Everything that waits for the owner: open questions first, then problems of rows, each once."""
    asked = (
        Decision(id=q.id, text=_about(snap, q), answers=answers_of(q))
        for q in snap.questions
        if q.state == "open" and q.who == "owner" and (q.until is None or q.until > now)
    )
    wrong = (Decision(id=f"p:{tab}:{row}", text=text) for tab, row, text in problem_lines(snap, now))
    return (*asked, *wrong)


def _about(snap: Snapshot, question: Question) -> str:
    """What a question is about; one that only says something about a row names it."""
    if question.key not in ABOUT_ROWS:
        return question.about
    data = data_of(question)
    tab, row_id = str(data.get("tab")), str(data.get("row"))
    return part("decide.row", tab=BY_KEY[tab].title, name=where(snap, tab, row_id), problem=question.about)


def todo_words(snap: Snapshot, now: datetime) -> str:
    """How much waits for the owner: "1 thing", "nothing"."""
    return words.plural(len(decisions(snap, now)), "thing")
