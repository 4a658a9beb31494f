"""Undo: bookings, cancellations, hand edits, new clients; refused with a reason when something was built on it."""

from __future__ import annotations

import pytest

from sheets_schema.cells import Raw
from tests.unit.story import Studio

BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 09:00 | Thandi Maroon | booked | single | 300   | invoice
    b-2 | Thu 5 Nov | 08:00 | Sipho Amber   | booked | duo    | 250   | invoice
"""


def test_undo_a_booking() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 9 single")
    assert studio.says("Nadine", "undo") == [
        "Taken back: Thandi Maroon on Wed 4 Nov 09:00 is not booked. Thandi got a short correction."
    ]
    assert studio.last("Thandi").startswith(
        "Hi Thandi, a correction: please ignore our last message. You are not booked on Wed 4 Nov at 09:00"
    )
    assert studio.diary() == []
    assert studio.rows("Bookings", "State") == [("cancelled",)]
    assert studio.says("Nadine", "undo") == ["There is nothing to take back."]
    assert studio.says("Nadine", "undo 1") == ["Change 1 is already taken back."]


def test_who_said_stop_meanwhile_is_not_said_to_have_been_corrected() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 9 single")
    studio.says("Thandi", "STOP")
    heard = studio.last("Thandi")
    assert studio.says("Nadine", "undo 1") == [
        "Taken back: Thandi Maroon on Wed 4 Nov 09:00 is not booked. Thandi was not told: no messages wanted."
    ]
    assert studio.last("Thandi") == heard


def test_undo_a_cancellation() -> None:
    studio = Studio(bookings=BOOKED)
    studio.says("Nadine", "cancel Thandi")
    assert studio.says("Nadine", "undo 1") == [
        "Taken back: Thandi Maroon on Wed 4 Nov 09:00 is booked again. Thandi got a short correction."
    ]
    assert studio.last("Thandi").startswith("Hi Thandi, a correction: please ignore our last message. Your session on")
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"


def test_undo_a_cancellation_whose_place_is_taken() -> None:
    studio = Studio(bookings=BOOKED)
    studio.says("Nadine", "cancel Thandi")
    studio.says("Nadine", "Book Zoe tomorrow 9 single")
    assert studio.says("Nadine", "undo 1") == ["Change 1 cannot be taken back: the place is taken."]
    assert studio.row("Bookings", "b-1", "State") == "cancelled"
    assert studio.row("Changes", next(iter(studio.tables["changes"])), "State") == "done"


def test_undo_a_booking_that_was_rejected_since() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 9 single")
    studio.taps("Thandi", "Reject this time")
    assert studio.says("Nadine", "undo 1") == ["Change 1 cannot be taken back: the booking is now rejected."]


def test_undo_a_booking_that_stands_on_an_invoice() -> None:
    studio = Studio(bookings=BOOKED)
    studio.says("Nadine", "Book Zoe Thu 12 single")
    ident = next(i for i in studio.tables["bookings"] if i not in {"b-1", "b-2"})
    studio.tables["bookings"][ident]["invoice"] = "INV-2026-00042"
    assert studio.says("Nadine", "undo") == ["Change 1 cannot be taken back: invoice INV-2026-00042 was built on it."]


def test_undo_a_hand_edit() -> None:
    studio = Studio()
    studio.edits("Clients", "c-THANDI", Notes="likes mornings")
    assert studio.says("Nadine", "undo") == ["Taken back: Notes of Thandi Maroon is blank again."]
    assert studio.row("Clients", "c-THANDI", "Notes") == ""


def test_undo_a_time_typed_by_hand_moves_the_seat_back() -> None:
    studio = Studio(bookings=BOOKED)
    studio.edits("Bookings", "b-1", Time="10:00")
    assert studio.diary()[0] == "Wed 4 Nov 10:00 Single: Thandi"
    assert studio.says("Nadine", "undo") == ["Taken back: Thandi Maroon is back on Wed 4 Nov 09:00."]
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"
    assert studio.row("Bookings", "b-1", "Time") == "09:00"


def test_undo_a_drag_in_the_diary() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Sipho", "Fri 6 Nov 09:00")
    assert studio.says("Nadine", "undo") == ["Taken back: Sipho Amber is back on Thu 5 Nov 08:00."]
    assert studio.diary()[1] == "Thu 5 Nov 08:00 Duo: Sipho (1/2)"


def test_undo_a_client_added() -> None:
    studio = Studio()
    studio.says("Nadine", "add Ayanda Teal 44 7700 900106")
    assert studio.says("Nadine", "undo") == ["Taken back: Ayanda Teal is not in Clients."]
    assert studio.rows("Clients", "Status")[-1] == ("left",)


def test_undo_by_a_tick_in_changes() -> None:
    studio = Studio()
    studio.says("Nadine", "Book Thandi tomorrow 9 single")
    studio.ticks("Changes", next(iter(studio.tables["changes"])), "Undo")
    assert studio.diary() == []
    assert studio.last("Nadine").startswith("Taken back: Thandi Maroon on Wed 4 Nov 09:00 is not booked.")


def test_undo_a_setting() -> None:
    studio = Studio()
    studio.says("Nadine", "pause")
    assert studio.says("Nadine", "undo") == ["Taken back: Value of Mode is live again."]
    assert studio.row("Settings", "mode", "Value") == "live"


def test_undo_the_clients_own_cancellation() -> None:
    studio = Studio(bookings=BOOKED)
    studio.says("Thandi", "cancel next")
    studio.taps("Thandi", "Cancel anyway") if studio.buttons("Thandi") else None
    said = studio.says("Nadine", "undo")
    assert said == ["Taken back: Thandi Maroon on Wed 4 Nov 09:00 is booked again. Thandi got a short correction."]
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"


def test_undo_a_setting_price_or_hour_typed_by_hand() -> None:
    studio = Studio(hours="Id | Day | From | To\nh-1 | Monday | 07:00 | 18:00")
    studio.edits("Settings", "address", Value="1 Elsewhere")
    studio.edits("Prices", "pr-1", Per_person="350")
    studio.edits("Hours", "h-1", To="17:00")
    assert studio.says("Nadine", "undo") == ["Taken back: To of Monday is 18:00 again."]
    assert studio.says("Nadine", "undo 2") == ["Taken back: Per person of single is R300.00 again."]
    assert studio.says("Nadine", "undo 1") == ["Taken back: Value of Address is 12 Nowhere... again."]
    assert studio.row("Prices", "pr-1", "Per person") == "R300.00"


def test_a_cell_that_was_changed_again_is_not_taken_back() -> None:
    studio = Studio()
    studio.edits("Clients", "c-THANDI", Notes="mornings")
    studio.edits("Clients", "c-THANDI", Notes="evenings")
    assert studio.says("Nadine", "undo 1") == ["Change 1 cannot be taken back: the cell was changed again since."]
    assert studio.says("Nadine", "undo 2") == ["Taken back: Notes of Thandi Maroon is mornings again."]


def test_undo_rows_typed_by_hand() -> None:
    studio = Studio()
    client = studio.types("Clients", Name="Mpho Teal")
    price = studio.types("Prices", Type="group", Per_person="150")
    assert studio.says("Nadine", "undo") == ["Taken back: group is not there any more."]
    assert studio.row("Prices", price, "Type") == ""
    assert studio.says("Nadine", "undo 1") == ["Taken back: Mpho Teal is not in Clients."]
    assert studio.row("Clients", client, "Status") == "left"


def test_undo_a_deleted_row() -> None:
    past = "Id | Date | Time | Client | State\nb-1 | Mon 2 Nov | 09:00 | Thandi Maroon | came"
    studio = Studio(bookings=past)
    gone = dict(studio.tables["bookings"]["b-1"])
    studio.deletes("Bookings", "b-1")
    del studio.tables["bookings"]["b-1"]
    assert studio.says("Nadine", "undo") == ["Taken back: Thandi Maroon is in Bookings again."]
    assert {field: studio.tables["bookings"]["b-1"][field] for field in gone} == gone


def test_undo_a_draft_and_never_an_invoice_that_is_out() -> None:
    draft = "Id | Client | State | Note\ni-1 | Thandi Maroon | draft |"
    studio = Studio(invoices=draft)
    studio.edits("Invoices", "i-1", Note="for the course")
    studio.edits("Invoices", "i-1", From="1 Nov 2026")
    studio.tables["invoices"]["i-1"]["number"] = "INV-2026-00042"
    assert studio.says("Nadine", "undo 2") == ["Change 2 cannot be taken back: invoice INV-2026-00042 was built on it."]
    assert studio.says("Nadine", "undo 1") == ["Taken back: Note of Thandi Maroon is blank again."]


def test_undo_of_a_told_move_corrects_it_kindly() -> None:
    studio = Studio(bookings=BOOKED, settings="My sheet changes | tell")
    studio.edits("Bookings", "b-1", Time="10:00")
    assert studio.last("Thandi").startswith("Hi Thandi, your session of Wed 4 Nov at 09:00 has moved")
    said = studio.says("Nadine", "undo")
    assert said == ["Taken back: Thandi Maroon is back on Wed 4 Nov 09:00. Thandi got a short correction."]
    assert "please ignore our last message. Your session on Wed 4 Nov at 09:00 stands" in studio.last("Thandi")


def test_undo_came_no_show_and_sick() -> None:
    today = """
        Id  | Date      | Time  | Client        | State  | Type   | Price
        b-1 | Tue 3 Nov | 17:00 | Thandi Maroon | booked | single | 300
    """
    for column in ("came", "no_show", "sick"):
        studio = Studio(bookings=today)
        diary = studio.diary()
        studio.marks("Thandi", column)
        studio.says("Nadine", "undo")
        assert studio.row("Bookings", "b-1", "State") == "booked"
        assert studio.diary() == diary


def test_undo_a_paste_takes_all_of_it_back() -> None:
    studio = Studio()
    rows: dict[str, dict[str, Raw]] = {
        f"b-{n}": {"date": f"{9 + n} Nov 2026", "time": "13:00", "client": "Thandi Maroon"} for n in range(4)
    }
    studio.pastes("Bookings", rows)
    assert len(studio.diary()) == 4
    assert "4 rows pasted: 4 booked, 0 to look at. Nobody was told. Tell all 4?" in " ".join(studio.today())
    studio.says("Nadine", "undo")
    assert studio.diary() == []
    assert studio.bubbles("Thandi") == []


TODAY = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Tue 3 Nov | 08:00 | Thandi Maroon | booked | single | 300   | invoice
    b-2 | Tue 3 Nov | 17:00 | Sipho Amber   | booked | single | 300   | invoice
"""
TAKEN_BACK = (
    "Hi Thandi, a correction: please ignore our last message about your session on Tue 3 Nov at 08:00. "
    "We have taken it back. Sorry for the mix-up."
)


