"""People who cannot be reached, files behind links, time by the clock, garbage, and kills in the middle of work."""

from __future__ import annotations

import base64
import random
import threading
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from emulator.app import create_app
from emulator.whatsapp.courier import Courier
from emulator.world import World
from tests.emulator.conftest import Emulator
from tests.emulator.phones import Program

SEND = "/v26.0/106540352242922/messages"
TEMPLATES = "/v26.0/102290129340398/message_templates"
TO = {"messaging_product": "whatsapp", "to": "+447700900101"}


@pytest.fixture
def program() -> Program:
    return Program()


@pytest.fixture
def courier(world: World, client: FlaskClient, program: Program) -> Courier:
    client.post("/_emulator/account", json={"webhook": "http://program.example/webhook"})
    client.post("/_emulator/webhooks", json={"by": "clock", "sent": 1, "delivered": 2, "read": 30})
    world.clock.set(world.clock.now(), 0)
    return Courier(world, program.session)


def later(world: World, courier: Courier, seconds: float) -> None:
    world.clock.advance(seconds)
    while courier.step():
        pass


def text(body: str = "Hello") -> dict[str, Any]:
    return {**TO, "type": "text", "text": {"body": body}}


def test_states_come_by_the_clock(client: FlaskClient, world: World, courier: Courier, program: Program) -> None:
    client.post("/_emulator/speak", json={"phone": "447700900101", "text": "hi", "attentive": True})
    client.post(SEND, json=text())
    later(world, courier, 0)
    assert program.statuses == []
    later(world, courier, 1)
    assert program.statuses == [("sent", None)]
    later(world, courier, 2)
    assert program.statuses == [("sent", None), ("delivered", None)]
    later(world, courier, 30)
    assert program.statuses[2:] == [("read", None)]


def test_people_who_cannot_be_reached(client: FlaskClient, world: World, courier: Courier, program: Program) -> None:
    # fact: 1.4 unreachable
    client.post("/_emulator/speak", json={"phone": "447700900101", "text": "hi"})
    client.post("/_emulator/phones", json={"phone": "447700900101", "whatsapp": False})
    client.post(SEND, json=text())
    client.post("/_emulator/phones", json={"phone": "447700900101", "whatsapp": True, "marketing": False})
    part = {"type": "BODY", "text": "Happy birthday from all of us, and a good year."}
    news = {"name": "day_birthday_v1", "language": "en", "category": "MARKETING", "components": [part]}
    client.post(TEMPLATES, json=news)
    client.post(SEND, json={**TO, "type": "template", "template": {"name": news["name"], "language": {"code": "en"}}})
    later(world, courier, 5)
    assert program.statuses == [("failed", 131026), ("failed", 131050)]
    client.post("/_emulator/phones", json={"phone": "447700900101", "fails": 131049})
    client.post(SEND, json=text())
    later(world, courier, 5)
    assert program.statuses[-1] == ("failed", 131049)
    client.post("/_emulator/phones", json={"phone": "447700900101", "fails": 0})
    client.post(SEND, json=text())
    later(world, courier, 1)
    assert program.statuses[3:] == [("sent", None)]


@pytest.mark.parametrize(("code", "status"), [(131000, 500), (131048, 400), (131031, 403), (190, 401), (133004, 503)])
def test_any_refusal_of_metas_can_be_scripted(client: FlaskClient, code: int, status: int) -> None:
    client.post("/_emulator/faults", json={"add": {"match": "whatsapp.messages", "kind": f"graph.{code}", "times": 1}})
    answer = client.post(SEND, json=text())
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert client.post(SEND, json=text()).status_code == 200


def test_a_document_behind_a_link_is_fetched_before_it_is_sent(
    client: FlaskClient, world: World, courier: Courier, program: Program
) -> None:
    # fact: 1.3 file message
    client.post("/_emulator/speak", json={"phone": "447700900101", "text": "hi"})
    for name in ("invoice.pdf", "gone.pdf"):
        document = {"link": f"http://program.example/{name}", "filename": name}
        assert client.post(SEND, json={**TO, "type": "document", "document": document}).status_code == 200
    later(world, courier, 5)
    assert program.statuses == [("sent", None), ("failed", 131053), ("delivered", None)]
    shown = client.get("/_emulator/phones/447700900101/chat").get_json()["messages"][1]["media"]
    assert client.get(f"/_emulator/media/{shown['id']}").data == b"%PDF-1.4"


def test_a_webhook_is_tried_for_seven_days_and_then_given_up(
    client: FlaskClient, world: World, courier: Courier, program: Program
) -> None:
    program.status = 503
    client.post("/_emulator/speak", json={"phone": "447700900101", "text": "hi"})
    later(world, courier, 0)
    [waiting] = client.get("/_emulator/webhooks").get_json()["waiting"]
    assert waiting["attempts"] == 1
    for _ in range(20):
        later(world, courier, 400)
    [waiting] = client.get("/_emulator/webhooks").get_json()["waiting"]
    assert waiting["attempts"] == 21
    later(world, courier, 7 * 86400)
    assert client.get("/_emulator/webhooks").get_json()["waiting"] == []


