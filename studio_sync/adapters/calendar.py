"""``ports.Diary`` on google-api-python-client: one calendar, conditional writes only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheets_schema.diary import DiaryEvent
from studio_sync.adapters import outcomes
from studio_sync.adapters.calendar_events import from_body, laid_over, to_body
from studio_sync.adapters.google_http import GoogleHttp
from studio_sync.adapters.outcomes import Call
from studio_sync.errors import Conflict, InDoubt, Refused, Unavailable

_SERVICE = "calendar"
#: events of one page; Calendar's largest
_PAGE = 2500


class CalendarDiary:
    """One calendar. ``zone`` is the studio's: all-day events begin and end at its midnights.

    Errors beside those of the port: Refused (400, 401, 403, 404), RateLimited (429, or 403 with a limit's reason),
    Unavailable (a 5xx of any call here, or never sent), InDoubt (a write without an answer: ``get`` it and compare).
    """

    def __init__(self, way: GoogleHttp, calendar_id: str, zone: str) -> None:
        # Kept: building events() again for every call costs 20-30 ms and leaves memory behind.
        self._events = way.resource(_SERVICE, "v3").events()
        self._id = calendar_id
        self._zone = ZoneInfo(zone)

    def between(self, start: datetime, end: datetime) -> tuple[DiaryEvent, ...]:
        """Events touching [start, end), by start; series as their single events, deleted ones left out."""
        bodies, _ = self._list(timeMin=_rfc3339(start), timeMax=_rfc3339(end), orderBy="startTime")
        return tuple(from_body(body, self._zone) for body in bodies)

    def changes(self, token: str) -> tuple[tuple[DiaryEvent, ...], str]:
        """What changed since ``token`` ("" = everything there is) and the next token.

        Raises:
            Conflict: the token is too old (410): ask with "" and compare with what is known; a full answer does not
                tell what was deleted meanwhile.
        """
        bodies, following = self._list(**({"syncToken": token} if token else {}))
        return tuple(from_body(body, self._zone) for body in bodies), following

    def get(self, event_id: str) -> DiaryEvent | None:
        """One event, ``gone`` set when deleted; None when it never was."""
        body = self._get(event_id)
        return None if body is None else from_body(body, self._zone)

    def role(self) -> str:
        """What we may do here: owner, writer, reader, freeBusyReader or none (one read)."""
        with outcomes.translated(_SERVICE, Call.READ):
            page = self._events.list(calendarId=self._id, maxResults=1, fields="accessRole").execute()
        return str(page.get("accessRole", "none"))

    def insert(self, event: DiaryEvent) -> DiaryEvent:
        """Create under our own id (5-1024 of 0-9 a-v). Raises ``Conflict`` when that is taken (deleted too)."""
        body = {"id": event.id, **to_body(event, self._zone)}
        return self._written(self._events.insert(calendarId=self._id, body=body))

    def update(self, event: DiaryEvent, etag: str) -> DiaryEvent:
        """Our fields as given, everything she added kept; only if still at ``etag`` ("" = as it is found now).

        An update replaces the whole event, and a patch cannot take properties away, so it is read first.

        Raises:
            Conflict: it changed (412) or is deleted (410).
        """
        found = self._get(event.id)
        if found is None:
            raise Refused(_SERVICE, "there is no such event", code=404)
        if found.get("status") == "cancelled":
            raise Conflict(_SERVICE, "the event has been deleted", code=410)
        if etag and found["etag"] != etag:
            raise Conflict(_SERVICE, "the event has changed", code=412)
        body = laid_over(found, event, self._zone)
        request = self._events.update(calendarId=self._id, eventId=event.id, body=body)
        request.headers["If-Match"] = found["etag"]
        return self._written(request)

    def delete(self, event_id: str, etag: str) -> None:
        """Delete if still at ``etag`` ("" = whatever it is); already deleted is fine. Raises ``Conflict`` (412)."""
        request = self._events.delete(calendarId=self._id, eventId=event_id)
        if etag:
            request.headers["If-Match"] = etag
        try:
            with outcomes.translated(_SERVICE, Call.KEYED):
                request.execute()
        except Conflict as error:
            if error.code != 410:
                raise
        except Refused as error:
            if error.code != 404:
                raise
            self._be_there()

    def _written(self, request: Any) -> DiaryEvent:
        with outcomes.translated(_SERVICE, Call.KEYED):
            body = request.execute()
        if not isinstance(body, dict) or "id" not in body:
            raise InDoubt(_SERVICE, "the answer was not the event")
        return from_body(body, self._zone)

    def _get(self, event_id: str) -> Mapping[str, Any] | None:
        try:
            return _read(self._events.get(calendarId=self._id, eventId=event_id))
        except Refused as error:
            if error.code != 404:
                raise
            self._be_there()
            return None

    def _be_there(self) -> None:
        """A 404 is also said of a calendar that is not shared with us any more: an event must not seem gone then."""
        with outcomes.translated(_SERVICE, Call.READ):
            self._events.list(calendarId=self._id, maxResults=1).execute()

    def _list(self, **wanted: Any) -> tuple[list[Mapping[str, Any]], str]:
        """All pages and the next sync token. Pages may be short or empty; the token is on the last."""
        bodies: list[Mapping[str, Any]] = []
        # A sync must ask with the same parameters as the list its token came from (facts google 8).
        request = self._events.list(calendarId=self._id, singleEvents=True, maxResults=_PAGE, **wanted)
        while True:
            page = _read(request)
            bodies += page.get("items", ())
            request = self._events.list_next(request, page)
            if request is None:
                return bodies, page.get("nextSyncToken", "")


def _read(request: Any) -> Mapping[str, Any]:
    """The JSON answer of a GET. google-api-python-client hands out the bare text of one that breaks off half-way."""
    with outcomes.translated(_SERVICE, Call.READ):
        body = request.execute()
    if not isinstance(body, dict):
        raise Unavailable(_SERVICE, "the answer could not be read")
    return body


def create_calendar(way: GoogleHttp, title: str, zone: str) -> str:
    """A new calendar of whoever is signed in; its id.

    Raises:
        InDoubt: perhaps there is one now; look at the list of calendars before making another.
    """
    resource = way.resource(_SERVICE, "v3", call=Call.ONCE)
    with outcomes.translated(_SERVICE, Call.ONCE):
        made = resource.calendars().insert(body={"summary": title, "timeZone": zone}).execute()
    return str(made["id"])


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
