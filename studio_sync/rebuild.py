"""Notes lost, work goes on: read everything back from the workbook and the diary before anything is decided.

Rows and events at this read are history and cause no message. Receipts come from the rows of Messages
(rules/receipts.py), where the chain stands from its head, numbers from the counters beside it. Source: design 1,
promises 26.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sheets_schema.head import broken_line
from sheets_schema.policies import read_settings
from sheets_schema.reading import Reading
from sheets_schema.snapshot import Snapshot, build, cells
from sheets_schema.tabs.messages import MESSAGES
from studio_sync.delivery.sheet.recover import put_recovery
from studio_sync.delivery.sheet.settle import take_note
from studio_sync.errors import OutsideError, Unavailable
from studio_sync.journal import DIARY, FROZEN, Journal, Tx
from studio_sync.journal.rows import ERA
from studio_sync.journal.snapshots import Snapshots
from studio_sync.journal.traffic import KEPT
from studio_sync.ports import Diary
from studio_sync.rules.cost import LEFT, SERVICE
from studio_sync.rules.effects import PutRow
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import message_id
from studio_sync.rules.receipts import Receipts, receipts
from studio_sync.studio import Studio
from studio_sync.watch.diary import SYNC, DiaryWatch
from studio_sync.watch.sheets import SheetWatch
from studio_sync.workbooks import LiveWorkbook

log = logging.getLogger(__name__)
#: revs of rebuilt notes begin at the seconds since then: beyond any count of changes, and small enough for 60 years
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was read back."""

    #: title of a tab -> rows
    rows: Mapping[str, int]
    events: int
    #: people whose chat is known
    chats: int
    #: messages a person must decide about
    held: int
    #: things asked that are decided again
    again: int


def ensure(studio: Studio) -> Found | None:
    """Before the first step of a worker: read everything back if these notes are new to the workbook.

    Costs one read per workbook otherwise. Raises the ports' errors (Google does not answer) when they are new: ask
    again, and let nothing be decided before.
    """
    books, now = [poll.book for poll in studio.polls], studio.clock.now()
    with studio.journal.write() as tx:
        fresh = [book for book in books if tx.get_meta(book.history_key) is None]
        # A workbook that is not ours any more must not hold messages back.
        ours = {book.recovery_key for book in books}
        tx.put_meta(FROZEN, [name for name in tx.get_meta(FROZEN) or [] if name in ours])
    old = not fresh and any(_behind(studio.journal, book, now) for book in books)
    if not fresh and not old:
        return None
    if old:
        log.warning("these notes are older than the workbook: everything is read back")
        with studio.journal.write() as tx:
            tx.forget_work()
    found = rebuild(studio.journal, books, studio.diary_watch, now=now, force=old, era=old)
    log.info("read back: %s rows, %s events", sum(found.rows.values()), found.events)
    return found


def _behind(journal: Journal, book: LiveWorkbook, now: datetime) -> bool:
    """Whether we wrote on after these notes were saved: they come from a backup. Not believed while nobody answers."""
    with journal.read() as tx:
        known = tx.get_meta(book.head_key)
        attempts = {attempt.batch_id for attempt in tx.attempts(book.role)}
    try:
        notes = book.notes(now)
    except OutsideError:
        return False
    head = notes.head
    if known is None or head.writer != book.writer or head.n <= known["n"] or head.batch in attempts:
        return False
    return not broken_line((known["n"], known["batch"]), head, notes.history)


def rebuild(
    journal: Journal,
    books: Sequence[LiveWorkbook],
    diary_watch: DiaryWatch,
    *,
    now: datetime,
    force: bool = True,
    era: bool = False,
) -> Found:
    """Read everything back in one journal transaction. With ``force`` also what was known already is taken anew;
    ``era``: revs have gone further than these notes know.

    Raises the ports' errors, and ``Unavailable`` while a commit to a workbook is undecided or another program works
    there: ask again.
    """
    with journal.write() as tx:
        heads = [tx.get_meta(book.head_key) for book in books]
        if force and not era:  # old notes know how far they had read the diary, and go on from there
            tx.put_meta(SYNC, None)
    diary_watch.look(now)
    notes = [book.notes(now) for book in books]
    readings = [(book, book.look(now)) for book in books]
    with journal.write() as tx:
        if heads != [tx.get_meta(book.head_key) for book in books]:
            raise Unavailable("sheets", "the workbook was written to in this moment")
        for book, found, head in zip(books, notes, heads, strict=True):
            if force or head is None:
                take_note(tx, book, found)
        return _take(tx, readings, now, force=force, era=era)


def preview(books: Sequence[LiveWorkbook], diary: Diary, now: datetime) -> Found:
    """What ``rebuild`` would find; nothing is changed."""
    events, _ = diary.changes("")
    readings = [book.look(now) for book in books]
    tables = {
        key: {row.id: dict(row.raws) for row in seen.rows if row.id}
        for reading in readings
        for key, seen in reading.tabs.items()
    }
    values = {name: row.get("value") for name, row in tables.get("settings", {}).items()}
    today = now.astimezone(read_settings(values, now.date())[0].zone).date()
    snap = build(tables, [event for event in events if not event.gone], {}, today)
    return _found(readings, len(snap.diary), receipts(snap, now))


