"""May we move your session? Both times are kept while a client thinks; no answer counts as no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.messages import Question
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.places import NoPlace, Wanted
from studio_sync.rules.booking.seats import drop_hold, event_of, hold, label_of, move_seat, starts, wanted_of
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import news
from studio_sync.rules.people import called, person_of
from studio_sync.rules.questions import ask, close, data_of

#: how long a client may think, and how long before the earlier of both times the answer must be there
THINK, BEFORE = timedelta(hours=24), timedelta(hours=1)


def ask_clients(ink: Ink, data: dict[str, Any]) -> bool:
    """Ask everyone in a session that she moved; False when nobody can be asked any more."""
    found = [ink.snap.bookings.get(str(ident)) for ident in data["bookings"]]
    rows = [row for row in found if row is not None and row.state == "booked" and row.client_id in ink.snap.clients]
    event = event_of(ink.snap, rows[0]) if rows else None
    start = starts(ink.snap, rows[0]) if rows else None
    was = datetime.fromisoformat(str(data["was"])).astimezone(ink.snap.settings.zone)
    until = min(ink.now + THINK, was - BEFORE, start - BEFORE) if start else ink.now
    if event is None or start is None or until.astimezone(UTC) <= ink.now:
        return False
    held, key = hold(ink, event, was)
    for row in rows:
        _ask(ink, row, was, start, until.astimezone(ink.snap.settings.zone), held, key)
    return True


def _ask(ink: Ink, row: Booking, was: datetime, start: datetime, until: datetime, held: str, key: str) -> None:
    client = ink.snap.clients.get(row.client_id)
    if client is None:
        return
    question = ask(
        ink,
        who=client.id,
        about=f"{called(row.client)}, {label_of(ink.snap, row)}",
        answers={"yes": "", "no": ""},
        rule="ask_move",
        data={"booking": row.id, "hold": held, "was": was.astimezone(UTC).isoformat()},
        until=until.astimezone(UTC),
    )
    values = {
        "old": words.when(was, ink.today),
        "when": words.when(start, ink.today),
        "until": words.when(until, ink.today),
        "question": question,
    }
    ink.send(
        person_of(client),
        "booking.ask_move",
        values=values,
        needs=(key,),
        deadline=until.astimezone(UTC),
        about=f"question:{question}",
        why=ink.asked(part("decide.diary_move_ask")),
        label=row.id,
    )


def answered(ink: Ink, question: Question, choice: str) -> None:
    """The client said yes or no, or (``choice`` "") nothing in time."""
    data = data_of(question)
    booking = ink.snap.bookings.get(str(data["booking"]))
    close(ink, question, "answered" if choice else "expired")
    if booking is None or booking.state != "booked":
        return
    if choice == "yes":
        _yes(ink, booking, str(data["hold"]), question)
    else:
        _no(ink, booking, data, silent=not choice)


def _yes(ink: Ink, booking: Booking, held: str, question: Question) -> None:
    waiting = [
        q
        for q in ink.snap.questions
        if q.state == "open" and q.key == "ask_move" and q.id != question.id and data_of(q).get("hold") == held
    ]
    if not waiting:
        drop_hold(ink, held)
    start = starts(ink.snap, booking)
    when = words.when(start, ink.today) if start else "-"
    _tell(ink, booking, "booking.ask_move_yes", when=when)
    news(ink, part("nudge.said_yes", name=called(booking.client), when=when), label=booking.id)


def _no(ink: Ink, booking: Booking, data: dict[str, Any], *, silent: bool) -> None:
    """Back to the old time, which was kept."""
    start = datetime.fromisoformat(str(data["was"])).astimezone(ink.snap.settings.zone)
    wanted = wanted_of(ink.snap, booking)
    name, old = called(booking.client), words.when(start, ink.today)
    back = Wanted(
        start=start,
        minutes=wanted.minutes if wanted else 0,
        type=wanted.type if wanted else "",
        client=booking.client_id,
        anyway=True,
    )
    moved = move_seat(ink, booking, back, instead=str(data["hold"]))
    if isinstance(moved, NoPlace):
        news(ink, part("nudge.not_back", name=name, old=old), label=booking.id)
        return
    session, needs = moved
    log = part("log.moved", name=name, old=label_of(ink.snap, booking), start=words.start(start, ink.today))
    ink.put(
        "bookings",
        booking.id,
        needs=needs,
        log=log,
        by=part("by.chat", name=name),
        undoable=True,
        date=start.date(),
        time=start.time(),
        session=session,
        changed=ink.now,
    )
    _tell(ink, booking, "booking.ask_move_expired" if silent else "booking.ask_move_no", needs=needs, old=old)
    said = part("nudge.no_answer" if silent else "nudge.said_no", name=name, old=old)
    news(ink, said, needs=needs, label=booking.id)


def _tell(ink: Ink, booking: Booking, text: str, *, needs: tuple[str, ...] = (), **values: str) -> None:
    client = ink.snap.clients.get(booking.client_id)
    if client is not None:
        ink.send(
            person_of(client),
            text,
            values=values,
            needs=needs,
            answers=ink.fact.key,
            deadline=ink.within(12),
            label=booking.id,
        )
