"""What WhatsApp tells that is neither message nor status: kept as it came."""

from __future__ import annotations

import json
from typing import Any

import pytest

from studio_sync.rules.facts import MessageCame, NewsCame
from tests.unit.webhook_story import NOW, PHONE_ID, THANDI, change, envelope, message
from webhook.payloads import facts_of


def understood(body: Any, phone_id: str = PHONE_ID) -> list[Any]:
    return list(facts_of(json.dumps(body).encode(), NOW, phone_id))


def only(*messages: Any, **value: Any) -> MessageCame:
    (fact,) = understood(envelope(*messages, **value))
    assert isinstance(fact, MessageCame)
    return fact


def news(field: str, value: Any, time: int | None = 1_793_688_000) -> list[Any]:
    return understood({"entry": [{"id": "1", "time": time, "changes": [change(value, field)]}]})


@pytest.mark.parametrize(
    "field",
    [
        "message_template_status_update",
        "message_template_quality_update",
        "template_category_update",
        "account_update",
        "account_alerts",
        "phone_number_quality_update",
        "business_capability_update",
        "security",
        "a_field_of_next_year",
    ],
)
def test_other_news_are_kept_as_they_came(field: str) -> None:
    # fact: 1.2 unknown fields
    (fact,) = news(field, {"event": "PAUSED", "list": [1, {"deep": None}]})
    assert isinstance(fact, NewsCame)
    assert (fact.field, fact.data) == (field, {"event": "PAUSED", "list": [1, {"deep": None}]})
    assert fact.at.timestamp() == NOW.timestamp() or fact.at < NOW


def test_the_same_news_again_have_the_same_key_and_a_later_time_another() -> None:
    # fact: 1.1 own ids
    first, again, later = (
        news("account_update", {"event": "DISABLED_UPDATE"}, time)[0] for time in (1_762_000_000, 1_762_000_000, 1)
    )
    assert first.key == again.key != later.key


def test_a_wish_about_marketing_names_who_and_what() -> None:
    told = {"wa_id": THANDI, "category": "marketing_messages", "value": "stop", "timestamp": 1_762_000_000}
    (fact,) = news("user_preferences", {"user_preferences": [told]})
    assert fact.data == {"phone": f"+{THANDI}", "user_id": "", "category": "marketing_messages", "value": "stop"}


def test_an_echo_is_what_she_wrote_from_the_phone_app() -> None:
    said = {"from": "447700900100", "to": THANDI, "id": "wamid.e", "type": "text", "text": {"body": "See you"}}
    (fact,) = news("smb_message_echoes", {"message_echoes": [{**said, "timestamp": "1762000000"}]})
    assert (fact.key, fact.data["phone"], fact.data["text"]) == ("news:wamid.e", f"+{THANDI}", "See you")
    (odd,) = news("smb_message_echoes", {"message_echoes": [{"id": "wamid.e"}]})
    assert odd.data == {"message_echoes": [{"id": "wamid.e"}]}


def test_trouble_of_the_account_and_a_broken_message_among_good_ones_are_kept_whole() -> None:
    # fact: 1.2 account problems
    (fact,) = understood({"entry": [{"changes": [change({"errors": [{"code": 131042}]})]}]})
    assert (fact.kind, fact.field, fact.data) == ("news", "messages", {"errors": [{"code": 131042}]})
    found = understood(envelope(message(), {"type": "text"}))
    assert sorted(fact.kind for fact in found) == ["message", "news"]


def test_a_message_of_a_kind_nobody_knows_is_kept_whole() -> None:
    assert only(message(type="hologram", hologram={"id": "h"})).raw["hologram"] == {"id": "h"}
    assert only(message()).raw == {}
