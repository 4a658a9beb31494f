"""Came, no-show, sick: facts about a session that was to take place, by chat or by a tick in Today."""

from __future__ import annotations

import dataclasses

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.correct import not_missed
from studio_sync.rules.booking.fees import missed_fee, sick_fee
from studio_sync.rules.booking.places import NoPlace
from studio_sync.rules.booking.seats import label_of, move_seat, stand_up, starts, wanted_of
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import called, called_first, person_of
from studio_sync.rules.told import told_line

MARKABLE = ("booked", "held", "came", "no-show", "sick")
ANSWERS = {"came": "answer.came", "no-show": "answer.no_show", "sick": "answer.sick"}


def mark_today(ink: Ink, client: Client, state: str, *, said: str) -> bool:
    """Mark today's session of a client and tell the client and the owner; False when there is none.

    Of several the first that is still open counts, else the first.
    """
    found = [b for b in ink.snap.bookings_on(ink.today) if b.client_id == client.id and b.state in MARKABLE]
    if not found:
        return False
    booking = next((b for b in found if b.state in {"booked", "held"}), found[0])
    needs = mark(ink, booking, state, who=ink.by_owner("chat"))
    why = ink.asked(said)
    told = take_back(ink, booking, state, needs=needs, why=why) or tell(ink, booking, state, needs=needs, why=why)
    fee = _fee(ink, booking, state)
    ink.send(
        ink.asker(),
        ANSWERS[state],
        values={
            "name": called(client.name),
            "time": f"{booking.time:%H:%M}" if booking.time else "-",
            "charge": part("charge.rule", fee=fee) if fee else part("charge.none"),
            "told": told,
            "undo": str(ink.number()),
        },
        needs=needs,
        answers=ink.fact.key,
        deadline=ink.within(12),
        why=why,
    )
    return True


def mark(ink: Ink, booking: Booking, state: str, *, who: str) -> tuple[str, ...]:
    """Write the state; a sick client's place becomes free. Keys to wait for before telling anyone."""
    needs: tuple[str, ...] = ()
    session = booking.session
    if state == "sick":
        diary = stand_up(ink, booking)
        needs = (diary,) if diary else ()
    elif booking.state == "sick":
        session, needs = _sit_again(ink, booking)
    start = label_of(ink.snap, booking)
    ink.put(
        "bookings",
        booking.id,
        needs=needs,
        log=part("log.state", state=words.capital(state), name=called(booking.client), start=start),
        by=who,
        undoable=True,
        state=state,
        session=session,
        changed=ink.now,
    )
    return needs


def _sit_again(ink: Ink, booking: Booking) -> tuple[str, tuple[str, ...]]:
    """The place that a sick tick had freed; a session that is over or taken needs none."""
    wanted = wanted_of(ink.snap, booking)
    moved = move_seat(ink, booking, wanted) if wanted and wanted.end > ink.now else None
    return (booking.session, ()) if moved is None or isinstance(moved, NoPlace) else moved


def _fee(ink: Ink, booking: Booking, state: str) -> str:
    if state == "sick":
        return sick_fee(ink.snap, booking)
    return missed_fee(ink.snap, booking) if state == "no-show" else ""


def take_back(ink: Ink, booking: Booking, state: str, *, needs: tuple[str, ...], why: tuple[str, ...]) -> str:
    """Who was told to have missed it, and did not, gets a correction; words about it, "" when none is due."""
    return not_missed(ink, booking, dataclasses.replace(booking, state=state), needs, why)


def tell(ink: Ink, booking: Booking, state: str, *, needs: tuple[str, ...], why: tuple[str, ...]) -> str:
    """Tell the client that the session counts as sick or missed; what to say to the owner about it."""
    client = ink.snap.clients.get(booking.client_id)
    start = starts(ink.snap, booking)
    if client is None or state == "came" or start is None:
        return part("told.nobody", first=called_first(booking.client)) if state != "came" else ""
    fee = _fee(ink, booking, state)
    missed = "booking.no_show" if fee else "booking.no_show_free"
    text = "booking.sick" if state == "sick" else missed
    ink.send(
        person_of(client),
        text,
        values={"when": words.when(start, ink.today), "fee": fee},
        needs=needs,
        deadline=ink.within(12),
        about=f"booking:{booking.id}:{state}",
        why=why,
        label=booking.id,
    )
    return told_line(ink, client, text, start)
