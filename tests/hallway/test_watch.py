"""The watch: every true change of hers is told once, none is invented, and ours are never taken for hers."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import Any

import pytest

from studio_sync.rules.effects import PutRow
from studio_sync.rules.facts import RowChanged, RowGone, RowTyped
from tests.hallway.room import OWNER, THANDI, Room, letters


def news(room: Room) -> list[Any]:
    return [f for f in room.facts() if isinstance(f, RowChanged | RowGone | RowTyped) and f.tab != "today"]


def fresh(room: Room, before: list[Any]) -> list[Any]:
    return news(room)[len(before) :]


def test_the_first_read_is_history(room: Room) -> None:
    room.run(5)
    assert news(room) == []
    assert room.said(THANDI) == []


def test_a_sort_is_no_change(room: Room) -> None:
    for column in ("Name", "Phone", "Id"):
        room.owner("sort", sheet="Clients", column=column, down=True)
        room.run(5)
    room.owner("sort", sheet="Bookings", column="Client")
    room.run(70)
    assert news(room) == []


def test_typing_settles_and_a_tick_acts_at_once_with_what_was_typed(room: Room) -> None:
    room.type("clients", "c-THANDI", "notes", "prefers ")
    room.look()
    room.tick(1)
    room.type("clients", "c-THANDI", "notes", "prefers mornings")
    room.look()
    assert news(room) == []
    room.tick(2)
    room.look()
    [typed] = news(room)
    assert (typed.before["notes"], typed.after["notes"]) == (None, "prefers mornings")
    room.type("invoices", "i-OCT1", "client", "Sipho Amber")
    room.tick_box("invoices", "i-OCT1", "send")
    room.look()
    ticked = fresh(room, [typed])
    assert [(f.row_id, f.after["send"], f.after["client"]) for f in ticked] == [("i-OCT1", True, "Sipho Amber")]


def test_there_and_back_again_are_four_facts(room: Room) -> None:
    for text in ("a", "b", "a", "b"):
        room.type("clients", "c-ZOE", "notes", text)
        room.run(6)
    told = [f for f in news(room) if "notes" in f.after]
    assert [f.after["notes"] for f in told] == ["a", "b", "a", "b"]
    assert len({f.key for f in told}) == 4


def add(room: Room, *cells: str) -> None:
    """She types a new row below the last client."""
    row = len(room.grid("clients")) + 1
    for column, text in zip("AB", cells, strict=False):
        room.owner("type", cell=f"Clients!{column}{row}", text=text)


def test_a_row_without_id_gets_one_once(room: Room) -> None:
    add(room, "Mpho Teal", "+44 7700 900120")
    room.run(20)
    [row] = [row for row in room.rows("clients") if row["name"] == "Mpho Teal"]
    assert row["id"].startswith("c-")
    assert [type(f).__name__ for f in news(room)] == ["RowTyped", "RowChanged"]


def test_the_same_typed_twice_is_two_rows_with_two_ids(room: Room) -> None:
    for _ in range(30):
        add(room, "Mpho Teal")
    room.run(20)
    ids = [row["id"] for row in room.rows("clients") if row["name"] == "Mpho Teal"]
    assert len(set(ids)) == 30
    room.run(10)
    assert [row["id"] for row in room.rows("clients") if row["name"] == "Mpho Teal"] == ids


@pytest.mark.parametrize("steps", range(1, 9))
@pytest.mark.sockets
def test_a_restart_while_a_row_gets_its_id(room: Room, steps: int) -> None:
    add(room, "Mpho Teal")
    room.look()
    room.tick(2)
    room.fault("sheets.batchUpdate", "lost")
    for step in range(steps):
        if step % 2:
            room.round()
        else:
            room.look()
        room.tick(1)
    room.restart()
    room.run(30)
    [row] = [row for row in room.rows("clients") if row["name"] == "Mpho Teal"]
    assert row["id"]
    assert len([f for f in news(room) if isinstance(f, RowTyped)]) == 1
    assert len({r["id"] for r in room.rows("clients")}) == len(room.rows("clients"))


def test_a_row_whose_id_was_on_its_way_when_old_notes_let_go_of_it_gets_one(room: Room) -> None:
    room.run(3)
    add(room, "Mpho Teal")
    for _ in range(2):
        room.look()
        room.tick(3)
    assert room.lane("decide")()
    with room.journal.write() as tx:
        tx.forget_work()  # as notes from a backup do
    room.run(20)
    [row] = [row for row in room.rows("clients") if row["name"] == "Mpho Teal"]
    assert row["id"].startswith("c-")
    assert not any(poll._watch.restless for poll in room.studio.polls)


def test_a_copied_row_is_a_new_one_and_the_first_keeps_its_name(room: Room) -> None:
    ids = [row["id"] for row in room.rows("clients")]
    sheet = next(s.sheet_id for s in room.studio.polls[0].book.port.shape().sheets if s.title == "Clients")
    line = ids.index("c-THANDI") + 1
    source = {"sheetId": sheet, "startRowIndex": line, "endRowIndex": line + 1}
    target = {"sheetId": sheet, "startRowIndex": 1, "endRowIndex": 2}
    room.owner("insert", sheet="Clients", row=2)
    source |= {"startRowIndex": line + 1, "endRowIndex": line + 2}
    room.owner("do", requests=[{"copyPaste": {"source": source, "destination": target}}])
    room.type("clients", "c-THANDI", "name", "Thandi Twin")  # the upper one: the copy
    room.run(20)
    rows = {row["id"]: row["name"] for row in room.rows("clients")}
    assert rows["c-THANDI"] == "Thandi Maroon"
    assert set(ids) < set(rows)
    [twin] = set(rows) - set(ids)
    assert rows[twin] == "Thandi Twin"
    assert not [f for f in news(room) if isinstance(f, RowChanged) and f.row_id == "c-THANDI"]


def test_our_own_writes_are_not_read_as_hers(room: Room) -> None:
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(15)
    room.says(THANDI, "bookings")
    room.tick_box("invoices", "i-OCT1", "send")
    room.run(60)
    told = [(f.tab, f.row_id) for f in news(room)]
    assert told == [("invoices", "i-OCT1")]


def test_her_typing_while_we_write_is_not_lost(room: Room) -> None:
    book = room.studio.polls[0].book
    commit = book.port.commit

    def meanwhile(requests: Any, **more: Any) -> Any:
        room.type("clients", "c-THANDI", "notes", "typed meanwhile")
        book.port.commit = commit  # type: ignore[method-assign]
        return commit(requests, **more)

    book.port.commit = meanwhile  # type: ignore[method-assign]
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(20)
    assert room.row("clients", "c-THANDI")["notes"] == "typed meanwhile"
    assert [f.after["notes"] for f in news(room) if f.tab == "clients"] == ["typed meanwhile"]


@pytest.mark.parametrize("kind", ["503", "429", "403", "404", "reset", "cut"])
def test_a_failed_read_is_no_empty_sheet(room: Room, kind: str) -> None:
    room.fault("sheets.*", kind, times=None)
    room.run(90)
    room.mend()
    room.run(30)
    assert news(room) == []


def test_a_stale_read_is_thrown_away(room: Room) -> None:
    room.look()
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(8, watch=False)
    room.fault("sheets.values.batchGet", "stale", times=4)
    room.run(80)
    assert news(room) == []
    assert len([row for row in room.rows("bookings") if row.get("source") == "chat"]) == 1


def test_a_missing_heading_pauses_its_tab_alone_in_words(room: Room) -> None:
    room.owner("type", cell="Clients!A1", text="")
    room.run(3)
    room.type("bookings", "b-FRI1THANDI", "minutes", "45")
    room.run(10)
    assert room.rows("today")[0]["time"].startswith("The heading Name is missing in Clients")
    assert [f.tab for f in news(room)] == ["bookings"]
    room.owner("type", cell="Clients!A1", text="Name")
    room.run(70)
    assert [f.tab for f in news(room)] == ["bookings"]
    assert "heading" not in room.rows("today")[0]["time"]


def test_many_rows_gone_at_once_is_not_believed_until_she_says_so(room: Room) -> None:
    with room.journal.write() as tx:
        tx.heard(OWNER, room.clock.now())
    room.post("speak", {"phone": OWNER, "text": "hi"})
    rows = len(room.rows("bookings"))
    room.owner("delete", sheet="Bookings", row=2, count=rows - 2)
    room.run(90)
    assert news(room) == []
    assert any("vanished at once" in text for text in room.said(OWNER))
    assert room.rows("today")[0]["time"].startswith("Stopped: ")
    assert len(room.events()) == 6
    with room.journal.write() as tx:
        tx.put_meta("mine:bookings", True)
    room.run(90)
    gone = [f.result["rows"] for f in room.facts("outcome") if f.result["of"] == "rows_gone"]
    assert [len(together) for together in gone] == [rows - 2]
    assert not room.rows("today")[0]["time"].startswith("Stopped: ")


def test_a_few_rows_gone_are_believed_after_a_minute_and_back_in_time_mean_nothing(room: Room) -> None:
    grid = room.grid("clients")
    at = next(n for n, line in enumerate(grid) if "c-MARYP" in line)
    room.owner("delete", sheet="Clients", row=at + 1)
    room.run(30)
    assert news(room) == []
    room.run(50)
    assert [(type(f).__name__, f.row_id) for f in news(room)] == [("RowGone", "c-MARYP")]


def test_what_we_would_write_into_a_row_she_deleted_does_not_bring_it_back(room: Room) -> None:
    grid = room.grid("clients")
    at = next(n for n, line in enumerate(grid) if "c-MARYP" in line)
    room.owner("delete", sheet="Clients", row=at + 1)
    with room.journal.write() as tx:
        put = PutRow(key="f/row", tab="clients", row_id="c-MARYP", cells={"sent": "x"}, what="x", who="x")
        tx.put_effects("f", [put], room.clock.now())
    room.run(80)
    assert "c-MARYP" not in [row["id"] for row in room.rows("clients")]
    assert room.open_work() == []


def test_a_tick_in_today_counts_once(room: Room) -> None:
    room.clock.set(room.clock.now() + timedelta(hours=4))
    room.run(70)
    room.tick_box_today("s:b-TODAY1SIPHO", 2)
    room.run(10)
    assert room.row("bookings", "b-TODAY1SIPHO")["state"] == "came"
    assert len([f for f in room.facts("row") if f.tab == "today"]) == 1


def test_garbage_in_the_id_column_and_elsewhere_stops_nobody(room: Room) -> None:
    add(room, "Mpho Teal")
    at = len(room.grid("clients"))
    column = letters(room.grid("clients")[0].index("Id"))
    room.owner("type", cell=f"Clients!{column}{at}", text="x" * 3000)
    room.type("clients", "c-ZOE", "phone", "no\x00thing \u202e \U0001f600")
    room.run(20)
    ids = [row.get("id", "") for row in room.rows("clients")]
    assert all(0 < len(ident) <= 80 for ident in ids)
    room.type("clients", "c-ZOE", "notes", "still heard")
    room.run(8)
    assert any(f.after.get("notes") == "still heard" for f in news(room) if isinstance(f, RowChanged))


class Hand:
    """The owner at random: what she changes is written down, to be compared with what the watch tells."""

    def __init__(self, room: Room, seed: int) -> None:
        self.room = room
        self.random = random.Random(seed)
        self.typed = 0
        #: client id -> the notes she last typed
        self.notes: dict[str, str] = {}
        self.new: list[str] = []
        self.gone: set[str] = set()

    def act(self) -> None:
        self.random.choice([self.sort, self.type, self.type, self.insert, self.write, self.delete, self.nothing])()

    def _ids(self) -> list[str]:
        return [row["id"] for row in self.room.rows("clients") if row.get("id")]

    def sort(self) -> None:
        column = self.random.choice(["Name", "Phone", "Notes", "Id"])
        self.room.owner("sort", sheet="Clients", column=column, down=self.random.random() < 0.5)

    def type(self) -> None:
        row = self.random.choice(self._ids())
        self.typed += 1
        self.notes[row] = f"note {self.typed}"
        self.room.type("clients", row, "notes", self.notes[row])

    def insert(self) -> None:
        self.room.owner("insert", sheet="Clients", row=self.random.randint(2, 6), count=self.random.randint(1, 2))

    def write(self) -> None:
        self.typed += 1
        self.new.append(f"New {self.typed}")
        grid = self.room.grid("clients")
        blank = [n for n, line in enumerate(grid) if n and not any(line)]
        row = (self.random.choice(blank) if blank and self.random.random() < 0.5 else len(grid)) + 1
        self.room.owner("type", cell=f"Clients!A{row}", text=self.new[-1])

    def delete(self) -> None:
        ids = self._ids()
        if len(self.gone) < 3 and len(ids) > 6:
            row = self.random.choice(ids)
            grid = self.room.grid("clients")
            at = next(n for n, line in enumerate(grid) if row in line)
            self.room.owner("delete", sheet="Clients", row=at + 1)
            self.gone.add(row)

    def nothing(self) -> None:
        self.room.run(self.random.randint(1, 4))


@pytest.mark.parametrize("seed", range(50 if os.environ.get("STUDIO_SYNC_PROVE") else 5))
def test_at_random_every_true_change_is_told_once_and_none_invented(room: Room, seed: int) -> None:
    hand = Hand(room, seed)
    for _ in range(8):
        hand.act()
        if hand.random.random() < 0.5:
            room.look()
            room.round()
            room.tick(hand.random.choice([0.5, 1, 3]))
    room.run(10)
    room.tick(61)
    room.run(6)
    told = [f for f in news(room) if f.tab == "clients"]
    assert {f.row_id for f in told if isinstance(f, RowGone)} == hand.gone
    assert len([f for f in told if isinstance(f, RowGone)]) == len(hand.gone)
    rows = {row["id"]: row for row in room.rows("clients")}
    for row_id, note in hand.notes.items():
        if row_id in rows:
            last = [f for f in told if isinstance(f, RowChanged) and f.row_id == row_id][-1]
            assert (last.after["notes"], rows[row_id]["notes"]) == (note, note)
    names = sorted(row["name"] for row in rows.values() if row["name"].startswith("New "))
    assert names == sorted(name for name in hand.new if name in names)
    typed = [f for f in told if isinstance(f, RowTyped)]
    assert len(typed) == len({f.key for f in typed}) == len(hand.new)
    changes = [f for f in told if isinstance(f, RowChanged)]
    for fact in changes:
        differing = {name for name in fact.after if fact.before.get(name) != fact.after[name]}
        assert differing, f"{fact.key} tells nothing"
        assert differing <= {"notes"} or not fact.before
    assert room.open_work() == []
