"""The owner books in the chat: what she is told, what the client is told, what stands in the sheet and the diary."""

from __future__ import annotations

import pytest

from tests.unit.story import Studio
from tests.unit.story_sheet import CLIENTS

HOURS = """
    Day       | From  | To
    Tuesday   | 07:00 | 18:00
    Wednesday | 07:00 | 18:00
"""
MARYS = (
    CLIENTS
    + """
    c-MARYG | Mary Green | +44 7700 900107 | trio | active | all | | MARY07
    c-MARYP | Mary Plum  | +44 7700 900108 | trio | active | all | | MARY08
"""
)


def test_one_message_one_booking_one_answer() -> None:
    studio = Studio()
    assert studio.says("Nadine", "Book Thandi tomorrow 09h00 single") == [
        "Booked: Thandi Maroon\n*Wed 4 Nov, 09:00*, single, 55 min\nThandi is being told.\nTo take it back: undo 1"
    ]
    assert studio.last("Thandi") == (
        "Hi Thandi, your single session is booked for Wed 4 Nov at 09:00. It takes 55 minutes.\n"
        "Place: 12 Nowhere Street\n"
        "Free to cancel until Tue 3 Nov at 09:00. After that it costs R300, so please tell us early."
    )
    assert studio.buttons("Thandi") == ("Reject this time",)
    assert studio.diary() == ["Wed 4 Nov 09:00 Single: Thandi"]
    assert studio.rows("Bookings", "Date", "Time", "Client", "State", "Type", "Price", "From") == [
        ("4 Nov 2026", "09:00", "Thandi Maroon", "booked", "single", "R300.00", "chat")
    ]
    assert studio.row("Clients", "c-THANDI", "Next") == "Wed 4, 09:00"
    assert 'Answer to "Book Thandi tomorrow 09h00 single".' in studio.why("Thandi")


def test_the_cost_of_cancelling_is_named_only_where_there_is_one() -> None:
    studio = Studio(settings="Late cancel costs | 0")
    studio.says("Nadine", "Book Thandi tomorrow 09h00 single")
    assert studio.last("Thandi").endswith("If this time does not suit you, tap below and it is free again.")


def test_a_reject_frees_the_place_and_tells_both() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 09h00 single")
    assert studio.taps("Thandi", "Reject this time") == [
        (
            "Thank you for telling us. *Wed 4 Nov at 09:00* is free again and costs you nothing. "
            "Nadine will suggest another time here."
        )
    ]
    assert studio.last("Nadine") == "Thandi Maroon cannot come on *Wed 4 Nov at 09:00*. The place is free again."
    assert studio.diary() == []
    assert studio.rows("Bookings", "Client", "State") == [("Thandi Maroon", "rejected")]


def test_booked_again_after_a_reject() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 09h00 single")
    studio.taps("Thandi", "Reject this time")
    studio.says("Nadine", "Book Thandi tomorrow 09h00 single")
    assert studio.diary() == ["Wed 4 Nov 09:00 Single: Thandi"]
    assert studio.rows("Bookings", "State") == [("rejected",), ("booked",)]


def test_offer_another_time_says_what_is_free_and_what_to_send() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 09h00 single")
    studio.taps("Thandi", "Reject this time")
    assert studio.taps("Nadine", "Offer another time") == [
        "Free on Wed 4 Nov: 08:00, 10:00, 11:00. To book one, send: book Thandi Maroon Wed 4 Nov 08:00"
    ]
    assert studio.taps("Nadine", "Offer another time") == ["That is already answered. Nothing has changed."]


def test_a_reject_pressed_twice_or_weeks_later_acts_on_nothing_else() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 09h00 single")
    studio.says("Nadine", "Book Thandi Fri 8 duo")
    studio.phones["+447700900101"].pop()
    studio.taps("Thandi", "Reject this time")
    assert studio.taps("Thandi", "Reject this time") == [
        (
            "That button belonged to Wed 4 Nov at 09:00, and that session is over or already changed. "
            "Your next session is Fri 6 Nov at 08:00."
        )
    ]
    assert studio.diary() == ["Fri 6 Nov 08:00 Duo: Thandi (1/2)"]


def test_a_full_session_names_who_is_there_and_what_is_free() -> None:
    studio = Studio(
        bookings="""
        Date      | Time  | Client      | State  | Type
        Wed 4 Nov | 09:00 | Sipho Amber | booked | single
        Wed 4 Nov | 11:00 | Zoë Umber   | booked | single
        """
    )
    assert studio.says("Nadine", "Book Thandi tomorrow 09:00 single") == [
        "Wed 4 Nov 09:00 single is full (Sipho). Free: 07:00, 08:00, 10:00."
    ]
    assert len(studio.diary()) == 2


def test_a_second_person_joins_a_duo_and_a_third_does_not_fit() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 08:00 duo")
    studio.says("Nadine", "Book Sipho tomorrow 08:00 duo")
    assert studio.diary() == ["Wed 4 Nov 08:00 Duo: Thandi, Sipho (2/2)"]
    assert studio.says("Nadine", "Book Zoe tomorrow 08:00 duo")[0].startswith(
        "Wed 4 Nov 08:00 duo is full (Thandi, Sipho)."
    )


def test_her_own_event_is_in_the_way() -> None:
    studio = Studio()
    studio.blocks("Dentist", "Wed 4 Nov 09:30")
    said = studio.says("Nadine", "Book Thandi tomorrow 09:00 single")
    assert said == ["Wed 4 Nov 09:00 is taken by your own event Dentist."]


