"""A client writes or taps: bookings, giving places back, STOP, a word for the owner. Never other people's data."""

from __future__ import annotations

from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.vocabulary import short_answer
from studio_sync.rules import media, registration
from studio_sync.rules.booking.cancel import cancel_by_client, old_button, reject
from studio_sync.rules.booking.places import MINUTES
from studio_sync.rules.booking.seats import label_of, starts, upcoming
from studio_sync.rules.client_cancel import cancel_next, cancel_on, chosen
from studio_sync.rules.commands.grammar import ClientCommand, parse_client
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import news
from studio_sync.rules.people import Who, called, first_of


def hear(ink: Ink, fact: MessageCame, client: Client) -> None:
    """What a client's message means. STOP works in every state and comes before any question."""
    address = fact.phone or fact.user_id
    who = Who(address=address, who=client.id, name=client.name, first=first_of(client.name))
    verb, _, rest = fact.choice.partition("_")
    if fact.form == "flow":
        registration.filled_by_client(ink, fact, client, who)
    elif verb in BOOKING_TAPS:
        _tapped(ink, fact, client, who, verb, rest)
    elif verb == "answer":
        ident, _, choice = rest.rpartition("_")
        chosen(ink, fact, client, who, ident, choice)
    elif fact.form == "unsupported":
        _unreadable(ink, fact, client, who)
    elif not fact.choice and fact.form in {"media", "location", "contacts"} and not fact.text.strip():
        _media(ink, fact, client, who)
    else:
        text = rest.replace("_", " ") if verb == "say" else fact.text
        _say(ink, fact, client, who, parse_client(text, ink.local, owner=ink.snap.settings.owner_name))


#: buttons that belong to one booking
BOOKING_TAPS = ("reject", "cannot", "late", "there")


def _tapped(ink: Ink, fact: MessageCame, client: Client, who: Who, verb: str, booking_id: str) -> None:
    """A button under a booking or a reminder acts on that booking, also weeks later."""
    booking = ink.snap.bookings.get(booking_id)
    mine = booking if booking is not None and booking.client_id == client.id else None
    start = starts(ink.snap, mine) if mine else None
    if mine is None or mine.state != "booked" or start is None or start <= ink.now:
        old_button(ink, who, mine, client.id)
    elif verb == "reject":
        reject(ink, who, mine)
    elif verb == "cannot":
        cancel_by_client(ink, who, mine, asked=fact.text)
    elif verb == "late":
        _late(ink, fact, client, who, mine)
    else:
        _there(ink, fact, who, mine)


def _say(ink: Ink, fact: MessageCame, client: Client, who: Who, command: ClientCommand) -> None:
    coming = upcoming(ink.snap, client.id, ink.now)
    if short_answer(fact.text) == "skip" and registration.answered(ink, fact, client, who):
        return
    match command.verb:
        case "stop" | "stop_marketing" | "start":
            _stop_or_start(ink, client, who, command.verb)
        case "bookings":
            _bookings(ink, fact, client, who, coming)
        case "cancel" | "cannot" | "sick" if command.day or command.time:
            cancel_on(ink, fact, who, command, coming)
        case "cancel_next" | "cancel" | "cannot" | "sick":
            cancel_next(ink, fact, who, coming)
        case "there" if coming:
            _there(ink, fact, who, coming[0])
        case "late" if coming:
            _late(ink, fact, client, who, coming[0])
        case "menu" | "questions" | "bot" | "talk":
            _fixed(ink, fact, client, who, command.verb)
        case "balance" if not client.owes:
            _answer(ink, fact, client, who, "money.none")
        case "" if registration.answered(ink, fact, client, who):
            return
        case "message" if not command.text.strip():
            _answer(ink, fact, client, who, "talk.empty")
        case "message":
            _pass_on(ink, fact, client, who, command.text)
        case _ if command.problem in {"bad_day", "bad_time"}:
            _answer(ink, fact, client, who, f"answer.{command.problem}", word=command.word)
        case _:
            _pass_on(ink, fact, client, who, fact.text)


def why_of(ink: Ink, fact: MessageCame, client: Client) -> tuple[str, ...]:
    """The why of an answer to a client: what was written, and when."""
    wrote = part("why.wrote", name=called(client.name), time=ink.clock)
    return part("why.answer_to", text=fact.text.strip() or fact.form), wrote


