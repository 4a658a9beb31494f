"""Undo: bookings, cancellations, hand edits, new clients; refused with a reason when something was built on it."""

from __future__ import annotations

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
    assert studio.says("Nadine", "undo") == ["Taken back: Value of Settings is live again."]
    assert studio.row("Settings", "mode", "Value") == "live"


def test_undo_the_clients_own_cancellation() -> None:
    studio = Studio(bookings=BOOKED)
    studio.says("Thandi", "cancel next")
    studio.taps("Thandi", "Cancel anyway") if studio.buttons("Thandi") else None
    said = studio.says("Nadine", "undo")
    assert said == ["Taken back: Thandi Maroon on Wed 4 Nov 09:00 is booked again. Thandi got a short correction."]
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"
