"""What messages cost, by rows of Rates; what is not known is not guessed."""

from __future__ import annotations

from datetime import date

import pytest

from sheets_schema.cells import RATE, CellProblem, Raw
from studio_sync.rules.cost import at_this_pace, coming, forecast, line, price, rate, said
from tests.unit.story import Studio

RATES = {
    "ra-1": {"category": "utility", "price": 0.2},
    "ra-2": {"category": "utility", "price": 0.25, "valid_from": 46113.0},  # 1 Apr 2026
    "ra-3": {"category": "utility", "country": "us", "price": 0.04},
    "ra-4": {"category": "service", "price": 0.1425},
}
BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 07:10 | Thandi Maroon | booked | single | 300   | invoice
    b-2 | Wed 4 Nov | 12:00 | Sipho Amber   | booked | single | 300   | invoice
"""
THANDI, ANN = "+447700900101", "+14155550123"


def studio(**more: object) -> Studio:
    made = Studio(**more)  # type: ignore[arg-type]
    made.tables["rates"] = {key: dict(row) for key, row in RATES.items()}  # type: ignore[arg-type]
    return made


def test_the_newest_price_that_is_in_force_counts_and_a_countrys_own_goes_first() -> None:
    snap = studio().snap
    assert rate(snap, "utility", THANDI, date(2026, 3, 31)) == 2000
    assert rate(snap, "utility", THANDI, date(2026, 4, 1)) == 2500
    assert rate(snap, "utility", ANN, date(2026, 11, 3)) == 400
    assert rate(snap, "utility", "US.13491208655302741918", date(2026, 11, 3)) == 400
    assert rate(snap, "marketing", THANDI, date(2026, 11, 3)) is None


def test_a_thousand_free_texts_and_not_one_more() -> None:
    # fact: 0 priced replies
    snap = studio().snap
    assert [price(snap, "service", THANDI, date(2026, 11, 3), n) for n in (1, 1000, 1001)] == [0, 0, 1425]


def test_what_the_next_day_costs_depends_on_who_wrote() -> None:
    story = studio(bookings=BOOKED)
    messages = coming(story.snap, story.now)
    assert [each.kind for each in messages].count("digest") == 2
    assert forecast(story.snap, messages, story.now) == 0  # every chat is open
    closed = studio(bookings=BOOKED, open_chats=False)
    assert forecast(closed.snap, coming(closed.snap, closed.now), closed.now) == 7 * 2500
    kinds = [each.kind for each in coming(closed.snap, closed.now)]
    assert kinds.count("introduction") == 2  # whoever never heard of us here is told first who we are


def test_the_month_in_one_line() -> None:
    story = studio()
    assert line(Studio().snap, story.now) == ""
    for n, (template, cost) in enumerate((("a", 0.25), ("b", 0.25), ("", 0.0))):
        cells: dict[str, Raw] = {
            "way": "out",
            "state": "delivered",
            "key": f"k{n}",
            "when": 46328.5,
            "template": template,
        }
        story.tables["messages"][f"m-{n}"] = {**cells, "template": template, "cost": cost}
    assert at_this_pace(story.snap, story.now) == 5000 * 30 // 3
    text = "November: 3 messages, R0.50 so far, about R5 by the end of the month"
    assert line(story.snap, story.now) == text
    assert text.split(", about")[0] in " ".join(story.today())


@pytest.mark.parametrize(
    ("raw", "value"), [("R0.1425", 1425), ("0,22", 2200), (0.22, 2200), (0.14145, 1415), (1.0, 10_000), ("", None)]
)
def test_a_price_is_read_to_a_hundredth_of_a_cent(raw: str | float, value: int | None) -> None:
    assert RATE.read(raw, Studio().snap.context) == value


@pytest.mark.parametrize("raw", ["free", -0.2, "0.12345", True, "#REF!"])
def test_no_price_is_a_problem_in_words(raw: str | float) -> None:
    with pytest.raises(CellProblem):
        RATE.read(raw, Studio().snap.context)


def test_amounts_are_said_in_cents() -> None:
    assert [said(n, "R") for n in (0, 2250, 10_000, None)] == ["R0", "R0.23", "R1", "an unknown sum"]


def test_most_of_the_free_ones_used_is_said_once_a_month() -> None:
    story = studio(now="Tue 3 Nov 11:58")
    for n in range(800):
        cells: dict[str, Raw] = {"way": "out", "state": "delivered", "key": f"k{n}", "when": 46328.5, "cost": 0.0}
        story.tables["messages"][f"m-{n}"] = dict(cells)
    story.clock("12:10")
    assert story.last("Nadine") == (
        "You have sent 800 of 1,000 free messages this month. At this pace it will cost about R997.50."
    )
    told = len(story.bubbles("Nadine"))
    story.clock("12:50")
    assert len(story.bubbles("Nadine")) == told