def test_undo_of_a_no_show_that_was_told_corrects_it_kindly_also_after_the_session() -> None:
    studio = Studio(bookings=TODAY)
    studio.says("Nadine", "Thandi no-show")
    assert "so it costs R300" in studio.last("Thandi")
    assert studio.says("Nadine", "undo") == [
        "Taken back: Thandi Maroon on Tue 3 Nov 08:00 is booked again. Thandi got a short correction."
    ]
    assert studio.last("Thandi") == TAKEN_BACK
    assert len(studio.bubbles("Thandi")) == 2
    assert studio.row("Bookings", "b-1", "State") == "booked"


def test_undo_of_a_no_show_nobody_was_told_of_says_nothing() -> None:
    studio = Studio(bookings=TODAY)
    studio.marks("Thandi", "no_show")
    studio.says("Nadine", "undo")
    assert studio.bubbles("Thandi") == []


def test_a_message_from_before_the_mark_needs_no_correction() -> None:
    studio = Studio(bookings=TODAY)
    studio.says("Nadine", "Book Zoe today 12h00 single")
    studio.clock("Tue 3 Nov 12:20")
    studio.marks("Zoë", "no_show")
    studio.says("Nadine", "undo")
    assert [bubble.send.text for bubble in studio.bubbles("Zoë")] == ["booking.confirmed", "remind.next_hour_fee"]


