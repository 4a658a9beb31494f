"""One line to whoever waits: the answer needs the diary, and the diary is slow. Said once, while the chat is open."""

from __future__ import annotations

from studio_sync.rules.facts import Tick
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import Who, person_of


def hold(ink: Ink, fact: Tick) -> None:
    """``slot``: the message that waits for its answer; ``about``: the number or user id it came from."""
    asked = next((admin for admin in ink.admins() if admin.address == fact.about), None)
    client = ink.snap.client_by_phone(fact.about)
    stranger = Who(address=fact.about, who="newcomer", name="", first="")
    who = asked or (person_of(client) if client is not None else stranger)
    ink.send(who, "talk.hold", cls="fresh", answers=fact.slot)
