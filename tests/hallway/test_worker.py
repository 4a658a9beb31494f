"""The worker and the engine: new work wakes them, one bad fact is set aside, a stop is clean."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from jobs.worker import Turner, Worker
from studio_sync.errors import Unavailable
from studio_sync.rules import decide as switchboard
from studio_sync.rules.effects import Send
from studio_sync.rules.facts import MessageCame
from studio_sync.standing import Standing
from tests.hallway.room import OWNER, SIPHO, THANDI, Room, local


@pytest.fixture
def worker(room: Room) -> Iterator[Worker]:
    running = Worker(room.studio)
    yield running
    running.stop()


def wait_for(look: Any) -> None:
    """Until it is so; a test that hangs is ended by its time limit, none looks at a clock."""
    pause = threading.Event()
    for _ in range(3000):
        if look():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come")


class Steps:
    """A lane that only counts its steps and says when it has begun to wait."""

    name = "decide"

    def __init__(self) -> None:
        self.done = 0
        self.stepped = threading.Event()

    def step(self) -> bool:
        self.done += 1
        self.stepped.set()
        return False


def test_a_new_fact_wakes_an_idle_lane_at_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.worker.IDLE", 3600.0)  # only a wake-up ends its rest
    lane = Steps()
    worker = Worker(room.studio)
    worker._thread("decide", worker._lane(lane))
    for n in range(20):
        wait_for(lane.stepped.is_set)
        wait_for(lambda: bool(worker._bell("decide")._waiting._waiters))  # type: ignore[attr-defined]
        lane.stepped.clear()
        room.put(MessageCame(key=f"w{n}", at=room.clock.now(), phone=THANDI, text="bookings"))
    wait_for(lane.stepped.is_set)
    worker.stop()
    assert lane.done >= 21


def test_news_that_comes_during_a_step_is_not_slept_over(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.worker.IDLE", 3600.0)
    worker = Worker(room.studio)
    seen = []

    class Late(Steps):
        def step(self) -> bool:
            seen.append(self.done)
            if self.done < 3:
                worker._bell("decide").ring()  # arrives while this step is looking elsewhere
            return super().step()

    lane = Late()
    worker._thread("decide", worker._lane(lane))
    wait_for(lambda: lane.done >= 4)
    worker.stop()
    assert seen[:4] == [0, 1, 2, 3]


def test_the_whole_worker_answers_and_stops_cleanly(room: Room, worker: Worker) -> None:
    worker.start()
    room.says(SIPHO, "bookings")
    wait_for(lambda: room.said(SIPHO))
    worker.stop()
    assert not any(thread.is_alive() for thread in worker._threads)
    with room.journal.read() as tx:
        assert tx.outbox_counts()["sending"] == 0


def test_what_a_crash_left_is_picked_up_before_any_lane_works(room: Room, worker: Worker) -> None:
    send = Send(key="a", to=THANDI, who="c-THANDI", text="talk.own_words", body="a", cls="once")
    with room.journal.write() as tx:
        tx.heard(THANDI, room.clock.now())
        tx.put_effects("a", [send], room.clock.now())
        tx.claim("a", room.clock.now())
    worker.start()
    worker.stop()
    with room.journal.read() as tx:
        queued = tx.effect("a")
    assert queued is not None
    assert queued.state == "unknown"
    assert room.said(THANDI) == []


def test_one_bad_fact_is_set_aside_and_the_rest_goes_on(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = switchboard.decide

    def sometimes(snap: Any, fact: Any, now: Any) -> Any:
        if getattr(fact, "text", "") == "break":
            raise ZeroDivisionError("a bug")
        return right(snap, fact, now)

    monkeypatch.setattr("studio_sync.engine.decide", sometimes)
    room.says(SIPHO, "break", key="bad")
    room.says(SIPHO, "bookings")
    room.run(3)
    assert len(room.said(SIPHO)) == 1
    with room.journal.read() as tx:
        assert tx.inbox_counts()["aside"] == 1
        assert "a bug" in tx.inbox_lines("aside")[0].error
    assert len([r for r in caplog.records if "could not decide bad" in r.message]) == 1


def test_a_journal_that_cannot_be_written_loses_no_fact(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.says(SIPHO, "bookings")

    def full(*_: Any) -> Any:
        raise Unavailable("journal", "disk full")

    with monkeypatch.context() as trouble:
        trouble.setattr("studio_sync.journal.journal.Tx.put_effects", full)
        with pytest.raises(Unavailable):
            room.lane("decide")()
    room.run(3)
    assert len(room.said(SIPHO)) == 1


def test_a_lane_that_breaks_goes_on(room: Room, worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Steps):
        def step(self) -> bool:
            super().step()
            raise ZeroDivisionError("a bug")

    lane = Broken()
    assert worker._step(lane) is False
    assert worker._step(lane) is False
    assert lane.done == 2
    assert "decide broke" in caplog.text


def test_ticks_come_once_and_late_ones_not_at_all(room: Room) -> None:
    turner = Turner(room.journal)
    assert turner.turn(local(3, 6, 31)) == 1
    assert turner.turn(local(3, 6, 32)) == 0
    assert Turner(room.journal).turn(local(3, 6, 33)) == 0, "a restart gives no tick twice"
    assert turner.turn(local(3, 16, 1)) == 1
    assert turner.turn(local(3, 15, 0)) == 0, "nor does a clock that is put back"
    assert turner.turn(local(5, 3)) == 0, "what was due while we slept is not made up for"


def test_reminders_come_at_each_rows_own_hour_and_never_after_the_session(room: Room) -> None:
    room.clock.set(local(3, 7, 5))
    room.tick(0)
    room.run(4, turn=True)
    assert [fact.about for fact in room.facts("tick") if fact.name == "remind.next_hour"] == [
        "b-TODAY1PIETER",
        "b-TODAY1SIPHO",
    ]
    room.clock.set(local(3, 17, 10))
    room.tick(0)
    room.run(4, turn=True)
    assert not any("ZOE" in fact.about for fact in room.facts("tick") if fact.name == "remind.next_hour")
    assert room.said("+447700900104") == []


def test_a_second_program_waits_in_words(room: Room, tmp_path: Any, caplog: pytest.LogCaptureFixture) -> None:
    from tests.hallway.room import second

    other = second(room, tmp_path / "second")
    worker = Worker(other.studio)
    try:
        other.look()
        other.says(OWNER, "Book Thandi tomorrow 09h00 single")
        lane = Steps()
        assert worker._step(lane) is False
        assert (lane.done, other.facts("message")[0].text) == (0, "Book Thandi tomorrow 09h00 single")
        assert "Another studio-sync (first) writes this workbook" in caplog.text
        assert "Of what was taken before, 1 wait here" in caplog.text
        assert Standing(other.journal, "second", shared=True).by_for == "first"
        other.tick(timedelta(minutes=11).total_seconds())
        other.look()
        worker._step(lane)
        assert lane.done == 1
        assert Standing(other.journal, "second", shared=True).by_for == ""
    finally:
        worker.stop()
        other.close()


def test_a_second_program_with_new_notes_says_that_it_stands_by(room: Room, tmp_path: Any) -> None:
    from tests.hallway.room import second

    room.run(3)
    other = second(room, tmp_path / "second")
    worker = Worker(other.studio)
    try:
        assert worker._begin() is False
        assert Standing(other.journal, "second", shared=True).by_for == "first"
    finally:
        worker.stop()
        other.close()


def test_who_waits_for_the_diary_is_told_once_and_then_answered(room: Room) -> None:
    room.says(OWNER, "today")
    room.run(5)
    before = len(room.said(OWNER))
    room.fault("calendar.*", "503", times=None)
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(50, watch=False, turn=True)
    assert [text for text in room.said(OWNER)[before:] if "One moment" in text] == [
        "One moment, we are writing it into the diary."
    ]
    room.mend()
    room.run(90, turn=True)
    said = [text for text in room.said(OWNER)[before:] if text.startswith(("One moment", "Booked"))]
    assert [text.split()[0] for text in said] == ["One", "Booked:"]
