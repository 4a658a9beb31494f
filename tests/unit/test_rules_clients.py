"""Clients write and tap: bookings, cancelling, STOP in every state, a word for the owner."""

from __future__ import annotations

import pytest

from studio_sync.rules.facts import NewsCame
from tests.unit.story import Studio

WEEK = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 17:00 | Thandi Maroon | booked | single | 300   | invoice
    b-2 | Fri 6 Nov | 08:00 | Thandi Maroon | booked | duo    | 250   | invoice
    b-3 | Fri 6 Nov | 08:00 | Sipho Amber   | booked | duo    | 250   | invoice
    b-4 | Fri 6 Nov | 17:00 | Thandi Maroon | booked | single | 300   | invoice
"""


def test_bookings() -> None:
    studio = Studio(bookings=WEEK)
    assert studio.says("Thandi", "bookings") == [
        (
            "Your next sessions:\n*Wed 4 Nov 17:00*, single\n*Fri 6 Nov 08:00*, duo\n*Fri 6 Nov 17:00*, single\n"
            "To give one back, send cancel and the day, such as cancel Fri 17:00."
        )
    ]
    assert studio.buttons("Thandi") == ("Cancel next", "Menu")


def test_no_bookings() -> None:
    studio = Studio()
    assert studio.says("Thandi", "bookings") == [
        "You have no sessions booked. Write a day and time you like and Nadine will answer."
    ]


def test_cancel_next_in_time_is_free() -> None:
    studio = Studio(bookings=WEEK)
    assert studio.says("Thandi", "cancel next") == [
        "Cancelled: *Wed 4 Nov at 17:00*. It costs you nothing.\nYour next session is Fri 6 Nov at 08:00."
    ]
    assert (
        studio.last("Nadine") == "Thandi Maroon cancelled *Wed 4 Nov at 17:00* (32 h before, free). The place is open."
    )
    assert studio.row("Bookings", "b-1", "State") == "cancelled"
    assert studio.diary() == ["Fri 6 Nov 08:00 Duo: Thandi, Sipho (2/2)", "Fri 6 Nov 17:00 Single: Thandi"]
    assert studio.taps("Nadine", "Offer to list") == [
        "Nobody is on a waiting list for *Wed 4 Nov at 17:00*. The place stays open."
    ]


def test_the_other_person_of_a_duo_stays() -> None:
    studio = Studio(bookings=WEEK)
    studio.says("Thandi", "cancel Fri 08:00")
    assert studio.row("Bookings", "b-2", "State") == "cancelled"
    assert "Fri 6 Nov 08:00 Duo: Sipho (1/2)" in studio.diary()


def test_cancel_next_too_late_names_the_cost_first() -> None:
    studio = Studio(bookings=WEEK, now="Tue 3 Nov 18:00")
    assert studio.says("Thandi", "cancel next") == [
        "*Wed 4 Nov at 17:00* is less than 24 hours away. Cancelling now costs R300. Cancel it anyway?"
    ]
    assert studio.buttons("Thandi") == ("Cancel anyway", "Keep my session")
    assert studio.row("Bookings", "b-1", "State") == "booked"
    assert studio.taps("Thandi", "Cancel anyway") == [
        (
            "Cancelled: *Wed 4 Nov at 17:00*. It was less than 24 hours before, so it costs R300.\n"
            "Your next session is Fri 6 Nov at 08:00."
        )
    ]
    assert studio.row("Bookings", "b-1", "State") == "late cancel"
    assert studio.last("Nadine").endswith("(23 h before, so it costs R300). The place is open.")


def test_keep_my_session() -> None:
    studio = Studio(bookings=WEEK, now="Tue 3 Nov 18:00")
    studio.says("Thandi", "cancel next")
    assert studio.taps("Thandi", "Keep my session") == ["Good. You are still booked for *Wed 4 Nov at 17:00*."]
    assert studio.taps("Thandi", "Cancel anyway")[0].startswith("That button belonged to Wed 4 Nov at 17:00")
    assert studio.row("Bookings", "b-1", "State") == "booked"


def test_cancel_a_day_with_two_sessions_asks_which() -> None:
    studio = Studio(bookings=WEEK)
    assert studio.says("Thandi", "cancel Fri") == ["Which one? You have two sessions that fit."]
    assert studio.buttons("Thandi") == ("Fri 6 Nov 08:00", "Fri 6 Nov 17:00", "Keep both")
    studio.taps("Thandi", "Fri 6 Nov 17:00")
    assert studio.row("Bookings", "b-4", "State") == "cancelled"
    assert studio.taps("Thandi", "Keep both") == ["Left as it is."]
    assert studio.row("Bookings", "b-2", "State") == "booked"


def test_no_session_fits() -> None:
    studio = Studio(bookings=WEEK)
    assert studio.says("Thandi", "cancel Thu 08:00") == [
        (
            "We found no session of yours on Thu 5 Nov 08:00. These are your next ones: "
            "Wed 4 Nov 17:00, Fri 6 Nov 08:00, Fri 6 Nov 17:00"
        )
    ]
    assert studio.says("Thandi", "cancel Mon 25:00") == ["25:00 is not a time. Send it like 09:00."]


def test_stop_and_start() -> None:
    studio = Studio(bookings=WEEK)
    assert studio.says("Thandi", "STOP") == [
        (
            "Done. You get no more automatic messages from Nowhere Street Pilates, reminders included. "
            "Nadine can still answer you. Send START to turn them on again."
        )
    ]
    assert studio.row("Clients", "c-THANDI", "Messages") == "stopped"
    assert "Thandi was not told: no messages wanted." in studio.says("Nadine", "Book Thandi thu 9 single")[0]
    studio.clock("20:00")
    assert studio.last("Thandi").startswith("Done.")
    assert studio.taps("Thandi", "Start again") == ["Welcome back. Your reminders and booking messages are on again."]
    assert studio.row("Clients", "c-THANDI", "Messages") == "all"


def test_stop_is_heard_while_a_question_waits() -> None:
    studio = Studio(bookings=WEEK, now="Tue 3 Nov 18:00")
    studio.says("Thandi", "cancel next")
    studio.says("Thandi", "unsubscribe")
    assert studio.row("Clients", "c-THANDI", "Messages") == "stopped"
    assert studio.row("Bookings", "b-1", "State") == "booked"


@pytest.mark.parametrize("status", ["active", "paused", "left", "new"])
def test_stop_works_whatever_the_status(status: str) -> None:
    clients = f"Id | Name | Phone | Status\nc-1 | Thandi Maroon | +44 7700 900101 | {status}"
    studio = Studio(clients=clients)
    assert studio.says("Thandi", "Opt out")[0].startswith("Done. You get no more")
    assert studio.row("Clients", "c-1", "Messages") == "stopped"
    assert studio.says("Thandi", "START") == ["Welcome back. Your reminders and booking messages are on again."]


def test_words_for_the_owner_are_passed_on() -> None:
    studio = Studio()
    assert studio.says("Thandi", "message Nadine can I bring a friend?") == [
        "Nadine has your message and will answer here."
    ]
    assert "Thandi Maroon writes: can I bring a friend?. Answer here" in studio.last("Nadine")
    assert studio.says("Thandi", "message Nadine") == [
        "What shall we tell Nadine? Write it after the name, such as: message Nadine can I bring a friend?"
    ]
    assert studio.says("Thandi", "is there parking") == ["Nadine has your message and will answer here."]


def test_a_voice_note_gets_an_honest_answer() -> None:
    studio = Studio()
    assert studio.sends_voice("Thandi")[0].startswith("Thank you for the voice note. Only Nadine can listen to it")
    assert "Thandi Maroon sent a voice note" in studio.last("Nadine")


def test_menu_and_bot() -> None:
    studio = Studio()
    assert studio.says("Thandi", "menu") == ["What can we do for you?"]
    assert studio.buttons("Thandi")[0] == "My bookings"
    assert studio.taps("Thandi", "Questions")[0].startswith("Sessions take 55 minutes. Cancel at least 24 hours before")
    assert studio.says("Thandi", "are you a bot?")[0].startswith("These messages are written by the studio")
    assert studio.says("Thandi", "what do I owe") == ["You owe nothing. Thank you."]


def test_buttons_of_a_reminder_act_on_their_own_session() -> None:
    studio = Studio(bookings=WEEK)
    studio.clock("20:00")
    assert studio.taps("Thandi", "I'll be there") == ["Lovely. See you on *Wed 4 Nov at 17:00*."]
    assert studio.taps("Thandi", "Can't make it")[0].startswith("*Wed 4 Nov at 17:00* is less than 24 hours away.")
    studio.taps("Thandi", "Keep my session")
    studio.clock("Wed 4 Nov 16:05")
    assert studio.taps("Thandi", "Running late") == [
        "Thank you, Nadine knows you are running late. The session still ends on time."
    ]
    assert "Thandi Maroon is running late for Wed 4 Nov at 17:00" in studio.last("Nadine")


def test_two_people_on_one_phone_hear_of_their_own_sessions_only() -> None:
    studio = Studio(bookings=WEEK)
    studio.says("Sipho", "bookings")
    assert "Fri 6 Nov 08:00" in studio.last("Sipho")
    assert "Wed 4 Nov" not in studio.last("Sipho")


def test_every_message_is_a_row_with_its_reason() -> None:
    studio = Studio(bookings=WEEK)
    studio.says("Thandi", "bookings")
    rows = studio.rows("Messages", "Way", "Who", "Text", "Why")
    assert rows[0] == ("in", "Thandi Maroon", "bookings", "Thandi Maroon wrote at 08:40.")
    assert rows[1][:2] == ("out", "Thandi Maroon")
    assert rows[1][3].startswith('Answer to "bookings".\nThandi Maroon wrote at 08:40.\nMode live. Chat open until')


def test_a_wish_told_to_whatsapp_itself_counts() -> None:
    studio = Studio()
    data = {"phone": "+447700900101", "category": "marketing_messages", "value": "stop"}
    studio.happens(NewsCame(key="news:1", at=studio.now, field="user_preferences", data=data))
    assert studio.row("Clients", "c-THANDI", "Messages") == "bookings only"
    assert studio.row("Clients", "c-THANDI", "Consent") == "no"


def test_what_she_writes_from_the_phone_is_a_row_too() -> None:
    studio = Studio()
    data = {"phone": "+447700900101", "form": "text", "text": "See you at nine"}
    studio.happens(NewsCame(key="news:2", at=studio.now, field="smb_message_echoes", data=data))
    assert studio.rows("Messages", "Way", "Who", "Text", "State") == [
        ("out", "Thandi Maroon", "See you at nine", "sent")
    ]
