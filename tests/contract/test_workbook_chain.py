"""What the commit chain rests on, on a real sheet or the stand-in. "facts" = the notes on Google, by section.

F1 to F6 are the questions that the description of the chain leaves to a live sheet.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.errors import Refused
from tests.contract.conftest import StandIn
from tests.contract.workbook import MARKER, TAB, marker, row

TOKEN = itertools.count(9_100_000)
STUDIO = 7002


@pytest.fixture
def chained(workbook: SheetsWorkbook) -> Any:
    """A second tab, as the machine's is."""
    grid = {"rowCount": 10, "columnCount": 8}
    workbook.commit([{"addSheet": {"properties": {"sheetId": STUDIO, "title": "Machine", "gridProperties": grid}}}])
    yield workbook
    workbook.commit([{"deleteSheet": {"sheetId": STUDIO}}])


def token(number: int) -> dict[str, Any]:
    area = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}
    protection = {"protectedRangeId": number, "range": area, "description": f"token {number}", "warningOnly": True}
    return {"addProtectedRange": {"protectedRange": protection}}


def dropped(number: int) -> dict[str, Any]:
    return {"deleteProtectedRange": {"protectedRangeId": number}}


def refused(workbook: SheetsWorkbook, *requests: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        workbook.commit([row("never"), *requests])
    assert refusal.value.code == 400
    assert ["never"] not in workbook.read(["Contract!A1:A20"])[0]  # facts 2: nothing of it is applied


def test_a_token_that_is_gone_refuses_the_batch(workbook: SheetsWorkbook) -> None:
    refused(workbook, dropped(next(TOKEN)))  # F1; facts 2: seen live by others


def test_a_token_that_is_taken_refuses_the_batch(workbook: SheetsWorkbook) -> None:
    number = next(TOKEN)
    workbook.commit([token(number)])
    refused(workbook, token(number))  # F2


def test_a_token_hands_over_to_the_next_in_one_batch(workbook: SheetsWorkbook) -> None:
    first, second = next(TOKEN), next(TOKEN)
    workbook.commit([token(first)])
    workbook.commit([dropped(first), row("kept"), token(second)])  # F4
    assert {first, second} & set(workbook.shape().protected) == {second}
    refused(workbook, dropped(first))


def test_a_marker_that_is_taken_refuses_the_batch(workbook: SheetsWorkbook) -> None:
    number = next(MARKER)
    workbook.commit([marker(number)])
    refused(workbook, marker(number, "another-batch-00"))  # F3; facts 0.1 and 1


def test_a_marker_outlives_the_rows(workbook: SheetsWorkbook) -> None:
    number = next(MARKER)
    workbook.commit([row("a"), row("b"), marker(number)])
    rows = {"sheetId": TAB, "dimension": "ROWS", "startIndex": 0, "endIndex": 2}
    workbook.commit([{"deleteDimension": {"range": rows}}])
    assert number in workbook.shape().markers  # facts 0.1: on the sheet, never on the row


def test_markers_fill_thirty_thousand_characters(workbook: SheetsWorkbook) -> None:
    numbers = [next(MARKER) for _ in range(15)]
    workbook.commit([marker(number, "x" * 1900) for number in numbers])
    refused(workbook, marker(next(MARKER), "x" * 1900))  # facts 1: limits
    lookup = {"developerMetadataLookup": {"metadataKey": "sc", "metadataLocation": {"sheetId": TAB}}}
    workbook.commit([{"deleteDeveloperMetadata": {"dataFilter": lookup}}])
    assert not set(numbers) & set(workbook.shape().markers)


def test_a_row_copied_as_values_keeps_its_types(chained: SheetsWorkbook) -> None:
    kept = ["Thandi", 46346.25, True, "+27825550123", "=1+1", 250.5]
    chained.commit([row(*kept)])
    source = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 1}
    target = {"sheetId": STUDIO, "startRowIndex": 3, "endRowIndex": 4}
    paste = {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}}
    assert chained.commit([paste], show="Machine!A4:F4") == [kept]  # F5; facts 2: as of after the batch


