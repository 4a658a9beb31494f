"""Forms in the chat: reviewed as Meta does, sent, filled in, and managed by an unmodified client library."""

# The library re-exports without saying so.
# mypy: disable-error-code="attr-defined"

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from pywa import types
from pywa.errors import FlowDeletingError, FlowPublishingError, FlowUpdatingError, SendMessageError
from pywa.types import flows

from emulator.whatsapp import flow_json
from tests.emulator.phones import ACCOUNT_ID, PHONE_ID, THANDI, Meta, their_client


def form(**changes: Any) -> dict[str, Any]:
    """Two screens: who, then the rest."""

    def field(kind: str, name: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "name": name, "label": name.title(), **more}

    def footer(label: str, action: dict[str, Any]) -> dict[str, Any]:
        return {"type": "Footer", "label": label, "on-click-action": action}

    onward = {"name": "navigate", "next": {"type": "screen", "name": "REST"}, "payload": {"name": "${form.name}"}}
    done = {"name": "complete", "payload": {"name": "${data.name}", "mail": "${form.mail}", "kind": "registration",
                                            "born": "${screen.WHO.form.born}"}}  # fmt: skip
    first = [field("TextInput", "name", required=True), field("DatePicker", "born"), footer("Next", onward)]
    last = [field("TextInput", "mail", required=True), footer("Send", done)]
    who = {"id": "WHO", "title": "Who", "layout": {"type": "SingleColumnLayout", "children": first}}
    rest = {
        "id": "REST", "title": "More", "terminal": True, "data": {"name": {"type": "string", "__example__": "Zoe"}},
        "layout": {"type": "SingleColumnLayout", "children": [{"type": "Form", "name": "f", "children": last}]},
    }  # fmt: skip
    return {"version": "7.3", "screens": [who, rest], **changes}


@pytest.fixture
def meta(client: FlaskClient) -> Meta:
    return Meta(client)


@pytest.fixture
def flow_id(meta: Meta) -> str:
    """A published form."""
    wanted = {"name": "registration", "categories": ["SIGN_UP"], "flow_json": json.dumps(form()), "publish": True}
    made = meta.ok("POST", f"{ACCOUNT_ID}/flows", wanted)
    assert made["success"] is True
    return str(made["id"])


def asked(flow: str, **more: Any) -> dict[str, Any]:
    parameters = {"flow_message_version": "3", "flow_id": flow, "flow_cta": "Register", **more}
    action = {"name": "flow", "parameters": {name: value for name, value in parameters.items() if value is not None}}
    return {"type": "flow", "body": {"text": "Welcome"}, "action": action}


def test_a_form_is_sent_and_filled_in(meta: Meta, flow_id: str) -> None:
    # facts: 1.2 filled form, 1.6 form without endpoint
    meta.verb("speak", phone=THANDI, text="hello")
    sent = meta.send("interactive", asked(flow_id, flow_token="t-1"))["messages"][0]["id"]
    meta.verb("speak", phone=THANDI, flow={"name": "Zoe", "mail": "zoe@nowhere.example"})
    shown = meta.chat()[-1]
    assert shown["answers"] == {
        "name": "Zoe", "mail": "zoe@nowhere.example", "kind": "registration", "flow_token": "t-1"
    }  # fmt: skip
    hooks = meta.client.get("/_emulator/dump?only=whatsapp").json["whatsapp"]["waiting"]["webhooks"]  # type: ignore[index]
    told = list(hooks.values())[-1]["changes"][0]["value"]["messages"][0]
    assert told["context"]["id"] == sent
    assert told["interactive"]["type"] == "nfm_reply"
    assert told["interactive"]["nfm_reply"]["body"] == "Sent"
    assert json.loads(told["interactive"]["nfm_reply"]["response_json"]) == shown["answers"]


