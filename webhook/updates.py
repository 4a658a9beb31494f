"""What WhatsApp tells besides messages and statuses, one fact each, raw unless the rules act on it.

Such news have no id of their own: their key is a hash of what came and of the time WhatsApp gives it.
Source: facts/whatsapp 1.2.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from studio_sync.rules.facts import NewsCame
from webhook.foreign_json import mapping, objects, text
from webhook.messages import Doc, content
from webhook.people import e164, moment, printable_id, user_id

#: longest name of a field taken for one
LONGEST_FIELD = 64


def news(field: str, told: Any, entry: Doc, now: datetime) -> list[NewsCame]:
    """The facts of one change that is no message and no status; none for nothing."""
    value = mapping(told)
    if field == "user_preferences":
        return [_wish(doc, now) for doc in objects(value.get(field))] or _raw(field, told, entry, now)
    if field == "smb_message_echoes":
        return [
            fact for doc in objects(value.get("message_echoes")) if (fact := _echo(doc, value, now)) is not None
        ] or _raw(field, told, entry, now)
    if field == "calls":
        return [fact for doc in objects(value.get("calls")) if (fact := _call(doc, now)) is not None] or _raw(
            field, told, entry, now
        )
    return _raw(field, told, entry, now)


def _raw(field: str, told: Any, entry: Doc, now: datetime) -> list[NewsCame]:
    if not told:
        return []
    data = told if isinstance(told, dict) else {"value": told}
    time = entry.get("time")
    key = _key(field, data, time, entry.get("id"))
    at = moment(str(time) if isinstance(time, int) else time, now)
    return [NewsCame(key=key, at=at, field=field[:LONGEST_FIELD] or "unknown", data=data)]


def _key(*parts: Any) -> str:
    return f"news:{hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]}"


def _wish(doc: Doc, now: datetime) -> NewsCame:
    """A person stops marketing messages, or wants them again."""
    told = text(doc.get("wa_id"))
    data = {
        "phone": e164(told),
        "user_id": printable_id(doc.get("user_id")) or user_id(told),
        "category": text(doc.get("category")),
        "value": text(doc.get("value")),
    }
    time = doc.get("timestamp")
    at = moment(str(time) if isinstance(time, int) else time, now)
    return NewsCame(key=_key("user_preferences", data, time), at=at, field="user_preferences", data=data)


def _call(doc: Doc, now: datetime) -> NewsCame | None:
    """Somebody called the number. Its end is told under the same id and is no second call."""
    ident, told = printable_id(doc.get("id")), text(doc.get("from"))
    data = {"phone": e164(told), "user_id": printable_id(doc.get("from_user_id")) or user_id(told)}
    if not ident or not any(data.values()) or doc.get("direction") == "BUSINESS_INITIATED":
        return None
    return NewsCame(key=f"news:{ident}", at=moment(doc.get("timestamp"), now), field="calls", data=data)


def _echo(doc: Doc, value: Doc, now: datetime) -> NewsCame | None:
    """The owner wrote from the phone app of the same number."""
    wamid, told = printable_id(doc.get("id")), text(doc.get("to"))
    people = objects(value.get("contacts"))
    ident = printable_id(doc.get("to_user_id")) or user_id(told)
    phone = e164(told)
    if not phone and len(people) == 1:
        phone, ident = e164(text(people[0].get("wa_id"))), ident or printable_id(people[0].get("user_id"))
    if not wamid or not (phone or ident):
        return None
    said = content(doc)
    data = {"phone": phone, "user_id": ident, "form": said["form"], "text": said.get("text", "")}
    at = moment(doc.get("timestamp"), now)
    return NewsCame(key=f"news:{wamid}", at=at, field="smb_message_echoes", data=data)
