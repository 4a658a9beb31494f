"""Debts: cells that show a wrong value of ours, because rows moved or she typed while a commit was on its way. Pure.

A debt says which row, which column, what wrongly stands there and what should. It is paid by an ordinary row update, in
rows that still show exactly the wrong value; a read in which none does ends it: she mended or deleted it herself. Until
then the cell counts as its true value, wherever rows are looked at. Source: spec commit-chain 2, rules 4, 13, 14.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from sheets_schema.headers import is_empty, match_of
from sheets_schema.reading import Reading, SeenRow, SeenTab, same

#: a longer text is compared by its hash
_LONG = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Debt:
    """One wrong cell."""

    tab: str
    #: ``id:<row id>``, or ``row:<hash of its content>`` for a row without an id or with a wrong one
    row: str
    field: str
    #: what we wrote there, as ``mark`` gives it
    wrong: Raw
    true: Raw

    def to_text(self) -> str:
        """As one cell of ``_studio`` or one value of the journal."""
        return json.dumps([self.tab, self.row, self.field, self.wrong, self.true], ensure_ascii=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mended:
    """A reading in which every wrong cell shows its true value."""

    reading: Reading
    #: debts that are not over: still shown, or of a tab that could not be read
    open: tuple[Debt, ...]
    #: tab -> position -> cells to put back
    owed: Mapping[str, Mapping[int, Mapping[str, Raw]]]


def read_debts(texts: Iterable[Raw]) -> tuple[Debt, ...]:
    """Debts from their texts; what cannot be read is left out."""
    found = []
    for text in texts:
        try:
            tab, row, field, wrong, true = json.loads(str(text))
        except (ValueError, TypeError):
            continue
        if all(isinstance(part, str) for part in (tab, row, field)):
            found.append(Debt(tab=tab, row=row, field=field, wrong=wrong, true=true))
    return tuple(found)


def mark(raw: Raw) -> Raw:
    """A cell as it is compared: itself, or the hash of a long text."""
    if isinstance(raw, str) and len(raw) > _LONG:
        return f"sha256:{hashlib.sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
    return raw


def row_key(tab: Tab, row: SeenRow) -> str:
    """How a debt names a row."""
    return f"id:{row.id}" if row.id else f"row:{match_of(tab, row.raws)}"


def mend_row(tab: Tab, row: SeenRow, debts: Sequence[Debt]) -> tuple[SeenRow, tuple[Debt, ...]]:
    """The row with true values, and the debts it shows. Rows known by content come first: their id may be wrong."""
    groups: dict[str, list[Debt]] = {}
    for debt in sorted(debts, key=lambda debt: debt.row.startswith("id:")):
        groups.setdefault(debt.row, []).append(debt)
    found: list[Debt] = []
    for key, group in groups.items():
        shown = [debt for debt in group if same(mark(_cell(row, debt.field)), debt.wrong)]
        mended = _put(row, {debt.field: debt.true for debt in shown})
        if not shown or not _named(tab, mended, key, shown):
            continue
        row = mended
        found += shown
    return row, tuple(found)


def _named(tab: Tab, row: SeenRow, key: str, shown: Sequence[Debt]) -> bool:
    """Whether a debt's key names this row. By its content only where it has no id, or where the id is part of it: rows
    that are all ours have the same content for her.
    """
    if key == f"id:{row.id}":
        return True
    by_content = not row.id or any(debt.field == "id" for debt in shown)
    return by_content and key == f"row:{match_of(tab, row.raws)}"


def mend(reading: Reading, debts: Sequence[Debt]) -> Mended:
    """The whole reading with true values."""
    if not debts:
        return Mended(reading=reading, open=(), owed={})
    tabs = dict(reading.tabs)
    stay: list[Debt] = []
    owed: dict[str, dict[int, dict[str, Raw]]] = {}
    for key in dict.fromkeys(debt.tab for debt in debts):
        own = [debt for debt in debts if debt.tab == key]
        seen = reading.tabs.get(key)
        if seen is None or seen.headers.broken:
            stay += own
            continue
        tabs[key], shown = _mend_tab(seen, own)
        stay += [debt for debt in own if any(debt in hits for hits in shown.values())]
        owed[key] = {at: {debt.field: debt.true for debt in hits} for at, hits in shown.items()}
    return Mended(reading=dataclasses.replace(reading, tabs=tabs), open=tuple(stay), owed=owed)


def _mend_tab(seen: SeenTab, debts: Sequence[Debt]) -> tuple[SeenTab, dict[int, tuple[Debt, ...]]]:
    rows, shown = [], {}
    for row in seen.rows:
        mended, hits = mend_row(seen.tab, row, debts)
        if hits:
            shown[row.position] = hits
        if not hits or mended.id or not is_empty(seen.tab, mended.raws):
            rows.append(mended)
    return dataclasses.replace(seen, rows=tuple(rows)), shown


def _cell(row: SeenRow, field: str) -> Raw:
    return (row.id or None) if field == "id" else row.raws.get(field)


def _put(row: SeenRow, cells: Mapping[str, Raw]) -> SeenRow:
    ident = str(cells["id"] or "") if "id" in cells else row.id
    raws = {**row.raws, **{field: raw for field, raw in cells.items() if field != "id"}}
    return dataclasses.replace(row, id=ident, raws=raws)
