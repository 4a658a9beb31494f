"""The texts: every word is there, renders strictly, passes the checks of the copy."""

import re

import pytest

from sheets_schema.texts import lint
from sheets_schema.texts.catalogue import aliases, load, part, render
from sheets_schema.texts.model import Button, Message, action_of, answer_of, names_in
from sheets_schema.texts.reading import languages
from sheets_schema.texts.vocabulary import client_intent, owner_verb

BOOKED = {
    "first": "Thandi", "type": "single", "when": "Wed 4 Nov at 09:00", "mins": "55", "place": "12 Nowhere Street",
    "booking": "b-19QD",
}  # fmt: skip


def test_every_text_of_every_language_passes_the_checks_of_the_copy() -> None:
    assert [line for code in languages().values() for line in lint.lint(code)] == []


def test_the_checks_run_as_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.main() == 0
    assert capsys.readouterr().out == ""


def test_a_booking_is_confirmed_with_a_way_out() -> None:
    confirmed = render("booking.confirmed", BOOKED)
    assert confirmed.text == (
        "Hi Thandi, your single session is booked for Wed 4 Nov at 09:00. It takes 55 minutes.\n"
        "Place: 12 Nowhere Street\n"
        "If this time does not suit you, tap below and it is free again."
    )
    assert [(b.label, b.id) for b in confirmed.buttons] == [("Reject this time", "reject_b-19QD")]


def test_the_owner_reads_what_was_understood() -> None:
    told = part("told.done", first="Thandi")
    answer = render(
        "answer.booked",
        {
            "name": "Thandi Maroon",
            "day": "Wed 4 Nov",
            "time": "09:00",
            "type": "single",
            "mins": "55",
            "told": told,
            "undo": "14",
        },
    )
    assert answer.text.split("\n") == [
        "Booked: Thandi Maroon",
        "*Wed 4 Nov, 09:00*, single, 55 min",
        "Thandi has been told.",
        "To take it back: undo 14",
    ]


def test_a_missing_an_empty_and_an_unknown_placeholder_name_themselves() -> None:
    with pytest.raises(ValueError, match=r"booking\.kept needs a value for \{when\}"):
        render("booking.kept", {})
    with pytest.raises(ValueError, match=r"booking\.kept needs a value for \{when\}"):
        render("booking.kept", {"when": ""})
    with pytest.raises(ValueError, match=r"booking\.kept has no placeholder \{fee\}"):
        render("booking.kept", {"when": "Wed 4 Nov at 09:00", "fee": "R250"})
    with pytest.raises(ValueError, match="No text called booking"):
        render("booking", {})
    with pytest.raises(ValueError, match="No texts in language 'xx'"):
        load("xx")


def test_optional_words_come_only_with_their_value() -> None:
    when = {"when": "Wed 4 Nov at 09:00"}
    bare = "Cancelled: *Wed 4 Nov at 09:00*. It costs you nothing."
    assert render("booking.cancelled_self", when).text == bare
    assert render("booking.cancelled_self", {**when, "next": ""}).text == bare
    more = render("booking.cancelled_self", {**when, "next": "Fri 6 Nov at 08:00"}).text
    assert more == f"{bare}\nYour next session is Fri 6 Nov at 08:00."


def test_an_optional_button_comes_only_with_its_value() -> None:
    day = {"day": "Tue 3 Nov", "sessions": "no sessions", "time": "06:00"}
    assert [b.label for b in render("digest.today_full", day).buttons] == ["Open the sheet"]
    busy = render("digest.today_full", {**day, "decide": "1 Lerato asks: Wed 4 Nov 08:00 to 09:00?", "n": "1"})
    assert [b.id for b in busy.buttons] == ["say_decide 1", "say_sheet"]


def test_what_people_type_is_never_read_as_a_text_of_ours() -> None:
    assert part("told.done", first="{name} [x]") == "{name} [x] has been told."
    assert part("told.done", first="Ntombi'khona\nThe Second Of Her Name") == "Ntombi'khona The... has been told."


def test_a_problem_fits_its_cell_whatever_was_typed() -> None:
    problem = part("problem.client_closest", word="x" * 50_000, name="Thandi Maroon")
    assert problem == "No client called xxxxxxxxx.... Closest: Thandi Maroon. Choose from the list."


def test_two_marys_are_buttons_and_four_are_a_list() -> None:
    def people(count: int) -> list[Button]:
        return [Button(label=f"Mary Green ..010{n}", id=f"answer_q-1_{n}", description="21 May") for n in range(count)]

    two = render("answer.which", {"word": "Mary", "question": "q-1"}, choices=people(2))
    assert [b.label for b in two.buttons] == ["Mary Green ..0100", "Mary Green ..0101", "Neither"]
    assert two.rows == ()
    four = render("answer.which", {"word": "Mary", "question": "q-1"}, choices=people(4))
    assert four.buttons == ()
    assert four.list_label == "Choose"
    assert [(r.label, r.id) for r in four.rows][-1] == ("None of these", "answer_q-1_no")
    crowd = render("answer.which", {"word": "Mary", "question": "q-1"}, choices=people(30))
    assert len(crowd.rows) == 10
    with pytest.raises(ValueError, match=r"booking\.kept takes no choices"):
        render("booking.kept", {"when": "Wed 4 Nov at 09:00"}, choices=people(1))


