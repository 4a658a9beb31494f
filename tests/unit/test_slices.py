"""An answer is cut without being parsed; what has not changed is known again; rows are built when asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema import slices as slices_module
from sheets_schema.cells import Raw
from sheets_schema.reading import Parts, Reading, Sheet, heads, parse, ranges
from sheets_schema.slices import BLOCK, Block, Slices
from sheets_schema.tabs import BY_KEY

TAB = BY_KEY["bookings"]
TITLES: list[Raw] = [column.title for column in TAB.columns]
NASTY = ['{"range":"x"}', '"},{"range":', "],[", "}]}", "\\", "é🤸", "\n", ""]
Grid = list[list[Raw]]
cells = st.one_of(st.sampled_from(NASTY), st.text(max_size=9), st.booleans(), st.integers(-9, 99), st.none())
grids = st.lists(st.lists(st.lists(cells, max_size=4), max_size=4), min_size=1, max_size=4)


def answer(parts: Sequence[Grid], **layout: Any) -> bytes:
    """As Sheets writes it."""
    found = [{"range": f"'{{\"range\":'!A{n}", **({"values": grid} if grid else {})} for n, grid in enumerate(parts)]
    return json.dumps({"valueRanges": found}, ensure_ascii=False, **layout).encode()


SHORT: dict[str, Any] = {"separators": (",", ":")}
PRETTY: dict[str, Any] = {"indent": 2}


@given(grids, grids, st.sampled_from([SHORT, PRETTY, {}]))
def test_every_slice_holds_its_range_whatever_stands_there(before: list[Grid], after: list[Grid], layout: Any) -> None:
    slices = Slices()
    for parts in (before, after, after):
        names = [str(n) for n in range(len(parts))]
        found = slices.take(names, answer(parts, **layout))
        assert [piece.lines() for piece in found] == [[*grid] for grid in parts]
        assert [piece.head for piece in found] == [grid[0] if grid else [] for grid in parts]


@pytest.mark.parametrize("layout", [SHORT, PRETTY])
def test_only_a_slice_that_differs_is_a_new_one(layout: dict[str, Any]) -> None:
    parts: list[Grid] = [[["a", 1, True]], [], [["b"], ["c", 2]], [["d"]]]
    names = ["one", "two", "three", "four"]
    slices = Slices()
    first = slices.take(names, answer(parts, **layout))
    assert all(a is b for a, b in zip(first, slices.take(names, answer(parts, **layout)), strict=True))
    parts[2][1][1] = 3
    second = slices.take(names, answer(parts, **layout))
    assert [a is b for a, b in zip(first, second, strict=True)] == [True, True, False, True]
    assert second[2].lines() == [["b"], ["c", 3]]
    parts[2].append(["longer"])
    third = slices.take(names, answer(parts, **layout))
    assert [a is b for a, b in zip(second, third, strict=True)] == [True, True, False, True]


def test_an_answer_with_too_few_ranges_is_none() -> None:
    with pytest.raises(ValueError, match="2 ranges were asked for"):
        Slices().take(["a", "b"], answer([[["x"]]]))
    with pytest.raises(ValueError, match="Expecting"):
        Slices().take(["a"], b"<html>")
    with pytest.raises(ValueError, match="1 ranges were asked for"):
        Slices().take(["a"], b"{}")


@pytest.mark.parametrize("layout", [SHORT, PRETTY])
@pytest.mark.parametrize("known", [True, False])
def test_an_answer_that_breaks_off_anywhere_is_none(layout: dict[str, Any], known: bool) -> None:
    body = answer([[["a]}", "b"]], [["c"], ["]}]}"]]], **layout)
    for end in range(body.rindex(b"]")):
        slices = Slices()
        if known:
            slices.take(["one", "two"], body)
        with pytest.raises(ValueError, match=r"."):
            slices.take(["one", "two"], body[:end])


def rows_of(count: int) -> Grid:
    ids = TITLES.index(TAB.id_title)
    grid: Grid = [list(TITLES)]
    for n in range(count):
        line: list[Raw] = [""] * (ids + 1)
        line[0], line[2], line[ids] = 46330.0, f"Guest {n}", f"b-{n}"
        grid.append(line)
    return grid


class Book:
    """A workbook of one tab, read again and again."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.sheet = Sheet(tab=TAB, title="Bookings", sheet_id=1, rows=len(grid) + 300, columns=len(TITLES))
        self.slices, self.parts = Slices(), Parts()

    def read(self) -> Reading:
        names = ranges([self.sheet])
        starts = [0, *(int(name.partition("!")[2].lstrip("A").partition(":")[0]) - 1 for name in names[2:])]
        ends = [*starts[1:], len(self.grid)]
        runs = [self.grid[a:b] for a, b in zip(starts, ends, strict=True)]
        pieces = self.slices.take(names, answer([[["no head"]], *runs], **SHORT))
        assert heads([self.sheet], pieces) == [self.grid[0]]
        return parse("studio", [self.sheet], pieces, parts=self.parts)


