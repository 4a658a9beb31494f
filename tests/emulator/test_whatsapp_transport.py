"""How deliveries travel, which versions answer, and rarer kinds (facts 1.1, 1.3, 1.5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from emulator.whatsapp import pending
from emulator.whatsapp.courier import Courier
from tests.emulator.phones import NOON, PHONE_ID, THANDI, Program, Studio

NOTE = {"body": "See you at nine"}


def test_a_thousand_changes_fit_one_post_and_three_megabytes(studio: Studio) -> None:
    # fact: 1.1 a thousand
    studio.verb("webhooks", batch=1000)
    for _ in range(3):
        studio.verb("speak", together=[{"phone": THANDI, "text": "/" * 4000} for _ in range(150)])
    for number in range(1005):
        pending.enqueue(studio.world, "messages", {"n": number}, "many")
    studio.later()
    entries = [json.loads(each)["entry"] for each in studio.program.bodies]
    changes = [sum(len(entry["changes"]) for entry in listed) for listed in entries]
    assert sum(changes) == 1008
    assert max(changes) == 1000
    assert all(len(each) <= 3 * 1024 * 1024 for each in studio.program.bodies)
    studio.verb("webhooks", 400, batch=1001)


def test_what_is_not_answered_200_comes_again_for_seven_days(studio: Studio) -> None:
    # fact: 1.1 seven days
    studio.program.status = 202
    studio.verb("speak", phone=THANDI, text="hi")
    studio.later()
    for _ in range(40):
        studio.later(3 * 3600)
    assert len(set(studio.program.bodies)) == 1
    assert studio.world.store.count("hook") == 1
    studio.later(3 * 24 * 3600)
    assert studio.world.store.count("hook") == 0


def test_versions_live_die_and_are_not_born_yet(studio: Studio) -> None:
    # fact: 1.5 versions
    def version(asked: str) -> str:
        return str(studio.call("GET", PHONE_ID, version=asked).headers["facebook-api-version"])

    assert [version(asked) for asked in ("v26.0", "v23.0", "v20.0", "v12.0")] == ["v26.0", "v23.0", "v21.0", "v21.0"]
    unborn = studio.refused("GET", PHONE_ID, version="v27.0")
    assert (unborn["code"], unborn["message"]) == (2500, f"Unknown path components: /v27.0/{PHONE_ID}")
    field = f"{PHONE_ID}?fields=whatsapp_business_manager_messaging_limit"
    assert "nonexisting field" in studio.refused("GET", field, version="v23.0")["message"]


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("location", {"latitude": "12", "longitude": 190}, 131009),
        ("contacts", [], 131008),
        ("audio", {"link": "https://nowhere.example/a.ogg", "caption": "A"}, 131009),
        ("contacts", [{"name": {"formatted_name": "Zoe"}}], 131009),
        (
            "interactive",
            {"type": "location_request_message", "body": {"text": "Where?"}, "action": {"name": "x"}},
            131009,
        ),
    ],
)
def test_rarer_kinds_are_checked_too(studio: Studio, kind: str, content: Any, code: int) -> None:
    assert studio.send_refused(kind, content)["code"] == code


def test_what_was_under_way_when_the_world_was_emptied_stays_gone(studio: Studio) -> None:
    class Emptied(Program):
        """Empties the world while it is told something."""

        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            answer = super().send(request, **options)
            studio.world.reset()
            studio.world.clock.set(NOON, 0.0)
            pending.enqueue(studio.world, "messages", {"n": 1}, "the first of the new world")
            return answer

    emptied = Emptied()
    emptied.status = 500
    courier = Courier(studio.world, emptied.session)
    studio.verb("speak", phone=THANDI, text="hi")
    courier.step()
    courier.stop()
    assert [hook["what"] for _, hook in studio.world.store.items("hook")] == ["the first of the new world"]


def test_a_program_that_dies_of_one_delivery_gets_the_others_when_it_is_back(studio: Studio) -> None:
    class Dies(Program):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
            answer = super().send(request, **options)
            if len(self.bodies) == 1:
                raise KeyboardInterrupt
            return answer

    dies = Dies()
    courier = Courier(studio.world, dies.session)
    for text in ("one", "two", "three"):
        studio.verb("speak", phone=THANDI, text=text)
    with pytest.raises(KeyboardInterrupt):
        courier.step()
    while courier.step():
        pass
    courier.stop()
    heard = [json.loads(each)["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] for each in dies.bodies]
    assert sorted(heard) == ["one", "one", "three", "two"]
