"""WhatsApp's envelope: every entry, change, message and status, in any batching (facts/whatsapp 1.1, 1.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from studio_sync.rules.facts import Fact, MessageCame, StatusCame
from webhook.foreign_json import loads, mapping, objects, text
from webhook.messages import Doc, content, e164, user_id

#: Longest id taken for one; real ones have about 60 letters.
LONGEST_ID = 500
_STATUS = re.compile(r"[a-z_]{1,32}")


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One POST, understood."""

    #: by time, oldest first
    facts: tuple[Fact, ...]
    #: message, status, empty-entry, empty-changes, non-message-event
    kind: str


def facts_of(raw: bytes, now: datetime, phone_id: str) -> list[Fact]:
    """What happened, oldest first. Raises ``ValueError`` when ``raw`` is no JSON object; nothing else ever fails."""
    return list(read(raw, now, phone_id).facts)


def read(raw: bytes, now: datetime, phone_id: str) -> Delivery:
    """The delivery in ``raw``; ``phone_id``: our number's id, "" to take every number's news. ``now``: aware UTC.

    Unknown kinds of messages are kept as ``unsupported`` when they have an id; other unknown things are nothing.
    Raises ``ValueError`` when ``raw`` is no JSON object.
    """
    entries = objects(loads(raw).get("entry"))
    if not entries:
        return Delivery(facts=(), kind="empty-entry")
    changes = [change for entry in entries for change in objects(entry.get("changes"))]
    if not changes:
        return Delivery(facts=(), kind="empty-changes")
    facts: list[Fact] = []
    for change in changes:
        value = mapping(change.get("value"))
        if change.get("field") in (None, "messages") and _ours(value, phone_id):
            facts += _messages(value, now)
            facts += _statuses(value, now)
    facts.sort(key=lambda fact: fact.at)
    if not facts:
        return Delivery(facts=(), kind="non-message-event")
    heard = any(isinstance(fact, MessageCame) for fact in facts)
    return Delivery(facts=tuple(facts), kind="message" if heard else "status")


def _ours(value: Doc, phone_id: str) -> bool:
    """One app gets the news of all its numbers."""
    told = mapping(value.get("metadata")).get("phone_number_id")
    return not phone_id or not isinstance(told, str) or told == phone_id


def _messages(value: Doc, now: datetime) -> list[Fact]:
    people = objects(value.get("contacts"))
    return [fact for doc in objects(value.get("messages")) if (fact := _message(doc, people, now)) is not None]


def _message(doc: Doc, people: Sequence[Doc], now: datetime) -> MessageCame | None:
    key = _id(doc.get("id"))
    if not key:
        return None
    phone, ident, profile = _sender(doc, people)
    said = {"answers": _id(mapping(doc.get("context")).get("id")), **content(doc)}
    return MessageCame(
        key=key, at=_moment(doc.get("timestamp"), now), phone=phone, user_id=ident, profile=profile, **said
    )


def _sender(doc: Doc, people: Sequence[Doc]) -> tuple[str, str, str]:
    """Number, user id and shown name. A user may have hidden the number; ``from`` may then be absent or hold the id."""
    told = text(doc.get("from"))
    phone = e164(told)
    system = mapping(doc.get("system"))
    ident = _id(doc.get("from_user_id")) or user_id(told) or _id(system.get("previous_user_id"))
    for person in people:
        number, theirs = e164(text(person.get("wa_id"))), _id(person.get("user_id"))
        if (phone and phone == number) or (ident and ident == theirs):
            return phone or number, ident or theirs, _name(person)
    return phone, ident, _name(people[0]) if len(people) == 1 and (phone or ident) else ""


def _name(person: Doc) -> str:
    return text(mapping(person.get("profile")).get("name"))


def _statuses(value: Doc, now: datetime) -> list[Fact]:
    return [fact for doc in objects(value.get("statuses")) if (fact := _status(doc, now)) is not None]


def _status(doc: Doc, now: datetime) -> StatusCame | None:
    wamid, status = _id(doc.get("id")), text(doc.get("status"))
    if not wamid or not _STATUS.fullmatch(status):
        return None
    error = next(iter(objects(doc.get("errors"))), {})
    detail = text(mapping(error.get("error_data")).get("details")) or text(error.get("message"))
    pricing = mapping(doc.get("pricing"))
    return StatusCame(
        key=f"{wamid}:{status}",
        at=_moment(doc.get("timestamp"), now),
        wamid=wamid,
        status=status,
        effect_key=text(doc.get("biz_opaque_callback_data")),
        code=_code(error.get("code")),
        detail=detail or text(error.get("title")),
        billable=_billable(pricing),
        category=text(pricing.get("category")),
    )


def _billable(pricing: Doc) -> bool:
    """``billable`` is to be removed by Meta; then the type tells: any ``free_*`` is free."""
    told = pricing.get("billable")
    kind = text(pricing.get("type"))
    return told if isinstance(told, bool) else bool(kind) and not kind.startswith("free")


def _code(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0


def _id(value: Any) -> str:
    found = text(value)
    return found if found.isprintable() and len(found.encode()) <= LONGEST_ID else ""


def _moment(value: Any, now: datetime) -> datetime:
    """Seconds since 1970, as text. What is no time, or lies more than a day ahead of us, is now."""
    told = text(value)
    if not (told.isascii() and told.isdigit() and len(told) <= 11):
        return now
    at = datetime.fromtimestamp(int(told), tz=UTC)
    return at if at <= now + timedelta(days=1) else now
