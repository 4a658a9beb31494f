"""What Meta decides about templates (facts 1.2, 1.3, 1.5)."""

from __future__ import annotations

import pytest

from tests.emulator.phones import ACCOUNT_ID, Studio

NOTE = {"body": "See you at nine"}


def test_a_template_of_bad_quality_rests_three_hours_then_six_then_for_good(studio: Studio) -> None:
    # fact: 1.4 template rests
    studio.template()
    for hours in (3, 6):
        studio.verb("templates", name="reminder", quality="RED")
        quality, status = studio.later()
        assert (quality["field"], status["field"]) == (
            "message_template_quality_update",
            "message_template_status_update",
        )
        assert quality["value"]["new_quality_score"] == "RED"
        assert status["value"]["event"] == "PAUSED"
        parts = [{"type": "body", "parameters": [{"type": "text", "text": "x"}]}]
        content = {"name": "reminder", "language": {"code": "en"}, "components": parts}
        assert studio.send_refused("template", content)["code"] == 132015
        assert studio.later(hours * 3600 - 1) == []
        assert [each["value"]["event"] for each in studio.later(1)] == ["APPROVED"]
    studio.verb("templates", name="reminder", quality="RED")
    assert studio.later()[-1]["value"]["event"] == "DISABLED"


def test_a_utility_template_that_sells_is_rejected(studio: Studio) -> None:
    # fact: 1.5 categories
    def submitted(category: str, text: str) -> str:
        wanted = {"name": f"t{studio.world.number('t')}", "language": "en", "category": category}
        body = [{"type": "BODY", "text": text}]
        return str(studio.ok("POST", f"{ACCOUNT_ID}/message_templates", {**wanted, "components": body})["status"])

    assert submitted("UTILITY", "Your session is on Tuesday. 20% off the next one!") == "REJECTED"
    assert studio.later()[0]["value"]["reason"] == "INCORRECT_CATEGORY"
    assert submitted("MARKETING", "Your session is on Tuesday. 20% off the next one!") == "APPROVED"
    assert submitted("UTILITY", "Your session is on Tuesday, wholesale or not.") == "APPROVED"


def test_what_a_template_may_not_have(studio: Studio) -> None:
    body = {"type": "BODY", "text": "Hello there"}
    wanted = {"name": "x", "language": "en", "category": "UTILITY", "components": [body]}
    path = f"{ACCOUNT_ID}/message_templates"
    assert studio.refused("POST", path, {**wanted, "message_send_ttl_seconds": 29})["code"] == 100
    assert studio.refused("POST", path, {**wanted, "message_send_ttl_seconds": 12 * 3600 + 1})["code"] == 100
    for part in ({"type": "HEADER", "format": "LOCATION"}, {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE"}]}):
        assert studio.call("POST", path, {**wanted, "components": [body, part]}).status_code == 501


def test_meta_calls_a_utility_template_marketing(studio: Studio) -> None:
    studio.template()
    studio.verb("templates", name="reminder", category="MARKETING")
    [change] = studio.later()
    assert change["field"] == "template_category_update"
    assert (change["value"]["previous_category"], change["value"]["new_category"]) == ("UTILITY", "MARKETING")
    studio.remind()
    assert studio.statuses()[0]["pricing"]["category"] == "marketing"


@pytest.mark.parametrize(("end", "fate"), [("release", "sent"), ("drop", "failed")])
def test_messages_of_a_paced_template_are_held(studio: Studio, end: str, fate: str) -> None:
    studio.template()
    studio.verb("templates", name="reminder", pacing="hold")
    answer = studio.remind()
    assert answer["messages"][0]["message_status"] == "held_for_quality_assessment"
    assert studio.later(3600) == []
    studio.verb("templates", name="reminder", pacing=end)
    assert studio.statuses()[0]["status"] == fate
    studio.verb("templates", name="reminder", pacing="pause")
    assert studio.remind()["messages"][0]["message_status"] == "paused"


def test_templates_are_limited_in_all_and_in_an_hour(studio: Studio) -> None:
    # fact: 1.5 template limits
    studio.verb("quota", **{"whatsapp.templates": 3, "whatsapp.templates_hour": 2})
    studio.template("one")
    studio.template("two")
    wanted = {
        "name": "x",
        "language": "en",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Hello there"}],
    }
    assert studio.refused("POST", f"{ACCOUNT_ID}/message_templates", wanted)["code"] == 80007
    studio.later(3601)
    studio.template("three")
    assert studio.refused("POST", f"{ACCOUNT_ID}/message_templates", wanted)["error_subcode"] == 2388019


def test_a_verdict_that_meta_does_not_give(studio: Studio) -> None:
    studio.template()
    for wrong in ({"status": "FINE"}, {"quality": "BLUE"}, {"category": "NEWS"}, {"pacing": "run"}, {}):
        studio.verb("templates", 400, name="reminder", **wrong)
    studio.verb("templates", 400, name="unknown", status="PAUSED")