def _take(tx: Tx, readings: Sequence[tuple[LiveWorkbook, Reading]], now: datetime, *, force: bool, era: bool) -> Found:
    lost = era or any(
        tx.get_meta(book.history_key) is None and reading.head is not None and reading.head.n > 0
        for book, reading in readings
    )
    if lost:
        tx.put_meta(ERA, max(0, int((now - _BEGINNING).total_seconds())))
    for book, reading in readings:
        _adopt(tx, book, reading, now, force=force)
    snap = Snapshots().load(tx, now)
    known = receipts(snap, now)
    _restore(tx, snap, known, now)
    return _found([reading for _, reading in readings], len(tx.rows(DIARY)), known)


def _adopt(tx: Tx, book: LiveWorkbook, reading: Reading, now: datetime, *, force: bool) -> None:
    """The first read of a workbook, once more."""
    if book.foreign:
        raise Unavailable("sheets", f"another program, {book.foreign}, works on this workbook")
    if tx.attempts(book.role) and not force:
        raise Unavailable("sheets", "a write to the workbook is not finished")
    if force:
        # Asked for by hand: a copy still in flight dies on our next token, and keys in Changes tell what is done.
        tx.clear_attempts(book.role)
        put_recovery(tx, book, None)
        tx.put_meta(book.documents_key, None)
        _forget(tx, reading)
        tx.put_meta(book.history_key, None)
    if tx.get_meta(book.history_key) is None:
        tx.put_meta(book.unseen_key, None)  # nobody remembers the rows any more
        SheetWatch(book).notice(tx, reading, now)
        _untick(tx, reading)
    if tx.get_meta(book.history_key) is None:
        raise Unavailable("sheets", "the workbook could not be read")


def _forget(tx: Tx, reading: Reading) -> None:
    for tab in reading.tabs:
        tx.drop_rows(tab, list(tx.rows(tab)))


def _untick(tx: Tx, reading: Reading) -> None:
    """A tick on an invoice without number was certainly not acted on (the number resets it): it counts from now on."""
    if "invoices" not in reading.tabs or reading.head is None or not reading.head.n:
        return
    waiting = {
        row_id: {**raws, "send": False}
        for row_id, raws in tx.rows("invoices").items()
        if raws.get("send") is True and not raws.get("number")
    }
    tx.put_rows("invoices", waiting)


def _restore(tx: Tx, snap: Snapshot, known: Receipts, now: datetime) -> None:
    _restore_sent(tx, snap, now)
    for address, at in known.heard.items():
        tx.heard(address, at)
    for fact in known.done:
        if tx.put_fact(fact):
            tx.handled(fact.key, now)
    for fact in known.again:
        tx.put_fact(fact)
    for send in known.held:
        if tx.effect(send.key) is not None:
            continue
        tx.put_effects(send.key.split("/", maxsplit=1)[0], [send], now)
        tx.hold(send.key, "not sure it arrived", now)
        _row(tx, snap, message_id(send.key), now, state="held", why="Not sure it arrived. Not sent again.")
        told = {"of": "held", "send": send.model_dump(mode="json")}
        tx.put_fact(Outcome(key=f"outcome:{send.key}:held", at=now, effect_key=send.key, ok=False, result=told))
    for row_id in known.lapsed:
        row = snap.messages.get(row_id)
        if row is not None and tx.effect(row.key) is None:
            why = "Not sent: the studio had stopped, and it was of no use any more."
            _row(tx, snap, row_id, now, state="not sent", why=why)


def _restore_sent(tx: Tx, snap: Snapshot, now: datetime) -> None:
    """What left of late counts for WhatsApp's limits, whether we remember it or not."""
    if tx.knows_what_left():
        return
    for row in snap.messages:
        if row.way == "out" and row.state in LEFT and row.key and row.when and row.when > now - KEPT:
            month = f"{row.when.astimezone(snap.settings.zone):%Y-%m}"
            kind = "utility" if row.template else SERVICE
            at, first = row.when.astimezone(UTC), bool(row.template)
            tx.leaves(row.key, row.number, at, free_at=at, text=row.kind, first=first, month=month, kind=kind)


def _row(tx: Tx, snap: Snapshot, row_id: str, now: datetime, **values: str) -> None:
    """The row of Messages, once more in the sheet."""
    put = PutRow(
        key=f"rebuild:{row_id}/row:{now:%Y%m%dT%H%M%S}",
        tab="messages",
        row_id=row_id,
        cells=cells(MESSAGES, snap.context, **values),
        projection=True,
    )
    tx.put_effects(f"rebuild:{row_id}", [put], now)


def _found(readings: Sequence[Reading], events: int, known: Receipts) -> Found:
    return Found(
        rows={
            seen.tab.title: len(seen.rows)
            for reading in readings
            for seen in reading.tabs.values()
            if not seen.tab.drawn and seen.rows
        },
        events=events,
        chats=len(known.heard),
        held=len(known.held),
        again=len(known.again),
    )
