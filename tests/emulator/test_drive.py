"""Drive: files, their slow change signal, and sharing (expectations: facts/google.md 7)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from emulator.world import World
from tests.emulator.google import Book


@pytest.fixture
def book(client: FlaskClient, world: World) -> Book:
    world.clock.set(datetime(2026, 11, 3, 6, tzinfo=UTC), rate=0)
    return Book(client, "Clients")


def test_a_file_is_the_spreadsheet(book: Book) -> None:
    sheet = {"name": "Nowhere Street Pilates: books", "mimeType": "application/vnd.google-apps.spreadsheet"}
    made = book.ok("POST", "/drive/v3/files", sheet)
    assert set(made) == {"kind", "id", "name", "mimeType"}
    shown = book.ok("GET", f"/v4/spreadsheets/{made['id']}")
    assert shown["properties"]["title"] == sheet["name"]
    assert (shown["properties"]["locale"], shown["properties"]["timeZone"]) == ("en_US", "Etc/GMT")
    assert shown["sheets"][0]["properties"] == {
        "sheetId": 0,
        "title": "Sheet1",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
    }
    query = "mimeType='application/vnd.google-apps.spreadsheet' and name = \"Nowhere Street Pilates: books\""
    assert [each["id"] for each in book.ok("GET", "/drive/v3/files", q=query)["files"]] == [made["id"]]
    assert book.call("GET", "/drive/v3/files", q="'root' in parents").status_code == 501
    assert book.call("DELETE", f"/drive/v3/files/{made['id']}").status_code == 204
    gone = book.call("GET", f"/drive/v3/files/{made['id']}")
    assert gone.json["error"]["message"] == f"File not found: {made['id']}."
    assert book.call("GET", f"/v4/spreadsheets/{made['id']}").status_code == 404


def test_cell_edits_show_minutes_later_and_a_new_name_at_once(book: Book, world: World) -> None:
    def version() -> int:
        return int(book.ok("GET", f"/drive/v3/files/{book.id}", fields="version,modifiedTime")["version"])

    first = version()
    book.put("Clients!A1", ["Thandi Maroon"])
    assert version() == first
    world.clock.advance(179)
    assert version() == first
    world.clock.advance(1)
    assert version() == first + 1
    assert version() == first + 1
    title = {"properties": {"title": "New name"}, "fields": "title"}
    book.batch({"updateSpreadsheetProperties": title})
    assert version() == first + 2
    assert book.ok("GET", f"/drive/v3/files/{book.id}")["name"] == "New name"


def test_sharing(book: Book) -> None:
    accountant = {"role": "reader", "type": "user", "emailAddress": "books@nowhere.example"}
    made = book.ok("POST", f"/drive/v3/files/{book.id}/permissions", accountant, sendNotificationEmail="false")
    assert made["role"] == "reader"
    shown = book.ok("GET", f"/drive/v3/files/{book.id}/permissions", fields="permissions(role,emailAddress)")
    assert [each["role"] for each in shown["permissions"]] == ["owner", "reader"]
    book.client.post("/_emulator/unshare", json={"id": book.id})
    assert book.call("GET", f"/v4/spreadsheets/{book.id}").status_code == 403
    assert book.call("GET", f"/drive/v3/files/{book.id}").status_code == 404