def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lines each parsing of a block gave."""
    seen: list[int] = []
    parse = Block.parse

    def counted(raw: bytes) -> Grid:
        found = parse(raw)
        seen.append(len(found))
        return found

    monkeypatch.setattr(Block, "parse", staticmethod(counted))
    return seen


def test_a_long_tab_is_read_in_runs_of_a_thousand_rows() -> None:
    assert ranges([Book(rows_of(200)).sheet])[1:] == ["'Bookings'"]
    last = chr(64 + len(TITLES))
    names = ranges([Book(rows_of(2500)).sheet])[1:]
    assert names == ["'Bookings'!1:1000", "'Bookings'!1001:2000", f"'Bookings'!A2001:{last}"]
    huge = Sheet(tab=TAB, title="Bookings", sheet_id=1, rows=500_000, columns=18)
    assert len(ranges([huge])) <= 101


def test_of_a_reading_only_the_part_that_changed_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(rows_of(3500))
    first = book.read().tabs["bookings"]
    assert len(first.rows) == 3500
    assert first.first_free == 3501
    seen = parsed(monkeypatch)
    book.grid[2500][2] = "Thandi Maroon"
    second = book.read().tabs["bookings"]
    assert second.first_free == 3501
    assert second.twice() == set()
    assert not list(second.bare())
    assert 0 < sum(seen) < 400
    row = second.find("b-2499")
    assert row is not None
    assert (row.position, row.raws["client"]) == (2500, "Thandi Maroon")
    assert second.find("b-9999") is None
    assert sum(seen) < 400


def test_a_row_put_in_on_top_is_found_and_so_is_everything_below(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(rows_of(2500))
    book.read()
    book.grid.insert(1, [46331.0, "", "Someone new"])
    tab = book.read().tabs["bookings"]
    assert [(row.position, row.raws["client"]) for row in tab.bare()] == [(1, "Someone new")]
    found = [tab.find(f"b-{n}") for n in (0, 998, 999, 2499)]
    assert [row.position for row in found if row] == [2, 1000, 1001, 2501]
    assert [row.id for row in tab.rows] == ["", *(f"b-{n}" for n in range(2500))]


def test_a_moved_column_makes_every_part_a_new_one() -> None:
    book = Book(rows_of(1500))
    before = book.read().tabs["bookings"]
    for line in book.grid:
        line.insert(5, line.pop(2))
    after = book.read().tabs["bookings"]
    assert [row.raws["client"] for row in after.rows] == [row.raws["client"] for row in before.rows]


def test_two_rows_of_one_id_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(rows_of(1500))
    book.grid.append(list(book.grid[3]))
    assert book.read().tabs["bookings"].twice() == {"b-2"}


def lines_of(grid: Grid, count: int) -> list[bytes]:
    return [json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() for line in grid[:count]]


@given(st.data())
def test_a_slice_that_differs_has_the_rows_it_would_have_had_alone(data: st.DataObject) -> None:
    """Whatever is typed, put in, taken out or moved, and however much the texts look like ends of rows."""
    row: st.SearchStrategy[list[Raw]] = st.lists(
        st.one_of(st.sampled_from([*NASTY, '],["', "],[1,2,", "x],[y"]), cells), max_size=4
    )
    grid: Grid = data.draw(st.lists(row, min_size=1, max_size=30))
    name = ["'Bookings'"]
    with patch.object(slices_module, "BLOCK", data.draw(st.sampled_from([1, 20, 60]))):
        slices = Slices()
        slices.take(name, answer([grid], **SHORT))
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(grid)))
            till = data.draw(st.integers(at, min(len(grid), at + 3)))
            grid = [*grid[:at], *data.draw(st.lists(row, max_size=3)), *grid[till:]]
            [piece] = slices.take(name, answer([grid], **SHORT))
            assert piece.lines() == grid
            assert [block.count for block in piece.blocks] == [len(block.lines()) for block in piece.blocks]
            for block in piece.blocks:
                block.forget()
            assert piece.lines() == grid


def test_one_cell_costs_one_block_and_all_others_are_the_very_same() -> None:
    slices, grid = Slices(), rows_of(900)
    [first] = slices.take(["a"], answer([grid], **SHORT))
    assert len(first.blocks) > 2
    before = first.blocks
    grid[400][2] = "],[ Thandi ],["
    [second] = slices.take(["a"], answer([grid], **SHORT))
    assert second is not first
    assert len(second.blocks) == len(before)
    assert sum(a is not b for a, b in zip(before, second.blocks, strict=True)) == 1
    assert second.lines() == grid
    assert all(len(b"],[".join(lines_of(block.lines(), block.count))) < 2 * BLOCK for block in second.blocks)
