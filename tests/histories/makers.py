"""What people, the network and bad luck may do in a history, drawn from its random source."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.histories.plan import AIMS, NAMES, NETWORK, PHONES, Args, Event, meanwhile

DAYS = ("tomorrow", "thu", "fri", "sat")
HOURS = ("07:00", "09:00", "09h30", "10:00", "11:00", "14:00", "16:00")
#: acts in the sheet that move rows: best done between the read and the write of a commit
MOVES = (
    "sorts",
    "inserts rows",
    "deletes an old booking",
    "deletes the newest invoice",
    "pastes a copy of a row",
    "cuts a row and pastes it at the end",
    "moves a column",
)


def people(rng: random.Random, at: float, n: int) -> list[Event]:
    """One thing that people do, of one or several acts."""
    makers: tuple[Callable[[random.Random, float, int], list[Event]], ...] = (
        _client,
        _client,
        _client,
        _owner_chat,
        _owner_chat,
        _owner_types,
        _owner_types,
        _owner_ticks,
        _owner_ticks,
        _owner_moves_rows,
        _owner_moves_rows,
        _owner_diary,
    )
    made = rng.choice(makers)(rng, at, n)
    return [_perhaps_meanwhile(rng, event) for event in made]


def _perhaps_meanwhile(rng: random.Random, event: Event) -> Event:
    drawn = rng.random()
    if event.actor == "owner sheet" and drawn < 0.5:
        return meanwhile(event, "sheets.batchUpdate")
    return meanwhile(event) if drawn < 0.3 else event


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
        later = at + rng.uniform(2, 20)
        return [
            Event(at=at, actor="client", act=act, args={"who": who}),
            Event(at=later, actor="owner chat", act="writes", args={"text": book}),
        ]
    phone = f"+4477009002{n:02d}"
    later = at + rng.uniform(5, 20)
    return [
        Event(at=at, actor="client", act=act, args={"phone": phone, "text": "Hello, do you have a place?"}),
        Event(at=later, actor="client", act=act, args={"phone": phone, "text": rng.choice(("Ayanda Teal", "Jo Puce"))}),
        Event(at=later + 15, actor="owner chat", act="taps", args={"button": "Add as client"}),
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
            for i, more in enumerate(sorted(rng.uniform(0, 10) for _ in range(rng.randint(1, 3))))
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
    # Slowly: the row stands half typed for longer than a row must be still to count.
    gap = rng.choice((0.0, 0.5, 4.0, 9.0))
    act = f"types {kind}" if gap < 5 else f"types {kind} slowly"
    return [
        Event(at=at + i * gap, actor="owner sheet", act=act, args={**args, "head": head, "text": text})
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
    elif what == "invoice" and rng.random() < 0.6:
        events = [Event(at=at + i * 0.2, actor="owner sheet", act="ticks", args={**args, "pick": i}) for i in range(5)]
        events.append(Event(at=at + rng.uniform(2, 12), actor="owner sheet", act="unticks an invoice"))
    return events


def _owner_moves_rows(rng: random.Random, at: float, n: int) -> list[Event]:
    tab = rng.choice(("Bookings", "Clients", "Bookings", "Invoices"))
    act = rng.choice(("sorts", "sorts", *(move for move in MOVES if move != "deletes the newest invoice")))
    args: Args = {"tab": tab, "pick": rng.randint(0, 20), "mark": f"pasted {n}"}
    events = [Event(at=at, actor="owner sheet", act=act, args=args)]
    if rng.random() < 0.5:  # with something on its way to the same tab
        name = rng.choice(list(NAMES.values()))
        text = f"Book {name} {rng.choice(DAYS)} {rng.choice(HOURS)} duo" if tab != "Invoices" else "bookings"
        events.append(Event(at=max(0.0, at - 1), actor="owner chat", act="writes", args={"text": text}))
    return events


def _owner_diary(rng: random.Random, at: float, n: int) -> list[Event]:
    act = rng.choice(("drags an event", "drags an event", "deletes an event", "types an event of her own"))
    args: Args = {"pick": rng.randint(0, 20), "minutes": rng.choice((-60, 60, 120, 1440))}
    events = [Event(at=at, actor="owner diary", act=act, args=args)]
    if act == "drags an event":
        events.append(
            Event(at=at + rng.uniform(10, 30), actor="owner chat", act="taps", args={"button": "Move and tell"})
        )
    return events


# -- what goes wrong


def faults(rng: random.Random, at: float) -> Event:
    """One fault of the network."""
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


def misfortunes(rng: random.Random, length: float) -> list[Event]:
    """How often, and how, the program dies or falls asleep."""
    found = [_kill(rng, rng.uniform(0, length)) for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    drawn = rng.random()
    if drawn < 0.12:
        found.append(_kill(rng, rng.uniform(0, length), notes="lost"))
    elif drawn < 0.24:
        copied = rng.uniform(0, length * 0.7)
        during = rng.choice(("", "sheets.values.batchGet", "whatsapp.messages"))
        found.append(Event(at=copied, actor="plug", act="the notes are copied", meanwhile=during))
        found.append(_kill(rng, rng.uniform(copied, length), notes="old"))
    elif drawn < 0.32:
        stays = rng.choice(("first", "other"))
        args = {"minutes": rng.choice((11, 12, 25)), "after": rng.randint(0, 12), "stays": stays}
        at = rng.uniform(0, length)
        found.append(Event(at=at, actor="other program", act="works while this one sleeps", args=args))
    elif drawn < 0.5:
        found += _workbook(rng, length)
    elif drawn < 0.55:
        found.append(Event(at=rng.uniform(0, length), actor="other program", act="starts beside it"))
    return found


def _workbook(rng: random.Random, length: float) -> list[Event]:
    """She puts a workbook back to how it was a while ago, or takes the hidden tab for rubbish."""
    book = rng.choice(("studio", "books", "books"))
    if rng.random() < 0.3:
        at = rng.uniform(0, length)
        return [Event(at=at, actor="owner sheet", act="deletes the hidden tab", args={"book": book})]
    kept = rng.uniform(0, length * 0.6)
    args = {"book": book, "locks": rng.random() < 0.5}
    return [
        Event(at=kept, actor="owner sheet", act="keeps a version", args={"book": book}),
        Event(at=rng.uniform(kept, length), actor="owner sheet", act="puts the workbook back", args=args),
    ]


def _kill(rng: random.Random, at: float, notes: str = "kept") -> Event:
    args: Args = {"after": rng.randint(0, 40), "gone": round(rng.choice((1, 3, 30, 200)) * rng.uniform(0.5, 1.5), 1)}
    if notes != "kept":
        args["notes"] = notes
    return Event(at=at, actor="plug", act="the program is killed", args=args)


def habits(rng: random.Random, length: float) -> list[Event]:
    """How Meta delivers from some moment on, and what it refuses later."""
    drawn = {
        "duplicate": rng.choice((0.0, 0.0, 0.5, 1.0)),
        "reorder": rng.choice((0.0, 0.0, 5.0, 40.0)),
        "delay": rng.choice((0.0, 0.0, 1.0, 60.0, 150.0)),
        "batch": rng.choice((1, 1, 3)),
        "drop": rng.choice((0.0, 0.0, 0.0, 0.3)),
    }
    acts = (
        "delivers twice",
        "delivers in another order",
        "delivers late",
        "delivers several at once",
        "loses some states",
    )
    found = [
        Event(at=rng.uniform(0, length), actor="meta", act=act, args={name: value})
        for act, (name, value) in zip(acts, drawn.items(), strict=True)
        if value not in {0.0, 1} or (name == "duplicate" and value)
    ]
    if rng.random() < 0.15:
        args = {"who": rng.choice(list(PHONES)), "code": rng.choice((131026, 131049, 131053))}
        found.append(Event(at=rng.uniform(0, length), actor="meta", act="cannot deliver to someone", args=args))
    return found
