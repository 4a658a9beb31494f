"""The owner writes or taps: one-line commands, answers to questions. Line 1 the change, line 2 who was told, last line undo."""

from __future__ import annotations

from datetime import datetime, timedelta

from sheets_schema.tabs.bookings import TYPES, Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.model import Button
from studio_sync.rules import answers, digest, undo, why
from studio_sync.rules.booking.attendance import mark_today
from studio_sync.rules.booking.book import book
from studio_sync.rules.booking.cancel import cancel_for_owner
from studio_sync.rules.booking.places import MINUTES, Wanted
from studio_sync.rules.booking.seats import starts, upcoming
from studio_sync.rules.commands.grammar import Command, parse_owner
from studio_sync.rules.commands.names import find_clients
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.ink import Ink
from studio_sync.rules.newcomers import code_for
from studio_sync.rules.questions import ask

EXAMPLE = "book Thandi tomorrow 09:00 single"


def hear(ink: Ink, fact: MessageCame) -> None:
    """What the owner's message means: a tap first, then a command, else an honest "not understood"."""
    verb, _, rest = fact.choice.partition("_")
    if verb == "answer":
        ident, _, answer = rest.rpartition("_")
        answers.answer(ink, ident, answer, said=fact.text)
        return
    text = rest if verb == "say" else fact.text
    obey(ink, parse_owner(text, ink.now.astimezone(ink.snap.settings.zone)), text)


def obey(ink: Ink, command: Command, text: str) -> None:
    """Do what a command says; nothing while a word of it cannot be read."""
    if command.verb and command.problem and command.verb != "book":  # book asks who, before it asks when
        _reply(ink, f"answer.{command.problem}", text, word=command.word)
        return
    match command.verb:
        case "book":
            _book(ink, command, text)
        case "cancel":
            _with_booking(ink, command, text)
        case "sick" | "no_show" | "came":
            _mark(ink, command, text)
        case "add":
            _add(ink, command, text)
        case "undo":
            undo.undo(ink, command.number, text)
        case "why":
            why.explain(ink, command.number)
        case "today" | "decide":
            digest.day_full(ink, 0)
        case "tomorrow":
            digest.day_full(ink, 1)
        case "pause" | "go_on" | "go_live":
            _mode(ink, command.verb, text)
        case "menu":
            ink.send(ink.owner(), "answer.menu", cls="fresh", answers=ink.fact.key)
        case _:
            _unknown(ink, command, text)


def _reply(ink: Ink, text: str, said: str, /, **values: str) -> None:
    ink.send(
        ink.owner(), text, values=values, cls="fresh", answers=ink.fact.key, why=(part("why.answer_to", text=said),)
    )


def _unknown(ink: Ink, command: Command, text: str) -> None:
    values = {"guess": command.guess} if command.guess else {}
    _reply(ink, "answer.unknown", text, said=text or "?", **values)


def one_client(ink: Ink, command: Command, text: str, name: str) -> Client | None:
    """The one client of that name, or None after asking which."""
    match = find_clients(name, ink.snap.clients)
    if match.kind == "one":
        return match.clients[0]
    if match.kind == "several":
        question = _ask_again(ink, f"Which {name}?", text, name)
        choices = tuple(
            Button(
                id=f"answer_{question}_{client.id}",
                label=words.person_label(client.name, client.phone),
                row=client.name,
                description=words.phone_words(client.phone),
            )
            for client in match.clients[:9]
        )
        ink.send(
            ink.owner(),
            "answer.which",
            values={"word": name, "question": question},
            choices=choices,
            cls="fresh",
            answers=ink.fact.key,
            why=(part("why.answer_to", text=text),),
        )
        return None
    read = {"read": command.read_as} if command.read_as else {}
    if match.kind == "close":
        client = match.clients[0]
        question = _ask_again(ink, f"{name}: {client.name}?", text, name, client.id)
        verb = text.split()[0].capitalize() if text.split() else "Book"
        first = client.name.split()[0]
        values = {"word": name, "name": client.name, "first": first, "verb": verb, "question": question, **read}
        _reply(ink, "answer.not_found_closest", text, **values)
    else:
        _reply(ink, "answer.not_found", text, word=name, **read)
    return None


def _ask_again(ink: Ink, about: str, text: str, name: str, client: str = "") -> str:
    """Remember the whole command; the answer puts the person in and runs it once more."""
    data = {"command": text, "name": name, "client": client}
    return ask(ink, who="owner-chat", about=about, answers={"no": "Neither"}, rule="which", data=data, hours=24)