def test_closed_hours_are_a_question() -> None:
    studio = Studio(hours=HOURS)
    assert studio.says("Nadine", "Book Thandi Sun 9 single") == ["You are closed Sundays in Hours. Book anyway?"]
    assert studio.taps("Nadine", "Book anyway")[0].startswith("Booked: Thandi Maroon\n*Sun 8 Nov, 09:00*, single")
    assert studio.says("Nadine", "Book Thandi wed 19:00") == ["Wed 4 Nov 19:00 is outside your Hours. Book anyway?"]
    assert studio.diary() == ["Sun 8 Nov 09:00 Single: Thandi"]


def test_a_time_that_is_over_can_be_recorded() -> None:
    studio = Studio()
    assert studio.says("Nadine", "Book Thandi today 7 single") == ["Tue 3 Nov 07:00 is over. Record it as came?"]
    assert studio.taps("Nadine", "Record it") == [
        "Recorded as came: Thandi Maroon\n*Tue 3 Nov, 07:00*, single\nTo take it back: undo 1"
    ]
    assert studio.rows("Bookings", "Client", "State", "Price") == [("Thandi Maroon", "came", "R300.00")]
    assert studio.diary() == []
    assert studio.last("Thandi") == ""


def test_booked_already() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 9 single")
    assert studio.says("Nadine", "Book Thandi tomorrow 9 single") == [
        "Thandi Maroon is already booked on Wed 4 Nov 09:00. Nothing has changed."
    ]


def test_two_marys_become_buttons() -> None:
    studio = Studio(clients=MARYS)
    assert studio.says("Nadine", "Book Mary tue 8") == ["Which Mary?"]
    assert studio.buttons("Nadine") == ("Mary Green ..0107", "Mary Plum ..0108", "Neither")
    assert studio.taps("Nadine", "Mary Plum ..0108")[0].startswith("Booked: Mary Plum\n*Tue 10 Nov, 08:00*, trio")
    assert studio.diary() == ["Tue 10 Nov 08:00 Trio: Mary (1/3)"]


def test_neither_of_them() -> None:
    studio = Studio(clients=MARYS)
    studio.says("Nadine", "Book Mary tue 8")
    assert studio.taps("Nadine", "Neither") == ["Left as it is."]
    assert studio.diary() == []


def test_a_close_name_is_asked_about_never_guessed() -> None:
    studio = Studio()
    assert studio.says("Nadine", "Book Tandi 4/11 9") == [
        "No Tandi in Clients. Closest: Thandi Maroon. 4/11 read as Wed 4 Nov."
    ]
    assert studio.buttons("Nadine") == ("Book Thandi", "Someone else")
    assert studio.taps("Nadine", "Book Thandi")[0].startswith("Booked: Thandi Maroon\n*Wed 4 Nov, 09:00*")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("Book Xerxes tomorrow 9", "No Xerxes in Clients."),
        ("Book Thandi", "When? Send it with day and time, such as: book Thandi tomorrow 09:00 single"),
        ("Book tomorrow 9", "Who? Send it with a name from Clients, such as: book Thandi tomorrow 09:00 single"),
        ("Book Thandi 31/2 9", "31/2 is not a date. Send a day such as 28 Feb."),
        ("bok Thandi", 'Not understood: "bok Thandi". Did you mean: book Thandi ...? Send menu for all commands.'),
        ("cancel Thandi", "Thandi Maroon has no session booked."),
        ("cancel Thandi wed", "Thandi Maroon has no session on Wed 4 Nov."),
        ("Sipho sick", "Sipho Amber has no session on Tue 3 Nov."),
        ("undo", "There is nothing to take back."),
        ("undo 7", "There is no change 7. Send undo for the last one."),
        ("why", "There is no change or message of that number."),
        ("decide 1", "There is nothing to decide."),
        ("Zoë paid R500", 'We cannot do "Zoë paid R500" by chat yet. Please do it in the sheet or in the diary.'),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(line: str, answer: str) -> None:
    studio = Studio()
    assert studio.says("Nadine", line) == [answer]
    assert studio.diary() == []
    assert studio.rows("Bookings", "State") == []
    assert [who for who in studio.phones if who != studio.number("Nadine")] == []


def test_an_admin_phone_is_answered_itself() -> None:
    studio = Studio(settings="Admin numbers | +44 7700 900198")
    studio.says("+447700900198", "Book Thandi tomorrow 9 single")
    assert studio.last("+447700900198").startswith("Booked: Thandi Maroon")
    assert studio.last("Nadine") == ""


def test_no_phone_number_is_said_in_the_answer() -> None:
    studio = Studio(clients="Id | Name | Status\nc-AYANDA | Ayanda Teal | active")
    assert "Ayanda was not told: no phone number in Clients." in studio.says("Nadine", "Book Ayanda wed 9")[0]


def test_settings_still_blank_have_words_of_their_own() -> None:
    studio = Studio(settings="Studio name |\nAddress |\nOwner's name |")
    studio.says("+447700900199", "Book Thandi tomorrow 9 single")
    assert "Place: the studio" in studio.last("Thandi")
    studio.taps("Thandi", "Reject this time")
    assert studio.last("Thandi").endswith("the studio will suggest another time here.")
