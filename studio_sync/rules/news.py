"""WhatsApp's other news: wishes about marketing, what she wrote by phone, templates, the account, people who moved.

What asks nothing of anybody stays in the journal as it came. Source: facts/whatsapp 1.2.
"""

from __future__ import annotations

from typing import Any

from sheets_schema.tabs.messages import ECHO
from sheets_schema.tabs.people import Client
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules import approval, nudges, registration
from studio_sync.rules.access import newcomer_id, speaker
from studio_sync.rules.facts import MessageCame, NewsCame
from studio_sync.rules.ink import Ink, message_id
from studio_sync.rules.people import called
from studio_sync.rules.questions import ask

#: news that change what stands in Templates
TEMPLATE_NEWS = (
    approval.LISTED,
    approval.SUBMITTED,
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
)
#: states of a template in which it cannot leave
TEMPLATE_TROUBLE = ("REJECTED", "PAUSED", "DISABLED", "FLAGGED", "PENDING_DELETION", "LIMIT_EXCEEDED", "LOCKED")
#: news of the number itself that are none worth a message
NUMBER_FINE = ("ONBOARDING", "UPGRADE", "UNFLAGGED")
LONGEST_WORDS = 120


def news_came(ink: Ink, fact: NewsCame) -> None:
    """What one piece of news means; of an unknown kind it is only kept."""
    data = fact.data
    if fact.field in TEMPLATE_NEWS:
        approval.news(ink, fact)
    match fact.field:
        case registration.PUBLISHED:
            registration.published(ink, data)
        case "user_preferences":
            _wish(ink, fact)
        case "smb_message_echoes":
            _echo(ink, fact)
        case "calls":
            _call(ink, fact)
        case "message_template_status_update" if _is_trouble(ink, data):
            _tell(ink, part("nudge.template", name=_template(data), what=_words(data.get("event"))))
        case "message_template_quality_update" if data.get("new_quality_score") == "RED":
            _tell(ink, part("nudge.template", name=_template(data), what=part("word.low_quality")))
        case "template_category_update" if _words(data.get("new_category")):
            _tell(ink, part("nudge.category", name=_template(data), what=_words(data["new_category"])))
        case "phone_number_quality_update" if _words(data.get("event")) and data["event"] not in NUMBER_FINE:
            _tell(ink, part("nudge.quality", what=_words(data["event"])))
        case "account_update" | "account_alerts" | "messages":
            _account(ink, data)
        case _:
            return


def system(ink: Ink, fact: MessageCame) -> None:
    """A system message: someone has a new number or a new user id, or changed what was written before.

    The row moves with the person; the right to command does not. A change is never obeyed as if it were new.
    """
    what, _, new = fact.choice.partition(":")
    if what == "user_changed_number" and new and fact.phone and new != fact.phone:
        for client in ink.snap.clients_by_phone(fact.phone):
            name = called(client.name or words.phone_words(fact.phone))
            log = part("log.new_number", name=name)
            # WhatsApp gives another id with another number.
            ink.put("clients", client.id, log=log, by=name, undoable=True, phone=new, user_id="")
            old, now = words.phone_words(fact.phone), words.phone_words(new)
            _tell(ink, part("nudge.new_number", name=name, phone=now, old=old), but=fact.phone, label=client.id)
        _no_admin(ink, fact.phone, new)
    elif what == "user_changed_user_id" and new and fact.user_id:
        for client in _known(ink, fact.phone, fact.user_id):
            ink.put("clients", client.id, user_id=new)
    elif what == "edit" and fact.text.strip():
        for client in _known(ink, fact.phone, fact.user_id)[:1]:
            nudges.news(ink, part("nudge.edited", name=called(client.name), text=fact.text.strip()))


def _no_admin(ink: Ink, old: str, new: str) -> None:
    """An admin's number is somebody else's from now on. She types the new one herself if it is right."""
    settings = ink.snap.settings
    if old not in {settings.owner_number, *settings.admin_numbers}:
        return
    log, by = part("log.not_admin", phone=words.phone_words(old)), part("by.studio")
    if old == settings.owner_number:
        ink.put("settings", "owner_number", value="", log=log, by=by)
    if old in settings.admin_numbers:
        left = ", ".join(number for number in settings.admin_numbers if number != old)
        ink.put("settings", "admin_numbers", value=left, log=log, by=by)
    sentence = part("nudge.admin_moved", old=words.phone_words(old), phone=words.phone_words(new))
    _tell(ink, sentence, but=old, label="admin")
    _decide(ink, sentence)


