"""Read marks on the way: never before an answer, never twice, and nobody's problem when they fail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from studio_sync.errors import InDoubt, Refused, Unavailable
from studio_sync.rules.facts import MessageCame
from tests.hallway.room import OWNER, THANDI, Room


class Reads:
    """What the messages lane and the mark lane ask of WhatsApp, in order."""

    def __init__(self, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.trouble: Exception | None = None
        lane: Any = next(lane for lane, _ in room.studio.lanes if lane.name == "marks")
        self._lane = lane
        messenger = lane._messenger
        post = messenger.send

        def read(wamid: str, *, typing: bool = False) -> None:
            self.asked.append((wamid, typing))
            if self.trouble:
                raise self.trouble

        def send(message: Any) -> str:
            self.asked.append(("send", message.to))
            return str(post(message))

        monkeypatch.setattr(messenger, "read", read)
        monkeypatch.setattr(messenger, "send", send)

    @property
    def waiting(self) -> int:
        return len(self._lane._waiting)


@pytest.fixture
def reads(room: Room, monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(room, monkeypatch)


def answered(room: Room) -> bool:
    return "Your next sessions" in str(room.said(THANDI)) or "no sessions" in str(room.said(THANDI))


@pytest.mark.parametrize(
    "trouble",
    [None, Unavailable("whatsapp", "no"), InDoubt("whatsapp", "?"), Refused("whatsapp", "no", code=190)],
    ids=["well", "not sent", "in doubt", "refused"],
)
def test_a_mark_goes_once_and_its_failure_is_nobodys_problem(
    room: Room, reads: Reads, trouble: Exception | None
) -> None:
    reads.trouble = trouble
    wamid = room.says(THANDI, "bookings")
    room.run(5, watch=False)
    assert [each for each in reads.asked if each[0] != "send"] == [(wamid, False)]
    assert answered(room)
    assert room.open_work() == []
    assert all(alarm.down_since is None for alarm in room.studio.alarms)


def test_an_answer_leaves_while_its_mark_hangs(room: Room, reads: Reads) -> None:
    room.says(THANDI, "bookings")
    room.lane("decide")()
    assert reads.waiting == 1
    room.lane("messages")()
    assert answered(room)
    assert [each[0] for each in reads.asked] == ["send"]


def test_dots_show_while_the_diary_is_written_and_never_after_the_answer(room: Room, reads: Reads) -> None:
    first = room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.lane("decide")()
    room.lane("marks")()
    assert reads.asked == [(first, True)]
    room.run(4)
    second = room.says(OWNER, "Book Thandi tomorrow 11h00 single")
    room.lane("decide")()
    for _ in range(6):
        room.lane("diary")()
        room.lane("messages")()
    room.lane("marks")()
    assert reads.asked[-1] == (second, False)


def test_a_mark_that_comes_too_late_or_into_a_silence_is_let_go(room: Room, reads: Reads) -> None:
    room.says(THANDI, "bookings")
    room.lane("decide")()
    room.tick(timedelta(seconds=30).total_seconds())
    assert room.lane("marks")() is True
    assert reads.asked == []
    room.says(THANDI, "bookings")
    room.lane("decide")()
    with room.journal.write() as tx:
        tx.pause("*", room.clock.now() + timedelta(minutes=1), "refused", room.clock.now())
    assert room.lane("marks")() is True
    assert reads.asked == []
    assert room.lane("marks")() is False


def test_a_flood_keeps_no_more_marks_than_are_of_use(room: Room, reads: Reads) -> None:
    for n in range(55):
        room.says(THANDI, "bookings", key=f"wamid.f{n}")
    while room.lane("decide")():
        pass
    assert reads.waiting == 50


def test_the_phone_sees_its_message_read(room: Room) -> None:
    # fact: 1.3 read mark
    room.post("speak", {"phone": THANDI, "text": "bookings"})

    def chat() -> dict[str, Any]:
        told = room.get(f"phones/{THANDI.replace('+', '%2B')}/chat")["messages"]
        found: dict[str, Any] = next(m for m in told if m["direction"] == "in")
        return found

    before = chat()
    room.put(MessageCame(key=before["wamid"], at=room.clock.now(), phone=THANDI, text="bookings"))
    room.round()
    assert (before["status"] == "read", chat()["status"]) == (False, "read")
