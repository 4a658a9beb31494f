"""Many new rows in one commit are small, look as single ones do, and do so wherever they land."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest

from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from sheets_schema.snapshot import cells
from sheets_schema.tabs import BY_KEY
from sheets_schema.workbook import BLOCK, CELL_FIELDS, append_requests, row_cells
from sheets_schema.workbook.blocks import OWN_LOOKS
from tests.unit.test_workbook import CONTEXT, Google, google

__all__ = ["google"]
MANY = 30
#: 10,000 rows in 8 bodies of 1.8 MB
MOST_BYTES = 8 * 1_800_000 // 10_000
ROWS: dict[str, dict[str, Any]] = {
    "clients": {
        "name": "Thandi Maroon",
        "phone": "+447700900101",
        "email": "thandi@nowhere.example",
        "birthday": "21 May",
        "status": "active",
        "messages": "all",
        "code": "THANDI01",
        "since": date(2026, 11, 3),
    },
    "bookings": {
        "date": date(2026, 11, 4),
        "time": time(9),
        "client": "Thandi Maroon",
        "state": "booked",
        "type": "single",
        "source": "chat",
        "client_id": "c-0123456789",
        "session": "s-0123456789",
    },
    "messages": {
        "way": "out",
        "who": "Thandi",
        "text": "Your session is on Wednesday 4 November at 09:00. Reply 1 to confirm, 2 to change it.",
        "state": "sent",
        "why": "She asked for it.",
        "kind": "booking.confirmed",
        "cost": 12,
        "number": "+447700900101",
        "client_id": "c-0123456789",
        "key": "wamid.HBgLNDQ3NzAwOTAwMTAxFQIAEhgUM0E1/2",
    },
}


def rows_of(tab: Tab, count: int) -> list[dict[str, Raw]]:
    raws = cells(tab, CONTEXT, **ROWS[tab.key])
    return [{**raws, "id": f"{tab.prefix}{n:010}"} for n in range(count)]


def order_of(tab: Tab) -> list[str]:
    return [column.field for column in tab.columns]


def looks(google: Google, tab: Tab) -> list[list[dict[str, Any]]]:
    """Every row with something in it, as its cells look and what may be chosen in them."""
    wanted = "sheets(data(rowData(values(userEnteredValue,userEnteredFormat,dataValidation))))"
    filled = len(google.rows(tab.title))
    place = f"'{tab.title}'!A{max(2, filled - MANY + 1)}:AZ{filled}"
    sheet = google.get(f"?ranges={place}&includeGridData=true&fields={wanted}")["sheets"][0]
    return [[_plain(cell) for cell in row.get("values", [])] for row in sheet["data"][0].get("rowData", [])]


def _plain(cell: dict[str, Any]) -> dict[str, Any]:
    """Without the older names of colours, which say the same."""
    look = {name: part for name, part in cell.get("userEnteredFormat", {}).items() if name != "backgroundColor"}
    if "textFormat" in look:
        look["textFormat"] = {name: part for name, part in look["textFormat"].items() if name != "foregroundColor"}
    return {**cell, "userEnteredFormat": look}


def made(google: Google, tab: Tab, rows: int) -> None:
    """The workbook, with so many rows in the grid of this tab."""
    google.batch(google.plan())
    span = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": rows}
    google.batch([{"deleteDimension": {"range": span}}])


def append(google: Google, tab: Tab, rows: list[dict[str, Raw]], first_free: int) -> None:
    google.batch(append_requests(tab, tab.sheet_id, rows, order_of(tab), CONTEXT, first_free))


@pytest.mark.parametrize("key", ROWS)
def test_a_row_of_a_block_is_small(key: str) -> None:
    tab = BY_KEY[key]
    requests = append_requests(tab, tab.sheet_id, rows_of(tab, 1250), order_of(tab), CONTEXT, 1)
    assert len(json.dumps(requests, separators=(",", ":"))) / 1250 <= MOST_BYTES


@pytest.mark.parametrize(
    ("key", "moved"),
    [("clients", 0), ("bookings", 0), ("messages", 0), ("messages", 7), ("messages", -1), ("messages", -OWN_LOOKS)],
)
def test_a_row_of_a_block_looks_as_a_single_one(google: Google, key: str, moved: int) -> None:
    """Also when she typed or deleted so many rows since the look, and whatever its state is."""
    tab = BY_KEY[key]
    made(google, tab, 60)
    before = rows_of(tab, 10 + moved)
    single = [{"values": row_cells(tab, row, order_of(tab), CONTEXT)} for row in before]
    google.batch([{"appendCells": {"sheetId": tab.sheet_id, "rows": single, "fields": CELL_FIELDS}}])
    rows = rows_of(tab, MANY)
    if key == "messages":
        rows = [{**row, "state": "held"} if n % 3 else row for n, row in enumerate(rows)]
    append(google, tab, rows, 11)
    found = looks(google, tab)
    assert len(google.rows(tab.title)) == 1 + 10 + moved + MANY
    values = [{"values": row_cells(tab, row, order_of(tab), CONTEXT)} for row in rows]
    google.batch([{"appendCells": {"sheetId": tab.sheet_id, "rows": values, "fields": CELL_FIELDS}}])
    assert found == looks(google, tab)


def test_nothing_below_a_block_counts_as_filled(google: Google) -> None:
    tab = BY_KEY["clients"]
    made(google, tab, 60)
    append(google, tab, rows_of(tab, MANY), 1)
    append(google, tab, [{"id": "c-last", "name": "Lerato Olive"}], 1 + MANY)
    found = google.rows(tab.title)
    assert len(found) == 2 + MANY
    assert found[-1][0] == "Lerato Olive"


def test_a_block_beyond_the_end_of_the_grid_has_its_looks_too(google: Google) -> None:
    tab = BY_KEY["clients"]
    made(google, tab, 9)
    append(google, tab, rows_of(tab, MANY), 1)
    assert google.shape().sheets[1].rows >= 1 + MANY
    found = looks(google, tab)
    assert [cell.get("userEnteredFormat") for cell in found[-1]] == [cell["userEnteredFormat"] for cell in found[0]]


def test_columns_of_hers_alone_are_left_alone(google: Google) -> None:
    tab = BY_KEY["clients"]
    order = [*order_of(tab)[:3], "", *order_of(tab)[3:]]
    requests = append_requests(tab, tab.sheet_id, rows_of(tab, BLOCK), order, CONTEXT, 1)
    assert all(row["values"][3] == {} for request in requests[:2] for row in request["appendCells"]["rows"])
    spans = [request["repeatCell"]["range"] for request in requests[2:]]
    assert not any(span["startColumnIndex"] <= 3 < span["endColumnIndex"] for span in spans)
