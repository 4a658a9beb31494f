"""A row vanished from the sheet. A future booking keeps its place while she is asked; everything else means nothing."""

from __future__ import annotations

from typing import Any

from sheets_schema.snapshot import parse_table
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.cancel import tell_cancelled
from studio_sync.rules.booking.seats import label_of, stand_up, starts
from studio_sync.rules.facts import Outcome, RowGone
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called, called_first
from studio_sync.rules.questions import ask, close, data_of
from studio_sync.rules.recorded import name_in, record
from studio_sync.rules.told import told_line

#: tabs of which a deleted row stands in Changes, so that it can be taken back
RECORDED = ("clients", "bookings", "prices", "hours", "invoices", "payments")


def row_gone(ink: Ink, fact: RowGone) -> None:
    """Ask about a future booking: cancel it, or put the row back. Any other row is written down, to be taken back."""
    booking = _booking(ink, fact.row_id, fact.before) if fact.tab == "bookings" else None
    start = starts(ink.snap, booking) if booking else None
    if booking is None or start is None or booking.state != "booked" or start <= ink.now:
        _record(ink, fact)
        return
    first = called_first(booking.client)
    ask(
        ink,
        who="owner",
        about=part("decide.deleted", first=first, start=label_of(ink.snap, booking)),
        answers={"cancel": part("decide.deleted_cancel", first=first), "back": part("decide.deleted_back")},
        rule="row_deleted",
        data={"booking": booking.id, "row": fact.before},
    )


def many_gone(ink: Ink, fact: Outcome) -> None:
    """Many bookings went at once, by her own word: one question about those to come."""
    rows: dict[str, dict[str, Any]] = dict(fact.result["rows"])
    coming = {ident: raws for ident, raws in rows.items() if _to_come(ink, ident, raws)}
    count = words.plural(len(rows), "row")
    if not coming:
        what = part("log.rows_gone", rows=count, tab=BY_KEY["bookings"].title)
        record(ink, BY_KEY["bookings"], what, by=ink.by_owner("sheet"))
        return
    ask(
        ink,
        who="owner",
        about=part("decide.deleted_many", rows=count, n=str(len(coming))),
        answers={"cancel": part("decide.deleted_many_cancel"), "back": part("decide.deleted_back")},
        rule="rows_deleted",
        data={"rows": coming},
    )


def _to_come(ink: Ink, ident: str, raws: dict[str, Any]) -> bool:
    booking = _booking(ink, ident, raws)
    start = starts(ink.snap, booking) if booking else None
    return bool(booking and start and booking.state == "booked" and start > ink.now)


def answered_many(ink: Ink, data: dict[str, Any], choice: str) -> None:
    """The same for each of them; a row that stands there again was put back by her."""
    for ident, raws in dict(data.get("rows", {})).items():
        if ink.snap.bookings.get(str(ident)) is None:
            answered(ink, {"booking": ident, "row": raws}, choice)


def _record(ink: Ink, fact: RowGone) -> None:
    tab = BY_KEY[fact.tab]
    if fact.tab not in RECORDED:
        return
    what = part("log.row_gone", name=name_in(fact.before), tab=tab.title)
    filled = {field: raw for field, raw in fact.before.items() if raw not in (None, "", False)}
    record(ink, tab, what, by=ink.by_owner("sheet"), row_id=fact.row_id, before=filled, undoable=True)


def returned(ink: Ink, fact: Outcome) -> None:
    """She took the deleting back herself: nothing is left to ask, or to take back."""
    rows = set(map(str, fact.result["rows"]))
    for question in ink.snap.questions:
        if question.key == "row_deleted" and question.state == "open" and data_of(question).get("booking") in rows:
            close(ink, question)
    key = f"row:{fact.result['tab']}:"
    for table in ("changes", "book_changes"):
        for change in getattr(ink.snap, table):
            deleted = change.before and not change.after and change.key.startswith(key)
            if deleted and change.row_id in rows and change.state == "done":
                ink.put(table, change.id, projection=True, state="undone", label="undone")


def _booking(ink: Ink, ident: str, raws: dict[str, Any]) -> Booking | None:
    table, _ = parse_table(BY_KEY["bookings"], {ident: raws}, ink.snap.context)
    found = table.get(ident)
    return found if isinstance(found, Booking) else None


def answered(ink: Ink, data: dict[str, Any], choice: str) -> tuple[str, dict[str, str]]:
    """Cancel and tell, or write the row again as it was; the text of the answer. Silence puts it back too."""
    ident, raws = str(data["booking"]), dict(data["row"])
    booking = _booking(ink, ident, raws)
    if booking is None:
        return "answer.left", {}
    raws.pop("id", None)
    name, start = called(booking.client), label_of(ink.snap, booking)
    if choice != "cancel":
        log = part("log.booked", name=name, start=start)
        ink.put("bookings", ident, log=log, by=ink.by_owner("today"), back=True, raw=raws)
        return "answer.put_back", {"name": name, "when": start}
    diary = stand_up(ink, booking)
    needs = (diary,) if diary else ()
    log = part("log.row_deleted", name=name, start=start)
    cancelled = {**raws, "state": "cancelled"}
    ink.put("bookings", ident, needs=needs, log=log, by=ink.by_owner("today"), undoable=True, back=True, raw=cancelled)
    client = ink.snap.clients.get(booking.client_id)
    if client is None:
        return "answer.told", {"told": part("told.nobody", first=name)}
    tell_cancelled(ink, booking, needs=needs, why=ink.asked(part("decide.deleted_cancel", first=name)))
    return "answer.told", {"told": told_line(ink, client, "booking.cancelled_studio", starts(ink.snap, booking))}
