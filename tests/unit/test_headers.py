"""Columns are found by their words, wherever she moved them."""

from __future__ import annotations

import random

import pytest

from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from sheets_schema.headers import is_empty, map_headers, match_of
from sheets_schema.tabs import BY_KEY, TABS

CLIENTS, BOOKINGS, TODAY = BY_KEY["clients"], BY_KEY["bookings"], BY_KEY["today"]


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.key)
def test_a_phone_shows_the_first_columns_without_scrolling(tab: Tab) -> None:
    assert sum(column.width for column in tab.columns[: tab.phone_columns]) <= 320
    if tab.visible:
        assert tab.phone_columns >= 3
    assert sum(column.width for column in tab.columns[: tab.frozen_columns]) <= 110


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.key)
def test_headers_are_short_and_never_two_alike(tab: Tab) -> None:
    titles = [column.title for column in tab.columns]
    assert max(len(title) for title in titles) <= 14
    words = [title.casefold() for column in tab.columns for title in (column.title, *column.aliases)]
    assert len(set(words)) == len(words)


def test_tabs_have_ids_and_prefixes_of_their_own() -> None:
    assert len({tab.sheet_id for tab in TABS}) == len(TABS)
    assert all(0 < tab.sheet_id < 2**31 for tab in TABS)
    prefixes = [tab.prefix for tab in TABS if tab.prefix and tab.key != "book_changes"]
    assert len(set(prefixes)) == len(prefixes)
    assert [tab.title for tab in TABS if tab.visible] == [
        "Today",
        "Clients",
        "Bookings",
        "Messages",
        "Settings",
        "Invoices",
    ]


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.key)
def test_moved_columns_are_found_again(tab: Tab) -> None:
    titles = [column.title for column in tab.columns]
    random.Random(tab.key).shuffle(titles)
    if tab.drawn:
        return
    found = map_headers(tab, [f"  {title.upper()} " for title in titles])
    assert found.missing == ()
    assert all(tab.by_field[field].title == titles[at] for field, at in found.columns.items())


def test_her_own_and_missing_columns_are_told_apart() -> None:
    found = map_headers(BOOKINGS, ["Date", "My mark", "Time", "", "Client", "date", 7.0, "Id"])
    assert {field: found.columns[field] for field in ("date", "time", "client", "id")} == {
        "date": 0,
        "time": 2,
        "client": 4,
        "id": 7,
    }
    assert found.unknown == {1: "My mark", 5: "date", 6: "7"}
    assert "state" in {column.field for column in found.missing}
    assert found.broken == ()
    assert found.order == ("date", "", "time", "", "client", "", "", "id")
    assert found.raws(["", "x", 0.375, None, "Thandi Maroon"]) == {
        "date": None,
        "time": 0.375,
        "client": "Thandi Maroon",
        "id": None,
    }


def test_a_required_heading_that_is_gone_breaks_the_tab() -> None:
    titles = [column.title for column in BOOKINGS.columns if column.title != "Client"]
    assert [column.title for column in map_headers(BOOKINGS, titles).broken] == ["Client"]
    assert [column.title for column in map_headers(BOOKINGS, []).broken] == ["Date", "Time", "Client", "Id"]


def test_today_has_no_headings_to_break() -> None:
    found = map_headers(TODAY, ["3 sessions, 1 thing to decide, all in sync 08:41"])
    assert (found.missing, found.columns["time"], found.columns["id"]) == ((), 0, 6)


def test_a_row_without_id_is_known_by_what_she_typed() -> None:
    typed: dict[str, Raw] = {"name": "Thandi Maroon", "phone": "07700 900101", "remind": False, "owes": None}
    same: dict[str, Raw] = {"name": "Thandi Maroon", "phone": "07700 900101", "email": "", "owes": 250.0, "id": "c-1"}
    assert match_of(CLIENTS, typed) == match_of(CLIENTS, same)
    assert match_of(CLIENTS, typed) != match_of(CLIENTS, typed | {"remind": True})
    assert match_of(CLIENTS, typed) != match_of(CLIENTS, typed | {"name": "Sipho Amber"})
    assert match_of(BOOKINGS, {"minutes": 55}) == match_of(BOOKINGS, {"minutes": 55.0})
    assert match_of(BOOKINGS, {"note": "\ud800"})


def test_an_empty_row_is_empty_whatever_boxes_stand_in_it() -> None:
    assert is_empty(CLIENTS, {"remind": False, "pilot": False, "name": "  ", "phone": None})
    assert not is_empty(CLIENTS, {"remind": True})
