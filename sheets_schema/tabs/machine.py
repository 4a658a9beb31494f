"""Tabs that are ours: Changes (the receipts, and what can be undone) and Today (drawn whole by us)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sheets_schema.cells import COUNT, LONG, MOMENT, TEXT, choice
from sheets_schema.columns import Row, Tab, ours, shared, tick


@dataclass(frozen=True, kw_only=True, slots=True)
class Change(Row):
    """One change of one row: the receipt of an effect. ``key`` is the effect's key."""

    no: int | None = ours("No", 44, COUNT, help="Send undo and this number in the chat.")
    when: datetime | None = ours("When", 88, MOMENT)
    who: str = ours("Who", 100, TEXT)
    what: str = ours("What", 200, TEXT)
    tab: str = ours("Tab", 80, TEXT)
    column: str = ours("Column", 100, TEXT)
    before: str = ours("Before", 160, LONG)
    after: str = ours("After", 160, LONG)
    undo: bool = tick("Undo", 48)
    state: str = ours("State", 84, choice("done", "undone"))
    key: str = ours("Key", 120, TEXT)
    row_id: str = ours("Row id", 96, TEXT)


@dataclass(frozen=True, kw_only=True, slots=True)
class TodayRow(Row):
    """One line of Today. What it is about stands in the id, and how it looks follows from it.

    ``head`` the status line, ``t:<name>`` a heading, ``d:<question>`` a thing to decide, ``a:<question>:<answer>`` one
    of its answers, ``s:<booking>`` a person in a session; anything else is a plain line.
    """

    #: a clock time, or the tick of an answer: "TRUE" once she ticked it
    time: str = shared("Time", 48, TEXT)
    who: str = ours("Who", 140, TEXT)
    came: bool = tick("Came", 44)
    no_show: bool = tick("No-show", 44)
    sick: bool = tick("Sick", 44)
    state: str = ours("State", 180, TEXT)


CHANGES = Tab(key="changes", title="Changes", role="studio", model=Change, colour="#CFE0F3", visible=False, prefix="n-")
BOOK_CHANGES = Tab(
    key="book_changes", title="Changes", role="books", model=Change, colour="#CFE0F3", visible=False, prefix="n-"
)
TODAY = Tab(
    key="today",
    title="Today",
    role="studio",
    model=TodayRow,
    colour="#0B625A",
    id_hidden=True,
    drawn=True,
    phone_columns=5,
)