def test_a_photo_from_a_client_is_downloaded_by_its_address(client: FlaskClient, world: World) -> None:
    photo = {
        "kind": "image",
        "base64": base64.b64encode(b"\x89PNG").decode(),
        "mime_type": "image/png",
        "caption": "Paid",
    }
    client.post("/_emulator/speak", json={"phone": "447700900101", "media": photo})
    waiting = client.get("/_emulator/dump?only=whatsapp").get_json()["whatsapp"]["waiting"]["webhooks"]
    [message] = next(iter(waiting.values()))["changes"][0]["value"]["messages"]
    assert message["image"]["caption"] == "Paid"
    assert client.get(message["image"]["url"]).data == b"\x89PNG"
    world.clock.advance(8 * 86400)
    assert client.get(f"/v26.0/{message['image']['id']}").status_code == 400


def garbage(source: random.Random, depth: int = 0) -> Any:
    words = ["text", "template", "interactive", "reaction", "document", "type", "to", "body", "action", "buttons", "id"]
    kind = source.randrange(8 if depth < 4 else 5)
    if kind < 5:
        return source.choice([None, True, 0, -1, 1e99, "", "x", "\x00", "\ud800", "🧘", "wamid.AA", *words])
    if kind < 7:
        return {source.choice(words): garbage(source, depth + 1) for _ in range(source.randrange(4))}
    return [garbage(source, depth + 1) for _ in range(source.randrange(4))]


@pytest.mark.parametrize("seed", range(5))
def test_garbage_is_refused_and_never_breaks(client: FlaskClient, seed: int) -> None:
    source = random.Random(seed)
    for _ in range(100):
        kind = source.choice(["text", "template", "interactive", "reaction", "document"])
        body = source.choice(
            [garbage(source), {**TO, "type": kind, kind: garbage(source)}, {**TO, "status": garbage(source)}]
        )
        for path in (SEND, TEMPLATES):
            answer = client.post(path, json=body)
            assert answer.status_code in {200, 400, 404, 501}, (path, body)


def test_every_acknowledged_message_is_there_after_kills_in_the_middle_of_work(mortal_emulator: Emulator) -> None:
    mortal_emulator.verb("quota", on=False)
    source, acknowledged, said = random.Random(7), [], []
    for _ in range(4):
        stop = threading.Timer(source.uniform(0.05, 0.4), mortal_emulator.process.kill)
        stop.start()
        try:
            while True:
                said += mortal_emulator.verb("speak", phone="447700900101", text="hi")["wamids"]
                acknowledged.append(mortal_emulator.post(SEND, text())["messages"][0]["id"])
        except requests.RequestException:
            stop.join()
        mortal_emulator.end()
        mortal_emulator.start()
    wamids = [message["wamid"] for message in mortal_emulator.get("/_emulator/phones/447700900101/chat")["messages"]]
    assert set(acknowledged) | set(said) <= set(wamids)
    assert len(set(wamids)) == len(wamids)
    assert 0 <= len(wamids) - len(acknowledged) - len(said) <= 4


def test_googles_quota_token_and_sharing(client: FlaskClient, world: World) -> None:
    world.clock.set(world.clock.now(), 0)
    made = client.post("/v4/spreadsheets", json={"properties": {"title": "Studio"}}).get_json()
    path = f"/v4/spreadsheets/{made['spreadsheetId']}"
    assert [client.get(path).status_code for _ in range(61)] == [200] * 60 + [429]
    error = client.get(path).get_json()["error"]
    assert (error["status"], error["details"][0]["reason"]) == ("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")
    assert "limit 'Read requests per minute per user' of service 'sheets.googleapis.com'" in error["message"]
    world.clock.advance(61)
    assert client.get(path).status_code == 200
    client.post("/_emulator/unshare", json={"id": made["spreadsheetId"]})
    refused = client.get(path)
    assert (refused.status_code, refused.get_json()["error"]["message"]) == (403, "The caller does not have permission")
    client.post("/_emulator/revoke", json={"token": "google.*"})
    assert client.get(path).get_json()["error"]["status"] == "UNAUTHENTICATED"
    assert client.get(path, headers={"Authorization": ""}).status_code == 401


def test_two_worlds_of_one_seed_are_alike() -> None:
    dumps = []
    for _ in range(2):
        world = World(seed=5)
        world.clock.set(world.clock.now().replace(2026, 11, 3, 6, 0, 0, 0), 0)
        client = create_app(world).test_client()
        client.post("/_emulator/speak", json={"phone": "447700900101", "text": "hi"})
        client.post(SEND, json=text(), headers={"Authorization": "Bearer x"})
        shown = client.get("/_emulator/dump?only=whatsapp").get_json()["whatsapp"]
        del shown["waiting"]
        dumps.append(shown)
        world.close()
    assert dumps[0] == dumps[1]
