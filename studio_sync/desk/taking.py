"""``takeover``: this copy of the program becomes the one that works. ``adopt``: a copied workbook is one of its own."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sheets_schema.head import HEAD_RANGE, SHEET_ID, TITLE, Head, read_head
from sheets_schema.headers import map_headers
from sheets_schema.reading import quoted
from sheets_schema.tabs import BY_KEY
from sheets_schema.workbook import locate
from studio_sync.config import Config
from studio_sync.delivery.sheet.numbers import BRANCH
from studio_sync.delivery.sheet.recover import recovery_batch
from studio_sync.desk.outside import google
from studio_sync.desk.show import say, wrapped
from studio_sync.errors import UserError
from studio_sync.ports import Diary, Workbook, WorkbookShape
from studio_sync.rebuild import ensure
from studio_sync.studio import Studio, build, clock_of, open_journal
from studio_sync.workbooks import LiveWorkbook

#: steps of a sheet lane in which a sign must have been written
STEPS = 8
DELIVER_HERE = (
    "If WhatsApp delivers to the other one: put this one's address into developers.facebook.com > your app > "
    "WhatsApp > Configuration > Callback URL. WhatsApp keeps what people write until then, up to 7 days. Keep the "
    "other one's data folder until its log names nothing that waits."
)


def takeover(config: Config, *, dry_run: bool = False) -> int:
    """End standing by: sign both workbooks with our name. The other program sees it at its next look, and stands by.

    Raises ``UserError`` when Google does not take it.
    """
    studio = build(config)
    try:
        now = studio.clock.now()
        books = [poll.book for poll in studio.polls]
        others = sorted({book.other_writer(book.notes(now).head, now) for book in books} - {""})
        if not others:
            say(f"No other program works here, so this one ({config.name}) may. Nothing to do.")
            return 0
        if dry_run:
            say(f"{' and '.join(others)} works here now. This copy ({config.name}) would become the one that works.")
            return 0
        _sign(studio, books)
    finally:
        studio.journal.close()
    say(f"This copy ({config.name}) is now the one that works. {' and '.join(others)} stands by.")
    for line in wrapped("", DELIVER_HERE, 0):
        say(line)
    return 0


def _sign(studio: Studio, books: list[LiveWorkbook]) -> None:
    for book in books:
        book.overrule = True
    ensure(studio)
    with studio.journal.write() as tx:
        for book in books:
            tx.put_meta(book.signed_key, None)
    for book in books:
        lane = next(lane for lane, _ in studio.lanes if lane.name == f"sheet:{book.role}")
        for _ in range(STEPS):
            lane.step()
            if book.notes(studio.clock.now()).head.writer == book.writer:
                break
        else:
            raise UserError("The workbook did not take our sign just now.", "Try again: studio-sync takeover")


def adopt(config: Config, *, dry_run: bool = False) -> int:
    """Make copied workbooks ones of their own: a new id in the head, a new series of numbers, and the mode watch.

    Raises ``UserError`` when notes or diary still belong to the original.
    """
    outside = google(config)
    now = clock_of(config).now()
    copies = {role: found for role, port in outside.books.items() if (found := _copy(port)) is not None}
    if not copies:
        say("These workbooks are no copies of others. Nothing to do.")
        return 0
    if outside.diary is None:
        raise UserError("CALENDAR_ID is empty: a copied workbook needs a diary of its own.", _NEW_DIARY)
    _own_notes(config, [head.spreadsheet for head, _ in copies.values()])
    _own_diary(outside.books["studio"], outside.diary)
    for role, (head, shape) in copies.items():
        port = outside.books[role]
        book = LiveWorkbook("books" if role == "books" else "studio", port, config.name)
        if not dry_run:
            port.commit(_adoption(book, shape, head, now))
        verb = "would become" if dry_run else "is now"
        lines = f"{shape.title} {verb} a workbook of its own. Its next invoice has a number of a new series."
        for line in wrapped("", lines, 0):
            say(line)
    say("Nothing was changed." if dry_run else "Its mode is watch: nobody gets a message. Then: studio-sync check")
    return 0


_NEW_DIARY = "Make a new calendar, put its id into .env as CALENDAR_ID, then: studio-sync adopt"


def _copy(port: Workbook) -> tuple[Head, WorkbookShape] | None:
    """The head of another workbook that this one carries, and its shape; None when it is no copy."""
    shape = port.shape()
    if not any(sheet.title == TITLE for sheet in shape.sheets):
        return None
    head = read_head(port.read([HEAD_RANGE])[0])
    return (head, shape) if head is not None and head.spreadsheet != port.id else None


def _own_notes(config: Config, originals: list[str]) -> None:
    journal = open_journal(config)
    try:
        with journal.read() as tx:
            known = [ident for ident in originals if tx.get_meta(f"head:{ident}") is not None]
    finally:
        journal.close()
    if known:
        folder = "Set STUDIO_SYNC_DATA to a new folder, then: studio-sync adopt"
        raise UserError("The notes on this computer belong to the original workbook.", folder)


def _own_diary(port: Workbook, diary: Diary) -> None:
    """A diary with seats of bookings that stand in the copy is the original's."""
    there = locate("studio", port.shape())
    grid = port.read([quoted(there["bookings"].title)])[0] if "bookings" in there else []
    headers = map_headers(BY_KEY["bookings"], grid[0] if grid else ())
    ids = {headers.raws(line).get("id") for line in grid[1:]}
    events, _ = diary.changes("")
    if any(seat.booking in ids for event in events if not event.gone for seat in event.seats):
        raise UserError("The diary of CALENDAR_ID is that of the original workbook.", _NEW_DIARY)


def _adoption(book: LiveWorkbook, shape: WorkbookShape, head: Head, now: datetime) -> list[Mapping[str, Any]]:
    """A recovery commit on our own id. Notes that got another sheet id in the copy are made anew."""
    notes = next(sheet for sheet in shape.sheets if sheet.title == TITLE)
    before: list[Mapping[str, Any]] = []
    if notes.sheet_id != SHEET_ID:
        before = [{"deleteSheet": {"sheetId": notes.sheet_id}}]
        rest = tuple(sheet for sheet in shape.sheets if sheet.title != TITLE)
        shape = dataclasses.replace(shape, sheets=rest, protected={})
    batch = recovery_batch(
        book,
        shape,
        dataclasses.replace(head, spreadsheet=book.port.id),
        known=None,
        counters={BRANCH: head.counters.get(BRANCH, 1) + 1},
        debts=(),
        batch_id=secrets.token_urlsafe(12),
        now=now,
    )
    return [*before, *batch.requests, *_watch(book)]


def _watch(book: LiveWorkbook) -> list[Mapping[str, Any]]:
    """The cell of the mode, set to watch."""
    there = locate(book.role, book.port.shape())
    if "settings" not in there:
        return []
    grid = book.port.read([quoted(there["settings"].title)])[0]
    headers = map_headers(BY_KEY["settings"], grid[0] if grid else ())
    for at, line in enumerate(grid):
        if headers.raws(line).get("id") == "mode" and "value" in headers.columns:
            place = {"rowIndex": at, "columnIndex": headers.columns["value"], "sheetId": there["settings"].sheet_id}
            cells = [{"values": [{"userEnteredValue": {"stringValue": "watch"}}]}]
            return [{"updateCells": {"start": place, "rows": cells, "fields": "userEnteredValue"}}]
    return []
