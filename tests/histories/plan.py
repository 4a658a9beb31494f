"""A history as data: who does what at which second, which faults strike, when a program dies. Made from one seed."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass, field
from typing import Any

from tests.histories.scene import CLIENTS, STARTS

#: faults of the network with their weight
NETWORK = {
    "refuse": 2,
    "reset": 2,
    "401": 1,
    "403": 1,
    "429": 2,
    "500": 2,
    "503": 2,
    "slow": 2,
    "lost": 4,
    "cut": 2,
    "late": 3,
    "stale": 2,
}
#: what else may befall a program: killed, its notes lost or put back from a backup, asleep while another works
MISFORTUNES = ("killed", "notes lost", "notes old", "asleep")
#: calls a fault may be aimed at
AIMS = (
    "*",
    "*",
    "sheets.batchUpdate",
    "sheets.*",
    "calendar.*",
    "calendar.events.insert",
    "whatsapp.messages",
    "whatsapp.*",
    "smtp.*",
)
#: what no history makes yet, by name, and why
NOT_YET = ("a workbook put back in the very moment of a commit, or copied: they have days of their own",)
NAMES = {ident: known[0] for ident, known in CLIENTS.items()}
PHONES = {ident: known[1] for ident, known in CLIENTS.items()}
Args = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happens ``at`` so many seconds after the beginning."""

    at: float
    #: client, owner chat, owner sheet, owner diary, meta, network, clock, plug, other program
    actor: str
    act: str
    args: Args = field(default_factory=dict)
    #: while a program waits for an answer, not between its steps; "" or the calls for which it may wait (a pattern)
    meanwhile: str = ""

    def words(self) -> str:
        """The line of a printed history."""
        told = ", ".join(f"{name} {value}" for name, value in self.args.items())
        when = f" (while the program waits for {self.meanwhile})" if self.meanwhile else ""
        return f"{self.at:6.1f} s  {self.actor}: {self.act}{f' ({told})' if told else ''}{when}"


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Everything that decides how a run goes."""

    seed: int
    #: local hour, minute
    start: tuple[int, int]
    events: tuple[Event, ...]


def history(seed: int, size: float = 1.0) -> History:
    """The history of a seed. ``size`` 2 is twice as long, with twice as much in it."""
    from tests.histories.makers import faults, habits, misfortunes, people

    rng = random.Random(f"history:{seed}")
    length = rng.uniform(20, 55) * size
    events: list[Event] = []
    for _ in range(int(rng.choice((2, 3, 3, 4, 5)) * size)):
        events += people(rng, rng.uniform(0, length), len(events))
    for _ in range(int(rng.choice((3, 4, 5, 6, 8)) * size)):
        events.append(faults(rng, rng.uniform(0, length * 0.8)))
    events += misfortunes(rng, length)
    events += habits(rng, length)
    if rng.random() < 0.2:
        minutes = rng.choice((-60, 15, 63, 200))
        events.append(Event(at=rng.uniform(0, length), actor="clock", act="jumps", args={"minutes": minutes}))
    return History(seed=seed, start=rng.choice(STARTS), events=tuple(sorted(events, key=lambda event: event.at)))


def meanwhile(event: Event, calls: str = "*") -> Event:
    """The same, while the program waits for the answer to such a call."""
    return dataclasses.replace(event, meanwhile=calls)
