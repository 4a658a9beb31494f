"""She edited the sheet: a new row, a changed cell, a tick. What each tab's rows mean when they change."""

from __future__ import annotations

import dataclasses
from typing import Any

from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import TYPES, Booking
from sheets_schema.texts.catalogue import part
from studio_sync.rules import answers, undo
from studio_sync.rules.billing import invoices
from studio_sync.rules.booking import attendance
from studio_sync.rules.booking.book import confirm
from studio_sync.rules.booking.cancel import give_back
from studio_sync.rules.booking.places import MINUTES, NoPlace, find_place
from studio_sync.rules.booking.seats import event_of, price_of, put_seat, stand_up, wanted_of
from studio_sync.rules.changes import as_words, change_id
from studio_sync.rules.commands.names import find_clients
from studio_sync.rules.effects import Seat
from studio_sync.rules.facts import RowChanged, RowGone, RowTyped
from studio_sync.rules.ink import Ink, Who, short_hash
from studio_sync.rules.newcomers import code_for


def row_typed(ink: Ink, fact: RowTyped) -> None:
    """A row without id gets one; what it means is decided when a read shows it with its id."""
    prefix = BY_KEY[fact.tab].prefix
    ident = f"{prefix}{short_hash(fact.key)}"
    ink.put(fact.tab, ident, match=fact.match, nth=fact.nth, history=fact.history, raw={"id": ident})


def row_changed(ink: Ink, fact: RowChanged) -> None:
    """What a change means, by tab. Ticks act; cells that only inform do nothing."""
    match fact.tab:
        case "clients":
            _client(ink, fact)
        case "bookings":
            _booking(ink, fact)
        case "invoices":
            _invoice(ink, fact)
        case "messages":
            _message(ink, fact)
        case "changes":
            change = ink.snap.changes.get(fact.row_id)
            if _ticked(fact, "undo") and change is not None and change.no:
                ink.put("changes", change.id, undo=False)
                undo.undo(ink, change.no, f"undo {change.no}")
        case "today":
            _today(ink, fact)
        case _:
            _record(ink, fact)


def _ticked(fact: RowChanged, field: str) -> bool:
    return fact.after.get(field) is True and fact.before.get(field) is not True


def _record(ink: Ink, fact: RowChanged, name: str = "") -> None:
    """A hand edit of a row we know becomes a row of Changes, so that it can be taken back."""
    if not fact.before:
        return
    changed = {k: v for k, v in fact.after.items() if fact.before.get(k) != v}
    if not changed:
        return
    tab = BY_KEY[fact.tab]
    changed = {k: v for k, v in changed.items() if tab.column(k).editor in {"hers", "shared"}}
    if not changed:
        return
    ink.put(
        "changes" if tab.role == "studio" else "book_changes",
        change_id(fact.key),
        projection=True,
        no=ink.number(),
        when=ink.now,
        who=f"{ink.snap.settings.owner_name}, sheet",
        what=f"{name or tab.title}: {', '.join(tab.column(field).title for field in changed)}",
        tab=tab.title,
        column=", ".join(tab.column(field).title for field in changed),
        before=as_words({k: fact.before.get(k) for k in changed}),
        after=as_words(changed),
        state="done",
        key=fact.key,
        row_id=fact.row_id,
    )


def _client(ink: Ink, fact: RowChanged) -> None:
    """A new client gets clean cells; a changed phone is tidied. Nothing is sent."""
    client = ink.snap.clients.get(fact.row_id)
    if client is None or not (client.name or client.phone):
        return
    values: dict[str, Any] = {}
    if client.phone and fact.after.get("phone") != client.phone:
        values["phone"] = client.phone
    today = ink.now.astimezone(ink.snap.settings.zone).date()
    if client.name and not client.code:
        values |= {"code": code_for(ink, client.name, client.phone), "since": client.since or today}
    if not client.status:
        values["status"] = "active"
    if not client.messages:
        values["messages"] = "all"
    if values:
        ink.put("clients", client.id, label="tidy", **values)
    if _ticked(fact, "remind"):
        _remind(ink, fact.row_id)
    _record(ink, fact, client.name)


