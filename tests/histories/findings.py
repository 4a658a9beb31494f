"""What the checks of a history look at: tabs, diary and chats as the stand-ins hold them, read once."""

from __future__ import annotations

import re
from datetime import datetime

from studio_sync.rules.effects import Send
from tests.histories.scene import Doc, Scene
from tests.histories.truth import Truth

TABS = (
    ("studio", "Clients"),
    ("studio", "Bookings"),
    ("studio", "Messages"),
    ("studio", "Questions"),
    ("studio", "Changes"),
    ("books", "Invoices"),
    ("books", "Invoice lines"),
    ("books", "Changes"),
)


class Findings:
    """Everything a check looks at, read once."""

    def __init__(self, scene: Scene, truth: Truth) -> None:
        self.scene = scene
        self.truth = truth
        self.tabs = {(book, tab): scene.rows(tab, book=book) for book, tab in TABS}
        self.events = [event_of(each) for each in scene.events()]
        self.chats = scene.chats()
        self.out = [m for chat in self.chats.values() for m in chat if m["direction"] == "out"]
        self.sends = {**truth.meant, **sends(scene)}

    def rows(self, tab: str, book: str = "studio") -> list[Doc]:
        """Rows of a tab."""
        return self.tabs[book, tab]


def seats_of(body: Doc) -> list[str]:
    """The bookings that have a place in a diary event."""
    return re.findall(r"b-[0-9A-Z]+", str(sorted(body.get("extendedProperties", {}).get("private", {}).items())))


def event_of(body: Doc) -> Doc:
    private = body.get("extendedProperties", {}).get("private", {})
    timed = "dateTime" in body["start"]
    return {
        "id": body["id"],
        "title": body.get("summary", ""),
        "start": datetime.fromisoformat(body["start"]["dateTime"]) if timed else None,
        "end": datetime.fromisoformat(body["end"]["dateTime"]) if timed else None,
        "private": private,
        "seats": seats_of(body),
    }


def sends(scene: Scene) -> dict[str, Send]:
    """Tag of a message -> what the program meant by it (its class and deadline)."""
    found: dict[str, Send] = {}
    for journal in scene.journals:
        with journal.read() as tx:
            for state in ("queued", "waiting", "sending", "unknown", "held", "parked", "done", "dropped"):
                for queued in tx.standing(state, "messages", limit=10_000):
                    if isinstance(queued.effect, Send):
                        found[queued.effect.key] = queued.effect
    return found
