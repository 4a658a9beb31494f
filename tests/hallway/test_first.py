from __future__ import annotations

from tests.hallway.room import OWNER, THANDI, Room


def test_one_message_one_booking_one_answer(room: Room) -> None:
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(6)
    assert [row["client"] for row in room.rows("bookings") if row.get("source") == "chat"] == ["Thandi Maroon"]
    assert room.open_work() == []
    assert len(room.said(OWNER)) == 1
    assert len(room.said(THANDI)) == 1
