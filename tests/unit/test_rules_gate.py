"""What may leave: modes, quiet hours and their exceptions, opt-out, closed chats; never a silent loss."""

from __future__ import annotations

import pytest

from sheets_schema.policies import BY_NAME
from studio_sync.rules.effects import Send
from studio_sync.rules.gate import gate
from tests.unit.story import Studio

BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-0 | Mon 2 Nov | 08:00 | Thandi Maroon | came   | duo    | 250   | invoice
    b-1 | Wed 4 Nov | 07:10 | Thandi Maroon | booked | single | 300   | invoice
    b-2 | Wed 4 Nov | 12:00 | Sipho Amber   | booked | single | 300   | invoice
"""


@pytest.mark.parametrize(
    ("mode", "told", "state"),
    [
        ("watch", "Thandi was not told: the mode is watch.", "not sent"),
        ("rehearse", "Thandi was not told: the mode is rehearse.", "would send"),
        ("pilot", "Thandi was not told: the mode is pilot.", "not sent"),
    ],
)
def test_modes_hold_back_what_goes_to_clients_and_answer_the_owner(mode: str, told: str, state: str) -> None:
    studio = Studio(settings=f"Mode | {mode}")
    assert told in studio.says("Nadine", "Book Thandi tomorrow 9 single")[0]
    assert studio.last("Thandi") == ""
    assert studio.rows("Messages", "Kind", "State")[-1] == ("booking.confirmed_policy", state)
    assert studio.diary() == ["Wed 4 Nov 09:00 Single: Thandi"]


def test_pilot_messages_ticked_clients_only() -> None:
    studio = Studio(settings="Mode | pilot")
    studio.edits("Clients", "c-THANDI", Pilot=True)
    assert "Thandi is being told." in studio.says("Nadine", "Book Thandi tomorrow 9 single")[0]
    assert studio.last("Thandi").startswith("Hi Thandi")


def test_a_client_in_watch_mode_gets_nothing_and_the_owner_hears() -> None:
    studio = Studio(settings="Mode | watch", bookings=BOOKED)
    assert studio.says("Thandi", "message Nadine hello") == []
    assert "Thandi Maroon writes: hello" in studio.last("Nadine")


def test_pause_and_go_on() -> None:
    studio = Studio(bookings=BOOKED)
    assert studio.says("Nadine", "pause") == ["Paused. Nothing leaves until you send go on; messages are kept."]
    assert studio.today()[0] == "Paused: nothing leaves until go on. No sessions today, nothing to decide"
    assert studio.says("Thandi", "bookings") == []
    assert studio.says("Nadine", "go on") == ["Live. Messages leave from now on. To stop them: pause"]
    assert studio.row("Settings", "mode", "Value") == "live"
    assert studio.says("Thandi", "bookings") != []


def test_what_was_due_in_a_pause_waits_and_is_not_dropped() -> None:
    studio = Studio(bookings=BOOKED)
    studio.says("Nadine", "pause")
    studio.says("Nadine", "cancel Sipho")
    assert studio.last("Sipho") == ""
    assert [send.text for send in studio.waiting] == ["booking.cancelled_studio"]


def test_go_live_names_what_leaves_and_asks() -> None:
    studio = Studio(settings="Mode | watch", bookings=BOOKED)
    assert studio.says("Nadine", "go live") == [
        "From now on messages leave. In the next 24 h: 3 reminders and 2 digests, cost about R0."
    ]
    assert studio.taps("Nadine", "Not yet") == ["Nothing has changed. The mode is still watch."]
    studio.says("Nadine", "go live")
    assert studio.taps("Nadine", "Go live") == ["Live. Messages leave from now on. To stop them: pause"]
    assert studio.row("Settings", "mode", "Value") == "live"


def test_go_live_says_when_it_does_not_know_the_prices() -> None:
    studio = Studio(settings="Mode | watch", bookings=BOOKED, open_chats=False)
    assert studio.says("Nadine", "go live") == [
        (
            "From now on messages leave. In the next 24 h: 2 introductions, 3 reminders and 2 digests. "
            "Fill Rates to see what they cost."
        )
    ]


def test_quiet_hours_hold_what_we_start() -> None:
    studio = Studio(now="Tue 3 Nov 21:00", bookings=BOOKED)
    assert "Thandi will be told at 06:30." in studio.says("Nadine", "Book Thandi Thu 9 single")[0]
    assert studio.last("Thandi") == ""
    studio.clock("Wed 4 Nov 06:25")
    assert studio.last("Thandi") == ""
    studio.clock("Wed 4 Nov 06:30")
    assert studio.bubbles("Thandi")[0].text.startswith(
        "Hi Thandi, your single session is booked for Thu 5 Nov at 09:00."
    )


def test_an_answer_is_never_held() -> None:
    studio = Studio(now="Tue 3 Nov 21:00", bookings=BOOKED)
    assert studio.says("Thandi", "bookings")[0].startswith("Your next sessions:")
    assert "Quiet hours, but this does not wait for them." in studio.why("Thandi")
    studio.says("Nadine", "Book Thandi Thu 9 single")
    assert not studio.last("Thandi").startswith("Hi Thandi")


def test_that_a_session_of_the_next_hours_is_off_is_said_at_once() -> None:
    studio = Studio(now="Tue 3 Nov 21:00", bookings=BOOKED)
    assert "Thandi is being told." in studio.says("Nadine", "cancel Thandi")[0]
    assert studio.last("Thandi").startswith("Hi Thandi, we have to cancel your session on Wed 4 Nov at 07:10.")
    assert "Sipho will be told at 06:30." in studio.says("Nadine", "cancel Sipho")[0]
    assert studio.last("Sipho") == ""


def test_a_reminder_waits_for_the_end_of_quiet_or_is_left_out() -> None:
    studio = Studio(now="Wed 4 Nov 06:05", bookings=BOOKED)
    studio.clock("06:30")
    assert "starts today at 07:10" in studio.last("Thandi")
    early = Studio(now="Wed 4 Nov 05:30", bookings=BOOKED.replace("07:10", "06:45"))
    early.clock("06:40")
    assert early.last("Thandi") == ""
    assert "quiet hours end too close to the session" in early.rows("Messages", "Why")[0][0]


def test_a_message_that_is_no_longer_true_does_not_leave() -> None:
    studio = Studio(now="Tue 3 Nov 21:00", bookings=BOOKED)
    studio.says("Nadine", "Book Thandi Thu 9 single")
    studio.says("Nadine", "undo")
    studio.clock("Wed 4 Nov 06:40")
    assert not [b for b in studio.bubbles("Thandi") if b.send.text.startswith(("booking.", "fix."))]


def test_welcome_in_a_closed_chat_is_a_decide_row_and_an_alert() -> None:
    studio = Studio()
    studio.says("+447700900106", "hi", profile="Ayanda")
    studio.clock("Wed 4 Nov 09:00")
    studio.says("Nadine", "today")
    studio.answers("Add as client")
    assert studio.last("Nadine") == (
        "+44 7700 900106 could not be told about a message of the studio: no approved message for it, and the last "
        "chat is over 24 h ago. Please call or write to +44 7700 900106 yourself."
    )
    assert "[ ] | I told them" in studio.today()
    studio.taps("Nadine", "I told them")
    assert "Decide" not in studio.today()


# -- what is off in Settings


@pytest.mark.parametrize(
    ("setting", "until", "text"),
    [
        ("Morning digest |", "Wed 4 Nov 06:10", "digest.morning"),
        ("Evening digest |", "20:10", "digest.evening"),
        ("Remind the night before |", "20:10", "remind.tomorrow"),
        ("Remind before |", "Wed 4 Nov 11:10", "remind.next_hour"),
    ],
)
def test_what_leaves_by_the_clock_can_be_switched_off(setting: str, until: str, text: str) -> None:
    def left(settings: str) -> bool:
        studio = Studio(settings=settings, bookings=BOOKED)
        studio.clock(until)
        return any(b.send.text.startswith(text) for bubbles in studio.phones.values() for b in bubbles)

    assert left("")
    assert not left(setting)


@pytest.mark.parametrize(
    ("policy", "tick", "text"),
    [
        ("morning_digest", "digest.morning:2026-11-03", "digest.morning"),
        ("evening_digest", "digest.evening:2026-11-03", "digest.evening"),
        ("remind_evening", "remind.tomorrow:b-1:2026-11-04T07:10", "remind.tomorrow"),
        ("remind_before", "remind.next_hour:b-1:2026-11-04T07:10", "remind.next_hour"),
    ],
)
def test_what_was_asked_for_before_it_was_switched_off_does_not_leave_after_it(
    policy: str, tick: str, text: str
) -> None:
    studio = Studio(bookings=BOOKED)
    send = Send(key=f"tick:{tick}/send:{text}:x", to=studio.number("Thandi"), who="c-THANDI", text=text)
    assert gate(studio.snap, send, studio.now).go == "text"
    studio.tables["settings"][policy] = {"value": ""}
    verdict = gate(studio.snap, send, studio.now)
    assert (verdict.go, verdict.reason) == ("no", f"{BY_NAME[policy].title} is off in Settings")
    by_hand = send.model_copy(update={"key": f"row:clients:c-THANDI:5/send:{text}:x"})
    assert gate(studio.snap, by_hand, studio.now).go == "text"


def test_without_news_by_phone_trouble_still_comes_and_the_rest_is_in_the_lists() -> None:
    studio = Studio(settings="News by phone | no", bookings=BOOKED)
    studio.says("Thandi", "message Nadine hello")
    studio.says("Thandi", "late")
    studio.says("+447700900150", "hello", profile="Ayanda")
    assert studio.bubbles("Nadine") == []
    nudges = [why for kind, why in studio.rows("Messages", "Kind", "Why") if kind.startswith("owner.")]
    assert set(nudges) == {"Not sent: News by phone is off in Settings."}
    assert ("in", "message Nadine hello") in studio.rows("Messages", "Way", "Text")
    assert any("Ayanda" in line for line in studio.today())
    studio.says("Nadine", "Book Sipho Thu 9 single")
    studio.reports("Sipho", "failed", code=131026)
    assert any("could not be told" in bubble.text for bubble in studio.bubbles("Nadine"))
    studio.drags("Sipho", "Fri 6 Nov 09:00")
    assert "Tell Sipho?" in studio.last("Nadine")
