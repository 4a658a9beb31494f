"""Someone unknown writes: kept, greeted, asked for a name; the owner decides in the chat or in Today."""

from __future__ import annotations

import itertools

from studio_sync.rules.names import Codes
from tests.unit.story import Studio

AYANDA = "+447700900106"


def test_an_unknown_number_is_kept_and_the_owner_is_asked() -> None:
    studio = Studio()
    assert studio.says(AYANDA, "Hello, do you have a place on Thursday?", profile="Ayanda") == [
        (
            "Hello, and thank you for writing to Nowhere Street Pilates. Bookings run through this number and Nadine "
            "reads every message. What is your name?"
        )
    ]
    assert studio.rows("Clients", "Name", "Phone", "Status")[-1] == ("", "+44 7700 900106", "new")
    assert studio.last("Nadine") == (
        "Hello Nadine, someone new wrote to the studio. The name is Ayanda, the number is +44 7700 900106 and the "
        "message says: Hello, do you have a place on Thursday?. What shall we do?"
    )
    assert studio.today()[:7] == [
        "No sessions today, 1 thing to decide, all in sync 08:40",
        "Decide",
        "New: Ayanda, +44 7700 900106: Hello, do",
        "you have a place on Thursday?",
        "[ ] | Add as client",
        "[ ] | Not now",
        "Today | Who | Came | No-show | Sick | State",
    ]


def test_the_name_comes_afterwards() -> None:
    studio = Studio()
    studio.says(AYANDA, "hi")
    assert studio.says(AYANDA, "hello") == [studio.bubbles(AYANDA)[0].text]
    assert studio.says(AYANDA, "Ayanda Teal") == [
        "Thank you, Ayanda. Nadine has your message and will answer here, at the latest on Wed 4 Nov."
    ]
    assert studio.rows("Clients", "Name", "Status")[-1] == ("Ayanda Teal", "new")
    assert "New: Ayanda Teal, +44 7700 900106: hi" in studio.today()
    assert "the name of +44 7700 900106 is Ayanda Teal" in studio.last("Nadine")
    assert studio.says(AYANDA, "Is Thursday free?") == ["Thank you, Ayanda. We have passed this on to Nadine as well."]
    assert "Ayanda Teal writes: Is Thursday free?" in studio.last("Nadine")


def test_added_as_client_in_the_chat() -> None:
    studio = Studio()
    studio.says(AYANDA, "hi")
    studio.says(AYANDA, "Ayanda Teal")
    assert studio.taps("Nadine", "Add as client") == [
        "Added: Ayanda Teal, +44 7700 900106\nAyanda is being told.\nTo take it back: undo 1"
    ]
    assert studio.last(AYANDA).startswith("Welcome, Ayanda. You are on our list now.")
    assert studio.rows("Clients", "Name", "Status", "Code")[-1] == ("Ayanda Teal", "active", "AYANDA06")
    assert studio.says(AYANDA, "bookings")[0].startswith("You have no sessions booked.")
    assert studio.today()[1] == "Today | Who | Came | No-show | Sick | State"


def test_added_as_client_by_a_tick_in_today() -> None:
    studio = Studio()
    studio.says(AYANDA, "hi", profile="Ayanda")
    before = len(studio.bubbles("Nadine"))
    studio.answers("Add as client")
    assert studio.last(AYANDA).startswith("Welcome. You are on our list now.")
    assert studio.today()[0] == "No sessions today, nothing to decide, all in sync 08:40"
    assert "08:40 Added: +44 7700 900106" in studio.today()
    assert len(studio.bubbles("Nadine")) == before
    assert studio.taps("Nadine", "Not now") == ["That is already answered. Nothing has changed."]


def test_not_now() -> None:
    studio = Studio()
    studio.says(AYANDA, "hi")
    assert studio.taps("Nadine", "Not now") == ["Left as it is."]
    assert studio.rows("Clients", "Status")[-1] == ("new",)
    assert "Decide" not in studio.today()


def test_someone_without_a_phone_number_makes_one_row() -> None:
    studio = Studio()
    studio.says("ZA.1234567890", "hello")
    studio.says("ZA.1234567890", "Ayanda Teal")
    studio.says("ZA.1234567890", "and Thursday?")
    assert studio.rows("Clients", "Name", "Phone")[3:] == [("Ayanda Teal", "")]
    studio.answers("Add as client")
    assert studio.says("ZA.1234567890", "bookings")[0].startswith("You have no sessions booked.")


def test_two_messages_in_one_delivery_make_one_row_and_one_question() -> None:
    studio = Studio()
    studio.says(AYANDA, "hello")
    studio.says(AYANDA, "anyone there")
    assert len(studio.rows("Clients", "Name")) == 4
    assert studio.today().count("[ ] | Add as client") == 1


def test_stop_from_someone_new() -> None:
    studio = Studio()
    studio.says(AYANDA, "hi")
    assert studio.says(AYANDA, "stop")[0].startswith("Done. You get no more automatic messages")
    assert studio.says(AYANDA, "and Thursday?") == []
    assert studio.says(AYANDA, "start")[0].startswith("Welcome back.")


def test_a_short_answer_when_newcomers_are_not_wanted() -> None:
    studio = Studio(settings="Newcomers | short answer\nMail comes from | hello@nowhere.example")
    assert studio.says(AYANDA, "hello")[0].endswith("call or mail us: hello@nowhere.example")
    assert len(studio.rows("Clients", "Name")) == 3
    assert studio.last("Nadine") == ""


def test_add_in_the_chat_sends_nothing() -> None:
    studio = Studio()
    assert studio.says("Nadine", "add Ayanda 44 7700 900106") == [
        ("Added: Ayanda, +44 7700 900106\nNothing was sent. Add the last name in Clients.\nTo take it back: undo 1")
    ]
    assert studio.last(AYANDA) == ""
    assert studio.says("Nadine", "add Ayanda 44 7700 900106") == [
        "Ayanda is already in Clients with +44 7700 900106. Nothing has changed."
    ]
    assert studio.says("Nadine", "add Ayanda 12345") == [
        "12345 is too short for a phone number. Use the form +27 XX XXX XXXX."
    ]


def test_a_message_to_someone_without_a_name_shows_the_number() -> None:
    studio = Studio()
    studio.says("+447700900106", "Hello, do you have a place?")
    assert ("out", "+44 7700 900106") in studio.rows("Messages", "Way", "Who")


def test_a_thousand_people_of_one_name_get_a_code_each_as_if_given_one_by_one() -> None:
    codes, taken = Codes(["THANDI03"]), {"THANDI03"}
    for n in range(1000):
        tail = n * 7 % 100
        wanted = next(f"THANDI{each:02d}" for each in itertools.count(tail) if f"THANDI{each:02d}" not in taken)
        assert codes.give("THANDI", tail) == wanted
        taken.add(wanted)
