"""A client writes or taps: bookings, giving places back, STOP, a word for the owner. No money or other people's data here."""

from __future__ import annotations

from datetime import timedelta

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.booking.cancel import cancel_by_client, old_button, reject
from studio_sync.rules.booking.seats import starts, upcoming
from studio_sync.rules.commands.grammar import ClientCommand, parse_client
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.ink import Ink, Who, person_of
from studio_sync.rules.questions import close, data_of

HALF_DAY = timedelta(hours=12)


def hear(ink: Ink, fact: MessageCame, client: Client) -> None:
    """What a client's message means. STOP works in every state and comes before any question."""
    who = person_of(client)
    if fact.user_id and not client.phone:
        who = Who(address=fact.user_id, who=client.id, name=client.name, first=who.first)
    if fact.choice and _tapped(ink, fact, client, who):
        return
    if fact.form in {"media", "location", "contacts"} and not fact.text:
        _media(ink, fact, who)
        return
    command = parse_client(fact.text, ink.now.astimezone(ink.snap.settings.zone))
    _say(ink, fact, client, who, command)


def _tapped(ink: Ink, fact: MessageCame, client: Client, who: Who) -> bool:
    verb, _, rest = fact.choice.partition("_")
    if verb == "reject":
        _reject(ink, who, client, rest)
        return True
    if verb == "answer":
        ident, _, answer = rest.rpartition("_")
        _answer(ink, fact, client, who, ident, answer)
        return True
    if verb == "say":
        command = parse_client(rest.replace("_", " "), ink.now.astimezone(ink.snap.settings.zone))
        _say(ink, fact, client, who, command)
        return True
    return False


def _reject(ink: Ink, who: Who, client: Client, booking_id: str) -> None:
    booking = ink.snap.bookings.get(booking_id)
    start = starts(ink.snap, booking) if booking else None
    mine = booking is not None and booking.client_id == client.id
    if booking is not None and mine and booking.state == "booked" and start and start > ink.now:
        reject(ink, who, booking)
    else:
        old_button(ink, who, booking if mine else None, client.id)


def _answer(ink: Ink, fact: MessageCame, client: Client, who: Who, ident: str, answer: str) -> None:
    question = ink.snap.questions.get(ident)
    if question is None or question.who != client.id:
        old_button(ink, who, None, client.id)
        return
    booking = ink.snap.bookings.get(str(data_of(question).get("booking", "")))
    if question.state != "open" or booking is None or booking.state != "booked":
        old_button(ink, who, booking, client.id)
        return
    close(ink, question)
    start = starts(ink.snap, booking)
    if question.key == "cancel_late" and answer == "yes":
        cancel_by_client(ink, who, booking, asked=fact.text, sure=True)
    elif start:
        when = words.when(start, ink.snap.context.today)
        ink.send(who, "booking.kept", values={"when": when}, cls="fresh", answers=fact.key)


def _say(ink: Ink, fact: MessageCame, client: Client, who: Who, command: ClientCommand) -> None:
    match command.verb:
        case "stop":
            ink.put(
                "clients",
                client.id,
                log=f"{client.name}: no messages wanted",
                by=f"{client.name}, chat",
                messages="stopped",
            )
            ink.send(who, "stop.done", answers=fact.key, deadline=ink.now + HALF_DAY)
        case "stop_marketing":
            ink.put("clients", client.id, messages="bookings only", consent="no")
            ink.send(who, "stop.marketing", answers=fact.key, deadline=ink.now + HALF_DAY)
        case "start":
            ink.put(
                "clients",
                client.id,
                log=f"{client.name}: messages wanted again",
                by=f"{client.name}, chat",
                messages="all",
            )
            ink.send(who, "stop.start", answers=fact.key, deadline=ink.now + HALF_DAY)
        case "bookings":
            _bookings(ink, fact, client, who)
        case "cancel_next":
            _cancel(ink, fact, who, upcoming(ink.snap, client.id, ink.now)[:1])
        case "cancel" if command.day or command.time:
            _cancel_on(ink, fact, client, who, command)
        case "cancel":
            _cancel(ink, fact, who, upcoming(ink.snap, client.id, ink.now)[:1])
        case "menu":
            ink.send(who, "menu.main", cls="fresh", answers=fact.key)
        case "there":
            _there(ink, fact, client, who)
        case "bot":
            ink.send(who, "talk.are_you_a_bot", cls="fresh", answers=fact.key)
        case "message":
            _pass_on(ink, fact, client, who, command.text)
        case _:
            _pass_on(ink, fact, client, who, fact.text)


