"""What becomes true in the journal when a commit is settled, lost, or found to be someone else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.columns import Role
from sheets_schema.debts import Debt, read_debts
from sheets_schema.head import broken_line
from sheets_schema.images import before_in, debts_in, moved_in, read_images, read_label
from sheets_schema.reading import Reading
from studio_sync.delivery.sheet import unseen
from studio_sync.delivery.sheet.batch import Batch
from studio_sync.delivery.sheet.judge import Verdict, judge
from studio_sync.delivery.sheet.plan import tab_role
from studio_sync.delivery.sheet.recover import begin, put_recovery, recovery_of
from studio_sync.delivery.sheet.today import DRAWN
from studio_sync.journal import Journal, Tx
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.facts import Outcome, RowChanged
from studio_sync.workbooks import LiveWorkbook, Notes

Grid = Sequence[Sequence[Raw]]


def open_debts(tx: Tx, book: LiveWorkbook) -> tuple[tuple[Debt, ...], tuple[Debt, ...]]:
    """Wrong cells not mended yet, and those that the sheet lists."""
    kept = tx.get_meta(book.debts_key) or {}
    return read_debts(kept.get("open", ())), read_debts(kept.get("listed", ()))


def put_debts(tx: Tx, book: LiveWorkbook, debts: Sequence[Debt], listed: Sequence[Debt]) -> None:
    """Keep both lists."""
    kept = {"open": [debt.to_text() for debt in debts], "listed": [debt.to_text() for debt in listed]}
    if kept != (tx.get_meta(book.debts_key) or {"open": [], "listed": []}):
        tx.put_meta(book.debts_key, kept)


def settle(tx: Tx, book: LiveWorkbook, batch: Batch, grid: Grid, now: datetime) -> None:
    """The commit is confirmed: everything it says is so, but for what its before-images show. Only now is anybody told
    a number. ``grid``: cells of ``_studio`` from E1, as of this commit or a later one.
    """
    verdict = _verdict(tx, book, batch, grid)
    tx.put_meta(book.head_key, {"n": batch.slot, "batch": batch.batch_id})
    tx.put_meta(book.counters_key, dict(batch.head.counters))
    hers = {(each.tab, each.row_id, each.field) for each in verdict.hers}
    for tab, rows in batch.rows.items():
        known = tx.rows(tab)
        tx.put_rows(
            tab,
            {
                row_id: {
                    **known.get(row_id, {}),
                    **{f: raw for f, raw in cells.items() if (tab, row_id, f) not in hers},
                }
                for row_id, cells in rows.items()
            },
        )
    for tab, rows in batch.drawn.items():
        tx.drop_rows(tab, [row_id for row_id in tx.rows(tab) if row_id not in rows])
        tx.put_rows(tab, rows)
        tx.put_meta(DRAWN, list(rows))
    tx.put_meta(book.signed_key, batch.head.written_at or now.isoformat())
    put_debts(tx, book, verdict.debts, batch.listed)
    recovery = recovery_of(tx, book)
    if batch.recovery and recovery is not None:
        put_recovery(tx, book, replace(recovery, stage="look"), file=True)
    results = {settled.key: settled.result for settled in batch.settled}
    _settle_all(tx, book, {key: result for key, result in results.items() if key not in verdict.again}, now)
    if verdict.unseen:
        tx.put_meta(book.unseen_key, [unseen.kept(update, results) for update in verdict.unseen])
    _tell(tx, batch.batch_id, verdict, now)
    tx.clear_attempts(book.role)
    if not follows(batch, grid):
        begin(tx, book, f"the sheet was put back while commit {batch.slot} was written", now)


def _settle_all(tx: Tx, book: LiveWorkbook, results: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
    """Effects that are done. Numbers that were given must be seen in the sheet from now on."""
    given = {
        str(result["number"]): queued.effect.row_id
        for key, result in results.items()
        if result.get("number") and (queued := tx.effect(key)) is not None and isinstance(queued.effect, PutRow)
    }
    if given:
        tx.put_meta(book.documents_key, (tx.get_meta(book.documents_key) or {}) | given)
    for key, result in results.items():
        settle_one(tx, key, result, now)


def look_after(tx: Tx, book: LiveWorkbook, reading: Reading, now: datetime) -> None:
    """Judge what no before-image showed, by this reading: wrong rows are put back as remembered, and she is told."""
    entries = tx.get_meta(book.unseen_key)
    if not entries:
        return
    for entry in entries:
        update = unseen.read_kept(entry)
        debts, listed = open_debts(tx, book)
        looked = unseen.look(update, reading, tx.rows(update.tab), debts)
        put_debts(tx, book, looked.debts, listed)
        if looked.right:
            _settle_all(tx, book, dict(entry["settled"]), now)
        for row in looked.hit:
            key = f"unseen:{reading.head.batch if reading.head else ''}:{row.id}"
            told = {"of": "unseen", "tab": update.tab, "row_id": row.id, "sure": len(looked.hit) == 1}
            tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=False, result=told))
    tx.put_meta(book.unseen_key, None)


def _verdict(tx: Tx, book: LiveWorkbook, batch: Batch, grid: Grid) -> Verdict:
    """Of a commit that another one followed the images are gone: its writer has judged it, and carries the debts on."""
    known = open_debts(tx, book)[0]
    label = read_label(grid)
    if not batch.label.places or label is None:
        return Verdict(debts=known)
    if label.batch != batch.batch_id:
        return Verdict(debts=debts_in(grid))
    moved = moved_in(batch.label, grid)
    return judge(batch.label, read_images(batch.label, grid), known, moved=moved, added=batch.appended if moved else {})


def shows(batch: Batch, grid: Grid) -> bool:
    """Whether an answer to this commit has what it is judged by."""
    label = read_label(grid)
    return label is not None and label.batch == batch.batch_id


def follows(batch: Batch, grid: Grid) -> bool:
    """Whether this commit was applied on what it was planned on. A version put back in between knows nothing of the
    commit before; its lock may stand on the sheet all the same. What another commit has written over counts as true.
    """
    if batch.recovery or batch.slot < 2 or not shows(batch, grid):
        return True
    return before_in(grid).split()[:2] == [str(batch.slot - 1), batch.head.before]


def _tell(tx: Tx, batch_id: str, verdict: Verdict, now: datetime) -> None:
    """She typed while we wrote: hers stands, and Today says so. A box ticked while Today was drawn counts."""
    for each in verdict.hers:
        key = f"hers:{batch_id}:{each.row_id}:{each.field}"
        told = {"of": "hers", "tab": each.tab, "row_id": each.row_id, "field": each.field, "ours": each.ours}
        told["typed"] = each.typed
        tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=False, result=told))
    for line, name in verdict.ticks:
        rev = tx.bump("today", line)
        tx.put_fact(
            RowChanged(
                key=f"row:today:{line}:{rev}",
                at=now,
                tab="today",
                row_id=line,
                rev=rev,
                before={name: False},
                after={name: True},
            )
        )


def settle_one(tx: Tx, key: str, result: Mapping[str, Any], now: datetime) -> None:
    """One effect is in the sheet, or has no row to be written into any more."""
    queued = tx.effect(key)
    if not tx.done(key, result, now) or queued is None:
        return
    if isinstance(queued.effect, PutRow) and result.get("number"):
        told = {"of": "number", "row_id": queued.effect.row_id, **result}
        tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=True, result=told))


def park(tx: Tx, fact_key: str, role: Role, reason: str, now: datetime) -> None:
    """The sheet refuses what this fact writes, and a commit without it is settled: shown to a person."""
    for queued in tx.effects_of(fact_key):
        effect = queued.effect
        if isinstance(effect, PutRow | DropRow) and queued.state in {"queued", "waiting"} and tab_role(effect) == role:
            tx.park(effect.key, f"the sheet refused it: {reason}", now)
            told = {"of": "parked", "tab": effect.tab, "row_id": effect.row_id, "reason": reason}
            tx.put_fact(
                Outcome(key=f"outcome:{effect.key}:parked", at=now, effect_key=effect.key, ok=False, result=told)
            )


def lost(tx: Tx, book: LiveWorkbook) -> None:
    """The slot is not ours: forget the attempts. Nothing was told, so numbers are simply given anew."""
    tx.clear_attempts(book.role)


def take_note(tx: Tx, book: LiveWorkbook, notes: Notes) -> None:
    """The last commit is another writer's, or was not judged by us: judge it, before ours writes over its images."""
    label = read_label(notes.grid)
    listed = debts_in(notes.grid)
    debts = listed
    if label is not None and label.batch == notes.head.batch:
        verdict = judge(label, read_images(label, notes.grid), listed, moved=moved_in(label, notes.grid))
        debts = verdict.debts
        tx.put_meta(book.unseen_key, [unseen.kept(update, {}) for update in verdict.unseen] or None)
    put_debts(tx, book, debts, listed)
    # What it wrote is news to the watch, and no typing over cells of ours.
    tx.put_meta(book.head_key, {"n": notes.head.n, "batch": notes.head.batch, "noted": True})


def learn(journal: Journal, book: LiveWorkbook, now: datetime) -> bool:
    """The head is not where we left it. True: someone else's commits were taken note of. False: the workbook does not
    go on from our last commit, and a recovery begins; what we remember of it is now all that is known.
    """
    notes = book.notes(now)
    with journal.write() as tx:
        known = tx.get_meta(book.head_key) or {"n": 0, "batch": ""}
        reason = broken_line((known["n"], known["batch"]), notes.head, notes.history)
        if reason:
            begin(tx, book, reason, now, notes.head)
        else:
            take_note(tx, book, notes)
    return not reason
