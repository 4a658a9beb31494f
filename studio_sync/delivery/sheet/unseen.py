"""Updates whose before-image came back empty: judged by the tab as it is read next and the rows as remembered.

A row that was never empty can have no empty copy: Google did not copy it (perhaps because a filter hides it), or the
write hit an empty row below. Until that is known nothing that is read counts as news. What she typed into a row in the
very second in which we wrote it cannot be seen this way; a wrong row is found by what it shows. Source: spec
commit-chain 8, F5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from sheets_schema.debts import Debt, mark, mend
from sheets_schema.headers import match_of
from sheets_schema.images import Label, Update, label_line, read_line
from sheets_schema.reading import Reading, SeenRow, SeenTab, same
from studio_sync.delivery.sheet.judge import judge

Rows = Mapping[str, Mapping[str, Raw]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What a reading told about one such update."""

    update: Update
    debts: tuple[Debt, ...]
    #: it hit its own row
    right: bool
    #: rows that were hit by mistake: one is put back, of several nobody knows which it was
    hit: tuple[SeenRow, ...] = ()


def kept(update: Update, results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """As JSON for the journal. ``results``: effect -> its result, of the commit."""
    return {"line": label_line(update), "settled": [[key, dict(results.get(key, {}))] for key in update.keys]}


def read_kept(entry: Mapping[str, Any]) -> Update:
    """The update behind ``kept``."""
    return read_line(entry["line"], [key for key, _ in entry["settled"]])


def look(update: Update, reading: Reading, memory: Rows, debts: Sequence[Debt]) -> Looked:
    """Judge one update by ``memory``, the rows of its tab as remembered. A tab that cannot be read shows nothing."""
    seen = reading.tabs.get(update.tab)
    if seen is None or seen.headers.broken:
        return Looked(update=update, debts=tuple(debts), right=False)
    # A wrong cell that a debt explains is no trace of this write.
    mended = mend(reading, debts).reading.tabs[update.tab]
    hit = list(_hit(update, mended, memory))
    own = _own(update, seen, memory)
    changes = any(not same(mark(raw), update.was.get(name)) for name, raw in update.put.items())
    if own is not None and (changes or not hit):
        image = SeenRow(position=own.position, id=update.row_id, raws={**own.raws, **_without_id(update.was)})
        verdict = judge(Label(batch="", updates=(update,)), [image], debts, sure=True)
        return Looked(update=update, debts=verdict.debts, right=not verdict.again)
    image = hit[0] if len(hit) == 1 else SeenRow(position=update.position, id="", raws={})
    verdict = judge(Label(batch="", updates=(update,)), [image], debts, sure=True)
    return Looked(
        update=update,
        debts=verdict.debts,
        right=False,
        hit=tuple(row for row in hit if row.id),
    )


def _own(update: Update, seen: SeenTab, memory: Rows) -> SeenRow | None:
    """Its own row, where that shows what was written."""
    row = seen.find(str(update.put.get("id") or update.row_id))
    if row is None or not _shows(update, row):
        return None
    if update.match:
        return row if _is_meant(update, seen, row, memory) else None
    return row if _is_like(update, seen, row, memory) else None


def _is_like(update: Update, seen: SeenTab, row: SeenRow, memory: Rows) -> bool:
    """Whether a row whose id was written is the one that we remember under it."""
    known = memory.get(row.id)
    if "id" not in update.put or known is None:
        return True
    return _content(seen.tab, row.raws, update) == _content(seen.tab, known, update)


def _shows(update: Update, row: SeenRow) -> bool:
    cells = {**row.raws, "id": row.id}
    return all(same(mark(cells.get(name)), mark(raw)) for name, raw in update.put.items())


def _hit(update: Update, seen: SeenTab, memory: Rows) -> Iterator[SeenRow]:
    """Other rows that show what was written, as they were before by memory; empty ones as empty."""
    for row in seen.rows:
        if not _shows(update, row):
            continue
        ident = row.id
        if "id" in update.put:
            if _is_meant(update, seen, row, memory):
                continue
            ident = _by_content(update, seen, row, memory)
        before = memory.get(ident, {})
        if ident and ident != update.row_id and before:
            if ident != row.id or any(not same(before.get(name), raw) for name, raw in update.put.items()):
                yield SeenRow(position=row.position, id=ident, raws=dict(before))
        elif not ident and all(same(raw, None) for name, raw in row.raws.items() if name not in update.put):
            yield SeenRow(position=row.position, id="", raws={})


def _is_meant(update: Update, seen: SeenTab, row: SeenRow, memory: Rows) -> bool:
    if update.match:
        return match_of(seen.tab, {**row.raws, **_without_id(update.was)}) == update.match
    return row.id in memory and _is_like(update, seen, row, memory)


def _by_content(update: Update, seen: SeenTab, row: SeenRow, memory: Rows) -> str:
    """Whose row it is whose id we wrote over: one we remember and do not see, with the same cells of hers."""
    there = _content(seen.tab, row.raws, update)
    lost = [ident for ident in memory if seen.find(ident) is None]
    found = [ident for ident in lost if _content(seen.tab, memory[ident], update) == there]
    return found[0] if len(found) == 1 else ""


def _content(tab: Tab, raws: Mapping[str, Raw], update: Update) -> str:
    return match_of(tab, {name: raw for name, raw in raws.items() if name not in update.put})


def _without_id(cells: Mapping[str, Raw]) -> dict[str, Raw]:
    return {name: raw for name, raw in cells.items() if name != "id"}
