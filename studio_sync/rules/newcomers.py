"""Someone we do not know writes: kept as a client row with status ``new``, greeted, and the owner is asked what to do.

A prospect's row is the conversation's memory: no name yet means that the next message is the name (features P1).
"""

from __future__ import annotations

from datetime import timedelta

from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.vocabulary import client_intent
from studio_sync.rules import registration
from studio_sync.rules.access import Speaker, newcomer_id
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.ink import Ink
from studio_sync.rules.names import code_for, is_name
from studio_sync.rules.nudges import news
from studio_sync.rules.people import Who, first_of
from studio_sync.rules.questions import ask, data_of

LONGEST_NAME, LONGEST_NOTE = 40, 200


def hear(ink: Ink, fact: MessageCame, who: Speaker) -> None:
    """A message from a number that is no client of ours."""
    known = who.client
    name = known.name if known else ""
    person = Who(address=who.address, who=known.id if known else "newcomer", name=name, first=first_of(name))
    intent = client_intent(fact.text)
    why = (part("why.answer_to", text=fact.text or fact.form),)
    if intent == "stop" or (intent == "start" and known is not None and known.messages == "stopped"):
        _stop_or_start(ink, person, known, stop=intent == "stop")
    elif ink.snap.settings.newcomers == "short answer":
        values = {"link": ink.snap.settings.mail_from or words.phone_words(ink.snap.settings.owner_number) or "-"}
        ink.send(person, "hello.guest", values=values, cls="fresh", answers=fact.key, why=why)
    elif known is None:
        _keep(ink, fact, who)
        ink.send(person, "hello.prospect", deadline=ink.within(12), answers=fact.key, why=why)
    elif known.name:
        ink.send(person, "hello.prospect_again", cls="fresh", answers=fact.key, why=why)
        _pass_on(ink, fact, known, why)
    elif is_name(fact.text):
        _named(ink, fact, person, known, why)
    else:
        ink.send(person, "hello.prospect", deadline=ink.within(12), answers=fact.key, why=why)


def _keep(ink: Ink, fact: MessageCame, who: Speaker) -> None:
    """A row for the newcomer, before anything is answered; asked once, even if two messages come at once."""
    ident = newcomer_id(who.address)
    shown = fact.profile.strip() or words.phone_words(who.address)
    ink.put(
        "clients",
        ident,
        log=part("log.new", name=shown),
        by=part("by.chat", name=shown),
        phone=fact.phone,
        user_id=fact.user_id,
        name="",
        status="new",
        messages="all",
        notes=_note(fact),
        since=ink.today,
        last_seen=ink.today,
    )
    _ask_owner(ink, ident, shown, who.address, fact.text.strip() or f"[{fact.form}]")


def _note(fact: MessageCame) -> str:
    """What was written first, and what brought the person here."""
    wrote = part("note.first_wrote", text=fact.text[:LONGEST_NOTE]) if fact.text.strip() else ""
    ad = " ".join(fact.referral.split())[:LONGEST_NOTE]
    return " ".join(filter(None, (wrote, part("note.from_ad", text=ad) if ad else "")))


def _ask_owner(ink: Ink, client: str, name: str, address: str, text: str) -> None:
    phone = words.phone_words(address)
    question = ask(
        ink,
        who="owner",
        about=part("decide.prospect", name=name, phone=phone, text=text),
        answers={"yes": part("decide.prospect_yes"), "no": part("decide.prospect_no")},
        rule="prospect",
        data={"client": client, "text": text},
        hours=24 * 14,
    )
    for admin in ink.admins():
        ink.send(
            admin,
            "owner.prospect",
            values={"name": name, "phone": phone, "text": text, "question": question},
            about=f"question:{question}",
            deadline=ink.within(24),
            why=(part("why.wrote", name=name, time=ink.clock),),
        )


def _named(ink: Ink, fact: MessageCame, person: Who, known: Client, why: tuple[str, ...]) -> None:
    """The name came: into the row, and into the question that waits in Today."""
    name = " ".join(fact.text.split())[:LONGEST_NAME].strip()
    ink.put("clients", known.id, name=name, last_seen=ink.today)
    phone = words.phone_words(person.address)
    for question in ink.snap.questions:
        data = data_of(question)
        if question.key == "prospect" and question.state == "open" and data.get("client") == known.id:
            about = part("decide.prospect", name=name, phone=phone, text=str(data.get("text") or "-"))
            ink.put("questions", question.id, about=about)
    ink.send(
        Who(address=person.address, who=known.id, name=name, first=first_of(name)),
        "hello.prospect_named",
        values={"day": words.day((ink.local + timedelta(days=1)).date(), ink.today)},
        deadline=ink.within(12),
        answers=fact.key,
        why=why,
    )
    news(ink, part("nudge.named", name=name, phone=phone), why=why, label="named")


def _pass_on(ink: Ink, fact: MessageCame, known: Client, why: tuple[str, ...]) -> None:
    """We say that the owner gets it, so the owner gets it."""
    text = fact.text.strip()
    said = part("nudge.writes", name=known.name, text=text) if text else part("nudge.wrote", name=known.name)
    news(ink, said, why=why)


def _stop_or_start(ink: Ink, person: Who, known: Client | None, *, stop: bool) -> None:
    """As for a client (client_chat): written before it is answered."""
    rows = () if known is None else (ink.put("clients", known.id, messages="stopped" if stop else "all"),)
    text = "stop.done" if stop else "stop.start"
    ink.send(person, text, needs=rows, answers=ink.fact.key, deadline=ink.within(12))


def add(ink: Ink, client: Client, *, by: str) -> str:
    """Someone new is a client from now on, and is welcomed; the key of the text that says so."""
    ink.put(
        "clients",
        client.id,
        log=part("log.added", name=client.name or words.phone_words(client.phone) or part("blank.name")),
        by=by,
        undoable=True,
        status="active",
        messages=client.messages or "all",
        code=client.code or code_for(ink, client.name, client.phone),
    )
    return registration.welcome(ink, client)
