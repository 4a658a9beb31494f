"""A row of Changes for what no effect of ours carries: what she typed, pasted or deleted, what was put back."""

from __future__ import annotations

from collections.abc import Mapping

from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from sheets_schema.texts.catalogue import part
from studio_sync.rules.changes import as_words, change_id
from studio_sync.rules.ink import Ink

#: what a row of her tabs is known by, the first that is filled
NAMES = ("name", "client", "type", "day")


def record(
    ink: Ink,
    tab: Tab,
    what: str,
    *,
    by: str,
    row_id: str = "",
    column: str = "",
    before: Mapping[str, Raw] | None = None,
    after: Mapping[str, Raw] | None = None,
    undoable: bool = False,
) -> None:
    """Write it down under this fact's key; ``undoable``: under a number by which it can be taken back."""
    ink.put(
        "changes" if tab.role == "studio" else "book_changes",
        change_id(ink.fact.key),
        projection=True,
        no=ink.number() if undoable else None,
        when=ink.now,
        who=by,
        what=what,
        tab=tab.title,
        column=column,
        before=as_words(before or {}),
        after=as_words(after or {}),
        state="done",
        key=ink.fact.key,
        row_id=row_id,
    )


def name_in(cells: Mapping[str, Raw]) -> str:
    """What a row is known by, from its cells."""
    return str(next((raw for field in NAMES if (raw := cells.get(field))), part("blank.row")))


def name_of(row: object) -> str:
    """The same from a parsed row; "" for none."""
    return next((str(value) for field in NAMES if (value := getattr(row, field, ""))), "")
