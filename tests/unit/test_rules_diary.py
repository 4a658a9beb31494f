"""She drags and deletes in the diary: the rows follow, she is asked, clients hear only what she wants."""

from __future__ import annotations

import dataclasses

from studio_sync.rules.diary_apart import apart
from tests.unit.story import Studio

BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 09:00 | Thandi Maroon | booked | single | 300   | invoice
    b-2 | Thu 5 Nov | 08:00 | Sipho Amber   | booked | duo    | 250   | invoice
    b-3 | Thu 5 Nov | 08:00 | Zoë Umber     | booked | duo    | 250   | invoice
"""


def test_a_drag_moves_the_row_and_asks_her() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    assert (studio.row("Bookings", "b-1", "Date"), studio.row("Bookings", "b-1", "Time")) == ("4 Nov 2026", "10:30")
    assert studio.diary()[0] == "Wed 4 Nov 10:30 Single: Thandi"
    assert studio.last("Nadine") == (
        "In the diary you moved Thandi Maroon from Wed 4 Nov at 09:00 to *Wed 4 Nov at 10:30*. Tell Thandi?"
    )
    assert studio.today()[1:7] == [
        "Decide",
        "In the diary you moved Thandi from Wed 4",
        "Nov 09:00 to Wed 4 Nov 10:30. Tell Thandi?",
        "[ ] | Move and tell",
        "[ ] | Ask first",
        "[ ] | Put it back",
    ]
    assert studio.last("Thandi") == ""


def test_move_and_tell() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    assert studio.taps("Nadine", "Move and tell") == ["Thandi is being told."]
    assert studio.last("Thandi") == (
        "Hi Thandi, your session of Wed 4 Nov at 09:00 has moved to Wed 4 Nov at 10:30.\nPlace: 12 Nowhere Street\n"
        "If the new time does not suit you, tap below and we look for another."
    )
    assert "Decide" not in studio.today()
    studio.taps("Thandi", "Reject this time")
    assert studio.row("Bookings", "b-1", "State") == "rejected"


def test_leave_it() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    studio.answers("Leave it")
    assert studio.last("Thandi") == ""
    assert studio.row("Bookings", "b-1", "Time") == "10:30"
    assert "Decide" not in studio.today()


def test_put_it_back() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    assert studio.taps("Nadine", "Put it back") == ["Put back: Thandi Maroon, *Wed 4 Nov at 09:00*. Nobody was told."]
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"
    assert studio.row("Bookings", "b-1", "Time") == "09:00"


def test_a_session_of_two_is_one_question() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Sipho", "Fri 6 Nov 09:00")
    assert studio.rows("Bookings", "Client", "Date", "Time")[1:] == [
        ("Sipho Amber", "6 Nov 2026", "09:00"),
        ("Zoë Umber", "6 Nov 2026", "09:00"),
    ]
    assert studio.today().count("[ ] | Move and tell") == 1
    studio.answers("Move and tell")
    assert studio.last("Sipho").startswith(
        "Hi Sipho, your session of Thu 5 Nov at 08:00 has moved to Fri 6 Nov at 09:00."
    )
    assert studio.last("Zoë").startswith("Hi Zoë, your session of Thu 5 Nov at 08:00 has moved")
    assert studio.diary()[1] == "Fri 6 Nov 09:00 Duo: Sipho, Zoë (2/2)"


def test_told_at_once_where_settings_say_so() -> None:
    studio = Studio(bookings=BOOKED, settings="My diary moves | tell")
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    assert studio.last("Thandi").startswith("Hi Thandi, your session of Wed 4 Nov at 09:00 has moved")
    assert "Decide" not in studio.today()


def test_in_a_closed_chat_she_hears_of_it_in_an_approved_line() -> None:
    studio = Studio(bookings=BOOKED, open_chats=False)
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    assert studio.last("Nadine") == (
        "Hello Nadine, here is news from the studio: in the diary you moved Thandi Maroon from Wed 4 Nov at 09:00 to "
        "Wed 4 Nov at 10:30, and Today asks whom to tell. Answer here to see more."
    )


def test_a_longer_session_is_no_question() -> None:
    studio = Studio(bookings=BOOKED)
    event = studio._event_of("Thandi")
    longer = event.end.replace(minute=event.end.minute + 4)
    new = type(event)(**{**{f: getattr(event, f) for f in event.__slots__}, "end": longer})
    studio.events[event.id] = new
    studio.happens(studio._event_fact(event, new))
    assert studio.row("Bookings", "b-1", "Minutes") == "59"
    assert "Decide" not in studio.today()


def test_a_deleted_event_cancels_the_row_and_asks() -> None:
    studio = Studio(bookings=BOOKED)
    studio.removes_event("Thandi")
    assert studio.row("Bookings", "b-1", "State") == "cancelled"
    assert studio.today()[2:7] == [
        "Thandi, Wed 4 Nov 09:00: deleted in the",
        "diary, so it is cancelled. Tell Thandi?",
        "[ ] | Tell Thandi",
        "[ ] | Put it back",
        "[ ] | Do not tell",
    ]
    studio.answers("Tell Thandi")
    assert studio.last("Thandi").startswith("Hi Thandi, we have to cancel your session on Wed 4 Nov at 09:00.")


def test_a_deleted_event_put_back() -> None:
    studio = Studio(bookings=BOOKED)
    studio.removes_event("Thandi")
    studio.answers("Put it back")
    assert studio.row("Bookings", "b-1", "State") == "booked"
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"
    assert studio.last("Thandi") == ""


def test_her_own_events_mean_only_that_time_is_taken() -> None:
    studio = Studio(bookings=BOOKED)
    studio.blocks("Dentist", "Fri 6 Nov 09:00")
    before = len(studio.effects)
    event = next(e for e in studio.events.values() if e.title == "Dentist")
    studio.happens(studio._event_fact(event, event))
    assert len(studio.effects) == before


def test_ask_first_keeps_both_times_until_the_answer() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    assert studio.taps("Nadine", "Ask first") == ["We ask first. Both times are kept until the answer comes."]
    assert studio.diary()[:2] == ["Wed 4 Nov Kept: 09:00 Single: Thandi", "Wed 4 Nov 10:30 Single: Thandi"]
    assert studio.last("Thandi") == (
        "Hi Thandi, may we move your session of Wed 4 Nov at 09:00 to Wed 4 Nov at 10:30? Both times are kept for you "
        "until Wed 4 Nov at 08:00, so please choose before then."
    )
    assert studio.says("Nadine", "Book Zoe tomorrow 9 single")[0].startswith("Wed 4 Nov 09:00 is taken")


def test_asked_first_and_yes() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    studio.answers("Ask first")
    assert studio.taps("Thandi", "Yes, move it") == [
        "Moved. You are booked for *Wed 4 Nov at 10:30*.\nPlace: 12 Nowhere Street"
    ]
    assert studio.diary()[0] == "Wed 4 Nov 10:30 Single: Thandi"
    assert "Thandi Maroon said yes, so the session is on Wed 4 Nov at 10:30" in studio.last("Nadine")


def test_asked_first_and_no() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    studio.answers("Ask first")
    assert studio.taps("Thandi", "No, keep my time") == [
        "Nothing has changed. You are booked for *Wed 4 Nov at 09:00*, as before."
    ]
    assert studio.diary()[0] == "Wed 4 Nov 09:00 Single: Thandi"
    assert studio.row("Bookings", "b-1", "Time") == "09:00"
    assert "Thandi Maroon keeps Wed 4 Nov at 09:00" in studio.last("Nadine")


def test_asked_first_and_no_answer_counts_as_no() -> None:
    studio = Studio(bookings=BOOKED)
    studio.drags("Sipho", "Fri 6 Nov 09:00")
    studio.answers("Ask first")
    studio.taps("Zoë", "Yes, move it")
    assert "question.over" in studio.clock("Wed 4 Nov 08:45")
    assert studio.last("Sipho").startswith("Hi Sipho, the question about moving your session has ended.")
    assert studio.diary()[1:] == ["Thu 5 Nov 08:00 Duo: Sipho (1/2)", "Fri 6 Nov 09:00 Duo: Zoë (1/2)"]


def test_a_seat_that_nobody_wrote_down_becomes_a_row() -> None:
    studio = Studio(bookings=BOOKED)
    columns = ("Date", "Time", "Client", "State", "Type", "Minutes", "Price", "Pay with", "Client id", "Session")
    lost = [studio.row("Bookings", "b-3", column) for column in columns]
    del studio.tables["bookings"]["b-3"]
    for fact in apart(studio.snap, studio.now):
        studio.happens(fact)
    found = [studio.row("Bookings", "b-3", column) for column in columns]
    assert [cell for cell, was in zip(found, lost, strict=True) if was] == [was for was in lost if was]
    assert "the diary has Zoë Umber on Thu 5 Nov at 08:00 without a row, so we wrote one" in studio.last("Nadine")
    assert studio.last("Zoë") == ""
    assert list(apart(studio.snap, studio.now)) == []


def test_a_seat_whose_row_she_deleted_is_asked_about_and_gets_no_row_by_itself() -> None:
    studio = Studio(bookings=BOOKED)
    studio.says("Nadine", "Book Thandi fri 10:00 single")
    made = next(ident for ident in studio.tables["bookings"] if ident not in {"b-1", "b-2", "b-3"})
    del studio.tables["bookings"][made]
    for fact in apart(studio.snap, studio.now):
        studio.happens(fact)
    assert made not in studio.tables["bookings"]
    assert "[ ] | Cancel it and tell Thandi" in studio.today()
    assert list(apart(studio.snap, studio.now)) == []  # she was asked
    studio.answers("Cancel it and tell Thandi")
    assert studio.tables["bookings"][made]["state"] == "cancelled"
    assert all("10:00" not in line for line in studio.diary())


def test_a_drag_that_nobody_saw_is_asked_about_later() -> None:
    studio = Studio(bookings=BOOKED)
    row = dict(studio.tables["bookings"]["b-1"])
    studio.drags("Thandi", "Wed 4 Nov 10:30")
    said = len(studio.bubbles("Nadine"))
    studio.tables["bookings"]["b-1"] = row
    studio.tables["questions"].clear()
    for fact in apart(studio.snap, studio.now):
        studio.happens(fact)
    assert studio.row("Bookings", "b-1", "Time") == "10:30"
    assert len(studio.bubbles("Nadine")) == said + 1
    assert "[ ] | Move and tell" in studio.today()


def test_a_place_that_another_program_gave_back_ends_its_booking() -> None:
    studio = Studio(bookings=BOOKED)
    event = studio._event_of("Sipho")
    left = dataclasses.replace(event, seats=tuple(seat for seat in event.seats if seat.booking != "b-2"), etag='"new"')
    studio.events[event.id] = left
    studio.happens(studio._event_fact(event, left))
    assert [studio.row("Bookings", ident, "State") for ident in ("b-2", "b-3")] == ["cancelled", "booked"]
    assert "the diary has no place any more for Sipho Amber on Thu 5 Nov at 08:00" in studio.last("Nadine")
    assert studio.last("Sipho") == ""
