"""The first word to someone, STOP in every state, and the owner's own word after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studio_sync.rules.facts import NewsCame
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


# -- one person, several addresses

WITH_9, WITHOUT_9 = "+5511987654321", "+551187654321"


def person(**cells: str) -> Studio:
    """Thandi by other addresses, never heard of; everybody else's chats are closed too."""
    studio = Studio(bookings=BOOKED, open_chats=False)
    studio.tables["clients"]["c-THANDI"] |= {"last_seen": 46300.0, **cells}
    return studio


def form_of_the_next(studio: Studio, address: str) -> str:
    """How a message leaves for Thandi now: as free text, or as a template."""
    told = len(studio.phones.get(address, ()))
    studio.says("Nadine", f"Book Thandi Fri {9 + told} single")
    assert len(studio.phones[address]) > told
    return studio.phones[address][-1].form


@pytest.mark.parametrize(
    ("stored", "written_from"),
    [
        (WITH_9, WITHOUT_9),
        (WITHOUT_9, WITH_9),
        ("+525512345678", "+5215512345678"),
        ("+5491123456789", "+541123456789"),
    ],
)
def test_a_chat_is_open_in_whichever_form_the_number_is_written(stored: str, written_from: str) -> None:
    # fact: 0 brazil
    studio = person(phone=stored)
    phone = studio.number("Thandi")
    assert form_of_the_next(studio, phone) == "template"
    assert studio.says(written_from, "bookings") != []
    assert form_of_the_next(studio, phone) == "text"
    studio.now += timedelta(hours=25)
    assert studio.snap.last_heard(phone) == studio.snap.last_heard(written_from)
    assert form_of_the_next(studio, phone) == "template"


def test_a_chat_is_open_for_the_number_of_who_wrote_without_one() -> None:
    studio = person(user_id="GB.13491208655302741918")
    phone = studio.number("Thandi")
    assert form_of_the_next(studio, phone) == "template"
    studio.says("GB.13491208655302741918", "bookings")
    assert form_of_the_next(studio, phone) == "text"


def test_another_person_opens_nobodys_chat() -> None:
    studio = person(phone=WITH_9)
    studio.says("+5521987654321", "hello")
    studio.says("+551187654329", "hello")
    studio.says("BR.7", "hello")
    assert form_of_the_next(studio, WITH_9) == "template"


def test_what_she_answers_by_phone_in_one_form_keeps_us_quiet_in_the_other() -> None:
    studio = person(phone=WITH_9)
    echo = {"phone": WITHOUT_9, "user_id": "", "form": "text", "text": "I am here"}
    studio.happens(NewsCame(key="news:e1", at=studio.now, field="smb_message_echoes", data=echo))
    assert studio.says(WITH_9, "menu") == []


@pytest.mark.parametrize("act", ["invoice", "move"])
def test_who_hides_the_number_gets_an_invoice_and_hears_of_a_move(act: str) -> None:
    user = "GB.13491208655302741918"
    rows = BOOKED.rstrip(" ") + (CAME if act == "invoice" else "")
    studio = Studio(bookings=rows, invoices=DRAFT, settings="My diary moves | tell")
    studio.tables["clients"]["c-THANDI"] |= {"phone": "", "user_id": user, "email": ""}
    studio.says(user, "bookings")
    if act == "invoice":
        studio.ticks("Invoices", "i-1", "Send")
        assert "here is invoice INV-2026-00042" in studio.last(user)
    else:
        studio.drags("Thandi", "Wed 4 Nov 14:00")
        assert "has moved to Wed 4 Nov at 14:00" in studio.last(user)


def test_a_newcomer_named_in_whatsapps_form_is_kept_in_the_one_that_can_be_called() -> None:
    studio = Studio(clients="")
    studio.says(WITHOUT_9, "hello", profile="Ayanda")
    studio.says(WITHOUT_9, "Ayanda Ochre")
    assert studio.rows("Clients", "Name", "Phone", "Problem") == [("Ayanda Ochre", "+55 11 98765-4321", "")]
    assert studio.snap.client_by_phone(WITHOUT_9) is not None