def test_an_answer_uses_values_of_earlier_screens_and_may_lack_its_token(meta: Meta, flow_id: str) -> None:
    # fact: 1.6 form without token
    meta.verb("speak", phone=THANDI, text="hello")
    payload = {"screen": "WHO", "data": {"from": "chat"}}
    meta.send("interactive", asked(flow_id, flow_id=None, flow_name="registration", flow_action_payload=payload))
    answers = {"name": "Zoe", "born": "1990-02-01", "mail": "zoe@nowhere.example"}
    meta.verb("speak", phone=THANDI, flow=answers, token=False)
    assert meta.chat()[-1]["answers"] == {**answers, "kind": "registration"}


def test_what_stands_there_is_sent_and_what_is_hidden_is_not_asked(meta: Meta) -> None:
    footer = {"type": "Footer", "label": "Send", "on-click-action": {
        "name": "complete", "payload": {"name": "${form.name}", "phone": "${form.phone}"}}}  # fmt: skip
    children = [
        {"type": "TextInput", "name": "name", "label": "Name", "required": True},
        {"type": "TextInput", "name": "phone", "label": "Phone", "required": "${data.ask}", "visible": "${data.ask}"},
        footer,
    ]
    who = {"type": "Form", "name": "who", "init-values": {"name": "${data.name}"}, "children": children}
    model = {"name": {"type": "string", "__example__": "Zoe"}, "ask": {"type": "boolean", "__example__": True}}
    screen = {"id": "NEW", "terminal": True, "data": model,
              "layout": {"type": "SingleColumnLayout", "children": [who]}}  # fmt: skip
    text = json.dumps({"version": "7.3", "screens": [screen]})
    wanted = {"name": "registration", "categories": ["SIGN_UP"], "flow_json": text, "publish": True}
    flow = meta.ok("POST", f"{ACCOUNT_ID}/flows", wanted)["id"]
    meta.verb("speak", phone=THANDI, text="hello")
    for ask, fields in ((False, ["name"]), (True, ["name", "phone"])):
        payload = {"screen": "NEW", "data": {"name": "Zoe", "ask": ask}}
        meta.send("interactive", asked(flow, flow_action_payload=payload))
        shown = meta.chat()[-1]["flow"]["fields"]
        assert [each["name"] for each in shown] == fields
        assert shown[0]["value"] == "Zoe"
        answers = {"phone": "0825550123"} if ask else {}
        meta.verb("speak", phone=THANDI, flow=answers)
        assert meta.chat()[-1]["answers"] == {"name": "Zoe", **answers, "flow_token": "unused"}
        assert meta.verb("speak", 400, phone=THANDI, flow={"shoe": "41", **answers})["error"].endswith("no field shoe")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"mail": "zoe@nowhere.example"}, "must be filled in"),
        ({"name": "Z", "mail": "m", "shoe": "41"}, "no field shoe"),
    ],
)
def test_a_person_cannot_send_what_the_form_does_not_ask(
    meta: Meta, flow_id: str, answers: dict[str, str], words: str
) -> None:
    meta.verb("speak", phone=THANDI, text="hello")
    meta.send("interactive", asked(flow_id))
    assert words in meta.verb("speak", 400, phone=THANDI, flow=answers)["error"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"flow_message_version": "2"},
        {"flow_cta": ""},
        {"flow_cta": "x" * 31},
        {"flow_id": "1"},
        {"flow_name": "registration"},
        {"mode": "draft"},
        {"flow_action_payload": {"screen": "WHO", "data": {}}},
    ],
)
def test_a_form_message_is_checked(meta: Meta, flow_id: str, wrong: dict[str, Any]) -> None:
    refusal = meta.send_refused("interactive", asked(flow_id, **wrong))
    assert refusal["code"] in {131008, 131009}
    assert (
        meta.call(
            "POST", f"{PHONE_ID}/messages", meta.message("interactive", asked(flow_id, flow_action="data_exchange"))
        ).status_code
        == 501
    )


def broken(path: list[Any], value: Any) -> str:
    """The form with one thing changed; None takes it out."""
    whole: Any = form()
    *steps, last = path
    inner = whole
    for step in steps:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(whole, indent=2)


