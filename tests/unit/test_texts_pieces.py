"""Long words are parted where a person would part them; nothing is lost and nothing is cut by WhatsApp."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.texts.pieces import pieces
from tests.unit.story import Studio


def test_a_text_that_fits_stays_whole() -> None:
    assert pieces("Hello.", 10, 10) == ("Hello.",)


def test_lines_come_before_sentences_and_sentences_before_words() -> None:
    assert pieces("One two.\nThree four. Five", 14, 14) == ("One two.", "Three four.", "Five")
    assert pieces("aaaa bbbb cccc", 9, 9) == ("aaaa bbbb", "cccc")
    assert pieces("x" * 25, 10, 10) == ("x" * 10, "x" * 10, "x" * 5)


@given(st.text(alphabet="ab. \n", max_size=120), st.integers(2, 30), st.integers(2, 30))
def test_every_part_fits_and_every_letter_is_there(text: str, most: int, last: int) -> None:
    found = pieces(text, most, last)
    assert all(len(piece) <= most for piece in found[:-1])
    assert len(found[-1]) <= last
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_day_too_long_for_one_message_comes_in_two_with_the_buttons_last() -> None:
    names = [f"Client With A Rather Long Name {n}" for n in range(30)]
    clients = "Id | Name | Phone | Status\n" + "\n".join(
        f"c-{n} | {name} | +44 7700 900{n + 300} | active" for n, name in enumerate(names)
    )
    rows = "Id | Date | Time | Client | State | Type | Price | Pay with\n" + "\n".join(
        f"b-{n} | Tue 3 Nov | {7 + n // 4:02}:{n % 4 * 15:02} | {name} | booked | single | 300 | invoice"
        for n, name in enumerate(names)
    )
    studio = Studio(now="Tue 3 Nov 06:40", clients=clients, bookings=rows)
    parts = studio.says("Nadine", "today")
    assert len(parts) >= 2
    assert "\n".join(parts).count("Single") == 30
    *first, last = studio.bubbles("Nadine")[-len(parts) :]
    assert (last.labels, {bubble.labels for bubble in first}) == (("Open the sheet",), {()})
    assert len(last.text) <= 1024
