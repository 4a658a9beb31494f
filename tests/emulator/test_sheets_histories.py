"""Random lives of one tab against a plain list of rows: chunks on disk must never show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.app import create_app
from emulator.sheets import book as books
from emulator.world import World
from tests.emulator.google import Book, appended, cells

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["append", "write", "insert", "delete", "sort", "move", "refused"]),
        st.integers(0, 11),
        st.integers(1, 5),
    ),
    max_size=12,
)


@pytest.fixture(scope="module", autouse=True)
def small_chunks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(books, "ROWS_PER_CHUNK", 3)
        yield


def rows_of(at: int, count: int) -> dict[str, Any]:
    return {"sheetId": 0, "dimension": "ROWS", "startIndex": at, "endIndex": at + count}


class Plain:
    """What a tab is: rows of one number and one text."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.made = 0

    def fresh(self) -> list[Any]:
        self.made += 1
        return [self.made * 7 % 10, f"row {self.made}"]

    def padded(self, size: int) -> None:
        self.rows += [[] for _ in range(size - len(self.rows))]

    def trimmed(self) -> list[list[Any]]:
        while self.rows and not self.rows[-1]:
            self.rows.pop()
        return self.rows

    def step(self, kind: str, at: int, count: int) -> Any:
        """Do it here; the request that does it there."""
        if kind == "append":
            new = [self.fresh() for _ in range(count)]
            self.rows += new
            return appended(0, *(cells(*row) for row in new))
        if kind == "write":
            row = self.fresh()
            self.padded(at + 1)
            self.rows[at] = row
            return {"updateCells": {"start": {"rowIndex": at}, "rows": [cells(*row)], "fields": "userEnteredValue"}}
        if kind == "insert":
            if at <= len(self.rows):
                self.rows[at:at] = [[] for _ in range(count)]
            return {"insertDimension": {"range": rows_of(at, count)}}
        if kind == "delete":
            del self.rows[at : at + count]
            return {"deleteDimension": {"range": rows_of(at, count)}}
        if kind == "move":
            self.padded(at + count)
            moved = self.rows[at : at + count]
            del self.rows[at : at + count]
            self.rows[0:0] = moved
            return {"moveDimension": {"source": rows_of(at, count), "destinationIndex": 0}}
        self.rows.sort(key=lambda row: (not row, row[:1]))
        return {"sortRange": {"range": {"sheetId": 0}, "sortSpecs": [{"dimensionIndex": 0}]}}


@given(steps=STEPS)
def test_any_life_of_a_tab(steps: list[tuple[str, int, int]]) -> None:
    world = World()
    with create_app(world).test_client() as client:
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer a-token"
        client.post("/_emulator/quota", json={"on": False})
        book, plain = Book(client, "Sheet1"), Plain()
        for kind, at, count in steps:
            if kind == "refused":
                book.refused(appended(0, cells("never")), {"sortRange": {"range": {"sheetId": 0}}}, {"deleteSheet": {}})
            else:
                book.batch(plain.step(kind, at, count))
            assert book.values("Sheet1") == plain.trimmed()
    world.close()
