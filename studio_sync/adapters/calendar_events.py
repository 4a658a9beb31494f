"""Calendar's event JSON <-> ``DiaryEvent``. Title and times are for people; the rest stands in private properties."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sheets_schema.diary import DiaryEvent, DiarySeat

#: every private property of ours begins so; others are left alone
PREFIX = "studio_sync_"
#: longest value of one property (facts google 8); longer ones go on under ``<name>.1``, ``<name>.2``
_VALUE = 1024
#: what a deleted event is said to last when Calendar tells no more than its id
_NEVER = datetime.fromtimestamp(0, UTC)


def to_body(event: DiaryEvent, zone: ZoneInfo) -> dict[str, Any]:
    """Our fields of an event, ready to insert or to lay over what Calendar has. No id, no etag."""
    return {
        "summary": event.title,
        "start": _moment(event.start, event.all_day, zone),
        "end": _moment(event.end, event.all_day, zone),
        "status": "tentative" if event.held else "confirmed",
        "transparency": "opaque" if event.blocks else "transparent",
        "extendedProperties": {"private": _properties(event)},
    }


def laid_over(found: Mapping[str, Any], event: DiaryEvent, zone: ZoneInfo) -> dict[str, Any]:
    """The whole event for an update: ours on top of what she added (description, colour, guests, own properties)."""
    merged = {**found, **to_body(event, zone)}
    kept = found.get("extendedProperties", {})
    hers = {name: value for name, value in kept.get("private", {}).items() if not name.startswith(PREFIX)}
    merged["extendedProperties"] = {**kept, "private": {**hers, **_properties(event)}}
    return merged


def from_body(body: Mapping[str, Any], zone: ZoneInfo) -> DiaryEvent:
    """An event as Calendar tells it. A deleted one may come with nothing but its id."""
    known = body.get("extendedProperties", {}).get("private", {})
    start = body.get("start") or body.get("originalStartTime") or {}
    capacity = _value(known, "capacity")
    return DiaryEvent(
        id=body["id"],
        start=_instant(start, zone),
        end=_instant(body.get("end") or start, zone),
        title=body.get("summary", ""),
        etag=body.get("etag", ""),
        session=_value(known, "session"),
        type=_value(known, "type"),
        capacity=int(capacity) if capacity.isdecimal() else 0,
        seats=_seats(_value(known, "seats")),
        held=body.get("status") == "tentative",
        gone=body.get("status") == "cancelled",
        blocks=_blocks(body),
        all_day="date" in start,
        created=body.get("created", ""),
        made_by=_value(known, "by"),
    )


def _moment(instant: datetime, all_day: bool, zone: ZoneInfo) -> dict[str, str]:
    local = instant.astimezone(zone)
    if all_day:
        return {"date": local.date().isoformat()}
    return {"dateTime": local.isoformat(), "timeZone": zone.key}


def _instant(moment: Mapping[str, str], zone: ZoneInfo) -> datetime:
    if "dateTime" in moment:
        at = datetime.fromisoformat(moment["dateTime"])
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(moment.get("timeZone", zone.key)))).astimezone(UTC)
    if "date" in moment:
        return datetime.combine(date.fromisoformat(moment["date"]), time.min, zone).astimezone(UTC)
    return _NEVER


def _blocks(body: Mapping[str, Any]) -> bool:
    """Whether the owner is busy: not when marked free, declined by her, or a note of where she works."""
    declined = any(
        guest.get("self") and guest.get("responseStatus") == "declined" for guest in body.get("attendees", ())
    )
    return body.get("transparency") != "transparent" and body.get("eventType") != "workingLocation" and not declined


def _properties(event: DiaryEvent) -> dict[str, str]:
    seats = [[seat.booking, seat.client, seat.name] for seat in event.seats]
    values = {
        "session": event.session,
        "type": event.type,
        "capacity": str(event.capacity) if event.capacity else "",
        # ASCII only, so that characters and bytes are the same against the limit.
        "seats": json.dumps(seats, separators=(",", ":")) if seats else "",
        "by": event.made_by,
    }
    return {
        f"{PREFIX}{name}.{n}" if n else f"{PREFIX}{name}": value[at : at + _VALUE]
        for name, value in values.items()
        for n, at in enumerate(range(0, len(value), _VALUE))
    }


def _value(known: Mapping[str, str], name: str) -> str:
    parts = [known.get(f"{PREFIX}{name}", "")]
    while (part := known.get(f"{PREFIX}{name}.{len(parts)}")) is not None:
        parts.append(part)
    return "".join(parts)


def _seats(text: str) -> tuple[DiarySeat, ...]:
    """Seats from their property; unreadable ones (another program's work) count as none: the sheet is the record."""
    try:
        return tuple(DiarySeat(booking=str(b), client=str(c), name=str(n)) for b, c, n in json.loads(text or "[]"))
    except (ValueError, TypeError):
        return ()
