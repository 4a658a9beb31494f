"""Which client a command means: one is acted on, several or a close name are asked about, never guessed."""

from __future__ import annotations

from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.model import Button
from studio_sync.rules.commands.grammar import Command
from studio_sync.rules.commands.names import find_clients
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called_first, first_of
from studio_sync.rules.questions import ask

#: rows of a WhatsApp list, less the one for "None of these"
MOST = 9


def one_client(ink: Ink, command: Command, text: str, name: str) -> Client | None:
    """The one client of that name, or None after asking which."""
    match = find_clients(name, ink.snap.clients)
    if match.kind == "one":
        return match.clients[0]
    if match.kind == "several":
        _which(ink, match.clients, text, name)
    elif match.kind == "close":
        _closest(ink, command, match.clients[0], text, name)
    else:
        _reply(ink, "answer.not_found", text, {"word": name, "read": command.read_as})
    return None


def _reply(ink: Ink, key: str, text: str, values: dict[str, str], choices: tuple[Button, ...] = ()) -> None:
    why = (part("why.answer_to", text=text or "?"),)
    ink.send(ink.asker(), key, values=values, choices=choices, cls="fresh", answers=ink.fact.key, why=why)


def _which(ink: Ink, clients: tuple[Client, ...], text: str, name: str) -> None:
    question = _ask_again(ink, text, name)
    choices = tuple(
        Button(
            id=f"answer_{question}_{client.id}",
            label=words.person_label(client.name, client.phone) if client.phone else client.name,
            row=client.name,
            description=words.phone_words(client.phone) if client.phone else "",
        )
        for client in clients[:MOST]
    )
    _reply(ink, "answer.which", text, {"word": name, "question": question}, choices)


def _closest(ink: Ink, command: Command, client: Client, text: str, name: str) -> None:
    values = {
        "word": name,
        "name": client.name,
        "first": called_first(client.name),
        "verb": words.capital(first_of(text) or "Yes"),
        "question": _ask_again(ink, text, name, client.id),
        "read": command.read_as,
    }
    _reply(ink, "answer.not_found_closest", text, values)


def _ask_again(ink: Ink, text: str, name: str, client: str = "") -> str:
    """Remember the whole command; the answer puts the person in and runs it once more."""
    data = {"command": text, "name": name, "client": client}
    answers = {"yes": "", "no": ""}
    return ask(ink, who="owner-chat", about=name, answers=answers, rule="which", data=data, hours=24)
