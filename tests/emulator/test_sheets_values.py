"""Values as typed and as shown (expectations: facts/google.md 3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from emulator.sheets.display import show
from emulator.world import World
from tests.emulator.google import Book


@pytest.fixture
def book(client: FlaskClient, world: World) -> Book:
    world.clock.set(datetime(2026, 11, 3, 6, tzinfo=UTC))
    return Book(client, "Bookings")


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("4/11", 46330, "04/11/2026"),
        ("4 Nov", 46330, "4 Nov"),
        ("Wed 4 Nov 2026", 46330, "4 Nov 2026"),
        ("2026-11-04", 46330, "2026-11-04"),
        ("2020-01-01", 43831, "2020-01-01"),
        ("09:00", 0.375, "09:00"),
        ("9:00 pm", 0.875, "21:00"),
        ("4/11/2026 09:00", 46330.375, "04/11/2026 09:00"),
        ("31/02", "31/02", "31/02"),
        ("TRUE", True, "TRUE"),
        ("false", False, "FALSE"),
        ("12%", 0.12, "12%"),
        ("£100.15", 100.15, "£100.15"),
        ("R300", "R300", "R300"),
        ("0042", 42, "42"),
        ("1,050.50", 1050.5, "1050.5"),
        ("3_1_0", "3_1_0", "3_1_0"),
        ("'0042", "0042", "0042"),
        ("=4/2", 2, "2"),
        ("= 1 / 1024", 0.0009765625, "0.0009765625"),
        ("+27821234567 x", "#ERROR!", "#ERROR!"),
        ("=SUM(A1:A2)", "#ERROR!", "#ERROR!"),
        ("=1/0", "#DIV/0!", "#DIV/0!"),
        ("Thandi", "Thandi", "Thandi"),
    ],
)
def test_text_typed_into_a_cell(book: Book, text: str, value: object, shown: str) -> None:
    assert book.typed("Bookings!A1", text) == (value, shown)


def test_rand_is_money_where_it_is_the_currency(client: FlaskClient) -> None:
    assert Book(client, "Prices", locale="en_ZA").typed("Prices!A1", "R300") == (300, "R300")


def test_a_cell_keeps_its_own_format_and_text_cells_take_everything_as_text(book: Book) -> None:
    day = {"numberFormat": {"type": "DATE", "pattern": "ddd d mmm"}}
    text = {"numberFormat": {"type": "TEXT", "pattern": "@"}}
    row = {"values": [{"userEnteredFormat": day}, {"userEnteredFormat": text}]}
    book.batch({"updateCells": {"start": {}, "rows": [row], "fields": "userEnteredFormat"}})
    assert book.typed("Bookings!A1", "4/11") == (46330, "Wed 4 Nov")
    assert book.typed("Bookings!B1", "+44 7700 900101") == ("+44 7700 900101", "+44 7700 900101")


def test_raw_stores_exactly(book: Book) -> None:
    book.put("Bookings!A1", ["=1+1", "4/11", "+27", 1.5, True, None, ""])
    assert book.values("Bookings") == [["=1+1", "4/11", "+27", 1.5, True]]
    assert book.values("Bookings", "FORMATTED_VALUE") == [["=1+1", "4/11", "+27", "1.5", "TRUE"]]


def test_formula_render_gives_the_formula_and_a_dates_number(book: Book) -> None:
    book.put("Bookings!A1", ["=4/2", "2020-01-01"], how="USER_ENTERED")
    assert book.values("Bookings", "FORMULA") == [["=4/2", 43831]]
    assert book.values("Bookings", dateTimeRenderOption="FORMATTED_STRING") == [[2, "2020-01-01"]]


@pytest.mark.parametrize(
    ("asked", "echoed"),
    [
        ("Bookings", "Bookings!A1:Z1000"),
        ("Bookings!A1:1", "Bookings!A1:Z1"),
        ("Bookings!B1:B", "Bookings!B1:B1000"),
        ("'Bookings'!A2", "Bookings!A2"),
        ("A1:B2", "Bookings!A1:B2"),
        ("Bookings!Y999:AB2000", "Bookings!Y999:Z1000"),
        ("bookings!2:3", "Bookings!A2:Z3"),
    ],
)
def test_ranges_are_echoed_normalised_and_cut_at_the_grid(book: Book, asked: str, echoed: str) -> None:
    found = book.ok("GET", f"{book.path}/values/{asked}")
    assert found == {"range": echoed, "majorDimension": "ROWS"}


def test_titles_are_quoted_only_when_they_must_be(client: FlaskClient) -> None:
    book = Book(client, "_studio", "Nadine's list", "Hours")
    for title, shown in (("_studio", "_studio"), ("Nadine's list", "'Nadine''s list'"), ("Hours", "Hours")):
        asked = "'" + title.replace("'", "''") + "'!A1"
        assert book.ok("GET", f"{book.path}/values/{asked}")["range"] == f"{shown}!A1"


def test_trailing_blanks_are_trimmed_inner_ones_stay(book: Book) -> None:
    book.put("Bookings!B2", ["x", "", "y", ""], [], ["z"])
    assert book.values("Bookings!A1:F9") == [[], ["", "x", "", "y"], [], ["", "z"]]
    assert book.values("Bookings!A1:F9", majorDimension="COLUMNS") == [[], ["", "x", "", "z"], [], ["", "y"]]


def test_an_update_tells_the_size_of_its_data_and_stays_on_the_grid(book: Book) -> None:
    answer = book.put("Bookings!A1:F9", ["a", "b"], ["c"])
    assert answer == {
        "spreadsheetId": book.id,
        "updatedRange": "Bookings!A1:B2",
        "updatedRows": 2,
        "updatedColumns": 2,
        "updatedCells": 3,
    }
    answer = book.call("PUT", f"{book.path}/values/A1000", {"values": [["a"], ["b"]]}, valueInputOption="RAW")
    said = "Range (Bookings!A1000:A1001) exceeds grid limits. Max rows: 1000, max columns: 26"
    assert answer.json["error"]["message"] == said
    cleared = book.ok("POST", f"{book.path}/values/Bookings!A1:A9:clear")
    assert cleared == {"spreadsheetId": book.id, "clearedRange": "Bookings!A1:A9"}
    assert book.values("Bookings") == [["", "b"]]


def test_several_ranges_in_one_write(book: Book) -> None:
    data = [{"range": "Bookings!A1", "values": [["a"]]}, {"range": "Bookings!B3:C3", "values": [["b", "c"]]}]
    answer = book.ok("POST", f"{book.path}/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert (answer["totalUpdatedCells"], answer["totalUpdatedSheets"]) == (3, 1)
    data[1]["range"] = "Nope!A1"
    refused = book.call("POST", f"{book.path}/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert refused.json["error"]["message"] == "Invalid data[1]: Unable to parse range: Nope!A1"


@pytest.mark.parametrize(
    ("pattern", "value", "shown"),
    [
        ("ddd d mmm", 46330, "Wed 4 Nov"),
        ("d mmmm yyyy", 46330, "4 November 2026"),
        ("hh:mm", 0.375, "09:00"),
        ("d mmm hh:mm", 46329 + 31 / 1440, "3 Nov 00:31"),
        ("h:mm am/pm", 0.875, "9:00 PM"),
        ("[h]:mm", 1.5, "36:00"),
        ("yyyy-mm-dd hh:mm:ss", 46330.999994, "2026-11-04 23:59:59"),
        ('"R"#,##0.00', 1050, "R1,050.00"),
        ('"R"#,##0.00', -1050.5, "-R1,050.50"),
        ('"R$ "#,##0.00', 0, "R$ 0.00"),
        ('"R"#,##0.00;("R"#,##0.00);"-"', -5, "(R5.00)"),
        ('"R"#,##0.00;("R"#,##0.00);"-"', 0, "-"),
        ("0%", 0.125, "13%"),
        ("0.0#", 2.5, "2.5"),
        ("000", 7, "007"),
        ("#,##0", 1234567.6, "1,234,568"),
        ("general", 0.1 + 0.2, "0.3"),
        ("general", 1e20, "1E+20"),
        ("general", 1e-12, "1E-12"),
        ("@", 5, "5"),
    ],
)
def test_number_formats(pattern: str, value: float, shown: str) -> None:
    assert show(value, {"type": "NUMBER", "pattern": pattern}, "en_GB") == shown


def test_the_calendar_of_numbers_has_no_time_zone() -> None:
    assert show(2, {"type": "DATE", "pattern": "yyyy-mm-dd"}, "en_GB") == "1900-01-01"
    assert show(46330, {"type": "DATE"}, "en_US") == "11/4/2026"
