"""Before going live: does this Google do what the commit chain rests on? Every answer it might give is tried."""

from __future__ import annotations

from typing import Any

import pytest

from studio_sync.desk import check as desk
from studio_sync.desk.locks import NOT_YET, TABS, try_locks
from studio_sync.desk.mend import mend
from studio_sync.errors import InDoubt
from tests.hallway.meddling import book
from tests.hallway.room import Room, letters

WEAK = {
    "missing_protection_is_refused": "studio: a lock that is not there can be taken away.",
    "taken_metadata_is_refused": "studio: a commit can have the number of another one.",
    "protections_change_hands": "studio: one lock cannot take the place of another, so nothing could be written.",
}
LIVED_WITH = {
    "copies_reach_other_tabs": "studio: Google does not copy a row as it is before we write into it.",
    "filtered_rows_are_copied": "studio: Google does not copy rows that a filter hides.",
}


def whole(room: Room) -> Any:
    return room.get("dump?only=sheets")["sheets"][room.config.studio_sheet_id]


def test_the_locks_hold_and_trying_them_changes_nothing(room: Room) -> None:
    room.run(3)
    before = whole(room)
    tried = try_locks(book(room, "studio").port)
    assert (tried.weak, tried.notes) == ((), ())
    assert whole(room) == before


@pytest.mark.parametrize("answer", [*WEAK, *LIVED_WITH])
def test_what_google_does_otherwise_is_told_in_words(
    room: Room, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    room.run(3)
    room.post("unsettled", {answer: False})
    tried = try_locks(book(room, "studio").port)
    assert list(tried.weak) == ([WEAK[answer]] if answer in WEAK else [])
    assert [note.partition(" If you sort")[0] for note in tried.notes] == (
        [LIVED_WITH[answer]] if answer in LIVED_WITH else []
    )
    assert not {tab.title for tab in book(room, "studio").port.shape().sheets} & set(TABS.values())
    ended = desk.check(room.config, live=True)
    said = " ".join(capsys.readouterr().out.split())
    assert {**WEAK, **LIVED_WITH}[answer] in said
    assert (NOT_YET in said) == (answer in WEAK)
    assert ended == 1 or answer in LIVED_WITH


def test_tabs_of_a_try_that_broke_off_are_taken_away_by_the_next(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.run(3)
    before = whole(room)
    port = book(room, "studio").port
    with monkeypatch.context() as patch:
        commit, calls = port.commit, iter(range(100))

        def broken(requests: Any, **more: Any) -> Any:
            if next(calls) > 2:
                raise InDoubt("sheets", "no usable answer")
            return commit(requests, **more)

        patch.setattr(port, "commit", broken)
        with pytest.raises(InDoubt):
            try_locks(port)
    assert {tab.title for tab in port.shape().sheets} >= set(TABS.values())
    assert try_locks(port).weak == ()
    assert whole(room) == before


def test_a_dry_run_says_what_would_be_tried_and_writes_nothing(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    room.run(3)
    before = len(room.calls("sheets.batchUpdate"))
    desk.check(room.config, live=True, dry_run=True)
    assert desk.WOULD in capsys.readouterr().out
    assert len(room.calls("sheets.batchUpdate")) - before <= 2  # the title, as it is: whether we may write at all


def test_a_workbook_just_made_is_tried_with_calls_that_write_nothing(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = "Birthday"
    at = room.grid("clients")[0].index(heading)
    room.post("unsettled", {"missing_protection_is_refused": False})
    assert mend(room.config) == 0
    assert NOT_YET not in capsys.readouterr().out  # nothing was to be made
    room.owner("type", cell=f"Clients!{letters(at)}1", text="")
    mend(room.config)
    said = capsys.readouterr().out
    assert WEAK["missing_protection_is_refused"] in said
    assert NOT_YET in said
