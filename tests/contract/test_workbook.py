"""The contract of ``ports.Workbook`` on Google Sheets. "facts" = the notes on Google's semantics, by section."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from sheets_schema.workbook.tags import TAG_KEY
from studio_sync.adapters.google_http import GoogleHttp
from studio_sync.adapters.outcomes import Call
from studio_sync.adapters.sheets import SheetsWorkbook, create_workbook
from studio_sync.errors import OutsideError, Refused, Unavailable
from studio_sync.ports import SheetShape, Workbook
from tests.contract.conftest import StandIn, google_at
from tests.contract.expected import APPLIED, SILENCE, meaning
from tests.contract.workbook import MARKER, TAB, marker, row


def test_a_new_workbook_has_the_studios_zone_and_one_tab(google: GoogleHttp) -> None:
    made = create_workbook(google, "Nowhere Street Pilates", locale="en_GB", zone="Europe/London").shape()
    assert (made.title, made.locale, made.zone) == ("Nowhere Street Pilates", "en_GB", "Europe/London")
    assert [(sheet.rows, sheet.columns) for sheet in made.sheets] == [(1000, 26)]  # facts 7: 1000 x 26


def test_shape_tells_tabs_protections_markers_and_names(workbook: Workbook) -> None:
    number = next(MARKER)
    area = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}
    token = {"protectedRangeId": 9_000_001, "range": area, "description": "studio_sync 1 b", "warningOnly": True}
    workbook.commit(
        [
            {"addProtectedRange": {"protectedRange": token}},
            {"addNamedRange": {"namedRange": {"name": "contract_head", "range": area}}},
            marker(number),
        ]
    )
    shape = workbook.shape()
    assert SheetShape(title="Contract", sheet_id=TAB, rows=20, columns=8) in shape.sheets
    assert shape.id == workbook.id
    assert shape.protected[9_000_001] == "studio_sync 1 b"
    assert shape.markers[number] == ("sc", "abcdefghijklmnop")
    assert "contract_head" in shape.named_ranges


def test_a_tag_goes_along_when_its_column_moves(workbook: Workbook) -> None:
    column = {"sheetId": TAB, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    tag = {"metadataId": next(MARKER), "metadataKey": TAG_KEY, "metadataValue": "clients.phone"}
    tag |= {"visibility": "DOCUMENT", "location": {"dimensionRange": column}}
    workbook.commit([{"createDeveloperMetadata": {"developerMetadata": tag}}])
    assert workbook.tags()[TAB] == {"clients.phone": 2}
    inserted = {"sheetId": TAB, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    workbook.commit([{"insertDimension": {"range": inserted, "inheritFromBefore": False}}])
    assert workbook.tags()[TAB] == {"clients.phone": 3}  # facts 1: metadata stays with its row or column
    moved = {"source": {**column, "startIndex": 3, "endIndex": 4}, "destinationIndex": 0}
    workbook.commit([{"moveDimension": moved}])
    assert workbook.tags()[TAB] == {"clients.phone": 0}  # facts 1: it moves the dimension, so metadata should follow
    workbook.commit([{"deleteDimension": {"range": inserted}}])
    assert TAB not in workbook.tags()  # facts 1: deleted with it


def test_a_hidden_tab_is_told_as_hidden(workbook: Workbook) -> None:
    properties = {"sheetId": TAB, "hidden": True}
    workbook.commit([{"updateSheetProperties": {"properties": properties, "fields": "hidden"}}])
    assert [sheet.hidden for sheet in workbook.shape().sheets if sheet.sheet_id == TAB] == [True]


def test_cells_come_back_as_they_were_stored(workbook: Workbook) -> None:
    # facts 3: stringValue is never parsed, so a phone number and a formula stay text; dates are serial days.
    workbook.commit([row("Thandi", "+27825550123", "=1+1", 250.5, True, 46346.25)])
    assert workbook.read(["Contract!A1:F1"]) == [[["Thandi", "+27825550123", "=1+1", 250.5, True, 46346.25]]]


def test_blanks_at_the_end_are_cut_and_an_empty_range_is_no_rows(workbook: Workbook) -> None:
    workbook.commit([row("id", None, "name"), row(None), row("c-1")])
    # facts 3: trailing blanks trimmed, leading and inner ones "", `values` absent when all is empty
    assert workbook.read(["Contract!A1:H20", "Contract!A10:H20"]) == [[["id", "", "name"], ["c-1"]], []]


def test_ranges_are_answered_in_the_order_asked(workbook: Workbook) -> None:
    workbook.commit([row("first"), row("second")])
    assert workbook.read(["Contract!A2", "Contract!A1", "Contract!A2"]) == [[["second"]], [["first"]], [["second"]]]
    assert workbook.read([]) == []


def test_a_tab_that_is_not_there_is_refused(workbook: Workbook) -> None:
    with pytest.raises(Refused) as refusal:
        workbook.read(["Nothing!A1"])
    assert refusal.value.code == 400  # facts 4: Unable to parse range


def test_a_batch_is_applied_whole_or_not_at_all(workbook: Workbook) -> None:
    with pytest.raises(Refused) as refusal:
        workbook.commit([row("kept?"), {"deleteProtectedRange": {"protectedRangeId": 123_456}}])
    assert refusal.value.code == 400  # facts 2: atomic; a missing protection is an error
    assert workbook.read(["Contract!A1:A20"]) == [[]]


def test_a_taken_marker_refuses_the_whole_batch(workbook: Workbook) -> None:
    number = next(MARKER)
    workbook.commit([row("once"), marker(number)])
    with pytest.raises(Refused) as refusal:
        workbook.commit([row("twice"), marker(number, "qrstuvwxyzabcdef")])
    assert refusal.value.code == 400  # facts 0.1 and 1: the id is taken, the batch is rolled back
    assert workbook.read(["Contract!A1:A20"]) == [[["once"]]]
    assert workbook.shape().markers[number] == ("sc", "abcdefghijklmnop")


def test_an_empty_batch_is_refused(workbook: Workbook) -> None:
    with pytest.raises(Refused):
        workbook.commit([])  # facts 2: Must specify at least one request


def test_what_is_no_json_is_refused_before_it_leaves(workbook: Workbook) -> None:
    with pytest.raises(Refused, match="could not be built"):
        workbook.commit([row(float("nan"))])


def test_a_commit_can_show_its_own_result(workbook: SheetsWorkbook) -> None:
    # facts 2: updatedSpreadsheet is as of after the batch
    assert workbook.commit([row("after", 2, True)], show="Contract!A1:B1") == [["after", 2]]


def test_a_row_is_copied_as_it_is_before_the_batch_writes_into_it(workbook: SheetsWorkbook) -> None:
    workbook.commit([row("before", 46346.25, True), row("")])
    number = next(sheet.sheet_id for sheet in workbook.shape().sheets if sheet.title == "Contract")
    box = {"sheetId": number, "startColumnIndex": 0, "endColumnIndex": 3}
    copied = {
        "source": {**box, "startRowIndex": 0, "endRowIndex": 1},
        "destination": {**box, "startRowIndex": 4, "endRowIndex": 5},
        "pasteType": "PASTE_VALUES",
    }
    start = {"sheetId": number, "rowIndex": 0, "columnIndex": 0}
    cells = [{"values": [{"userEnteredValue": {"stringValue": "after"}}]}]
    over = {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}
    shown = workbook.commit([{"copyPaste": copied}, over], show="Contract!A1:C5")
    assert shown[0] == ["after", 46346.25, True]
    assert shown[4] == ["before", 46346.25, True]


def test_no_such_workbook(google: GoogleHttp) -> None:
    with pytest.raises(Refused) as refusal:
        SheetsWorkbook(google, "1" + "x" * 43).read(["A1"])
    assert refusal.value.code == 404  # facts 4


def test_a_workbook_not_shared_with_us_any_more(workbook: Workbook, stand_in: StandIn) -> None:
    stand_in.verb("unshare", id=workbook.id)
    with pytest.raises(Refused) as refusal:
        workbook.commit([row("x")])
    assert refusal.value.code == 403  # facts 4: PERMISSION_DENIED


def test_a_sign_in_that_was_taken_back(workbook: Workbook, stand_in: StandIn) -> None:
    stand_in.verb("revoke", token="google.*")
    with pytest.raises(Refused) as refusal:
        workbook.read(["A1"])
    assert refusal.value.code == 401


def test_the_published_limit_is_told_as_a_limit(workbook: Workbook, stand_in: StandIn) -> None:
    stand_in.verb("quota", **{"on": True, "sheets.read": 0})
    with pytest.raises(OutsideError) as refusal:
        workbook.read(["A1"])
    assert type(refusal.value) is meaning(Call.READ, "429")  # facts 4: 429 RESOURCE_EXHAUSTED


CALLS: dict[str, tuple[str, Call, Callable[[SheetsWorkbook], object]]] = {
    "read": ("sheets.values.batchGet", Call.READ, lambda book: book.read(["Contract!A1"])),
    "shape": ("sheets.get", Call.READ, lambda book: book.shape()),
    "commit": ("sheets.batchUpdate", Call.ONCE, lambda book: book.commit([row("written")])),
}
FAULTS = ("401", "403", "404", "429", "500", "503", *SILENCE)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CALLS)
def test_trouble_is_told_by_its_cause_and_nothing_is_sent_twice(
    workbook: SheetsWorkbook, stand_in: StandIn, name: str, fault: str
) -> None:
    match, call, ask = CALLS[name]
    impatient = SheetsWorkbook(google_at(stand_in.base, read_timeout=0.4), workbook.id)
    before = stand_in.calls(match)
    stand_in.trouble(match, fault)
    with pytest.raises(OutsideError) as trouble:
        ask(impatient)
    assert type(trouble.value) is meaning(call, fault)
    assert trouble.value.service == "sheets"
    if fault != "slow":
        assert stand_in.calls(match) - before == 1
        assert workbook.read(["Contract!A1"]) == [[["written"]] if name == "commit" and fault in APPLIED else []]


@pytest.mark.parametrize("name", CALLS)
def test_nobody_answers(closed_port: str, name: str) -> None:
    book = SheetsWorkbook(google_at(closed_port), "any")
    with pytest.raises(Unavailable):
        CALLS[name][2](book)


@pytest.mark.parametrize("fault", ["500", "lost", "slow"])
def test_a_workbook_perhaps_made_is_in_doubt(stand_in: StandIn, fault: str) -> None:
    stand_in.trouble("sheets.create", fault)
    with pytest.raises(OutsideError) as trouble:
        create_workbook(google_at(stand_in.base, read_timeout=0.4), "Twice?", locale="en_GB", zone="Europe/London")
    assert type(trouble.value) is meaning(Call.ONCE, fault)


def test_the_front_door_never_loads_gspread() -> None:
    import subprocess

    code = "import sys, webhook; sys.exit('gspread' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
