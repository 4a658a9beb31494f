"""Giving a place back: by the owner, by the client, by the Reject button; charged or free as Settings say."""

from __future__ import annotations

from datetime import UTC, timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.fees import late_fee
from studio_sync.rules.booking.seats import label_of, stand_up, starts, upcoming
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import nudge
from studio_sync.rules.people import Who, called, person_of
from studio_sync.rules.questions import ask
from studio_sync.rules.told import told_line


def give_back(ink: Ink, booking: Booking, *, state: str, who: str, log: str = "log.cancelled") -> tuple[str, ...]:
    """Free the seat and mark the row; keys of the effects that must be done before anyone is told."""
    diary = stand_up(ink, booking)
    needs = (diary,) if diary else ()
    ink.put(
        "bookings",
        booking.id,
        needs=needs,
        log=part(log, name=called(booking.client), start=label_of(ink.snap, booking)),
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
    needs = give_back(ink, booking, state="cancelled", who=ink.by_owner("chat"))
    why = ink.asked(asked)
    told = part("told.nobody", first=called(booking.client))
    if client is not None:
        told = told_line(ink, client, "booking.cancelled_studio", start)
    ink.send(
        ink.asker(),
        "answer.cancelled",
        values={
            "name": called(booking.client),
            "day": words.day(start.date(), ink.today),
            "time": f"{start:%H:%M}",
            "charge": part("charge.none"),
            "told": told,
            "undo": str(ink.number()),
        },
        needs=needs,
        answers=ink.fact.key,
        deadline=ink.within(12),
        why=why,
    )
    tell_cancelled(ink, booking, needs=needs, why=why)


def tell_cancelled(ink: Ink, booking: Booking, *, needs: tuple[str, ...], why: tuple[str, ...]) -> None:
    """Tell the client that the studio has cancelled; nobody is told about a session that is over."""
    client = ink.snap.clients.get(booking.client_id)
    start = starts(ink.snap, booking)
    if client is None or start is None or start <= ink.now:
        return
    ink.send(
        person_of(client),
        "booking.cancelled_studio",
        values={"when": words.when(start, ink.today)},
        needs=needs,
        deadline=start.astimezone(UTC),
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
    late = start.astimezone(UTC) - ink.now < timedelta(hours=settings.cancel_free_hours)
    fee = late_fee(ink.snap, booking) if late else ""
    why = (part("why.answer_to", text=asked or "?"), part("why.wrote", name=called(booking.client), time=ink.clock))
    when = words.when(start, ink.today)
    if fee and not sure:
        _ask_first(ink, who, booking, when=when, fee=fee, why=why)
        return
    state, log = ("late cancel", "log.cancelled_late") if fee else ("cancelled", "log.cancelled")
    needs = give_back(ink, booking, state=state, who=part("by.chat", name=called(booking.client)), log=log)
    after = [b for b in upcoming(ink.snap, booking.client_id, ink.now) if b.id != booking.id]
    nearest = starts(ink.snap, after[0]) if after else None
    ink.send(
        who,
        "booking.cancelled_late" if fee else "booking.cancelled_self",
        values={
            "when": when,
            "notice": str(settings.cancel_free_hours),
            "fee": fee,
            "next": words.when(nearest, ink.today) if nearest else "",
        },
        needs=needs,
        deadline=ink.within(12),
        answers=ink.fact.key,
        why=why,
        label=booking.id,
    )
    hours = str(max(0, int((start.astimezone(UTC) - ink.now).total_seconds() // 3600)))
    text = "owner.cancelled_late" if fee else "owner.cancelled"
    tell_owner(ink, text, booking, when=when, needs=needs, why=why, notice=hours, fee=fee)


def _ask_first(ink: Ink, who: Who, booking: Booking, *, when: str, fee: str, why: tuple[str, ...]) -> None:
    """Cancelling now costs: said before it is done. A second question takes the place of the first."""
    question = ask(
        ink,
        who=who.who,
        about=f"{called(booking.client)}, {when}",
        answers={"yes": "", "no": ""},
        rule="cancel_late",
        data={"booking": booking.id},
        hours=24,
    )
    ink.send(
        who,
        "booking.cancel_late_ask",
        values={"when": when, "notice": str(ink.snap.settings.cancel_free_hours), "fee": fee, "question": question},
        cls="fresh",
        answers=ink.fact.key,
        why=why,
        label=booking.id,
    )


def reject(ink: Ink, who: Who, booking: Booking) -> None:
    """The Reject button: free again, costs nothing, the owner suggests another time."""
    start = starts(ink.snap, booking)
    if start is None:
        return
    name = called(booking.client)
    when = words.when(start, ink.today)
    needs = give_back(ink, booking, state="rejected", who=part("by.chat", name=name), log="log.rejected")
    why = (part("why.answer_to", text="Reject this time"), part("why.wrote", name=name, time=ink.clock))
    ink.send(
        who,
        "booking.rejected",
        values={"when": when},
        needs=needs,
        deadline=ink.within(12),
        answers=ink.fact.key,
        why=why,
        label=booking.id,
    )
    tell_owner(ink, "owner.rejected", booking, when=when, needs=needs, why=why)


def tell_owner(
    ink: Ink,
    text: str,
    booking: Booking,
    *,
    when: str,
    needs: tuple[str, ...],
    why: tuple[str, ...],
    notice: str = "",
    fee: str = "",
) -> None:
    """One nudge to the owner about a place that came free, with what she can do next."""
    name = called(booking.client)
    question = ask(
        ink,
        who="owner-chat",
        about=f"{name}, {when}",
        answers={"yes": "", "no": ""},
        rule="place_offer" if text == "owner.rejected" else "place_list",
        data={"booking": booking.id},
    )
    values = {"name": name, "when": when, "question": question, "notice": notice, "fee": fee}
    if text == "owner.rejected":
        sentence = part("nudge.rejected", name=name, when=when)
    else:
        charge = part("nudge.costs", fee=fee) if fee else part("news.free")
        sentence = part("nudge.cancelled", name=name, when=when, notice=notice, charge_word=charge)
    nudge(ink, text, sentence, values=values, needs=needs, why=why)


def old_button(ink: Ink, who: Who, booking: Booking | None, client_id: str) -> None:
    """A button pressed too late says honestly what became of its session, and what comes next."""
    after = upcoming(ink.snap, client_id, ink.now)
    start = starts(ink.snap, booking) if booking else None
    nearest = starts(ink.snap, after[0]) if after else None
    why = (part("why.answer_to", text="-"),)
    if nearest is None:
        ink.send(who, "menu.bookings_none", cls="fresh", answers=ink.fact.key, why=why)
    elif start is None:
        values = {"when": part("blank.old_time"), "list": words.start(nearest, ink.today)}
        ink.send(who, "menu.no_match", values=values, cls="fresh", answers=ink.fact.key, why=why)
    else:
        values = {"old": words.when(start, ink.today), "next": words.when(nearest, ink.today)}
        ink.send(who, "booking.button_old", values=values, cls="fresh", answers=ink.fact.key, why=why)
