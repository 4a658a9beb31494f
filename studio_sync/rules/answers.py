"""An answer to one of our questions, by tap, by tick in Today or in the chat. One table: rule name -> what goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sheets_schema.tabs.messages import Question
from sheets_schema.texts.catalogue import part
from studio_sync.rules import newcomers
from studio_sync.rules.booking.book import book, record_as_came
from studio_sync.rules.booking.places import Wanted
from studio_sync.rules.effects import Send
from studio_sync.rules.ink import Ink
from studio_sync.rules.questions import close, data_of


def answer(ink: Ink, ident: str, choice: str, *, said: str) -> None:
    """Go on with question ``ident``; a question that is closed already changes nothing."""
    question = ink.snap.questions.get(ident)
    if question is None or question.state != "open":
        ink.send(ink.owner(), "answer.left", cls="fresh", answers=ink.fact.key)
        return
    handler = RULES.get(question.key)
    if handler is None:
        close(ink, question)
        return
    handler(ink, question, choice, said)


def _prospect(ink: Ink, question: Question, choice: str, said: str) -> None:
    client = ink.snap.clients.get(str(data_of(question).get("client", "")))
    if client is None:
        close(ink, question)
        return
    newcomers.answered(ink, question, choice, client)
    if choice == "yes":
        from sheets_schema.texts import words

        name = client.name or words.phone_words(client.phone)
        values = {"name": name, "phone": words.phone_words(client.phone), "undo": str(ink.number())}
        ink.send(ink.owner(), "answer.added", values=values, deadline=ink.now + timedelta(hours=12))
    else:
        ink.send(ink.owner(), "answer.left", cls="fresh")


def _which(ink: Ink, question: Question, choice: str, said: str) -> None:
    """Put the chosen person into the command and run it once more."""
    from studio_sync.rules.commands.grammar import parse_owner
    from studio_sync.rules.owner_chat import obey

    close(ink, question)
    data = data_of(question)
    chosen = ink.snap.clients.get(data["client"] if choice == "yes" else choice)
    if chosen is None:
        ink.send(ink.owner(), "answer.left", cls="fresh", answers=ink.fact.key)
        return
    text = str(data["command"]).replace(str(data["name"]), chosen.name, 1)
    obey(ink, parse_owner(text, ink.now.astimezone(ink.snap.settings.zone)), text)


def _wanted(ink: Ink, data: dict[str, Any]) -> Wanted:
    return Wanted(
        start=datetime.fromisoformat(data["start"]).astimezone(ink.snap.settings.zone),
        minutes=int(data["minutes"]),
        type=str(data["type"]),
        client=str(data["client"]),
        anyway=True,
    )


def _book_anyway(ink: Ink, question: Question, choice: str, said: str) -> None:
    close(ink, question)
    data = data_of(question)
    client = ink.snap.clients.get(str(data["client"]))
    if choice == "yes" and client is not None:
        book(ink, client, _wanted(ink, data), asked=said)
    else:
        ink.send(ink.owner(), "answer.left", cls="fresh")


def _record(ink: Ink, question: Question, choice: str, said: str) -> None:
    close(ink, question)
    data = data_of(question)
    client = ink.snap.clients.get(str(data["client"]))
    if choice == "yes" and client is not None:
        record_as_came(ink, client, _wanted(ink, data))
    ink.send(ink.owner(), "answer.left", cls="fresh")


def _go_live(ink: Ink, question: Question, choice: str, said: str) -> None:
    close(ink, question)
    if choice == "yes":
        owner = ink.snap.settings.owner_name
        ink.put("settings", "mode", log="Mode: live", by=f"{owner}, chat", undoable=True, value="live")
        ink.send(ink.owner(), "answer.live", deadline=ink.now + timedelta(hours=12))
    else:
        ink.send(ink.owner(), "answer.mode_kept", values={"mode": ink.snap.settings.mode}, cls="fresh")


def _place_free(ink: Ink, question: Question, choice: str, said: str) -> None:
    """A place came free: she took note. Offering it to the list comes with the waiting list."""
    close(ink, question)
    ink.send(ink.owner(), "answer.left", cls="fresh")


def _held(ink: Ink, question: Question, choice: str, said: str) -> None:
    """A message that may not have arrived: sent once more by her word, under a key of its own, or settled as arrived."""
    close(ink, question)
    data = data_of(question)
    if choice != "again":
        ink.put("messages", str(data["row"]), state="sent", sent="she said it arrived")
        return
    again = Send.model_validate(data["send"])
    key = f"{ink.fact.key}/again:{data['row']}"
    ink.effects.append(again.model_copy(update={"key": key, "needs": (), "why": (*again.why, part("why.once"))}))
    ink.put("messages", str(data["row"]), state="sending", projection=True)


RULES: dict[str, Callable[[Ink, Question, str, str], None]] = {
    "prospect": _prospect,
    "which": _which,
    "book_anyway": _book_anyway,
    "record": _record,
    "go_live": _go_live,
    "place_free": _place_free,
    "held": _held,
}
