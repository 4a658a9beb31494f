"""She types in the sheet: new rows, mistakes, ticks. Typing alone sends nothing."""

from __future__ import annotations

import pytest

from studio_sync.rules.facts import Outcome
from tests.unit.story import Studio
from tests.unit.story_sheet import CLIENTS

HOURS = """
    Day       | From  | To
    Wednesday | 07:00 | 18:00
"""
BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 09:00 | Thandi Maroon | booked | single | 300   | invoice
    b-2 | Wed 4 Nov | 11:00 | Sipho Amber   | booked | duo    | 250   | invoice
    b-3 | Wed 4 Nov | 11:00 | Zoë Umber     | booked | duo    | 250   | invoice
"""


def test_a_new_client_gets_an_id_a_clean_number_a_code_and_a_status() -> None:
    studio = Studio()
    ident = studio.types("Clients", Name="Ayanda Teal", Phone="07700 900106")
    assert ident.startswith("c-")
    assert [studio.row("Clients", ident, c) for c in ("Phone", "Status", "Messages", "Code", "Since")] == [
        "+44 7700 900106",
        "active",
        "all",
        "AYANDA06",
        "3 Nov 2026",
    ]
    assert studio.phones == {}


def test_two_clients_never_share_a_code() -> None:
    studio = Studio(clients=CLIENTS + "    c-9 | Thandi Blue | +44 7700 900201 | | active | all | | THANDI02")
    ident = studio.types("Clients", Name="Thandi Red", Phone="+44 7700 900301")
    assert studio.row("Clients", ident, "Code") == "THANDI03"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"Date": "31/02"}, "31/02 is not a date. Type a day such as 28 Feb."),
        ({"Time": "25:00"}, "25:00 is not a time. Type it like 09:00."),
        ({"Client": "Tandi"}, "No client called Tandi. Closest: Thandi Maroon. Choose from the list."),
        ({"Client": "Xerxes"}, "No client called Xerxes. Choose from the list."),
        ({"Client": None}, "Who is coming? Choose a client and it is booked."),
        ({"Type": "due"}, '"due" is not a type. Choose single, duo, trio or group.'),
        ({"Date": "Mon 2 Nov"}, "Mon 2 Nov is over. Choose came, no-show or cancelled in State."),
        ({"Time": "11:30"}, "Wed 4 Nov 11:00 is full (2 of 2). Free: 10:00, 12:00, 13:00."),
        ({"Time": "09:00", "Type": "single"}, "Thandi is already booked then. Delete one of the two rows."),
    ],
)
def test_a_mistake_is_named_in_its_row_and_in_today_and_goes_when_mended(
    cells: dict[str, str | None], problem: str
) -> None:
    studio = Studio(bookings=BOOKED)
    row = {"Date": "Wed 4 Nov", "Time": "14:00", "Client": "Thandi Maroon", "Type": "duo"} | cells
    ident = studio.types("Bookings", **row)
    assert studio.row("Bookings", ident, "Problem") == problem
    assert " ".join(studio.today()).count("Decide") == 1
    assert all(len(str(line.cells[0])) <= 42 for line in studio.lines() if line.style == "decide")
    assert studio.diary() == ["Wed 4 Nov 09:00 Single: Thandi", "Wed 4 Nov 11:00 Duo: Sipho, Zoë (2/2)"]
    mended = {"Date": "Wed 4 Nov", "Time": "14:00", "Client": "Thandi Maroon", "Type": "duo"}
    studio.edits("Bookings", ident, **mended)
    assert studio.row("Bookings", ident, "Problem") == ""
    assert "Decide" not in studio.today()
    assert studio.row("Bookings", ident, "State") == "booked"
    assert studio.diary()[-1] == "Wed 4 Nov 14:00 Duo: Thandi (1/2)"
    assert studio.phones == {}


def test_her_own_event_in_the_way() -> None:
    studio = Studio()
    studio.blocks("Dentist", "Wed 4 Nov 09:00")
    ident = studio.types("Bookings", Date="Wed 4 Nov", Time="09:00", Client="Thandi Maroon", Type="single")
    assert studio.row("Bookings", ident, "Problem") == (
        "Wed 4 Nov 09:00 is taken by Dentist in your diary. Move one of them."
    )


def test_two_clients_of_one_name() -> None:
    marys = CLIENTS + "    c-8 | Mary Green |\n    c-9 | Mary Plum |"
    studio = Studio(clients=marys)
    ident = studio.types("Bookings", Date="Wed 4 Nov", Time="09:00", Client="Mary")
    assert studio.row("Bookings", ident, "Problem") == "Two clients are called Mary. Choose Mary Green or Mary Plum."


def test_a_typed_booking_is_booked_and_told_by_the_tell_tick_only() -> None:
    studio = Studio()
    ident = studio.types("Bookings", Date="Wed 4 Nov", Time="09:00", Client="thandi")
    assert [studio.row("Bookings", ident, c) for c in ("Client", "State", "Type", "Minutes", "Price", "From")] == [
        "Thandi Maroon",
        "booked",
        "duo",
        "55",
        "R250.00",
        "sheet",
    ]
    assert studio.diary() == ["Wed 4 Nov 09:00 Duo: Thandi (1/2)"]
    assert studio.phones == {}
    studio.ticks("Bookings", ident, "Tell")
    assert studio.last("Thandi").startswith("Hi Thandi, your duo session is booked for Wed 4 Nov at 09:00.")
    assert (studio.row("Bookings", ident, "Tell"), studio.row("Bookings", ident, "Told")) == ("", "telling...")
    studio.reports("Thandi", "sent")
    assert studio.row("Bookings", ident, "Told") == "told 08:40"
    assert "Nadine ticked Tell at 08:40." in studio.why("Thandi")


def test_told_at_once_where_settings_or_the_client_say_so() -> None:
    studio = Studio(settings="My sheet changes | tell")
    ident = studio.types("Bookings", Date="Wed 4 Nov", Time="09:00", Client="Thandi Maroon")
    assert studio.last("Thandi").startswith("Hi Thandi, your duo session is booked for Wed 4 Nov at 09:00.")
    studio.edits("Bookings", ident, Time="10:00")
    assert studio.last("Thandi").startswith(
        "Hi Thandi, your session of Wed 4 Nov at 09:00 has moved to Wed 4 Nov at 10:00."
    )
    studio.edits("Bookings", ident, State="cancelled")
    assert studio.last("Thandi").startswith("Hi Thandi, we have to cancel your session on Wed 4 Nov at 10:00.")
    assert studio.diary() == []
    studio.edits("Clients", "c-THANDI", Tell_changes="quiet")
    count = len(studio.bubbles("Thandi"))
    studio.types("Bookings", Date="Thu 5 Nov", Time="09:00", Client="Thandi Maroon")
    assert len(studio.bubbles("Thandi")) == count


def test_outside_hours_is_asked_in_today() -> None:
    studio = Studio(hours=HOURS)
    ident = studio.types("Bookings", Date="Wed 4 Nov", Time="19:00", Client="Thandi Maroon")
    assert studio.row("Bookings", ident, "Problem") == (
        "19:00 is outside your Hours. Change the time, or say yes in Today."
    )
    assert studio.today()[1:5] == [
        "Decide",
        "Thandi, Wed 4 Nov 19:00: you are closed",
        "then. Book anyway?",
        "[ ] | Book anyway",
    ]
    studio.answers("Book anyway")
    assert studio.diary() == ["Wed 4 Nov 19:00 Duo: Thandi (1/2)"]
    assert studio.row("Bookings", ident, "Problem") == ""


def test_a_new_time_moves_the_seat_and_a_taken_one_is_a_problem() -> None:
    studio = Studio(bookings=BOOKED)
    studio.edits("Bookings", "b-1", Time="09:30")
    assert studio.diary()[0] == "Wed 4 Nov 09:30 Single: Thandi"
    studio.edits("Bookings", "b-1", Time="11:00")
    assert studio.row("Bookings", "b-1", "Problem").startswith("Wed 4 Nov 11:00 is full (2 of 2).")
    assert studio.diary()[0] == "Wed 4 Nov 09:30 Single: Thandi"
    studio.edits("Bookings", "b-3", Time="13:00")
    assert studio.diary()[1:] == ["Wed 4 Nov 11:00 Duo: Sipho (1/2)", "Wed 4 Nov 13:00 Duo: Zoë (1/2)"]
    studio.edits("Bookings", "b-3", Time="11:00")
    assert studio.diary()[1:] == ["Wed 4 Nov 11:00 Duo: Sipho, Zoë (2/2)"]


def test_a_row_that_waited_for_its_client_is_booked_when_the_client_comes() -> None:
    studio = Studio()
    ident = studio.types("Bookings", Date="Wed 4 Nov", Time="09:00", Client="Ayanda Teal", Type="single")
    assert studio.row("Bookings", ident, "Problem").startswith("No client called Ayanda Teal.")
    studio.types("Clients", Name="Ayanda Teal", Phone="+44 7700 900106")
    assert studio.row("Bookings", ident, "State") == "booked"
    assert studio.diary() == ["Wed 4 Nov 09:00 Single: Ayanda"]


def test_a_session_of_the_past_is_filled_in_for_the_books() -> None:
    studio = Studio()
    ident = studio.types("Bookings", Date="Mon 2 Nov", Time="09:00", Client="Thandi", State="came")
    assert [studio.row("Bookings", ident, c) for c in ("Client", "Price", "Client id", "Problem")] == [
        "Thandi Maroon",
        "R250.00",
        "c-THANDI",
        "",
    ]
    assert studio.diary() == []


def test_a_sort_means_nothing() -> None:
    studio = Studio(bookings=BOOKED)
    before = len(studio.effects)
    studio.tables["bookings"] = dict(reversed(studio.tables["bookings"].items()))
    studio._derive()
    assert len(studio.effects) == before


def test_a_state_chosen_by_hand_frees_the_place_and_gives_it_back() -> None:
    studio = Studio(bookings=BOOKED)
    studio.edits("Bookings", "b-1", State="cancelled")
    assert studio.diary() == ["Wed 4 Nov 11:00 Duo: Sipho, Zoë (2/2)"]
    studio.edits("Bookings", "b-1", State="booked")
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"
    assert studio.phones == {}


def test_a_deleted_row_keeps_its_place_until_she_says() -> None:
    studio = Studio(bookings=BOOKED)
    studio.deletes("Bookings", "b-1")
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"
    assert studio.today()[1:6] == [
        "Decide",
        "Thandi, Wed 4 Nov 09:00: row deleted.",
        "Cancel it, or put it back?",
        "[ ] | Cancel it and tell Thandi",
        "[ ] | Put it back",
    ]
    studio.answers("Cancel it and tell Thandi")
    assert studio.row("Bookings", "b-1", "State") == "cancelled"
    assert studio.last("Thandi").startswith("Hi Thandi, we have to cancel your session on Wed 4 Nov at 09:00.")
    assert len(studio.diary()) == 1


def test_a_deleted_row_comes_back_by_her_word_or_by_silence() -> None:
    studio = Studio(bookings=BOOKED)
    studio.deletes("Bookings", "b-1")
    studio.answers("Put it back")
    assert studio.row("Bookings", "b-1", "State") == "booked"
    studio.deletes("Bookings", "b-2")
    studio.clock("Fri 6 Nov 09:00")
    assert studio.row("Bookings", "b-2", "State") == "booked"
    assert "Decide" not in studio.today()


def test_a_deleted_row_of_the_past_is_only_written_down() -> None:
    past = "Id | Date | Time | Client | State\nb-1 | Mon 2 Nov | 09:00 | Thandi Maroon | came"
    studio = Studio(bookings=past)
    studio.deletes("Bookings", "b-1")
    assert studio.rows("Changes", "No", "What") == [("1", "Row deleted in Bookings: Thandi Maroon")]
    assert studio.bubbles("Nadine") == studio.bubbles("Thandi") == []


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("Tue 3 Nov", "Hi Thandi, a reminder: your single session starts today at 17:00."),
        ("Wed 4 Nov", "Hi Thandi, your first session with us is tomorrow, Wed 4 Nov at 17:00."),
        ("Fri 6 Nov", "Hi Thandi, your single session is booked for Fri 6 Nov at 17:00."),
    ],
)
def test_the_remind_tick(day: str, text: str) -> None:
    studio = Studio(bookings=f"Date | Time | Client | State | Type\n{day} | 17:00 | Thandi Maroon | booked | single")
    studio.ticks("Clients", "c-THANDI", "Remind")
    assert studio.last("Thandi").startswith(text)
    assert (studio.row("Clients", "c-THANDI", "Remind"), studio.row("Clients", "c-THANDI", "Sent")) == (
        "",
        "sending...",
    )
    studio.reports("Thandi", "sent")
    assert studio.row("Clients", "c-THANDI", "Sent") == "reminder sent 08:40"


def test_nothing_to_remind_of() -> None:
    studio = Studio()
    studio.ticks("Clients", "c-THANDI", "Remind")
    assert studio.row("Clients", "c-THANDI", "Sent") == "no booking in the next 7 days"
    assert studio.phones == {}


def test_her_own_words_from_the_sheet() -> None:
    studio = Studio()
    studio.says("Thandi", "can I bring a friend?")
    (ident, *_) = studio.tables["messages"]
    studio.edits("Messages", ident, Reply="Yes, gladly.")
    studio.ticks("Messages", ident, "Send")
    assert studio.last("Thandi") == "Yes, gladly."
    assert [studio.row("Messages", ident, c) for c in ("Reply", "Send", "Sent")] == ["", "", "sending..."]
    studio.reports("Thandi", "delivered")
    assert studio.row("Messages", ident, "Sent") == "delivered 08:40"


def test_her_own_words_when_the_chat_is_closed() -> None:
    studio = Studio()
    studio.says("Thandi", "hello")
    (ident, *_) = studio.tables["messages"]
    studio.edits("Messages", ident, Reply="Yes, gladly.")
    studio.clock("Thu 5 Nov 09:00")
    count = len(studio.bubbles("Thandi"))
    studio.ticks("Messages", ident, "Send")
    assert studio.row("Messages", ident, "Sent") == "chat closed since Tue 3 Nov 08:40"
    assert len(studio.bubbles("Thandi")) == count


def test_many_rows_that_vanished_are_believed_once_she_says_it_was_her() -> None:
    studio = Studio()
    told = {"of": "paused", "tab": "bookings", "rows": 40}
    fact = Outcome(key="outcome:watch:paused:bookings", at=studio.now, effect_key="watch", ok=False, result=told)
    studio.happens(fact)
    assert "vanished at once" in studio.last("Nadine")
    studio.taps("Nadine", "It was me")
    assert [note.data for note in studio.effects if note.kind == "note" and note.what == "mine"] == [
        {"tab": "bookings"}
    ]
