"""Sitting down and getting up: the diary event of a session, and the row of each person in it."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

from sheets_schema.diary import DiaryEvent
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.places import MINUTES, NoPlace, Place, Wanted, capacity, find_place, same_session
from studio_sync.rules.effects import DropEvent, PutEvent, Seat
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called_first


def event_id(session: str) -> str:
    """The calendar id of a session: hashed from the session, because a deleted id stays taken (facts/google 8).

    Calendar takes ``[0-9a-v]`` only: base32hex in small letters.
    """
    return base64.b32hexencode(hashlib.sha256(session.encode()).digest()[:20]).decode().lower().rstrip("=")


def title_of(kind: str, start: datetime, names: list[str], seats: int) -> str:
    """What people read in the diary: ``08:00 Duo: Mary, John (2/2)``. ``start`` local."""
    count = f" ({len(names)}/{seats})" if seats > 1 else ""
    firsts = [called_first(name) for name in names]
    return f"{start:%H:%M} {kind.capitalize()}: {', '.join(firsts)}{count}"


def sit_down(
    ink: Ink, place: Place, wanted: Wanted, client: Client, *, who: str, what: str, source: str, state: str = "booked"
) -> tuple[str, str]:
    """Take the place: diary first, row when the diary has it. Returns (booking id, key of the diary effect)."""
    session = place.event.session if place.event else ink.mint("s-")
    booking = ink.mint("b-")
    key = put_seat(ink, place.event, wanted, session, Seat(booking=booking, client=client.id, name=client.name))
    local = wanted.start.astimezone(ink.snap.settings.zone)
    ink.put(
        "bookings",
        booking,
        needs=(key,),
        log=what,
        by=who,
        undoable=True,
        date=local.date(),
        time=local.time(),
        client=client.name,
        state=state,
        type=wanted.type,
        minutes=wanted.minutes,
        pay_with="invoice",
        price=price_of(ink.snap, client, wanted.type),
        source=source,
        changed=ink.now,
        client_id=client.id,
        session=session,
    )
    return booking, key


def put_seat(
    ink: Ink, event: DiaryEvent | None, wanted: Wanted, session: str, seat: Seat, *, needs: tuple[str, ...] = ()
) -> str:
    """Make the session's event hold ``seat`` too; the effect's key."""
    seats = (*(Seat(booking=s.booking, client=s.client, name=s.name) for s in event.seats), seat) if event else (seat,)
    ident = event.id if event else event_id(session)
    room = event.capacity if event else capacity(wanted.type)
    return _put(
        ink,
        ident,
        session,
        wanted.start,
        wanted.end,
        wanted.type,
        room,
        seats,
        event.etag if event else "",
        needs=needs,
    )


def stand_up(ink: Ink, booking: Booking) -> str:
    """Free the seat of ``booking`` in the diary; the effect's key, "" when the diary does not have it."""
    event = event_of(ink.snap, booking)
    if event is None:
        return ""
    left = tuple(Seat(booking=s.booking, client=s.client, name=s.name) for s in event.seats if s.booking != booking.id)
    if len(left) == len(event.seats):
        return ""
    if left:
        return _put(ink, event.id, event.session, event.start, event.end, event.type, event.capacity, left, event.etag)
    key = ink.event_key(event.id)
    return ink.event(
        DropEvent(key=key, needs=_after(event.etag), event_id=event.id, etag=event.etag, start=event.start)
    )


def move_seat(
    ink: Ink, booking: Booking, wanted: Wanted, *, instead: str = ""
) -> tuple[str, tuple[str, ...]] | NoPlace:
    """Bring the seat of ``booking`` to ``wanted``: (session, keys of the diary effects), or why there is no place.

    A session of one person moves as it is; out of a shared one the person moves into another session. A booking that
    has no seat gets one. ``instead``: id of a hold on that time that ends with it.
    """
    event = event_of(ink.snap, booking)
    if event is not None and same_session(event, wanted) and event.end == wanted.end:
        return event.session, ()
    alone = event is not None and len(event.seats) == 1
    leaving = (event.id, instead) if event is not None and alone else (instead,)
    place = find_place(ink.snap, wanted, ink.now, leaving=leaving)
    if isinstance(place, NoPlace):
        return place
    ended = drop_hold(ink, instead)
    seat = Seat(booking=booking.id, client=booking.client_id, name=booking.client)
    if event is not None and alone and place.event is None:
        moved = (event.session, wanted.start, wanted.end, wanted.type, capacity(wanted.type))
        return event.session, (_put(ink, event.id, *moved, (seat,), event.etag, needs=ended),)
    freed = stand_up(ink, booking)
    session = place.event.session if place.event else ink.mint("s-")
    taken = put_seat(ink, place.event, wanted, session, seat, needs=ended)
    return session, tuple(key for key in (freed, taken) if key)


