"""What the owner does from the menu of her window: put the spreadsheet back to an earlier version, make a copy."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.emulator.google import Book, marker, token


@pytest.fixture
def book(client: FlaskClient) -> Book:
    """Two tabs; then version 1 is kept, and everything changes."""
    made = Book(client, "Clients", "_studio")
    studio = made.sheet["_studio"]
    made.put("Clients!A1", ["id", "name"], ["c-1", "Thandi"])
    made.batch(token(11, studio), marker(1, studio))
    assert hand(made, "keep") == {"ok": True, "version": 1}
    made.put("Clients!B2", ["Sipho"])
    made.batch({"deleteProtectedRange": {"protectedRangeId": 11}}, token(22, studio), marker(2, studio))
    return made


def hand(book: Book, action: str, **more: Any) -> Any:
    return book.ok("POST", "/_emulator/owner", {"spreadsheetId": book.id, "action": action, **more})


def locks(book: Book, of: str | None = None) -> tuple[list[int], list[int]]:
    """Protections and metadata of `_studio`."""
    shown = book.ok("GET", f"/v4/spreadsheets/{of or book.id}")["sheets"][1]
    tokens = [each["protectedRangeId"] for each in shown.get("protectedRanges", [])]
    return tokens, [each["metadataId"] for each in shown.get("developerMetadata", [])]


@pytest.mark.parametrize(
    ("bring", "tokens", "markers"),
    [
        (None, [11], [1]),
        (["protections"], [11], [1, 2]),
        (["metadata"], [22], [1]),
        ([], [22], [1, 2]),
    ],
)
def test_an_earlier_version_brings_the_locks_it_is_told_to(
    book: Book, bring: list[str] | None, tokens: list[int], markers: list[int]
) -> None:
    hand(book, "restore", version=1, **({} if bring is None else {"bring": bring}))
    assert book.values("Clients") == [["id", "name"], ["c-1", "Thandi"]]
    assert locks(book) == (tokens, markers)


def test_a_tab_deleted_since_comes_back_and_a_newer_one_goes(book: Book) -> None:
    book.batch({"addSheet": {"properties": {"title": "Hers"}}}, {"deleteSheet": {"sheetId": book.sheet["_studio"]}})
    hand(book, "restore", version=1, bring=[])
    assert [each["properties"]["title"] for each in book.ok("GET", book.path)["sheets"]] == ["Clients", "_studio"]
    assert locks(book) == ([], [])
    book.put("Clients!A3", ["still works"])


def test_versions_are_listed_and_an_unknown_one_is_refused(book: Book) -> None:
    hand(book, "keep")
    assert [each["version"] for each in hand(book, "versions")["versions"]] == [1, 2]
    hand(book, "restore", version=1)
    hand(book, "restore", version=2)
    assert book.values("Clients!B2") == [["Sipho"]]
    for wrong in ({"version": 9}, {"version": 1, "bring": ["cells"]}):
        asked = {"spreadsheetId": book.id, "action": "restore", **wrong}
        assert book.call("POST", "/_emulator/owner", asked).status_code == 400


@pytest.mark.parametrize("new_sheet_ids", [False, True])
def test_a_copy_is_another_spreadsheet(book: Book, new_sheet_ids: bool) -> None:
    made = hand(book, "copy", new_sheet_ids=new_sheet_ids)["spreadsheetId"]
    path = f"/v4/spreadsheets/{made}"
    shown = book.ok("GET", path)
    assert shown["properties"]["title"] == "Copy of Nowhere Street Pilates"
    assert (shown["sheets"][1]["properties"]["sheetId"] == book.sheet["_studio"]) is not new_sheet_ids
    assert locks(book, made) == ([22], [1, 2])
    book.put("Clients!B2", ["Lerato"])
    assert book.ok("GET", f"{path}/values/Clients!B2")["values"] == [["Sipho"]]
    assert locks(book, hand(book, "copy", bring=[])["spreadsheetId"]) == ([], [])


def test_values_pasted_into_another_tab_keep_their_types(book: Book) -> None:
    kinds = [46346.25, True, "+27", "=1", 3]
    book.put("Clients!A5", kinds)
    source = {"sheetId": 0, "startRowIndex": 4, "endRowIndex": 5}
    target = {"sheetId": book.sheet["_studio"], "startRowIndex": 7, "endRowIndex": 8}
    paste = {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}}
    more = {"includeSpreadsheetInResponse": True, "responseRanges": ["_studio!A8:E8"], "responseIncludeGridData": True}
    answer = book.batch(paste, **more)
    assert book.values("_studio!A8:E8") == [kinds]
    [shown] = [each for each in answer["updatedSpreadsheet"]["sheets"] if each["properties"]["title"] == "_studio"]
    cells = shown["data"][0]["rowData"][0]["values"]
    kept = [next(iter(each["userEnteredValue"].items())) for each in cells]
    assert kept == [("numberValue", 46346.25), ("boolValue", True), ("stringValue", "+27"), ("stringValue", "=1"),
                    ("numberValue", 3)]  # fmt: skip
