"""A snapshot of the studio: what stands in the tabs, typed, and what is wrong in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.cells import Raw
from sheets_schema.diary import DiaryEvent
from sheets_schema.issues import RowIssue
from sheets_schema.policies import POLICIES, Settings, context_of, read_settings
from sheets_schema.presets import seed_rows
from sheets_schema.presets.pilates import PILATES
from sheets_schema.snapshot import Memory, Snapshot, build, cells, parse_table
from sheets_schema.tabs import BY_KEY, TABS
from sheets_schema.texts.catalogue import part

TUESDAY = date(2026, 11, 3)
LONDON = seed_rows(PILATES, zone=ZoneInfo("Europe/London"), country="GB", owner_name="Nadine")
WED = 46330.0

Tables = dict[str, dict[str, dict[str, Raw]]]


def studio(**tabs: dict[str, dict[str, Raw]]) -> Snapshot:
    """A day at Nowhere Street with these rows."""
    return build({**LONDON, **tabs}, (), {}, TUESDAY)


def in_words(issue: RowIssue) -> str:
    return part(issue.text, **issue.values)


THANDI: dict[str, Raw] = {"name": "Thandi Maroon", "phone": "07700 900101", "usual_type": "Duo", "owes": 1050.0}


def test_rows_become_what_they_mean() -> None:
    booking: dict[str, Raw] = {
        "date": WED, "time": 0.375, "client": "Thandi Maroon", "state": "booked", "type": "single",
        "price": 300.0, "minutes": 55.0, "client_id": "c-1", "session": "s-1", "changed": 46329.361111111,
    }  # fmt: skip
    snap = studio(clients={"c-1": THANDI}, bookings={"b-1": booking})
    client, row = snap.clients.get("c-1"), snap.bookings.get("b-1")
    assert client is not None
    assert row is not None
    assert (client.phone, client.usual_type, client.owes) == ("+447700900101", "duo", 1050_00)
    assert (row.date, row.time, row.price, row.minutes) == (date(2026, 11, 4), time(9), 300_00, 55)
    assert row.changed == datetime(2026, 11, 3, 8, 40, tzinfo=UTC)
    assert snap.issues == ()
    assert (snap.settings.owner_name, snap.context.country, snap.prices.by_id["pr-duo"].per_person) == (
        "Nadine",
        "GB",
        250_00,
    )
    assert [hours.day for hours in snap.hours][-1] == "Saturday"


def test_a_bad_cell_stops_nothing_else() -> None:
    rows: dict[str, dict[str, Raw]] = {
        "b-1": {"date": "31/02", "time": 0.375, "client": "Thandi Maroon"},
        "b-2": {"date": WED, "time": 0.375, "client": "Sipho Amber", "type": "due", "price": "R3OO"},
    }
    snap = studio(bookings=rows)
    assert [(issue.row_id, issue.column, in_words(issue)) for issue in snap.issues] == [
        ("b-1", "date", "31/02 is not a date. Type a day such as 28 Feb."),
        ("b-2", "type", '"due" is not a type. Choose single, duo, trio or group.'),
        ("b-2", "price", "R3OO is not an amount (letters O). Type 300."),
    ]
    assert snap.bookings.by_id["b-1"].date is None
    assert snap.bookings.by_id["b-2"].client == "Sipho Amber"


def test_a_broken_formula_keeps_the_last_good_value() -> None:
    broken: Tables = {**LONDON, "bookings": {"b-1": {"price": "#REF!"}}}
    good: Tables = {"bookings": {"b-1": {"price": 300.0}}}
    memory = Memory()
    for _ in range(2):
        snap = build(broken, (), {}, TUESDAY, good=good, memory=memory)
        assert snap.bookings.by_id["b-1"].price == 300_00
        assert in_words(snap.issues[0]) == "A formula here is broken. We use the last good value, R300.00."
    assert in_words(studio(bookings=broken["bookings"]).issues[0]).endswith("We use the last good value.")


def test_a_spoiled_cell_of_ours_is_no_business_of_hers() -> None:
    snap = studio(clients={"c-1": THANDI | {"owes": "lots", "last_seen": "31/02"}})
    assert (snap.issues, snap.clients.by_id["c-1"].owes) == ((), None)


def test_rows_are_found_by_client_day_session_and_phone() -> None:
    def at(day: float | None, clock: float | None, **more: Raw) -> dict[str, Raw]:
        return {"date": day, "time": clock, "client_id": "c-1", "session": "s-1", "state": "booked", **more}

    snap = studio(
        clients={
            "c-0": THANDI | {"status": "left"},
            "c-1": THANDI,
            "c-2": {"name": "Sipho Amber", "phone": "+44 7700 900101"},
            "c-3": {"name": "Nobody"},
        },
        bookings={
            "b-3": at(None, None),
            "b-2": at(WED, 0.5),
            "b-1": at(WED, 0.375),
            "b-0": at(WED, None, state="moved"),
        },
    )
    assert [row.id for row in snap.bookings_of("c-1")] == ["b-1", "b-2", "b-0", "b-3"]
    assert [row.id for row in snap.bookings_on(date(2026, 11, 4))] == ["b-1", "b-2", "b-0"]
    assert [row.id for row in snap.seated("s-1")] == ["b-1", "b-2", "b-3"]
    found = snap.client_by_phone("+447700900101")
    assert found is not None
    assert found.id == "c-1"
    assert [client.id for client in snap.clients_by_phone("+447700900101")] == ["c-0", "c-1", "c-2"]
    assert snap.client_by_phone("") is None
    assert snap.client_by_phone("+447700900199") is None


@pytest.mark.parametrize(
    ("typed", "wrote"),
    [
        ("+55 11 98765-4321", "+551187654321"),
        ("+52 55 1234 5678", "+5215512345678"),
        ("+54 11 2345-6789", "+5491123456789"),
    ],
)
def test_a_number_with_two_forms_in_whatsapp_is_one_person(typed: str, wrote: str) -> None:
    # fact: 0 brazil
    snap = studio(clients={"c-1": THANDI | {"phone": typed}})
    found = snap.client_by_phone(wrote)
    assert found is not None
    assert found.id == "c-1"
    assert snap.client_by_phone(wrote[:-1] + "0") is None


def test_an_overlay_has_indexes_of_its_own() -> None:
    snap = studio(bookings={"b-1": {"client_id": "c-1"}})
    assert len(snap.bookings_of("c-1")) == 1
    empty, _ = parse_table(BY_KEY["bookings"], {}, snap.context)
    assert replace(snap, bookings=empty).bookings_of("c-1") == ()


def test_the_diary_comes_sorted() -> None:
    def event(name: str, hour: int) -> DiaryEvent:
        start = datetime(2026, 11, 4, hour, tzinfo=UTC)
        return DiaryEvent(id=name, start=start, end=start, title=name)

    snap = build(
        {}, [event("late", 17), event("early", 8)], {"+447700900101": datetime(2026, 11, 3, tzinfo=UTC)}, TUESDAY
    )
    assert [entry.id for entry in snap.diary] == ["early", "late"]
    assert snap.settings == Settings()


def test_settings_are_always_usable() -> None:
    settings, issues = read_settings(
        {
            "cancel_free_hours": "a day",
            "mode": "alive",
            "morning_digest": "25:00",
            "remind_evening": "",
            "bank": "#REF!",
        },
        TUESDAY,
        {"morning_digest": 0.3125, "bank": "Bank One"},
    )
    assert (settings.cancel_free_hours, settings.mode, settings.morning_digest) == (24, "watch", time(7, 30))
    assert (settings.remind_evening, settings.bank) == (None, "Bank One")
    assert [in_words(issue) for issue in issues] == [
        '"alive" is not a choice here. Type watch. We still use watch.',
        '"25:00" is not a time. Type it like 06:00. We still use 07:30.',
        '"a day" is not a number of hours. Type 24. We still use 24.',
        "A formula here is broken. We use the last good value, Bank One.",
    ]


def test_phones_in_settings_are_read_in_her_country() -> None:
    own, _ = read_settings({"owner_number": "07700 900199", "country": "United Kingdom +44"}, TUESDAY)
    assert own.owner_number == "+447700900199"


def test_a_new_workbook_reads_back_as_the_preset_says() -> None:
    snap = build(
        seed_rows(PILATES, studio_name="Nowhere Street Pilates", admin_numbers=("+447700900198",)), (), {}, TUESDAY
    )
    assert snap.issues == ()
    assert snap.settings == Settings(studio_name="Nowhere Street Pilates", admin_numbers=("+447700900198",))
    assert {price.type: price.per_person for price in snap.prices} == {
        "single": 300_00,
        "duo": 250_00,
        "trio": 180_00,
        "group": 180_00,
    }
    assert snap.hours.by_id["h-saturday"].closes == time(12)
    with pytest.raises(TypeError, match="no_such_policy"):
        seed_rows(PILATES, no_such_policy=1)


def test_every_policy_reads_its_own_usual_value() -> None:
    context = context_of(Settings(), TUESDAY)
    for policy in POLICIES:
        assert policy.value(policy.kind.write(policy.usual, context), context) == policy.usual
        assert len(policy.title) <= 26
        assert policy.example == "" or policy.value(policy.example, context) is not None


def test_a_value_goes_to_the_cell_and_back() -> None:
    context = context_of(Settings(), TUESDAY)
    raws = cells(BY_KEY["bookings"], context, date=TUESDAY, time=time(8), price=250_50, tell=True, client="Zoë Umber")
    assert raws == {"date": 46329.0, "time": 8 / 24, "price": 250.5, "tell": True, "client": "Zoë Umber"}
    with pytest.raises(KeyError):
        cells(BY_KEY["bookings"], context, colour="red")


def test_memory_reads_only_what_changed_and_forgets_nothing_that_did() -> None:
    memory = Memory()
    rows: dict[str, dict[str, Raw]] = {"c-1": dict(THANDI), "c-2": {"name": "Sipho Amber"}}
    before = build({**LONDON, "clients": rows}, (), {}, TUESDAY, memory=memory)
    rows = {**rows, "c-1": {**rows["c-1"], "email": "thandi@"}}
    after = build({**LONDON, "clients": rows}, (), {}, TUESDAY, memory=memory)
    assert after.clients.get("c-2") is before.clients.get("c-2")
    assert build({**LONDON, "clients": rows}, (), {}, TUESDAY, memory=memory).clients is after.clients
    assert [issue.text for issue in after.issues] == ["problem.email"]
    # The same cells mean another number once the country is another.
    there: Tables = {
        "settings": {**LONDON["settings"], "country": {"value": "South Africa +27"}},
        "clients": {"c-1": {"phone": "082 123 4567"}},
    }
    assert build({**LONDON, **there}, (), {}, TUESDAY, memory=memory).clients.by_id["c-1"].phone == "+27821234567"


RAWS = st.one_of(
    st.none(), st.booleans(), st.floats(), st.text(max_size=12), st.sampled_from(["#REF!", "R300", "4/11", "9"])
)


@given(st.dictionaries(st.sampled_from([policy.name for policy in POLICIES]), RAWS, max_size=8))
def test_whatever_stands_in_settings_they_are_usable(values: dict[str, Raw]) -> None:
    settings, issues = read_settings(values, TUESDAY, values)
    assert context_of(settings, TUESDAY).zone is not None
    for issue in issues:
        assert in_words(issue)


@given(st.data())
def test_whatever_stands_in_the_tabs_a_snapshot_comes_of_it(data: st.DataObject) -> None:
    tables: dict[str, Any] = {}
    for tab in data.draw(st.lists(st.sampled_from(TABS), max_size=3)):
        fields = st.sampled_from([*(column.field for column in tab.columns), "stranger"])
        ids = st.sampled_from([policy.name for policy in POLICIES]) if tab.key == "settings" else st.text(max_size=4)
        tables[tab.key] = data.draw(st.dictionaries(ids, st.dictionaries(fields, RAWS, max_size=6), max_size=4))
    for issue in build(tables, (), {}, TUESDAY).issues:
        assert in_words(issue)
