"""An answer to one of our questions, by tap, by tick in Today or in the chat. One table: rule name -> what goes on.

A tick in Today is answered in Today itself (the rows leave, "Done today" says what was done); only a tap is answered in
the chat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sheets_schema.tabs.messages import Question
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules import (
    braking,
    diary_answers,
    grace,
    guarded,
    held,
    move_asks,
    newcomers,
    owner_chat,
    pasting,
    rows_gone,
    sheet_news,
    untold,
)
from studio_sync.rules.booking.book import book, record_as_came
from studio_sync.rules.booking.places import Wanted, free_times
from studio_sync.rules.booking.seats import starts, wanted_of
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called
from studio_sync.rules.questions import close, data_of
from studio_sync.rules.rows_bookings import book_anyway
from studio_sync.rules.told import told_line


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the owner chose, and where."""

    question: Question
    choice: str
    said: str
    where: Literal["chat", "today"]

    @property
    def data(self) -> dict[str, Any]:
        """What the rule wrote down when it asked."""
        return data_of(self.question)


def answer(ink: Ink, ident: str, choice: str, *, said: str, where: Literal["chat", "today"]) -> None:
    """Go on with question ``ident``; a question that is closed already changes nothing."""
    question = ink.snap.questions.get(ident)
    if question is None or question.state != "open":
        if where == "chat":
            ink.send(ink.asker(), "answer.answered", cls="fresh", answers=ink.fact.key)
        return
    handler = RULES.get(question.key)
    if handler is None:
        close(ink, question)
        return
    handler(ink, Answer(question=question, choice=choice, said=said, where=where))


def expired(ink: Ink, ident: str) -> None:
    """Nobody answered in time: a deleted row comes back, everything else stays as it is."""
    question = ink.snap.questions.get(ident)
    if question is None or question.state != "open":
        return
    if question.key == "ask_move":
        move_asks.answered(ink, question, "")
        return
    close(ink, question, "expired")
    if question.key == braking.RULE:
        braking.answered(ink, str(data_of(question).get("tab", "")), "restore")
    if question.key == "rows_deleted":
        rows_gone.answered_many(ink, data_of(question), "back")
    if question.key == "row_deleted":
        rows_gone.answered(ink, data_of(question), "back")
    if question.key == "put_back":
        sheet_news.answered(ink, data_of(question), "again")


def _reply(ink: Ink, given: Answer, text: str, **values: str) -> None:
    """Answer a tap; a tick is answered by Today."""
    if given.where == "chat":
        ink.send(
            ink.asker(),
            text,
            values=values,
            answers=ink.fact.key,
            deadline=ink.within(12),
            why=(part("why.answer_to", text=given.said or "?"),),
        )


