"""The usual mistakes, and what the Problem column says about each: look-and-words 3.4, numbers 1 to 20 and 25.

The others need the watch: tests/hallway/test_hands.py has copied rows, issued invoices and typed numbers, and
tests/unit/test_rules_sheet.py deleted bookings.
"""

from __future__ import annotations

import pytest

from sheets_schema.cells import Raw
from studio_sync.rules.problems import problems
from tests.unit.story import Studio

HOURS = "Id | Day | From | To\n" + "\n".join(
    f"h-{n} | {day} | 07:00 | 19:00"
    for n, day in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"))
)
CLIENTS = """
    Id       | Name          | Phone           | Usual type | Status | Messages | Code
    c-THANDI | Thandi Maroon | +44 7700 900101 | duo        | active | all      | THANDI01
    c-SIPHO  | Sipho Amber   | +44 7700 900102 | duo        | active | all      | SIPHO02
    c-MARYG  | Mary Green    | +44 7700 900107 | trio       | active | all      | MARY07
    c-MARYP  | Mary Plum     | +44 7700 900108 | trio       | active | all      | MARY08
"""
BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 08:00 | Mary Green    | booked | duo    | 250   | invoice
    b-2 | Wed 4 Nov | 08:00 | Mary Plum     | booked | duo    | 250   | invoice
    b-3 | Wed 4 Nov | 10:00 | Thandi Maroon | booked | duo    | 250   | invoice
"""
#: number -> what she types into Bookings, and the words
IN_BOOKINGS: dict[int, tuple[dict[str, Raw], str]] = {
    1: ({"Date": "31/02"}, "31/02 is not a date. Type a day such as 28 Feb."),
    2: ({"Date": "4 Nov 2062"}, "2062 is far away. Did you mean 4 Nov 2026? Type it again if 2062 is right."),
    3: ({"Date": "Mon 2 Nov"}, "Mon 2 Nov is over. Choose came, no-show or cancelled in State."),
    4: ({"Time": "25:00"}, "25:00 is not a time. Type it like 09:00."),
    5: ({"Time": "9-10"}, "One start time only. Type 09:00; the length goes into Minutes."),
    6: ({"Client": "Tandi"}, "No client called Tandi. Closest: Thandi Maroon. Choose from the list."),
    7: ({"Client": "Mary"}, "Two clients are called Mary. Choose Mary Green or Mary Plum."),
    8: ({"Client": ""}, "Who is coming? Choose a client and it is booked."),
    9: ({"Type": "due"}, '"due" is not a type. Choose single, duo, trio or group.'),
    10: ({"Time": "08:00", "Type": "duo"}, "Wed 4 Nov 08:00 is full (2 of 2). Free: "),
    11: ({"Time": "15:00"}, "Wed 4 Nov 15:00 is taken by Dentist in your diary. Move one of them."),
    12: ({"Time": "10:00", "Type": "duo"}, "Thandi is already booked then. Delete one of the two rows."),
    13: ({"Date": "Sun 8 Nov"}, "You are closed Sundays in Hours. Change the day, or say yes in Today."),
    16: ({"Price": "R3OO"}, "R3OO is not an amount (letters O). Type 300."),
    17: ({"Price": "-50"}, "An amount cannot be below zero. For money back, use a credit note."),
    20: ({"Price": "#REF!"}, "A formula here is broken. We use the last good value."),
}
IN_CLIENTS: dict[int, tuple[dict[str, Raw], str]] = {
    14: ({"Phone": "12345"}, "12345 is too short for a phone number. Use the form "),
    15: ({"Phone": "+44 7700 900102"}, "Sipho Amber has this number too. If they share it, say yes in Today."),
    18: ({"Email": "thandi@"}, "This mail address is not complete. Mail waits until it is."),
    19: ({"Birthday": "30/02"}, "30 Feb does not exist. Type day and month, such as 21 May."),
}


def said(studio: Studio, tab: str, ident: str) -> str:
    return problems(studio.snap, studio.now).get((tab, ident), "")


@pytest.mark.parametrize("number", IN_BOOKINGS)
def test_a_mistake_in_a_booking_is_said_in_its_row_and_in_today(number: int) -> None:
    typed, words = IN_BOOKINGS[number]
    studio = Studio(clients=CLIENTS, bookings=BOOKED, hours=HOURS)
    studio.blocks("Dentist", "Wed 4 Nov 15:00")
    row: dict[str, Raw] = {"Date": "Wed 4 Nov", "Time": "17:00", "Client": "Thandi Maroon", "Type": "single", **typed}
    ident = studio.types("Bookings", **row)
    assert said(studio, "bookings", ident).startswith(words)
    assert len(said(studio, "bookings", ident)) <= 90
    assert studio.row("Bookings", ident, "Problem") == said(studio, "bookings", ident)
    assert len(studio.diary()) == 3, "nothing is booked"
    assert studio.bubbles("Thandi") == []


@pytest.mark.parametrize("number", IN_CLIENTS)
def test_a_mistake_in_a_client_is_said_in_its_row(number: int) -> None:
    typed, words = IN_CLIENTS[number]
    studio = Studio(clients=CLIENTS)
    studio.edits("Clients", "c-THANDI", **typed)
    assert said(studio, "clients", "c-THANDI").startswith(words)
    assert studio.row("Clients", "c-THANDI", "Problem") == said(studio, "clients", "c-THANDI")


def test_a_setting_that_is_none_says_so_and_the_old_one_stays() -> None:
    studio = Studio(settings="Cancel free until | 12")
    studio.edits("Settings", "cancel_free_hours", Value="a day")
    assert said(studio, "settings", "cancel_free_hours").startswith('"a day" is not a number of hours. Type 24.')
    assert any("Settings, Cancel free until" in line for line in studio.today())
