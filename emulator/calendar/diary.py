"""Calendars and their events as they are kept. Deleted events stay, cancelled; ids are never given back.

An event document is {"own": what its writers set, "start", "end": epoch seconds, "rev": the calendar's change counter
at the last write, "etag", "created", "updated", "sequence", "uid"}.
"""

from __future__ import annotations

import base64
import copy
import re
import string
from collections.abc import Iterator

from emulator import unsettled
from emulator.calendar import moments
from emulator.google_errors import CalendarError, not_built
from emulator.google_wire import Json
from emulator.world import World

_ID = re.compile(r"[0-9a-v]{5,1024}")
_DIGITS = string.digits + "abcdefghijklmnopqrstuv"
#: fields a writer may set; the read-only ones are ignored as the real service does, any other is not built here
_WRITABLE = {
    "summary", "description", "location", "start", "end", "status", "transparency", "visibility", "colorId",
    "reminders", "extendedProperties", "attendees", "source", "guestsCanInviteOthers", "guestsCanModify",
    "guestsCanSeeOtherGuests",
}  # fmt: skip
_IGNORED = {
    "kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "iCalUID", "sequence",
    "hangoutLink", "locked", "privateCopy", "endTimeUnspecified", "attendeesOmitted",
}  # fmt: skip
_USUAL = {"status": "confirmed", "transparency": "opaque", "visibility": "default", "eventType": "default"}
#: limits of extended properties (facts/google.md 8): longer keys are dropped, longer values cut
KEY, VALUE, COUNT, TOTAL = 44, 1024, 300, 32 * 1024
GONE = ("Resource has been deleted", "deleted")
NOT_FOUND = ("Not Found", "notFound")
STALE = (
    "Invalid sequence value. The specified sequence number is below the current sequence number of the resource. "
    "Re-fetch the resource and use its sequence number on the following request."
)


