"""The first word to someone, STOP in every state, and the owner's own word after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.story import Studio

BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 12:00 | Thandi Maroon | booked | single | 300   | invoice
"""
CAME = "    b-9 | Thu 1 Oct | 08:00 | Thandi Maroon | came | duo | 250 | invoice\n"
DRAFT = """
    Id  | Client        | From  | To     | State
    i-1 | Thandi Maroon | 1 Oct | 31 Oct | draft
"""
FIRST = (
    "Hi Thandi, this is Nowhere Street Pilates. Your number is in the client list of Nadine. Your booking messages now "
    "come from here, and Nadine reads your answers. Send STOP to end them."
)


def test_the_first_message_is_led_by_who_we_are_where_the_number_is_from_and_stop() -> None:
    studio = Studio(open_chats=False)
    studio.says("Nadine", "Book Thandi tomorrow 9 single")
    first, booked = studio.bubbles("Thandi")
    assert first.text == FIRST
    assert first.labels == ("My bookings", "Stop messages")
    assert booked.text.startswith("Hi Thandi, your single session is booked")
    studio.says("Nadine", "Book Thandi Thu 9 single")
    assert [bubble.text for bubble in studio.bubbles("Thandi")].count(FIRST) == 1


def test_who_wrote_to_us_knows_us() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 9 single")
    assert len(studio.bubbles("Thandi")) == 1


@pytest.mark.parametrize(
    ("word", "state"),
    [
        *((word, "active") for word in ("STOP", "unsubscribe", "Opt out", "OPT-OUT", "stop.")),
        *(("STOP", state) for state in ("paused", "new", "left", "asked")),
    ],
)
def test_stop_works_in_every_state_and_start_again(word: str, state: str) -> None:
    studio = Studio(bookings=BOOKED, settings="My diary moves | ask client")
    if state == "asked":
        studio.drags("Thandi", "Wed 4 Nov 14:00")
    else:
        studio.tables["clients"]["c-THANDI"]["status"] = state
    assert studio.says("Thandi", word)[-1].startswith("Done. You get no more automatic messages")
    assert studio.row("Clients", "c-THANDI", "Messages") == "stopped"
    told = len(studio.bubbles("Thandi"))
    studio.clock("20:10")
    assert len(studio.bubbles("Thandi")) == told
    studio.says("Thandi", "start")
    assert studio.row("Clients", "c-THANDI", "Messages") == "all"


def test_her_own_tick_after_stop_goes_after_one_question() -> None:
    studio = Studio()
    studio.says("Thandi", "STOP")
    ident = next(i for i, row in studio.tables["messages"].items() if row.get("way") == "in")
    studio.edits("Messages", ident, Reply="Your towel is still here", Send=True)
    assert "Your towel is still here" not in studio.last("Thandi")
    assert any("Thandi Maroon wants no messages. Send" in line for line in studio.today())
    studio.answers("Send it")
    assert studio.last("Thandi") == "Your towel is still here"
    assert "the owner said to send it all the same" in studio.why("Thandi")


@pytest.mark.parametrize(
    ("tab", "ident", "column", "cell", "says", "waits", "done"),
    [
        ("Clients", "c-THANDI", "Remind", "Sent", "single session is tomorrow", "sending...", "reminder sent 08:40"),
        ("Bookings", "b-1", "Tell", "Told", "is booked for Wed 4 Nov", "telling...", "told 08:40"),
        ("Invoices", "i-1", "Send", "Sent", "here is invoice INV-2026-00042", "sending...", "sent 08:40"),
    ],
)
def test_her_tick_on_remind_tell_or_send_after_stop_goes_after_one_question_too(
    tab: str, ident: str, column: str, cell: str, says: str, waits: str, done: str
) -> None:
    studio = Studio(bookings=BOOKED.rstrip(" ") + CAME, invoices=DRAFT)
    studio.says("Thandi", "STOP")
    studio.ticks(tab, ident, column)
    assert says not in studio.last("Thandi")
    assert studio.row(tab, ident, cell) == "not sent: no messages wanted"
    assert sum("Thandi Maroon wants no messages. Send" in line for line in studio.today()) == 1
    studio.answers("Send it")
    assert says in studio.last("Thandi")
    assert studio.row(tab, ident, cell) == waits
    studio.reports("Thandi", "sent")
    assert studio.row(tab, ident, cell) == done
    assert studio.row("Clients", "c-THANDI", "Messages") == "stopped"
    studio.clock("20:10")
    assert len([b for b in studio.bubbles("Thandi") if b.send.text.startswith("remind.")]) == (tab == "Clients")


def test_whatsapps_own_stop_ends_news_and_nothing_else() -> None:
    studio = Studio(bookings=BOOKED)
    studio.says("Nadine", "Book Thandi Thu 9 single")
    studio.reports("Thandi", "failed", code=131050)
    assert studio.row("Clients", "c-THANDI", "Messages") == "bookings only"
    assert studio.row("Clients", "c-THANDI", "Consent") == "no"
    studio.clock("20:10")
    assert "tomorrow" in studio.last("Thandi")


def test_someone_without_a_number_is_reminded_by_user_id() -> None:
    studio = Studio(bookings=BOOKED, open_chats=False)
    thandi = studio.tables["clients"]["c-THANDI"]
    user = "GB.13491208655302741918"
    thandi |= {"phone": "", "user_id": user, "last_seen": 46300.0}
    studio.clock("20:05")
    assert studio.last(user).startswith("Hi Thandi, your first session with us is tomorrow")
    assert studio.bubbles(user)[-1].out.to == user


def test_a_button_pressed_weeks_later_acts_on_the_booking_it_belonged_to() -> None:
    rows = BOOKED.replace("Wed 4 Nov", "Thu 26 Nov").rstrip() + (
        "\n    b-2 | Wed 4 Nov  | 10:00 | Thandi Maroon | booked | single | 300   | invoice\n"
    )
    studio = Studio(bookings=rows)
    studio.says("Nadine", "Book Thandi Fri 27 Nov 9 single")
    studio.now += timedelta(days=17)  # no tick of these days matters here
    assert "Fri 27 Nov" in studio.taps("Thandi", "Reject this time")[-1]
    assert studio.row("Bookings", "b-1", "State") == "booked"
