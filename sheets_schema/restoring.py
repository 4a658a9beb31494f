"""What a disaster did to a tab, and what puts it back: rows that vanished, cells that were emptied or mixed up. Pure.

``memory`` is the tab as it was believed last: row id -> field -> cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sheets_schema.cells import Raw, is_blank
from sheets_schema.columns import Column
from sheets_schema.headers import match_of
from sheets_schema.reading import SeenTab, same

#: a disaster: so many rows, and so large a share of a tab, at once
ROWS, SHARE = 5, 0.5
#: cells of one column: so large a share of its rows
CELLS = 0.3
#: share of the values of a column that must be the old ones, in other rows, for the column to be mixed up
MIXED = 0.9
Memory = Mapping[str, Mapping[str, Raw]]
Disaster = Literal["rows", "cells"]


def disaster(
    seen: SeenTab, memory: Memory, changed: Mapping[str, Collection[str]], gone: int
) -> tuple[Disaster, int] | None:
    """Whether so much changed at once that it is not believed: the kind, and how many rows.

    ``changed``: remembered rows whose cells differ, by the fields that do; ``gone``: how many are not there.
    """
    if seen.tab.drawn:
        return None
    if _many(gone, len(memory)):
        return "rows", gone
    if len(changed) < ROWS:
        return None
    columns: dict[str, list[tuple[Raw, Raw]]] = {}
    for row_id, fields in changed.items():
        row = seen.find(row_id)
        for name in fields if row else ():
            columns.setdefault(name, []).append((memory[row_id].get(name), row.raws.get(name) if row else None))
    there = [raws for row_id, raws in memory.items() if seen.find(row_id)]
    hit = [
        len(pairs)
        for name, pairs in columns.items()
        if seen.tab.column(name).editor in {"hers", "shared"}
        and _spoilt(seen.tab.column(name), pairs, there, calm=seen.tab.rules)
    ]
    return ("cells", max(hit)) if hit else None


def _many(count: int, of: int, share: float = SHARE) -> bool:
    return count >= ROWS and count >= share * of


def _spoilt(column: Column, pairs: list[tuple[Raw, Raw]], rows: list[Mapping[str, Raw]], *, calm: bool) -> bool:
    """One column: emptied, mixed up among the rows, or written over where it says whom or when."""
    if len(pairs) < ROWS:
        return False
    filled = sum(not is_blank(row.get(column.field)) for row in rows)
    if _many(sum(is_blank(new) for _, new in pairs), filled):
        return True
    if not _many(len(pairs), len(rows), CELLS):
        return False
    old, new = Counter(repr(a) for a, _ in pairs), Counter(repr(b) for _, b in pairs)
    mixed = sum((old & new).values()) >= MIXED * len(pairs)
    return mixed or (column.weighty and not calm)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mend:
    """What one row needs: an id by the ``match`` of its content, or cells; a row that is gone is written anew."""

    row_id: str
    cells: Mapping[str, Raw] = field(default_factory=dict)
    match: str = ""


def mends(seen: SeenTab, memory: Memory, kind: Disaster) -> list[Mend]:
    """What makes the tab show ``memory`` again. ``seen`` as read, with its copies.

    A row is known by its id, unless the ids were mixed up: then by its content, as is one that lost its id. Rows that
    only she knows are left alone; where rows vanished, so are her later changes in the others.
    """
    owners: dict[str, list[str]] = {}
    for row_id, raws in memory.items():
        owners.setdefault(match_of(seen.tab, raws), []).append(row_id)
    contents = {row.position: match_of(seen.tab, row.raws) for row in seen.rows}
    ours = [row for row in seen.rows if row.id in memory]
    moved = [row for row in ours if row.id not in owners.get(contents[row.position], (row.id,))]
    mixed = _many(len(moved), len(ours), CELLS)
    placed: set[str] = set()
    found: list[Mend] = []
    strangers = []
    for row in seen.rows:
        right = row.id in owners.get(contents[row.position], ()) if mixed else row.id in memory
        if not right or row.id in placed:
            strangers.append(row)
            continue
        placed.add(row.id)
        cells = {
            name: raw
            for name, raw in memory[row.id].items()
            if name in seen.tab.by_field and not same(raw, row.raws.get(name))
        }
        if kind == "cells" and cells and not mixed:
            found.append(Mend(row_id=row.id, cells=cells))
    renamed: set[str] = set()
    for row in strangers:
        owner = next((ident for ident in owners.get(contents[row.position], ()) if ident not in placed), "")
        if owner:
            placed.add(owner)
            renamed.add(row.id)
            found.append(Mend(row_id=owner, cells={"id": owner}, match=contents[row.position]))
    # A row that is to get another id still has its old one: what that one was comes back when it is missed.
    gone = [ident for ident in memory if ident not in placed and ident not in renamed]
    known = seen.tab.by_field
    return found + [
        Mend(row_id=ident, cells={name: raw for name, raw in memory[ident].items() if name in known}) for ident in gone
    ]