FIRST = "screens[0].layout.children"
GO = f"{FIRST}[2].on-click-action"
WHO = ["screens", 0, "layout", "children"]
PROBLEMS: list[tuple[list[Any], Any, str, str]] = [
    (["version"], None, "MISSING_FLOW_JSON_VERSION", ""),
    (["version"], "3.1", "INVALID_FLOW_JSON_VERSION", "version"),
    (["colour"], "red", "INVALID_PROPERTY_KEY", "colour"),
    (["screens"], [], "MIN_ITEMS_REQUIRED", "screens"),
    (["screens", 0, "id"], "WHO_1", "PATTERN_MISMATCH", "screens[0].id"),
    (["screens", 0, "id"], "SUCCESS", "SCREEN_ID_IS_RESERVED_KEYWORD", "screens[0].id"),
    (["screens", 1, "id"], "WHO", "DUPLICATE_SCREEN_IDS", "screens[1].id"),
    (["screens", 1, "terminal"], None, "MISSING_TERMINAL_SCREEN", "screens"),
    (["screens", 1, "layout", "children"], [], "MISSING_FOOTER_ON_TERMINAL_SCREEN", "screens[1]"),
    (["screens", 0, "layout", "type"], "Grid", "INVALID_PROPERTY_VALUE", "screens[0].layout.type"),
    ([*WHO, 0, "type"], "TextBox", "INVALID_PROPERTY_VALUE", f"{FIRST}[0].type"),
    ([*WHO, 0, "type"], None, "MISSING_REQUIRED_TYPE_PROPERTY", f"{FIRST}[0]"),
    ([*WHO, 0, "initial-text"], "x", "INVALID_PROPERTY_KEY", f"{FIRST}[0].initial-text"),
    ([*WHO, 0, "label"], None, "MISSING_REQUIRED_PROPERTY", f"{FIRST}[0]"),
    ([*WHO, 1, "name"], "name", "DUPLICATE_FORM_COMPONENT_NAMES", "screens[0]"),
    ([*WHO, 2, "on-click-action", "name"], "complete", "INVALID_COMPLETE_ACTION", GO),
    ([*WHO, 2, "on-click-action", "name"], "jump", "INVALID_ENUM_VALUE", f"{GO}.name"),
    ([*WHO, 2, "on-click-action", "next", "name"], "AWAY", "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
     f"{GO}.next.name"),
    ([*WHO, 2, "on-click-action", "next", "name"], "WHO", "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
     f"{GO}.next.name"),
    ([*WHO, 2, "on-click-action", "payload"], {}, "INVALID_NAVIGATE_ACTION_PAYLOAD", f"{GO}.payload"),
    ([*WHO, 2, "on-click-action", "payload", "x"], 1, "INVALID_NAVIGATE_ACTION_PAYLOAD", f"{GO}.payload"),
    ([*WHO, 2, "on-click-action", "payload", "name"], "${form.first}", "INVALID_ON_CLICK_ACTION_PAYLOAD",
     f"{GO}.payload"),
    (["screens", 1, "data"], None, "INVALID_SCREEN_DYNAMIC_DATA", ""),
    ([*WHO, 2, "on-click-action", "name"], "open_url", "INVALID_ROUTING_MODEL", "screens"),
    (["screens", 1, "layout", "children", 0, "children", 1, "on-click-action"],
     {"name": "navigate", "next": {"name": "WHO"}}, "INVALID_ROUTING_MODEL", "screens"),
    (["screens", 1, "data", "name"], {}, "INVALID_SCREEN_DATA", "screens[1].data.name"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "code", "place"), PROBLEMS)
def test_the_review_says_what_is_wrong_and_where(path: list[Any], value: Any, code: str, place: str) -> None:
    found = {each["error"]: each for each in flow_json.problems(broken(path, value))}
    assert code in found
    assert found[code]["error_type"] == "FLOW_JSON_ERROR"
    spot = {f"{what}_{end}" for what in ("line", "column") for end in ("start", "end")}
    assert set(found[code]) == {"error", "error_type", "message", "pointers", *spot}
    if place:
        assert found[code]["pointers"][0]["path"] == place


