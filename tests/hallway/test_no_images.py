"""Google does not copy a row before we write into it: what was hit is found by the tab and what we remember of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.hallway.meddling import Killed, book, during
from tests.hallway.room import Room
from tests.hallway.test_before_images import MINE, Lost, came, check, insert, sort_down, sort_up, states, told

WRONG = "a value for another row went in here by mistake. We put the row back. Please look."


@pytest.fixture
def blind(room: Room) -> Room:
    """A Google that copies nothing into another tab."""
    room.run(5)
    room.post("unsettled", {"copies_reach_other_tabs": False})
    return room


def about(room: Room) -> list[str]:
    return [str(row["about"]) for row in room.rows("questions") if row.get("state") == "open"]


def test_what_is_written_stays_and_nobody_hears_of_it(blind: Room) -> None:
    before = states(blind)
    came(blind)
    blind.run(8)
    check(blind, before, **{MINE.replace("-", "_"): "came"})
    commits = len(blind.calls("sheets.batchUpdate"))
    blind.run(20)
    assert len(blind.calls("sheets.batchUpdate")) == commits  # it comes to rest
    assert told(blind) == []
    assert about(blind) == []


@pytest.mark.parametrize("lost", [None, Lost, Killed])
@pytest.mark.parametrize("moves", [(sort_down,), (insert,), (insert, sort_down)])
def test_a_wrong_row_is_put_back_as_remembered_and_she_is_told(
    blind: Room, moves: Sequence[Callable[[Room], Any]], lost: type[BaseException] | None
) -> None:
    before = states(blind)
    came(blind)
    for move in moves:
        during(book(blind, "studio"), move(blind), lost=lost)
        try:
            blind.run(3)
        except Killed:
            blind.restart()
    blind.run(20)
    check(blind, before, **{MINE.replace("-", "_"): "came"})
    assert told(blind) == []
    assert any(text.startswith("Bookings, ") and text.endswith(WRONG) for text in about(blind))


def test_a_row_she_typed_gets_its_id_and_the_row_that_got_it_has_its_own_again(blind: Room) -> None:
    before = states(blind)
    end = len(blind.grid("bookings")) + 1
    for column, text in enumerate(("5 Nov 2026", "12:00", "Lerato Olive", "single")):
        blind.owner("type", cell=f"Bookings!{'ABCD'[column]}{end}", text=text)
    during(book(blind, "studio"), sort_down(blind), sort_up(blind))
    blind.run(40)
    made = [row for row in blind.rows("bookings") if row["id"] not in before]
    assert [row["client"] for row in made] == ["Lerato Olive"]
    assert set(states(blind)) == {*before, made[0]["id"]}
    assert [row_id for row_id, _ in told(blind)] == [made[0]["id"]]


def test_an_empty_row_that_was_hit_is_empty_again_without_a_word(blind: Room) -> None:
    last = blind.rows("bookings")[-1]["id"]
    before = states(blind)
    came(blind, last)
    during(book(blind, "studio"), lambda: blind.owner("delete", sheet="Bookings", row=2))
    gone = next(iter(before))
    blind.run(100)
    del before[gone]
    assert states(blind) == before | {last: "came"}
    assert all(row.get("id") for row in blind.rows("bookings"))
    assert not any(text.endswith(WRONG) for text in about(blind))


def test_rows_that_a_filter_hides(room: Room) -> None:
    room.run(5)
    room.post("unsettled", {"filtered_rows_are_copied": False})
    sheet = next(s.sheet_id for s in book(room, "studio").port.shape().sheets if s.title == "Bookings")
    span = {"sheetId": sheet, "startRowIndex": 0, "endColumnIndex": 19}
    client = room.row("bookings", MINE)["client"]
    shown = {"filter": {"range": span, "criteria": {"2": {"hiddenValues": [client]}}}}
    room.owner("do", requests=[{"setBasicFilter": shown}])
    before = states(room)
    came(room)
    came(room, "b-FRI2MARYG", key="g")
    during(book(room, "studio"), insert(room))
    room.run(20)
    assert states(room) == before | {MINE: "came", "b-FRI2MARYG": "came"}
    assert room.open_work() == []
    assert told(room) == []
