"""Stories of messages going both ways, over real HTTP."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.receiver import Receiver

THANDI = "+44 7700 900101"
SEND = "/v26.0/106540352242922/messages"


@pytest.fixture
def receiver(emulator: Emulator) -> Iterator[Receiver]:
    listening = Receiver()
    told = emulator.verb("app", webhook=listening.url, verify_token="t0ken", app_secret="s3cret")
    assert told["verified"] is True
    yield listening
    listening.close()


def text(body: str, to: str = "+447700900101", **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": body}, **more}


def chat(emulator: Emulator, phone: str = "447700900101") -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = emulator.get(f"/_emulator/phones/{phone}/chat")["messages"]
    return messages


def test_a_client_writes_and_is_answered(emulator: Emulator, receiver: Receiver) -> None:
    emulator.verb("speak", phone=THANDI, name="Thandi Maroon", text="bookings / Zoë")
    receiver.wait(lambda: receiver.messages)
    [value] = receiver.values
    assert value["contacts"][0]["profile"] == {"name": "Thandi Maroon"}
    assert value["contacts"][0]["wa_id"] == "447700900101"
    [message] = receiver.messages
    assert (message["from"], message["type"], message["text"]) == ("447700900101", "text", {"body": "bookings / Zoë"})
    # Meta's own spelling of the bytes, which the signature covers
    assert b"bookings \\/ Zo\\u00eb" in receiver.raw[0]

    emulator.verb("phones", phone=THANDI, attentive=True)
    answer = emulator.post(SEND, text("Your next sessions:", biz_opaque_callback_data="effect-7"))
    assert answer["contacts"] == [{"input": "+447700900101", "wa_id": "447700900101"}]
    wamid = answer["messages"][0]["id"]
    receiver.wait(lambda: len(receiver.statuses) == 3)
    by_status = {status["status"]: status for status in receiver.statuses}
    assert set(by_status) == {"sent", "delivered", "read"}
    assert all(status["id"] == wamid for status in receiver.statuses)
    assert by_status["sent"]["biz_opaque_callback_data"] == "effect-7"
    assert by_status["sent"]["pricing"]["category"] == "service"
    assert "pricing" not in by_status["read"]
    shown = chat(emulator)
    assert [(message["direction"], message["text"]) for message in shown] == [
        ("in", "bookings / Zoë"),
        ("out", "Your next sessions:"),
    ]
    assert shown[1]["status"] == "read"
    assert receiver.unsigned == 0


def test_a_button_is_tapped_and_a_row_chosen(emulator: Emulator, receiver: Receiver) -> None:
    emulator.verb("speak", phone=THANDI, text="menu")
    buttons = [{"type": "reply", "reply": {"id": "reject_b1", "title": "Reject this time"}}]
    interactive = {"type": "button", "body": {"text": "You are booked."}, "action": {"buttons": buttons}}
    asked = emulator.post(SEND, {**text(""), "type": "interactive", "interactive": interactive})
    emulator.verb("speak", phone=THANDI, tap="Reject this time")
    receiver.wait(lambda: len(receiver.messages) == 2)
    tapped = receiver.messages[1]
    reply = {"type": "button_reply", "button_reply": {"id": "reject_b1", "title": "Reject this time"}}
    assert tapped["interactive"] == reply
    assert tapped["context"]["id"] == asked["messages"][0]["id"]

    rows = [{"id": "next", "title": "Cancel next", "description": "Give back the next one"}]
    action = {"button": "Choose", "sections": [{"title": "All", "rows": rows}]}
    menu = {"type": "list", "body": {"text": "What can we do for you?"}, "action": action}
    emulator.post(SEND, {**text(""), "type": "interactive", "interactive": menu})
    emulator.verb("speak", phone=THANDI, choose="Cancel next")
    receiver.wait(lambda: len(receiver.messages) == 3)
    assert receiver.messages[2]["interactive"]["list_reply"] == rows[0]
    refused = emulator.post("/_emulator/speak", {"phone": THANDI, "tap": "No such button"}, status=400)
    assert refused == {"error": "+447700900101 sees no button No such button"}


def test_two_messages_in_one_delivery_and_the_same_delivery_twice(emulator: Emulator, receiver: Receiver) -> None:
    said = emulator.verb("speak", phone=THANDI, together=[{"text": "one"}, {"text": "two"}], twice=True)
    receiver.wait(lambda: len(receiver.bodies) == 2)
    assert [message["id"] for message in receiver.messages] == said["wamids"] * 2
    assert receiver.raw[0] == receiver.raw[1]


def test_after_24_hours_free_text_is_accepted_and_fails_later(emulator: Emulator, receiver: Receiver) -> None:
    # facts: 0 accepted is not delivered, 1.3 window, 1.4 outside the window
    emulator.verb("speak", phone=THANDI, text="hello")
    emulator.verb("clock", advance=24 * 3600 + 1)
    answer = emulator.post(SEND, text("Too late"))
    receiver.wait(lambda: receiver.statuses)
    [failed] = receiver.statuses
    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131047)
    assert failed["id"] == answer["messages"][0]["id"]
    assert "contacts" not in receiver.values[-1]
    assert chat(emulator)[-1]["error"]["title"] == "Re-engagement message"


def test_someone_without_a_number_writes_and_is_answered_by_user_id(emulator: Emulator, receiver: Receiver) -> None:
    # fact: 1.2 user without number
    emulator.verb("speak", phone="quiet-zoe", name="Zoë Umber", text="hello")
    receiver.wait(lambda: receiver.messages)
    [message] = receiver.messages
    assert "from" not in message
    assert "wa_id" not in receiver.values[0]["contacts"][0]
    user = message["from_user_id"]
    body = {"messaging_product": "whatsapp", "recipient": user, "type": "text", "text": {"body": "Hi Zoë"}}
    assert emulator.post(SEND, body)["contacts"] == [{"input": user, "user_id": user}]
    receiver.wait(lambda: len(receiver.statuses) == 2)
    assert all("recipient_id" not in status for status in receiver.statuses)
    assert chat(emulator, "quiet-zoe")[-1]["text"] == "Hi Zoë"


def test_nothing_is_lost_while_the_receiver_is_down_or_the_stand_in_is_killed(
    mortal_emulator: Emulator, receiver: Receiver
) -> None:
    # fact: 1.1 exactly 200
    mortal_emulator.verb("app", webhook=receiver.url, verify_token="t0ken", app_secret="s3cret")
    mortal_emulator.verb("webhooks", hold=True)
    said = [mortal_emulator.verb("speak", phone=THANDI, text=f"message {number}")["wamids"][0] for number in range(5)]
    answer = mortal_emulator.post(SEND, text("An answer"))["messages"][0]["id"]
    mortal_emulator.kill()
    mortal_emulator.start()
    assert [message["text"] for message in chat(mortal_emulator)][:2] == ["message 0", "message 1"]
    receiver.answers = [500, 503, 404, 302, 201]
    mortal_emulator.verb("webhooks", hold=False, retry_first=0.05)
    receiver.wait(lambda: {message["id"] for message in receiver.messages} == set(said))
    receiver.wait(lambda: {status["status"] for status in receiver.statuses if status["id"] == answer} >= {"delivered"})
    for _ in range(200):
        if not mortal_emulator.get("/_emulator/webhooks")["waiting"]:
            break
        threading.Event().wait(0.05)
    assert mortal_emulator.get("/_emulator/webhooks")["waiting"] == []


def test_webhooks_come_twice_in_batches_and_out_of_order(emulator: Emulator, receiver: Receiver) -> None:
    # fact: 1.1 no order
    emulator.verb("webhooks", hold=True, duplicate=1.0, batch=7, reorder=0.2)
    said = [emulator.verb("speak", phone=THANDI, text=f"message {number}")["wamids"][0] for number in range(10)]
    emulator.verb("webhooks", hold=False)
    receiver.wait(lambda: len(receiver.messages) == 20)
    assert sorted(message["id"] for message in receiver.messages) == sorted(said * 2)
    assert any(len(body["entry"][0]["changes"]) > 1 for body in receiver.bodies)


def test_an_applied_message_whose_answer_is_lost(emulator: Emulator, receiver: Receiver) -> None:
    import requests

    before = Counter(emulator.get("/_emulator/counts").get("whatsapp.messages", {}))
    emulator.verb("speak", phone=THANDI, text="hello")
    emulator.verb("faults", add={"match": "whatsapp.messages", "kind": "lost", "times": 1})
    with pytest.raises(requests.ConnectionError):
        emulator.post(SEND, text("Heard once", biz_opaque_callback_data="key-1"))
    receiver.wait(lambda: receiver.statuses)
    assert receiver.statuses[0]["biz_opaque_callback_data"] == "key-1"
    assert [message["text"] for message in chat(emulator)] == ["hello", "Heard once"]
    for kind in ("reset", "refuse"):
        emulator.verb("faults", add={"match": "meta.*", "kind": kind, "times": 1})
        with pytest.raises(requests.ConnectionError):
            emulator.post(SEND, text("Never heard"))
    assert len(chat(emulator)) == 2
    counted = Counter(emulator.get("/_emulator/counts")["whatsapp.messages"]) - before
    assert counted == {"lost 200": 1, "refuse": 1, "reset": 1}


def test_a_phone_that_is_off_gets_its_messages_later_and_a_blocked_one_never(
    emulator: Emulator, receiver: Receiver
) -> None:
    emulator.verb("speak", phone=THANDI, text="hello")
    emulator.verb("phones", phone=THANDI, off=True)
    emulator.post(SEND, text("While you were away"))
    receiver.wait(lambda: [status["status"] for status in receiver.statuses] == ["sent"])
    emulator.verb("phones", phone=THANDI, off=False)
    receiver.wait(lambda: [status["status"] for status in receiver.statuses] == ["sent", "delivered"])
    emulator.verb("speak", phone=THANDI, read=True)
    receiver.wait(lambda: receiver.statuses[-1]["status"] == "read")
