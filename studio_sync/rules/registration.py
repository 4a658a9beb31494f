"""Who someone new is: a form in the chat, or the same asked in a few questions: name, birthday, mail for invoices.

Each step is one open question (``rules/questions.py``); an answer that is none of it is heard like any other message,
so nothing typed while we wait is swallowed, STOP least of all. Source: features P1, P4, P15; facts/whatsapp 1.6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sheets_schema.cells import BIRTHDAY, MAIL, PHONE, Kind
from sheets_schema.issues import CellProblem
from sheets_schema.policies import BY_NAME
from sheets_schema.presets import setting_row
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.messages import Question
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.vocabulary import short_answer
from studio_sync.rules.facts import MessageCame
from studio_sync.rules.ink import Ink
from studio_sync.rules.names import code_for, is_name
from studio_sync.rules.people import Who, called, first_of, person_of
from studio_sync.rules.questions import ask, close, data_of

#: news of ours, put by ``studio-sync flows publish``
PUBLISHED = "flow_published"
#: rule of the questions to a client, and of the owner's form
RULE, OWNERS = "register", "new_client"
#: how long an answer is waited for
HOURS = 24 * 7
#: field -> text that asks it first, in the welcome, and text that asks it next
STEPS: dict[str, tuple[str, str]] = {
    "name": ("hello.registered_name", "hello.ask_1"),
    "birthday": ("hello.registered_birthday", "hello.ask_2"),
    "email": ("hello.registered_mail", "hello.ask_3"),
}
KINDS: dict[str, Kind[str]] = {"birthday": BIRTHDAY, "email": MAIL}
#: names of fields in our form and in those of older systems -> ours
FIELDS = {
    "name": "name",
    "client name": "name",
    "phone": "phone",
    "mobile": "phone",
    "number": "phone",
    "birthday": "birthday",
    "dob": "birthday",
    "date of birth": "birthday",
    "email": "email",
    "mail": "email",
}
_AROUND = re.compile(r"^screen_\d+_|_\d+$")
LONGEST = 80


def welcome(ink: Ink, client: Client) -> str:
    """Welcome someone who is a client from now on, and ask what is not known yet; the key of the text."""
    settings, person = ink.snap.settings, person_of(client)
    missing = [field for field in STEPS if not getattr(client, field)]
    if not missing or not settings.ask_new_clients:
        text = "hello.registered" if client.name else "hello.registered_unnamed"
        ink.send(person, text, deadline=ink.within(12))
        return text
    if settings.registration_form:
        question = _ask(ink, client.id, "form")
        values = {"flow": settings.registration_form, "question": question}
        ink.send(person, "hello.registered_form", values=values, deadline=ink.within(12))
        return "hello.registered_form"
    text = STEPS[missing[0]][0]
    _ask(ink, client.id, missing[0])
    ink.send(person, text, deadline=ink.within(12))
    return text


def _ask(ink: Ink, client: str, step: str) -> str:
    data = {"client": client, "step": step}
    return ask(ink, who=client, about=part(f"ask.{step}"), answers={}, rule=RULE, data=data, hours=HOURS)


def answered(ink: Ink, fact: MessageCame, client: Client, who: Who) -> bool:
    """Whether these words answer what we asked; then they are written down and the next thing is asked."""
    question = _open(ink, client.id, RULE)
    step = str(data_of(question).get("step", "")) if question else ""
    if question is None or step not in STEPS:
        return False
    text = " ".join(fact.text.split())
    if short_answer(text) == "skip" and step != "name":
        value = ""
    elif not (value := _value(ink, step, text)):
        return False
    close(ink, question)
    name = value if step == "name" else client.name
    if value:
        _write(ink, client, {step: value})
    person = Who(address=who.address, who=client.id, name=name, first=first_of(name))
    left = [field for field in list(STEPS)[list(STEPS).index(step) + 1 :] if not getattr(client, field)]
    if left:
        _ask(ink, client.id, left[0])
    text_key = STEPS[left[0]][1] if left else "hello.thanks"
    why = (part("why.answer_to", text=fact.text.strip() or fact.form),)
    ink.send(person, text_key, answers=fact.key, deadline=ink.within(12), why=why)
    return True


def _value(ink: Ink, step: str, text: str) -> str:
    """The answer as it is kept; "" when it is none."""
    if step == "name":
        return text[:LONGEST] if is_name(text) else ""
    try:
        return KINDS[step].read(text, ink.snap.context)
    except CellProblem:
        return ""


def _write(ink: Ink, client: Client, values: Mapping[str, str]) -> None:
    titles = ", ".join(BY_KEY["clients"].column(field).title for field in values)
    name = called(values.get("name") or client.name or words.phone_words(client.phone))
    log = part("log.edited", name=name, column=titles)
    ink.put("clients", client.id, label="told", log=log, by=part("by.chat", name=name), raw=values)


def _open(ink: Ink, who: str, rule: str) -> Question | None:
    """The newest question of this kind that still waits for this person."""
    found = [
        question
        for question in ink.snap.questions
        if question.key == rule and question.who == who and question.state == "open"
    ]
    return found[-1] if found else None


# -- the form


def published(ink: Ink, data: Mapping[str, Any]) -> None:
    """The form can be sent: its id into Settings, where she may take it out again."""
    form = str(data.get("form") or "")
    if form and form != ink.snap.settings.registration_form:
        row = setting_row("registration_form", replace(ink.snap.settings, registration_form=form))
        name = BY_NAME["registration_form"].title
        log = part("log.edited", name=name, column=BY_KEY["settings"].column("value").title)
        ink.put("settings", "registration_form", raw=row, log=log, by=part("by.studio"), undoable=True)


def fields_of(text: str) -> dict[str, str]:
    """What was filled in, from the lines the front door makes of it (``birthday: 21 May``), by our names."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        field = FIELDS.get(_AROUND.sub("", name.strip()).replace("_", " ").strip().casefold())
        if field and value.strip():
            found.setdefault(field, " ".join(value.split())[:LONGEST])
    return found


