"""The workbook was put back to an older version, or our notes in it were lost: begin the chain anew, lose no document.

Three stages, kept in the journal; until the last one is over nothing is numbered and no client gets a message. *lost*:
a recovery commit takes over whatever token is on the sheet. *look*: a fresh read tells what is missing; documents and
our own records are queued under their own numbers, other rows are offered to the owner. *write*: these are written, and
a read that shows every document ends it. Source: spec commit-chain 2, rules 3 and 15 to 17.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.debts import Debt
from sheets_schema.head import (
    FIRST,
    MARKER_KEY,
    TITLE,
    Head,
    add_token_request,
    drop_token_request,
    head_requests,
    marker_request,
    tab_requests,
    token_of,
)
from sheets_schema.images import Label, debt_requests, image_requests
from sheets_schema.reading import Reading, SeenTab, same
from sheets_schema.tabs.people import CLIENTS
from studio_sync.delivery.sheet.batch import Batch
from studio_sync.delivery.sheet.today import DRAWN
from studio_sync.journal import FROZEN, Tx
from studio_sync.ports import WorkbookShape
from studio_sync.rules.effects import PutRow
from studio_sync.rules.facts import Outcome
from studio_sync.rules.wishes import still_wanted
from studio_sync.workbooks import LiveWorkbook, tokens_of

#: our own records: written again without asking
RECORDS = frozenset({"messages", "changes", "book_changes", "questions"})
#: tabs of documents: in the others a number is somebody's phone, or a bank's
NUMBERED = frozenset({"invoices"})
Rows = dict[str, dict[str, Raw]]
#: a recovery copies no row, so it needs no room; it empties so many cells of the list of debts
_ANY_GRID, _DEBT_CELLS = (10**6, 10**6), 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovery:
    """How far it got."""

    #: lost, look, write
    stage: str
    reason: str
    #: ISO instants: when we noticed, and when the version that stands there was written; "" when nobody knows
    since: str
    back_to: str = ""
    #: under this key of a fact the missing rows are queued
    key: str = ""


def recovery_of(tx: Tx, book: LiveWorkbook) -> Recovery | None:
    """The recovery that is going on; None when all is well."""
    kept = tx.get_meta(book.recovery_key)
    return Recovery(**kept) if kept else None


def put_recovery(tx: Tx, book: LiveWorkbook, recovery: Recovery | None, *, file: bool = False) -> None:
    """Keep it, or that it is over: for this role, or for every role of the file."""
    frozen = set(tx.get_meta(FROZEN) or [])
    for key in book.recovery_keys if file else [book.recovery_key]:
        tx.put_meta(key, asdict(recovery) if recovery else None)
        frozen = frozen | {key} if recovery else frozen - {key}
    tx.put_meta(FROZEN, sorted(frozen))


def begin(tx: Tx, book: LiveWorkbook, reason: str, now: datetime, head: Head | None = None) -> None:
    """Freeze, and begin at the beginning: also when the sheet is put back once more in the middle of it."""
    back_to = head.written_at if head else ""
    before = recovery_of(tx, book)
    if before is not None and before.stage == "lost":
        return
    lost = Recovery(stage="lost", reason=reason, since=now.isoformat(), back_to=back_to)
    put_recovery(tx, book, lost, file=True)


# -- the commit


def recovery_batch(
    book: LiveWorkbook,
    shape: WorkbookShape,
    head: Head | None,
    *,
    known: Mapping[str, Any] | None,
    counters: Mapping[str, int],
    debts: Sequence[Debt],
    batch_id: str,
    now: datetime,
) -> Batch:
    """The commit that takes over: beyond every number used before, on the token that is there.

    Without any token its own one follows from the slot and the head, so that two who try collide. Without our tab the
    title is the lock.
    """
    tokens = tokens_of(shape)
    markers = [n for n, (key, _) in shape.markers.items() if key == MARKER_KEY]
    told = [int(text.split()[1]) for text in tokens.values() if text.split()[1:2] and text.split()[1].isdigit()]
    last = head or Head(spreadsheet=book.port.id, n=0, batch=FIRST, before="")
    slot = max(last.n, (known or {}).get("n", 0), *markers, *told, 0) + 1
    most = {name: max(last.counters.get(name, 0), counters.get(name, 0)) for name in {*last.counters, *counters}}
    following = last.next(batch_id, most, book.writer, now.isoformat(timespec="seconds"), n=slot)
    missing_tab = not any(sheet.title == TITLE for sheet in shape.sheets)
    if not tokens and not missing_tab:
        following = replace(following, token=token_of(f"{slot}:{last.batch}"))
    label = Label(batch=batch_id)
    requests: list[Mapping[str, Any]] = list(tab_requests()) if missing_tab else []
    requests += [drop_token_request(token) for token in sorted(tokens)]
    requests += [*image_requests(label, {}, _ANY_GRID)[1], *debt_requests(debts, _DEBT_CELLS)]
    requests += head_requests(following, recovery=True)
    requests += [add_token_request(following), marker_request(slot, batch_id)]
    return Batch(
        batch_id=batch_id,
        head=following,
        requests=tuple(requests),
        settled=(),
        predecessor=min(tokens, default=0),
        label=label,
        listed=tuple(debts),
        recovery=True,
    )


def locks_broken(shape: WorkbookShape, head: Head) -> str:
    """Whether token and markers on the sheet belong to another moment than its cells; why, or ""."""
    tokens = tokens_of(shape)
    if set(tokens) != {head.token}:
        return "the lock on the sheet is not that of its last commit"
    if shape.markers.get(head.n + 1, ("",))[0] == MARKER_KEY:
        return f"commit {head.n + 1} has a marker and is not in the history"
    return ""


# -- what is missing


@dataclass(kw_only=True, slots=True)
class Missing:
    """What we remember and the sheet does not show."""

    #: documents and their lines: tab -> row id -> cells; and our own records
    documents: dict[str, Rows] = field(default_factory=dict)
    records: dict[str, Rows] = field(default_factory=dict)
    #: what clients said about messages, where their rows show more again: like our own records
    wishes: Rows = field(default_factory=dict)
    #: everything else
    others: dict[str, Rows] = field(default_factory=dict)
    #: numbers that another document holds now: number -> its row
    taken: dict[str, str] = field(default_factory=dict)


def documents_gone(reading: Reading, known: Mapping[str, str]) -> list[str]:
    """Numbers given by us (number -> row) that neither their tab nor Changes shows any more."""
    if not known:
        return []
    told = {str(row.raws.get("row_id")) for key in RECORDS & set(reading.tabs) for row in reading.tabs[key].rows}
    there: set[str] = set()
    for seen in reading.tabs.values():
        if seen.tab.key in NUMBERED and seen.headers.broken:
            return []
        there |= set(_numbers_of(seen) or ())
    return [number for number, row_id in known.items() if number not in there and row_id not in told]


def _numbers_of(seen: SeenTab) -> dict[str, str] | None:
    """Number -> row id, of a tab whose rows we number; None for any other, or one that cannot be read."""
    if seen.tab.key not in NUMBERED or seen.headers.broken:
        return None
    return {str(row.raws["number"]): row.id for row in seen.rows if row.raws.get("number")}


def missing_rows(reading: Reading, memory: Mapping[str, Mapping[str, Mapping[str, Raw]]]) -> Missing:
    """What to write again, and what to ask about."""
    found = Missing()
    for key, seen in reading.tabs.items():
        if seen.tab.drawn or seen.headers.broken:
            continue
        numbers = _numbers_of(seen)
        for row_id, raws in memory.get(key, {}).items():
            row, number = seen.find(row_id), str(raws.get("number") or "")
            if numbers is not None and number:
                if number in numbers and numbers[number] != row_id:
                    found.taken[number] = numbers[number]
                else:
                    _document(found, seen, row_id, raws)
            elif row is not None:
                if key == CLIENTS.key and (wishes := still_wanted(raws, row.raws)):
                    found.wishes[row_id] = wishes
            else:
                kind = found.records if key in RECORDS else found.others
                kind.setdefault(key, {})[row_id] = dict(raws)
    again = set(found.documents.get("invoices", ()))
    lines = found.others.get("lines", {})
    of_documents = {row_id: raws for row_id, raws in lines.items() if raws.get("invoice") in again}
    if of_documents:
        found.documents["lines"] = of_documents
        found.others["lines"] = {row_id: raws for row_id, raws in lines.items() if row_id not in of_documents}
    found.others = {key: rows for key, rows in found.others.items() if rows}
    return found


def _document(found: Missing, seen: SeenTab, row_id: str, raws: Mapping[str, Raw]) -> None:
    """An issued document never changes: written again whole, or what of it is ours where it stands as it once was."""
    row = seen.find(row_id)
    if row is None or not row.raws.get("number"):
        found.documents.setdefault(seen.tab.key, {})[row_id] = dict(raws)
        return
    ours = {
        name: raw
        for name, raw in raws.items()
        if name in seen.tab.by_field
        and seen.tab.by_field[name].editor == "ours"
        and name != "problem"
        and not same(raw, row.raws.get(name))
    }
    if ours:
        found.documents.setdefault(seen.tab.key, {})[row_id] = ours


def take_stock(tx: Tx, book: LiveWorkbook, reading: Reading, recovery: Recovery, now: datetime) -> Recovery:
    """What stands there now counts as seen and causes nothing; what is missing is queued, or offered."""
    memory = {key: tx.rows(key) for key in reading.tabs}
    found = missing_rows(reading, memory)
    adopted = tx.get_meta(book.history_key) or {}
    for key, seen in reading.tabs.items():
        if seen.headers.broken:
            continue
        present = {row.id: _unticked(key, row.raws) for row in seen.rows if row.id}
        gone = [row_id for row_id in memory[key] if row_id not in present]
        for row_id in gone:
            tx.bump(key, row_id)
        tx.drop_rows(key, gone)
        tx.put_rows(key, present)
        adopted.pop(key, None)  # rows without id are history as well
        if seen.tab.drawn:
            tx.put_meta(DRAWN, list(present))
    tx.put_meta(book.history_key, adopted)
    fact_key = f"recover:{book.role}:{now.isoformat()}"
    puts = [
        PutRow(
            key=f"{fact_key}/row:{key}:{row_id}",
            tab=key,
            row_id=row_id,
            cells={name: raw for name, raw in raws.items() if name != "id"},
            back=True,
        )
        for part in (found.documents, found.records, {CLIENTS.key: found.wishes})
        for key, rows in part.items()
        for row_id, raws in sorted(rows.items(), key=lambda item: _moment(item[1]))
    ]
    # One fact each: they may ride in several commits.
    for put in puts:
        tx.put_effects(f"{fact_key}/{put.tab}:{put.row_id}", [put], now)
    _tell(tx, book, found, recovery, fact_key, now)
    return replace(recovery, stage="write", key=fact_key)


def _moment(raws: Mapping[str, Raw]) -> float:
    """When it was, so that Messages and Changes come back in their order."""
    when = raws.get("when")
    return float(when) if isinstance(when, float | int) else 0.0


def _unticked(tab: str, raws: Mapping[str, Raw]) -> dict[str, Raw]:
    """A tick on an invoice without a number was certainly not acted on: it counts from now on."""
    waits = tab == "invoices" and raws.get("send") is True and not raws.get("number")
    return {**raws, "send": False} if waits else dict(raws)


def _tell(tx: Tx, book: LiveWorkbook, found: Missing, recovery: Recovery, key: str, now: datetime) -> None:
    offered = sum(len(rows) for rows in found.others.values())
    numbers = [str(raws["number"]) for raws in found.documents.get("invoices", {}).values() if raws.get("number")]
    if found.taken:
        kept = tx.get_meta(book.documents_key) or {}
        tx.put_meta(book.documents_key, {n: row_id for n, row_id in kept.items() if n not in found.taken})
    for number, row_id in found.taken.items():
        told: dict[str, Any] = {"of": "number_taken", "number": number, "row_id": row_id}
        tx.put_fact(Outcome(key=f"outcome:{key}:{number}", at=now, effect_key=key, ok=False, result=told))
    if not offered and not numbers and not found.wishes and not any(found.records.values()):
        return
    tx.put_meta(f"put_back:{key}", found.others)
    told = {
        "of": "put_back",
        "role": book.role,
        "at": recovery.back_to,
        "rows": offered,
        "numbers": numbers,
        "rest": key,
    }
    tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=False, result=told))