def _why(ink: Ink, fact: MessageCame, client: Client) -> tuple[str, ...]:
    local = ink.now.astimezone(ink.snap.settings.zone)
    return (
        part("why.answer_to", text=fact.text or fact.form),
        part("why.wrote", name=client.name, time=f"{local:%H:%M}"),
    )


def _bookings(ink: Ink, fact: MessageCame, client: Client, who: Who) -> None:
    """Up to five next sessions, one a line (features S1)."""
    coming = upcoming(ink.snap, client.id, ink.now)
    why = _why(ink, fact, client)
    if not coming:
        ink.send(who, "menu.bookings_none", cls="fresh", answers=fact.key, why=why)
        return
    lines = [
        part("line.booking", start=words.start(start, ink.snap.context.today), type=words.type_word(b.type))
        for b in coming
        if (start := starts(ink.snap, b))
    ]
    values = {"lines": "\n".join(words.at_most(lines)), "example": _example(ink, coming[-1])}
    ink.send(who, "menu.bookings", values=values, cls="fresh", answers=fact.key, why=why)


def _example(ink: Ink, booking: Booking) -> str:
    start = starts(ink.snap, booking)
    return f"cancel {words.weekday(start.date())} {start:%H:%M}" if start else "cancel next"


def _cancel_on(ink: Ink, fact: MessageCame, client: Client, who: Who, command: ClientCommand) -> None:
    """``cancel Fri 08:00``: the nearest future session that fits."""
    coming = upcoming(ink.snap, client.id, ink.now)
    fits = [
        b
        for b in coming
        if (command.day is None or b.date == command.day) and (command.time is None or b.time == command.time)
    ]
    if not fits and coming:
        asked = " ".join(
            x
            for x in (
                words.day(command.day, ink.snap.context.today) if command.day else "",
                f"{command.time:%H:%M}" if command.time else "",
            )
            if x
        )
        lines = [words.start(s, ink.snap.context.today) for b in coming if (s := starts(ink.snap, b))]
        values = {"when": asked, "list": ", ".join(words.at_most(lines))}
        ink.send(who, "menu.no_match", values=values, cls="fresh", answers=fact.key)
        return
    _cancel(ink, fact, who, fits[:1])


def _cancel(ink: Ink, fact: MessageCame, who: Who, bookings: list[Booking]) -> None:
    if not bookings:
        ink.send(who, "menu.bookings_none", cls="fresh", answers=fact.key)
        return
    cancel_by_client(ink, who, bookings[0], asked=fact.text)


def _there(ink: Ink, fact: MessageCame, client: Client, who: Who) -> None:
    coming = upcoming(ink.snap, client.id, ink.now)
    start = starts(ink.snap, coming[0]) if coming else None
    if start:
        ink.send(
            who,
            "remind.there",
            values={"when": words.when(start, ink.snap.context.today)},
            cls="fresh",
            answers=fact.key,
        )


def _media(ink: Ink, fact: MessageCame, who: Who) -> None:
    voice = bool(fact.media and fact.media.voice)
    ink.send(who, "talk.voice" if voice else "talk.photo", answers=fact.key, deadline=ink.now + HALF_DAY)
    _nudge(ink, who.name, "[voice note]" if voice else "[picture]")


def _pass_on(ink: Ink, fact: MessageCame, client: Client, who: Who, text: str) -> None:
    """Words for the owner: passed on at once, acknowledged (features S4)."""
    ink.send(who, "talk.passed", answers=fact.key, deadline=ink.now + HALF_DAY, why=_why(ink, fact, client))
    _nudge(ink, client.name, text)


def _nudge(ink: Ink, name: str, text: str) -> None:
    said = f"{name} writes: {text}" if text else f"{name} wrote"
    for admin in ink.admins():
        ink.send(admin, "owner.news", values={"text": said[:300]}, deadline=ink.now + timedelta(hours=24))
