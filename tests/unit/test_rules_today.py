"""The tab Today: what it shows, and what its ticks do."""

from __future__ import annotations

import pytest

from tests.unit.story import Studio

DAY = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-0 | Mon 2 Nov | 08:00 | Thandi Maroon | came   | duo    | 250   | invoice
    b-1 | Tue 3 Nov | 08:00 | Thandi Maroon | booked | duo    | 250   | invoice
    b-2 | Tue 3 Nov | 08:00 | Sipho Amber   | booked | duo    | 250   | invoice
    b-3 | Tue 3 Nov | 17:00 | Zoë Umber     | booked | single | 300   | invoice
    b-4 | Wed 4 Nov | 09:00 | Thandi Maroon | booked | single | 300   | invoice
"""


def test_today_as_she_sees_it() -> None:
    studio = Studio(bookings=DAY)
    assert studio.today() == [
        "2 sessions, nothing to decide, all in sync 08:40",
        "Today | Who | Came | No-show | Sick | State",
        "08:00 | Sipho Amber / Duo, first time | [ ] | [ ] | [ ] | ",
        "08:00 | Thandi Maroon / Duo | [ ] | [ ] | [ ] | ",
        "17:00 | Zoë Umber / Single, first time | [ ] | [ ] | [ ] | ",
        "Tomorrow, Wed 4 Nov: 1 session",
        "09:00 Thandi Maroon, single",
    ]


def test_an_empty_day() -> None:
    assert Studio().today() == [
        "No sessions today, nothing to decide, all in sync 08:40",
        "Today | Who | Came | No-show | Sick | State",
        "Tick boxes and answers appear here when there is something to do.",
        "Tomorrow, Wed 4 Nov: no sessions",
    ]


def test_the_first_day() -> None:
    studio = Studio(clients="Name", settings="Mode | watch\nStudio name |\nAddress |", open_chats=False)
    assert studio.today() == [
        "Watching only: nothing is sent. No sessions today, nothing to decide",
        "Today | Who | Came | No-show | Sick | State",
        "1 Fill Settings: 2 cells are pink",
        "2 Type your clients in Clients",
        "[ ] | 3 Send yourself a test: tick",
        "Tomorrow, Wed 4 Nov: no sessions",
    ]
    studio._today("a:test:send", time=True)
    assert studio.last("Nadine").startswith("Good morning Nadine, you have no sessions today and nothing to decide.")


def test_every_line_has_an_id_of_its_own_and_fits() -> None:
    studio = Studio(bookings=DAY)
    studio.says("+447700900106", "hello there, " * 30)
    studio.deletes("Bookings", "b-4")
    idents = [line.cells[6] for line in studio.lines()]
    assert len(set(idents)) == len(idents)
    assert all(len(str(line.cells[0])) <= 42 for line in studio.lines() if line.style == "decide")
    assert all(len(str(line.cells[1]).split("\n")[1]) <= 20 for line in studio.lines() if line.style == "session")


@pytest.mark.parametrize(
    ("column", "state", "second", "cell"),
    [
        ("came", "came", "Duo, came 08:40", "came 08:40"),
        ("no_show", "no-show", "Duo, no-show 08:40", "no-show 08:40, R250"),
        ("sick", "sick", "Duo, sick 08:40", "sick 08:40"),
    ],
)
def test_a_mark_beside_a_name(column: str, state: str, second: str, cell: str) -> None:
    studio = Studio(bookings=DAY)
    studio.marks("Thandi", column)
    assert studio.row("Bookings", "b-1", "State") == state
    line = next(line for line in studio.today() if "Thandi Maroon /" in line)
    assert line.startswith(f"08:00 | Thandi Maroon / {second} |")
    assert line.endswith(cell)
    assert studio.phones == {}
    assert f"08:40 {state.capitalize()}: Thandi Maroon, Tue 3 Nov 08:00" in studio.today()


def test_the_longest_notes_still_fit_under_a_name() -> None:
    studio = Studio(bookings=DAY)
    studio.marks("Zoë", "no_show")
    assert any("Zoë Umber / Single, no-show |" in line for line in studio.today())


def test_another_box_changes_the_mark_and_a_cleared_box_takes_it_back() -> None:
    studio = Studio(bookings=DAY)
    studio.marks("Thandi", "came")
    studio.marks("Thandi", "sick")
    assert next(line for line in studio.today() if "Thandi" in line).endswith("changed to sick 08:40")
    assert studio.diary()[1] == "Tue 3 Nov 08:00 Duo: Sipho (1/2)"
    studio.marks("Thandi", "sick", ticked=False)
    assert studio.row("Bookings", "b-1", "State") == "booked"
    assert studio.diary()[1] == "Tue 3 Nov 08:00 Duo: Sipho, Thandi (2/2)"


def test_sick_and_no_show_by_chat_tell_the_client_and_what_it_costs() -> None:
    studio = Studio(bookings=DAY)
    assert studio.says("Nadine", "Sipho sick") == [
        "Sick today: Sipho Amber, 08:00. Not charged. Sipho is being told. undo 1"
    ]
    assert studio.last("Sipho").startswith(
        "Hi Sipho, your session on Tue 3 Nov at 08:00 is cancelled because you are ill."
    )
    assert studio.says("Nadine", "Thandi no-show") == [
        "No-show: Thandi Maroon, 08:00. Charged R250, by your rule. Thandi is being told. undo 2"
    ]
    assert "so it costs R250" in studio.last("Thandi")
    assert studio.says("Nadine", "Zoe came") == ["Came: Zoë Umber, 17:00. undo 3"]
    assert studio.last("Zoë") == ""


def test_what_she_owes_stands_behind_a_name() -> None:
    invoices = """
        Id  | Client        | Total | Balance | State  | Number         | Client id
        i-1 | Zoë Umber     | 300   | 300     | issued | INV-2026-00040 | c-ZOE
        i-2 | Thandi Maroon | 900   | 1050.50 | issued | INV-2026-00041 | c-THANDI
    """
    studio = Studio(bookings=DAY, invoices=invoices)
    assert studio.row("Clients", "c-ZOE", "Owes") == "R300.00"
    assert any("Zoë Umber / Single, owes R300 |" in line for line in studio.today())
    assert any("Thandi Maroon / Duo, owes R1,050.50 |" in line for line in studio.today())


def test_today_and_tomorrow_in_the_chat() -> None:
    studio = Studio(bookings=DAY)
    studio.says("+447700900106", "hello", profile="Ayanda")
    assert studio.says("Nadine", "today") == [
        (
            "*Tue 3 Nov: 2 sessions*\n08:00 Duo: Sipho (first time), Thandi\n17:00 Single: Zoë (first time)\n\n"
            "*To decide*\n1 New: Ayanda, +44 7700 900106: hello\n\n"
            "*New since last night*\nNew: Ayanda\n\n"
            "Sheet and diary agree, 08:40."
        )
    ]
    assert studio.buttons("Nadine") == ("Decide 1", "Open the sheet")
    assert studio.taps("Nadine", "Decide 1") == ["New: Ayanda, +44 7700 900106: hello"]
    assert studio.buttons("Nadine") == ("Add as client", "Not now")
    assert studio.taps("Nadine", "Not now") == ["Left as it is."]
    assert studio.says("Nadine", "tomorrow") == ["*Wed 4 Nov: 1 session*\n09:00 Single: Thandi"]


def test_why_says_it_in_plain_lines() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 9 single")
    assert studio.says("Nadine", "why 1")[0].splitlines()[:2] == [
        'Answer to "Book Thandi tomorrow 9 single".',
        "Nadine asked at 08:40.",
    ]
