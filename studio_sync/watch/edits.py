"""What differs between a tab as read and as remembered, row by row: what she typed, and cells of ours she spoilt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sheets_schema.cells import Raw
from sheets_schema.codecs.base import BROKEN
from sheets_schema.policies import BY_NAME, read_settings
from sheets_schema.reading import SeenTab, same
from sheets_schema.snapshot import LAST

#: our own records, which nobody else adds to but another program
RECORDS = ("messages", "questions", "changes", "book_changes")
#: tabs whose grey cells are put back when she types over them
GUARDED = ("clients", "bookings", "invoices", "lines", "payments")
Cells = Mapping[str, Raw]
#: row id -> cells
Rows = Mapping[str, Cells]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """One row that is not as it is remembered."""

    row_id: str
    #: the whole row as remembered; None for one that is new
    memory: Cells | None
    #: every cell that counts as hers, as it stands now
    after: Cells
    #: those that differ
    changed: tuple[str, ...]
    #: cells of ours that differ, as they should be
    spoilt: Cells = field(default_factory=dict)

    @property
    def before(self) -> Cells:
        """The same cells as remembered; none of a new row."""
        return {name: self.memory.get(name) for name in self.after} if self.memory else {}

    @property
    def ticked(self) -> tuple[str, ...]:
        """Boxes that are ticked now and were not."""
        return tuple(name for name in self.changed if self.after[name] is True)


def edits(seen: SeenTab, memory: Rows) -> Iterator[Edit]:
    """Every row with an id that differs. ``seen`` has no copies."""
    watched = [c.field for c in seen.tab.columns if c.editor != "ours" and c.field in seen.headers.columns]
    guarded = (
        [
            c.field
            for c in seen.tab.columns
            if c.editor == "ours" and c.field in seen.headers.columns and c.field != "id"
        ]
        if seen.tab.key in GUARDED
        else []
    )
    for row in seen.rows:
        if not row.id:
            continue
        known, raws = memory.get(row.id), row.raws
        if known == {name: raw for name, raw in raws.items() if raw is not None}:
            continue
        before = known or {}
        names = _ticks(raws, before) if seen.tab.drawn else watched
        changed = tuple(name for name in names if not same(before.get(name), raws.get(name)))
        spoilt = {name: before.get(name) for name in guarded if not same(before.get(name), raws.get(name))}
        if changed or spoilt:
            after = {name: raws.get(name) for name in names}
            yield Edit(row_id=row.id, memory=known, after=after, changed=changed, spoilt=spoilt)


def _ticks(raws: Cells, before: Cells) -> list[str]:
    """In a tab that we draw every tick box means something, and nothing else."""
    return [name for name in raws if isinstance(raws.get(name), bool) or isinstance(before.get(name), bool)]


def last_good(tab: str, edit: Edit, today: date) -> dict[str, Raw]:
    """The row to remember: beside a cell that cannot be read stands the last one that could."""
    memory = dict(edit.memory or {})
    for name in edit.changed:
        before = memory.get(name)
        if not _bad(tab, edit.row_id, name, edit.after[name], today):
            memory.pop(f"{LAST}{name}", None)
        elif edit.memory and not _bad(tab, edit.row_id, name, before, today):
            memory[f"{LAST}{name}"] = before
    return {**memory, **edit.after}


def real(cells: Cells) -> dict[str, Raw]:
    """The cells of a remembered row that stand in the sheet."""
    return {name: raw for name, raw in cells.items() if not name.startswith(LAST)}


def _bad(tab: str, row_id: str, name: str, raw: Raw, today: date) -> bool:
    """Whether a cell is a broken formula, or a setting that cannot be read."""
    if tab == "settings" and name == "value":
        return bool(read_settings({row_id: raw}, today)[1]) if row_id in BY_NAME else False
    return isinstance(raw, str) and raw.strip() in BROKEN


def records(seen: SeenTab, memory: Rows) -> dict[str, Cells]:
    """Rows of a tab of records that another writer appended, whole. A box she ticked in one of them still counts."""
    return {
        row.id: {name: raw for name, raw in row.raws.items() if raw is not True}
        for row in seen.rows
        if row.id and row.id not in memory
    }


def taken_over(seen: SeenTab, memory: Rows) -> dict[str, Cells]:
    """Rows as another writer left them: cells of ours as they stand there, hers as remembered; whole where unknown."""
    ours = [c.field for c in seen.tab.columns if c.editor == "ours" and c.field in seen.headers.columns]
    found: dict[str, Cells] = {}
    for row in seen.rows:
        known = memory.get(row.id)
        if row.id:
            found[row.id] = {**(known or row.raws), **{name: row.raws.get(name) for name in ours if name != "id"}}
    return {row_id: cells for row_id, cells in found.items() if cells != memory.get(row_id)}
