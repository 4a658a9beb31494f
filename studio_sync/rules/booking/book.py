"""Booking a place by the owner's word: the diary, the row, her answer and the client's confirmation."""

from __future__ import annotations

from datetime import datetime, timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.places import NoPlace, Wanted, find_place
from studio_sync.rules.booking.seats import sit_down
from studio_sync.rules.ink import Ink, person_of
from studio_sync.rules.questions import ask
from studio_sync.rules.told import told_line


def book(ink: Ink, client: Client, wanted: Wanted, *, asked: str) -> None:
    """Book ``client`` into ``wanted`` for the owner, or tell her why not. ``asked``: the words she sent."""
    place = find_place(ink.snap, wanted, ink.now)
    if isinstance(place, NoPlace):
        refuse(ink, client, wanted, place, asked=asked)
        return
    settings = ink.snap.settings
    today = ink.snap.context.today
    local = wanted.start.astimezone(settings.zone)
    what = f"Booked: {client.name}, {words.day(local.date(), today)}, {local:%H:%M}"
    who = f"{settings.owner_name}, chat"
    booking, diary = sit_down(ink, place, wanted, client, who=who, what=what, source="chat")
    why = (
        part("why.answer_to", text=asked),
        part("why.asked", owner=settings.owner_name, time=f"{_local(ink):%H:%M}"),
    )
    ink.send(
        ink.owner(),
        "answer.booked",
        values={
            "name": client.name,
            "day": words.day(local.date(), today),
            "time": f"{local:%H:%M}",
            "type": words.type_word(wanted.type),
            "mins": str(wanted.minutes),
            "told": told_line(ink, client, "booking.confirmed"),
            "undo": str(ink.number()),
        },
        needs=(diary,),
        deadline=wanted.start,
        why=(*why, part("why.was_free", time=f"{local:%H:%M}")),
    )
    confirm(ink, client, booking, wanted, needs=(diary,), why=why)


def confirm(
    ink: Ink, client: Client, booking: str, wanted: Wanted, *, needs: tuple[str, ...], why: tuple[str, ...]
) -> str:
    """Tell the client about a booking, with a button to refuse it. Needs the diary, nothing else."""
    if not client.phone:
        return ""
    settings = ink.snap.settings
    local = wanted.start.astimezone(settings.zone)
    until = local - timedelta(hours=settings.cancel_free_hours)
    values = {
        "type": words.type_word(wanted.type),
        "when": words.when(local, ink.snap.context.today),
        "mins": str(wanted.minutes),
        "booking": booking,
    }
    return ink.send(
        person_of(client),
        "booking.confirmed",
        values={**values, "until": words.when(until, ink.snap.context.today)},
        needs=needs,
        deadline=wanted.start,
        about=f"booking:{booking}:booked@{local:%Y-%m-%d %H:%M}",
        why=why,
        label=booking,
    )


def refuse(ink: Ink, client: Client, wanted: Wanted, no: NoPlace, *, asked: str) -> None:
    """Tell the owner why there is no place; closed hours become a question."""
    values = dict(no.values)
    if no.reason == "already_booked":
        values["name"] = client.name
    if no.reason in {"closed", "closed_then", "past"}:
        values["question"] = ask(
            ink,
            who="owner",
            about=f"{client.name}, {words.start(wanted.start.astimezone(ink.snap.settings.zone), ink.snap.context.today)}",
            answers={"yes": "Book anyway", "no": "Leave it"},
            rule="record" if no.reason == "past" else "book_anyway",
            data={
                "client": client.id,
                "start": wanted.start.isoformat(),
                "minutes": wanted.minutes,
                "type": wanted.type,
            },
        )
    ink.send(ink.owner(), f"answer.{no.reason}", values=values, cls="fresh", why=(part("why.answer_to", text=asked),))


def record_as_came(ink: Ink, client: Client, wanted: Wanted) -> None:
    """A session that is over already, written down as attended: a row, no diary, no message to the client."""
    local = wanted.start.astimezone(ink.snap.settings.zone)
    booking = ink.mint("b-")
    ink.put(
        "bookings",
        booking,
        log=f"Came: {client.name}, {words.day(local.date(), ink.snap.context.today)}, {local:%H:%M}",
        by=f"{ink.snap.settings.owner_name}, chat",
        undoable=True,
        date=local.date(),
        time=local.time(),
        client=client.name,
        state="came",
        type=wanted.type,
        minutes=wanted.minutes,
        pay_with="invoice",
        source="chat",
        changed=ink.now,
        client_id=client.id,
    )


def first_time(ink: Ink, booking: Booking) -> bool:
    """Whether this person has no earlier session that took place."""
    return not any(b.state in {"came", "no-show"} for b in ink.snap.bookings_of(booking.client_id))


def _local(ink: Ink) -> datetime:
    return ink.now.astimezone(ink.snap.settings.zone)
