"""WhatsApp's envelope: every entry, change, message and status, in any batching (facts/whatsapp 1.1, 1.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studio_sync.rules.facts import Fact, MessageCame, StatusCame
from webhook.foreign_json import loads, mapping, objects, text
from webhook.messages import UNSUPPORTED, Doc, content, referral
from webhook.people import e164, moment, printable_id, user_id
from webhook.updates import news

#: what stands around news, and is none by itself
_FRAME = frozenset(("messaging_product", "metadata", "contacts"))
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

    Messages of unknown kinds are kept as ``unsupported`` when they have an id, whole; other unknown things as news.
    Raises ``ValueError`` when ``raw`` is no JSON object.
    """
    entries = objects(loads(raw).get("entry"))
    if not entries:
        return Delivery(facts=(), kind="empty-entry")
    changes = [(change, entry) for entry in entries for change in objects(entry.get("changes"))]
    if not changes:
        return Delivery(facts=(), kind="empty-changes")
    facts = [fact for change, entry in changes for fact in _change(change, entry, now, phone_id)]
    if len(facts) > 1:
        facts.sort(key=lambda fact: fact.at)
    kinds = {fact.kind for fact in facts}
    kind = next((kind for kind in ("message", "status") if kind in kinds), "non-message-event")
    return Delivery(facts=tuple(facts), kind=kind)


def _change(change: Doc, entry: Doc, now: datetime, phone_id: str) -> Sequence[Fact]:
    told, field = change.get("value"), change.get("field")
    value = mapping(told)
    if not _ours(value, phone_id):
        return ()
    if field not in (None, "messages"):
        return news(text(field), told, entry, now)
    found: list[Fact] = [*_messages(value, now), *_statuses(value, now)]
    listed = sum(len(items) for name in ("messages", "statuses") if isinstance(items := value.get(name), list))
    if len(found) >= max(listed, 1):
        return found
    rest = told if not value else any(value[name] for name in value.keys() - _FRAME)
    # Something in it that we do not understand: the whole change is kept as it came.
    return [*found, *news("messages", told, entry, now)] if rest else found


def _ours(value: Doc, phone_id: str) -> bool:
    """One app gets the news of all its numbers."""
    told = mapping(value.get("metadata")).get("phone_number_id")
    return not phone_id or not isinstance(told, str) or told == phone_id


def _messages(value: Doc, now: datetime) -> list[Fact]:
    people = objects(value.get("contacts"))
    return [fact for doc in objects(value.get("messages")) if (fact := _message(doc, people, now)) is not None]


def _message(doc: Doc, people: Sequence[Doc], now: datetime) -> MessageCame | None:
    key = printable_id(doc.get("id"))
    if not key:
        return None
    phone, ident, profile = _sender(doc, people)
    said = {"answers": printable_id(mapping(doc.get("context")).get("id")), **content(doc)}
    if said["form"] == UNSUPPORTED["form"]:
        said["raw"] = doc
    if "referral" in doc:
        said["referral"] = referral(mapping(doc["referral"]))
    return MessageCame(
        key=key, at=moment(doc.get("timestamp"), now), phone=phone, user_id=ident, profile=profile, **said
    )


def _sender(doc: Doc, people: Sequence[Doc]) -> tuple[str, str, str]:
    """Number, user id and shown name. A user may have hidden the number; ``from`` may then be absent or hold the id."""
    told = text(doc.get("from"))
    phone = e164(told)
    ident = printable_id(doc.get("from_user_id")) or user_id(told)
    if not ident and "system" in doc:
        ident = printable_id(mapping(doc["system"]).get("previous_user_id"))
    for person in people:
        number, theirs = e164(text(person.get("wa_id"))), printable_id(person.get("user_id"))
        if (phone and phone == number) or (ident and ident == theirs):
            return phone or number, ident or theirs, _name(person)
    return phone, ident, _name(people[0]) if len(people) == 1 and (phone or ident) else ""


def _name(person: Doc) -> str:
    return text(mapping(person.get("profile")).get("name"))


def _statuses(value: Doc, now: datetime) -> list[Fact]:
    return [fact for doc in objects(value.get("statuses")) if (fact := _status(doc, now)) is not None]


def _status(doc: Doc, now: datetime) -> StatusCame | None:
    wamid, status = printable_id(doc.get("id")), text(doc.get("status"))
    if not wamid or not _STATUS.fullmatch(status):
        return None
    error = next(iter(objects(doc.get("errors"))), {})
    detail = text(mapping(error.get("error_data")).get("details")) or text(error.get("message"))
    pricing = mapping(doc.get("pricing"))
    return StatusCame(
        key=f"{wamid}:{status}",
        at=moment(doc.get("timestamp"), now),
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
