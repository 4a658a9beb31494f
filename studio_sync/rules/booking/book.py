"""Booking a place by the owner's word: the diary, the row, her answer and the client's confirmation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.fees import fee
from studio_sync.rules.booking.places import NoPlace, Wanted, find_place
from studio_sync.rules.booking.seats import price_of, sit_down, wanted_of
from studio_sync.rules.ink import Ink
from studio_sync.rules.people import person_of
from studio_sync.rules.questions import ask
from studio_sync.rules.told import told_line

#: refusals that she may overrule, and the rule that then goes on
OVERRULED = {"closed": "book_anyway", "closed_then": "book_anyway", "past": "record"}


def book(ink: Ink, client: Client, wanted: Wanted, *, asked: str, read_as: str = "") -> None:
    """Book ``client`` into ``wanted`` for the owner, or tell her why not. ``asked``: the words she sent."""
    place = find_place(ink.snap, wanted, ink.now)
    if isinstance(place, NoPlace):
        refuse(ink, client, wanted, place, asked=asked)
        return
    local = wanted.start.astimezone(ink.snap.settings.zone)
    what = part("log.booked", name=client.name, start=words.start(local, ink.today))
    booking, diary = sit_down(ink, place, wanted, client, who=ink.by_owner("chat"), what=what, source="chat")
    why = (*ink.asked(asked), *((read_as,) if read_as else ()))
    ink.send(
        ink.asker(),
        "answer.booked",
        values={
            "name": client.name,
            "day": words.day(local.date(), ink.today),
            "time": f"{local:%H:%M}",
            "type": words.type_word(wanted.type),
            "mins": str(wanted.minutes),
            "told": told_line(ink, client, "booking.confirmed"),
            "undo": str(ink.number()),
        },
        needs=(diary,),
        deadline=wanted.end.astimezone(UTC),
        answers=ink.fact.key,
        why=(*why, part("why.was_free", time=f"{local:%H:%M}")),
    )
    price = price_of(ink.snap, client, wanted.type)
    confirm(ink, client, booking, wanted, price=price, pay_with="invoice", needs=(diary,), why=why)


def confirm(
    ink: Ink,
    client: Client,
    booking: str,
    wanted: Wanted,
    *,
    price: int | None,
    pay_with: str,
    needs: tuple[str, ...],
    why: tuple[str, ...],
) -> str:
    """Tell the client about a booking, with a button to refuse it. Names what giving it back late would cost."""
    settings = ink.snap.settings
    local = wanted.start.astimezone(settings.zone)
    until = local - timedelta(hours=settings.cancel_free_hours)
    cost = fee(ink.snap, price, pay_with, settings.late_cancel_percent)
    values = {
        "type": words.type_word(wanted.type),
        "when": words.when(local, ink.today),
        "mins": str(wanted.minutes),
        "booking": booking,
        "until": words.when(until, ink.today),
        "fee": cost,
    }
    return ink.send(
        person_of(client),
        "booking.confirmed_policy" if cost and until > ink.now else "booking.confirmed",
        values=values,
        needs=needs,
        deadline=wanted.start.astimezone(UTC),
        about=f"booking:{booking}:booked@{local:%Y-%m-%d %H:%M}",
        why=why,
        label=booking,
    )


def confirm_row(ink: Ink, client: Client, booking: Booking, *, needs: tuple[str, ...], why: tuple[str, ...]) -> str:
    """Tell the client about a booking row as it stands; "" while it is not complete."""
    wanted = wanted_of(ink.snap, booking)
    if wanted is None:
        return ""
    return confirm(
        ink, client, booking.id, wanted, price=booking.price, pay_with=booking.pay_with, needs=needs, why=why
    )


def refuse(ink: Ink, client: Client, wanted: Wanted, no: NoPlace, *, asked: str) -> None:
    """Tell the owner why there is no place; closed hours and a time that is over become a question."""
    values = dict(no.values)
    if no.reason == "already_booked":
        values["name"] = client.name
    rule = OVERRULED.get(no.reason)
    if rule:
        local = wanted.start.astimezone(ink.snap.settings.zone)
        values["question"] = ask(
            ink,
            who="owner-chat",
            about=f"{client.name}, {words.start(local, ink.today)}",
            answers={"yes": part("decide.closed_yes"), "no": part("decide.closed_no")},
            rule=rule,
            data={
                "client": client.id,
                "start": wanted.start.astimezone(UTC).isoformat(),
                "minutes": wanted.minutes,
                "type": wanted.type,
            },
        )
    ink.send(
        ink.asker(),
        f"answer.{no.reason}",
        values=values,
        cls="fresh",
        answers=ink.fact.key,
        why=(part("why.answer_to", text=asked),),
    )


def record_as_came(ink: Ink, client: Client, wanted: Wanted, *, asked: str) -> None:
    """A session that is over already, written down as attended: a row, no diary, no message to the client."""
    local = wanted.start.astimezone(ink.snap.settings.zone)
    ink.put(
        "bookings",
        ink.mint("b-"),
        log=part("log.state", state=words.capital("came"), name=client.name, start=words.start(local, ink.today)),
        by=ink.by_owner("chat"),
        undoable=True,
        date=local.date(),
        time=local.time(),
        client=client.name,
        state="came",
        type=wanted.type,
        minutes=wanted.minutes,
        pay_with="invoice",
        price=price_of(ink.snap, client, wanted.type),
        source="chat",
        changed=ink.now,
        client_id=client.id,
    )
    day, kind = words.day(local.date(), ink.today), words.type_word(wanted.type)
    values = {"name": client.name, "day": day, "time": f"{local:%H:%M}", "type": kind, "undo": str(ink.number())}
    why = ink.asked(asked)
    ink.send(ink.asker(), "answer.recorded", values=values, answers=ink.fact.key, deadline=ink.within(12), why=why)


def first_time(ink: Ink, client_id: str, start: datetime) -> bool:
    """Whether a person has no earlier session that took place before ``start`` (local)."""
    earlier = (b for b in ink.snap.bookings_of(client_id) if b.state in {"came", "no-show"} and b.date)
    return not any(b.date and b.date <= start.date() for b in earlier)
