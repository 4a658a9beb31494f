"""Read marks: on what we answer ourselves, with dots where the answer takes a moment, and nowhere else."""

from __future__ import annotations

import pytest

from studio_sync.rules.facts import NewsCame
from studio_sync.rules.marks import Mark, marks_of
from tests.unit.story import Studio

BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 09:00 | Thandi Maroon | booked | single | 300   | invoice
"""
ANSWERED = ("Thandi", "bookings")


def marks(studio: Studio, name: str, text: str, **more: str) -> list[Mark]:
    studio.effects.clear()
    studio.says(name, text, **more)
    return marks_of(studio.effects, studio.now)


@pytest.mark.parametrize(
    ("name", "text", "typing"),
    [
        ("Thandi", "bookings", False),
        ("Thandi", "are you a bot?", False),
        ("Thandi", "STOP", True),
        ("Thandi", "cancel next", True),
        ("Nadine", "Book Thandi tomorrow 10h00 single", True),
        ("Nadine", "today", False),
    ],
)
def test_what_we_answer_is_shown_as_read_with_dots_while_something_is_written(
    name: str, text: str, typing: bool
) -> None:
    studio = Studio(bookings=BOOKED)
    (mark,) = marks(studio, name, text)
    answer = studio.bubbles(name)[-1].send
    assert (mark.wamid, mark.answer, mark.typing) == (answer.answers, answer.key, typing)


@pytest.mark.parametrize("text", ["my knee hurts, what shall I do", "message Nadine hello"])
def test_what_a_person_is_to_read_stays_unread(text: str) -> None:
    assert marks(Studio(bookings=BOOKED), "Thandi", text) == []
    studio = Studio(bookings=BOOKED)
    studio.sends_voice("Thandi")
    assert marks_of(studio.effects, studio.now) == []


@pytest.mark.parametrize("mode", ["watch", "rehearse", "pilot"])
def test_nothing_shows_that_we_read_while_we_may_not_write(mode: str) -> None:
    studio = Studio(settings=f"Mode | {mode}", bookings=BOOKED)
    assert marks(studio, *ANSWERED) == []
    assert len(marks(studio, "Nadine", "today")) == 1


def test_none_in_a_chat_in_which_she_writes_herself_or_in_a_pause() -> None:
    studio = Studio(bookings=BOOKED)
    echo = {"phone": studio.number("Thandi"), "user_id": "", "form": "text", "text": "I am here"}
    studio.happens(NewsCame(key="news:e1", at=studio.now, field="smb_message_echoes", data=echo))
    assert marks(studio, *ANSWERED) == []
    studio = Studio(bookings=BOOKED)
    studio.says("Nadine", "pause")
    assert marks(studio, *ANSWERED) == []


def test_none_when_settings_say_so_and_none_for_what_comes_after_stop() -> None:
    assert marks(Studio(settings="Show as read | no", bookings=BOOKED), *ANSWERED) == []
    studio = Studio(bookings=BOOKED)
    studio.says("Thandi", "STOP")
    assert marks(studio, *ANSWERED) == []


def test_a_chat_that_was_closed_is_open_by_this_very_message() -> None:
    studio = Studio(bookings=BOOKED, open_chats=False)
    assert len(marks(studio, *ANSWERED)) == 1
