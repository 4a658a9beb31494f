"""The brake: what came from a tab in which much changed at once waits; her word goes to the watch."""

from __future__ import annotations

from typing import Any

from sheets_schema.cells import Raw
from studio_sync.rules.effects import PutRow
from studio_sync.rules.facts import Outcome, RowChanged
from studio_sync.rules.gate import gate
from tests.unit.story import Studio

BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 09:00 | Thandi Maroon | booked | single | 300   | invoice
"""


def braked(studio: Studio, tab: str = "bookings", **more: Any) -> None:
    told = {"of": "paused", "tab": tab, "why": "rows", "heading": "", "rows": 40, **more}
    studio.happens(Outcome(key=studio.key("o"), at=studio.now, effect_key="paused", ok=False, result=told))


def test_she_is_asked_once_with_two_answers() -> None:
    studio = Studio(bookings=BOOKED)
    braked(studio)
    assert studio.last("Nadine").startswith("Hello Nadine, many rows of Bookings vanished at once.")
    assert studio.buttons("Nadine") == ("Restore", "It was me")
    assert "40 rows of Bookings vanished at once. Was it you?" in " ".join(studio.today()).replace("  ", " ")


def test_what_came_from_the_tab_waits_and_reminders_go_on() -> None:
    studio = Studio(bookings=BOOKED)
    studio.ticks("Bookings", "b-1", "Tell")
    told = studio.bubbles("Thandi")[-1].send
    braked(studio)
    verdict = gate(studio.snap, told, studio.now)
    assert (verdict.go, verdict.reason) == ("wait", "many rows of Bookings changed at once, and Today asks about it")
    reminder = told.model_copy(update={"key": "tick:remind.tomorrow:b-1/send:remind.tomorrow:b-1"})
    assert gate(studio.snap, reminder, studio.now).go != "wait"
    studio.taps("Nadine", "It was me")
    assert gate(studio.snap, told, studio.now).go != "wait"


def test_her_word_is_kept_for_the_watch() -> None:
    for label, note in (("Restore", "restore"), ("It was me", "mine")):
        studio = Studio(bookings=BOOKED)
        braked(studio, why="cells")
        studio.taps("Nadine", label)
        notes = [(e.what, e.data) for e in studio.effects if e.kind == "note" and e.what in {"mine", "restore"}]
        assert notes == [(note, {"tab": "bookings"})]


def test_a_tab_that_is_gone_or_crossed_is_told_in_words() -> None:
    studio = Studio(bookings=BOOKED)
    braked(studio, why="tab")
    assert "The tab Bookings is gone. Undo, or run: studio-sync init" in studio.last("Nadine")
    braked(studio, tab="clients", why="crossed", heading="Phone")
    assert "Phone is over another column of Clients" in studio.last("Nadine")


BOTH = BOOKED + "    b-2 | Thu 5 Nov | 09:00 | Sipho Amber   | booked | single | 300   | invoice\n"


def gone_together(studio: Studio) -> None:
    rows = dict(studio.tables["bookings"])
    studio.tables["bookings"].clear()
    told = {"of": "rows_gone", "rows": rows}
    studio.happens(Outcome(key=studio.key("o"), at=studio.now, effect_key="gone", ok=True, result=told))


def test_many_bookings_she_deleted_are_one_question() -> None:
    studio = Studio(bookings=BOTH)
    diary = studio.diary()
    gone_together(studio)
    assert "2 rows deleted, 2 of them to come. Cancel those, or put them back?" in " ".join(studio.today())
    assert studio.diary() == diary
    studio.answers("Put it back")
    assert studio.rows("Bookings", "Client", "State") == [("Thandi Maroon", "booked"), ("Sipho Amber", "booked")]
    assert studio.bubbles("Thandi") == studio.bubbles("Sipho") == []


def test_they_are_cancelled_and_told_by_one_tick() -> None:
    studio = Studio(bookings=BOTH)
    gone_together(studio)
    studio.answers("Cancel them and tell everyone")
    assert studio.diary() == []
    assert "we have to cancel your session" in studio.last("Thandi")
    assert "we have to cancel your session" in studio.last("Sipho")


def test_a_cell_of_ours_is_not_put_back_over_a_newer_one_that_is_on_its_way() -> None:
    studio = Studio(bookings=BOOKED)
    studio.tables["bookings"]["b-1"]["reminded"] = "3 Nov 20:00"
    key = studio.key("row:bookings:b-1:")
    spoilt: dict[str, Raw] = {"reminded": "", "told": ""}
    row = studio.tables["bookings"]["b-1"]
    studio.happens(
        RowChanged(key=key, at=studio.now, tab="bookings", row_id="b-1", rev=1, before=row, after=row, spoilt=spoilt)
    )
    put = [effect for effect in studio.effects if isinstance(effect, PutRow) and effect.tab == "bookings"]
    assert [effect.cells for effect in put] == [{"told": ""}]
