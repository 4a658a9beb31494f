"""A bug put in on purpose, the day that shows it, and the words such days are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.histories.plan import Event, History, history
from tests.histories.scene import beginning

COMMIT = "sheets.batchUpdate"


@dataclass(frozen=True, kw_only=True, slots=True)
class Planted:
    """A bug: its name, and what puts it in while the context lasts."""

    name: str
    put_in: Callable[[], Any]
    #: a seed that is known to find it (others are tried after it), or a history made for it
    seed: int = 0
    story: History | None = None

    def histories(self, most: int) -> Iterator[History]:
        """What to try, the likeliest first; the studio each begins with is made before, without the bug."""
        tried = [] if self.story is None else [self.story]
        for each in (*tried, *(history(seed) for seed in (self.seed, *range(most)))):
            beginning(*each.start)
            yield each


def both(*patches: Any) -> Any:
    """Several patches as one."""

    @contextmanager
    def all_of_them() -> Iterator[None]:
        with ExitStack() as stack:
            for each in patches:
                stack.enter_context(each() if callable(each) and not hasattr(each, "__enter__") else each)
            yield

    return all_of_them()


# -- days


def day(*events: Event, start: tuple[int, int] = (9, 30)) -> History:
    """A day with these events in it."""
    return History(seed=1, start=start, events=tuple(sorted(events, key=lambda event: event.at)))


def said(text: str, *, at: float) -> Event:
    """The owner writes a line."""
    return Event(at=at, actor="owner chat", act="writes", args={"text": text})


def owner(act: str, *, at: float, during: str = "", **args: object) -> Event:
    """Her hand in the sheet; ``during``: while the program waits for the answer to such a call."""
    return Event(at=at, actor="owner sheet", act=act, args={"pick": 0, **args}, meanwhile=during)


def tick(*, at: float, pick: int = 0) -> Event:
    """She ticks Send of a draft."""
    return owner("ticks", at=at, what="invoice", pick=pick)


def fault(kind: str, aim: str, *, at: float, times: int = 1, later: float = 5.0) -> Event:
    """The network fails."""
    return Event(at=at, actor="network", act="fault", args={"kind": kind, "aim": aim, "times": times, "later": later})


def asleep(*, at: float, after: int, minutes: int = 25, stays: str = "first") -> Event:
    """The computer sleeps in the call that follows ``after`` others; another works; at last one of both ends."""
    args = {"minutes": minutes, "after": after, "stays": stays}
    return Event(at=at, actor="other program", act="works while this one sleeps", args=args)


def kill(*, at: float, after: int = 0, gone: float = 5.0, notes: str = "kept") -> Event:
    """The program dies after so many points."""
    return Event(at=at, actor="plug", act="the program is killed", args={"after": after, "gone": gone, "notes": notes})


BOOK = said("Book Lerato fri 14:00 single", at=1)
