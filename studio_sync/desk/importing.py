"""``import``: clients from a file, once however often it is run. What it does is shown first; nobody gets a message."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sheets_schema.cells import CellProblem, Raw, is_blank
from sheets_schema.columns import Tab
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY, TABS
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.words import phone_words
from studio_sync.config import Config
from studio_sync.desk.importing_columns import Mapped, map_columns
from studio_sync.desk.importing_file import Grid, read_grid
from studio_sync.desk.notes import opened
from studio_sync.desk.show import say, table, wrapped
from studio_sync.errors import UserError
from studio_sync.rules.facts import RowsImported
from studio_sync.rules.importing import Identity, Known, identity_of, row_id_of
from studio_sync.studio import open_journal

#: row id -> whether it was there once
Gone = Callable[[str], bool]
#: Rows of one fact, and the bytes of their cells: they ride in one commit, whose body may have 1.8 MB.
TOGETHER, TOGETHER_BYTES = 250, 400_000
#: rows shown of those that need no look
SHOWN = 10
COLUMNS = (("row", "Row", 5), ("name", "Name", 22), ("phone", "Phone", 17), ("what", "What", 0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of the file, and what becomes of it."""

    #: as her program numbers it: 1 is the row of the headings
    row: int
    name: str
    #: as people read it
    phone: str
    #: id of the row it becomes; "" when it is not added
    row_id: str = ""
    #: field -> cell, tidied
    cells: dict[str, Raw] = field(default_factory=dict)
    #: why it is not added, in words
    reason: str = ""
    #: the reason is a mistake to mend, not that the row is there
    refused: bool = False


def bring(config: Config, file: Path, *, tab: str = "Clients", dry_run: bool = False) -> int:
    """Show what is in the file and, unless ``dry_run``, add it; 1 when a row was refused, else 0.

    Raises ``UserError`` for a file that cannot be read or has no column we know, and for a tab nothing is brought into.
    """
    into = _tab(tab)
    grid = read_grid(file, into)
    with opened(config) as notes:
        tx = notes.tx
        mapped, lines = sort_out(notes.snap, into, grid, lambda row_id: tx.rev(into.key, row_id) > 0)
        facts = facts_of(into, file.name, lines, notes.now)
    _show(file, into, mapped, lines)
    if not dry_run and facts:
        journal = open_journal(config)
        try:
            journal.put_facts(facts)
        finally:
            journal.close()
    _end(file, into, lines, dry_run=dry_run)
    return 1 if any(line.refused for line in lines) else 0


def _tab(title: str) -> Tab:
    clients = BY_KEY["clients"]
    if title.strip().casefold() in {clients.title.casefold(), clients.key}:
        return clients
    known = any(title.strip().casefold() == tab.title.casefold() for tab in TABS)
    problem = f"Rows of {title} are not taken from a file." if known else f"There is no tab {title}."
    raise UserError(problem, "Run: studio-sync import FILE --tab Clients")


# -- what becomes of each row


def sort_out(snap: Snapshot, tab: Tab, grid: Grid, gone: Gone = lambda _: False) -> tuple[Mapped, list[Line]]:
    """The columns, and every row that has something in it.

    ``gone``: whether a row of that id, which is not in ``snap``, was there once. Raises ``UserError`` when no column is
    the name.
    """
    start = next((at for at, line in enumerate(grid) if any(not is_blank(cell) for cell in line)), len(grid))
    mapped = map_columns(tab, grid[start] if start < len(grid) else ())
    if not {"name", "name.first", "name.last"} & set(mapped.columns):
        found = ", ".join(mapped.headings.values())
        raise UserError(
            f"No column is called Name. The headings are: {found}." if found else "There is nothing in this file.",
            "Type the headings into row 1, such as Name, Phone, Email, Birthday, and run this again.",
        )
    known = Known(snap)
    taken: dict[Identity, Line] = {}
    lines = [
        _line(snap, tab, number, mapped.cells(cells), known, taken)
        for number, cells in enumerate(grid[start + 1 :], start + 2)
        if any(not is_blank(cell) for cell in cells)
    ]
    deleted = f"you deleted it; type it in {tab.title} to have it back"
    return mapped, [_because(line, deleted) if line.row_id and gone(line.row_id) else line for line in lines]


