"""Before going live: are the two locks of the commit chain kept by this Google?"""

from __future__ import annotations

from typing import Any

from studio_sync.desk.locks import weak_locks
from tests.hallway.meddling import book
from tests.hallway.room import Room


def test_both_locks_hold_and_trying_them_changes_nothing(room: Room) -> None:
    room.run(3)
    before = room.get("dump?only=sheets")["sheets"][room.config.studio_sheet_id]
    assert weak_locks(book(room, "studio").port) == []
    assert room.get("dump?only=sheets")["sheets"][room.config.studio_sheet_id] == before


def test_a_google_that_refuses_nothing_is_told_of(room: Room, monkeypatch: Any) -> None:
    room.run(3)
    port = book(room, "studio").port
    monkeypatch.setattr(port, "commit", lambda _requests: [])
    assert weak_locks(port) == [
        "studio: a lock that is not there can be taken away.",
        "studio: a commit can have the number of another one.",
    ]
