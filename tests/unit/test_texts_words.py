"""Days, times, money, plurals and names as the house writes them; command words."""

from datetime import date, datetime

import pytest

from sheets_schema.texts import words
from sheets_schema.texts.vocabulary import client_intent, owner_verb, short_answer, vocabulary

TODAY = date(2026, 11, 3)


def test_days_and_times() -> None:
    nine = datetime(2026, 11, 4, 9, 0)  # noqa: DTZ001  local time, as words take it
    assert words.day(date(2026, 11, 4), TODAY) == "Wed 4 Nov"
    assert words.day(date(2027, 1, 1), TODAY) == "Fri 1 Jan 2027"
    assert words.when(nine, TODAY) == "Wed 4 Nov at 09:00"
    assert words.start(nine, TODAY) == "Wed 4 Nov 09:00"
    assert words.long_date(date(2026, 11, 4)) == "4 November 2026"
    assert words.period(date(2026, 10, 1)) == "October 2026"
    assert words.weekdays(date(2026, 11, 1)) == "Sundays"
    assert words.weekday_long(date(2026, 11, 4)) == "Wednesday"
    assert words.week_span(date(2026, 11, 9), date(2026, 11, 14), TODAY) == "Mon 9 to Sat 14 Nov"
    assert words.week_span(date(2026, 11, 30), date(2026, 12, 5), TODAY) == "Mon 30 Nov to Sat 5 Dec"


@pytest.mark.parametrize(
    ("cents", "chat", "sheet"),
    [
        (25000, "R250", "R250.00"), (105050, "R1,050.50", "R1,050.50"), (-25000, "-R250", "-R250.00"),
        (0, "R0", "R0.00"), (5, "R0.05", "R0.05"), (-5, "-R0.05", "-R0.05"), (123456700, "R1,234,567", "R1,234,567.00"),
    ],
)  # fmt: skip
def test_money(cents: int, chat: str, sheet: str) -> None:
    assert words.money_chat(cents, "R") == chat
    assert words.money_sheet(cents, "R") == sheet


def test_phones_are_grouped() -> None:
    assert words.phone_words("+447700900101") == "+44 7700 900101"
    assert words.phone_words("+27821234567") == "+27 82 123 4567"
    assert words.phone_words("not known") == "not known"
    assert words.person_label("Mary Green", "+447700900107") == "Mary Green ..0107"
    assert len(words.person_label("Bartholomea Longname-Smith", "+447700900107")) == 20


def test_counts_and_lists() -> None:
    assert [words.plural(n, "session") for n in (0, 1, 2, 1200)] == [
        "no sessions",
        "1 session",
        "2 sessions",
        "1,200 sessions",
    ]
    assert words.plural(0, "thing") == "nothing"
    with pytest.raises(ValueError, match="No plural of 'ox' in en"):
        words.plural(2, "ox")
    assert words.join([]) == ""
    assert words.join(["Thandi"]) == "Thandi"
    assert words.join(["Thandi", "Sipho", "Zoë"]) == "Thandi, Sipho and Zoë"
    assert words.at_most(["a", "b"], 5) == ("a", "b")
    assert words.at_most(list("abcdefgh"), 5) == ("a", "b", "c", "d", "e", "and 3 more")
    assert words.capital("duo") == "Duo"
    assert words.type_word("duo") == "duo"
    assert words.type_word("barre") == "barre"


def test_decide_lines_are_cut_at_words() -> None:
    assert words.wrap("Lerato asks: Wed 4 Nov 08:00 to 09:00?", 32) == ("Lerato asks: Wed 4 Nov 08:00 to", "09:00?")
    assert words.wrap("") == ("",)
    assert words.wrap("a " + "x" * 10, 4) == ("a", "xxxx", "xxxx", "xx")
    assert words.wrap("x" * 8, 4) == ("xxxx", "xxxx")


@pytest.mark.parametrize("line", ["STOP", "stop", " Stop. ", "UNSUBSCRIBE", "OPT OUT", "opt-out"])
def test_stop_is_heard_however_it_is_written(line: str) -> None:
    assert client_intent(line) == "stop"


def test_client_words() -> None:
    assert client_intent("My Bookings") == "bookings"
    assert client_intent("cancel next") == "cancel_next"
    assert client_intent("I\u2019m sick") == "sick"
    assert client_intent("Hi!") == "menu"
    assert client_intent("START") == "start"
    # A word inside another is no command.
    assert client_intent("I am obsessed with sessions of yoga") == ""
    assert short_answer("Skip") == "skip"
    assert client_intent("yes") == ""


def test_owner_words_take_the_longest_verb() -> None:
    assert owner_verb("Book Thandi tomorrow 09h00 single") == ("book", "thandi tomorrow 09h00 single")
    assert owner_verb("cancel all thu burst pipe") == ("cancel_all", "thu burst pipe")
    assert owner_verb("go live") == ("go_live", "")
    assert owner_verb("undo 14") == ("undo", "14")
    assert owner_verb("bookkeeping") == ("", "bookkeeping")
    assert "no show" in vocabulary().owner_after_name["no_show"]


def test_a_language_we_do_not_speak_is_said_so() -> None:
    with pytest.raises(ValueError, match="xx"):
        vocabulary("xx")
    with pytest.raises(ValueError, match="xx"):
        words.day(TODAY, TODAY, "xx")
