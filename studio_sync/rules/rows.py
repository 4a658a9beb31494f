"""She edited the sheet: a new row, a changed cell, a tick. Which rule hears of it, and how to take it back."""

from __future__ import annotations

from sheets_schema.tabs import BY_KEY
from sheets_schema.texts.catalogue import part
from studio_sync.rules import answers, approval, digest, undo
from studio_sync.rules.billing import invoices
from studio_sync.rules.booking import attendance
from studio_sync.rules.facts import RowChanged, RowTyped
from studio_sync.rules.guarded import frozen, put_back, tell_row
from studio_sync.rules.ink import Ink, short_hash
from studio_sync.rules.reasons import why_cleared, why_ticked
from studio_sync.rules.recorded import name_in, name_of, record
from studio_sync.rules.rows_bookings import booking_changed, rule_for
from studio_sync.rules.rows_people import client_changed, message_changed
from studio_sync.rules.today import TEST

MARKS = (("came", "came"), ("no_show", "no-show"), ("sick", "sick"))


#: tabs in which a new row is recorded; of a booking its own rule does it
TYPED = ("clients", "prices", "hours", "invoices", "payments")


def row_typed(ink: Ink, fact: RowTyped) -> None:
    """A row without id gets one; what it means is decided when a read shows it with its id."""
    ident = f"{BY_KEY[fact.tab].prefix}{short_hash(fact.key)}"
    ink.put(fact.tab, ident, match=fact.match, nth=fact.nth, history=fact.history, raw={"id": ident})
    if fact.copied and "problem" in BY_KEY[fact.tab].by_field:
        tell_row(ink, fact.tab, ident, part("problem.copied"))


def row_changed(ink: Ink, fact: RowChanged) -> None:
    """What a change means, by tab. Ticks act; cells that only inform do nothing."""
    ticked = {field for field, raw in fact.after.items() if raw is True and fact.before.get(field) is not True}
    put_back(ink, fact.tab, fact.row_id, fact.spoilt, new=not fact.before)
    if fact.before and not any(fact.changed(field) for field in fact.after):
        return
    match fact.tab:
        case "clients":
            client_changed(ink, fact, ticked)
        case "bookings":
            booking_changed(ink, fact, ticked)
        case "invoices":
            invoices.invoice_changed(ink, fact, ticked)
            if frozen(ink, fact):
                return
        case "templates":
            approval.row_changed(ink, fact)
        case "messages":
            message_changed(ink, fact, ticked)
            return
        case "changes" | "book_changes":
            _undo(ink, fact, ticked)
            return
        case "today":
            _today(ink, fact, ticked)
            return
    _record(ink, fact)


def _record(ink: Ink, fact: RowChanged) -> None:
    """A hand edit of a row we know becomes a row of Changes, so that it can be taken back."""
    tab = BY_KEY[fact.tab]
    changed = {
        field: raw
        for field, raw in fact.after.items()
        if fact.before.get(field) != raw and tab.by_field[field].editor in {"hers", "shared"}
    }
    if not fact.before:
        if fact.tab in TYPED:
            _record_new(ink, fact)
        return
    if not changed:
        return
    titles = ", ".join(tab.column(field).title for field in changed)
    name = fact.row_id.replace("_", " ").capitalize()
    if fact.tab != "settings":
        name = name_of(getattr(ink.snap, fact.tab).get(fact.row_id))
    what = part("log.edited", name=name or tab.title, column=titles)
    before = {field: fact.before.get(field) for field in changed}
    record(
        ink,
        tab,
        what,
        by=ink.by_owner("sheet"),
        row_id=fact.row_id,
        column=titles,
        before=before,
        after=changed,
        undoable=True,
    )


def _record_new(ink: Ink, fact: RowChanged) -> None:
    """A row she typed, so that it can be taken back too."""
    tab = BY_KEY[fact.tab]
    filled = {
        f: raw for f, raw in fact.after.items() if raw not in (None, "", False) and tab.by_field[f].editor == "hers"
    }
    what = part("log.typed", name=name_in(filled), tab=tab.title)
    record(ink, tab, what, by=ink.by_owner("sheet"), row_id=fact.row_id, after=filled, undoable=True)


def _undo(ink: Ink, fact: RowChanged, ticked: set[str]) -> None:
    """Her tick on Undo in Changes."""
    change = getattr(ink.snap, fact.tab).get(fact.row_id)
    if "undo" in ticked and change is not None:
        ink.put(fact.tab, change.id, undo=False, label="tick")
        if change.no:
            undo.undo(ink, change.no, f"undo {change.no}")


def _today(ink: Ink, fact: RowChanged, ticked: set[str]) -> None:
    """A tick in Today: an answer to a question, or came, no-show, sick of a session."""
    kind, _, rest = fact.row_id.partition(":")
    if fact.row_id == TEST and "time" in ticked:
        digest.test_line(ink, (why_ticked(ink, part("today.head_day")),))
    elif kind == "a" and "time" in ticked:
        question, _, choice = rest.partition(":")
        answers.answer(ink, question, choice, said=part("today.head_day"), where="today")
    booking = ink.snap.bookings.get(rest) if kind == "s" else None
    if booking is None:
        return
    who = ink.by_owner("today")
    for field, state in MARKS:
        if field in ticked and booking.state != state:
            needs = attendance.mark(ink, booking, state, who=who)
            client = ink.snap.clients.get(booking.client_id)
            why = (why_ticked(ink, BY_KEY["today"].column(field).title),)
            corrected = attendance.take_back(ink, booking, state, needs=needs, why=why)
            if not corrected and client is not None and rule_for(ink, client) == "tell":
                attendance.tell(ink, booking, state, needs=needs, why=why)
            return
    unticked = {field for field, raw in fact.before.items() if raw is True and fact.after.get(field) is not True}
    for field, state in MARKS:
        if field in unticked and booking.state == state:
            needs = attendance.mark(ink, booking, "booked", who=who)
            why = (why_cleared(ink, BY_KEY["today"].column(field).title),)
            attendance.take_back(ink, booking, "booked", needs=needs, why=why)