class Diary:
    """One calendar, for one request."""

    def __init__(self, world: World, calendar_id: str) -> None:
        """Look at an existing calendar.

        Raises:
            CalendarError: 404.
        """
        doc = world.store.get("calendar.calendar", calendar_id)
        if doc is None:
            raise CalendarError(404, *NOT_FOUND)
        self.world = world
        self.id = calendar_id
        self.doc = doc
        self.zone: str = doc["timeZone"]
        self.kind = f"calendar.event.{calendar_id}"

    def events(self) -> Iterator[tuple[str, Json]]:
        """All events ever, cancelled ones too."""
        return self.world.store.items(self.kind)

    def event(self, event_id: str) -> Json:
        """One event.

        Raises:
            CalendarError: 404 when it never was.
        """
        doc = self.world.store.get(self.kind, event_id)
        if doc is None:
            raise CalendarError(404, *NOT_FOUND)
        return doc

    def insert(self, body: Json) -> str:
        """A new event, perhaps under the caller's id; its id.

        Raises:
            CalendarError: 400 bad id or times, 409 id taken (also by a deleted event).
        """
        event_id = body.get("id")
        if event_id is None:
            event_id = self.world.mint(_DIGITS, 26)
        elif not _ID.fullmatch(event_id) or body.get("iCalUID"):
            raise CalendarError(400, "Invalid resource id value.", "invalid")
        elif self.world.store.get(self.kind, event_id) is not None:
            raise CalendarError(409, "The requested identifier already exists.", "duplicate")
        now = moments.stamp(self.world.clock.now(), whole=True)
        doc: Json = {"created": now, "sequence": int(body.get("sequence") or 0)}
        doc["uid"] = body.get("iCalUID") or f"{event_id}@google.com"
        self._write(event_id, doc, _own(body))
        return str(event_id)

    def replace(self, event_id: str, body: Json, if_match: str | None) -> None:
        """A full update: what the body leaves out is cleared. Brings a deleted event back when it says confirmed.

        Raises:
            CalendarError: 404, 412, 400 for a stale sequence or missing times.
        """
        doc = self.event(event_id)
        self._revive(doc)
        self._check(doc, if_match)
        self._sequence(doc, body)
        self._write(event_id, doc, _own(body))

    def patch(self, event_id: str, body: Json, if_match: str | None) -> None:
        """Merge: objects by key (null removes), lists whole.

        Raises:
            CalendarError: as `replace`.
        """
        doc = self.event(event_id)
        self._revive(doc)
        self._check(doc, if_match)
        self._sequence(doc, body)
        _own(body)
        own = _merged(doc["own"], {name: value for name, value in body.items() if name in _WRITABLE})
        for name in ("start", "end"):
            given = body.get(name) or {}
            for wanted, other in (("date", "dateTime"), ("dateTime", "date")):
                if given.get(wanted):
                    own[name].pop(other, None)
        self._write(event_id, doc, _own(own))

    def delete(self, event_id: str, if_match: str | None) -> None:
        """Cancel.

        Raises:
            CalendarError: 404, 410 the second time, 412.
        """
        doc = self.event(event_id)
        if doc["own"]["status"] == "cancelled":
            raise CalendarError(410, *GONE)
        self._check(doc, if_match)
        self._write(event_id, doc, {**doc["own"], "status": "cancelled"})

    def shown(self, event_id: str, doc: Json, zone: str | None = None) -> Json:
        """An event as answered, times in `zone` or the calendar's."""
        own, zone = doc["own"], zone or self.zone
        link = base64.urlsafe_b64encode(f"{event_id} {self.id}".encode()).decode().rstrip("=")
        body: Json = {
            "kind": "calendar#event",
            "etag": doc["etag"],
            "id": event_id,
            "status": own["status"],
            "htmlLink": f"https://www.google.com/calendar/event?eid={link}",
            "created": doc["created"],
            "updated": doc["updated"],
        }
        body |= {name: own[name] for name in ("summary", "description", "location", "colorId") if own.get(name)}
        body["creator"] = {"email": "owner@nowhere.example"}
        body["organizer"] = {"email": self.id, "displayName": self.doc["summary"], "self": True}
        body["start"] = moments.shown(own["start"], doc["start"], zone)
        body["end"] = moments.shown(own["end"], doc["end"], zone)
        body |= {
            name: own[name] for name in ("transparency", "visibility") if own.get(name, _USUAL[name]) != _USUAL[name]
        }
        body |= {"iCalUID": doc["uid"], "sequence": doc["sequence"]}
        rest = ("attendees", "extendedProperties", "source", "guestsCanInviteOthers", "guestsCanModify",
                "guestsCanSeeOtherGuests")  # fmt: skip
        body |= {name: own[name] for name in rest if own.get(name) is not None}
        body["reminders"] = own.get("reminders") or {"useDefault": True}
        body["eventType"] = "default"
        return body

    def _revive(self, doc: Json) -> None:
        if doc["own"]["status"] == "cancelled" and not unsettled.of(self.world)["deleted_events_come_back"]:
            raise CalendarError(403, "Forbidden", "forbidden")

    def _check(self, doc: Json, if_match: str | None) -> None:
        if if_match not in (None, "*", doc["etag"]):
            raise CalendarError(412, "Precondition Failed", "conditionNotMet", location=("header", "If-Match"))

    @staticmethod
    def _sequence(doc: Json, body: Json) -> None:
        wanted = body.get("sequence")
        if wanted is not None and int(wanted) < doc["sequence"]:
            raise CalendarError(400, STALE, "invalid")
        doc["sequence"] = max(doc["sequence"], int(wanted or 0))

    def _write(self, event_id: str, doc: Json, own: Json) -> None:
        end = moments.epoch(own.get("end") or {}, "end", self.zone)
        start = moments.epoch(own.get("start") or {}, "start", self.zone)
        if bool(own["start"].get("date")) != bool(own["end"].get("date")):
            text = "Start and end times must either both be date or both be dateTime."
            raise CalendarError(400, text, "invalid")
        if end < start:
            place = ("parameter", "timeMax")
            raise CalendarError(
                400, "The specified time range is empty.", "timeRangeEmpty", domain="calendar", location=place
            )
        if "start" in doc and (doc["start"], doc["end"]) != (start, end):
            doc["sequence"] += 1
        self.doc["rev"] += 1
        doc.update(own=own, start=start, end=end, rev=self.doc["rev"], updated=moments.stamp(self.world.clock.now()))
        doc["etag"] = new_etag(self.world)
        self.world.store.put("calendar.calendar", self.id, self.doc)
        self.world.store.put(self.kind, event_id, doc)
        self.world.bus.publish("calendar", {"calendarId": self.id, "eventId": event_id})


