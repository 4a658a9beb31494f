"""A bug put in on purpose, the day that shows it, and the words such days are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.histories.plan import Event, History

COMMIT = "sheets.batchUpdate"


@dataclass(frozen=True, kw_only=True, slots=True)
class Planted:
    """A bug: its name, what puts it in while the context lasts, and a day that is sound without it."""

    name: str
    put_in: Callable[[], Any]
    story: History


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


def kill(*, at: float, after: int = 0, where: str = "*", gone: float = 5.0, notes: str = "kept") -> Event:
    """The program dies after so many points, of those called ``where``."""
    args = {"after": after, "where": where, "gone": gone, "notes": notes}
    return Event(at=at, actor="plug", act="the program is killed", args=args)


BOOK = said("Book Lerato fri 14:00 single", at=1)
#: WhatsApp never tells how far a message got
NO_STATES = Event(at=0.5, actor="meta", act="loses some states", args={"drop": 1.0})
