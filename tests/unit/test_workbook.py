"""The two workbooks are made once, healed when hurt, and otherwise left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from emulator.app import create_app
from emulator.world import World
from sheets_schema.cells import Raw
from sheets_schema.columns import Role
from sheets_schema.headers import map_headers
from sheets_schema.policies import POLICIES, Settings, context_of
from sheets_schema.presets import seed_rows
from sheets_schema.presets.pilates import PILATES
from sheets_schema.snapshot import build, cells
from sheets_schema.tabs import BY_KEY, tabs_of
from sheets_schema.workbook import CELL_FIELDS, STYLE_FIELDS, locate, look, names, plan, row_cells, spans, style_cells
from sheets_schema.workbook.tags import TAG_KEY
from studio_sync.ports import SheetShape, WorkbookShape

Json = dict[str, Any]
CONTEXT = context_of(Settings(zone=ZoneInfo("Europe/London"), country="GB"), date(2026, 11, 3))
SEED = seed_rows(PILATES, zone=ZoneInfo("Europe/London"), country="GB", studio_name="Nowhere Street Pilates")
NAME = "Nowhere Street Pilates"


@dataclass
class Google:
    """One spreadsheet at the stand-in."""

    web: FlaskClient
    id: str

    def get(self, path: str = "") -> Json:
        answer = self.web.get(f"/v4/spreadsheets/{self.id}{path}", headers={"Authorization": "Bearer x"})
        assert answer.status_code == 200, answer.text
        body: Json = answer.get_json()
        return body

    def batch(self, requests: list[Json]) -> None:
        url = f"/v4/spreadsheets/{self.id}:batchUpdate"
        answer = self.web.post(url, json={"requests": requests}, headers={"Authorization": "Bearer x"})
        assert answer.status_code == 200, answer.text

    def rows(self, title: str) -> list[list[Raw]]:
        found: list[list[Raw]] = self.get(f"/values/'{title}'?valueRenderOption=UNFORMATTED_VALUE").get("values", [])
        return found

    def shape(self) -> WorkbookShape:
        book = self.get()
        sheets = [sheet["properties"] for sheet in book["sheets"]]
        return WorkbookShape(
            id=self.id,
            title=book["properties"]["title"],
            zone=book["properties"]["timeZone"],
            locale=book["properties"]["locale"],
            sheets=tuple(
                SheetShape(
                    title=each["title"],
                    sheet_id=each["sheetId"],
                    rows=each["gridProperties"]["rowCount"],
                    columns=each["gridProperties"]["columnCount"],
                    hidden=each.get("hidden", False),
                )
                for each in sheets
            ),
            named_ranges=tuple(each["name"] for each in book.get("namedRanges", ())),
        )

    def tags(self) -> dict[int, dict[str, int]]:
        body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": TAG_KEY}}]}
        url = f"/v4/spreadsheets/{self.id}/developerMetadata:search"
        answer = self.web.post(url, json=body, headers={"Authorization": "Bearer x"}).get_json()
        found: dict[int, dict[str, int]] = {}
        for each in answer.get("matchedDeveloperMetadata", ()):
            entry = each["developerMetadata"]
            span = entry["location"]["dimensionRange"]
            found.setdefault(span["sheetId"], {})[entry["metadataValue"]] = span["startIndex"]
        return found

    def plan(self, role: Role = "studio", **more: Any) -> list[Json]:
        shape = self.shape()
        headers = {sheet.title: (self.rows(sheet.title) or [[]])[0] for sheet in shape.sheets}
        more = {"tags": self.tags(), **more}
        if any(sheet.title == names.TITLE for sheet in shape.sheets):
            more = {"lookups": self.rows(names.TITLE), **more}
        return plan(role, shape, headers, CONTEXT, seed=SEED if role == "studio" else None, title=NAME, **more)


@pytest.fixture
def google() -> Iterator[Google]:
    world = World(None)
    web = create_app(world).test_client()
    made = web.post("/v4/spreadsheets", json={}, headers={"Authorization": "Bearer x"}).get_json()
    yield Google(web, made["spreadsheetId"])
    world.close()


@pytest.mark.parametrize("role", ["studio", "books"])
def test_a_workbook_is_made_whole_and_then_left_alone(google: Google, role: Role) -> None:
    google.batch(google.plan(role))
    shape = google.shape()
    assert (shape.title, shape.locale, shape.zone) == (NAME, "en_GB", "Europe/London")
    visible = [sheet.title for sheet in shape.sheets if not sheet.hidden]
    assert visible == [tab.title for tab in tabs_of(role) if tab.visible]
    assert len(visible) <= 6
    for tab in tabs_of(role):
        found = map_headers(tab, (google.rows(tab.title) or [[]])[0])
        assert found.missing == ()
    assert google.plan(role) == []


def test_the_first_rows_of_a_new_workbook_mean_what_the_preset_says(google: Google) -> None:
    google.batch(google.plan())
    tables: dict[str, dict[str, dict[str, Raw]]] = {}
    for key in ("settings", "prices", "hours"):
        header, *rows = google.rows(BY_KEY[key].title)
        found = [map_headers(BY_KEY[key], header).raws(row) for row in rows]
        tables[key] = {str(raws["id"]): raws for raws in found}
    snap = build(tables, (), {}, date(2026, 11, 3))
    assert (snap.issues, snap.settings.studio_name, snap.settings.country) == ((), NAME, "GB")
    assert len(snap.hours) == 6


def test_every_way_of_hurting_it_is_healed_once(google: Google) -> None:
    google.batch(google.plan())
    google.batch([{"deleteSheet": {"sheetId": BY_KEY["prices"].sheet_id}}])
    blank = {"range": {"sheetId": BY_KEY["hours"].sheet_id, "endRowIndex": 1}, "fields": "userEnteredValue"}
    google.batch([{"updateCells": blank}])
    google.batch([{"updateSpreadsheetProperties": {"properties": {"timeZone": "Etc/GMT"}, "fields": "timeZone"}}])
    healing = google.plan()
    kinds = {kind for request in healing for kind in request}
    assert {"addSheet", "updateCells", "updateSpreadsheetProperties"} <= kinds
    google.batch(healing)
    assert google.plan() == []
    assert google.rows("Prices")[0][0] == "Type"


def test_her_order_and_her_own_columns_stay(google: Google) -> None:
    google.batch(google.plan())
    number = BY_KEY["clients"].sheet_id
    move = {"sheetId": number, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    google.batch([
        {"moveDimension": {"source": move, "destinationIndex": 6}},
        {"insertDimension": {"range": {**move, "startIndex": 2, "endIndex": 3}}},
        {"updateSheetProperties": {"properties": {"sheetId": number, "title": "My people"}, "fields": "title"}},
    ])  # fmt: skip
    assert google.plan() == []
    assert locate("studio", google.shape())["clients"].title == "My people"


def test_a_new_column_of_ours_joins_at_the_right_end(google: Google) -> None:
    google.batch(google.plan())
    tab = BY_KEY["bookings"]
    at = [column.field for column in tab.columns].index("reminded")
    span = {"sheetId": tab.sheet_id, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    mine = {
        "start": {"sheetId": tab.sheet_id, "columnIndex": len(tab.columns) - 1},
        "rows": [{"values": [{"userEnteredValue": {"stringValue": name}} for name in ("Mat",)]}],
        "fields": "userEnteredValue",
    }
    google.batch([{"deleteDimension": {"range": span}}, {"updateCells": mine}])  # a workbook of an older version
    google.batch(google.plan())
    assert google.rows("Bookings")[0][-3:] == ["Id", "Mat", "Reminded"]
    assert google.plan() == []


def test_a_heading_she_emptied_comes_back_over_its_own_column(google: Google) -> None:
    google.batch(google.plan())
    tab = BY_KEY["bookings"]
    start = {"sheetId": tab.sheet_id, "rowIndex": 0, "columnIndex": 2}
    google.batch([{"updateCells": {"start": start, "rows": [{"values": [{}]}], "fields": "userEnteredValue"}}])
    google.batch(google.plan())
    assert google.rows("Bookings")[0] == [column.title for column in tab.columns]
    assert google.plan() == []


def test_a_required_column_she_deleted_is_hers_to_put_back(google: Google) -> None:
    google.batch(google.plan())
    span = {"sheetId": BY_KEY["bookings"].sheet_id, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    google.batch([{"deleteDimension": {"range": span}}])
    assert google.plan() == []


def test_an_older_workbook_gets_its_tags_once(google: Google) -> None:
    google.batch(google.plan())
    lookup = {"developerMetadataLookup": {"metadataKey": TAG_KEY}}
    google.batch([{"deleteDeveloperMetadata": {"dataFilter": lookup}}])
    tagged = google.plan()
    assert {kind for request in tagged for kind in request} == {"createDeveloperMetadata"}
    google.batch(tagged)
    assert google.plan() == []


def test_a_setting_of_a_newer_version_joins_the_others(google: Google) -> None:
    google.batch(google.plan())
    known = {"settings": set(SEED["settings"]) - {"vat_from"}}
    (request,) = google.plan(known=known)
    google.batch([request])
    assert google.rows("Settings")[-1][0] == "VAT from"


def named(google: Google) -> dict[str, tuple[Raw, Raw]]:
    """Every named range of the workbook with the two cells of its row: what it is about, and its formula."""
    rows = google.get(f"/values/'{names.TITLE}'?valueRenderOption=FORMULA").get("values", [])
    return {each["name"]: tuple(rows[each["range"].get("startRowIndex", 0)]) for each in google.get()["namedRanges"]}


def test_every_policy_has_a_name_that_no_sort_can_move(google: Google) -> None:
    google.batch(google.plan())
    found = named(google)
    assert {name: about for name, (about, _) in found.items()} == {f"policy_{p.name}": p.name for p in POLICIES}
    formula = str(found["policy_cancel_free_hours"][1])
    assert "INDEX('Settings'!$B:$B,MATCH(\"cancel_free_hours\",'Settings'!$H:$H,0))" in formula
    assert names.TITLE not in [sheet.title for sheet in google.shape().sheets if not sheet.hidden]
    number = BY_KEY["settings"].sheet_id
    upside_down = {"dimensionIndex": 0, "sortOrder": "DESCENDING"}
    google.batch([{"sortRange": {"range": {"sheetId": number, "startRowIndex": 1}, "sortSpecs": [upside_down]}}])
    assert google.plan() == []
    assert named(google) == found


def test_a_name_or_a_lookup_that_is_gone_comes_back_and_hers_stays(google: Google) -> None:
    span = {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 1}
    google.batch([{"addNamedRange": {"namedRange": {"name": "POLICY_MODE", "range": span}}}])
    google.batch(google.plan())
    gone = next(n for n in google.get()["namedRanges"] if n["name"] == "policy_bank")
    broken = {"userEnteredValue": {"stringValue": "#REF!"}}
    start = {"sheetId": names.SHEET_ID, "rowIndex": 3, "columnIndex": 1}
    google.batch([
        {"deleteNamedRange": {"namedRangeId": gone["namedRangeId"]}},
        {"updateCells": {"start": start, "rows": [{"values": [broken]}], "fields": "userEnteredValue"}},
    ])  # fmt: skip
    assert [next(iter(request)) for request in google.plan()] == ["updateCells", "addNamedRange"]
    google.batch(google.plan())
    assert google.plan() == []
    assert named(google)["policy_bank"][0] == "bank"
    hers = next(n for n in google.get()["namedRanges"] if n["name"] == "POLICY_MODE")
    assert hers["range"].get("sheetId", 0) == 0


def test_lookups_follow_a_settings_tab_that_was_made_again(google: Google) -> None:
    google.batch(google.plan())
    google.batch([{"deleteSheet": {"sheetId": BY_KEY["settings"].sheet_id}}])
    kinds = [next(iter(request)) for request in google.plan()]
    assert kinds.count("updateCells") == len(POLICIES) + 1
    google.batch(google.plan())
    assert google.plan() == []


def test_a_row_is_written_typed_with_its_boxes_and_lists(google: Google) -> None:
    google.batch(google.plan())
    tab = BY_KEY["bookings"]
    raws = cells(tab, CONTEXT, date=date(2026, 11, 4), client="=HYPERLINK(1)", price=300_00, state="booked", id="b-1")
    order = map_headers(tab, google.rows("Bookings")[0]).order
    row = {"values": row_cells(tab, raws, order, CONTEXT)}
    google.batch([{"appendCells": {"sheetId": tab.sheet_id, "rows": [row], "fields": CELL_FIELDS}}])
    written = google.rows("Bookings")[1]
    assert (written[0], written[2], written[3]) == (46330.0, "=HYPERLINK(1)", "booked")
    cell = dict(zip(order, row["values"], strict=True))
    assert cell["client"]["userEnteredValue"] == {"stringValue": "=HYPERLINK(1)"}
    assert cell["price"]["userEnteredFormat"]["numberFormat"] == {"type": "CURRENCY", "pattern": '"R"#,##0.00'}
    assert cell["tell"] | {"userEnteredFormat": {}} == {
        "userEnteredValue": {"boolValue": False},
        "userEnteredFormat": {},
        "dataValidation": {"condition": {"type": "BOOLEAN"}, "strict": True},
    }
    assert cell["client"]["dataValidation"]["condition"]["values"] == [{"userEnteredValue": "='Clients'!$A$2:$A"}]
    assert "held" in {value["userEnteredValue"] for value in cell["state"]["dataValidation"]["condition"]["values"]}
    assert cell["state"]["userEnteredFormat"]["borders"]["left"]["style"] == "SOLID"
    assert cell["id"]["userEnteredFormat"]["backgroundColorStyle"] == look.colour(look.GREY)


def test_an_update_touches_its_own_cells_only(google: Google) -> None:
    tab = BY_KEY["bookings"]
    order = ("date", "time", "client", "state", "", "told", "problem")
    found = spans(
        tab, {"state": "came", "told": "told 08:40", "problem": "31/02 is not a date.", "gone": 1.0}, order, CONTEXT
    )
    assert [(at, len(run)) for at, run in found] == [(3, 1), (5, 2)]
    problem = found[1][1][1]["userEnteredFormat"]["textFormat"]["foregroundColorStyle"]
    assert problem == look.colour(look.TONES["problem"][0])
    (start, (cleared,)), *_ = spans(tab, {"problem": None}, order, CONTEXT)
    assert start == 6
    assert "userEnteredValue" not in cleared


def test_a_row_she_typed_gets_its_looks_and_keeps_its_words(google: Google) -> None:
    google.batch(google.plan())
    tab = BY_KEY["clients"]
    typed = {"values": [{"userEnteredValue": {"stringValue": "Thandi Maroon"}}]}
    google.batch([{"appendCells": {"sheetId": tab.sheet_id, "rows": [typed], "fields": "userEnteredValue"}}])
    order = map_headers(tab, google.rows("Clients")[0]).order
    looks = style_cells(tab, {"name": "Thandi Maroon"}, order, CONTEXT)
    start = {"sheetId": tab.sheet_id, "rowIndex": 1, "columnIndex": 0}
    google.batch([{"updateCells": {"start": start, "rows": [{"values": looks}], "fields": STYLE_FIELDS}}])
    assert google.rows("Clients")[1][0] == "Thandi Maroon"


def test_settings_cells_have_the_list_of_their_own_policy() -> None:
    tab = BY_KEY["settings"]
    (_, (cell,)), *_ = spans(tab, {"value": "live"}, ("setting", "value"), CONTEXT, row_id="mode")
    assert [value["userEnteredValue"] for value in cell["dataValidation"]["condition"]["values"]] == [
        "watch",
        "rehearse",
        "pilot",
        "live",
    ]
    (_, (cell,)), *_ = spans(tab, {"value": 0.25}, ("setting", "value"), CONTEXT, row_id="morning_digest")
    assert cell["userEnteredFormat"]["numberFormat"] == {"type": "TIME", "pattern": "hh:mm"}


def test_today_shows_boxes_only_where_something_can_be_ticked() -> None:
    tab = BY_KEY["today"]
    order = [column.field for column in tab.columns]
    answer = row_cells(tab, {"id": "a:q-1:yes", "time": False, "who": "Yes, move it and tell Lerato"}, order, CONTEXT)
    assert ["dataValidation" in cell for cell in answer] == [True, *[False] * 6]
    assert answer[1]["userEnteredFormat"]["backgroundColorStyle"] == look.colour(look.TONES["decide"][1])


def test_colours_can_be_read(google: Google) -> None:
    pairs = [(look.INK, look.WHITE), (look.TEAL, look.MINT), (look.GREY_TEXT, look.GREY), *look.TONES.values()]
    assert min(_contrast(*pair) for pair in pairs) >= 4.5


def _contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two "#RRGGBB"."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