def _remind(ink: Ink, client_id: str) -> None:
    from studio_sync.rules.booking.seats import starts, upcoming

    client = ink.snap.clients.get(client_id)
    coming = upcoming(ink.snap, client_id, ink.now)
    start = starts(ink.snap, coming[0]) if coming else None
    if client is None or start is None or not client.phone:
        ink.put("clients", client_id, remind=False, sent=part("tick.no_booking"), label="remind")
        return
    wanted = wanted_of(ink.snap, coming[0])
    if wanted is not None:
        confirm(ink, client, coming[0].id, wanted, needs=(), why=(_why(ink, "Remind"),))
    ink.put("clients", client_id, remind=False, sent=part("tick.sending"), label="remind")


def _why(ink: Ink, column: str) -> str:
    local = ink.now.astimezone(ink.snap.settings.zone)
    return part("why.ticked", owner=ink.snap.settings.owner_name, column=column, time=f"{local:%H:%M}")


def _booking(ink: Ink, fact: RowChanged) -> None:
    booking = ink.snap.bookings.get(fact.row_id)
    if booking is None:
        return
    if _ticked(fact, "tell"):
        _tell(ink, booking)
    if not booking.session and booking.state in {"", "booked"}:
        _new_booking(ink, booking)
        return
    if fact.changed("state"):
        _state(ink, booking, str(fact.before.get("state") or ""))
    elif booking.state == "booked" and fact.changed("date", "time", "minutes", "type"):
        _moved(ink, booking)
    _record(ink, fact, booking.client)


def _new_booking(ink: Ink, booking: Booking) -> None:
    """A row she typed: booked when it is complete and there is a place; else its Problem column says what is missing."""
    match = find_clients(booking.client, ink.snap.clients) if booking.client else None
    if match is None or match.kind != "one" or booking.date is None or booking.time is None:
        return
    client = match.clients[0]
    kind = booking.type if booking.type in TYPES else client.usual_type or "single"
    wanted = wanted_of(ink.snap, dataclasses.replace(booking, client_id=client.id, type=kind))
    if wanted is None:
        return
    place = find_place(ink.snap, wanted, ink.now)
    if isinstance(place, NoPlace):
        return
    session = place.event.session if place.event else ink.mint("s-")
    diary = put_seat(ink, place.event, wanted, session, Seat(booking=booking.id, client=client.id, name=client.name))
    ink.put(
        "bookings",
        booking.id,
        needs=(diary,),
        log=f"Booked: {client.name}",
        by=f"{ink.snap.settings.owner_name}, sheet",
        undoable=True,
        client=client.name,
        state="booked",
        type=kind,
        minutes=booking.minutes or MINUTES,
        pay_with=booking.pay_with or "invoice",
        price=booking.price if booking.price is not None else price_of(ink.snap, client, kind),
        source="sheet",
        changed=ink.now,
        client_id=client.id,
        session=session,
    )
    rule = client.tell_changes or ink.snap.settings.sheet_changes
    if rule == "tell":
        confirm(ink, client, booking.id, wanted, needs=(diary,), why=(_why(ink, "Bookings"),))


def _tell(ink: Ink, booking: Booking) -> None:
    client = ink.snap.clients.get(booking.client_id)
    wanted = wanted_of(ink.snap, booking)
    if client is None or wanted is None or booking.state != "booked":
        ink.put("bookings", booking.id, tell=False, label="tell")
        return
    if not client.phone:
        ink.put("bookings", booking.id, tell=False, told=part("tick.no_phone"), label="tell")
        return
    confirm(ink, client, booking.id, wanted, needs=(), why=(_why(ink, "Tell"),))
    ink.put("bookings", booking.id, tell=False, told=part("tick.telling"), label="tell")


