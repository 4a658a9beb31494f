"""What Meta refuses, with its own words and codes (facts/whatsapp.md 1.3 and 1.4)."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulator.world import World

SEND = "/v26.0/106540352242922/messages"
TEMPLATES = "/v26.0/102290129340398/message_templates"
TO = {"messaging_product": "whatsapp", "to": "+447700900101"}


def send(client: FlaskClient, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(SEND, json={**TO, **body})
    return answer.status_code, answer.get_json()


def refusal(client: FlaskClient, **body: Any) -> tuple[int, int, str]:
    status, answer = send(client, **body)
    error = answer["error"]
    assert error["type"] == "OAuthException"
    assert error["fbtrace_id"]
    return status, error["code"], error.get("error_data", {}).get("details", error["message"])


def buttons(*titles: str, body: str = "Which?") -> dict[str, Any]:
    action = {"buttons": [{"type": "reply", "reply": {"id": title or "x", "title": title}} for title in titles]}
    return {"type": "interactive", "interactive": {"type": "button", "body": {"text": body}, "action": action}}


def choices(rows: list[dict[str, str]], **more: str) -> dict[str, Any]:
    action = {"button": "Choose", "sections": [{"title": "All", "rows": rows}], **more}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": "Which?"}, "action": action}}


def rows(count: int, **more: str) -> list[dict[str, str]]:
    return [{"id": str(number), "title": f"Row {number}", **more} for number in range(count)]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (buttons(), 131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"),
        (buttons("a", "b", "c", "d"), 131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"),
        (buttons("x" * 21), 131009, "Button title length invalid. Min length: 1, Max length: 20"),
        (buttons("a", body="x" * 1025), 131009, "Body text length invalid. Min length: 1, Max length: 1024"),
        (buttons("a", "a"), 131009, "Duplicate Button title"),
        (choices(rows(11)), 131009, "Total row count exceed max allowed count: 10"),
        (choices([{"id": "1", "title": "x" * 25}]), 131009, "Row title is too long. Max length is 24"),
        (choices(rows(1, description="x" * 73)), 131009, "Row description is too long. Max length is 72"),
        (choices(rows(1), button="x" * 21), 131009, "Button label length invalid. Min length: 1, Max length: 20"),
        (
            {"type": "text", "text": {"body": "x" * 4097}},
            131009,
            "Param text['body'] length invalid. Min length: 1, Max length: 4096",
        ),
        ({"type": "text", "text": {}}, 131008, "Parameter 'body' is mandatory"),
        ({"type": "text"}, 131008, "Parameter 'text' is mandatory"),
        (
            {"type": "document", "document": {"id": "123"}},
            100,
            "(#100) Param document['id'] is not a valid whatsapp business account media attachment ID",
        ),
        (
            {"type": "text", "text": {"body": "x"}, "to": "Thandi"},
            131009,
            "Param to is not a valid phone number",
        ),
        (
            {"type": "text", "text": {"body": "x"}, "to": "+447700900100"},
            131021,
            "Sender and recipient phone number is the same",
        ),
        (
            {"type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": "x" * 513},
            100,
            "biz_opaque_callback_data length invalid. Max length: 512",
        ),
    ],
)
def test_a_body_that_meta_does_not_take(client: FlaskClient, body: dict[str, Any], code: int, words: str) -> None:
    assert refusal(client, **body) == (400, code, words)
    assert client.get("/_emulator/dump?only=whatsapp").get_json()["whatsapp"]["phones"] == {}


def test_without_a_token_with_a_revoked_one_and_another_number(client: FlaskClient) -> None:
    body = {**TO, "type": "text", "text": {"body": "hello"}}
    nobody = client.post(SEND, json=body, headers={"Authorization": ""})
    assert (nobody.status_code, nobody.get_json()["error"]["code"]) == (401, 190)
    client.post("/_emulator/revoke", json={"token": "a-token"})
    revoked = client.post(SEND, json=body)
    assert revoked.status_code == 401
    assert revoked.get_json()["error"]["message"] == "Error validating access token: Session has expired"
    client.post("/_emulator/revoke", json={"token": "a-token", "undo": True})
    assert client.post(SEND, json=body).status_code == 200
    other = client.post("/v26.0/999/messages", json=body).get_json()["error"]
    assert (other["code"], other["error_subcode"], other["type"]) == (100, 33, "GraphMethodException")


def test_a_test_number_writes_only_to_its_list(client: FlaskClient) -> None:
    # fact: 1.4 not on the test list
    client.post("/_emulator/account", json={"allowed": ["447700900199"]})
    status, code, _ = refusal(client, type="text", text={"body": "x"})
    assert (status, code) == (400, 131030)


def test_the_pair_rate_lets_45_through_then_one_in_six_seconds(client: FlaskClient, world: World) -> None:
    # fact: 1.4 pair rate
    world.clock.set(world.clock.now(), 0)
    client.post("/_emulator/quota", json={"whatsapp.throughput": 1000})
    for _ in range(45):
        assert send(client, type="text", text={"body": "x"})[0] == 200
    status, answer = send(client, type="text", text={"body": "x"})
    assert (status, answer["error"]["code"]) == (400, 131056)
    assert answer["error"]["message"] == "(#131056) (Business Account, Consumer Account) pair rate limit hit"
    assert (
        client.post(SEND, json={**TO, "to": "+447700900102", "type": "text", "text": {"body": "x"}}).status_code == 200
    )
    world.clock.advance(6)
    assert send(client, type="text", text={"body": "x"})[0] == 200
    assert send(client, type="text", text={"body": "x"})[0] == 400
    client.post("/_emulator/quota", json={"on": False})
    assert send(client, type="text", text={"body": "x"})[0] == 200


BOOKED = {
    "name": "booking_confirmed_v1",
    "language": "en",
    "category": "UTILITY",
    "components": [
        {
            "type": "BODY",
            "text": "Hi {{1}}, your {{2}} session is booked for {{3}}.\nIf this time does not suit you, tap below.",
            "example": {"body_text": [["Thandi", "duo", "Wed 4 Nov at 09:00"]]},
        },
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Reject this time"}]},
    ],
}


def booked(*texts: str, **more: Any) -> dict[str, Any]:
    parameters = [{"type": "text", "text": text} for text in texts]
    components = [
        {"type": "body", "parameters": parameters},
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "0",
            "parameters": [{"type": "payload", "payload": "reject_b1"}],
        },
    ]
    template = {"name": "booking_confirmed_v1", "language": {"code": "en"}, "components": components, **more}
    return {"type": "template", "template": template}


def test_a_template_is_sent_as_submitted_and_its_quick_reply_comes_back_as_a_button(client: FlaskClient) -> None:
    made = client.post(TEMPLATES, json=BOOKED)
    assert made.status_code == 200
    assert made.get_json()["status"] == "APPROVED"
    status, answer = send(client, **booked("Thandi", "duo", "Wed 4 Nov at 09:00"))
    assert status == 200
    assert answer["messages"][0]["message_status"] == "accepted"
    [shown] = client.get("/_emulator/phones/447700900101/chat").get_json()["messages"]
    assert shown["text"].startswith("Hi Thandi, your duo session is booked for Wed 4 Nov at 09:00.")
    assert shown["buttons"] == [{"kind": "quick_reply", "title": "Reject this time", "id": "reject_b1"}]
    assert shown["pricing"] == {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}
    client.post("/_emulator/speak", json={"phone": "447700900101", "tap": "Reject this time"})
    [hook] = [hook for hook in waiting(client) if "messages" in hook]
    assert hook["messages"][0]["button"] == {"payload": "reject_b1", "text": "Reject this time"}


def waiting(client: FlaskClient) -> list[dict[str, Any]]:
    hooks = client.get("/_emulator/dump?only=whatsapp").get_json()["whatsapp"]["waiting"]["webhooks"]
    return [change["value"] for hook in hooks.values() for change in hook["changes"]]


def test_a_template_that_is_missing_paused_or_filled_wrongly(client: FlaskClient) -> None:
    absent = (404, 132001, "template name (booking_confirmed_v1) does not exist in en")
    assert refusal(client, **booked("a", "b", "c")) == absent
    client.post("/_emulator/account", json={"review": "hold"})
    assert client.post(TEMPLATES, json=BOOKED).get_json()["status"] == "PENDING"
    assert refusal(client, **booked("a", "b", "c")) == absent
    client.post("/_emulator/templates", json={"name": BOOKED["name"], "status": "APPROVED"})
    assert waiting(client)[-1]["event"] == "APPROVED"
    count = "body: number of localizable_params (2) does not match the expected number of params (3)"
    assert refusal(client, **booked("a", "b")) == (400, 132000, count)
    line = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
    for text in ("a\nb", "a\tb", "a     b"):
        assert refusal(client, **booked(text, "b", "c")) == (400, 132018, line)
    client.post("/_emulator/templates", json={"name": BOOKED["name"], "status": "PAUSED"})
    assert refusal(client, **booked("a", "b", "c"))[:2] == (400, 132015)


def test_named_parameters_a_document_header_and_a_link_button(client: FlaskClient) -> None:
    # fact: 1.3 template message
    text = "Hi {{first}}, your invoice {{doc}} is ready and waits for you below."
    examples = [{"param_name": "first", "example": "Thandi"}, {"param_name": "doc", "example": "INV-1"}]
    wanted = {
        "name": "money_invoice_v1",
        "language": "en",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [
            {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::x"]}},
            {"type": "BODY", "text": text, "example": {"body_text_named_params": examples}},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Open", "url": "https://nowhere.example/i/{{1}}"}]},
        ],
    }
    assert client.post(TEMPLATES, json=wanted).status_code == 200
    pdf = {
        "messaging_product": "whatsapp",
        "type": "application/pdf",
        "file": (io.BytesIO(PDF), "a.pdf", "application/pdf"),
    }
    media_id = client.post("/v26.0/106540352242922/media", data=pdf).get_json()["id"]
    header = {
        "type": "header",
        "parameters": [{"type": "document", "document": {"id": media_id, "filename": "INV-1.pdf"}}],
    }
    named = [
        {"type": "text", "parameter_name": "doc", "text": "INV-1"},
        {"type": "text", "parameter_name": "first", "text": "Thandi"},
    ]
    link = {"type": "button", "sub_type": "url", "index": 0, "parameters": [{"type": "text", "text": "t0k"}]}
    body = {"type": "body", "parameters": named}
    template = {"name": "money_invoice_v1", "language": {"code": "en"}}
    assert send(client, type="template", template={**template, "components": [header, body, link]})[0] == 200
    [shown] = client.get("/_emulator/phones/447700900101/chat").get_json()["messages"]
    assert shown["text"] == "Hi Thandi, your invoice INV-1 is ready and waits for you below."
    assert shown["media"] == {
        "kind": "document",
        "id": media_id,
        "filename": "INV-1.pdf",
        "mime_type": "application/pdf",
    }
    assert shown["buttons"][0]["url"] == "https://nowhere.example/i/t0k"
    wrong = refusal(client, type="template", template={**template, "components": [body, link]})
    assert wrong == (400, 132012, "header: Format mismatch, expected DOCUMENT, received UNKNOWN")
    nameless = {"type": "body", "parameters": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
    assert refusal(client, type="template", template={**template, "components": [header, nameless, link]}) == (
        400,
        100,
        "Parameter name is missing or empty",
    )


@pytest.mark.parametrize(
    ("text", "subcode"),
    [
        ("{{1}}, you are booked for the session at nine.", 2388299),
        ("You are booked for the session at nine, {{1}}.", 2388299),
        ("You are booked for {{1}} {{2}} with us, see you.", 2388299),
        ("On {{1}} at {{2}} see {{3}} ok", 2388293),
        ("You are booked for {{2}} and for {{1}} with us.", 2388043),
    ],
)
def test_a_template_that_the_review_refuses(client: FlaskClient, text: str, subcode: int) -> None:
    part = {"type": "BODY", "text": text, "example": {"body_text": [["a", "b", "c"]]}}
    answer = client.post(TEMPLATES, json={**BOOKED, "components": [part]})
    assert (answer.status_code, answer.get_json()["error"]["error_subcode"]) == (400, subcode)


def test_templates_are_listed_page_by_page(client: FlaskClient) -> None:
    for number in range(5):
        assert client.post(TEMPLATES, json={**BOOKED, "name": f"t{number}"}).status_code == 200
    assert client.post(TEMPLATES, json={**BOOKED, "name": "t0"}).get_json()["error"]["error_subcode"] == 2388024
    first = client.get(f"{TEMPLATES}?limit=3&fields=name,status").get_json()
    assert [row["name"] for row in first["data"]] == ["t0", "t1", "t2"]
    second = client.get(first["paging"]["next"]).get_json()
    assert [row["name"] for row in second["data"]] == ["t3", "t4"]
    assert "next" not in second["paging"]
    assert client.get(f"{TEMPLATES}?name=t4").get_json()["data"][0]["components"][0]["type"] == "BODY"


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def test_media_is_uploaded_looked_up_and_downloaded_for_five_minutes(client: FlaskClient, world: World) -> None:
    # fact: 1.3 media address
    pdf = {"messaging_product": "whatsapp", "file": (io.BytesIO(PDF), "invoice.pdf", "application/pdf")}
    media_id = client.post("/v26.0/106540352242922/media", data=pdf).get_json()["id"]
    found = client.get(f"/v26.0/{media_id}").get_json()
    assert found["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert found["file_size"] == len(PDF)
    assert client.get(found["url"]).data == PDF
    assert client.get(found["url"], headers={"Authorization": ""}).status_code == 401
    assert client.get(found["url"].replace("hash=", "hash=0")).status_code == 404
    world.clock.advance(301)
    assert client.get(found["url"]).status_code == 404
    assert client.get(client.get(f"/v26.0/{media_id}").get_json()["url"]).data == PDF
    picture = client.get(f"/_emulator/media/{media_id}/page1.png")
    assert picture.data.startswith(b"\x89PNG")
    assert client.get(f"/_emulator/media/{media_id}").data == PDF
    world.clock.advance(30 * 86400)
    gone = client.get(f"/v26.0/{media_id}")
    assert gone.get_json()["error"]["error_subcode"] == 33
    page = {"messaging_product": "whatsapp", "file": (io.BytesIO(b"<html>"), "a.html", "text/html")}
    refused = client.post("/v26.0/106540352242922/media", data=page)
    assert "Received file of type 'text/html'" in refused.get_json()["error"]["message"]


def test_reading_typing_and_reacting(client: FlaskClient) -> None:
    # fact: 1.3 read mark
    said = client.post("/_emulator/speak", json={"phone": "447700900101", "text": "hello"}).get_json()["wamids"][0]
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": said, "typing_indicator": {"type": "text"}}
    assert client.post(SEND, json=read).get_json() == {"success": True}
    assert client.post(SEND, json={**read, "message_id": "wamid.xxx"}).status_code == 400
    assert send(client, type="reaction", reaction={"message_id": said, "emoji": "\U0001f44d"})[0] == 200
    first = client.get("/_emulator/phones/447700900101/chat").get_json()["messages"][0]
    assert (first["status"], first["reacted"]) == ("read", "\U0001f44d")


def test_the_number_and_what_nobody_built(client: FlaskClient) -> None:
    number = client.get("/v26.0/106540352242922?fields=display_phone_number,quality_rating").get_json()
    assert number == {"display_phone_number": "+44 7700 900100", "quality_rating": "GREEN", "id": "106540352242922"}
    unknown = client.post("/v26.0/106540352242922/register", json={})
    assert unknown.status_code == 501
    assert unknown.get_json()["error"]["message"] == "The stand-in has no POST /v26.0/106540352242922/register"
