"""What WhatsApp tells, and what we make of it (facts/whatsapp 1.1 and 1.2)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_sync.rules.facts import MessageCame, NewsCame, StatusCame, load_fact
from tests.unit.webhook_story import NOW, PHONE_ID, THANDI, change, envelope, message, status
from webhook.payloads import facts_of, read


def understood(body: Any, phone_id: str = PHONE_ID) -> list[Any]:
    return list(facts_of(json.dumps(body).encode(), NOW, phone_id))


def _typed(kind: str, told: Any) -> dict[str, Any]:
    return {"type": kind, kind: told}


def only(*messages: Any, **value: Any) -> MessageCame:
    (fact,) = understood(envelope(*messages, **value))
    assert isinstance(fact, MessageCame)
    return fact


def test_a_text_is_who_when_and_what() -> None:
    fact = only(message(body="cancel next", context={"id": "wamid.0", "from": "447700900100"}))
    assert (fact.key, fact.phone, fact.user_id, fact.profile) == (
        "wamid.1",
        f"+{THANDI}",
        "GB.13491208655302741918",
        "Thandi",
    )
    assert (fact.form, fact.text, fact.answers, fact.at) == ("text", "cancel next", "wamid.0", NOW)


@pytest.mark.parametrize(
    ("told", "form", "text", "choice"),
    [
        ({"type": "button", "button": {"payload": "reject_b-1", "text": "Reject"}}, "tap", "Reject", "reject_b-1"),
        (
            {
                "type": "interactive",
                "interactive": {"type": "button_reply", "button_reply": {"id": "say_today", "title": "Show today"}},
            },
            "tap",
            "Show today",
            "say_today",
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "list_reply", "list_reply": {"id": "answer_q-1_c-2", "title": "Mary Plum"}},
            },
            "list",
            "Mary Plum",
            "answer_q-1_c-2",
        ),
        (
            {
                "type": "interactive",
                "interactive": {
                    "type": "nfm_reply",
                    "nfm_reply": {"body": "Sent", "response_json": '{"flow_token":"t-1","name":"Zoë","age":7}'},
                },
            },
            "flow",
            "name: Zoë\nage: 7",
            "t-1",
        ),
        (
            {"type": "location", "location": {"latitude": -33.924869, "longitude": 18, "name": "Nowhere Hall"}},
            "location",
            "-33.924869, 18, Nowhere Hall",
            "",
        ),
        (
            {
                "type": "contacts",
                "contacts": [{"name": {"formatted_name": "Stop"}, "phones": [{"phone": "+44 7700 900107"}]}],
            },
            "contacts",
            "[contacts] Stop +44 7700 900107",
            "",
        ),
        ({"type": "order", "order": {"text": "two mats"}}, "order", "two mats", ""),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "unsupported", "", ""),
        ({"type": "interactive", "errors": [{"code": 131000}]}, "unsupported", "", ""),
        ({"type": "hologram", "hologram": {"id": "h"}}, "unsupported", "", ""),
        ({"type": ["text"]}, "unsupported", "", ""),
        ({"type": "text", "text": "not an object"}, "unsupported", "", ""),
        ({"type": "image", "image": {"caption": "no id"}}, "unsupported", "", ""),
        ({"type": "location", "location": {"latitude": 10**400, "longitude": 200}}, "unsupported", "", ""),
    ],
)
def test_every_kind_of_message(told: Any, form: str, text: str, choice: str) -> None:
    # fact: 1.2 filled form
    fact = only(message(**told))
    assert (fact.form, fact.text, fact.choice) == (form, text, choice)


@pytest.mark.parametrize("kind", ["image", "video", "document", "audio", "sticker"])
def test_a_file_with_its_caption(kind: str) -> None:
    told = {"id": "m-1", "mime_type": "audio/ogg", "sha256": "abc=", "caption": "proof", "voice": True, "filename": "p"}
    fact = only(message(**_typed(kind, told)))
    assert fact.media is not None
    assert (fact.form, fact.text, fact.media.id, fact.media.mime) == ("media", "proof", "m-1", "audio/ogg")
    assert (fact.media.voice, fact.media.filename, fact.media.sha256) == (True, "p", "abc=")


def test_a_reaction_and_one_taken_back_are_about_their_message() -> None:
    given = only(message(type="reaction", reaction={"message_id": "wamid.7", "emoji": "\N{THUMBS UP SIGN}"}))
    taken = only(message(type="reaction", reaction={"message_id": "wamid.7"}))
    assert (given.form, given.text, given.answers) == ("reaction", "\N{THUMBS UP SIGN}", "wamid.7")
    assert (taken.form, taken.text, taken.answers) == ("reaction", "", "wamid.7")


def test_a_number_change_comes_from_the_old_number_and_names_the_new() -> None:
    told = {"type": "user_changed_number", "wa_id": "447700900102", "body": "Thandi changed number"}
    fact = only(message(type="system", system=told), contacts=[])
    assert (fact.form, fact.phone, fact.choice) == ("system", f"+{THANDI}", "user_changed_number:+447700900102")


def test_a_changed_user_id_comes_without_a_sender() -> None:
    told = {"type": "user_changed_user_id", "previous_user_id": "GB.1", "user_id": "GB.2"}
    body = {"id": "wamid.1", "type": "system", "system": told}
    fact = only(body, contacts=[])
    assert (fact.phone, fact.user_id, fact.choice) == ("", "GB.1", "user_changed_user_id:GB.2")


def test_an_edit_is_noted_and_never_obeyed_as_new() -> None:
    fact = only(message(type="edit", edit={"original_message_id": "wamid.0", "text": {"body": "Book me at 10"}}))
    assert (fact.form, fact.choice, fact.answers, fact.text) == ("system", "edit", "wamid.0", "Book me at 10")


def test_a_user_without_a_number_is_known_by_the_user_id() -> None:
    # fact: 1.2 user without number
    people = [{"user_id": "GB.77", "profile": {"name": "Ayanda", "username": "ayanda"}}]
    told = {"id": "wamid.1", "type": "text", "text": {"body": "hello"}, "from_user_id": "GB.77"}
    absent, instead = only(told, contacts=people), only({**told, "from": "GB.77"}, contacts=people)
    for fact in (absent, instead):
        assert (fact.phone, fact.user_id, fact.profile) == ("", "GB.77", "Ayanda")


def test_the_contact_completes_what_the_message_leaves_out() -> None:
    people = [
        {"wa_id": "447700900108", "user_id": "GB.8", "profile": {"name": "Mary"}},
        {"wa_id": THANDI, "user_id": "GB.1", "profile": {"name": "Thandi"}},
    ]
    told = {"id": "wamid.1", "type": "text", "text": {"body": "hello"}, "from_user_id": "GB.8"}
    fact = only(told, contacts=people)
    assert (fact.phone, fact.user_id, fact.profile) == ("+447700900108", "GB.8", "Mary")


@pytest.mark.parametrize("told", ["²7784", "٤٤٧٧٠٠٩٠٠١٠١", "04477009001", "12", "4" * 20, "44 7700 900101", "44\n"])
def test_a_number_in_other_signs_is_nobody(told: str) -> None:
    assert only(message(**{"from": told}), contacts=[]).phone == ""


def test_everything_in_one_delivery_is_handled_by_time() -> None:
    # fact: 1.1 no order
    early = str(int((NOW - timedelta(minutes=5)).timestamp()))
    value = envelope(message("wamid.3"), message("wamid.2", timestamp=early))["entry"][0]["changes"][0]["value"]
    other = {"metadata": {"phone_number_id": PHONE_ID}, "statuses": [status("wamid.9", "read", timestamp=early)]}
    body = {"entry": [{"changes": [change(value), change(other)]}, {"changes": [change({**value, "messages": []})]}]}
    assert [fact.key for fact in understood(body)] == ["wamid.2", "wamid.9:read", "wamid.3"]


def test_a_thousand_updates_in_one_delivery() -> None:
    assert len(understood(envelope(*(message(f"wamid.{n}") for n in range(1000))))) == 1000


def test_a_status_hands_our_key_back() -> None:
    # fact: 1.2 our key comes back
    told = status(
        "wamid.9", "sent", biz_opaque_callback_data="wamid.1/send:x", pricing={"type": "regular", "category": "utility"}
    )
    (fact,) = understood(envelope(statuses=(told,)))
    assert fact == StatusCame(
        key="wamid.9:sent",
        at=NOW,
        wamid="wamid.9",
        status="sent",
        effect_key="wamid.1/send:x",
        billable=True,
        category="utility",
    )


def test_a_failed_status_without_contacts_says_why() -> None:
    # fact: 1.2 failed without contacts
    error = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "over 24 hours"}}
    body = envelope(statuses=(status(word="failed", errors=[error]),))
    del body["entry"][0]["changes"][0]["value"]["contacts"]
    (fact,) = understood(body)
    assert (fact.key, fact.code, fact.detail) == ("wamid.9:failed", 131047, "over 24 hours")


@pytest.mark.parametrize(
    ("pricing", "billable"),
    [
        ({"billable": False, "type": "regular"}, False),
        ({"type": "free_customer_service"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_what_is_free(pricing: Any, billable: bool) -> None:
    # fact: 1.2 free kinds
    (fact,) = understood(envelope(statuses=(status(pricing=pricing),)))
    assert fact.billable is billable


@pytest.mark.parametrize("told", ["soon", "", None, 17, "9" * 11, "9" * 40, "-5", "1_0"])
def test_a_time_that_is_none_is_now(told: Any) -> None:
    assert only(message(timestamp=told)).at == NOW


def test_news_of_another_number_are_not_ours() -> None:
    # fact: 1.1 several numbers
    body = envelope(message())
    assert understood(body, "999") == []
    assert read(json.dumps(body).encode(), NOW, "999").kind == "non-message-event"
    assert len(understood(body, "")) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "empty-entry"),
        ({"entry": None}, "empty-entry"),
        ({"entry": []}, "empty-entry"),
        ({"entry": "x"}, "empty-entry"),
        ({"entry": [{}]}, "empty-changes"),
        ({"entry": [{"changes": None}]}, "empty-changes"),
        ({"entry": [{"changes": [{"field": "messages"}]}]}, "non-message-event"),
        ({"entry": [{"changes": [{"field": 7, "value": {"messages": [message()]}}]}]}, "non-message-event"),
        (
            {"entry": [{"changes": [change({"event": "APPROVED"}, "message_template_status_update")]}]},
            "non-message-event",
        ),
        ({"entry": [{"changes": [change({"errors": [{"code": 131042}]})]}]}, "non-message-event"),
        (
            {"entry": [{"changes": [change({"messages": [None, 7, {}, {"id": 7}, {"id": ""}, {"id": "x" * 5000}]})]}]},
            "non-message-event",
        ),
        (
            {"entry": [{"changes": [change({"statuses": [{"id": "wamid.1"}, {"id": "wamid.1", "status": "A B"}]})]}]},
            "non-message-event",
        ),
        ({"entry": [{"changes": [{"value": {"messages": [message()]}}]}]}, "message"),
    ],
)
def test_what_is_no_news(body: Any, kind: str) -> None:
    assert read(json.dumps(body).encode(), NOW, PHONE_ID).kind == kind


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"7" * 5000 + b"}",
        b'{"a": "\xff"}',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "\x00"}',
        b"[" * 900_000,
        b'{"a":' * 400_000,
        b'{"a":' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"a": "' + b'\\"' * 1_500_000,
        b'{"a": "' + b"\\" * 1_500_001,
        b'{"a": ' + b'["' * 700_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_is_no_delivery_is_refused_at_once(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        facts_of(raw, NOW, PHONE_ID)


def test_brackets_and_backslashes_in_a_text_are_only_a_text() -> None:
    said = '[[{{"\\u0000 \\' * 200
    assert only(message(body=said)).text == said


def test_half_an_emoji_and_nul_in_a_text_are_made_safe() -> None:
    raw = json.dumps(envelope(message(body="I come\ud83d\x00 \U0001f600 \\u0000"))).encode()
    (fact,) = facts_of(raw, NOW, PHONE_ID)
    assert isinstance(fact, MessageCame)
    assert fact.text == "I come\N{REPLACEMENT CHARACTER} \U0001f600 \\u0000"
    (fact,) = facts_of(json.dumps(envelope(message(type="x", more={"\ude00\x00": 1}))).encode(), NOW, PHONE_ID)
    assert isinstance(fact, MessageCame)
    assert fact.raw["more"] == {"\N{REPLACEMENT CHARACTER}": 1}


NAMES = (
    *(
        "entry",
        "changes",
        "field",
        "value",
        "messages",
        "statuses",
        "contacts",
        "metadata",
        "id",
        "from",
        "type",
        "text",
    ),
    *("body", "status", "errors", "timestamp", "system", "interactive", "image", "location", "reaction", "profile"),
    *("context", "pricing"),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["text", "messages", "wamid.1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(value=JSON, messages=JSON)
def test_no_shape_whatever_breaks_the_reader(value: Any, messages: Any) -> None:
    body = {"entry": [{"changes": [change(value), change({"messages": [messages], "statuses": [messages]})]}]}
    try:
        facts = facts_of(json.dumps(body).encode(), NOW, PHONE_ID)
    except ValueError:
        return
    assert all(load_fact(fact.model_dump_json()).key == fact.key for fact in facts)
    assert all(isinstance(fact, MessageCame | StatusCame | NewsCame) and fact.at.tzinfo for fact in facts)