def test_a_copy_sees_the_row_before_the_batch_changes_it(chained: SheetsWorkbook) -> None:
    chained.commit([row("before")])
    source = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 1}
    target = {"sheetId": STUDIO, "startRowIndex": 0, "endRowIndex": 1}
    cell = {"rows": [{"values": [{"userEnteredValue": {"stringValue": "after"}}]}], "fields": "userEnteredValue"}
    update = {"updateCells": {"start": {"sheetId": TAB, "rowIndex": 0, "columnIndex": 0}, **cell}}
    paste = {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}}
    chained.commit([paste, update])  # facts 2: applied together in order
    assert chained.read(["Machine!A1", "Contract!A1"]) == [[["before"]], [["after"]]]


def test_appended_cells_go_below_the_last_row_with_data_and_grow_the_grid_down_only(workbook: SheetsWorkbook) -> None:
    workbook.commit([row(None, "only B"), row("a")])
    assert workbook.read(["Contract!A1:B3"]) == [[["", "only B"], ["a"]]]  # facts 0.2
    workbook.commit([row(str(number)) for number in range(30)])
    sizes = {sheet.sheet_id: sheet.rows for sheet in workbook.shape().sheets}
    assert sizes[TAB] >= 32
    refused(workbook, row(*"abcdefghi"))  # facts 3: never adds columns


def test_a_tick_box_holds_false_and_text_has_an_end(workbook: SheetsWorkbook) -> None:
    box = {"dataValidation": {"condition": {"type": "BOOLEAN"}}, "userEnteredValue": {"boolValue": False}}
    request = {"sheetId": TAB, "rows": [{"values": [box]}], "fields": "userEnteredValue,dataValidation"}
    workbook.commit([{"appendCells": request}])
    assert workbook.read(["Contract!A1"]) == [[[False]]]
    workbook.commit([row("x" * 50_000)])
    refused(workbook, row("x" * 50_001))  # facts 4


def test_a_sort_moves_cells_and_leaves_hidden_rows(workbook: SheetsWorkbook) -> None:
    workbook.commit([row("d", 1), row("c", 2), row("b", 3), row("a", 4)])
    hide = {"sheetId": TAB, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    below = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}
    hidden = {"range": hide, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
    workbook.commit(
        [
            {"updateDimensionProperties": hidden},
            {"sortRange": {"range": below, "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]}},
        ]
    )
    assert workbook.read(["Contract!A1:B4"]) == [[["a", 4], ["c", 2], ["b", 3], ["d", 1]]]  # facts 3: Sort


@pytest.mark.parametrize("bring", [None, ["protections"], ["metadata"], []])
def test_an_earlier_version_brings_the_cells_and_perhaps_the_locks(
    workbook: SheetsWorkbook, stand_in: StandIn, bring: list[str] | None
) -> None:
    old, new = (next(TOKEN), next(MARKER)), (next(TOKEN), next(MARKER))
    workbook.commit([row("then"), token(old[0]), marker(old[1])])
    version = stand_in.verb("owner", spreadsheetId=workbook.id, action="keep")["version"]
    workbook.commit([row("now"), dropped(old[0]), token(new[0]), marker(new[1])])
    asked = {"spreadsheetId": workbook.id, "action": "restore", "version": version}
    stand_in.verb("owner", **asked, **({} if bring is None else {"bring": bring}))
    assert workbook.read(["Contract!A1:A20"]) == [[["then"]]]
    shape = workbook.shape()  # F6: nobody knows which of these Google does
    assert set(shape.protected) == {old[0] if bring is None or "protections" in bring else new[0]}
    assert (new[1] in shape.markers) is not (bring is None or "metadata" in bring)


def test_a_refusal_in_another_language_is_the_same_refusal(workbook: SheetsWorkbook, stand_in: StandIn) -> None:
    stand_in.verb("language", language="de")
    refused(workbook, dropped(next(TOKEN)))  # facts 0.1: never decide by the words
