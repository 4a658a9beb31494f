"""How long people wait, in studios whose every call takes as long as in the world. Seconds per sample: long cases.

Nobody else's program is measured here: each figure stands beside what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bench.felt import PHONES, START, Felt, sampled, studios
from bench.rounds import Result
from studio_sync.local.day.world import NotSeen
from studio_sync.local.sample import CLIENTS, OWNER

#: ms: an answer that reads, one that changes the diary, a message's row
READ, BOOK, ROW = 1500, 4000, 3000
#: how she is found and whether the bell rings -> ms for what she does by hand
GOALS = {"idle": 16_000, "working": 8_000, "bell": 4_000}
WORDS = {"idle": "after a quiet time", "working": "while she works", "bell": "with the doorbell"}
NAMES = tuple(PHONES)
TOMORROW = START.date() + timedelta(days=1)


def chat(rounds: int, *, quick: bool) -> list[Result]:  # noqa: ARG001
    """Questions and bookings in the chat, one every few seconds in each studio."""
    with studios(quick=quick) as rooms:
        asked = sampled(rooms, _asked, quick=quick)
        booked = sampled(rooms, _booked, _places, quick=quick)
    return [
        asked.result("felt_answer", "answer", "from a client's message to an answer that only reads", READ),
        asked.result("felt_row", "row", "from a client's message to its row in Messages", ROW),
        booked.result("felt_booking", "booked", "from the owner's line to the answer that it is booked", BOOK),
        booked.result("felt_tap", "freed", "from a client's tap to the answer that the place is free again", BOOK),
    ]


def _asked(room: Felt, n: int) -> dict[str, float]:
    phone = PHONES[NAMES[n % len(NAMES)]]
    room.working()
    rows = _questions(room)
    return room.moments(
        lambda: room.world.speak(phone, text="bookings"),
        answer=room.hears(phone, "session"),
        row=lambda: _questions(room) > rows,
    )


def _questions(room: Felt) -> int:
    return sum(row["Way"] == "in" and row["Text"] == "bookings" for row in room.world.rows("Messages"))


def _booked(room: Felt, n: int) -> dict[str, float]:
    """Nadine books; the client taps Reject this time."""
    name = NAMES[n % len(NAMES)]
    phone, day, hour = PHONES[name], date(2026, 11, 10 + n // len(NAMES)), f"{9 + n % len(NAMES):02}"
    when = f"{day.day} Nov at {hour}:00"
    told = room.hears(phone, f"booked for {day:%a} {when}")
    room.working()
    booked = room.moments(
        lambda: room.world.speak(OWNER, text=f"Book {name} {day.day} nov {hour}h00 single"),
        booked=room.hears(OWNER, f"Booked: {name}"),
    )
    if len(room.stage.events_at(day, f"{hour}:00")) != 1:
        raise NotSeen(f"it was said that {name} is booked, and the diary does not have it once")
    room.world.until(told, f"{name} was not told")
    room.working()
    freed = room.moments(
        lambda: room.world.speak(phone, tap="Reject this time"), freed=room.hears(phone, "is free again")
    )
    if room.stage.events_at(day, f"{hour}:00"):
        raise NotSeen(f"it was said that the place of {name} is free, and the diary still has it")
    return booked | freed


def _places(room: Felt) -> str:
    """Every booking has one row, and it says that it was rejected."""
    wrong = room.once()
    rows = [row for row in room.world.rows("Bookings") if row["Type"] == "single" and row["From"] == "chat"]
    places = {(row["Date"], row["Time"]) for row in rows}
    one_each = len(places) == len(rows) and all(row["State"] == "rejected" for row in rows)
    return wrong or ("" if one_each else "there is not one row for each booking")


def send(rounds: int, *, quick: bool) -> list[Result]:  # noqa: ARG001
    """She ticks Send beside an answer that she has typed in Messages."""
    with studios(quick=quick) as rooms:
        for room in rooms:
            for name in NAMES:
                room.world.speak(PHONES[name], text=f"A question of {name}")
                room.stage.row("Messages", Text=f"A question of {name}")
        return _ticked(rooms, "felt_send", "her own words are on the client's phone", _sent, Felt.once, quick=quick)


def invoice(rounds: int, *, quick: bool) -> list[Result]:  # noqa: ARG001
    """She ticks Send beside a draft: it is numbered, drawn, and on the client's phone."""
    with studios(quick=quick) as rooms:
        return _ticked(rooms, "felt_invoice", "the invoice is on the client's phone", _invoiced, _numbers, quick=quick)


