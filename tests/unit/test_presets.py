"""What a new workbook of each kind of business starts with can be read back, and makes sense."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, time
from typing import Any

import pytest
from click.testing import CliRunner

from sheets_schema.cells import Raw
from sheets_schema.policies import POLICIES, Settings, context_of
from sheets_schema.presets import Preset, seed_rows
from sheets_schema.presets.known import PRESETS
from sheets_schema.snapshot import Snapshot, build
from sheets_schema.tabs.bookings import TYPES
from sheets_schema.tabs.settings import DAYS
from studio_sync.cli import cli
from studio_sync.errors import UserError

TODAY = date(2026, 11, 3)


def started(preset: Preset, **own: Any) -> Snapshot:
    """The snapshot of a workbook that has only what the preset put into it."""
    return build(seed_rows(preset, **own), (), {}, TODAY)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=str)
def test_every_cell_of_a_preset_reads_back_as_it_was_meant(preset: Preset) -> None:
    snap = started(preset, studio_name="Nowhere Street")
    assert snap.issues == ()
    assert asdict(snap.settings) == asdict(Settings(**preset.settings, studio_name="Nowhere Street"))
    assert {row.type: row.per_person for row in snap.prices} == dict(preset.prices)
    assert {row.day: (row.opens, row.closes) for row in snap.hours} == dict(preset.hours)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=str)
def test_a_preset_names_only_what_there_is(preset: Preset) -> None:
    assert set(preset.settings) <= {policy.name for policy in POLICIES}
    assert set(preset.prices) <= set(TYPES)
    assert set(preset.hours) <= set(DAYS)
    assert all(opens < closes for opens, closes in preset.hours.values())


def test_a_new_workbook_of_any_kind_starts_by_watching() -> None:
    assert {started(preset).settings.mode for preset in PRESETS.values()} == {"watch"}


@pytest.mark.parametrize(
    ("name", "country", "currency", "typed", "number"),
    [
        ("pilates", "ZA", "R", "083 123 4567", "+27831234567"),
        ("tattoo", "GB", "£", "07700 900101", "+447700900101"),
        ("subscriptions", "BR", "R$", "11 96123-4567", "+5511961234567"),
    ],
)
def test_phones_and_money_are_those_of_the_country(
    name: str, country: str, currency: str, typed: str, number: str
) -> None:
    settings = started(PRESETS[name]).settings
    assert (settings.country, settings.currency) == (country, currency)
    rows: dict[str, dict[str, dict[str, Raw]]] = seed_rows(PRESETS[name])
    rows["clients"] = {"c-1": {"name": "Thandi Maroon", "phone": typed, "price": f"{currency} 1,050.00"}}
    snap = build(rows, (), {}, TODAY)
    (client,) = snap.clients
    assert (client.phone, client.price, snap.issues) == (number, 1050_00, ())
    assert context_of(settings, TODAY).zone.key == settings.zone.key


def test_a_tattoo_artist_works_on_saturday_and_reminds_two_hours_ahead() -> None:
    snap = started(PRESETS["tattoo"])
    assert [(row.day, row.closes) for row in snap.hours][-1] == ("Saturday", time(16))
    assert (snap.settings.remind_before, snap.settings.zone.key) == (120, "Europe/London")


def test_subscriptions_remind_of_payments_and_of_nothing_else() -> None:
    settings = started(PRESETS["subscriptions"]).settings
    assert (settings.remind_evening, settings.remind_before) == (None, None)
    assert (settings.remind_before_due, settings.remind_after_due) == (3, (1, 5))


def test_a_preset_that_is_none_is_answered_with_those_there_are() -> None:
    result = CliRunner().invoke(cli, ["init", "--preset", "bakery"])
    assert isinstance(result.exception, UserError)
    assert result.exception.problems == (
        'There is no preset "bakery".',
        "Run: studio-sync init --preset pilates | tattoo | subscriptions",
    )
