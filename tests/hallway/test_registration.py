"""The form for new clients: published once, sent in the chat, filled in on the phone, read back into the row."""

from __future__ import annotations

import json

import pytest

from studio_sync.desk import flows
from studio_sync.errors import StudioError
from studio_sync.rules.facts import MessageCame
from tests.hallway.room import Room
from webhook.messages import content

AYANDA = "+447700900106"


@pytest.fixture
def desk(room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """The same studio, asked by the command line too."""
    monkeypatch.setattr(flows, "clock_of", lambda _: room.clock)
    return room


def fills_in(room: Room, phone: str, answers: dict[str, str]) -> None:
    """The person fills in the newest form and sends it; it comes in as the front door reads it."""
    room.post("speak", {"phone": phone, "flow": answers})
    told = room.get(f"phones/{phone.replace('+', '%2B')}/chat")["messages"][-1]["answers"]
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(told)}
    said = content({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}})
    room.put(MessageCame(key=f"wamid.form{phone}", at=room.clock.now(), phone=phone, **said))


def test_the_form_is_made_once_and_its_id_stands_in_settings(desk: Room, capsys: pytest.CaptureFixture[str]) -> None:
    assert flows.publish(desk.config, dry_run=True) == 0
    assert "would be made, filled and published. Nothing was done." in capsys.readouterr().out
    assert flows.publish(desk.config) == 0
    assert "published." in capsys.readouterr().out
    assert flows.publish(desk.config) == 0
    assert "published already." in capsys.readouterr().out
    assert len(desk.calls("whatsapp.flows.create")) == 1
    desk.run(6)
    assert str(desk.row("settings", "registration_form")["value"]).isdigit()


@pytest.mark.sockets
def test_a_run_that_was_cut_goes_on_where_it_stopped(desk: Room, capsys: pytest.CaptureFixture[str]) -> None:
    desk.fault("whatsapp.flows.publish", "refuse")
    with pytest.raises(StudioError):
        flows.publish(desk.config)
    desk.mend()
    assert flows.publish(desk.config) == 0
    assert "published." in capsys.readouterr().out
    assert len(desk.calls("whatsapp.flows.create")) == 1


def test_from_add_as_client_to_the_row_through_the_form(desk: Room) -> None:
    flows.publish(desk.config)
    desk.says(AYANDA, "hi")
    desk.run(6)
    desk.says(AYANDA, "Ayanda Teal")
    desk.run(6)
    question = next(row["id"] for row in desk.rows("questions") if row["key"] == "prospect")
    desk.tick_box_today(f"a:{question}:yes", 0)
    desk.run(8)
    assert any(text.startswith("Welcome, Ayanda. You are on our list now. Tap below") for text in desk.said(AYANDA))
    fills_in(desk, AYANDA, {"name": "Ayanda Teal", "birthday": "3 May", "email": "ayanda@nowhere.example"})
    desk.run(6)
    row = next(row for row in desk.rows("clients") if row.get("name") == "Ayanda Teal")
    assert (row["birthday"], row["email"], row["status"]) == ("3 May", "ayanda@nowhere.example", "active")
    assert desk.said(AYANDA)[-1].startswith("Thank you, Ayanda. That is all we need.")
