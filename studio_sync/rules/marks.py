"""What somebody wrote is shown as read while we answer it, with dots where the answer takes a moment. It costs nothing.

Only what we answer ourselves, and only where the answer may leave: what is for the owner to read stays unread until she
reads it, and in a chat in which she writes herself nothing of ours shows. Pure; source: facts/whatsapp 1.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from studio_sync.rules.effects import Effect, Note, Send
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.gate import silenced
from studio_sync.rules.ink import Ink

#: name of the note
SEEN = "seen"
#: lasting words of small talk say that a person will read it
FOR_A_PERSON = "talk."


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A message to show as read. ``answer``: key of the Send that answers it; ``typing``: that one takes a moment."""

    wamid: str
    answer: str
    typing: bool
    #: aware UTC
    at: datetime


def seen(ink: Ink, fact: MessageCame, address: str) -> None:
    """Note that the message is to be shown as read, and the answer it waits for."""
    if not ink.snap.settings.read_marks:
        return
    for send in ink.effects:
        if not isinstance(send, Send) or send.answers != fact.key or send.to != address:
            continue
        for_a_person = send.text.startswith(FOR_A_PERSON) and send.cls != "fresh"
        if not for_a_person and silenced(ink.snap, send, ink.now) is None:
            ink.note(SEEN, wamid=fact.key, answer=send.key, typing=bool(send.needs))
        return


def marks_of(effects: Iterable[Effect], now: datetime) -> list[Mark]:
    """The marks among the effects of one decision."""
    told = [effect.data for effect in effects if isinstance(effect, Note) and effect.what == SEEN]
    return [Mark(wamid=data["wamid"], answer=data["answer"], typing=data["typing"], at=now) for data in told]
