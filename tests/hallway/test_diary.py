"""The diary transaction: one seat is given once, and her own edits win."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from studio_sync.rules.facts import EventChanged
from tests.hallway.room import LERATO, OWNER, SIPHO, THANDI, Room, local

ANSWERS = ("401", "403", "404", "408", "429", "500", "503", "refuse", "reset", "lost", "cut")


def port(room: Room) -> Any:
    lane: Any = next(lane for lane, _ in room.studio.lanes if lane.name == "diary")
    return lane._port


def meanwhile(room: Room, method: str, happens: Callable[[], Any]) -> None:
    """Let something happen just before the lane's next call of ``method``."""
    diary = port(room)
    real = getattr(diary, method)

    def once(*args: Any, **more: Any) -> Any:
        setattr(diary, method, real)
        happens()
        return real(*args, **more)

    setattr(diary, method, once)


def titles(room: Room) -> list[str]:
    return sorted(event["summary"] for event in room.events() if event["status"] != "cancelled")


def at(room: Room, day: int, hour: int) -> list[dict[str, Any]]:
    start = local(day, hour)
    return [e for e in room.events() if e["start"].get("dateTime", "")[:16] == start.isoformat()[:16]]


def hers(room: Room, action: str, **more: Any) -> Any:
    """She uses the calendar herself."""
    base = f"{room.world.base}/calendar/v3/calendars/{room.config.calendar_id}/events"
    if action == "insert":
        start, end = more["start"], more["start"] + timedelta(minutes=more.get("minutes", 60))
        body = {
            "summary": more["title"],
            "start": {"dateTime": start.isoformat()},
            "end": {"dateTime": end.isoformat()},
        }
        answer = room.http.post(base, json=body, timeout=20)
    elif action == "move":
        start = more["start"]
        body = {
            "start": {"dateTime": start.isoformat()},
            "end": {"dateTime": (start + timedelta(minutes=55)).isoformat()},
        }
        answer = room.http.patch(f"{base}/{more['id']}", json=body, timeout=20)
    else:
        answer = room.http.delete(f"{base}/{more['id']}", timeout=20)
    assert answer.status_code < 300, answer.text
    return answer


def booked(room: Room) -> list[tuple[str, str]]:
    return sorted((row["client"], row["state"]) for row in room.rows("bookings") if row.get("source") == "chat")


CALLS = [("insert", answer) for answer in ANSWERS] + [
    (call, answer) for call in ("get", "list") for answer in ("403", "503", "cut")
]


@pytest.mark.parametrize(("call", "answer"), CALLS)
def test_whatever_calendar_answers_there_is_one_event(room: Room, call: str, answer: str) -> None:
    room.fault(f"calendar.events.{call}", answer)
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(40)
    assert titles(room).count("09:00 Single: Thandi") == 1
    assert booked(room) == [("Thandi Maroon", "booked")]
    assert len(room.said(THANDI)) == 1
    assert room.facts("event") == []
    assert room.open_work() == []


@pytest.mark.parametrize("answer", ["lost", "503", "reset", "429"])
def test_an_update_and_a_deletion_whose_answers_are_lost(room: Room, answer: str) -> None:
    room.says(OWNER, "Book Lerato tomorrow 17h00 duo")
    room.fault("calendar.events.update", answer)
    room.run(30)
    assert [e["summary"] for e in at(room, 4, 17)] == ["17:00 Duo: Pieter, Lerato (2/2)"]
    room.says(OWNER, "Cancel Lerato tomorrow 17h00")
    room.fault("calendar.events.update", answer)
    room.run(30)
    assert [e["summary"] for e in at(room, 4, 17)] == ["17:00 Duo: Pieter (1/2)"]
    room.says(OWNER, "Cancel Pieter tomorrow 17h00")
    room.fault("calendar.events.delete", answer)
    room.run(30)
    assert at(room, 4, 17) == []
    assert room.facts("event") == []
    assert room.open_work() == []


@pytest.mark.parametrize("steps", range(1, 6))
@pytest.mark.sockets
def test_a_restart_at_any_step_of_a_booking(room: Room, steps: int) -> None:
    room.fault("calendar.events.insert", "lost")
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    for _ in range(steps):
        for lane, _threads in room.studio.lanes[: 1 + steps % 3]:
            lane.step()
    room.restart()
    room.run(10)
    room.tick(121)
    room.run(10)
    assert titles(room).count("09:00 Single: Thandi") == 1
    assert booked(room) == [("Thandi Maroon", "booked")]


def test_fifty_ask_for_one_place_and_one_gets_it(room: Room) -> None:
    names = ["Thandi", "Sipho", "Lerato", "Zoë", "Pieter"]
    for n in range(50):
        room.says(OWNER, f"Book {names[n % 5]} tomorrow 09h00 single")
    room.run(40)
    assert len(at(room, 4, 9)) == 1
    assert [state for _, state in booked(room)] == ["booked"]
    answers = [text for text in room.said(OWNER) if "Booked" in text or "booked" in text]
    assert len([text for text in answers if text.startswith("Booked")]) == 1


