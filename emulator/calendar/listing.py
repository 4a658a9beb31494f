"""events.list and freeBusy: order, pages, sync tokens (facts/google.md 8)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from emulator import quota
from emulator.calendar import moments
from emulator.calendar.diary import Diary
from emulator.google_errors import CalendarError
from emulator.google_wire import Json
from emulator.world import World

#: parameters that may not stand beside a sync token
_NO_SYNC = ("iCalUID", "orderBy", "privateExtendedProperty", "sharedExtendedProperty", "q", "timeMin", "timeMax",
            "updatedMin")  # fmt: skip
_EXPIRED = "Sync token is no longer valid, a full sync is required."
_DAY = 86_400
#: how far back changes are told, and how long a span freeBusy takes; neither number is published
_UPDATED_DAYS, _BUSY_DAYS = 30, 92
Test = Callable[[str, Json], bool]


def _packed(content: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def _unpacked(token: str) -> list[Any]:
    try:
        content = json.loads(base64.urlsafe_b64decode(token.encode()))
    except ValueError:
        content = None
    return content if isinstance(content, list) else []


def events(diary: Diary, query: MultiDict[str, str]) -> Json:
    """One page. `nextSyncToken` stands on the last page only and is of the time of the first."""
    tests, minimal = _tests(diary, query)
    by_start = query.get("orderBy") == "startTime"
    if by_start and query.get("singleEvents") != "true":
        text = "The requested ordering is not available for the particular query."
        raise CalendarError(400, text, "orderByNotAvailable", domain="calendar", location=("parameter", "orderBy"))
    size = min(max(int(query.get("maxResults") or 250), 1), quota.numbers(diary.world)["calendar.page"])
    found = [(_key(event_id, doc, by_start), event_id, doc) for event_id, doc in diary.events()
             if all(test(event_id, doc) for test in tests)]  # fmt: skip
    found.sort(key=lambda each: each[0])
    seen = diary.doc["rev"]
    if query.get("pageToken"):
        after, seen = _page(query["pageToken"])
        found = [each for each in found if list(each[0]) > after]
    page, rest = found[:size], found[size:]
    zone = query.get("timeZone") or diary.zone
    body: Json = {
        "kind": "calendar#events",
        "etag": f'"p3{diary.doc["rev"]:014d}0g"',
        "summary": diary.doc["summary"],
        "description": diary.doc.get("description") or "",
        "updated": max((doc["updated"] for _, doc in diary.events()), default=moments.stamp(diary.world.clock.now())),
        "timeZone": zone,
        "accessRole": "owner",
        "defaultReminders": [],
    }
    if rest:
        body["nextPageToken"] = _packed(["page", list(page[-1][0]), seen])
    else:
        body["nextSyncToken"] = _packed(["sync", diary.doc["generation"], seen])
    body["items"] = [_item(diary, event_id, doc, zone, minimal) for _, event_id, doc in page]
    return body


def _item(diary: Diary, event_id: str, doc: Json, zone: str, minimal: bool) -> Json:
    """A deleted event among changes is sure to have its id only, so that is all it has here."""
    if minimal and doc["own"]["status"] == "cancelled":
        return {"kind": "calendar#event", "etag": doc["etag"], "id": event_id, "status": "cancelled"}
    return diary.shown(event_id, doc, zone)


def _key(event_id: str, doc: Json, by_start: bool) -> tuple[float, str]:
    """Without an order asked for, events come by their last change, so that pages lose nothing that moves."""
    return (doc["start"], event_id) if by_start else (doc["rev"], event_id)


def _page(token: str) -> tuple[list[Any], int]:
    content = _unpacked(token)
    if len(content) != 3 or content[0] != "page":
        raise CalendarError(400, "Invalid page token value.", "invalid", location=("parameter", "pageToken"))
    return content[1], content[2]


def _tests(diary: Diary, query: MultiDict[str, str]) -> tuple[list[Test], bool]:
    """The conditions of a list, and whether deleted events are shown by their id alone (changes since a token)."""
    if query.get("syncToken"):
        return [_since(diary, query)], True
    deleted = query.get("showDeleted") == "true" or "updatedMin" in query
    tests: list[Test] = [] if deleted else [lambda _, doc: doc["own"]["status"] != "cancelled"]
    low, high = _bounds(query)
    if low is not None:
        tests.append(lambda _, doc: doc["end"] > low)
    if high is not None:
        tests.append(lambda _, doc: doc["start"] < high)
    if "updatedMin" in query:
        tests.append(_updated(diary, query["updatedMin"]))
    for family in ("private", "shared"):
        pairs = query.getlist(f"{family}ExtendedProperty")
        tests += [_property(family, *pair.partition("=")[::2]) for pair in pairs]
    if "iCalUID" in query:
        tests.append(lambda _, doc: doc["uid"] == query["iCalUID"])
    if query.get("q"):
        tests.append(_words(query["q"].casefold()))
    return tests, False


def _since(diary: Diary, query: MultiDict[str, str]) -> Test:
    if any(name in query for name in _NO_SYNC) or query.get("showDeleted") == "false":
        text = "Sync token cannot be used with other request restrictions."
        reason = "syncTokenWithRequestRestrictions"
        raise CalendarError(400, text, reason, domain="calendar", location=("parameter", "syncToken"))
    content = _unpacked(query["syncToken"])
    if len(content) != 3 or content[:2] != ["sync", diary.doc["generation"]] or content[2] > diary.doc["rev"]:
        place = ("parameter", "syncToken")
        raise CalendarError(410, _EXPIRED, "fullSyncRequired", domain="calendar", location=place)
    seen = content[2]
    return lambda _, doc: bool(doc["rev"] > seen)


def _bounds(query: MultiDict[str, str]) -> tuple[float | None, float | None]:
    low = moments.query_instant(query["timeMin"]) if query.get("timeMin") else None
    high = moments.query_instant(query["timeMax"]) if query.get("timeMax") else None
    if low is not None and high is not None and high <= low:
        place = ("parameter", "timeMax")
        raise CalendarError(
            400, "The specified time range is empty.", "timeRangeEmpty", domain="calendar", location=place
        )
    return low, high


def _updated(diary: Diary, text: str) -> Test:
    since = moments.query_instant(text)
    if since < diary.world.clock.now().timestamp() - _UPDATED_DAYS * _DAY:
        text = "The requested minimum modification time lies too far in the past."
        place = ("parameter", "updatedMin")
        raise CalendarError(410, text, "updatedMinTooLongAgo", domain="calendar", location=place)
    return lambda _, doc: moments.query_instant(doc["updated"]) >= since


def _words(words: str) -> Test:
    fields = ("summary", "description", "location")
    return lambda _, doc: any(words in str(doc["own"].get(name, "")).casefold() for name in fields)


def _property(family: str, key: str, value: str) -> Test:
    return lambda _, doc: doc["own"].get("extendedProperties", {}).get(family, {}).get(key) == value


def free_busy(world: World, body: Json) -> Json:
    """Merged busy blocks per calendar; an unknown calendar is an error inside the 200."""
    if not body.get("timeMin") or not body.get("timeMax"):
        raise CalendarError(400, "Missing required field.", "required")
    low, high = moments.query_instant(body["timeMin"]), moments.query_instant(body["timeMax"])
    place = ("parameter", "timeMax")
    if high <= low:
        raise CalendarError(
            400, "The specified time range is empty.", "timeRangeEmpty", domain="calendar", location=place
        )
    if high - low > _BUSY_DAYS * _DAY:
        text = "The requested time range is too long."
        raise CalendarError(400, text, "timeRangeTooLong", domain="calendar", location=place)
    if len(body.get("items") or []) > 50:
        raise CalendarError(400, "Too many calendars requested.", "tooManyCalendarsRequested", domain="calendar")
    zone = body.get("timeZone") or "UTC"
    found: Json = {}
    for item in body.get("items") or []:
        doc = world.store.get("calendar.calendar", item["id"])
        if doc is None or world.store.get("unshared", item["id"]):
            found[item["id"]] = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        else:
            found[item["id"]] = {"busy": _busy(Diary(world, item["id"]), low, high, zone)}
    span = {"timeMin": low, "timeMax": high}
    span_shown = {name: moments.offset_text(at, "UTC").replace("Z", ".000Z") for name, at in span.items()}
    return {"kind": "calendar#freeBusy", **span_shown, "calendars": found}


def _busy(diary: Diary, low: float, high: float, zone: str) -> list[Json]:
    spans = sorted(
        (max(doc["start"], low), min(doc["end"], high))
        for _, doc in diary.events()
        if doc["own"]["status"] != "cancelled" and doc["own"].get("transparency") != "transparent"
        and doc["end"] > low and doc["start"] < high
    )  # fmt: skip
    merged: list[list[float]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [{"start": moments.offset_text(a, zone), "end": moments.offset_text(b, zone)} for a, b in merged]