def _state(ink: Ink, booking: Booking, before: str) -> None:
    """She chose another state: the diary follows."""
    if before in {"booked", "held"} and not booking.seated:
        stand_up(ink, booking)
    elif booking.state == "booked" and event_of(ink.snap, booking) is None:
        wanted = wanted_of(ink.snap, booking)
        place = find_place(ink.snap, wanted, ink.now) if wanted else None
        if wanted and place and not isinstance(place, NoPlace):
            session = place.event.session if place.event else ink.mint("s-")
            seat = Seat(booking=booking.id, client=booking.client_id, name=booking.client)
            key = put_seat(ink, place.event, wanted, session, seat)
            ink.put("bookings", booking.id, needs=(key,), session=session, label="seat")


def _moved(ink: Ink, booking: Booking) -> None:
    """She typed another day or time: the seat moves in the diary too, when there is a place."""
    wanted = wanted_of(ink.snap, booking)
    event = event_of(ink.snap, booking)
    if wanted is None or event is None or (event.start == wanted.start and event.type == wanted.type):
        return
    place = find_place(ink.snap, wanted, ink.now)
    if isinstance(place, NoPlace):
        return
    freed = stand_up(ink, booking)
    session = place.event.session if place.event else ink.mint("s-")
    seat = Seat(booking=booking.id, client=booking.client_id, name=booking.client)
    key = put_seat(ink, place.event, wanted, session, seat)
    needs = tuple(k for k in (freed, key) if k)
    ink.put("bookings", booking.id, needs=needs, session=session, changed=ink.now, label="moved")


def _invoice(ink: Ink, fact: RowChanged) -> None:
    invoice = ink.snap.invoices.get(fact.row_id)
    if invoice is None:
        return
    if not invoice.state:
        ink.put("invoices", invoice.id, state="draft", label="draft")
    if _ticked(fact, "send"):
        invoices.send_ticked(ink, invoice)
    _record(ink, fact, invoice.client)


def _message(ink: Ink, fact: RowChanged) -> None:
    """Reply and Send in Messages: an answer typed by her, as free text in her own words."""
    row = ink.snap.messages.get(fact.row_id)
    if row is None or not _ticked(fact, "send"):
        return
    if not row.reply:
        ink.put("messages", row.id, send=False, label="reply")
        return
    heard = ink.snap.chats.get(row.number)
    if heard is None or (ink.now - heard).total_seconds() > 86400:
        since = heard.astimezone(ink.snap.settings.zone) if heard else None
        closed = (
            part("tick.chat_closed", start=f"{since:%a} {since.day} {since:%b %H:%M}")
            if since
            else part("tick.no_template")
        )
        ink.put("messages", row.id, send=False, sent=closed, label="reply")
        return
    client = ink.snap.clients.get(row.client_id)
    person = Who(
        address=row.number,
        who=row.client_id,
        name=row.who,
        first=(client.name.split()[0] if client and client.name else ""),
    )
    ink.send(person, "talk.own_words", values={"text": row.reply}, why=(_why(ink, "Send"),), label=row.id)
    ink.put("messages", row.id, send=False, reply="", sent=part("tick.sending"), label="reply")


def _today(ink: Ink, fact: RowChanged) -> None:
    """A tick in Today: an answer to a question, or came, no-show, sick of a session."""
    kind, _, rest = fact.row_id.partition(":")
    if kind == "a" and _ticked(fact, "time"):
        question, _, answer = rest.partition(":")
        answers.answer(ink, question, answer, said="Today")
        return
    if kind != "s":
        return
    booking = ink.snap.bookings.get(rest)
    if booking is None:
        return
    for field, state in (("came", "came"), ("no_show", "no-show"), ("sick", "sick")):
        if _ticked(fact, field) and booking.state != state:
            attendance.mark(ink, booking, state, who=f"{ink.snap.settings.owner_name}, Today")
            return


def row_gone(ink: Ink, fact: RowGone) -> None:
    """A row vanished. A future booking asks her; until she answers its place is kept."""
    booking = ink.snap.bookings.get(fact.row_id) if fact.tab == "bookings" else None
    if booking is None or booking.state != "booked":
        return
    give_back(ink, booking, state="cancelled", who=f"{ink.snap.settings.owner_name}, sheet", verb="Row deleted")