def _answer(ink: Ink, fact: MessageCame, client: Client, who: Who, text: str, **values: str) -> None:
    """An answer that is only worth something now."""
    ink.send(who, text, values=values, cls="fresh", answers=fact.key, why=why_of(ink, fact, client))


def _fixed(ink: Ink, fact: MessageCame, client: Client, who: Who, verb: str) -> None:
    texts = {"menu": "menu.main", "questions": "menu.faq", "bot": "talk.are_you_a_bot", "talk": "talk.empty"}
    notice = str(ink.snap.settings.cancel_free_hours)
    _answer(ink, fact, client, who, texts[verb], mins=str(MINUTES), notice=notice)


def _stop_or_start(ink: Ink, client: Client, who: Who, verb: str) -> None:
    """Written before it is answered: a program that never gets to write it must not say "no more". In every state."""
    name = called(client.name)
    if verb == "stop_marketing":
        messages = "stopped" if client.messages == "stopped" else "bookings only"
        row = ink.put("clients", client.id, messages=messages, consent="no")
        text = "stop.marketing"
    else:
        log = part("log.stopped" if verb == "stop" else "log.started", name=name)
        wanted = "stopped" if verb == "stop" else "all"
        row = ink.put("clients", client.id, log=log, by=part("by.chat", name=name), messages=wanted)
        text = "stop.done" if verb == "stop" else "stop.start"
    ink.send(who, text, needs=(row,), answers=ink.fact.key, deadline=ink.within(12))


def _bookings(ink: Ink, fact: MessageCame, client: Client, who: Who, coming: list[Booking]) -> None:
    """Up to five next sessions, one a line (features S1)."""
    if not coming:
        _answer(ink, fact, client, who, "menu.bookings_none")
        return
    lines = [
        part("line.booking", start=label_of(ink.snap, b), type=words.type_word(b.type or "single")) for b in coming
    ]
    start = starts(ink.snap, coming[-1])
    example = f"cancel {words.weekday(start.date())} {start:%H:%M}" if start else "cancel next"
    _answer(ink, fact, client, who, "menu.bookings", lines="\n".join(words.at_most(lines)), example=example)


def _there(ink: Ink, fact: MessageCame, who: Who, booking: Booking) -> None:
    start = starts(ink.snap, booking)
    if start:
        values = {"when": words.when(start, ink.today)}
        ink.send(who, "remind.there", values=values, cls="fresh", answers=fact.key)


def _late(ink: Ink, fact: MessageCame, client: Client, who: Who, booking: Booking) -> None:
    """The owner hears of it before we say so."""
    start = starts(ink.snap, booking)
    why = why_of(ink, fact, client)
    when = words.when(start, ink.today) if start else "-"
    news(ink, part("nudge.late", name=called(client.name), when=when), why=why, urgent=True)
    ink.send(who, "remind.late", deadline=ink.within(2), answers=fact.key, why=why)


def _media(ink: Ink, fact: MessageCame, client: Client, who: Who) -> None:
    voice = bool(fact.media and fact.media.voice)
    why = why_of(ink, fact, client)
    text = "talk.voice" if voice else "talk.photo" if fact.form == "media" else "talk.passed"
    ink.send(who, text, answers=fact.key, deadline=ink.within(12), why=why)
    news(ink, part("nudge.voice" if voice else "nudge.picture", name=called(client.name)), why=why)


def _unreadable(ink: Ink, fact: MessageCame, client: Client, who: Who) -> None:
    """A poll, or what WhatsApp has invented since: the person hears that it did not arrive, and so does the owner."""
    _answer(ink, fact, client, who, "talk.unreadable")
    news(ink, part("nudge.unreadable", name=called(client.name)), why=why_of(ink, fact, client))


def _pass_on(ink: Ink, fact: MessageCame, client: Client, who: Who, text: str) -> None:
    """Words for the owner: passed on at once, acknowledged (features S4)."""
    why = why_of(ink, fact, client)
    ink.send(who, "talk.passed", answers=fact.key, deadline=ink.within(12), why=why)
    name, said = called(client.name), text.strip()
    if fact.media and said:
        nudge = part("nudge.sent_with", name=name, what=media.word(fact.media), text=said)
    else:
        nudge = part("nudge.writes", name=name, text=said) if said else part("nudge.wrote", name=name)
    news(ink, nudge, why=why)
