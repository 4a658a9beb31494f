"""A history as data: who does what at which second, which faults strike, when the program dies. Made from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tests.histories.scene import CLIENTS

#: faults of the network with their weight; a sort between a read and the write planned on it has its own event
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
#: calls a fault may be aimed at
AIMS = (
    "*",
    "sheets.batchUpdate",
    "sheets.*",
    "calendar.*",
    "calendar.events.insert",
    "whatsapp.messages",
    "whatsapp.*",
)
#: what is known to be unprotected and is not made by any history yet, by name: a row is found by its id on the read on
#: which a commit is planned, so until commits carry before-images rows keep their places while one is on its way
NOT_YET = (
    "rows move between a read and the commit planned on it",
    "a second daemon",
    "a workbook put back to an older version, or copied",
    "a journal lost, or put back from a backup",
    "mail (no mail server is set here)",
)
#: what moves rows
MOVES = ("sorts", "inserts rows", "deletes an old booking", "deletes the newest invoice")
#: local hour and minute at which histories begin: before reminders, before the evening's, in the middle of a day
STARTS = ((5, 57), (6, 57), (9, 30), (15, 57), (19, 57))
NAMES = {ident: known[0] for ident, known in CLIENTS.items()}
PHONES = {ident: known[1] for ident, known in CLIENTS.items()}
DAYS = ("tomorrow", "thu", "fri", "sat")
HOURS = ("07:00", "09:00", "09h30", "10:00", "11:00", "14:00", "16:00")
Args = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happens ``at`` so many seconds after the beginning."""

    at: float
    #: client, owner chat, owner sheet, owner diary, meta, network, clock, plug
    actor: str
    act: str
    args: Args = field(default_factory=dict)
    #: while the program waits for an answer, not between its steps
    meanwhile: bool = False

    def words(self) -> str:
        """The line of a printed history."""
        told = ", ".join(f"{name} {value}" for name, value in self.args.items())
        when = " (while the program waits for an answer)" if self.meanwhile else ""
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
    rng = random.Random(f"history:{seed}")
    events: list[Event] = []
    length = rng.uniform(60, 130) * size
    for _ in range(int(rng.randint(5, 9) * size)):
        events += _people(rng, rng.uniform(0, length), len(events))
    for _ in range(int(rng.randint(3, 8) * size)):
        events.append(_network(rng, rng.uniform(0, length)))
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        args = {"after": rng.randint(0, 40), "gone": round(rng.choice((1, 3, 30, 200)) * rng.uniform(0.5, 1.5), 1)}
        events.append(Event(at=rng.uniform(0, length), actor="plug", act="the program is killed", args=args))
    events += _meta(rng, length)
    if rng.random() < 0.25:
        events.append(
            Event(
                at=rng.uniform(0, length), actor="clock", act="jumps", args={"minutes": rng.choice((-60, 15, 63, 200))}
            )
        )
    return History(seed=seed, start=rng.choice(STARTS), events=tuple(sorted(events, key=lambda event: event.at)))


def _people(rng: random.Random, at: float, n: int) -> list[Event]:
    makers = (
        _client,
        _client,
        _owner_chat,
        _owner_chat,
        _owner_types,
        _owner_types,
        _owner_ticks,
        _owner_moves_rows,
        _owner_diary,
    )
    made = rng.choice(makers)(rng, at, n)
    return [_meanwhile(event) if rng.random() < 0.3 and event.act not in MOVES else event for event in made]


def _meanwhile(event: Event) -> Event:
    return Event(at=event.at, actor=event.actor, act=event.act, args=event.args, meanwhile=True)


def _client(rng: random.Random, at: float, n: int) -> list[Event]:
    who = rng.choice(list(PHONES))
    act = rng.choice(("writes", "writes", "writes", "taps", "stops", "someone new writes", "writes twice"))
    if act == "writes":
        said = rng.choice(("bookings", "cancel next", "hello there", "cancel fri", "menu", "are you a bot"))
        return [Event(at=at, actor="client", act=act, args={"who": who, "text": said})]
    if act == "writes twice":
        return [Event(at=at, actor="client", act=act, args={"who": who, "text": "bookings"})]
    if act == "taps":
        return [Event(at=at, actor="client", act=act, args={"who": who, "button": "Reject this time"})]
    if act == "stops":
        book = f"Book {NAMES[who]} {rng.choice(DAYS)} {rng.choice(HOURS)} single"
        later = at + rng.uniform(2, 40)
        return [
            Event(at=at, actor="client", act=act, args={"who": who}),
            Event(at=later, actor="owner chat", act="writes", args={"text": book}),
        ]
    phone = f"+4477009002{n:02d}"
    later = at + rng.uniform(5, 40)
    return [
        Event(at=at, actor="client", act=act, args={"phone": phone, "text": "Hello, do you have a place?"}),
        Event(at=later, actor="client", act=act, args={"phone": phone, "text": rng.choice(("Ayanda Teal", "Jo Puce"))}),
        Event(at=later + 20, actor="owner chat", act="taps", args={"button": "Add as client"}),
    ]