def filled_by_client(ink: Ink, fact: MessageCame, client: Client, who: Who) -> None:
    """A client sent the form: written into the row; what cannot be read stands there for the owner to see."""
    question = _open(ink, client.id, RULE)
    told = fields_of(fact.text)
    values = {field: _read(ink, field, value) for field, value in told.items() if field in STEPS}
    if values:
        _write(ink, client, values)
    if question is not None:
        close(ink, question)
    name = values.get("name") or client.name
    person = Who(address=who.address, who=client.id, name=name, first=first_of(name))
    ink.send(person, "hello.thanks", answers=fact.key, deadline=ink.within(12))


def _read(ink: Ink, field: str, value: str) -> str:
    kind = KINDS.get(field)
    try:
        return kind.read(value, ink.snap.context) if kind else value
    except CellProblem:
        return value


def open_form(ink: Ink, text: str) -> bool:
    """The owner wants to add someone: the form opens on her phone, if there is one."""
    form = ink.snap.settings.registration_form
    if not form:
        return False
    asker = ink.asker()
    data = {"who": asker.who}
    question = ask(ink, who="form", about=part("ask.form"), answers={}, rule=OWNERS, data=data, hours=24)
    values = {"flow": form, "question": question}
    ink.send(asker, "flow.new_client", values=values, cls="fresh", answers=ink.fact.key, why=ink.asked(text))
    return True


def filled_by_owner(ink: Ink, fact: MessageCame) -> None:
    """The owner sent the form: a client row, as if she had typed ``add``."""
    question = ink.snap.questions.get(fact.choice.split("_")[1]) if fact.choice.startswith("answer_") else None
    if question is not None and question.key == OWNERS:
        close(ink, question)
    told = fields_of(fact.text)
    more = {field: _read(ink, field, told[field]) for field in KINDS if field in told}
    add_typed(ink, told.get("name", ""), told.get("phone", ""), said=fact.text.replace("\n", ", "), **more)


def add_typed(ink: Ink, name: str, number: str, *, said: str, **more: str) -> None:
    """A client by name and number: a row, nothing is sent to anyone but the answer. ``more``: fields that are known."""
    if not name or not number:
        _say(ink, "answer.need_phone", said, example="add Ayanda 44 7700 900106")
        return
    try:
        phone = PHONE.read(number, ink.snap.context)
    except CellProblem:
        _say(ink, "answer.phone_short", said, word=number)
        return
    known = ink.snap.client_by_phone(phone)
    if known is not None and known.status not in {"new", "left"}:
        _say(ink, "answer.added_exists", said, name=called(known.name), phone=words.phone_words(phone))
        return
    ink.put(
        "clients",
        known.id if known else ink.mint("c-"),
        log=part("log.added", name=name),
        by=ink.by_owner("chat"),
        undoable=True,
        name=name,
        phone=phone,
        status="active",
        messages="all",
        code=known.code if known and known.code else code_for(ink, name, phone),
        since=known.since if known and known.since else ink.today,
        raw=more,
    )
    hint = "" if " " in name else part("read.hint_last_name")
    values = {"name": name, "phone": words.phone_words(phone), "undo": str(ink.number()), "hint": hint}
    ink.send(
        ink.asker(),
        "answer.added",
        values=values,
        answers=ink.fact.key,
        deadline=ink.within(12),
        why=ink.asked(said),
    )


def _say(ink: Ink, key: str, said: str, /, **values: str) -> None:
    why = (part("why.answer_to", text=said or "?"),)
    ink.send(ink.asker(), key, values=values, cls="fresh", answers=ink.fact.key, why=why)
