"""The owner's one-line commands. Line 1 of an answer is the change, line 2 who was told, the last how to undo it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime

from sheets_schema.tabs.bookings import TYPES
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.model import Button
from studio_sync.rules import digest, modes, registration, undo, why
from studio_sync.rules.booking.attendance import mark_today
from studio_sync.rules.booking.book import book
from studio_sync.rules.booking.cancel import cancel_for_owner
from studio_sync.rules.booking.places import MINUTES, Wanted
from studio_sync.rules.booking.seats import upcoming
from studio_sync.rules.commands.grammar import Command, parse_owner
from studio_sync.rules.day import decisions
from studio_sync.rules.ink import Ink
from studio_sync.rules.whom import one_client

EXAMPLE = "book Thandi tomorrow 09:00 single"
STATES = {"sick": "sick", "no_show": "no-show", "came": "came"}


def obey(ink: Ink, text: str) -> None:
    """Do what a line says."""
    _obey(ink, parse_owner(text, ink.local), text, None)


def obey_about(ink: Ink, text: str, name: str, client: Client) -> None:
    """Do what a line said, now that ``name`` in it is known to be ``client``."""
    command = parse_owner(text, ink.local)
    who = tuple(client.name if word == name else word for word in command.who)
    _obey(ink, dataclasses.replace(command, who=who), text, client)


def _obey(ink: Ink, command: Command, text: str, client: Client | None) -> None:
    """Nothing is done while a word of the command cannot be read. ``client``: whom it means, when that is settled."""
    if command.verb and command.problem and command.verb != "book":  # book asks who, before it asks when
        _reply(ink, f"answer.{command.problem}", text, word=command.word)
        return
    if command.verb in ABOUT_SOMEONE:
        ABOUT_SOMEONE[command.verb](ink, command, text, client)
    elif command.verb in PLAIN:
        PLAIN[command.verb](ink, command, text)
    elif command.verb:
        _reply(ink, "answer.later", text, said=text)
    else:
        _unknown(ink, command, text)


def _reply(ink: Ink, key: str, said: str, /, **values: str) -> None:
    why_ = (part("why.answer_to", text=said or "?"),)
    ink.send(ink.asker(), key, values=values, cls="fresh", answers=ink.fact.key, why=why_)


def _unknown(ink: Ink, command: Command, text: str) -> None:
    number = text.removeprefix("decide").strip() if text.lower().startswith("decide ") else ""
    if number.isascii() and number.isdigit() and len(number) < 4:
        _decide(ink, int(number), text)
        return
    _reply(ink, "answer.unknown", text, said=text.strip() or "?", guess=command.guess)


def _decide(ink: Ink, number: int, text: str) -> None:
    """``decide 1``: the first thing that waits for her, with its answers as buttons."""
    waiting = decisions(ink.snap, ink.now)
    if not 1 <= number <= len(waiting):
        _reply(ink, "answer.decide_none", text)
        return
    item = waiting[number - 1]
    choices = tuple(
        Button(id=f"answer_{item.id}_{key}", label=label, row=label) for key, label in item.answers if label
    )
    values = {"text": item.text}
    why_ = (part("why.answer_to", text=text),)
    ink.send(ink.asker(), "answer.decide", values=values, choices=choices, cls="fresh", answers=ink.fact.key, why=why_)


def _whom(ink: Ink, command: Command, text: str, client: Client | None, example: str) -> Client | None:
    """The client a command is about, or None after asking."""
    if client is not None:
        return client
    if command.who:
        return one_client(ink, command, text, command.who[0])
    _reply(ink, "answer.need_who", text, example=example)
    return None


def _book(ink: Ink, command: Command, text: str, client: Client | None) -> None:
    if command.who and command.problem:
        _reply(ink, f"answer.{command.problem}", text, word=command.word)
        return
    if command.every or len(command.who) > 1:
        _reply(ink, "answer.later", text, said=text)
        return
    found = _whom(ink, command, text, client, EXAMPLE)
    if found is None:
        return
    if command.day is None or command.time is None:
        _reply(ink, "answer.need_when", text, example=EXAMPLE)
        return
    kind = command.type or (found.usual_type if found.usual_type in TYPES else "single")
    start = datetime.combine(command.day, command.time, tzinfo=ink.snap.settings.zone)
    wanted = Wanted(start=start, minutes=MINUTES, type=kind, client=found.id)
    book(ink, found, wanted, asked=text, read_as=command.read_as)


def _cancel(ink: Ink, command: Command, text: str, client: Client | None) -> None:
    found = _whom(ink, command, text, client, "cancel Thandi")
    if found is None:
        return
    coming = upcoming(ink.snap, found.id, ink.now)
    if command.day:
        coming = [b for b in coming if b.date == command.day and (not command.time or b.time == command.time)]
    if coming:
        cancel_for_owner(ink, coming[0], asked=text)
    elif command.day:
        _reply(ink, "answer.no_session_on", text, name=found.name, day=words.day(command.day, ink.today))
    else:
        _reply(ink, "answer.no_session", text, name=found.name)


def _mark(ink: Ink, command: Command, text: str, client: Client | None) -> None:
    found = _whom(ink, command, text, client, "Thandi sick")
    if found is not None and not mark_today(ink, found, STATES[command.verb], said=text):
        _reply(ink, "answer.no_session_on", text, name=found.name, day=words.day(ink.today, ink.today))


def _add(ink: Ink, command: Command, text: str) -> None:
    """``add Ayanda 44 7700 900106``: a client row; nothing is sent. ``add client`` opens the form, if there is one."""
    if not command.who and not command.phone and registration.open_form(ink, text):
        return
    registration.add_typed(ink, command.who[0] if command.who else "", command.phone, said=text)


#: commands about one client
ABOUT_SOMEONE: dict[str, Callable[[Ink, Command, str, Client | None], None]] = {
    "book": _book,
    "cancel": _cancel,
    "sick": _mark,
    "no_show": _mark,
    "came": _mark,
}
#: all other commands that we know; what the grammar reads beyond these is answered honestly
PLAIN: dict[str, Callable[[Ink, Command, str], None]] = {
    "add": _add,
    "add_client": _add,
    "undo": lambda ink, command, text: undo.undo(ink, command.number, text),
    "why": lambda ink, command, _text: why.explain(ink, command.number),
    "today": lambda ink, _command, _text: digest.day_full(ink, 0),
    "tomorrow": lambda ink, _command, _text: digest.day_full(ink, 1),
    "decide": lambda ink, _command, text: _decide(ink, 1, text),
    "pause": lambda ink, _command, text: modes.pause(ink, text),
    "go_on": lambda ink, _command, text: modes.go_on(ink, text),
    "go_live": lambda ink, _command, text: modes.go_live(ink, text),
    "abort": lambda ink, _command, text: _reply(ink, "answer.left", text),
    "menu": lambda ink, _command, text: _reply(ink, "answer.menu", text),
}
