"""The real clients over real HTTP, and a process that is killed."""

from __future__ import annotations

import gspread
import pytest
from googleapiclient.errors import HttpError

from tests.emulator.conftest import Emulator
from tests.emulator.google import api, appended, cells, marker, spreadsheets


def test_gspread_lives_with_the_stand_in(emulator: Emulator) -> None:
    client = spreadsheets(emulator.base)
    book = client.create("Nowhere Street Pilates")
    sheet = book.sheet1
    sheet.update([["Name", "Phone"], ["Thandi Maroon", "+44 7700 900101"]], "A1", raw=True)
    assert sheet.get_all_records() == [{"Name": "Thandi Maroon", "Phone": "+44 7700 900101"}]
    other = book.add_worksheet("Bookings", rows=50, cols=5)
    other.update_title("Sessions")
    other.freeze(rows=1)
    sheet.format("A1:B1", {"textFormat": {"bold": True}})
    sheet.sort((1, "asc"), range="A2:B9")
    sheet.update([["Sipho Amber", "+44 7700 900102"]], "A3", raw=True)
    sheet.delete_rows(2)
    assert sheet.get("A1:B9") == [["Name", "Phone"], ["Sipho Amber", "+44 7700 900102"]]
    assert [each.title for each in book.worksheets()] == ["Sheet1", "Sessions"]
    book.del_worksheet(other)
    assert client.open("Nowhere Street Pilates").id == book.id
    with pytest.raises(gspread.WorksheetNotFound):
        book.worksheet("Sessions")
    with pytest.raises(gspread.exceptions.APIError) as refused:
        book.batch_update({"requests": [{"addSheet": {"properties": {"title": "Sheet1"}}}]})
    assert refused.value.code == 400
    with pytest.raises(gspread.exceptions.APIError, match="501"):
        sheet.append_row(["never so"])
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key("nothing")
    client.http_client.session.close()


def test_the_api_client_lives_with_the_stand_in(emulator: Emulator) -> None:
    calendars = api(emulator.base, "calendar", "v3")
    made = calendars.calendars().insert(body={"summary": "Studio", "timeZone": "Africa/Johannesburg"}).execute()
    events = calendars.events()
    at = "2026-11-04T{}:00+02:00".format
    body = {"id": "session8", "start": {"dateTime": at("08:00")}, "end": {"dateTime": at("08:55")}, "summary": "Duo"}
    first = events.insert(calendarId=made["id"], body=body).execute()
    with pytest.raises(HttpError) as taken:
        events.insert(calendarId=made["id"], body=body).execute()
    assert taken.value.status_code == 409
    request = events.update(calendarId=made["id"], eventId="session8", body={**first, "summary": "Trio"})
    request.headers["If-Match"] = '"1"'
    with pytest.raises(HttpError) as stale:
        request.execute()
    assert stale.value.status_code == 412
    request.headers["If-Match"] = first["etag"]
    assert request.execute()["summary"] == "Trio"
    listed = events.list(calendarId=made["id"], singleEvents=True, orderBy="startTime", timeMin=at("00:00")).execute()
    assert [each["summary"] for each in listed["items"]] == ["Trio"]
    assert events.delete(calendarId=made["id"], eventId="session8").execute() == ""
    books = api(emulator.base, "sheets", "v4").spreadsheets()
    book = books.create(body={"properties": {"title": "Books", "locale": "en_GB"}}).execute()
    read = books.values().batchGet(spreadsheetId=book["spreadsheetId"], ranges=["Sheet1", "Sheet1!A1:B2"]).execute()
    assert [each["range"] for each in read["valueRanges"]] == ["Sheet1!A1:Z1000", "Sheet1!A1:B2"]
    files = api(emulator.base, "drive", "v3").files()
    assert files.get(fileId=book["spreadsheetId"], fields="version").execute() == {"version": "1"}
    for each in (calendars, books, files):
        each.close()