Ticked = Callable[[Felt, int, Callable[[], None]], dict[str, float]]


def _ticked(
    rooms: list[Felt], case: str, what: str, tick: Ticked, gate: Callable[[Felt], str], *, quick: bool
) -> list[Result]:
    """The same tick in each state."""
    found = []
    for at, (state, goal) in enumerate(GOALS.items()):
        for room in rooms:
            room.bell(on=state == "bell")

        def one(room: Felt, n: int, at: int = at, state: str = state) -> dict[str, float]:
            return tick(room, 10 * at + n, room.idle if state == "idle" else room.working)

        samples = sampled(rooms, one, gate, quick=quick)
        found.append(samples.result(f"{case}_{state}", "there", f"from her tick until {what} {WORDS[state]}", goal))
    return found


def _sent(room: Felt, n: int, pause: Callable[[], None]) -> dict[str, float]:
    name, words = NAMES[n % len(NAMES)], f"Answer {n}."
    row = room.stage.row("Messages", Way="in", Text=f"A question of {name}")["#"]
    room.world.owner("Messages", "type", cell=room.world.cell("Messages", row, "Reply"), text=words)
    pause()
    cell = room.world.cell("Messages", row, "Send")
    there = room.hears(PHONES[name], words)
    return room.moments(lambda: room.world.owner("Messages", "tick", cell=cell), there=there)


def _invoiced(room: Felt, n: int, pause: Callable[[], None]) -> dict[str, float]:
    ident = tuple(CLIENTS)[n % len(CLIENTS)]
    pause()
    row = room.stage.row("Invoices", Id=f"i-BENCH{ident[2:]}{n // len(CLIENTS)}", State="draft")["#"]
    cell = room.world.cell("Invoices", row, "Send")
    there = room.hears(CLIENTS[ident][1], "here is invoice")
    return room.moments(lambda: room.world.owner("Invoices", "tick", cell=cell), there=there)


def _numbers(room: Felt) -> str:
    """Numbers are given once, and without a gap."""
    wrong = room.once()
    numbers = sorted(int(row["Number"].rpartition("-")[2]) for row in room.world.rows("Invoices") if row["Number"])
    return wrong or ("" if numbers == list(range(1, 1 + len(numbers))) else f"numbers were given as {numbers}")


def drag(rounds: int, *, quick: bool) -> list[Result]:  # noqa: ARG001
    """She drags a session in the diary. No bell rings for that, and it is looked at as often in quiet times."""
    with studios(quick=quick) as rooms:
        for room in rooms:
            for at, name in enumerate(NAMES[:4]):
                room.world.speak(OWNER, text=f"Book {name} tomorrow {8 + 2 * at:02}h00 single")
                room.stage.row("Bookings", Date=f"{TOMORROW:%a} {TOMORROW.day} Nov", Time=f"{8 + 2 * at:02}:00")
        samples = sampled(rooms, _dragged, quick=quick)
    goal = GOALS["working"]
    return [
        samples.result("felt_drag_today", "today", "from a session dragged in the diary to its line in Today", goal),
        samples.result("felt_drag_client", "client", "from a session dragged until the client can say no to it", goal),
    ]


def _dragged(room: Felt, n: int) -> dict[str, float]:
    """Half an hour later, and the next time back."""
    at, again = n % 4, n // 4 % 2
    name, hour = NAMES[at], f"{8 + 2 * at:02}"
    before, after = (f"{hour}:30", f"{hour}:00") if again else (f"{hour}:00", f"{hour}:30")
    event = room.stage.event(TOMORROW, before, name)
    told = room.hears(PHONES[name], f"has moved to {TOMORROW:%a} {TOMORROW.day} Nov at {after}")
    room.working()
    return room.moments(
        lambda: room.world.drag(event, -30 if again else 30),
        today=lambda: any(line and line[0].startswith(f"{after} {name}") for line in room.world.grid("Today")),
        client=told,
    )