def test_two_want_the_last_seat(room: Room) -> None:
    room.says(OWNER, "Book Lerato tomorrow 17h00 duo")
    room.says(OWNER, "Book Thandi tomorrow 17h00 duo")
    room.run(20)
    assert [e["summary"] for e in at(room, 4, 17)] == ["17:00 Duo: Pieter, Lerato (2/2)"]
    assert booked(room) == [("Lerato Olive", "booked")]
    assert (len(room.said(LERATO)), room.said(THANDI)) == (1, [])


def test_her_own_event_put_there_a_moment_ago_is_in_the_way_and_the_answer_says_so(room: Room) -> None:
    meanwhile(room, "between", lambda: hers(room, "insert", title="Dentist", start=local(4, 9)))
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(20)
    assert titles(room).count("Dentist") == 1
    assert "09:00 Single: Thandi" not in titles(room)
    assert booked(room) == []
    assert (len(room.said(OWNER)), room.said(THANDI)) == (1, [])
    assert "Dentist" in room.said(OWNER)[0]


def test_her_event_that_comes_between_our_look_and_our_insert_stays(room: Room) -> None:
    meanwhile(room, "insert", lambda: hers(room, "insert", title="Dentist", start=local(4, 9)))
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(20)
    assert "09:00 Single: Thandi" not in titles(room)
    assert (booked(room), room.said(THANDI)) == ([], [])


def test_a_seat_is_given_back_even_under_an_event_of_hers(room: Room) -> None:
    hers(room, "insert", title="Dentist", start=local(4, 17))
    room.look()
    room.says(OWNER, "Cancel Pieter tomorrow 17h00")
    room.run(15)
    assert [e["summary"] for e in at(room, 4, 17)] == ["Dentist"]
    assert room.open_work() == []


def test_she_drags_the_session_while_we_add_a_seat(room: Room) -> None:
    [event] = at(room, 4, 17)
    meanwhile(room, "update", lambda: hers(room, "move", id=event["id"], start=local(4, 18)))
    room.says(OWNER, "Book Lerato tomorrow 17h00 duo")
    room.run(25)
    assert [e["summary"] for e in at(room, 4, 18)] == ["18:00 Duo: Pieter (1/2)"]
    assert [e["summary"] for e in at(room, 4, 17)] == ["17:00 Duo: Lerato (1/2)"]
    assert room.row("bookings", "b-WED1PIETER")["time"] == pytest.approx(0.75)
    assert room.open_work() == []


@pytest.mark.sockets
def test_she_deletes_our_event_before_we_know_that_we_made_it(room: Room) -> None:
    room.fault("calendar.events.insert", "lost")
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.round()
    [event] = at(room, 4, 9)
    hers(room, "delete", id=event["id"])
    room.run(25)
    assert at(room, 4, 9) == []
    assert booked(room) == [("Thandi Maroon", "cancelled")]
    assert room.open_work() == []


def test_the_watch_tells_hers_and_not_ours(room: Room) -> None:
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.says(OWNER, "Book Lerato tomorrow 17h00 duo")
    room.run(15)
    assert room.facts("event") == []
    [event] = at(room, 4, 9)
    hers(room, "move", id=event["id"], start=local(4, 11))
    room.run(10)
    hers(room, "move", id=event["id"], start=local(4, 9))
    room.run(10)
    moved = [f for f in room.facts("event") if isinstance(f, EventChanged)]
    assert [str(f.after["start"])[11:16] for f in moved if f.after] == ["09:00", "07:00"]  # UTC
    assert next(r["time"] for r in room.rows("bookings") if r.get("source") == "chat") == pytest.approx(0.375)
    hers(room, "delete", id=event["id"])
    room.run(10)
    assert len(room.facts("event")) == 3
    assert ("Thandi Maroon", "cancelled") in booked(room)


def test_a_forgotten_token_reads_everything_and_misses_nothing(room: Room) -> None:
    [event] = at(room, 4, 17)
    hers(room, "move", id=event["id"], start=local(4, 18))
    [gone] = at(room, 6, 10)
    hers(room, "delete", id=gone["id"])
    room.fault("calendar.events.list", "410")
    room.run(10)
    assert room.row("bookings", "b-WED1PIETER")["time"] == pytest.approx(0.75)
    assert room.row("bookings", "b-FRI2MARYG")["state"] == "cancelled"
    assert len(room.facts("event")) == 2


def test_a_silent_calendar_changes_nothing_and_blocks_only_what_needs_it(room: Room) -> None:
    room.fault("calendar.*", "503", times=None)
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.says(SIPHO, "bookings")
    room.run(20)
    assert (room.said(THANDI), len(room.said(SIPHO))) == ([], 1)
    room.mend()
    room.run(70)
    assert titles(room).count("09:00 Single: Thandi") == 1
    assert len(room.said(THANDI)) == 1