def test_undo_of_a_no_show_that_waits_for_the_morning_lets_it_wait_no_longer() -> None:
    studio = Studio(bookings=TODAY, now="Tue 3 Nov 21:00")
    studio.says("Nadine", "Thandi no-show")
    studio.says("Nadine", "undo")
    studio.clock("Wed 4 Nov 07:00")
    assert studio.bubbles("Thandi") == []


@pytest.mark.parametrize("word", ["no-show", "sick"])
def test_who_was_told_to_have_missed_it_and_came_gets_a_correction(word: str) -> None:
    studio = Studio(bookings=TODAY)
    studio.says("Nadine", f"Thandi {word}")
    assert studio.says("Nadine", "Thandi came") == ["Came: Thandi Maroon, 08:00. Thandi got a short correction. undo 2"]
    assert studio.last("Thandi") == TAKEN_BACK


def test_a_cleared_box_corrects_what_was_told_and_a_box_nobody_heard_of_does_not() -> None:
    studio = Studio(bookings=TODAY, settings="My sheet changes | tell")
    studio.marks("Thandi", "no_show")
    studio.marks("Thandi", "no_show", ticked=False)
    assert studio.last("Thandi") == TAKEN_BACK
    assert studio.why("Thandi").startswith("Nadine cleared No-show at 08:40.")
    studio.marks("Sipho", "sick")
    studio.marks("Sipho", "sick", ticked=False)
    assert "Your session on Tue 3 Nov at 17:00 stands as booked" in studio.last("Sipho")
    studio.marks("Sipho", "came")
    studio.marks("Sipho", "came", ticked=False)
    assert len(studio.bubbles("Sipho")) == 2
