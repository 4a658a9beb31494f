"""Templates from her words in the tab to the phone: sent in, approved, resting, refused."""

from __future__ import annotations

import pytest

from studio_sync.desk import templates
from studio_sync.desk.outside import whatsapp
from tests.hallway.room import THANDI, Room, local

WORDS = "Dear {first}, no first session tomorrow without you: {when}.\nPlace: {place}\nWe look forward to it."
#: the tab's row of the reminder that costs nothing
ROW = "w-remind.first_time.en"


@pytest.fixture
def desk(room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """The same studio, asked by the command line too."""
    monkeypatch.setattr(templates, "clock_of", lambda _: room.clock)
    return room


def test_new_words_go_in_are_approved_and_leave(desk: Room, capsys: pytest.CaptureFixture[str]) -> None:
    assert templates.check(desk.config) == 0
    assert "They agree. Nothing to do." in capsys.readouterr().out
    desk.type("templates", ROW, "body", WORDS)
    desk.run(6)
    assert desk.row("templates", ROW)["waiting"] == "changed"
    assert templates.check(desk.config) == 1
    assert "remind.first_time" in capsys.readouterr().out
    assert templates.submit(desk.config, dry_run=True) == 0
    assert "1 would be sent in" in capsys.readouterr().out
    assert templates.submit(desk.config) == 0
    assert "remind_first_time_v2" in capsys.readouterr().out
    desk.run(6)
    row = desk.row("templates", ROW)
    assert (row["name"], row["status"], row.get("live"), row.get("waiting")) == (
        "remind_first_time_v2", "approved", WORDS, None,
    )  # fmt: skip
    assert templates.submit(desk.config) == 0
    assert "Nothing to send in" in capsys.readouterr().out


def test_a_resting_template_keeps_its_message_and_nobody_elses(desk: Room, capsys: pytest.CaptureFixture[str]) -> None:
    desk.post("templates", {"name": "booking_confirmed_policy_v1", "language": "en", "status": "PAUSED"})
    desk.says("+447700900199", "Book Thandi fri 15 single")
    desk.run(20)
    assert desk.row("templates", "w-booking.confirmed_policy.en")["status"] == "paused"
    assert not [text for text in desk.said(THANDI) if "is booked for" in text]
    desk.says("+447700900199", "cancel Sipho")
    desk.run(8)
    assert any("we have to cancel" in text for text in desk.said("+447700900102"))
    desk.post("templates", {"name": "booking_confirmed_policy_v1", "language": "en", "status": "APPROVED"})
    assert templates.sync(desk.config) == 0
    assert "49 approved" in capsys.readouterr().out
    desk.tick(700)
    desk.run(8)
    assert [text for text in desk.said(THANDI) if "is booked for" in text]


def test_a_template_that_is_gone_is_written_down_and_the_owner_hears(desk: Room) -> None:
    desk.post("templates", {"name": "booking_confirmed_policy_v1", "language": "en", "status": "DISABLED"})
    desk.says("+447700900199", "Book Thandi fri 15 single")
    desk.run(20)
    row = desk.row("templates", "w-booking.confirmed_policy.en")
    assert row["status"] == "disabled"
    assert "switched this one off" in row["problem"]
    told = " ".join(desk.said("+447700900199"))
    assert "booking.confirmed_policy is now disabled" in told
    assert "no approved message for it" in told


def test_once_a_day_the_list_is_read_and_a_silence_is_nobodys_problem(desk: Room) -> None:
    desk.clock.set(local(3, 10))
    desk.tick(0)
    desk.post("webhooks", {"drop": 1.0})
    desk.post("templates", {"name": "booking_sick_v1", "language": "en", "status": "PAUSED"})
    desk.fault("whatsapp.templates*", "503", times=1)
    desk.turner.turn(desk.clock.now())
    desk.run(3, watch=False)
    (asked,) = [line for line in desk.outbox() if line.kind == "ask"]
    assert asked.state == "dropped"
    assert desk.row("templates", "w-booking.sick.en")["status"] == "approved"
    desk.clock.set(local(4, 10))
    desk.tick(0)
    desk.turner.turn(desk.clock.now())
    desk.run(6, watch=False)
    assert desk.row("templates", "w-booking.sick.en")["status"] == "paused"
    assert not any("could not be done" in text for text in desk.said("+447700900199"))


def test_a_limit_of_whatsapps_ends_it_and_the_rest_goes_in_later(
    desk: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.type("templates", ROW, "body", WORDS)
    desk.type("templates", "w-week.client_none.en", "body", "Hi {first}, nothing of yours is booked for next week.")
    desk.run(6)
    desk.post("quota", {"on": True, "whatsapp.templates_hour": 1})
    assert templates.submit(desk.config) == 1
    told = capsys.readouterr().out
    assert "1 of 2 sent in." in told
    assert "1 are left: WhatsApp takes 100 an hour." in told
    desk.post("quota", {"on": False})
    desk.run(6)
    assert templates.submit(desk.config) == 0
    assert "1 of 1 sent in." in capsys.readouterr().out


def test_what_whatsapp_refuses_is_said_and_the_others_go_in(desk: Room, capsys: pytest.CaptureFixture[str]) -> None:
    sold = "Hi {first}, no session next week. We can offer you one for free, if you like."
    desk.type("templates", ROW, "body", WORDS)
    desk.type("templates", "w-week.client_none.en", "body", sold)
    desk.run(6)
    desk.fault("whatsapp.templates.create", "graph.100")
    assert templates.submit(desk.config) == 1
    told = capsys.readouterr().out
    assert "not taken" in told
    assert "1 of 2 sent in." in told


def test_what_is_wrong_is_named_by_tab_row_and_column(desk: Room, capsys: pytest.CaptureFixture[str]) -> None:
    desk.type("templates", ROW, "body", "Hi {frist}, your first session with us is tomorrow.")
    desk.run(6)
    assert "Body: {frist} is not a gap here." in desk.row("templates", ROW)["problem"]
    assert templates.submit(desk.config) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "Templates, remind.first_time (en): Body: {frist} is not a gap here." in told


def test_a_template_of_hers_with_named_gaps_reaches_the_phone(desk: Room) -> None:
    body = {
        "type": "BODY",
        "text": "Dear {{client_name}}, you are booked for {{day_and_time}} with us.",
        "example": {
            "body_text_named_params": [
                {"param_name": "client_name", "example": "Thandi"},
                {"param_name": "day_and_time", "example": "Wed 4 Nov at 09:00"},
            ]
        },
    }
    whatsapp(desk.config).submit(
        {
            "name": "her_booking", "language": "en", "category": "UTILITY", "parameter_format": "NAMED",
            "components": [body],
        }
    )  # fmt: skip
    row = "w-booking.confirmed_policy.en"
    desk.type("templates", row, "name", "her_booking")
    desk.type("templates", row, "body", "Dear {first}, you are booked for {when} with us.")
    assert templates.sync(desk.config) == 0
    desk.run(8)
    assert desk.row("templates", row)["live"] == "Dear {first}, you are booked for {when} with us."
    desk.says("+447700900199", "Book Thandi fri 15 single")
    desk.run(12)
    assert "Dear Thandi, you are booked for Fri 6 Nov at 15:00 with us." in desk.said(THANDI)
