"""Many rows at once are one event with one summary: what could be booked is, nobody is told before she says so."""

from __future__ import annotations

from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.billing import invoices
from studio_sync.rules.booking.book import confirm_row
from studio_sync.rules.booking.seats import starts
from studio_sync.rules.facts import RowChanged, RowsPasted
from studio_sync.rules.guarded import put_back
from studio_sync.rules.ink import Ink
from studio_sync.rules.questions import ask
from studio_sync.rules.reasons import why_ticked
from studio_sync.rules.recorded import record
from studio_sync.rules.rows_bookings import new_row, record_row
from studio_sync.rules.rows_people import client_changed

#: the rule of its question
RULE = "pasted"


def rows_pasted(ink: Ink, fact: RowsPasted) -> None:
    """What the new rows of one look mean. Boxes that came along ticked are no ticks of hers."""
    for row_id, raws in fact.rows.items():
        ticks = {f: False for f, raw in raws.items() if raw is True and BY_KEY[fact.tab].column(f).editor == "tick"}
        put_back(ink, fact.tab, row_id, {**fact.spoilt.get(row_id, {}), **ticks}, new=True)
    if fact.tab == "bookings":
        _bookings(ink, fact)
        return
    for row_id, raws in fact.rows.items():
        change = RowChanged(key=fact.key, at=fact.at, tab=fact.tab, row_id=row_id, rev=0, before={}, after=raws)
        if fact.tab == "clients":
            client_changed(ink, change, set())
        elif fact.tab == "invoices":
            invoices.invoice_changed(ink, change, set())
    _log(ink, fact)


def _bookings(ink: Ink, fact: RowsPasted) -> None:
    booked: list[str] = []
    left = 0
    wrong = {issue.row_id for issue in ink.snap.issues if issue.tab == "bookings"}
    for row_id in fact.rows:
        booking = ink.snap.bookings.get(row_id)
        if booking is None or booking.session:
            continue
        if row_id in wrong:
            left += 1
        elif booking.state in {"", "booked"}:
            done = new_row(ink, booking, quiet=True)
            booked += [row_id] if done else []
            left += not done
        elif not booking.client_id:
            record_row(ink, booking)
    if not booked and not left:
        _log(ink, fact)
        return
    rows, k = words.plural(len(fact.rows), "row"), str(len(booked))
    if booked:
        about = part("problem.pasted", rows=rows, k=k, n=str(left))
        answers = {"tell": part("decide.pasted_tell", k=k), "no": part("decide.pasted_no")}
    else:
        about = part("decide.pasted_none", rows=rows, n=str(left))
        answers = {"no": part("decide.not_done_ok")}
    ask(ink, who="owner", about=about, answers=answers, rule=RULE, data={"bookings": booked}, hours=24 * 7)


def tell_all(ink: Ink, bookings: list[str], said: str) -> int:
    """Her word: everyone whose row is still booked and to come hears of it; how many that are."""
    told = 0
    for ident in bookings:
        booking = ink.snap.bookings.get(ident)
        client: Client | None = ink.snap.clients.get(booking.client_id) if booking else None
        start = starts(ink.snap, booking) if booking else None
        if booking and client and start and start > ink.now and booking.state == "booked":
            told += bool(confirm_row(ink, client, booking, needs=(), why=(why_ticked(ink, said),)))
    return told


def _log(ink: Ink, fact: RowsPasted) -> None:
    tab = BY_KEY[fact.tab]
    rows = words.plural(len(fact.rows), "row")
    record(ink, tab, part("log.pasted", rows=rows, tab=tab.title), by=ink.by_owner("sheet"))
