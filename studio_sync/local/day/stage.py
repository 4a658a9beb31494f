"""What a step works with: the world, and what was there before the step began."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

from studio_sync.local.day.world import Doc, World
from studio_sync.local.sample import OWNER

__all__ = ["AYANDA", "LERATO", "MARY", "OWNER", "PIETER", "SIPHO", "THANDI", "ZOE", "Stage", "phone_words"]

THANDI = "+447700900101"
SIPHO = "+447700900102"
LERATO = "+447700900103"
ZOE = "+447700900104"
PIETER = "+447700900105"
AYANDA = "+447700900106"
MARY = "+447700900107"


def phone_words(phone: str) -> str:
    """``+44 7700 900101``."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"


@dataclasses.dataclass(kw_only=True)
class Stage:
    """One step's view of the world."""

    world: World
    #: the day that is played, local
    day: date
    #: real seconds the page shows a pulled plug
    plug_seconds: float = 0.2
    _before: set[str] = dataclasses.field(default_factory=set)

    def begin(self) -> None:
        """Remember what is there: what comes from now on is this step's."""
        self._before = {m["wamid"] for who in self.world.phones() for m in self.world.chat(who["number"])}

    @property
    def tomorrow(self) -> date:
        """The next day."""
        return self.day + timedelta(days=1)

    # -- phones

    def new(self, phone: str, direction: str = "out") -> list[Doc]:
        """Messages of this step on one phone."""
        return [m for m in self.world.chat(phone) if m["wamid"] not in self._before and m["direction"] == direction]

    def heard(self, phone: str, words: str) -> Doc:
        """Wait for a new message with ``words`` that reached the phone."""

        def look() -> Doc | None:
            return next((m for m in self.new(phone) if words in m.get("text", "") and reached(m)), None)

        return self.world.until(look, f'no message with "{words}" on the phone {phone_words(phone)}')

    def says(self, phone: str, text: str, **more: object) -> Doc:
        """Someone writes; the message as the phone shows it."""
        return self.message(phone, self.world.speak(phone, text=text, **more)[0])

    def taps(self, phone: str, title: str) -> Doc:
        """Someone taps a button; the message as the phone shows it."""
        return self.message(phone, self.world.speak(phone, tap=title)[0])

    def message(self, phone: str, wamid: str) -> Doc:
        """One message of a phone."""
        return next(m for m in self.world.chat(phone) if m["wamid"] == wamid)

    # -- sheets

    def row(self, tab: str, **wanted: str) -> Doc:
        """Wait for a row whose cells are as wanted; ``_`` in a name stands for a space."""
        said = ", ".join(f"{name} {value}" for name, value in wanted.items())
        return self.world.until(lambda: self.world.row(tab, **wanted), f"no row of {tab} with {said}")

    def reminded(self, **wanted: str) -> Doc:
        """Wait until a row of Bookings says when its reminder left."""

        def look() -> Doc | None:
            row = self.world.row("Bookings", **wanted)
            return row if row and row["Reminded"] else None

        return self.world.until(look, f"no reminder noted in the row of {wanted['Client']}")

    def in_today(self, words: str) -> None:
        """Wait until Today holds ``words``."""
        self.world.until(lambda: words in self.world.today(), f'Today does not say "{words}"')

    def gone_from_today(self, words: str) -> None:
        """Wait until Today no longer holds ``words``."""
        self.world.until(lambda: words not in self.world.today(), f'Today still says "{words}"')

    # -- diary

    def events_at(self, day: date, time: str) -> list[Doc]:
        """Events that start at a local time."""
        wanted = f"{day.isoformat()}T{time}"
        return [e for e in self.world.events(day, 1) if self._starts(e) == wanted]

    def _starts(self, event: Doc) -> str:
        from datetime import datetime

        at = datetime.fromisoformat(event["start"]["dateTime"]).astimezone(self.world.zone)
        return at.strftime("%Y-%m-%dT%H:%M")

    def event(self, day: date, time: str, words: str) -> Doc:
        """Wait for an event at a local time with ``words`` in its title."""

        def look() -> Doc | None:
            return next((e for e in self.events_at(day, time) if words in e.get("summary", "")), None)

        return self.world.until(look, f"no event on {day:%a} {day.day} {day:%b} at {time} with {words}")

    def no_event(self, day: date, time: str) -> None:
        """Wait until nothing starts at a local time."""
        self.world.until(
            lambda: not self.events_at(day, time), f"{day:%a} {day.day} {day:%b} {time} is still taken in the diary"
        )


def reached(message: Doc) -> bool:
    """Whether a message got to the phone."""
    return message["status"] in {"delivered", "read"}
