"""News for the owner and the admin phones: with its buttons while the chat is open, else one approved line.

Source: spec look-and-words 2.5; only a template may open a chat.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from studio_sync.rules.gate import WINDOW
from studio_sync.rules.ink import Ink
from studio_sync.rules.joining import AT_ONCE
from studio_sync.rules.people import Who

#: a chat that closes sooner counts as closed: news may wait ten minutes for other news, and a little on its way
MARGIN = timedelta(minutes=15)


def news(
    ink: Ink,
    sentence: str,
    *,
    needs: tuple[str, ...] = (),
    why: tuple[str, ...] = (),
    label: str = "",
    urgent: bool = False,
) -> None:
    """One sentence (without its full stop) to every phone of the owner's side. Urgent: it does not wait for others."""
    for admin in ink.admins():
        ink.send(
            admin,
            "owner.news",
            values={"text": sentence},
            needs=needs,
            deadline=ink.within(24),
            why=why,
            label=f"{admin.who}:{label}" if label else "",
            priority=AT_ONCE if urgent else 0,
        )


def nudge(
    ink: Ink,
    text: str,
    sentence: str,
    *,
    values: Mapping[str, str],
    needs: tuple[str, ...] = (),
    why: tuple[str, ...] = (),
    about: str = "",
    label: str = "",
) -> None:
    """The free text ``text`` where the chat is open, the approved line with ``sentence`` where it is not."""
    for admin in ink.admins():
        chat = chat_open(ink, admin)
        ink.send(
            admin,
            text if chat else "owner.news",
            values=values if chat else {"text": sentence},
            needs=needs,
            deadline=ink.within(12 if chat else 24),
            why=why,
            about=about,
            label=f"{admin.who}:{label}" if label else "",
        )


def chat_open(ink: Ink, person: Who) -> bool:
    """Whether free text may be sent now."""
    heard = ink.snap.last_heard(person.address)
    return heard is not None and ink.now < heard + WINDOW - MARGIN