def _book(ink: Ink, command: Command, text: str) -> None:
    if not command.who:
        _reply(ink, "answer.need_who", text, example=EXAMPLE)
        return
    if command.problem:
        _reply(ink, f"answer.{command.problem}", text, word=command.word)
        return
    client = one_client(ink, command, text, command.who[0])
    if client is None:
        return
    if command.day is None or command.time is None:
        _reply(ink, "answer.need_when", text, example=EXAMPLE)
        return
    kind = command.type or (client.usual_type if client.usual_type in TYPES else "single")
    start = datetime.combine(command.day, command.time, tzinfo=ink.snap.settings.zone)
    book(ink, client, Wanted(start=start, minutes=MINUTES, type=kind, client=client.id), asked=text)


def _with_booking(ink: Ink, command: Command, text: str) -> None:
    if not command.who:
        _reply(ink, "answer.need_who", text, example="cancel Thandi")
        return
    client = one_client(ink, command, text, command.who[0])
    if client is None:
        return
    coming: list[Booking] = upcoming(ink.snap, client.id, ink.now)
    if command.day:
        coming = [b for b in coming if b.date == command.day and (not command.time or b.time == command.time)]
    if not coming:
        if command.day:
            _reply(
                ink, "answer.no_session_on", text, name=client.name, day=words.day(command.day, ink.snap.context.today)
            )
        else:
            _reply(ink, "answer.no_session", text, name=client.name)
        return
    cancel_for_owner(ink, coming[0], asked=text)


def _mark(ink: Ink, command: Command, text: str) -> None:
    if not command.who:
        _reply(ink, "answer.need_who", text, example="Sipho sick")
        return
    client = one_client(ink, command, text, command.who[0])
    if client is None:
        return
    state = {"sick": "sick", "no_show": "no-show", "came": "came"}[command.verb]
    if not mark_today(ink, client, state, said=text):
        _reply(
            ink,
            "answer.no_session_on",
            text,
            name=client.name,
            day=words.day(ink.snap.context.today, ink.snap.context.today),
        )


def _add(ink: Ink, command: Command, text: str) -> None:
    """``add Ayanda 44 7700 900106``: a client row; nothing is sent."""
    from sheets_schema.cells import PHONE
    from sheets_schema.issues import CellProblem

    if not command.who or not command.phone:
        _reply(ink, "answer.need_phone", text, example="add Ayanda 44 7700 900106")
        return
    try:
        phone = PHONE.read(command.phone, ink.snap.context)
    except CellProblem:
        _reply(ink, "answer.phone_short", text, word=command.phone)
        return
    name = command.who[0]
    known = ink.snap.client_by_phone(phone)
    if known is not None and known.status != "new":
        _reply(ink, "answer.added_exists", text, name=known.name, phone=words.phone_words(phone))
        return
    ident = known.id if known else ink.mint("c-")
    ink.put(
        "clients",
        ident,
        log=f"Added: {name}",
        by=f"{ink.snap.settings.owner_name}, chat",
        undoable=True,
        name=name,
        phone=phone,
        status="active",
        messages="all",
        code=code_for(ink, name, phone),
        since=ink.now.astimezone(ink.snap.settings.zone).date(),
    )
    hint = {"hint": part("read.hint_last_name")} if " " not in name else {}
    ink.send(
        ink.owner(),
        "answer.added",
        values={"name": name, "phone": words.phone_words(phone), "undo": str(ink.number()), **hint},
        answers=ink.fact.key,
        deadline=ink.now + timedelta(hours=12),
        why=(part("why.answer_to", text=text),),
    )


def _mode(ink: Ink, verb: str, text: str) -> None:
    """``pause``, ``go on``, ``go live``: the Mode cell of Settings; going live names what leaves and asks once."""
    settings = ink.snap.settings
    if verb == "go_live" and settings.mode != "live":
        soon = ink.now + timedelta(hours=24)
        due = [
            b for b in ink.snap.bookings if b.state == "booked" and (s := starts(ink.snap, b)) and ink.now < s < soon
        ]
        question = ask(
            ink,
            who="owner-chat",
            about="Go live?",
            answers={"yes": "Go live", "no": "Not yet"},
            rule="go_live",
            data={},
        )
        listed = f"{words.plural(len(due), 'reminder')}, {words.plural(2, 'digest')}"
        _reply(
            ink,
            "answer.go_live_ask",
            text,
            list=listed,
            amount=words.money_chat(0, settings.currency),
            question=question,
        )
        return
    mode = "watch" if verb == "pause" else "live"
    ink.put("settings", "mode", log=f"Mode: {mode}", by=f"{settings.owner_name}, chat", undoable=True, value=mode)
    if verb == "pause":
        _reply(ink, "answer.paused", text)
    else:
        _reply(ink, "answer.live", text)