def test_a_form_with_problems_stays_a_draft(meta: Meta) -> None:
    text = broken(["colour"], "red")
    wanted = {"name": "registration", "categories": ["SIGN_UP"], "flow_json": text, "publish": True}
    made = meta.ok("POST", f"{ACCOUNT_ID}/flows", wanted)
    assert made["success"] is False
    kept = meta.ok("GET", made["id"])
    assert (kept["status"], kept["validation_errors"]) == ("DRAFT", made["validation_errors"])
    assert meta.refused("POST", f"{ACCOUNT_ID}/flows", wanted)["error_user_title"] == "Flow name is not unique"


def test_the_place_is_the_line_and_the_columns_of_the_name(meta: Meta) -> None:
    text = '{\n  "version": "7.3",\n  "screens": [\n    {"id": "A", "layout": {}, "colour": "red"}\n  ]\n}'
    made = meta.ok("POST", f"{ACCOUNT_ID}/flows", {"name": "x", "categories": ["OTHER"], "flow_json": text})
    [wrong] = [each for each in made["validation_errors"] if each["error"] == "INVALID_PROPERTY_KEY"]
    assert (wrong["line_start"], wrong["column_start"], wrong["column_end"]) == (4, 31, 38)
    assert wrong["message"] == "Property 'colour' is not allowed."
    made = meta.ok("POST", f"{ACCOUNT_ID}/flows", {"name": "y", "categories": ["OTHER"], "flow_json": "{,}"})
    assert made["validation_errors"][0]["error"] == "INVALID_FLOW_JSON"


def test_a_form_with_an_endpoint_is_not_built(meta: Meta) -> None:
    for text in (json.dumps(form(data_api_version="4.0")), broken([*WHO, 1, "type"], "PhotoPicker")):
        wanted = {"name": "x", "categories": ["OTHER"], "flow_json": text}
        assert meta.call("POST", f"{ACCOUNT_ID}/flows", wanted).status_code == 501


def test_an_unmodified_client_manages_forms(client: FlaskClient, meta: Meta) -> None:
    theirs = their_client(client)
    made = theirs.create_flow("registration", [flows.FlowCategory.SIGN_UP])
    [wrong] = theirs.update_flow_json(made.id, broken(["colour"], "red")).validation_errors
    assert wrong.error == "INVALID_PROPERTY_KEY"
    with pytest.raises(FlowPublishingError, match="Publishing attempt failed"):
        theirs.publish_flow(made.id)
    assert theirs.update_flow_json(made.id, json.dumps(form())).success
    assert theirs.publish_flow(made.id)
    with pytest.raises(FlowUpdatingError):
        theirs.update_flow_json(made.id, json.dumps(form()))
    with pytest.raises(FlowDeletingError):
        theirs.delete_flow(made.id)
    draft = theirs.create_flow("another", [flows.FlowCategory.OTHER])
    assert [(each.name, each.status) for each in theirs.get_flows()] == [
        ("registration", flows.FlowStatus.PUBLISHED),
        ("another", flows.FlowStatus.DRAFT),
    ]
    assert theirs.get_flow(made.id).json_version == "7.3"
    assert theirs.delete_flow(draft.id)
    meta.verb("speak", phone=THANDI, text="hello")
    button = types.FlowButton(title="Register", flow_id=made.id, flow_token="t-1", flow_action_screen="WHO")
    theirs.send_message(to=THANDI, text="Welcome", buttons=button)
    assert meta.chat()[-1]["buttons"] == [{"kind": "flow", "title": "Register", "id": made.id}]
    assert theirs.deprecate_flow(made.id)
    with pytest.raises(SendMessageError):
        theirs.send_message(to=THANDI, text="Welcome", buttons=button)
