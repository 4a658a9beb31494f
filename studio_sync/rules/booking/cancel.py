"""Giving a place back: by the owner, by the client, by the Reject button; charged or free as Settings say."""

from __future__ import annotations

from datetime import timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.seats import starts, stand_up, upcoming
from studio_sync.rules.ink import Ink, Who, person_of
from studio_sync.rules.questions import ask
from studio_sync.rules.told import told_line


def give_back(ink: Ink, booking: Booking, *, state: str, who: str, verb: str = "Cancelled") -> tuple[str, ...]:
    """Free the seat and mark the row; keys of the effects that must be done before anyone is told."""
    start = starts(ink.snap, booking)
    words_of = words.start(start, ink.snap.context.today) if start else ""
    diary = stand_up(ink, booking)
    needs = (diary,) if diary else ()
    ink.put(
        "bookings",
        booking.id,
        needs=needs,
        log=f"{verb}: {booking.client}, {words_of}",
        by=who,
        undoable=True,
        state=state,
        changed=ink.now,
    )
    return needs


def cancel_for_owner(ink: Ink, booking: Booking, *, asked: str) -> None:
    """``cancel Thandi``: free of charge, client told, undo offered."""
    client = ink.snap.clients.get(booking.client_id)
    start = starts(ink.snap, booking)
    if start is None:
        return
    today = ink.snap.context.today
    owner = ink.snap.settings.owner_name
    needs = give_back(ink, booking, state="cancelled", who=f"{owner}, chat")
    why = (part("why.answer_to", text=asked), part("why.asked", owner=owner, time=_clock(ink)))
    told = told_line(ink, client, "booking.cancelled_studio") if client else part("told.nobody", first=booking.client)
    ink.send(
        ink.owner(),
        "answer.cancelled",
        values={
            "name": booking.client,
            "day": words.day(start.date(), today),
            "time": f"{start:%H:%M}",
            "charge": part("charge.none"),
            "told": told,
            "undo": str(ink.number()),
        },
        needs=needs,
        deadline=start,
        why=why,
    )
    if client and client.phone:
        ink.send(
            person_of(client),
            "booking.cancelled_studio",
            values={"when": words.when(start, today)},
            needs=needs,
            deadline=start,
            about=f"booking:{booking.id}:cancelled",
            why=why,
            label=booking.id,
        )


def cancel_by_client(ink: Ink, who: Who, booking: Booking, *, asked: str, sure: bool = False) -> None:
    """``cancel next``: free before the notice, else the cost is named first and a tap decides."""
    settings = ink.snap.settings
    start = starts(ink.snap, booking)
    if start is None:
        return
    when = words.when(start, ink.snap.context.today)
    late = start.astimezone(ink.now.tzinfo) - ink.now < timedelta(hours=settings.cancel_free_hours)
    fee = _fee(ink, booking)
    why = (part("why.answer_to", text=asked), part("why.wrote", name=booking.client, time=_clock(ink)))
    if late and fee and not sure:
        question = ask(
            ink,
            who=who.who,
            about=f"Cancel late: {when}",
            answers={"yes": "Cancel anyway", "no": "Keep my session"},
            rule="cancel_late",
            data={"booking": booking.id},
            hours=max(1, int((start.astimezone(ink.now.tzinfo) - ink.now).total_seconds() // 3600)),
        )
        ink.send(
            who,
            "booking.cancel_late_ask",
            values={"when": when, "notice": str(settings.cancel_free_hours), "fee": fee, "question": question},
            cls="fresh",
            answers=ink.fact.key,
            why=why,
        )
        return
    charged = late and bool(fee)
    needs = give_back(ink, booking, state="late cancel" if charged else "cancelled", who=f"{booking.client}, chat")
    after = [b for b in upcoming(ink.snap, booking.client_id, ink.now) if b.id != booking.id]
    nearest = starts(ink.snap, after[0]) if after else None
    values = {"when": when}
    if nearest:
        values["next"] = words.when(nearest, ink.snap.context.today)
    if charged:
        values |= {"notice": str(settings.cancel_free_hours), "fee": fee}
    ink.send(
        who,
        "booking.cancelled_late" if charged else "booking.cancelled_self",
        values=values,
        needs=needs,
        deadline=ink.now + timedelta(hours=12),
        answers=ink.fact.key,
        why=why,
    )
    hours = max(0, int((start.astimezone(ink.now.tzinfo) - ink.now).total_seconds() // 3600))
    tell_owner(ink, "owner.cancelled", booking, when=when, notice=str(hours), needs=needs, why=why)


def reject(ink: Ink, who: Who, booking: Booking) -> None:
    """The Reject button: free again, costs nothing, the owner suggests another time."""
    start = starts(ink.snap, booking)
    if start is None:
        return
    when = words.when(start, ink.snap.context.today)
    needs = give_back(ink, booking, state="rejected", who=f"{booking.client}, chat", verb="Rejected")
    why = (part("why.answer_to", text="Reject this time"), part("why.wrote", name=booking.client, time=_clock(ink)))
    ink.send(
        who,
        "booking.rejected",
        values={"when": when},
        needs=needs,
        deadline=ink.now + timedelta(hours=12),
        answers=ink.fact.key,
        why=why,
    )
    tell_owner(ink, "owner.rejected", booking, when=when, needs=needs, why=why)


def old_button(ink: Ink, who: Who, booking: Booking | None, client_id: str) -> None:
    """A button pressed too late acts on the booking it belonged to, or says honestly that it is over."""
    after = upcoming(ink.snap, client_id, ink.now)
    start = starts(ink.snap, booking) if booking else None
    nearest = starts(ink.snap, after[0]) if after else None
    today = ink.snap.context.today
    if start is None or nearest is None:
        ink.send(who, "menu.bookings_none", cls="fresh", answers=ink.fact.key)
        return
    values = {"old": words.when(start, today), "next": words.when(nearest, today)}
    ink.send(who, "booking.button_old", values=values, cls="fresh", answers=ink.fact.key)


def tell_owner(
    ink: Ink, text: str, booking: Booking, *, when: str, needs: tuple[str, ...], why: tuple[str, ...], notice: str = ""
) -> None:
    """One nudge to the owner about a place that came free, with what she can do next."""
    labels = {
        "owner.cancelled": {"yes": "Offer to list", "no": "Leave it"},
        "owner.rejected": {"yes": "Offer another time"},
    }
    question = ask(
        ink,
        who="owner-chat",
        about=f"{booking.client}: {when}",
        answers=labels[text],
        rule="place_free",
        data={"booking": booking.id},
    )
    values = {"name": booking.client, "when": when, "question": question}
    if notice:
        values["notice"] = notice
    ink.send(ink.owner(), text, values=values, needs=needs, deadline=ink.now + timedelta(hours=12), why=why)


def _fee(ink: Ink, booking: Booking) -> str:
    """What a late cancellation costs in words; "" when nothing."""
    settings = ink.snap.settings
    if booking.pay_with == "free" or not settings.late_cancel_percent or not booking.price:
        return ""
    if booking.pay_with == "package":
        return part("fee.session")
    cents = (booking.price * settings.late_cancel_percent + 50) // 100
    return words.money_chat(cents, settings.currency)


def _clock(ink: Ink) -> str:
    return f"{ink.now.astimezone(ink.snap.settings.zone):%H:%M}"
