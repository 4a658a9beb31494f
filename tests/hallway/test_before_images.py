"""Rows move and she types between the read a commit was planned on and its application: nothing wrong stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sheets_schema.tabs import BY_KEY
from studio_sync.errors import InDoubt
from studio_sync.rebuild import ensure
from studio_sync.rules.effects import PutRow
from tests.hallway.meddling import Killed, book, during, meddle
from tests.hallway.room import Room, second
from tests.histories import chain_checks

MINE = "b-FRI1THANDI"


class Lost(InDoubt):
    """The answer never came."""

    def __init__(self) -> None:
        super().__init__("sheets", "no usable answer")


def came(room: Room, row_id: str = MINE, *, key: str = "f", state: str = "came") -> None:
    """Decided: this booking came. Told in Changes."""
    put = PutRow(key=f"{key}/row", tab="bookings", row_id=row_id, cells={"state": state}, what="came", who="x")
    with room.journal.write() as tx:
        tx.put_effects(key, [put], room.clock.now())


def states(room: Room) -> dict[str, Any]:
    return {row["id"]: row.get("state") for row in room.rows("bookings") if row.get("id")}


def sort_down(room: Room) -> Callable[[], Any]:
    return lambda: room.owner("sort", sheet="Bookings", column=0, down=True)


def sort_up(room: Room) -> Callable[[], Any]:
    return lambda: room.owner("sort", sheet="Bookings", column=0)


def insert(room: Room) -> Callable[[], Any]:
    return lambda: room.owner("insert", sheet="Bookings", row=2)


def move_column(room: Room) -> Callable[[], Any]:
    """Time goes to where Type stands."""
    source = {"sheetId": BY_KEY["bookings"].sheet_id, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    return lambda: room.owner("do", requests=[{"moveDimension": {"source": source, "destinationIndex": 5}}])


def told(room: Room) -> list[tuple[str, dict[str, Any]]]:
    return [(fact.row_id, fact.after) for fact in room.facts("row")]


def check(room: Room, before: dict[str, Any], **changed: str) -> None:
    """Every row shows what it should, nothing was taken for her doing, no debt is left."""
    assert states(room) == before | {ident.replace("_", "-"): state for ident, state in changed.items()}
    assert room.open_work() == []
    for workbook in room.get("dump?only=sheets")["sheets"].values():
        assert chain_checks.problems(workbook) == []
    assert [row["key"] for row in room.rows("changes")].count("f/row") <= 1
    with room.journal.read() as tx:
        for each in ("studio", "books"):
            kept = tx.get_meta(book(room, each).debts_key) or {"open": [], "listed": []}
            assert kept == {"open": [], "listed": []}
            assert tx.attempts(each) == []


@pytest.mark.parametrize(
    ("moves", "lost"),
    [
        ((sort_down,), None),
        ((insert,), Lost),
        ((sort_down, sort_up), Killed),
        ((insert, sort_down, insert), None),
        ((insert, sort_down, sort_up), Lost),
        ((move_column,), None),
        ((move_column, sort_down), Lost),
        ((insert, move_column), Killed),
    ],
)
def test_rows_move_under_the_pen(room: Room, moves: Sequence[Any], lost: type[BaseException] | None) -> None:
    before = states(room)
    came(room)
    for move in moves:
        during(book(room, "studio"), move(room), lost=lost)
        try:
            room.run(3)
        except Killed:
            room.restart()
    room.run(8)
    check(room, before, **{MINE.replace("-", "_"): "came"})
    assert told(room) == []


@pytest.mark.parametrize("lost", [None, Lost])
def test_a_column_moves_while_a_row_is_added(room: Room, lost: type[BaseException] | None) -> None:
    was = room.row("bookings", MINE)
    kept = {name: raw for name, raw in was.items() if name not in {"id", "changed", "told", "reminded"}}
    put = PutRow(key="new/row", tab="bookings", row_id="b-NEW", cells={**kept, "state": "booked"})
    with room.journal.write() as tx:
        tx.put_effects("new", [put], room.clock.now())
    during(book(room, "studio"), move_column(room), lost=lost)
    room.run(12)
    found = room.row("bookings", "b-NEW")
    assert {name: found.get(name) for name in kept} == {**kept, "state": "booked"}
    assert [row_id for row_id, _ in told(room)] == []


def test_she_types_while_we_write_and_hers_stays(room: Room) -> None:
    before = states(room)
    came(room)
    during(book(room, "studio"), lambda: room.type("bookings", MINE, "state", "sick"))
    room.run(30)
    assert states(room) == before | {MINE: "sick"}
    assert [after["state"] for row_id, after in told(room) if row_id == MINE] == ["sick"]
    about = [str(row.get("about")) for row in room.rows("questions")]
    assert "Bookings, Thandi Maroon: you typed sick in State while we wrote came. Yours stays." in about


def test_she_types_and_sorts_while_we_write(room: Room) -> None:
    before = states(room)
    came(room)

    def both() -> None:
        room.type("bookings", "b-FRI2MARYG", "state", "sick")
        sort_down(room)()

    during(book(room, "studio"), both, sort_up(room))
    room.run(30)
    assert states(room) == before | {MINE: "came", "b-FRI2MARYG": "sick"}
    assert [row_id for row_id, _ in told(room)] == ["b-FRI2MARYG"]


def test_a_row_she_typed_gets_its_id_and_nobody_elses(room: Room) -> None:
    before = states(room)
    end = len(room.grid("bookings")) + 1
    for column, text in enumerate(("5 Nov 2026", "12:00", "Lerato Olive", "single")):
        room.owner("type", cell=f"Bookings!{'ABCD'[column]}{end}", text=text)
    during(book(room, "studio"), sort_down(room), sort_up(room))
    room.run(40)
    made = [row for row in room.rows("bookings") if row["id"] not in before]
    assert [row["client"] for row in made] == ["Lerato Olive"]
    assert set(states(room)) == {*before, made[0]["id"]}
    assert [row_id for row_id, _ in told(room)] == [made[0]["id"]]


def test_rows_below_are_gone_when_the_write_comes(room: Room) -> None:
    before = states(room)
    last = room.rows("bookings")[-1]["id"]
    room.owner("delete", sheet="Bookings", row=2)
    gone = next(ident for ident in before if ident not in states(room))
    room.run(70)
    before = states(room)
    came(room, last)
    during(book(room, "studio"), lambda: room.owner("delete", sheet="Bookings", row=2))
    gone = next(iter(before))
    room.run(100)
    del before[gone]
    assert states(room) == before | {last: "came"}
    assert all(row.get("id") for row in room.rows("bookings"))


def test_a_tick_in_today_while_it_is_drawn_counts(room: Room) -> None:
    room.run(5)
    came(room, "b-TODAY1PIETER")
    during(book(room, "studio"), lambda: room.tick_box_today("s:b-TODAY1SIPHO", 2))
    room.run(20)
    assert states(room)["b-TODAY1SIPHO"] == "came"


def test_a_copied_row_is_not_written_before_the_copy_has_its_own_id(room: Room) -> None:
    before = states(room)
    at = next(n for n, line in enumerate(room.grid("bookings")) if MINE in line)
    sheet = next(s.sheet_id for s in book(room, "studio").port.shape().sheets if s.title == "Bookings")
    row = {"sheetId": sheet, "startRowIndex": at, "endRowIndex": at + 1}
    below = {"sheetId": sheet, "startRowIndex": len(before) + 1, "endRowIndex": len(before) + 2}
    room.owner("do", requests=[{"copyPaste": {"source": row, "destination": below}}])
    came(room)
    room.run(30)
    made = set(states(room)) - set(before)
    assert len(made) == 1
    assert states(room) == before | {MINE: "came", made.pop(): "booked"}


def test_another_program_judges_what_the_first_did_not(room: Room, tmp_path: Path) -> None:
    before = states(room)
    came(room)
    during(book(room, "studio"), sort_down(room), lost=Killed)
    with pytest.raises(Killed):
        room.run(8)
    other = second(room, tmp_path / "second")
    try:
        room.tick(700)
        ensure(other.studio)
        other.run(20)
        other.tick(700)
        other.run(5)
        assert states(other) == before | {MINE: "came"}
        assert other.facts("row") == []
    finally:
        other.close()


def test_the_notes_are_lost_right_after_a_write_that_missed(room: Room) -> None:
    before = states(room)
    came(room)
    during(book(room, "studio"), sort_down(room), lost=Killed)
    with pytest.raises(Killed):
        room.run(8)
    room.journal.close()
    for file in room.config.data.glob("journal*"):
        file.unlink() if file.is_file() else shutil.rmtree(file)
    room.start()
    ensure(room.studio)
    room.run(20)
    check(room, before, **{MINE.replace("-", "_"): "came"})
    assert told(room) == []


def test_an_attempt_that_never_left_is_not_judged_by_the_commit_before(room: Room) -> None:
    before = states(room)
    room.run(5)
    came(room)

    def never(_send: Callable[[], Any]) -> Any:
        sort_down(room)()
        raise Killed

    meddle(book(room, "studio"), never)
    with pytest.raises(Killed):
        room.run(8)
    room.restart()
    room.run(20)
    check(room, before, **{MINE.replace("-", "_"): "came"})
