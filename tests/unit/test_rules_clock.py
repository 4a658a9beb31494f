"""The clock: digests and reminders, each once, at each row's own time, never after the session."""

from __future__ import annotations

import pytest

from tests.unit.story import Studio

DAY = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-0 | Mon 2 Nov | 08:00 | Thandi Maroon | came   | duo    | 250   | invoice
    b-1 | Tue 3 Nov | 08:00 | Thandi Maroon | booked | duo    | 250   | invoice
    b-2 | Tue 3 Nov | 17:00 | Zoë Umber     | booked | single | 300   | invoice
    b-3 | Wed 4 Nov | 09:00 | Thandi Maroon | booked | single | 300   | invoice
    b-4 | Wed 4 Nov | 10:00 | Sipho Amber   | booked | single | 300   | invoice
"""


def test_the_morning_line_and_the_whole_day_after_the_tap() -> None:
    studio = Studio(now="Tue 3 Nov 05:55", bookings=DAY, open_chats=False)
    assert studio.clock("06:00") == ["digest.morning"]
    assert studio.last("Nadine") == (
        "Good morning Nadine, you have 2 sessions today, the first at 08:00, and nothing to decide. "
        "Tap below for the whole day."
    )
    assert studio.bubbles("Nadine")[-1].form == "template"
    assert studio.taps("Nadine", "Show today") == [
        ("*Tue 3 Nov: 2 sessions*\n08:00 Duo: Thandi\n17:00 Single: Zoë (first time)\n\nSheet and diary agree, 06:00.")
    ]
    assert studio.clock("07:00") == ["remind.next_hour"]


def test_an_empty_day_still_sends_its_line() -> None:
    studio = Studio(now="Tue 3 Nov 05:55", open_chats=False)
    studio.clock("06:00")
    assert studio.last("Nadine").startswith("Good morning Nadine, you have no sessions today and nothing to decide.")


def test_admin_phones_get_the_line_too() -> None:
    studio = Studio(now="Tue 3 Nov 05:55", settings="Admin numbers | +44 7700 900198, +44 7700 900199")
    studio.clock("06:00")
    assert studio.last("+447700900198").startswith("Good morning")
    assert len(studio.bubbles("Nadine")) == 1


def test_the_next_hour_at_each_rows_own_time() -> None:
    studio = Studio(now="Tue 3 Nov 06:55", bookings=DAY)
    assert studio.clock("07:05") == ["digest.morning", "remind.next_hour"]
    assert studio.last("Thandi") == (
        "Hi Thandi, your duo session starts today at 08:00.\nPlace: 12 Nowhere Street\n"
        "It is kept for you, so missing it costs R250 now."
    )
    studio.reports("Thandi", "sent")
    assert studio.row("Bookings", "b-1", "Reminded") == "3 Nov 07:05"
    assert studio.clock("15:55") == []
    assert studio.clock("16:00") == ["remind.next_hour"]
    assert studio.last("Zoë").startswith("Hi Zoë, your single session starts today at 17:00.")


def test_the_night_before_says_what_it_costs_and_greets_first_timers() -> None:
    studio = Studio(now="Tue 3 Nov 19:55", bookings=DAY)
    assert sorted(studio.clock("20:00")) == ["digest.evening", "remind.tomorrow", "remind.tomorrow"]
    assert studio.last("Thandi") == (
        "Hi Thandi, your single session is tomorrow, Wed 4 Nov at 09:00.\nPlace: 12 Nowhere Street\n"
        "It is less than 24 hours away, so missing it costs R300 from now on."
    )
    assert studio.last("Sipho").startswith("Hi Sipho, your first session with us is tomorrow, Wed 4 Nov at 10:00.")
    assert studio.last("Nadine").startswith("Good evening Nadine, you have 2 sessions tomorrow, the first at 09:00")
    assert studio.taps("Nadine", "Show tomorrow")[0].startswith("*Wed 4 Nov: 2 sessions*\n09:00 Single: Thandi")


@pytest.mark.parametrize(
    ("settings", "start"),
    [
        ("No-show costs | 0", "Hi Thandi, a reminder: your single session with us is tomorrow, Wed 4 Nov at 09:00."),
        (
            "Cancel free until | 6",
            (
                "Hi Thandi, your single session is tomorrow, Wed 4 Nov at 09:00.\nPlace: 12 Nowhere "
                "Street\nFree to cancel until Wed 4 Nov at 03:00. After that it costs R300"
            ),
        ),
    ],
)
def test_the_words_of_the_night_before_follow_settings(settings: str, start: str) -> None:
    studio = Studio(now="Tue 3 Nov 19:55", bookings=DAY, settings=settings)
    studio.clock("20:00")
    assert studio.last("Thandi").startswith(start)


def test_none_comes_twice_and_none_for_what_was_cancelled_or_moved_meanwhile() -> None:
    studio = Studio(now="Tue 3 Nov 19:55", bookings=DAY)
    studio.edits("Bookings", "b-4", State="cancelled")
    studio.clock("20:05")
    studio.clock("20:20")
    assert len(studio.bubbles("Thandi")) == 1
    assert studio.last("Sipho") == ""
    studio.edits("Bookings", "b-3", Time="12:00")
    assert studio.clock("Wed 4 Nov 08:30") == ["remind.tomorrow", "digest.morning"]
    assert studio.clock("Wed 4 Nov 11:00") == ["remind.next_hour"]
    assert "starts today at 12:00" in studio.last("Thandi")


def test_no_reminder_right_after_booking() -> None:
    studio = Studio(now="Tue 3 Nov 20:10", bookings=DAY)
    studio.says("Nadine", "Book Zoe tomorrow 12:00 single")
    assert "remind.tomorrow" in studio.clock("20:25")
    assert [b.send.text for b in studio.bubbles("Zoë")] == ["booking.confirmed"]


def test_paused_clients_and_those_who_left_are_not_reminded() -> None:
    studio = Studio(now="Tue 3 Nov 19:55", bookings=DAY)
    studio.edits("Clients", "c-THANDI", Status="paused")
    studio.edits("Clients", "c-SIPHO", Status="left")
    studio.clock("20:10")
    assert (studio.last("Thandi"), studio.last("Sipho")) == ("", "")


def test_reminders_turned_off() -> None:
    studio = Studio(now="Tue 3 Nov 06:00", bookings=DAY, settings="Remind the night before |\nRemind before |")
    assert studio.clock("23:00") == ["digest.morning", "digest.evening"]


def test_a_closed_chat_gets_the_approved_message() -> None:
    studio = Studio(now="Tue 3 Nov 19:55", bookings=DAY, open_chats=False)
    studio.clock("20:00")
    assert studio.bubbles("Thandi")[-1].form == "template"
    assert "Chat closed, so an approved message was used: " in studio.why("Thandi")
    assert studio.why("Thandi").startswith("The clock: Remind the night before, due at 20:00.")