def move_session(ink: Ink, event: DiaryEvent, start: datetime) -> str | NoPlace:
    """Move a whole session to ``start`` (aware); the effect's key, or why there is no place."""
    minutes = int((event.end - event.start).total_seconds() // 60)
    wanted = Wanted(start=start, minutes=minutes, type=event.type, client="", anyway=True)
    place = find_place(ink.snap, wanted, ink.now, leaving=(event.id,))
    if isinstance(place, NoPlace):
        return place
    if place.event is not None:
        return NoPlace(reason="full", values={})
    seats = tuple(Seat(booking=s.booking, client=s.client, name=s.name) for s in event.seats)
    return _put(ink, event.id, event.session, start, wanted.end, event.type, event.capacity, seats, event.etag)


def hold(ink: Ink, event: DiaryEvent, start: datetime) -> tuple[str, str]:
    """Keep ``start`` (local) beside the session ``event`` while someone is asked: (id of the hold, effect's key)."""
    session = ink.mint("s-")
    ident = event_id(session)
    names = [seat.name for seat in event.seats]
    title = part("blank.hold", what=title_of(event.type, start, names, event.capacity))
    put = PutEvent(
        key=ink.event_key(ident),
        event_id=ident,
        start=start.astimezone(UTC),
        end=start.astimezone(UTC) + (event.end - event.start),
        session=session,
        type=event.type,
        capacity=event.capacity,
        seats=(),
        title=title,
        held=True,
    )
    return ident, ink.event(put)


def drop_hold(ink: Ink, ident: str) -> tuple[str, ...]:
    """End a hold that is still there; the effect's key, if any."""
    held = next((event for event in ink.snap.diary if event.id == ident and event.held and not event.gone), None)
    if held is None:
        return ()
    drop = DropEvent(
        key=ink.event_key(ident), needs=_after(held.etag), event_id=ident, etag=held.etag, start=held.start
    )
    return (ink.event(drop),)


def retitle(ink: Ink, event: DiaryEvent) -> None:
    """Make the title of a moved event say its own time again."""
    seats = tuple(Seat(booking=s.booking, client=s.client, name=s.name) for s in event.seats)
    _put(ink, event.id, event.session, event.start, event.end, event.type, event.capacity, seats, event.etag)


def _put(
    ink: Ink,
    ident: str,
    session: str,
    start: datetime,
    end: datetime,
    kind: str,
    room: int,
    seats: tuple[Seat, ...],
    etag: str,
    *,
    needs: tuple[str, ...] = (),
) -> str:
    local = start.astimezone(ink.snap.settings.zone)
    return ink.event(
        PutEvent(
            key=ink.event_key(ident),
            needs=(*needs, *_after(etag)),
            event_id=ident,
            start=start.astimezone(UTC),
            end=end.astimezone(UTC),
            session=session,
            type=kind,
            capacity=room,
            seats=seats,
            title=title_of(kind, local, [s.name for s in seats], room),
            etag=etag,
        )
    )


def _after(etag: str) -> tuple[str, ...]:
    """An event that our own undelivered effect will make carries ``pending:<key>``: wait for that one."""
    return (etag.removeprefix("pending:"),) if etag.startswith("pending:") else ()


def event_of(snap: Snapshot, booking: Booking) -> DiaryEvent | None:
    """The diary event that holds this booking's seat."""
    for event in snap.diary:
        if not event.gone and event.session and any(seat.booking == booking.id for seat in event.seats):
            return event
    return None


def starts(snap: Snapshot, booking: Booking) -> datetime | None:
    """When a booking's session begins, aware, studio zone; None while date or time are missing."""
    if booking.date is None or booking.time is None:
        return None
    return datetime.combine(booking.date, booking.time, tzinfo=snap.settings.zone)


def label_of(snap: Snapshot, booking: Booking) -> str:
    """A booking's start in the short form, ``Wed 4 Nov 09:00``; "-" while date or time are missing."""
    start = starts(snap, booking)
    return words.start(start, snap.context.today) if start else "-"


def wanted_of(snap: Snapshot, booking: Booking) -> Wanted | None:
    """The place a booking row asks for; None while it is not complete."""
    start = starts(snap, booking)
    if start is None or not booking.client_id:
        return None
    return Wanted(
        start=start, minutes=booking.minutes or MINUTES, type=booking.type or "single", client=booking.client_id
    )


def price_of(snap: Snapshot, client: Client, kind: str) -> int | None:
    """Cents one person pays: the client's own price, else the one of the type; None when Prices has none."""
    if client.price is not None:
        return client.price
    return next((p.per_person for p in snap.prices if p.type == kind and p.per_person is not None), None)


def upcoming(snap: Snapshot, client_id: str, now: datetime) -> list[Booking]:
    """The booked sessions of a client that have not started, soonest first."""
    found = []
    for booking in snap.bookings_of(client_id):
        start = starts(snap, booking)
        if booking.state == "booked" and start and start > now:
            found.append((start, booking.id, booking))
    return [booking for _, _, booking in sorted(found, key=lambda item: item[:2])]
