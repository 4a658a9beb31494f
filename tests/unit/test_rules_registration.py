"""Someone new tells who they are: in a few questions, or in a form; nothing typed meanwhile is swallowed."""

from __future__ import annotations

import pytest

from studio_sync.rules.facts import MessageCame
from studio_sync.rules.registration import fields_of
from tests.unit.story import Studio

AYANDA = "+447700900106"
FORM = "Registration form | 1234567890"


def accepted(settings: str = "", name: str = "Ayanda Teal") -> Studio:
    """Ayanda wrote, and Nadine put her on the list."""
    studio = Studio(settings=settings)
    studio.says(AYANDA, "hi")
    if name:
        studio.says(AYANDA, name)
    studio.taps("Nadine", "Add as client")
    return studio


def sends_form(studio: Studio, phone: str, answers: str, choice: str = "") -> None:
    studio.happens(
        MessageCame(key=studio.key("wamid."), at=studio.now, phone=phone, form="flow", text=answers, choice=choice)
    )


def row(studio: Studio) -> tuple[str, ...]:
    return studio.rows("Clients", "Name", "Birthday", "Email", "Status")[-1]


def test_two_questions_ride_along_with_the_welcome() -> None:
    studio = accepted()
    assert studio.last(AYANDA) == (
        "Welcome, Ayanda. You are on our list now. When is your birthday? Day and month are enough, such as 21 May. "
        "Or send skip."
    )
    assert studio.says(AYANDA, "3rd of May") == ["Is there an email for your invoices? Or send skip."]
    assert studio.says(AYANDA, "Ayanda@nowhere.example") == [
        "Thank you, Ayanda. That is all we need. Send bookings to see your sessions, or menu for all we can do here."
    ]
    assert row(studio) == ("Ayanda Teal", "3 May", "Ayanda@nowhere.example", "active")
    # "skip" means again what it means to every client: not coming
    assert studio.says(AYANDA, "skip")[0].startswith("You have no sessions booked.")


def test_without_a_name_that_is_asked_first() -> None:
    studio = accepted(name="")
    assert studio.last(AYANDA) == "Welcome. You are on our list now. What is your name?"
    assert studio.says(AYANDA, "Ayanda Teal")[0].startswith("Thank you, Ayanda. When is your birthday?")
    assert studio.says(AYANDA, "skip") == ["Is there an email for your invoices? Or send skip."]
    assert studio.says(AYANDA, "Skip.")[0].startswith("Thank you, Ayanda. That is all we need.")
    assert row(studio) == ("Ayanda Teal", "", "", "active")


def test_stop_and_every_other_word_mean_the_same_while_we_wait() -> None:
    studio = accepted()
    assert studio.says(AYANDA, "bookings")[0].startswith("You have no sessions booked.")
    assert studio.says(AYANDA, "Is Thursday free?") == ["Nadine has your message and will answer here."]
    assert "Ayanda Teal writes: Is Thursday free?" in studio.last("Nadine")
    assert studio.says(AYANDA, "STOP")[0].startswith("Done. You get no more automatic messages")
    assert studio.rows("Clients", "Messages")[-1] == ("stopped",)
    assert studio.says(AYANDA, "start")[0].startswith("Welcome back.")
    assert studio.says(AYANDA, "21 May") == ["Is there an email for your invoices? Or send skip."]


def test_what_is_no_birthday_goes_to_the_owner_and_we_still_wait() -> None:
    studio = accepted()
    assert studio.says(AYANDA, "30 Feb") == ["Nadine has your message and will answer here."]
    assert studio.says(AYANDA, "28 Feb") == ["Is there an email for your invoices? Or send skip."]


def test_the_question_stands_in_the_sheet_and_ends_after_a_week() -> None:
    studio = accepted()
    assert studio.rows("Questions", "Key", "State")[-1] == ("register", "open")
    assert "birthday" not in " ".join(studio.today())
    studio.clock("Wed 11 Nov 09:00")
    assert studio.rows("Questions", "Key", "State")[-1] == ("register", "expired")
    assert studio.says(AYANDA, "21 May") == ["Nadine has your message and will answer here."]


def test_nobody_is_asked_when_settings_say_no() -> None:
    studio = accepted("Ask new clients | no")
    assert studio.last(AYANDA).startswith("Welcome, Ayanda. You are on our list now. Send bookings")


# -- the form


def test_a_form_opens_in_the_chat_and_its_answers_become_the_row() -> None:
    studio = accepted(FORM)
    out = studio.bubbles(AYANDA)[-1].out
    assert (out.form, out.body.split(".")[0]) == ("flow", "Welcome, Ayanda")
    assert out.flow is not None
    assert (out.flow.id, out.flow.label, out.flow.screen) == ("1234567890", "Fill in", "NEW_CLIENT")
    assert out.flow.data == {"name": "Ayanda Teal", "ask_phone": False}
    sends_form(studio, AYANDA, "name: Ayanda Teal\nbirthday: 3/5/1990\nemail: a@nowhere.example", out.flow.mark)
    assert row(studio) == ("Ayanda Teal", "3 May 1990", "a@nowhere.example", "active")
    assert studio.last(AYANDA).startswith("Thank you, Ayanda. That is all we need.")
    assert studio.rows("Questions", "Key", "State")[-1] == ("register", "answered")


def test_a_form_may_come_back_without_its_mark_and_with_what_cannot_be_read() -> None:
    studio = accepted(FORM)
    sends_form(studio, AYANDA, "birthday: soon\nshoe: 41")
    assert studio.tables["clients"][list(studio.tables["clients"])[-1]]["birthday"] == "soon"
    assert "Clients, Ayanda Teal: soon does not exist. Type day and month" in " ".join(studio.today())


def test_the_owner_adds_someone_by_form() -> None:
    studio = Studio(settings=FORM)
    assert studio.says("Nadine", "add client") == ["New client: name, number, birthday."]
    out = studio.bubbles("Nadine")[-1].out
    assert out.flow is not None
    assert out.flow.data == {"name": "", "ask_phone": True}
    sends_form(
        studio,
        studio.number("Nadine"),
        "screen_0_Client_Name_0: Ayanda Teal\nscreen_0_Mobile_1: 07700 900106\nscreen_0_DOB_2: 3 May",
        out.flow.mark,
    )
    assert row(studio) == ("Ayanda Teal", "3 May", "", "active")
    assert studio.last("Nadine").startswith("Added: Ayanda Teal, +44 7700 900106")
    assert studio.says("Nadine", "undo 1")[0].startswith("Taken back")


def test_without_a_form_the_owner_is_told_how_to_type_it() -> None:
    studio = Studio()
    assert "add Ayanda 44 7700 900106" in studio.says("Nadine", "add client")[0]


@pytest.mark.parametrize("answers", ["name: \nphone: ", "phone: 12\nname: X Y", "\x00", "name", ":::"])
def test_a_form_of_any_content_breaks_nothing(answers: str) -> None:
    studio = accepted(FORM)
    sends_form(studio, AYANDA, answers, "answer_q-none_form")
    sends_form(studio, studio.number("Nadine"), answers, "answer_")
    assert set(fields_of(answers)) <= {"name", "phone"}
