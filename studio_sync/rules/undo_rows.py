"""Undo of all but bookings: cells as they were, rows she deleted, rows that were added. A row is never removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sheets_schema.cells import CellProblem, Raw, is_blank
from sheets_schema.columns import Tab
from sheets_schema.policies import BY_NAME
from sheets_schema.snapshot import parse_table, shown
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.machine import Change
from sheets_schema.texts.catalogue import part
from studio_sync.rules.changes import read_words
from studio_sync.rules.guarded import FREE
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called
from studio_sync.rules.recorded import name_in, name_of

B = TypeVar("B")


def row_change(ink: Ink, change: Change, back: Callable[..., B]) -> B | str:
    """Take one change of a row back, as ``back(line=...)``; or why it cannot be."""
    tab = next((t for t in BY_KEY.values() if t.title == change.tab and t.key not in {"changes", "book_changes"}), None)
    if tab is None:
        return part("undo.gone")
    before, after = _known(tab, change.before), _known(tab, change.after)
    if change.key.startswith("import:"):
        return _imported(ink, change, back)
    if (change.before or change.after) and not before and not after:
        return part("undo.too_long")
    row: Any = getattr(ink.snap, tab.key).get(change.row_id) if tab.key != "settings" else None
    name = _name(tab, change.row_id, row)
    if before and not after and row is None and tab.key != "settings":
        ink.put(tab.key, change.row_id, raw=before, back=True, label="undo")
        return back(line=part("undone.row_back", name=name_in(before), tab=tab.title))
    because = _built_on(tab, change.row_id, row, before or after)
    if because:
        return because
    if after and _differs(ink, tab, change.row_id, row, after):
        return part("undo.changed_since")
    if before:
        ink.put(tab.key, change.row_id, raw=before, label="undo")
        return back(line=cells_line(ink, tab, before, name))
    if tab.key == "clients":
        ink.put("clients", change.row_id, status="left", label="undo")
        return back(line=part("undone.not_added", name=name))
    ink.put(tab.key, change.row_id, raw=dict.fromkeys(after), label="undo")
    return back(line=part("undone.row_off", name=name))


def _built_on(tab: Tab, row_id: str, row: Any, cells: Mapping[str, Raw]) -> str:
    """Why nothing of this row can be taken back any more; "" when nothing stands in the way."""
    if tab.key == "settings":
        return "" if row_id in BY_NAME else part("undo.gone")
    if row is None:
        return part("undo.gone")
    if tab.key == "invoices" and row.number and set(cells) - set(FREE):
        return part("undo.invoiced", doc=row.number)
    return ""


def _differs(ink: Ink, tab: Tab, row_id: str, row: Any, after: Mapping[str, Raw]) -> bool:
    """Whether the cells are not as that change left them."""
    context = ink.snap.context
    if tab.key == "settings":
        try:
            return bool(getattr(ink.snap.settings, row_id) != BY_NAME[row_id].value(after.get("value"), context))
        except CellProblem:
            return False
    then = parse_table(tab, {row_id: after}, context)[0].get(row_id)
    return any(getattr(then, field) != getattr(row, field) for field in after)


def _imported(ink: Ink, change: Change, back: Callable[..., B]) -> B | str:
    """People who came from a file leave again, unless something was booked for one of them."""
    ids = [str(ident) for ident in read_words(change.after)]
    there = [client for ident in ids if (client := ink.snap.clients.get(ident)) is not None]
    for client in there:
        if ink.snap.bookings_of(client.id):
            return part("undo.booked_since", name=called(client.name))
    for client in there:
        ink.put("clients", client.id, status="left", label="undo")
    return back(line=part("undone.import", n=str(len(there))))


def cells_line(ink: Ink, tab: Tab, before: Mapping[str, Raw], name: str) -> str:
    """What stands in the cells again, in words."""
    titles = ", ".join(tab.column(field).title for field in before)
    said = ", ".join(word for field, raw in before.items() if (word := _shown(ink, tab, field, raw)))
    return part("undone.cell", column=titles, name=name, value=said or "blank")


def _shown(ink: Ink, tab: Tab, field: str, raw: Raw) -> str:
    if is_blank(raw):
        return ""
    column = tab.column(field)
    try:
        return shown(column, column.kind.read(raw, ink.snap.context), ink.snap.context)
    except CellProblem:
        return str(raw)


def _known(tab: Tab, text: str) -> dict[str, Raw]:
    return {field: raw for field, raw in read_words(text).items() if field in tab.by_field and field != "id"}


def _name(tab: Tab, row_id: str, row: Any) -> str:
    if tab.key == "settings":
        return BY_NAME[row_id].title if row_id in BY_NAME else row_id
    said = name_of(row)
    return called(said) if said else tab.title
