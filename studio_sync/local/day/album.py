"""Everything the stand-ins hold after the day, read once: what the transcript, the page and the files are made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sheets_schema.tabs import TABS
from studio_sync.local.control import NoAnswer
from studio_sync.local.day.world import Doc, World


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A PDF someone got."""

    filename: str
    pdf: bytes
    #: page 1 as a picture
    page: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Album:
    """One studio as the stand-ins hold it."""

    day: date
    zone: Any
    #: (phone as the stand-ins know it, its messages)
    chats: tuple[tuple[Doc, tuple[Doc, ...]], ...]
    #: tab title -> all cells as shown
    grids: dict[str, list[list[str]]]
    #: two weeks of the diary, from the Monday of the day
    events: tuple[Doc, ...]
    mails: tuple[Doc, ...]
    papers: tuple[Paper, ...]
    #: the program's own counters; empty when it does not answer
    counters: dict[str, float]

    @property
    def twice(self) -> list[str]:
        """Tags under which more than one message reached a phone: nothing may ever be here."""
        tags = Counter(m["tag"] for _, said in self.chats for m in said if m["direction"] == "out" and m.get("tag"))
        return [tag for tag, count in tags.items() if count > 1]

    def message_rows(self) -> dict[str, str]:
        """Ids of the rows in Messages, by the wamid or tag of the message."""
        heads, *lines = self.grids["Messages"] or [[]]
        if not lines:
            return {}
        key, ident = heads.index("Key"), heads.index("Id")
        return {line[key]: line[ident] for line in lines if len(line) > max(key, ident)}


def look(world: World, day: date) -> Album:
    """Read everything back."""
    people = [who for who in world.phones() if who["messages"]]
    chats = tuple((who, tuple(world.chat(who["number"]))) for who in people)
    monday = day - timedelta(days=day.weekday())
    try:
        counters = {k: v for k, v in world.studio.control("metrics").items() if isinstance(v, int | float)}
    except NoAnswer:
        counters = {}
    return Album(
        day=day,
        zone=world.zone,
        chats=chats,
        grids={tab.title: world.grid(tab.title) for tab in TABS},
        events=tuple(world.events(monday, 14)),
        mails=tuple(world.mails()),
        papers=_papers(world, chats),
        counters=counters,
    )


def _papers(world: World, chats: tuple[tuple[Doc, tuple[Doc, ...]], ...]) -> tuple[Paper, ...]:
    found: dict[str, Paper] = {}
    for message in (m for _, said in chats for m in said if (m.get("media") or {}).get("kind") == "document"):
        media = message["media"]
        name = str(media.get("filename") or f"{media['id']}.pdf")
        path = f"media/{media['id']}"
        found[name] = Paper(filename=name, pdf=world.bytes_of(path), page=world.bytes_of(f"{path}/page1.png"))
    return tuple(found.values())
