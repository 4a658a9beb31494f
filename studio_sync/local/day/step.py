"""A step of the day: when, in which words, what a person or the clock does, and what the stand-ins must show then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio_sync.local.day.stage import Stage

Doc = dict[str, Any]


@dataclass(kw_only=True, slots=True)
class Found:
    """What a step left behind, all of it read back from the stand-ins."""

    #: two or three words for the terminal
    result: str
    #: messages as the phones show them
    messages: list[Doc] = field(default_factory=list)
    #: tab, row as read
    rows: list[tuple[str, Doc]] = field(default_factory=list)
    events: list[Doc] = field(default_factory=list)
    #: files by name
    files: dict[str, bytes] = field(default_factory=dict)
    mails: list[Doc] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step. ``play`` acts, waits until the stand-ins show the effect, and says what it found."""

    name: str
    #: local time, "08:40"
    at: str
    #: at most 41 letters, so that it fits the terminal's line
    caption: str
    play: Callable[[Stage], Found]


def step(at: str, caption: str) -> Callable[[Callable[[Stage], Found]], Step]:
    """Make a step of a function; the function's name is the step's."""

    def make(play: Callable[[Stage], Found]) -> Step:
        return Step(name=play.__name__, at=at, caption=caption, play=play)

    return make
