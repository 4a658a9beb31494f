"""Calendar's rules for ids, etags, deleted events and sync tokens (expectations: facts/google.md 4 and 8)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulator.world import World


class Calendar:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        made = self.ok("POST", "", {"summary": "Nowhere Street Pilates", "timeZone": "Africa/Johannesburg"})
        self.id: str = made["id"]

    def call(self, method: str, path: str, body: Any = None, etag: str | None = None, **query: Any) -> Any:
        headers = {"If-Match": etag} if etag else {}
        return self.client.open(
            f"/calendar/v3/calendars{path}", method=method, json=body, query_string=query, headers=headers
        )

    def ok(self, method: str, path: str, body: Any = None, etag: str | None = None, **query: Any) -> Any:
        answer = self.call(method, path, body, etag, **query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def at(self, event_id: str = "") -> str:
        return f"/{self.id}/events" + (f"/{event_id}" if event_id else "")

    def insert(self, event_id: str, hour: int = 8, **more: Any) -> Any:
        return self.ok("POST", self.at(), {**event(hour), "id": event_id, **more})

    def refused(
        self, method: str, path: str, body: Any = None, etag: str | None = None, **query: Any
    ) -> tuple[int, str]:
        answer = self.call(method, path, body, etag, **query)
        return answer.status_code, answer.json["error"]["errors"][0]["reason"]

    def ids(self, **query: Any) -> list[str]:
        return [each["id"] for each in self.ok("GET", self.at(), **query)["items"]]


def event(hour: int, **more: Any) -> dict[str, Any]:
    start, end = f"2026-11-04T{hour:02d}:00:00+02:00", f"2026-11-04T{hour:02d}:55:00+02:00"
    return {"summary": f"{hour:02d}:00 Duo", "start": {"dateTime": start}, "end": {"dateTime": end}, **more}


@pytest.fixture
def calendar(client: FlaskClient, world: World) -> Calendar:
    world.clock.set(datetime(2026, 11, 3, 6, tzinfo=UTC))
    return Calendar(client)


def test_an_id_is_taken_for_ever(calendar: Calendar) -> None:
    made = calendar.insert("session8")
    assert made["start"] == {"dateTime": "2026-11-04T08:00:00+02:00", "timeZone": "Africa/Johannesburg"}
    assert made["iCalUID"] == "session8@google.com"
    again = {**event(8), "id": "session8"}
    assert calendar.refused("POST", calendar.at(), again) == (409, "duplicate")
    assert calendar.call("DELETE", calendar.at("session8")).status_code == 204
    assert calendar.refused("POST", calendar.at(), again) == (409, "duplicate")
    assert calendar.refused("DELETE", calendar.at("session8")) == (410, "deleted")
    assert calendar.ok("GET", calendar.at("session8"))["status"] == "cancelled"
    assert calendar.refused("GET", calendar.at("never123")) == (404, "notFound")
    assert calendar.ids() == []
    assert calendar.ids(showDeleted="true") == ["session8"]


@pytest.mark.parametrize("wrong", ["abcd", "with-dash", "UPPER1", "wxyz0", "under_score"])
def test_ids_are_of_few_letters(calendar: Calendar, wrong: str) -> None:
    answer = calendar.call("POST", calendar.at(), {**event(8), "id": wrong})
    assert (answer.status_code, answer.json["error"]["message"]) == (400, "Invalid resource id value.")
    assert "status" not in answer.json["error"]
    assert answer.get_data(as_text=True).startswith('{\n "error": {\n  "errors": [\n   {')


def test_an_id_and_a_uid_do_not_go_together(calendar: Calendar) -> None:
    assert calendar.refused("POST", calendar.at(), {**event(8), "id": "abcde", "iCalUID": "x@y"}) == (400, "invalid")


def test_an_update_with_an_old_etag_is_refused(calendar: Calendar) -> None:
    first = calendar.insert("session8")
    second = calendar.ok("PUT", calendar.at("session8"), event(9), etag=first["etag"])
    assert second["etag"] != first["etag"]
    assert second["sequence"] == 1
    for method, body in (("PUT", event(10)), ("PATCH", {"summary": "x"}), ("DELETE", None)):
        assert calendar.refused(method, calendar.at("session8"), body, etag=first["etag"]) == (412, "conditionNotMet")
    assert calendar.ok("GET", calendar.at("session8"))["start"]["dateTime"] == "2026-11-04T09:00:00+02:00"


def test_an_update_is_whole_and_a_patch_merges(calendar: Calendar) -> None:
    calendar.insert("session8", extendedProperties={"private": {"seat": "1", "type": "duo"}}, description="hers")
    answer = calendar.call("PUT", calendar.at("session8"), {"summary": "only this"})
    assert answer.json["error"]["message"] == "Missing end time."
    patch = {"extendedProperties": {"private": {"seat": "2", "type": None}}, "summary": "new"}
    patched = calendar.ok("PATCH", calendar.at("session8"), patch)
    assert patched["extendedProperties"] == {"private": {"seat": "2"}}
    assert (patched["summary"], patched["description"], patched["sequence"]) == ("new", "hers", 0)
    replaced = calendar.ok("PUT", calendar.at("session8"), event(8))
    assert "description" not in replaced
    assert "extendedProperties" not in replaced


def test_a_stale_sequence_is_refused(calendar: Calendar) -> None:
    calendar.insert("session8")
    calendar.ok("PATCH", calendar.at("session8"), {"start": event(9)["start"], "end": event(9)["end"]})
    assert calendar.refused("PUT", calendar.at("session8"), {**event(8), "sequence": 0}) == (400, "invalid")
    assert calendar.ok("PUT", calendar.at("session8"), {**event(8), "sequence": 1})["sequence"] == 2


def test_a_deleted_event_can_be_brought_back(calendar: Calendar) -> None:
    calendar.insert("session8")
    calendar.call("DELETE", calendar.at("session8"))
    assert calendar.ok("PATCH", calendar.at("session8"), {"status": "confirmed"})["status"] == "confirmed"
    assert calendar.ids() == ["session8"]


def test_bringing_back_may_be_refused(calendar: Calendar) -> None:
    calendar.client.post("/_emulator/unsettled", json={"deleted_events_come_back": False})
    calendar.insert("session8")
    calendar.call("DELETE", calendar.at("session8"))
    assert calendar.refused("PATCH", calendar.at("session8"), {"status": "confirmed"}) == (403, "forbidden")
    assert calendar.refused("PUT", calendar.at("session8"), event(8)) == (403, "forbidden")


def test_pages_may_be_shorter_than_asked_for(calendar: Calendar) -> None:
    calendar.client.post("/_emulator/quota", json={"calendar.page": 1})
    calendar.insert("session8")
    calendar.insert("session9", 9)
    first = calendar.ok("GET", calendar.at(), maxResults=250)
    assert (len(first["items"]), "nextPageToken" in first) == (1, True)


def test_an_event_is_not_changed_where_nothing_changed(calendar: Calendar) -> None:
    made = calendar.insert("session8")
    answer = calendar.client.get(
        f"/calendar/v3/calendars{calendar.at('session8')}", headers={"If-None-Match": made["etag"]}
    )
    assert answer.status_code == 304


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"start": {"dateTime": "2026-11-04T08:00:00Z"}}, "Missing end time."),
        ({"start": {"dateTime": "2026-11-04T09:00:00Z"}, "end": {"dateTime": "2026-11-04T08:00:00Z"}},
         "The specified time range is empty."),
        ({"start": {"date": "2026-11-04"}, "end": {"dateTime": "2026-11-04T08:00:00Z"}},
         "Start and end times must either both be date or both be dateTime."),
    ],
)  # fmt: skip
def test_times_that_make_no_sense(calendar: Calendar, body: dict[str, Any], said: str) -> None:
    assert calendar.call("POST", calendar.at(), body).json["error"]["message"] == said


def test_changes_reach_back_thirty_days_and_busy_times_a_quarter(calendar: Calendar) -> None:
    said = calendar.refused("GET", calendar.at(), updatedMin="2026-09-01T00:00:00Z")
    assert said == (410, "updatedMinTooLongAgo")
    asked = {"timeMin": "2026-11-04T00:00:00Z", "timeMax": "2027-11-04T00:00:00Z", "items": [{"id": calendar.id}]}
    answer = calendar.client.post("/calendar/v3/freeBusy", json=asked)
    assert answer.json["error"]["errors"][0]["reason"] == "timeRangeTooLong"  # type: ignore[index]


def test_properties_are_cut_at_their_limits(calendar: Calendar) -> None:
    private = {"k" * 45: "dropped", "long": "v" * 1025}
    made = calendar.insert("session8", extendedProperties={"private": private})
    assert made["extendedProperties"]["private"] == {"long": "v" * 1024}
    many = {f"k{n}": "v" for n in range(301)}
    assert calendar.refused("PATCH", calendar.at("session8"), {"extendedProperties": {"private": many}})[0] == 400


def test_a_window_looks_at_the_end_and_the_start(calendar: Calendar) -> None:
    for hour in (10, 8, 9):
        calendar.insert(f"session{hour}", hour)
    at = "2026-11-04T{}:00+02:00".format
    ordered = {"singleEvents": "true", "orderBy": "startTime"}
    assert calendar.ids(**ordered) == ["session8", "session9", "session10"]
    assert calendar.ids(timeMin=at("08:54"), timeMax=at("10:00"), **ordered) == ["session8", "session9"]
    assert calendar.ids(timeMin=at("08:55"), timeMax=at("10:01"), **ordered) == ["session9", "session10"]
    assert calendar.call("GET", calendar.at(), orderBy="startTime").status_code == 400
    assert calendar.call("GET", calendar.at(), timeMin="2026-11-04T08:00:00").status_code == 400


def test_private_properties_find_their_event(calendar: Calendar) -> None:
    calendar.insert("session8", extendedProperties={"private": {"session": "s-7K2", "type": "duo"}})
    calendar.insert("session9", 9, extendedProperties={"private": {"session": "s-8", "type": "duo"}})
    assert calendar.ids(privateExtendedProperty="session=s-7K2") == ["session8"]
    assert calendar.ids(privateExtendedProperty=["type=duo", "session=s-8"]) == ["session9"]


def test_pages_follow_and_only_the_last_has_the_sync_token(calendar: Calendar) -> None:
    for hour in range(8, 13):
        calendar.insert(f"session{hour}", hour)
    first = calendar.ok("GET", calendar.at(), maxResults=2)
    assert "nextSyncToken" not in first
    calendar.ok("PATCH", calendar.at("session8"), {"summary": "moved while reading"})
    seen, page = [each["id"] for each in first["items"]], first
    while "nextPageToken" in page:
        page = calendar.ok("GET", calendar.at(), maxResults=2, pageToken=page["nextPageToken"])
        seen += [each["id"] for each in page["items"]]
    assert set(seen) == {f"session{hour}" for hour in range(8, 13)}
    assert calendar.ids(syncToken=page["nextSyncToken"]) == ["session8"]


def test_a_sync_token_tells_changes_and_deletions_until_it_is_too_old(calendar: Calendar) -> None:
    calendar.insert("session8")
    calendar.insert("session9", 9)
    token = calendar.ok("GET", calendar.at(), singleEvents="true")["nextSyncToken"]
    assert calendar.ids(syncToken=token, singleEvents="true") == []
    calendar.call("DELETE", calendar.at("session8"))
    calendar.ok("PATCH", calendar.at("session9"), {"summary": "dragged"})
    changed = calendar.ok("GET", calendar.at(), syncToken=token, singleEvents="true")
    assert [(each["id"], each["status"]) for each in changed["items"]] == [
        ("session8", "cancelled"),
        ("session9", "confirmed"),
    ]
    assert "start" not in changed["items"][0]
    assert calendar.ids(syncToken=token) == ["session8", "session9"]
    for name, value in (
        ("timeMin", "2026-11-04T00:00:00Z"),
        ("q", "x"),
        ("orderBy", "updated"),
        ("showDeleted", "false"),
    ):
        assert calendar.refused("GET", calendar.at(), syncToken=token, **{name: value})[0] == 400
    calendar.client.post("/_emulator/expire_sync", json={"calendarId": calendar.id})
    assert calendar.refused("GET", calendar.at(), syncToken=token) == (410, "fullSyncRequired")
    assert calendar.ids(syncToken=calendar.ok("GET", calendar.at())["nextSyncToken"]) == []


def test_overlaps_are_accepted_and_shown_as_one_busy_block(calendar: Calendar) -> None:
    calendar.insert("session8")
    calendar.insert("overlap8")
    calendar.insert("held9", 9, status="tentative")
    calendar.insert("free10", 10, transparency="transparent")
    span = {"timeMin": "2026-11-04T00:00:00Z", "timeMax": "2026-11-05T00:00:00Z"}
    asked = {**span, "timeZone": "Africa/Johannesburg", "items": [{"id": calendar.id}, {"id": "nobody"}]}
    found = calendar.client.post("/calendar/v3/freeBusy", json=asked).json["calendars"]  # type: ignore[index]
    assert found[calendar.id]["busy"] == [
        {"start": "2026-11-04T08:00:00+02:00", "end": "2026-11-04T08:55:00+02:00"},
        {"start": "2026-11-04T09:00:00+02:00", "end": "2026-11-04T09:55:00+02:00"},
    ]
    assert found["nobody"] == {"busy": [], "errors": [{"domain": "global", "reason": "notFound"}]}


def test_whole_days_and_times_without_a_zone(calendar: Calendar) -> None:
    day = calendar.ok("POST", calendar.at(), {"start": {"date": "2026-11-04"}, "end": {"date": "2026-11-05"}})
    assert day["start"] == {"date": "2026-11-04"}
    assert calendar.ids(timeMin="2026-11-03T21:00:00Z", timeMax="2026-11-03T22:00:01Z") == [day["id"]]
    naive = {"start": {"dateTime": "2026-11-04T08:00:00"}, "end": {"dateTime": "2026-11-04T09:00:00"}}
    assert calendar.refused("POST", calendar.at(), naive) == (400, "required")
    zoned = {name: {**moment, "timeZone": "Europe/London"} for name, moment in naive.items()}
    made = calendar.ok("POST", calendar.at(), zoned)
    assert made["start"] == {"dateTime": "2026-11-04T10:00:00+02:00", "timeZone": "Europe/London"}


def test_what_is_not_built_names_itself(calendar: Calendar) -> None:
    answer = calendar.call("POST", calendar.at(), {**event(8), "recurrence": ["RRULE:FREQ=WEEKLY"]})
    assert answer.status_code == 501
    assert "recurrence" in answer.json["error"]["message"]
    assert calendar.call("POST", f"/{calendar.id}/events/x/move").status_code == 501
    assert calendar.call("POST", calendar.at(), {**event(8), "titel": "x"}).status_code == 400


def test_a_service_account_cannot_invite(calendar: Calendar) -> None:
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "signed"}
    minted = calendar.client.post("/token", data=grant).json["access_token"]  # type: ignore[index]
    calendar.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {minted}"
    guests = event(8, attendees=[{"email": "thandi@nowhere.example"}])
    assert calendar.refused("POST", calendar.at(), guests) == (403, "forbiddenForServiceAccounts")
    assert calendar.client.post("/v4/spreadsheets", json={}).status_code == 403


def test_an_unshared_calendar_is_not_found(calendar: Calendar) -> None:
    calendar.client.post("/_emulator/unshare", json={"id": calendar.id})
    assert calendar.call("GET", calendar.at()).status_code == 404
