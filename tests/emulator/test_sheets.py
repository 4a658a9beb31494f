"""One commit of many requests: all of it or nothing (expectations: facts/google.md 1, 2, 4)."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from emulator.world import World
from tests.emulator.google import Book, appended, cells, marker, token


@pytest.fixture
def book(client: FlaskClient) -> Book:
    return Book(client, "Clients", "_studio")


def test_an_append_lands_after_the_last_row_with_data_and_is_never_parsed(book: Book) -> None:
    book.batch(appended(0, cells("Name", "Phone"), cells("Thandi Maroon", "+44 7700 900101", 300, True)))
    book.batch(appended(0, cells("=1+1", "4/11")))
    assert book.values("Clients") == [
        ["Name", "Phone"],
        ["Thandi Maroon", "+44 7700 900101", 300, True],
        ["=1+1", "4/11"],
    ]


def test_a_taken_marker_refuses_the_whole_batch(book: Book) -> None:
    studio = book.sheet["_studio"]
    book.batch(appended(0, cells("first")), marker(1, studio))
    said = book.refused(appended(0, cells("again")), marker(1, studio))
    assert said == (
        "Invalid requests[1].createDeveloperMetadata: Cannot add developer metadata with ID [1] because developer "
        "metadata with that ID already exists."
    )
    assert book.values("Clients") == [["first"]]
    book.batch(appended(0, cells("second")), marker(2, studio))
    assert book.values("Clients") == [["first"], ["second"]]


def test_a_missing_token_refuses_the_whole_batch(book: Book) -> None:
    studio = book.sheet["_studio"]
    book.batch(token(77, studio))
    book.batch({"deleteProtectedRange": {"protectedRangeId": 77}}, token(78, studio))
    said = book.refused(appended(0, cells("late")), {"deleteProtectedRange": {"protectedRangeId": 77}})
    assert said == "Invalid requests[1].deleteProtectedRange: No protected range with id: 77"
    assert book.values("Clients") == []
    assert "78" in book.refused(token(78, studio))


def test_the_answer_shows_the_ranges_as_of_after_the_batch(book: Book) -> None:
    answer = book.batch(
        appended(0, cells("Sipho Amber", 2.5)),
        includeSpreadsheetInResponse=True,
        responseRanges=["Clients!A1:B1", "_studio!A1"],
        responseIncludeGridData=True,
    )
    first, second = answer["updatedSpreadsheet"]["sheets"]
    shown = first["data"][0]["rowData"][0]["values"]
    assert [each["effectiveValue"] for each in shown] == [{"stringValue": "Sipho Amber"}, {"numberValue": 2.5}]
    assert "rowData" not in second["data"][0]


def test_defaults_are_dropped_from_ranges_but_not_from_a_sheets_properties(book: Book) -> None:
    reply = book.batch(token(5, 0))["replies"][0]["addProtectedRange"]["protectedRange"]
    assert "sheetId" not in reply["range"]
    sheets = book.ok("GET", book.path, fields="sheets.properties(sheetId,index)")["sheets"]
    assert sheets[0]["properties"] == {"sheetId": 0, "index": 0}


def test_metadata_is_found_read_and_deleted(book: Book) -> None:
    studio = book.sheet["_studio"]
    book.batch(marker(1, studio, "a"), marker(2, studio, "b"))
    lookup = {"developerMetadataLookup": {"metadataKey": "sc"}}
    found = book.ok("POST", f"{book.path}/developerMetadata:search", {"dataFilters": [lookup]})
    assert [each["developerMetadata"]["metadataId"] for each in found["matchedDeveloperMetadata"]] == [1, 2]
    one = {"dataFilter": {"developerMetadataLookup": {"metadataId": 1}}}
    gone = book.batch({"deleteDeveloperMetadata": one})["replies"][0]["deleteDeveloperMetadata"]
    assert gone["deletedDeveloperMetadata"][0]["metadataValue"] == "a"
    assert book.call("GET", f"{book.path}/developerMetadata/1").status_code == 404
    assert book.ok("GET", f"{book.path}/developerMetadata/2")["location"] == {
        "locationType": "SHEET",
        "sheetId": studio,
    }


def test_metadata_storage_ends_at_thirty_thousand_characters(book: Book) -> None:
    book.batch(marker(1, 0, "x" * 29_990))
    book.refused(marker(2, 0, "y" * 20))
    book.batch(marker(2, book.sheet["_studio"], "y" * 20))


def test_rows_grow_and_columns_do_not(book: Book) -> None:
    small = {
        "properties": {"sheetId": 0, "gridProperties": {"rowCount": 1, "columnCount": 2}},
        "fields": "gridProperties",
    }
    book.batch({"updateSheetProperties": small})
    book.batch(appended(0, cells("a"), cells("b"), cells("c")))
    assert book.values("Clients") == [["a"], ["b"], ["c"]]
    assert "beyond the last requested column of: 1" in book.refused(appended(0, cells(1, 2, 3)))


def test_a_before_image_is_copied_as_values_and_keeps_its_types(book: Book) -> None:
    studio = book.sheet["_studio"]
    book.put("Clients!A2", ["Zoë Umber", 1050, True, "=not a formula"])
    row = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 4}
    place = {"sheetId": studio, "startRowIndex": 6, "endRowIndex": 7, "startColumnIndex": 2, "endColumnIndex": 6}
    book.batch({"copyPaste": {"source": row, "destination": place, "pasteType": "PASTE_VALUES"}})
    assert book.values("_studio!C7:F7") == [["Zoë Umber", 1050, True, "=not a formula"]]


def test_a_smaller_grid_takes_along_what_lay_outside(book: Book) -> None:
    book.put("Clients!A1", ["a"], ["b"], ["c"])
    far = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
    book.batch(
        {"mergeCells": {"range": {**far, "endColumnIndex": 2}}},
        {"addProtectedRange": {"protectedRange": {"range": far}}},
    )
    small = {"properties": {"sheetId": 0, "gridProperties": {"rowCount": 1}}, "fields": "gridProperties.rowCount"}
    book.batch({"updateSheetProperties": small})
    assert book.values("Clients") == [["a"]]
    assert set(book.ok("GET", book.path)["sheets"][0]) == {"properties"}
    assert "exceeds grid limits" in book.call("GET", f"{book.path}/values/Clients!A2").json["error"]["message"]


def test_cut_cells_leave_nothing_behind(book: Book) -> None:
    book.put("Clients!A1", ["a", "b"], ["c", "d"])
    row = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 2}
    book.batch({"cutPaste": {"source": row, "destination": {"rowIndex": 2, "columnIndex": 1}}})
    assert book.values("Clients") == [[], ["c", "d"], ["", "a", "b"]]


def test_update_cells_changes_what_the_mask_names(book: Book) -> None:
    book.batch({"updateCells": {"start": {}, "rows": [cells("R300", 5)], "fields": "userEnteredValue"}})
    money = {"numberFormat": {"type": "CURRENCY", "pattern": '"R"#,##0.00'}}
    look = {"values": [{}, {"userEnteredFormat": money, "note": "per person"}]}
    book.batch({"updateCells": {"start": {}, "rows": [look], "fields": "userEnteredFormat.numberFormat,note"}})
    assert book.values("Clients", "FORMATTED_VALUE") == [["R300", "R5.00"]]
    book.batch({"updateCells": {"start": {}, "rows": [{"values": [{}]}], "fields": "userEnteredValue"}})
    assert book.values("Clients") == [["", 5]]


def test_tick_boxes_hold_false_and_count_as_data(book: Book) -> None:
    box = {"values": [{"dataValidation": {"condition": {"type": "BOOLEAN"}, "strict": True}}]}
    book.batch({"appendCells": {"sheetId": 0, "rows": [box], "fields": "userEnteredValue,dataValidation"}})
    assert book.values("Clients") == [[False]]
    book.batch(appended(0, cells("next")))
    assert book.values("Clients") == [[False], ["next"]]


def test_sorting_moves_cells_keeps_hidden_rows_and_puts_blanks_last(book: Book) -> None:
    book.put("Clients!A1", ["Name"], ["b"], [3], [""], ["hidden"], ["a"], [1])
    hide = {"sheetId": 0, "dimension": "ROWS", "startIndex": 4, "endIndex": 5}
    book.batch(
        {"updateDimensionProperties": {"range": hide, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}}
    )
    spec = [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]
    rows = {"sheetId": 0, "startRowIndex": 1}
    book.batch({"sortRange": {"range": rows, "sortSpecs": spec}})
    assert book.values("Clients") == [["Name"], [1], [3], ["a"], ["hidden"], ["b"]]
    book.batch({"sortRange": {"range": rows, "sortSpecs": [{**spec[0], "sortOrder": "DESCENDING"}]}})
    assert book.values("Clients") == [["Name"], ["b"], ["a"], [3], ["hidden"], [1]]


def test_column_metadata_follows_its_column(book: Book) -> None:
    book.put("Clients!A1", ["Name", "Phone", "Id"])
    where = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
    entry = {
        "metadataId": 9,
        "metadataKey": "col",
        "metadataValue": "phone",
        "visibility": "DOCUMENT",
        "location": where,
    }
    book.batch({"createDeveloperMetadata": {"developerMetadata": entry}})

    def at() -> int:
        found = book.ok("GET", f"{book.path}/developerMetadata/9")["location"]["dimensionRange"]
        return int(found["startIndex"])

    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    book.batch({"insertDimension": {"range": span, "inheritFromBefore": False}})
    assert at() == 2
    book.batch({"moveDimension": {"source": {**span, "startIndex": 2, "endIndex": 3}, "destinationIndex": 1}})
    assert at() == 1
    assert book.values("Clients!1:1") == [["", "Phone", "Name", "Id"]]
    book.batch({"deleteDimension": {"range": {**span, "startIndex": 1, "endIndex": 2}}})
    assert book.call("GET", f"{book.path}/developerMetadata/9").status_code == 404


def test_rows_inserted_above_a_protection_push_it_down(book: Book) -> None:
    book.put("Clients!A1", ["head"], ["a"], ["b"])
    book.batch(token(5, 0))
    span = {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 2}
    book.batch({"insertDimension": {"range": span}})
    sheet = book.ok("GET", book.path)["sheets"][0]
    assert sheet["protectedRanges"][0]["range"]["startRowIndex"] == 2
    assert sheet["properties"]["gridProperties"]["rowCount"] == 1002
    assert book.values("Clients") == [[], [], ["head"], ["a"], ["b"]]
    book.batch({"deleteDimension": {"range": {**span, "startIndex": 2, "endIndex": 4}}})
    assert book.values("Clients") == [[], [], ["b"]]
    assert "protectedRanges" not in book.ok("GET", book.path)["sheets"][0]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (
            {"addSheet": {"properties": {"title": "clients"}}},
            'addSheet: A sheet with the name "clients" already exists.',
        ),
        ({"addSheet": {"properties": {"title": "x" * 101}}}, "The sheet name cannot be greater than 100 characters."),
        ({"repeatCell": {"range": {"sheetId": 99}, "cell": {}, "fields": "note"}}, "repeatCell: No grid with id: 99"),
        ({"deleteSheet": {"sheetId": 99}}, "No grid with id: 99"),
        (
            {"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}}},
            "Tried to delete row index 1000 but there are only 1000 rows.",
        ),
        (
            {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}}},
            "range.startIndex must be less than the grid size (1000) if inheritFromBefore is false.",
        ),
        (
            {"updateCells": {"start": {"rowIndex": 1000}, "rows": [cells(1)], "fields": "userEnteredValue"}},
            "GridCoordinate.rowIndex[1000] is after last row in grid[999]",
        ),
        (
            {"updateSheetProperties": {"properties": {"hidden": True, "sheetId": 99}, "fields": "hidden"}},
            "No grid with id: 99",
        ),
        (appended(0, cells("x" * 50_001)), "maximum of 50000 characters in a single cell"),
    ],
)
def test_refusals_name_the_request_and_the_reason(book: Book, request_: object, said: str) -> None:
    message = book.refused(request_)
    assert message.startswith("Invalid requests[0].")
    assert said in message


def test_what_is_not_built_names_itself(book: Book) -> None:
    assert "addChart" in book.refused({"addChart": {}}, status=501)
    assert book.call("POST", f"{book.path}/values/A1:append", {}).status_code == 501


def test_unknown_fields_are_refused_in_googles_words(book: Book) -> None:
    said = book.refused({"appendCells": {"sheetId": 0, "rowz": []}})
    assert (
        said == "Invalid JSON payload received. Unknown name \"rowz\" at 'requests[0].appendCells': Cannot find field."
    )
    answer = book.call("PUT", f"{book.path}/values/A1", {"values": "X"}, valueInputOption="RAW")
    said = "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"X\""
    assert answer.json["error"]["details"][0]["fieldViolations"] == [{"field": "data.values", "description": said}]
    assert book.refused() == "Must specify at least one request."


def test_a_missing_book_and_a_missing_tab(book: Book) -> None:
    answer = book.call("GET", "/v4/spreadsheets/nothing")
    assert answer.json == {
        "error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"},
    }
    answer = book.call("GET", f"{book.path}/values/NOPE!A5:F15")
    assert answer.json["error"]["message"] == "Unable to parse range: NOPE!A5:F15"


def test_colours_come_back_as_eight_bits(book: Book) -> None:
    look = {"backgroundColor": {"red": 0.5, "green": 0, "blue": 1}}
    cell = {"range": {"endRowIndex": 1, "endColumnIndex": 1}, "cell": {"userEnteredFormat": look}, "fields": "*"}
    book.batch({"repeatCell": cell})
    data = book.ok("GET", book.path, includeGridData="true", ranges="Clients!A1")["sheets"][0]["data"][0]
    kept = data["rowData"][0]["values"][0]["userEnteredFormat"]
    assert kept["backgroundColor"] == {"red": 0.49803922, "blue": 1}


def test_only_changed_rows_are_written_again(book: Book, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    book.batch(appended(0, *[cells(f"row {at}") for at in range(1000)]))
    before = {key: id(doc["rows"]) for key, doc in world.store.items("sheets.rows")}
    put, written = world.store.put, []

    def counted(*what: Any) -> None:
        written.append(what)
        put(*what)

    monkeypatch.setattr(world.store, "put", counted)
    book.batch({"updateCells": {"start": {"rowIndex": 300}, "rows": [cells("new")], "fields": "userEnteredValue"}})
    assert len(before) == 4
    assert len(written) <= 3
    assert book.values("Clients!A301") == [["new"]]


def test_the_layout_is_googles(book: Book) -> None:
    text = book.call("GET", f"{book.path}/values/Clients!A1").get_data(as_text=True)
    assert text == '{\n  "range": "Clients!A1",\n  "majorDimension": "ROWS"\n}\n'


def test_masks_of_answers_name_fields_that_exist(book: Book) -> None:
    shown = book.ok("GET", book.path, fields="spreadsheetId,sheets(properties(title),protectedRanges.description)")
    assert shown == {"spreadsheetId": book.id, "sheets": [{"properties": {"title": each}} for each in book.sheet]}
    answer = book.call("GET", book.path, fields="sheets.propertis.title")
    assert answer.status_code == 400
    assert "'sheets.propertis'" in answer.json["error"]["details"][0]["fieldViolations"][0]["description"]
    assert book.call("GET", f"/drive/v3/files/{book.id}", fields="versoin").status_code == 400


def test_grid_data_only_as_far_as_the_mask_asks(book: Book) -> None:
    book.put("Clients!A1", ["a"])
    fields = "sheets.data.rowData.values.userEnteredValue"
    shown = book.ok("GET", book.path, fields=fields, ranges="Clients!A1:B2")
    assert shown == {"sheets": [{"data": [{"rowData": [{"values": [{"userEnteredValue": {"stringValue": "a"}}]}]}]}]}
    assert "data" not in book.ok("GET", book.path, ranges="Clients!A1:B2")["sheets"][0]


def test_tabs_come_go_move_and_are_copied(book: Book) -> None:
    added = book.batch({"addSheet": {"properties": {"title": "Today", "index": 0, "tabColor": {"red": 1}}}})
    today = added["replies"][0]["addSheet"]["properties"]
    assert (today["index"], today["sheetType"], today["tabColor"]) == (0, "GRID", {"red": 1})
    frozen = {"sheetId": today["sheetId"], "gridProperties": {"frozenRowCount": 1}, "hidden": False}
    book.batch({"updateSheetProperties": {"properties": frozen, "fields": "gridProperties/frozenRowCount,hidden"}})
    book.put("Clients!A1", ["kept"])
    book.batch({"duplicateSheet": {"sourceSheetId": 0, "insertSheetIndex": 1, "newSheetName": "Copy"}})
    assert book.values("Copy") == [["kept"]]
    book.batch({"updateSheetProperties": {"properties": {"sheetId": 0, "index": 0}, "fields": "index"}})
    titles = [each["properties"]["title"] for each in book.ok("GET", book.path)["sheets"]]
    assert titles == ["Clients", "Today", "Copy", "_studio"]
    book.batch({"deleteSheet": {"sheetId": today["sheetId"]}})
    assert book.call("GET", f"{book.path}/values/Today").status_code == 400
    hide = [{"properties": {"sheetId": each["properties"]["sheetId"], "hidden": True}, "fields": "hidden"}
            for each in book.ok("GET", book.path)["sheets"]]  # fmt: skip
    said = book.refused(*({"updateSheetProperties": each} for each in hide))
    assert said == "Invalid requests[2].updateSheetProperties: You can't hide all the sheets in a document."


def test_named_ranges_filters_rules_and_merges_are_kept_and_shown(book: Book) -> None:
    span = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    named = {"namedRange": {"name": "CancelFree", "range": span}}
    number = book.batch({"addNamedRange": named})["replies"][0]["addNamedRange"]["namedRange"]["namedRangeId"]
    rule = {
        "ranges": [span],
        "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}},
    }
    book.put("Clients!A1", ["a", "b"], ["c", "d"])
    assert book.values("CancelFree") == [["a", "b"], ["c", "d"]]
    book.batch(
        {"setBasicFilter": {"filter": {"range": span}}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"mergeCells": {"range": span, "mergeType": "MERGE_ALL"}},
    )
    sheet = book.ok("GET", book.path)["sheets"][0]
    assert {"basicFilter", "conditionalFormats", "merges"} <= set(sheet)
    assert book.values("Clients") == [["a"]]
    assert "vertical merge" in book.refused({"sortRange": {"range": {"sheetId": 0}, "sortSpecs": [{}]}})
    book.batch(
        {"unmergeCells": {"range": span}},
        {"clearBasicFilter": {"sheetId": 0}},
        {"updateNamedRange": {"namedRange": {"namedRangeId": number, "name": "Free"}, "fields": "name"}},
    )
    assert book.ok("GET", book.path)["namedRanges"][0]["name"] == "Free"
    book.batch({"deleteNamedRange": {"namedRangeId": number}})
    assert "No named range" in book.refused({"deleteNamedRange": {"namedRangeId": number}})