def new_etag(world: World) -> str:
    """A quoted number that was never used before."""
    return f'"{3_400_000_000_000_000 + 2 * world.number("etag")}"'


def _own(body: Json) -> Json:
    """The fields that a writer sets, cleaned.

    Raises:
        GoogleError: 501 for what the stand-in does not have, recurring events among it.
    """
    for name, value in body.items():
        if value in (None, [], {}, False) or name in _WRITABLE or name in _IGNORED:
            continue
        if name == "eventType" and value == "default":
            continue
        raise not_built(f"event field {name}")
    own: Json = {name: copy.deepcopy(body[name]) for name in _WRITABLE if body.get(name) is not None}
    own.setdefault("status", "confirmed")
    if own["status"] not in {"confirmed", "tentative", "cancelled"}:
        raise CalendarError(400, f"Invalid value for: {own['status']}", "invalid")
    if "extendedProperties" in own:
        own["extendedProperties"] = _properties(own["extendedProperties"])
    return own


def _properties(raw: Json) -> Json:
    kept: dict[str, dict[str, str]] = {"private": {}, "shared": {}}
    for family, into in kept.items():
        given = (raw.get(family) or {}).items()
        into.update({key: str(value)[:VALUE] for key, value in given if len(key) <= KEY and value is not None})
    pairs = [pair for family in kept.values() for pair in family.items()]
    if len(pairs) > COUNT or sum(len(key) + len(value) for key, value in pairs) > TOTAL:
        raise CalendarError(400, "The extended properties are too large.", "invalid")
    return {family: pairs for family, pairs in kept.items() if pairs}


def _merged(old: Json, new: Json) -> Json:
    out = dict(old)
    for name, value in new.items():
        if value is None:
            out.pop(name, None)
        elif isinstance(value, dict):
            out[name] = _merged(out.get(name) or {}, value)
        else:
            out[name] = value
    return out


def create(world: World, body: Json) -> str:
    """A new calendar; its id.

    Raises:
        CalendarError: 400 without a summary.
    """
    if not body.get("summary"):
        raise CalendarError(400, "Missing title.", "required")
    calendar_id = f"c_{world.mint('0123456789abcdef', 64)}@group.calendar.google.com"
    doc: Json = {"timeZone": "UTC", "rev": 0, "generation": 1}
    world.store.put("calendar.calendar", calendar_id, doc)
    change(world, calendar_id, body)
    return calendar_id


def change(world: World, calendar_id: str, body: Json) -> None:
    """Set summary, description, location and timeZone of a calendar."""
    doc = Diary(world, calendar_id).doc
    names = ("summary", "description", "location", "timeZone")
    if body.get("timeZone"):
        moments.zone(body["timeZone"])
    doc.update({name: body[name] for name in names if body.get(name) is not None}, etag=new_etag(world))
    world.store.put("calendar.calendar", calendar_id, doc)
    world.bus.publish("calendar", {"calendarId": calendar_id})


def calendar_shown(world: World, calendar_id: str) -> Json:
    """A Calendar resource."""
    doc = Diary(world, calendar_id).doc
    names = ("summary", "description", "location", "timeZone")
    body = {"kind": "calendar#calendar", "etag": doc["etag"], "id": calendar_id}
    body |= {name: doc[name] for name in names if doc.get(name)}
    return {**body, "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}}
