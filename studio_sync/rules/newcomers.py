"""Someone we do not know writes: kept as a client row with status ``new``, greeted, and the owner is asked what to do.

A prospect's row is the conversation's memory: no name yet means that the next message is the name (features P1).
"""

from __future__ import annotations

from datetime import timedelta

from sheets_schema.tabs.messages import Question
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.vocabulary import client_intent, vocabulary
from studio_sync.rules.access import Speaker
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.ink import Ink, Who, person_of, short_hash
from studio_sync.rules.questions import ask, close


def hear(ink: Ink, fact: MessageCame, who: Speaker) -> None:
    """A message from a number that is no client of ours."""
    known = who.client
    person = Who(address=who.address, who=known.id if known else "newcomer", name=known.name if known else "", first="")
    if client_intent(fact.text) == "stop":
        _stop(ink, person, known)
        return
    if ink.snap.settings.newcomers == "short answer":
        ink.send(person, "hello.guest", values={"link": "-"}, cls="fresh", answers=fact.key)
        return
    why = (part("why.answer_to", text=fact.text or fact.form),)
    if known is None:
        _keep(ink, fact, who)
        ink.send(person, "hello.prospect", deadline=ink.now + timedelta(hours=12), answers=fact.key, why=why)
    elif not known.name and _is_name(fact.text):
        _named(ink, fact, known, why)
    elif not known.name:
        ink.send(person, "hello.prospect", deadline=ink.now + timedelta(hours=12), answers=fact.key, why=why)
    else:
        ink.send(person_of(known), "hello.prospect_again", cls="fresh", answers=fact.key, why=why)


def _keep(ink: Ink, fact: MessageCame, who: Speaker) -> None:
    """A row for the newcomer, before anything is answered; asked once, even if two messages come at once."""
    ident = f"c-{short_hash('newcomer', who.address)}"
    ink.put(
        "clients",
        ident,
        log=f"New: {words.phone_words(who.address)}",
        by="newcomer, chat",
        phone=who.address if who.address.startswith("+") else "",
        name="",
        status="new",
        messages="all",
        notes=f"First wrote: {fact.text[:200]}" if fact.text else "",
        since=ink.now.astimezone(ink.snap.settings.zone).date(),
        last_seen=ink.now.astimezone(ink.snap.settings.zone).date(),
    )
    _ask_owner(ink, ident, fact.profile or words.phone_words(who.address), who.address, fact.text or f"[{fact.form}]")


def _ask_owner(ink: Ink, client: str, name: str, address: str, text: str) -> None:
    question = ask(
        ink,
        who="owner",
        about=part("decide.prospect", name=name, phone=words.phone_words(address), text=text),
        answers={"yes": part("decide.prospect_yes"), "no": part("decide.prospect_no")},
        rule="prospect",
        data={"client": client},
        hours=24 * 14,
    )
    values = {"name": name, "phone": words.phone_words(address), "text": text, "question": question}
    for admin in ink.admins():
        ink.send(
            admin,
            "owner.prospect",
            values=values,
            about=f"question:{question}",
            deadline=ink.now + timedelta(hours=24),
            why=(part("why.wrote", name=name, time=f"{ink.now.astimezone(ink.snap.settings.zone):%H:%M}"),),
        )


def _is_name(text: str) -> bool:
    """Greetings, tests and single letters are no names (features P1)."""
    plain = " ".join(text.lower().split())
    return len(plain) >= 2 and plain not in vocabulary().not_names and any(ch.isalpha() for ch in plain)


def _named(ink: Ink, fact: MessageCame, known: Client, why: tuple[str, ...]) -> None:
    name = " ".join(fact.text.split())[:40]
    ink.put(
        "clients", known.id, name=name, label="", log="", last_seen=ink.now.astimezone(ink.snap.settings.zone).date()
    )
    local = ink.now.astimezone(ink.snap.settings.zone)
    answer_by = words.day((local + timedelta(days=1)).date(), ink.snap.context.today)
    person = Who(address=known.phone or fact.user_id, who=known.id, name=name, first=name.split()[0])
    ink.send(
        person,
        "hello.prospect_named",
        values={"day": answer_by},
        deadline=ink.now + timedelta(hours=12),
        answers=fact.key,
        why=why,
    )


def _stop(ink: Ink, person: Who, known: Client | None) -> None:
    if known is not None:
        ink.put("clients", known.id, messages="stopped")
    ink.send(person, "stop.done", answers=ink.fact.key, deadline=ink.now + timedelta(hours=12))


def answered(ink: Ink, question: Question, answer: str, client: Client) -> None:
    """The owner decided about a newcomer: a client from now on, or left as it is."""
    close(ink, question)
    if answer != "yes":
        return
    ink.put(
        "clients",
        client.id,
        log=f"Added: {client.name or words.phone_words(client.phone)}",
        by=f"{ink.snap.settings.owner_name}, Today",
        undoable=True,
        status="active",
        code=code_for(ink, client.name, client.phone),
    )
    if client.phone:
        person = person_of(client) if client.name else Who(address=client.phone, who=client.id, name="", first="there")
        ink.send(person, "hello.registered", deadline=ink.now + timedelta(hours=12))


def code_for(ink: Ink, name: str, phone: str) -> str:
    """A bank reference such as THANDI07: first name and the last two digits, made unique by counting on."""
    stem = (
        "".join(ch for ch in words_ascii(name.split()[0] if name else "CLIENT") if ch.isalnum()).upper()[:8] or "CLIENT"
    )
    tail = int(phone[-2:]) if phone[-2:].isdigit() else 1
    taken = {client.code for client in ink.snap.clients}
    while f"{stem}{tail:02d}" in taken:
        tail += 1
    return f"{stem}{tail:02d}"


def words_ascii(text: str) -> str:
    """Letters without accents, for references a bank can print."""
    import unicodedata

    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
