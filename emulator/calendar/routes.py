"""The paths of the Calendar API that the stand-in answers."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from emulator.calendar import diary, listing
from emulator.calendar.diary import Diary
from emulator.faults import call
from emulator.google_errors import CalendarError, not_built
from emulator.google_schema import check_query, incoming
from emulator.google_wire import Json, by_service_account, reply
from emulator.world import World

_UNIT = " "
_BASE = "/calendar/v3"


def _answer(body: Json) -> Response:
    response = reply(body, unit=_UNIT)
    if "etag" in body:
        response.headers["ETag"] = body["etag"]
    return response


def blueprint(world: World) -> Blueprint:
    """The routes over one world."""
    routes = Blueprint("calendar", __name__)
    _calendars(routes, world)
    _reads(routes, world)
    _writes(routes, world)
    _verbs(routes, world)
    return routes


def _calendars(routes: Blueprint, world: World) -> None:
    @routes.post(f"{_BASE}/calendars")
    @call("calendar.calendars.insert")
    def calendar_insert() -> Response:
        return _answer(diary.calendar_shown(world, diary.create(world, incoming("calendar.calendars.insert"))))

    @routes.get(f"{_BASE}/calendars/<calendar_id>")
    @call("calendar.calendars.get")
    def calendar_get(calendar_id: str) -> Response:
        check_query("calendar.calendars.get")
        return _answer(diary.calendar_shown(world, calendar_id))

    @routes.patch(f"{_BASE}/calendars/<calendar_id>")
    @call("calendar.calendars.patch")
    def calendar_patch(calendar_id: str) -> Response:
        diary.change(world, calendar_id, incoming("calendar.calendars.patch"))
        return _answer(diary.calendar_shown(world, calendar_id))

    @routes.post(f"{_BASE}/freeBusy")
    @call("calendar.freebusy.query", reads=True)
    def free_busy() -> Response:
        return _answer(listing.free_busy(world, incoming("calendar.freebusy.query")))


def _reads(routes: Blueprint, world: World) -> None:
    @routes.get(f"{_BASE}/calendars/<calendar_id>/events")
    @call("calendar.events.list")
    def event_list(calendar_id: str) -> Response:
        check_query("calendar.events.list")
        return _answer(listing.events(Diary(world, calendar_id), request.args))

    @routes.get(f"{_BASE}/calendars/<calendar_id>/events/<event_id>")
    @call("calendar.events.get")
    def event_get(calendar_id: str, event_id: str) -> Response:
        check_query("calendar.events.get")
        found = Diary(world, calendar_id)
        body = found.shown(event_id, found.event(event_id), request.args.get("timeZone"))
        if request.headers.get("If-None-Match") == body["etag"]:
            return Response(status=304)
        return _answer(body)


def _refuse_guests(body: Json) -> None:
    """A service account cannot invite, whatever sendUpdates says."""
    if body.get("attendees") and by_service_account():
        text = "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority."
        raise CalendarError(403, text, "forbiddenForServiceAccounts", domain="calendar")
    for name in ("conferenceDataVersion", "supportsAttachments"):
        if request.args.get(name, "0") not in {"0", "false"}:
            raise not_built(f"events with {name}")


def _writes(routes: Blueprint, world: World) -> None:
    one = f"{_BASE}/calendars/<calendar_id>/events/<event_id>"

    @routes.post(f"{_BASE}/calendars/<calendar_id>/events")
    @call("calendar.events.insert")
    def event_insert(calendar_id: str) -> Response:
        body = incoming("calendar.events.insert")
        _refuse_guests(body)
        found = Diary(world, calendar_id)
        event_id = found.insert(body)
        return _answer(found.shown(event_id, found.event(event_id)))

    @routes.put(one)
    @call("calendar.events.update")
    def event_update(calendar_id: str, event_id: str) -> Response:
        body = incoming("calendar.events.update")
        _refuse_guests(body)
        found = Diary(world, calendar_id)
        found.replace(event_id, body, request.headers.get("If-Match"))
        return _answer(found.shown(event_id, found.event(event_id)))

    @routes.patch(one)
    @call("calendar.events.patch")
    def event_patch(calendar_id: str, event_id: str) -> Response:
        body = incoming("calendar.events.patch")
        _refuse_guests(body)
        found = Diary(world, calendar_id)
        found.patch(event_id, body, request.headers.get("If-Match"))
        return _answer(found.shown(event_id, found.event(event_id)))

    @routes.delete(one)
    @call("calendar.events.delete")
    def event_delete(calendar_id: str, event_id: str) -> Response:
        check_query("calendar.events.delete")
        Diary(world, calendar_id).delete(event_id, request.headers.get("If-Match"))
        return Response(status=204, content_type="text/html")


VERBS = (
    (
        "POST /_emulator/expire_sync",
        "make a calendar's sync tokens too old (410 on their next use)",
        {"calendarId": "<calendar id>"},
    ),
)


def _verbs(routes: Blueprint, world: World) -> None:
    @routes.post("/_emulator/expire_sync")
    def expire_sync() -> ResponseReturnValue:
        wanted = request.get_json(force=True)["calendarId"]
        with world.store.transaction():
            doc = Diary(world, wanted).doc
            doc["generation"] += 1
            world.store.put("calendar.calendar", wanted, doc)
        return jsonify({"ok": True})


def dump(world: World) -> Json:
    """All calendars with their events, deleted ones too."""
    shown: Json = {}
    for calendar_id, doc in world.store.items("calendar.calendar"):
        found = Diary(world, calendar_id)
        events = {event_id: found.shown(event_id, event) for event_id, event in found.events()}
        shown[calendar_id] = {"summary": doc["summary"], "timeZone": doc["timeZone"], "events": events}
    return shown
