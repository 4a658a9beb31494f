"""The invariants of the commit chain, read from the stand-ins' own store: of one workbook as ``sheets.dump`` shows it.

Each gives plain sentences, one per thing that is wrong. Source: spec commit-chain 4.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sheets_schema.debts import Debt, mark
from sheets_schema.head import MARKER_KEY, RING, TITLE, Head, read_head
from sheets_schema.images import DEBTS
from sheets_schema.reading import same
from sheets_schema.tabs import BY_KEY

Json = Mapping[str, Any]
Grid = Sequence[Sequence[Any]]
#: request kinds that move or match rows by position or content: never in a commit
FORBIDDEN = ("deleteDimension", "moveDimension", "sortRange", "findReplace")
MOST_CHARACTERS = 20_000


def problems(workbook: Json, *, idle: bool = True) -> list[str]:
    """Everything that is wrong with one workbook. ``idle``: nothing is pending, so no debt may be open."""
    checks = (slots_are_whole, one_token, no_key_twice, numbers_have_no_gap, little_metadata)
    found = [said for check in checks for said in check(workbook)]
    return found + (list(no_debt(workbook)) if idle else [])


def head_of(workbook: Json) -> Head | None:
    """The head in ``_studio``."""
    return read_head([line[:1] for line in _rows(workbook, TITLE)[:3]])


def slots_are_whole(workbook: Json) -> Iterator[str]:
    """I4: slots in the history are contiguous except at a recovery; each names its predecessor."""
    head = head_of(workbook)
    if head is None:
        yield "the head cannot be read"
        return
    entries = history(workbook)
    lowest = max(1, head.n - RING + 1)
    for slot in range(head.n, lowest - 1, -1):
        entry = entries.get(slot)
        if entry is None:
            yield f"the history has no commit {slot} of {head.n}"
            return
        if entry[2:] == ["R"]:
            return
        before = entries.get(slot - 1)
        if slot > lowest and before is not None and before[0] != entry[1]:
            yield f"commit {slot} followed {entry[1]}, and {slot - 1} was {before[0]}"
    if head.n and entries.get(head.n, [""])[0] != head.batch:
        yield f"the head names {head.batch}, the history {entries.get(head.n)}"


def history(workbook: Json) -> dict[int, list[str]]:
    """Slot -> batch, batch before, and R for a recovery."""
    found: dict[int, list[str]] = {}
    for line in _rows(workbook, TITLE):
        parts = str(line[2]).split() if len(line) > 2 and line[2] else []
        if len(parts) >= 2 and parts[0].isdigit():
            found[int(parts[0])] = parts[1:]
    return found


def one_token(workbook: Json) -> Iterator[str]:
    """I5: exactly one token, and it is the head's."""
    head = head_of(workbook)
    tokens = [
        each["protectedRangeId"]
        for tab in workbook["tabs"].values()
        for each in tab["protected"]
        if str(each.get("description", "")).startswith("studio_sync ")
    ]
    if head is not None and tokens != [head.token]:
        yield f"the tokens are {tokens}, the head says {head.token}"


def no_key_twice(workbook: Json) -> Iterator[str]:
    """I2: no key stands twice in Changes."""
    for key, count in Counter(row.get("Key") for row in table(workbook, "Changes")).items():
        if key and count > 1:
            yield f"Changes has the key {key} {count} times"


def numbers_have_no_gap(workbook: Json, known: Iterable[str] = ()) -> Iterator[str]:
    """I3: numbers of a series run from 1 without a repeat. ``known``: of documents she deleted."""
    numbers = [str(row["Number"]) for row in table(workbook, "Invoices") if row.get("Number")]
    for number, count in Counter(numbers).items():
        if count > 1:
            yield f"the number {number} was given {count} times"
    series: dict[str, set[int]] = {}
    for number in {*numbers, *known}:
        name, _, digits = number.rpartition("-")
        series.setdefault(name, set()).add(int(digits))
    for name, there in series.items():
        missing = set(range(1, max(there) + 1)) - there
        if missing:
            yield f"{name} has no {sorted(missing)}"


def little_metadata(workbook: Json) -> Iterator[str]:
    """I11: metadata of ``_studio`` stays small."""
    sheet_id = workbook["tabs"].get(TITLE, {}).get("sheetId")
    own = [entry for entry in workbook["metadata"] if entry["location"].get("sheetId") == sheet_id]
    size = sum(len(str(e["metadataId"])) + len(MARKER_KEY) + len(e.get("metadataValue", "")) for e in own)
    if size > MOST_CHARACTERS:
        yield f"the markers take {size} characters"


