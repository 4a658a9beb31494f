"""Writing under Google's quotas, by the clock of the stand-ins: rows in a minute, and calls for a burst of events."""

from __future__ import annotations

from bench.inside import inside
from bench.peers.sheets import OneByOne
from bench.rounds import Result, Shot, compare
from studio_sync.rules.effects import PutRow
from studio_sync.rules.facts import MessageCame
from tests.hallway.room import THANDI, Room

#: rows that fill one body and some of the next
LONG = 2600
#: messages of one burst, and seconds after which all is written
EVENTS, PATIENCE = 1000, 30
#: virtual seconds: long enough for what was saved up before to be used
STEADY = 180


def write(rounds: int, *, quick: bool) -> list[Result]:  # noqa: ARG001
    """Rows per body times commits in a steady minute, both counted; counts do not vary, so two rounds will do."""
    with inside() as room:
        one_by_one = OneByOne(room)
        return [
            compare(
                "sheet_write",
                "rows a minute under Google's quotas beside a call per row",
                "rows",
                lambda number: _minute(room, number),
                lambda _: Shot(value=one_by_one.rows_of_a_minute()),
                rounds=1 if quick else 2,
                least=1000,
            )
        ]


def burst(rounds: int, *, quick: bool) -> list[Result]:  # noqa: ARG001
    """Calls to Sheets for a thousand messages that came at once; both are counted, so two rounds will do."""
    with inside() as room:
        one_by_one = OneByOne(room)
        room.post("quota", {"on": False})
        return [
            compare(
                "sheet_burst",
                f"calls to Sheets for {EVENTS:,} messages that came at once, beside a call for each",
                "calls",
                lambda number: _burst(room, number),
                lambda number: _one_by_one(one_by_one, number),
                rounds=1 if quick else 2,
                least=250,
                inverse=True,
            )
        ]


def _burst(room: Room, number: int) -> Shot:
    """They are decided and written by turns; a second passes when there is nothing to do in this one."""
    room.tick(120)
    before = _sheet_calls(room)
    texts = [f"Burst {number}, {n}" for n in range(EVENTS)]
    room.put(*(MessageCame(key=f"wamid.{text}", at=room.clock.now(), phone=THANDI, text=text) for text in texts))
    lanes = [room.lane("decide"), room.lane("sheet:studio")]
    for _ in range(PATIENCE):
        while any([lane() for lane in lanes]):  # noqa: C419  (each has its turn)
            pass
        room.tick(1)
    calls = _sheet_calls(room) - before
    there = [
        row["text"]
        for row in room.rows("messages")
        if row["way"] == "in" and str(row["text"]).startswith(f"Burst {number},")
    ]
    return Shot(value=calls, wrong="" if sorted(there) == sorted(texts) else f"{len(there)} of {EVENTS} rows are there")


def _one_by_one(peer: OneByOne, number: int) -> Shot:
    calls, wrong = peer.calls_for([f"Event {number}, {n}" for n in range(EVENTS)])
    return Shot(value=calls, wrong=wrong)


def _sheet_calls(room: Room) -> int:
    """All that were made, whatever came of them. What the bench itself reads is not counted there."""
    return sum(sum(by.values()) for name, by in room.get("counts").items() if name.startswith("sheets."))


def _minute(room: Room, number: int) -> Shot:
    commits, refused = _commits(room, number)
    rows, wrong = _rows(room, number)
    wrong = wrong or (f"{refused} calls were refused" if refused else "")
    return Shot(value=rows * commits, wrong=wrong, more={"rows in a body": rows, "commits in a minute": commits})


def _commits(room: Room, number: int) -> tuple[int, int]:
    """In the last minute of some in which there is always something to write; and calls that were too many."""
    room.tick(120)
    began = 0
    for half in range(2 * STEADY):
        if half == 2 * (STEADY - 60):
            began = _count(room, "sheets.batchUpdate", "200")
        _queue(room, f"steady{number}.{half}.", 1)
        room.lane("sheet:studio")()
        room.tick(0.5)
    return _count(room, "sheets.batchUpdate", "200") - began, _count(room, "sheets.batchUpdate", "429")


def _rows(room: Room, number: int) -> tuple[int, str]:
    """In one body of a long queue; and whether every row stands there once."""
    room.tick(120)
    name = f"long{number}."
    _queue(room, name, LONG)
    room.lane("sheet:studio")()
    first = LONG - len(room.outbox("queued"))
    for _ in range(100):
        if not room.outbox("queued"):
            break
        room.tick(5)
        room.lane("sheet:studio")()
    texts = [str(row["text"]) for row in room.rows("messages") if str(row["id"]).startswith(f"m-{name}")]
    return first, "" if texts == [f"Message {n}" for n in range(LONG)] else f"{len(texts)} of {LONG} rows are there"


def _queue(room: Room, name: str, count: int) -> None:
    with room.journal.write() as tx:
        for n in range(count):
            cells = {"way": "in", "who": "Thandi", "text": f"Message {n}", "state": "read", "number": THANDI}
            put = PutRow(key=f"{name}{n}/row", tab="messages", row_id=f"m-{name}{n:05}", cells=cells, projection=True)
            tx.put_effects(f"{name}{n}", [put], room.clock.now())


def _count(room: Room, call: str, status: str) -> int:
    return int(room.get("counts").get(call, {}).get(status, 0))