def test_what_was_answered_survives_a_kill(mortal_emulator: Emulator) -> None:
    made = mortal_emulator.post("/v4/spreadsheets", {"properties": {"title": "Studio"}})
    book, calendar = made["spreadsheetId"], mortal_emulator.post("/calendar/v3/calendars", {"summary": "Studio"})["id"]
    for at in range(1, 6):
        rows = {"requests": [appended(0, cells(f"row {at}")), marker(at, 0)]}
        mortal_emulator.post(f"/v4/spreadsheets/{book}:batchUpdate", rows)
    span = {"start": {"date": "2026-11-04"}, "end": {"date": "2026-11-05"}}
    event = mortal_emulator.post(f"/calendar/v3/calendars/{calendar}/events", span)
    mortal_emulator.kill()
    mortal_emulator.start()
    found = mortal_emulator.get(f"/v4/spreadsheets/{book}/values/Sheet1")
    assert found["values"] == [[f"row {at}"] for at in range(1, 6)]
    mortal_emulator.post(f"/v4/spreadsheets/{book}:batchUpdate", {"requests": [marker(5, 0)]}, status=400)
    assert mortal_emulator.get(f"/calendar/v3/calendars/{calendar}/events/{event['id']}")["etag"] == event["etag"]


def test_an_answer_lost_is_still_applied_once(emulator: Emulator) -> None:
    book = emulator.post("/v4/spreadsheets")["spreadsheetId"]
    emulator.verb("faults", add={"match": "sheets.batchUpdate", "kind": "lost", "times": 1})
    client = spreadsheets(emulator.base)
    commit = {"requests": [appended(0, cells("once")), marker(1, 0)]}
    with pytest.raises(OSError, match=r"closed|aborted|reset"):
        client.http_client.batch_update(book, commit)
    with pytest.raises(gspread.exceptions.APIError):
        client.http_client.batch_update(book, commit)
    assert emulator.get(f"/v4/spreadsheets/{book}/values/Sheet1")["values"] == [["once"]]
    client.http_client.session.close()


def test_the_owner_acts_in_her_window(emulator: Emulator) -> None:
    book = emulator.post("/v4/spreadsheets", {"properties": {"title": "Studio", "locale": "en_GB"}})["spreadsheetId"]

    def owner(action: str, **what: object) -> dict[str, object]:
        done: dict[str, object] = emulator.verb("owner", spreadsheetId=book, action=action, **what)
        return done

    for cell, text in {"A1": "Name", "A2": "Zoë Umber", "A3": "Sipho Amber", "B1": "Sent", "C3": "4/11/2026"}.items():
        owner("type", cell=f"Sheet1!{cell}", text=text)
    rule = {"condition": {"type": "BOOLEAN"}}
    span = {"startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 2}
    owner("do", requests=[{"setDataValidation": {"range": span, "rule": rule}}])
    assert owner("tick", cell="Sheet1!B3")["ticked"] is True
    owner("sort", sheet="Sheet1", column="Name")
    owner("insert", sheet="Sheet1", row=2)
    shown = emulator.get(f"/v4/spreadsheets/{book}/values/Sheet1")["values"]
    assert shown == [["Name", "Sent"], [], ["Sipho Amber", "TRUE", "04/11/2026"], ["Zoë Umber", "FALSE"]]
    owner("lock", cell="Sheet1!A:A")
    refused = emulator.post(f"/v4/spreadsheets/{book}:batchUpdate", {"requests": [appended(0, cells("x"))]}, status=400)
    assert "protected cell or object" in refused["error"]["message"]
    owner("type", cell="Sheet1!A5", text="hers")
    owner("unlock", cell="Sheet1!A1")
    emulator.post(f"/v4/spreadsheets/{book}:batchUpdate", {"requests": [appended(0, cells("ours"))]})
    owner("delete", sheet="Sheet1", row=2)
    dump = emulator.get("/_emulator/dump", params={"only": "sheets"})["sheets"][book]
    assert [row[0] for row in dump["tabs"]["Sheet1"]["rows"]] == ["Name", "Sipho Amber", "Zoë Umber", "hers", "ours"]
    emulator.post("/_emulator/owner", {"spreadsheetId": book, "action": "tick", "cell": "Sheet1!A1"}, status=400)