def _wish(ink: Ink, fact: NewsCame) -> None:
    """Marketing stopped, or wanted again, by the person's own tap in WhatsApp. Messages about bookings go on."""
    wish = fact.data.get("value")
    if wish not in {"stop", "resume"}:
        return
    for client in _known(ink, str(fact.data.get("phone", "")), str(fact.data.get("user_id", ""))):
        name = called(client.name)
        messages = client.messages
        if wish == "stop" and messages != "stopped":
            messages = "bookings only"
        elif wish == "resume" and messages == "bookings only":
            messages = "all"
        log = part("log.no_news" if wish == "stop" else "log.news", name=name)
        consent = "no" if wish == "stop" else "yes"
        by = part("by.chat", name=name)
        ink.put("clients", client.id, log=log, by=by, messages=messages or "all", consent=consent)


def _echo(ink: Ink, fact: NewsCame) -> None:
    """She answered from the phone app: a row of Messages, by which the gate keeps us quiet in that chat."""
    phone, user_id = str(fact.data.get("phone", "")), str(fact.data.get("user_id", ""))
    who = speaker(ink.snap, phone, user_id)
    if not who.address:
        return
    form = str(fact.data.get("form", ""))
    ink.put(
        "messages",
        message_id(fact.key),
        projection=True,
        when=fact.at,
        way="out",
        who=who.client.name if who.client else words.phone_words(who.address),
        text=str(fact.data.get("text", "")) or f"[{form}]",
        state="sent",
        why=part("why.by_phone"),
        kind=ECHO,
        number=who.address,
        client_id=who.client.id if who.client else who.role,
        key=fact.key,
    )


def _call(ink: Ink, fact: NewsCame) -> None:
    """A call opens the chat for 24 hours as a message does (facts/whatsapp 1.3), and somebody should call back."""
    who = speaker(ink.snap, str(fact.data.get("phone", "")), str(fact.data.get("user_id", "")))
    if who.address and who.role != "owner":
        ink.note("heard", address=who.address, at=fact.at.isoformat())
        name = called(who.client.name) if who.client and who.client.name else words.phone_words(who.address)
        nudges.news(ink, part("nudge.called", name=name))


def _account(ink: Ink, data: dict[str, Any]) -> None:
    """Trouble of the account: to the phones, as long as they can be reached, and into Today."""
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    info = data.get("alert_info")
    alert = info if isinstance(info, dict) else data
    what = next(filter(None, map(_words, (first.get("title"), alert.get("alert_description"), data.get("event")))), "")
    if what:
        sentence = part("nudge.account", what=what)
        _tell(ink, sentence)
        _decide(ink, sentence)


def _known(ink: Ink, phone: str, user_id: str) -> tuple[Client, ...]:
    found = ink.snap.clients_by_phone(phone) or ink.snap.clients_by_user_id(user_id)
    early = ink.snap.clients.get(newcomer_id(phone or user_id)) if phone or user_id else None
    return found or ((early,) if early else ())


def _tell(ink: Ink, sentence: str, *, but: str = "", label: str = "") -> None:
    """One sentence to every phone of the owner's side, ``but`` the one that is hers no more."""
    for admin in ink.admins():
        if admin.address != but:
            key = f"{admin.who}:{label}" if label else ""
            ink.send(admin, "owner.news", values={"text": sentence}, deadline=ink.within(24), label=key)


def _decide(ink: Ink, sentence: str) -> None:
    about = f"{words.capital(sentence)}."
    ask(
        ink, who="owner", about=about, answers={"done": part("decide.not_done_ok")}, rule="not_told", data={}, hours=336
    )


def _is_trouble(ink: Ink, data: dict[str, Any]) -> bool:
    """A template cannot leave, or hardly, and the list of this morning has not said so."""
    event = data.get("event")
    return event in TEMPLATE_TROUBLE and not approval.knows(
        ink.snap, str(data.get("message_template_name") or ""), event
    )


def _template(data: dict[str, Any]) -> str:
    return _words(data.get("message_template_name")) or "-"


def _words(value: Any) -> str:
    """WhatsApp's word as one short line: ``PENDING_DELETION`` -> ``pending deletion``."""
    told = " ".join(value.split())[:LONGEST_WORDS].rstrip(".") if isinstance(value, str) else ""
    return told.replace("_", " ").lower() if told.isupper() else told
