"""What Sheets refuses or hides: filters, locks, the end of the grid, full minutes, and what nobody knows."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.emulator.google import Book


@pytest.fixture
def book(client: FlaskClient) -> Book:
    return Book(client, "Clients", "_studio")


def test_a_filter_hides_rows_and_leaves_them_where_they_are(book: Book) -> None:
    book.put("Clients!A1", ["name", "n"], ["b", 1], ["a", 2], ["c", 3])
    span = {"sheetId": 0, "startRowIndex": 0, "endColumnIndex": 2}
    book.batch({"setBasicFilter": {"filter": {"range": span, "criteria": {"0": {"hiddenValues": ["a"]}}}}})
    hidden = "sheets.data.rowMetadata.hiddenByFilter"
    rows = book.ok("GET", book.path, fields=hidden, ranges="Clients!A1:B4")["sheets"][0]["data"][0]["rowMetadata"]
    assert rows == [{}, {}, {"hiddenByFilter": True}, {}]
    below = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 4}
    book.batch({"sortRange": {"range": below, "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]}})
    assert book.values("Clients!A2:A4") == [["c"], ["a"], ["b"]]
    row = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3}
    place = {"sheetId": book.sheet["_studio"], "startRowIndex": 5, "endRowIndex": 6}
    paste = {"copyPaste": {"source": row, "destination": place, "pasteType": "PASTE_VALUES"}}
    book.client.post("/_emulator/unsettled", json={"filtered_rows_are_copied": False})
    book.batch(paste)
    assert book.values("_studio!A6:B6") == []
    book.client.post("/_emulator/unsettled", json={"filtered_rows_are_copied": True})
    book.batch(paste)
    assert book.values("_studio!A6:B6") == [["a", 2]]
    book.batch({"clearBasicFilter": {"sheetId": 0}})
    rows = book.ok("GET", book.path, fields=hidden, ranges="Clients!A1:B4")["sheets"][0]["data"][0]["rowMetadata"]
    assert rows == [{}, {}, {}, {}]


def test_what_the_owner_locked_is_refused_to_programs(book: Book) -> None:
    book.put("Clients!A1", ["name"], ["Thandi"], ["Sipho"])
    lock = {"spreadsheetId": book.id, "action": "lock", "cell": "Clients!A2:A3"}
    book.client.post("/_emulator/owner", json=lock)
    refusal = "You are trying to edit a protected cell or object."
    answer = book.call("PUT", f"{book.path}/values/Clients!A2", {"values": [["x"]]}, valueInputOption="RAW")
    assert refusal in answer.json["error"]["message"]
    data = {"valueInputOption": "RAW", "data": [{"range": "Clients!A2", "values": [["x"]]}]}
    answer = book.call("POST", f"{book.path}/values:batchUpdate", data)
    assert answer.json["error"]["message"].startswith(f"Invalid data[0]: {refusal}")
    between = {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
    assert refusal in book.refused({"insertDimension": {"range": between}})
    book.batch({"insertDimension": {"range": {**between, "startIndex": 1, "endIndex": 2}}})
    assert book.values("Clients!A1:A4") == [["name"], [], ["Thandi"], ["Sipho"]]


def test_a_book_ends_at_ten_million_cells(book: Book) -> None:
    text = "This action would increase the number of cells in the workbook above the limit of 10000000 cells."
    grid = {"rowCount": 400_000, "columnCount": 26}
    assert text in book.refused({"addSheet": {"properties": {"title": "Big", "gridProperties": grid}}})
    assert text in book.refused({"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 18_253}})
    assert book.ok("GET", book.path)["sheets"][0]["properties"]["gridProperties"]["columnCount"] == 26


def test_a_search_by_place_needs_one(book: Book) -> None:
    lookup = {"metadataKey": "sc", "locationMatchingStrategy": "EXACT_LOCATION"}
    body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
    assert book.call("POST", f"{book.path}/developerMetadata:search", body).status_code == 400


def test_what_nobody_knows_can_be_either_way(book: Book) -> None:
    gone = {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": 5}}}}
    assert "[5]" in book.refused(gone)
    book.client.post("/_emulator/unsettled", json={"missing_metadata_is_refused": False})
    assert book.batch(gone)["replies"] == [{"deleteDeveloperMetadata": {}}]
    assert book.client.post("/_emulator/unsettled", json={"weather": True}).status_code == 400


def test_a_full_minute_is_refused_in_googles_words(book: Book) -> None:
    book.client.post("/_emulator/quota", json={"sheets.read": 0})
    answer = book.call("GET", f"{book.path}/values/Clients")
    error = answer.json["error"]
    assert (answer.status_code, error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["message"].startswith("Quota exceeded for quota metric 'Read requests' and limit 'Read requests per")
    info, more = error["details"]
    assert (info["reason"], info["metadata"]["quota_limit"]) == ("RATE_LIMIT_EXCEEDED", "ReadRequestsPerMinutePerUser")
    assert more["@type"].endswith("google.rpc.Help")


def test_a_sign_in_that_may_not_and_a_time_out(book: Book) -> None:
    def trouble(kind: str) -> Any:
        book.client.post("/_emulator/faults", json={"add": {"match": "sheets.*", "kind": kind, "times": 1}})
        return book.call("GET", f"{book.path}/values/Clients")

    refused = trouble("scope")
    assert refused.status_code == 403
    assert refused.json["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    late = trouble("408")
    assert (late.status_code, late.mimetype) == (408, "text/html")
    assert "Error 408 (Request Timeout)!!1" in late.get_data(as_text=True)
