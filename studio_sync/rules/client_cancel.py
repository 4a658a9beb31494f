"""A client gives a place back by word: the next one, or one of a day; and answers our questions."""

from __future__ import annotations

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.model import Button
from studio_sync.rules import move_asks
from studio_sync.rules.booking.cancel import cancel_by_client, old_button
from studio_sync.rules.booking.seats import label_of, starts
from studio_sync.rules.commands.model import ClientCommand
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import Who
from studio_sync.rules.questions import ask, close, data_of

#: rows of a WhatsApp list, less the one that keeps them all
MOST = 9


def cancel_next(ink: Ink, fact: MessageCame, who: Who, coming: list[Booking]) -> None:
    """``cancel next``: the soonest that has not begun."""
    if coming:
        cancel_by_client(ink, who, coming[0], asked=fact.text)
    else:
        ink.send(who, "menu.bookings_none", cls="fresh", answers=fact.key, why=_why(fact))


def cancel_on(ink: Ink, fact: MessageCame, who: Who, command: ClientCommand, coming: list[Booking]) -> None:
    """``cancel Fri 08:00``: the session that fits; of several one is chosen, never guessed."""
    fits = [
        b
        for b in coming
        if (command.day is None or b.date == command.day) and (command.time is None or b.time == command.time)
    ]
    if len(fits) == 1 or (fits and command.day is None):
        cancel_by_client(ink, who, fits[0], asked=fact.text)
    elif fits:
        _which(ink, fact, who, fits)
    elif coming:
        said = [words.day(command.day, ink.today)] if command.day else []
        said += [f"{command.time:%H:%M}"] if command.time else []
        listed = ", ".join(words.at_most([label_of(ink.snap, b) for b in coming]))
        values = {"when": " ".join(said), "list": listed}
        ink.send(who, "menu.no_match", values=values, cls="fresh", answers=fact.key, why=_why(fact))
    else:
        cancel_next(ink, fact, who, [])


def _why(fact: MessageCame) -> tuple[str, ...]:
    return (part("why.answer_to", text=fact.text.strip() or fact.form),)


def _which(ink: Ink, fact: MessageCame, who: Who, fits: list[Booking]) -> None:
    question = ask(
        ink, who=who.who, about=fact.text, answers={"yes": "", "no": ""}, rule="which_cancel", data={}, hours=24
    )
    choices = tuple(Button(id=f"answer_{question}_{b.id}", label=label_of(ink.snap, b)) for b in fits[:MOST])
    two = len(fits) == 2
    text = "menu.which_cancel" if two else "menu.which_cancel_many"
    values = {"question": question, "sessions": words.plural(len(fits), "session")}
    ink.send(who, text, values=values, choices=choices, cls="fresh", answers=fact.key, why=_why(fact))


def chosen(ink: Ink, fact: MessageCame, client: Client, who: Who, ident: str, choice: str) -> None:
    """A tap that answers one of our questions to this client; an old one changes nothing."""
    question = ink.snap.questions.get(ident)
    if question is None or question.who != client.id:
        old_button(ink, who, None, client.id)
        return
    wanted = choice if question.key == "which_cancel" else str(data_of(question).get("booking", ""))
    booking = ink.snap.bookings.get(wanted)
    if question.key == "which_cancel" and choice == "no":
        close(ink, question)
        ink.send(who, "answer.left", cls="fresh", answers=fact.key, why=_why(fact))
        return
    start = starts(ink.snap, booking) if booking else None
    usable = booking is not None and booking.client_id == client.id and booking.state == "booked"
    if question.state != "open" or booking is None or not usable or start is None or start <= ink.now:
        old_button(ink, who, booking if usable else None, client.id)
        return
    if question.key == "ask_move":
        move_asks.answered(ink, question, choice)
        return
    close(ink, question)
    if question.key == "which_cancel":
        cancel_by_client(ink, who, booking, asked=fact.text)
    elif choice == "yes":
        cancel_by_client(ink, who, booking, asked=fact.text, sure=True)
    else:
        values = {"when": words.when(start, ink.today)}
        ink.send(who, "booking.kept", values=values, cls="fresh", answers=fact.key, why=_why(fact))