def _left(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    _reply(ink, given, "answer.left")


def _brake(ink: Ink, given: Answer) -> None:
    """Many rows vanished or changed at once: hers, then the watch believes it; else they come back."""
    braking.answered(ink, str(given.data.get("tab", "")), given.choice)
    close(ink, given.question)
    if given.choice == "mine":
        _reply(ink, given, "answer.left")
    else:
        _reply(ink, given, "answer.restoring")


def _prospect(ink: Ink, given: Answer) -> None:
    client = ink.snap.clients.get(str(given.data.get("client", "")))
    if client is None or given.choice != "yes":
        _left(ink, given)
        return
    close(ink, given.question)
    welcome = newcomers.add(ink, client, by=ink.by_owner(given.where))
    phone = words.phone_words(client.phone) if client.phone else "-"
    told = told_line(ink, client, welcome)
    name = client.name or phone
    _reply(ink, given, "answer.added_told", name=name, phone=phone, told=told, undo=str(ink.number()))


def _which(ink: Ink, given: Answer) -> None:
    """Put the chosen person into the command and run it once more."""
    data = given.data
    chosen = ink.snap.clients.get(str(data.get("client")) if given.choice == "yes" else given.choice)
    if chosen is None:
        _left(ink, given)
        return
    close(ink, given.question)
    owner_chat.obey_about(ink, str(data["command"]), str(data["name"]), chosen)


def _wanted(ink: Ink, data: dict[str, Any]) -> Wanted:
    return Wanted(
        start=datetime.fromisoformat(str(data["start"])).astimezone(ink.snap.settings.zone),
        minutes=int(data["minutes"]),
        type=str(data["type"]),
        client=str(data["client"]),
        anyway=True,
    )


def _book_anyway(ink: Ink, given: Answer) -> None:
    client = ink.snap.clients.get(str(given.data["client"]))
    if given.choice != "yes" or client is None:
        _left(ink, given)
        return
    close(ink, given.question)
    book(ink, client, _wanted(ink, given.data), asked=given.said)


def _record(ink: Ink, given: Answer) -> None:
    client = ink.snap.clients.get(str(given.data["client"]))
    if given.choice != "yes" or client is None:
        _left(ink, given)
        return
    close(ink, given.question)
    record_as_came(ink, client, _wanted(ink, given.data), asked=given.said)


def _row_anyway(ink: Ink, given: Answer) -> None:
    """A row she typed outside Hours: booked by her word."""
    booking = ink.snap.bookings.get(str(given.data["booking"]))
    close(ink, given.question)
    if given.choice == "yes" and booking is not None:
        book_anyway(ink, booking)
    _reply(ink, given, "answer.left" if given.choice != "yes" else "answer.told", **_told_nobody(booking, given))


def _told_nobody(booking: Any, given: Answer) -> dict[str, str]:
    name = called(booking.client) if booking else called("")
    return {"told": part("told.nobody", first=name)} if given.choice == "yes" else {}


def _go_live(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    if given.choice == "yes":
        log = part("log.mode", mode="live")
        ink.put("settings", "mode", log=log, by=ink.by_owner(given.where), undoable=True, value="live")
        _reply(ink, given, "answer.live")
    else:
        _reply(ink, given, "answer.mode_kept", mode=ink.snap.settings.mode)


def _place_list(ink: Ink, given: Answer) -> None:
    """A place came free. Nobody waits for one until there is a waiting list, and we say so."""
    booking = ink.snap.bookings.get(str(given.data.get("booking")))
    start = starts(ink.snap, booking) if booking else None
    close(ink, given.question)
    if given.choice != "yes" or start is None:
        _reply(ink, given, "answer.left")
    else:
        _reply(ink, given, "answer.list_empty", when=words.when(start, ink.today))


def _place_offer(ink: Ink, given: Answer) -> None:
    """Another time for someone who cannot come: what is free that day, and what to send."""
    booking = ink.snap.bookings.get(str(given.data.get("booking")))
    wanted = wanted_of(ink.snap, booking) if booking else None
    close(ink, given.question)
    if given.choice != "yes" or booking is None or wanted is None:
        _reply(ink, given, "answer.left")
        return
    free = free_times(ink.snap, wanted, ink.now)
    day = words.day(wanted.start.date(), ink.today)
    at = free.split(", ")[0] if free else f"{wanted.start:%H:%M}"
    on = day if free else words.weekday(wanted.start.date())
    example = f"book {called(booking.client)} {on} {at}"
    if free:
        _reply(ink, given, "answer.offer", day=day, list=free, example=example)
    else:
        _reply(ink, given, "answer.offer_none", day=day, example=example)


def _diary_move(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    if given.choice == "ask":
        asked = move_asks.ask_clients(ink, given.data)
        _reply(ink, given, "answer.asked" if asked else "answer.left")
        return
    text, values = diary_answers.moved(ink, given.data, given.choice)
    _reply(ink, given, text, **values)


def _diary_deleted(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    text, values = diary_answers.deleted(ink, str(given.data["booking"]), given.choice)
    _reply(ink, given, text, **values)


def _row_deleted(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    text, values = rows_gone.answered(ink, given.data, given.choice)
    _reply(ink, given, text, **values)


def _rows_deleted(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    rows_gone.answered_many(ink, given.data, given.choice)
    _reply(ink, given, "answer.cancelled_rows" if given.choice == "cancel" else "answer.restoring")


def _not_told(ink: Ink, given: Answer) -> None:
    """She told the client herself."""
    _left(ink, given)


def _put_back(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    text, values = sheet_news.answered(ink, given.data, given.choice)
    _reply(ink, given, text, **values)


def _pasted(ink: Ink, given: Answer) -> None:
    """Everyone in the pasted rows hears of it, or nobody."""
    close(ink, given.question)
    if given.choice != "tell":
        _reply(ink, given, "answer.left")
        return
    told = pasting.tell_all(ink, list(given.data.get("bookings", ())), given.said)
    people = part("told.people_soon", people=words.plural(told, "person"))
    _reply(ink, given, "answer.told", told=people)


def _many(ink: Ink, given: Answer) -> None:
    """Stop what waits its 20 seconds: the watch holds it."""
    ink.note("stop", tab=given.data.get("tab", ""))
    close(ink, given.question)
    _reply(ink, given, "answer.stopped")


def _anyway(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    text, values = untold.answered(ink, given.data, given.choice)
    _reply(ink, given, text, **values)


def _held(ink: Ink, given: Answer) -> None:
    close(ink, given.question)
    text, values = held.answered(ink, given.data, given.choice)
    _reply(ink, given, text, **values)


RULES: dict[str, Callable[[Ink, Answer], None]] = {
    "prospect": _prospect,
    "which": _which,
    "book_anyway": _book_anyway,
    "record": _record,
    "row_anyway": _row_anyway,
    "go_live": _go_live,
    "place_list": _place_list,
    "place_offer": _place_offer,
    "diary_move": _diary_move,
    "diary_deleted": _diary_deleted,
    "row_deleted": _row_deleted,
    "rows_deleted": _rows_deleted,
    "not_told": _not_told,
    "held": _held,
    guarded.SEEN: _not_told,
    guarded.SHARED: _not_told,
    pasting.RULE: _pasted,
    grace.RULE: _many,
    "anyway": _anyway,
    braking.RULE: _brake,
    "put_back": _put_back,
}
