"""Clients from a file: what is taken, what is there already, what is refused, and that nobody hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from sheets_schema.cells import Raw
from sheets_schema.tabs import BY_KEY
from studio_sync.desk.importing import TOGETHER, Line, facts_of, sort_out
from studio_sync.desk.importing_columns import map_columns
from studio_sync.desk.importing_file import read_grid
from studio_sync.errors import UserError
from tests.unit.story import Studio

CLIENTS = BY_KEY["clients"]
NOW = datetime(2026, 11, 3, 6, 40, tzinfo=UTC)
HEAD: list[Raw] = ["Name", "Phone", "Birthday"]


def lines(studio: Studio, *rows: list[Raw], head: list[Raw] | None = None) -> list[Line]:
    return sort_out(studio.snap, CLIENTS, [head or HEAD, *rows])[1]


def brought(studio: Studio, *rows: list[Raw], head: list[Raw] | None = None) -> int:
    """Import the rows; how many messages that made."""
    before = sum(map(len, studio.phones.values()))
    for fact in facts_of(CLIENTS, "old.csv", lines(studio, *rows, head=head), NOW):
        studio.happens(fact)
    return sum(map(len, studio.phones.values())) - before


# -- headings


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Name", "name"),
        ("  phone ", "phone"),
        ("E-Mail_Address", "email"),
        ("WA number", "phone"),
        ("dob_day", "birthday.day"),
        ("Aniversário", "birthday"),
        ("TELEFONE", "phone"),
        ("Sobrenome", "name.last"),
        ("Voornaam", "name.first"),
        ("Selfoon", "phone"),
        ("Geburtsdatum", "birthday"),
        ("Owes", ""),
        ("Remind", ""),
        ("Id", ""),
        ("Shoe size", ""),
    ],
)
def test_a_heading_is_known_by_the_words_people_use(heading: str, field: str) -> None:
    assert dict(map_columns(CLIENTS, [heading]).columns) == ({field: 0} if field else {})


def test_of_two_columns_that_mean_the_same_the_first_counts() -> None:
    mapped = map_columns(CLIENTS, ["Name", "Mobile", "", "Phone", "Notes"])
    assert (mapped.columns["phone"], mapped.unused) == (1, ("Phone",))


def test_parts_of_a_name_and_of_a_birthday_become_one_cell() -> None:
    head: list[Raw] = ["First name", "Last name", "dob_day", "dob_month", "Status"]
    (line,) = lines(Studio(), ["Lindiwe", "Coral", 21.0, 5.0, "inactive"], head=head)
    assert line.cells == {"name": "Lindiwe Coral", "birthday": "21 May", "status": "left"}


def test_without_a_name_column_the_headings_are_said() -> None:
    with pytest.raises(UserError) as error:
        lines(Studio(), ["x"], head=["Wer", "Was"])
    assert error.value.problems[0] == "No column is called Name. The headings are: Wer, Was."
    with pytest.raises(UserError, match="nothing in this file"):
        sort_out(Studio().snap, CLIENTS, [[], [None, " "]])


# -- rows


def test_cells_are_tidied_and_blank_ones_left_out() -> None:
    (line,) = lines(Studio(), ["  Lindiwe Coral ", "07700900301", 33014.0])
    assert line.cells == {"name": "Lindiwe Coral", "phone": "+44 7700 900301", "birthday": "21 May 1990"}
    assert (line.row, line.row_id[:2], line.reason) == (2, "c-", "")


def test_every_refused_row_says_why_in_the_words_of_the_problem_column() -> None:
    found = lines(
        Studio(),
        ["Kim Puce", "12345", ""],
        ["Lee Ochre", "", "31/02"],
        ["", "07700 900301", ""],
        [None, None, None],
        ["Ana Teal", "#REF!", ""],
    )
    assert [(line.row, line.refused, line.reason) for line in found] == [
        (2, True, "Phone: 12345 is too short for a phone number. Use the form +44 XXXX XXXXXX."),
        (3, True, "Birthday: 31 Feb does not exist. Type day and month, such as 21 May."),
        (4, True, "Name is empty. Fill it and we go on."),
        (6, True, "Phone: A formula here is broken. We use the last good value."),
    ]


def test_who_is_there_is_known_by_phone_else_by_name_and_birthday() -> None:
    studio = Studio()
    assert brought(studio, ["Lindiwe Coral", "", "21 May"]) == 0
    found = lines(
        studio,
        ["Thandi M.", "+44 7700 900101", ""],
        ["lindiwe  CORAL", "", "21 May"],
        ["Lindiwe Coral", "", "22 May"],
        ["Lindiwe Coral", "07700 900301", "21 May"],
    )
    assert [line.reason for line in found] == [
        "already there as Thandi Maroon",
        "already there as Lindiwe Coral",
        "",
        "already there as Lindiwe Coral",
    ]


def test_the_same_person_twice_in_the_file_comes_once() -> None:
    found = lines(
        Studio(),
        ["Lindiwe Coral", "07700 900301", ""],
        ["Lindiwe Coral", "+44 7700 900301", "21 May"],
        ["Her Son", "07700 900301", ""],
    )
    assert [bool(line.row_id) for line in found] == [True, False, False]
    assert found[1].reason == "the same person as row 2 of the file"
    assert found[2].refused
    assert found[2].reason.startswith("Lindiwe Coral in row 2 has this number too.")


def test_a_row_she_deleted_stays_deleted() -> None:
    _, (line,) = sort_out(Studio().snap, CLIENTS, [HEAD, ["Lindiwe Coral", "07700 900301"]], lambda _: True)
    assert (line.row_id, line.refused, line.reason) == ("", False, "you deleted it; type it in Clients to have it back")


# -- in the sheet


def test_rows_come_whole_and_nobody_hears_of_it() -> None:
    studio = Studio()
    head: list[Raw] = ["Name", "Phone", "Health", "Messages"]
    assert brought(studio, ["Lindiwe Coral", "07700 900301", "left knee", "bookings only"], head=head) == 0
    client = studio.snap.client_by_phone("+447700900301")
    assert client is not None
    assert (client.name, client.status, client.messages) == ("Lindiwe Coral", "active", "bookings only")
    assert (client.code, client.since, client.health) == ("LINDIWE01", date(2026, 11, 3), "left knee")
    change = [row for row in studio.rows("Changes", "What", "Who", "No") if row[0].startswith("Rows from")]
    assert change == [("Rows from old.csv: 1", "Nadine, import", "1")]
    assert "left knee" not in str(studio.tables["changes"])


def test_run_twice_or_from_another_file_each_comes_once() -> None:
    studio = Studio()
    row: list[Raw] = ["Lindiwe Coral", "07700 900301", ""]
    first = facts_of(CLIENTS, "old.csv", lines(studio, row), NOW)
    # Another list with the same person is read before the first is through.
    other = facts_of(CLIENTS, "older.csv", lines(studio, row, ["Kim Puce", "07700 900302", ""]), NOW)
    for fact in (*first, *other):
        studio.happens(fact)
    names = [client.name for client in studio.snap.clients]
    assert (names.count("Lindiwe Coral"), names.count("Kim Puce")) == (1, 1)
    assert brought(studio, row) == 0
    assert [client.name for client in studio.snap.clients] == names


def test_the_same_rows_have_the_same_keys_and_go_in_small_bundles() -> None:
    people: list[list[Raw]] = [[f"Guest{n} Teal", f"07700 {900200 + n}", ""] for n in range(2 * TOGETHER + 1)]
    first, second = (facts_of(CLIENTS, "old.csv", lines(Studio(), *people), NOW) for _ in range(2))
    assert [fact.key for fact in first] == [fact.key for fact in second]
    assert [len(fact.rows) for fact in first] == [TOGETHER, TOGETHER, 1]
    studio = Studio()
    for fact in first:
        studio.happens(fact)
    codes = [client.code for client in studio.snap.clients]
    assert len(set(codes)) == len(codes)


# -- files


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
def test_csv_is_read_whatever_program_saved_it(tmp_path: Path, delimiter: str, coding: str) -> None:
    file = tmp_path / "old.csv"
    text = delimiter.join(["Name", "Notes"]) + "\r\n" + delimiter.join(["Zoë Umber", '"one, two;\nthree"']) + "\r\n"
    file.write_bytes(text.encode(coding))
    assert read_grid(file, CLIENTS) == [["Name", "Notes"], ["Zoë Umber", "one, two;\nthree"]]


def test_xlsx_is_read_from_the_sheet_named_like_the_tab(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["something else"])
    page = book.create_sheet("clients ")
    page.append(["Name", "Phone", "Birthday", "Pilot"])
    page.append(["Lindiwe Coral", 447700900301, datetime(1990, 5, 21), True])  # noqa: DTZ001
    book.save(tmp_path / "old.xlsx")
    grid = read_grid(tmp_path / "old.xlsx", CLIENTS)
    assert grid[1] == ["Lindiwe Coral", 447700900301.0, 33014.0, True]
    (line,) = sort_out(Studio().snap, CLIENTS, grid)[1]
    assert (line.phone, line.cells["birthday"], line.cells["pilot"]) == ("+44 7700 900301", "21 May 1990", True)


def test_a_file_that_is_none_is_refused_with_what_to_do(tmp_path: Path) -> None:
    for name, content, words in (
        ("old.pdf", b"", "neither csv nor xlsx"),
        ("old.xlsx", b"PK nothing", "cannot be read as an xlsx file"),
        ("old.csv", b'Name\n"' + b"x" * 60_000, "not a proper csv file"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=words):
            read_grid(tmp_path / name, CLIENTS)
    with pytest.raises(UserError, match="cannot be read"):
        read_grid(tmp_path / "gone.csv", CLIENTS)


def test_ten_thousand_rows_are_sorted_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Clients")
    page.append(["Name", "Email"])
    for n in range(10_000):
        page.append([f"Guest{n} Teal", f"guest{n}@nowhere.example"])
    book.save(tmp_path / "many.xlsx")
    _, found = sort_out(Studio().snap, CLIENTS, read_grid(tmp_path / "many.xlsx", CLIENTS))
    assert sum(bool(line.row_id) for line in found) == 10_000
    assert len({line.row_id for line in found}) == 10_000