def test_a_long_label_gives_way_to_its_short_form() -> None:
    short = render("menu.bookings_none", {"owner": "Nadine"}).buttons[0].label
    long = render("menu.bookings_none", {"owner": "Bartholomea-Sue"}).buttons[0].label
    assert (short, long) == ("Talk to Nadine", "Talk to us")
    choice = Button(label="Wednesday 4 November 09:00", id="answer_q-1_1")
    cut = render("refuse.past", {}, choices=[choice]).buttons[0]
    assert (cut.label, cut.id) == ("Wednesday 4 Novem...", "answer_q-1_1")


def test_the_menu_is_a_list_and_the_invoice_a_paper() -> None:
    menu = render("menu.main", {"owner": "Nadine"})
    assert [(r.label, r.id) for r in menu.rows[:2]] == [
        ("My bookings", "say_bookings"),
        ("Cancel next", "say_cancel next"),
    ]
    assert menu.rows[-1].label == "Talk to Nadine"
    paper = render(
        "money.caption",
        {
            "doc": "INV-2026-00042",
            "studio": "Nowhere Street Pilates",
            "total": "R1,050",
            "due": "Wed 25 Nov",
            "ref": "THANDI07",
        },
    )
    assert paper.document == "INV-2026-00042 Nowhere Street Pilates.pdf"
    mail = render("alert.unshared", {"owner": "Nadine", "source": "robot@nowhere.example"})
    assert mail.subject == "We can no longer open your workbook"


def test_every_text_renders_at_its_longest_and_says_all_it_was_given() -> None:
    catalogue = load()
    for message in catalogue.messages.values():
        values = lint.longest(message, catalogue)
        text = render(message.key, values).text
        assert "{" not in text
        assert "[" not in text
        assert all(values[name][:4].strip() in text for name in names_in(message.text))


def test_the_checks_catch_what_they_are_for() -> None:
    catalogue = load()

    def hits(text: str, **other: object) -> set[str]:
        message = Message(**({"key": "x.y", "group": "bookings", "kind": "U", "text": text} | other))  # type: ignore[arg-type]
        return {line.split(": ")[1] for line in lint.check(message, catalogue)}

    assert hits("Hi {first}, we are glad to see you soon.") == set()
    assert hits("{first}, we are glad to see you soon.") == {"template"}
    assert hits("We are glad to see you soon, dear {first}.") == {"template"}
    assert hits("Come and see us soon {day} {time} in our studio by the lake.") == {"template"}
    assert hits("Hi {first}, come on {day}.") == {"template"}
    assert hits("Hi {first}, this is for {first} and for nobody else.") == {"template"}
    assert hits("Hi {first}, [it is so on {day}] here in our studio today.") == {"template"}
    assert hits("Please note that this error is INVALID! We say \u201csorry\u201d.") == {"banned", "signs"}
    assert hits("Hi {first}, buy a package with us today, it is a special one.") == {"selling"}
    assert hits("word " * 18) == {"sentence"}
    assert hits("A word. " * 50) == {"length"}
    assert hits("We are here.", buttons=(Button(label="A label that is far too long", id="say_x"),)) == {"buttons"}
    assert hits("We are here.", buttons=tuple(Button(label=n, id="say_x") for n in "abcd")) == {"buttons"}
    assert hits("We are here.", buttons=(Button(label="Go", id="go"),)) == {"buttons"}
    assert hits("Hi {nobody}.") == {"sample"}


def test_old_template_names_still_mean_something() -> None:
    assert aliases()["client_session_tomorrow_us"] == ("remind.tomorrow",)


def test_the_copy_keeps_what_the_first_releases_were_promised() -> None:
    catalogue = load()
    first_month = [
        m for m in catalogue.messages.values() if m.group in {"bookings", "money", "talk", "digests", "owner"}
    ]
    assert len(first_month) >= 113
    assert sum(m.is_template for m in first_month) == 49
    assert all(re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", m.key) for m in catalogue.messages.values())


def test_a_tap_says_what_it_is_about() -> None:
    assert action_of("reject_b-19QD") == ("reject", "b-19QD")
    assert answer_of("answer_q-19QD_yes") == ("q-19QD", "yes")
    assert answer_of("reject_b-19QD") == ("", "")


def test_a_button_that_speaks_says_words_we_understand() -> None:
    for message in load().messages.values():
        for button in (*message.buttons, *message.rows):
            verb, words = action_of(button.id)
            if verb != "say":
                continue
            if message.for_clients:
                assert client_intent(words), words
            else:
                assert owner_verb(words)[0], words