def no_debt(workbook: Json) -> Iterator[str]:
    """I7, I10: no wrong cell is left on the list."""
    for line in _rows(workbook, TITLE):
        if len(line) > DEBTS and line[DEBTS]:
            yield f"a debt is open: {line[DEBTS]}"


def no_forbidden_request(bodies: Iterable[Json]) -> Iterator[str]:
    """I12: of the bodies of our commits."""
    for body in bodies:
        for request in body.get("requests", ()):
            for kind in FORBIDDEN:
                if kind in request:
                    yield f"a commit holds {json.dumps(request)[:120]}"


def table(workbook: Json, title: str) -> list[dict[str, Any]]:
    """The rows of a tab by the words of its header; none when it is not there."""
    rows = _rows(workbook, title)
    heads = rows[0] if rows else []
    return [dict(zip(heads, line, strict=False)) for line in rows[1:]]


def _rows(workbook: Json, title: str) -> Grid:
    rows: Grid = workbook["tabs"].get(title, {"rows": ()})["rows"]
    return rows


def attempts_are_open(workbook: Json, attempts: Iterable[tuple[int, str]]) -> Iterator[str]:
    """I6: (slot, batch) that the journal holds undecided while the history knows who won, and nothing is on its way."""
    entries = history(workbook)
    for slot, batch in attempts:
        if slot in entries:
            yield f"the attempt {batch} on {slot} is undecided, and {entries[slot][0]} won it"


def parked_rows_are_not_there(workbook: Json, title: str, row_ids: Iterable[str]) -> Iterator[str]:
    """I9: a row that was set aside before it was ever written stands in the sheet."""
    there = {row.get("Id") for row in table(workbook, title)}
    for row_id in row_ids:
        if row_id in there:
            yield f"{row_id} was set aside and stands in {title}"


def told_numbers_stand(workbook: Json, numbers: Iterable[str]) -> Iterator[str]:
    """I1, I3: a number someone was told is that of a document, or Changes knows that she deleted it."""
    there = {str(row.get("Number")) for row in table(workbook, "Invoices")}
    changes = " ".join(str(row) for row in table(workbook, "Changes"))
    for number in numbers:
        if number not in there and number not in changes:
            yield f"{number} was told, and is nowhere"


def commits_keep_their_distance(instants: Sequence[datetime]) -> Iterator[str]:
    """I12: of one workbook; not two within a second, not 60 within a minute."""
    for earlier, later in pairwise(instants):
        if later - earlier < timedelta(seconds=1):
            yield f"two commits at {earlier} and {later}"
    for at in instants:
        count = sum(at <= other < at + timedelta(minutes=1) for other in instants)
        if count > 60:
            yield f"{count} commits in the minute from {at}"


def issued_in_order(workbook: Json) -> Iterator[str]:
    """A2: of two invoices of one series the later number has no earlier date."""
    series: dict[str, list[tuple[str, Any]]] = {}
    for row in table(workbook, "Invoices"):
        if row.get("Number"):
            series.setdefault(str(row["Number"]).rpartition("-")[0], []).append((row["Number"], row.get("Issued")))
    for documents in series.values():
        for (earlier, before), (later, after) in pairwise(sorted(documents)):
            if isinstance(before, int | float) and isinstance(after, int | float) and after < before:
                yield f"{later} was issued before {earlier}"


def wrong_cells_are_owed(
    workbook: Json, memory: Mapping[str, Mapping[str, Json]], debts: Iterable[Debt]
) -> Iterator[str]:
    """I7, I8: a cell that only we write shows what we last wrote or saw there, or a debt names it. For any pause.

    ``memory``: tab -> row id -> cells by field. A row whose id is itself a wrong cell that a debt names is another one.
    """
    owed = list(debts)
    wrong_ids = {(debt.tab, debt.wrong) for debt in owed if debt.field == "id"}
    for key, rows in memory.items():
        tab = BY_KEY[key]
        shown = table(workbook, tab.title)
        counts = Counter(str(row.get("Id")) for row in shown)
        ours = [column for column in tab.columns if column.editor == "ours" and column.field != "id"]
        for row in shown:
            ident = str(row.get("Id"))
            if (key, ident) in wrong_ids:
                continue
            if counts[ident] != 1 or ident not in rows or str(row.get("Note", "")).startswith("pasted"):
                continue  # a copy she pasted brought cells of ours along
            for column in ours:
                there, meant = row.get(column.title), rows[ident].get(column.field)
                if same(there, meant):
                    continue
                if not any((d.tab, d.field) == (key, column.field) and same(d.wrong, mark(there)) for d in owed):
                    yield f"{tab.title} {ident} {column.title} shows {there!r}, not {meant!r}, and no debt names it"