def _line(
    snap: Snapshot, tab: Tab, number: int, raws: dict[str, Raw], known: Known, taken: dict[Identity, Line]
) -> Line:
    cells, problem = _tidied(snap, tab, raws)
    name, birthday = str(cells.get("name") or ""), str(cells.get("birthday") or "")
    shown = str(cells.get("phone") or "")
    phone = _number(snap, tab, shown)
    said = Line(row=number, name=name, phone=shown)
    if not problem and not name:
        problem = part("problem.missing", column=tab.column("name").title)
    if problem:
        return _because(said, problem, refused=True)
    identity = identity_of(phone, name, birthday)
    there = known.find(phone, name, birthday)
    if there is not None:
        return _because(said, f"already there as {there.name or phone_words(there.phone)}")
    twin = taken.get(identity)
    if twin is not None and twin.name.casefold() != name.casefold():
        reason = f"{twin.name} in row {twin.row} has this number too. Leave it empty in one of them."
        return _because(said, reason, refused=True)
    if twin is not None:
        return _because(said, f"the same person as row {twin.row} of the file")
    taken[identity] = said
    return Line(row=number, name=name, phone=shown, row_id=row_id_of(identity), cells=cells)


def _because(line: Line, reason: str, *, refused: bool = False) -> Line:
    return Line(row=line.row, name=line.name, phone=line.phone, reason=reason, refused=refused)


def _tidied(snap: Snapshot, tab: Tab, raws: dict[str, Raw]) -> tuple[dict[str, Raw], str]:
    """The cells as we would write them, and the first problem in words; what can be read is tidied all the same."""
    cells: dict[str, Raw] = {}
    problem = ""
    for name, raw in raws.items():
        column = tab.column(name)
        try:
            cells[name] = column.kind.write(column.kind.read(raw, snap.context), snap.context)
        except CellProblem as error:
            problem = problem or f"{column.title}: {part(error.text, **error.values)}"
    return cells, problem


def _number(snap: Snapshot, tab: Tab, shown: str) -> str:
    return str(tab.column("phone").kind.read(shown, snap.context))


def facts_of(tab: Tab, file: str, lines: Sequence[Line], now: datetime) -> list[RowsImported]:
    """What is put into the inbox: the same rows give the same keys, so a second run puts nothing."""
    return [
        RowsImported(key=f"import:{tab.key}:{_hash(rows)}", at=now, tab=tab.key, file=file, rows=rows)
        for rows in _bundles(lines)
    ]


def _bundles(lines: Sequence[Line]) -> Iterator[dict[str, dict[str, Raw]]]:
    bundle: dict[str, dict[str, Raw]] = {}
    room = TOGETHER_BYTES
    for line in lines:
        if not line.row_id:
            continue
        size = len(json.dumps(line.cells))
        if bundle and (len(bundle) == TOGETHER or size > room):
            yield bundle
            bundle, room = {}, TOGETHER_BYTES
        bundle[line.row_id] = line.cells
        room -= size
    if bundle:
        yield bundle


def _hash(rows: dict[str, dict[str, Raw]]) -> str:
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


# -- what is shown


def _show(file: Path, tab: Tab, mapped: Mapped, lines: Sequence[Line]) -> None:
    pairs = [
        f"{mapped.headings[at]} = {tab.column(name.partition('.')[0]).title}" for name, at in mapped.columns.items()
    ]
    for line in wrapped("", f"Columns of {file.name}: {', '.join(pairs)}.", 0):
        say(line)
    if mapped.unused:
        for line in wrapped("", f"Not taken: {', '.join(mapped.unused)}.", 0):
            say(line)
    say()
    rows = list(_rows(lines))
    for line in table(rows, COLUMNS) if rows else ():
        say(line)
    refused = [line for line in lines if line.refused]
    if refused:
        say("Refused:")
    for each in refused:
        for line in wrapped(f"{each.row:>5}  ", f"{each.name or '?'}. {each.reason}", 7):
            say(line)
    say()


def _rows(lines: Sequence[Line]) -> Iterator[dict[str, object]]:
    """The first rows of those that are added, and of those that are there."""
    for chosen, word in (
        ([line for line in lines if line.row_id], "add"),
        ([line for line in lines if not line.row_id and not line.refused], ""),
    ):
        for line in chosen[:SHOWN]:
            yield _as_row(line, word or line.reason)
        if len(chosen) > SHOWN:
            yield {"row": "...", "name": f"and {len(chosen) - SHOWN} more", "what": word or "already there"}
    for line in lines:
        if line.refused:
            yield _as_row(line, f"refused: {line.reason}")


def _as_row(line: Line, what: str) -> dict[str, object]:
    return {"row": line.row, "name": line.name or "?", "phone": line.phone, "what": what}


def _end(file: Path, tab: Tab, lines: Sequence[Line], *, dry_run: bool) -> None:
    new = sum(bool(line.row_id) for line in lines)
    bad = sum(line.refused for line in lines)
    say(f"{new} to add, {len(lines) - new - bad} already there, {bad} refused.")
    if dry_run:
        say(f"Nothing was written. To add them: studio-sync import {file}" if new else "Nothing was written.")
    elif new:
        say(f"They are written into {tab.title} while the studio runs. Nobody gets a message.")
    else:
        say("Nothing to do.")
    if bad:
        say("Mend the refused rows in the file and run this again: the others stay as they are.")
