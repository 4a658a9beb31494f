"""The texts as message templates: numbered, sampled, cleaned, submitted."""

import pytest

from sheets_schema.texts.catalogue import load
from sheets_schema.texts.templates import (
    all_templates,
    clean_parameter,
    key_of,
    link_token,
    parameters,
    submission,
    template_of,
)


def test_a_reminder_as_a_template() -> None:
    spec = template_of(load().message("remind.tomorrow"))
    assert spec.name == "remind_tomorrow_v1"
    assert (spec.language, spec.category, spec.ttl_seconds) == ("en", "UTILITY", 43200)
    assert (
        spec.body
        == "Hi {{1}}, a reminder: your {{2}} session with us is tomorrow, {{3}}.\nPlace: {{4}}\nSee you there."
    )
    assert spec.parameters == ("first", "type", "when", "place")
    assert spec.samples == ("Thandi", "duo", "Wed 4 Nov at 09:00", "12 Nowhere Street")
    assert [b.label for b in spec.buttons] == ["I'll be there", "Can't make it"]


def test_the_body_of_a_submission() -> None:
    assert submission(template_of(load().message("wait.offer"))) == {
        "name": "wait_offer_v1",
        "language": "en",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "message_send_ttl_seconds": 600,
        "components": [
            {
                "type": "BODY",
                "text": "Hi {{1}}, a place you asked for is free: {{2}} on {{3}}. "
                "We keep it for you until {{4}}, then it goes to the next person.",
                "example": {"body_text": [["Thandi", "duo", "Wed 4 Nov at 09:00", "Tue 3 Nov at 09:00"]]},
            },
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Take the place"},
                    {"type": "QUICK_REPLY", "text": "No thanks"},
                ],
            },
        ],
    }


def test_an_invoice_carries_its_paper_and_a_link_its_token() -> None:
    paper = submission(template_of(load().message("money.invoice")), header_handle="4::abc")
    assert paper["components"][0] == {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::abc"]}}
    assert "message_send_ttl_seconds" not in paper
    link = load().message("money.invoice_link")
    button = submission(template_of(link, link_base="https://studio.example/i/"))["components"][-1]["buttons"][0]
    assert button == {
        "type": "URL", "text": "Open invoice", "url": "https://studio.example/i/{{1}}",
        "example": ["https://studio.example/i/sample"],
    }  # fmt: skip
    assert link_token(link, {"token": "abc"}) == "abc"
    assert link_token(load().message("money.thanks"), {}) == ""


def test_labels_are_fixed_when_submitted() -> None:
    second = load().message("dun.second")
    assert template_of(second, owner="Nadine").buttons[2].label == "Talk to Nadine"
    assert template_of(second, owner="Bartholomea-Sue").buttons[2].label == "Talk to us"
    assert template_of(second).buttons[2].label == "Talk to us"


def test_parameters_come_in_order_and_clean() -> None:
    message = load().message("remind.next_hour")
    values = {"place": "12\nNowhere\tStreet", "first": " Thandi ", "time": "08:00", "type": "duo", "booking": "b-1"}
    assert parameters(message, values) == ("Thandi", "duo", "08:00", "12 Nowhere Street")
    assert clean_parameter("a" + " " * 9 + "b") == "a    b"
    assert len(clean_parameter("x" * 3000)) == 1024
    with pytest.raises(ValueError, match=r"remind\.next_hour needs a value for \{first\}"):
        parameters(message, {**values, "first": "\n"})


def test_every_template_is_one_meta_would_take() -> None:
    specs = all_templates(owner="Nadine")
    assert len({spec.name for spec in specs}) == len(specs) == 49
    assert [spec.name for spec in specs if spec.category == "MARKETING"] == ["day_birthday_v1"]
    for spec in specs:
        body = submission(spec)
        assert len(spec.body) <= 1024
        assert len(spec.samples) == spec.body.count("{{")
        assert 30 <= body.get("message_send_ttl_seconds", 30) <= 43200
        assert all(len(b.label) <= 20 for b in spec.buttons)
        assert key_of(spec.name)


def test_names_old_and_new_lead_to_their_text() -> None:
    assert key_of("booking_confirmed_v1") == "booking.confirmed"
    assert key_of("admin_morning_us") == "digest.morning"
    with pytest.raises(ValueError, match="no_such_template"):
        key_of("no_such_template")
    with pytest.raises(ValueError, match="is no template"):
        template_of(load().message("menu.main"))
