"""What one line from the owner or a client asks for. Whole words only; what is not understood stays not understood."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches

from sheets_schema.texts.vocabulary import Vocabulary, client_intent, vocabulary
from studio_sync.rules.commands.line import Line, exact, fillers, leading, polished, without
from studio_sync.rules.commands.model import ClientCommand, Command
from studio_sync.rules.commands.verbs import PARSERS, after_name
from studio_sync.rules.commands.when import plain

__all__ = ["ClientCommand", "Command", "parse_client", "parse_owner"]

#: Likeness (0 to 1) from which a mistyped verb is worth asking about.
_LIKE = 0.7
#: Opt-out comes before everything else, in every state.
_FIRST = ("stop", "stop_marketing", "start")
#: What a client may say together with a day.
_DATED = ("cancel", "cannot", "sick", "late", "move", "there")


def parse_owner(text: str, now: datetime, language: str = "en") -> Command:
    """What the owner's line asks for; ``now`` is local and aware. Never raises.

    A whole line that is a command is that command. Else the longest verb at its beginning counts, else "Sipho sick" and
    its like. A verb whose other words make no sense for it ("undo Thandi") is not understood, so that nothing happens.
    """
    words = vocabulary(language)
    line = polished(text, words)
    plain_line = " ".join(plain(word) for word in line.split())
    if not plain_line:
        return Command()
    verb = exact(plain_line, words.owner)
    if verb:
        return Command(verb=verb)
    verb, rest = leading(line, words.owner)
    parser = PARSERS.get(verb)
    if parser:
        command = parser(verb, Line(rest=rest, now=now, words=words, language=language))
        if command.verb:
            return command
    command = after_name(Line(rest=line, now=now, words=words, language=language))
    return command if command.verb else Command(text=line, guess=_guess(line, words))


def parse_client(text: str, now: datetime, language: str = "en", *, owner: str = "") -> ClientCommand:
    """What a client's line asks for; ``now`` is local and aware. Never raises.

    Opt-out first, then words for the owner ("message Nadine ..."; ``owner`` is her name, left out of the text), then
    whole phrases, then a phrase with a day ("cancel Fri 08:00"). "cancel my order" is none of these.
    """
    words = vocabulary(language)
    line = " ".join(text.split())
    verb = client_intent(line, language)
    if verb in _FIRST:
        return ClientCommand(verb=verb)
    passed_on, rest = leading(line, {"message": words.client["message"]})
    if passed_on:
        return ClientCommand(verb=passed_on, text=_without_owner(rest, owner, words))
    bare = polished(line, words)
    verb = verb or client_intent(bare, language)
    if verb:
        return ClientCommand(verb=verb)
    verb, rest = leading(bare, {verb: words.client[verb] for verb in _DATED})
    return _dated(verb, rest, line, Line(rest=rest, now=now, words=words, language=language))


def _dated(verb: str, rest: str, text: str, line: Line) -> ClientCommand:
    """Cancel Fri 08:00, can't make it tomorrow, cancel my session; anything more is words for the owner."""
    if not verb:
        return ClientCommand(text=text)
    when = line.when(without(rest, fillers(line.words, "session", "my")))
    if when.problem:
        return ClientCommand(text=text, problem=when.problem, word=when.word)
    if without(when.rest, fillers(line.words, "the", "on", "at", "for")):
        return ClientCommand(text=text)
    return ClientCommand(verb=verb, day=when.day, time=when.time)


def _without_owner(text: str, owner: str, words: Vocabulary) -> str:
    typed = text.split()
    if typed and plain(typed[0]) in words.links["to"]:
        typed = typed[1:]
    names = [plain(name) for name in owner.split()]
    while typed and names and plain(typed[0]) == names[0]:
        typed, names = typed[1:], names[1:]
    return " ".join(typed)


def _guess(line: str, words: Vocabulary) -> str:
    """The line with its likeliest verb: "bok Thandi" -> "book Thandi ..."; empty if nothing is like it."""
    typed = line.split()
    openers = {phrase.split()[0] for phrases in words.owner.values() for phrase in phrases}
    first = get_close_matches(plain(typed[0]), sorted(openers), 1, _LIKE)
    if first and first[0] == plain(typed[0]) and exact(first[0], words.owner):
        return first[0]
    if first and first[0] != plain(typed[0]):
        rest = " ".join(typed[1:])
        more = " ..." if first[0] in (*words.owner["book"], *words.owner["move"]) else ""
        return f"{first[0]} {rest}".strip() + more
    behind = {phrase for phrases in words.owner_after_name.values() for phrase in phrases if " " not in phrase}
    last = get_close_matches(plain(typed[-1]), sorted(behind), 1, _LIKE) if len(typed) > 1 else []
    return f"{' '.join(typed[:-1])} {last[0]}" if last and last[0] != plain(typed[-1]) else ""
