"""Much at once: few calls, and never more than Google allows in a minute."""

from __future__ import annotations

import os

from studio_sync.journal import Journal
from studio_sync.rules.effects import PutRow
from studio_sync.rules.facts import MessageCame
from tests.hallway.room import THANDI, Room

#: the more of them, the longer the stand-in works on each body
MANY = 10_000 if os.environ.get("STUDIO_SYNC_PROVE") else 400


def asked(room: Room) -> list[str]:
    """Calls to Sheets."""
    return [str(call["name"]) for call in room.calls("sheets.*")]


def queue(journal: Journal, room: Room, count: int) -> None:
    """So many rows of Messages wait to be written."""
    with journal.write() as tx:
        for n in range(count):
            cells = {"way": "in", "who": "Thandi", "text": f"Message {n}", "state": "read", "number": THANDI}
            put = PutRow(key=f"f{n}/row", tab="messages", row_id=f"m-{n:05}", cells=cells, projection=True)
            tx.put_effects(f"f{n}", [put], room.clock.now())


def test_a_thousand_events_at_once_need_four_calls(room: Room) -> None:
    room.run(5, turn=True)
    said = [
        MessageCame(
            key=f"wamid.burst{n}", at=room.clock.now(), phone="+447700900999", profile="x", text="Hi", form="echo"
        )
        for n in range(1000 if MANY > 1000 else 30)
    ]
    before = len(asked(room))
    room.put(*said)
    room.round()
    calls = asked(room)[before:]
    assert len(calls) <= 4, calls
    assert len(room.facts("message")) == len(said)


def test_many_rows_arrive_in_few_bodies_whole_and_typed(room: Room) -> None:
    room.run(3)
    before = asked(room).count("sheets.batchUpdate")
    queue(room.journal, room, MANY)
    while room.outbox("queued"):
        room.round()
        room.tick(1)
    assert asked(room).count("sheets.batchUpdate") - before <= 8
    rows = [row for row in room.rows("messages") if str(row["id"]).startswith("m-0")]
    assert [row["text"] for row in rows] == [f"Message {n}" for n in range(MANY)]
    assert {row["number"] for row in rows} == {THANDI}
    assert {row["send"] for row in rows} == {False}