def _owner_chat(rng: random.Random, at: float, n: int) -> list[Event]:
    name = rng.choice(("Thandi", "Sipho", "Lerato", "Pieter", "Mary Green"))
    book = f"Book {name} {rng.choice(DAYS)} {rng.choice(HOURS)} {rng.choice(('single', 'duo', 'duo', 'trio'))}"
    said = rng.choice((book, book, book, f"cancel {name}", "undo", "today"))
    events = [Event(at=at, actor="owner chat", act="writes", args={"text": said})]
    if said == book and rng.random() < 0.4:
        other = rng.choice(("Thandi", "Sipho", "Lerato"))
        again = said.replace(name, other)
        events.append(Event(at=at + rng.uniform(0, 3), actor="owner chat", act="writes", args={"text": again}))
    return events


def _owner_types(rng: random.Random, at: float, n: int) -> list[Event]:
    kind = rng.choice(("a booking", "a booking", "a client", "a note", "a note", "a draft"))
    args: Args = {"mark": f"typed {n}"}
    if kind == "a note":
        args |= {"who": rng.choice(list(NAMES)), "column": rng.choice(("Notes", "Health", "Address"))}
        return [
            Event(at=at + more, actor="owner sheet", act="types a note", args={**args, "mark": f"typed {n}.{i}"})
            for i, more in enumerate(sorted(rng.uniform(0, 15) for _ in range(rng.randint(1, 3))))
        ]
    cells = {
        "a booking": {
            "Client": rng.choice(list(NAMES.values())),
            "Date": rng.choice(("5 Nov", "6 Nov", "7 Nov", "31/02")),
            "Time": rng.choice(("09:00", "10:00", "12:00", "15:30")),
            "Type": rng.choice(("single", "duo")),
        },
        "a client": {"Name": f"New Person {n}", "Phone": f"07700 9003{n:02d}"},
        "a draft": {"Client": rng.choice(("Mary Green", "Pieter Indigo")), "From": "1 Oct 2026", "To": "31 Oct 2026"},
    }[kind]
    gap = rng.choice((0.0, 0.5, 4.0))
    return [
        Event(at=at + i * gap, actor="owner sheet", act=f"types {kind}", args={**args, "head": head, "text": text})
        for i, (head, text) in enumerate(cells.items())
    ]


def _owner_ticks(rng: random.Random, at: float, n: int) -> list[Event]:
    what = rng.choice(("invoice", "invoice", "invoice", "remind", "tell", "came", "decide"))
    args: Args = {"what": what, "pick": rng.randint(0, 20)}
    events = [Event(at=at, actor="owner sheet", act="ticks", args=args)]
    if what == "invoice" and rng.random() < 0.5:
        more = rng.uniform(0, 4)
        again = {**args, "pick": args["pick"] + 1}
        if rng.random() < 0.4:
            more += 25
            events.append(Event(at=at + more - 5, actor="owner sheet", act="deletes the newest invoice"))
        events.append(Event(at=at + more, actor="owner sheet", act="ticks", args=again))
    return events


def _owner_moves_rows(rng: random.Random, at: float, n: int) -> list[Event]:
    tab = rng.choice(("Bookings", "Clients", "Bookings", "Invoices"))
    act = rng.choice(("sorts", "sorts", "inserts rows", "deletes an old booking", "pastes a copy of a row"))
    args: Args = {"tab": tab, "pick": rng.randint(0, 20), "mark": f"pasted {n}"}
    return [Event(at=at, actor="owner sheet", act=act, args=args)]


def _owner_diary(rng: random.Random, at: float, n: int) -> list[Event]:
    act = rng.choice(("drags an event", "drags an event", "deletes an event", "types an event of her own"))
    args: Args = {"pick": rng.randint(0, 20), "minutes": rng.choice((-60, 60, 120, 1440))}
    events = [Event(at=at, actor="owner diary", act=act, args=args)]
    if act == "drags an event":
        events.append(
            Event(at=at + rng.uniform(10, 40), actor="owner chat", act="taps", args={"button": "Move and tell"})
        )
    return events


def _network(rng: random.Random, at: float) -> Event:
    kind = rng.choices(list(NETWORK), list(NETWORK.values()))[0]
    args = {
        "kind": kind,
        "aim": rng.choice(AIMS),
        "times": rng.choice((1, 1, 1, 2, 3)),
        "later": rng.choice((0.5, 5, 30, 100)),
    }
    if kind == "late":
        args["aim"] = rng.choice(("sheets.batchUpdate", "calendar.events.insert", "whatsapp.messages"))
    return Event(at=at, actor="network", act="fault", args=args)


def _meta(rng: random.Random, length: float) -> list[Event]:
    """How Meta delivers from some moment on."""
    habits = {
        "duplicate": rng.choice((0.0, 0.0, 0.5, 1.0)),
        "reorder": rng.choice((0.0, 0.0, 5.0, 40.0)),
        "delay": rng.choice((0.0, 0.0, 1.0, 60.0, 150.0)),
        "batch": rng.choice((1, 1, 3)),
    }
    return [
        Event(at=rng.uniform(0, length), actor="meta", act=act, args={name: value})
        for act, (name, value) in zip(
            ("delivers twice", "delivers in another order", "delivers late", "delivers several at once"),
            habits.items(),
            strict=True,
        )
        if value not in (0.0, 1) or (name == "duplicate" and value)
    ]
