"""What WhatsApp tells the program, row by row of the notes (facts 1.2)."""

from __future__ import annotations

import json

import pytest

from tests.emulator.phones import PHONE_ID, THANDI, Studio

NOTE = {"body": "See you at nine"}


def test_places_cards_and_orders(studio: Studio) -> None:
    place = {"latitude": -33.9, "longitude": 18.4, "name": "Nowhere Street"}
    assert studio.says(location=place)["messages"][0]["location"] == place
    card = [{"name": {"formatted_name": "Zoe", "first_name": "Zoe"}, "phones": [{"phone": "+44 7700 900107"}]}]
    assert studio.says(contacts=card)["messages"][0]["contacts"] == card
    own = studio.says(contacts="own")["messages"][0]
    assert own["origin"] == "contact_request"
    assert set(own["contacts"][0]) == {"vcard", "phones"}
    items = [{"product_retailer_id": "p-1", "quantity": 1, "item_price": 250, "currency": "ZAR"}]
    assert studio.says(order={"product_items": items})["messages"][0]["order"]["product_items"] == items


def test_passed_on_from_an_advertisement_or_about_a_product(studio: Studio) -> None:
    assert studio.says(text="look", forwarded=True)["messages"][0]["context"] == {"forwarded": True}
    assert studio.says(text="look", forwarded="often")["messages"][0]["context"] == {"frequently_forwarded": True}
    product = {"catalog_id": "1", "product_retailer_id": "p-1"}
    assert studio.says(text="this?", product=product)["messages"][0]["context"] == {"referred_product": product}
    referral = {"source_url": "https://fb.me/x", "source_id": "1", "source_type": "ad", "ctwa_clid": "c"}
    assert studio.says(text="hi", referral=referral)["messages"][0]["referral"] == referral


def test_an_edit_and_a_deletion_name_the_message_they_are_about(studio: Studio) -> None:
    first = studio.says(text="Tuesday")["messages"][0]["id"]
    told = studio.says(edit={"wamid": first, "text": "Wednesday"})["messages"][0]
    assert told["edit"]["original_message_id"] == first
    assert told["edit"]["message"] == {"context": {"id": "M0"}, "type": "text", "text": {"body": "Wednesday"}}
    assert studio.chat()[0]["text"] == "Wednesday"
    assert studio.says(revoke=first)["messages"][0]["revoke"] == {"original_message_id": first}
    studio.later(16 * 60)
    assert "too old" in studio.verb("speak", 400, phone=THANDI, edit={"wamid": first, "text": "x"})["error"]
    assert "wrote no message" in studio.verb("speak", 400, phone="+44 7700 900105", revoke=first)["error"]


def test_what_the_api_cannot_carry(studio: Studio) -> None:
    poll = studio.says(unsupported="poll")["messages"][0]
    assert (poll["type"], poll["errors"][0]["code"], poll["unsupported"]) == ("unsupported", 131051, {"type": "poll"})
    bare = studio.says(unsupported="interactive")
    assert "interactive" not in bare["messages"][0]
    assert bare["errors"][0]["code"] == 131000
    media = {"kind": "video", "base64": "eA==", "mime_type": "video/mp4", "too_large": True}
    assert studio.says(media=media)["messages"][0]["errors"][0]["code"] == 131052


def test_any_other_message_in_its_own_shape(studio: Studio) -> None:
    permission = {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}}
    told = studio.says(raw={"type": "interactive", "interactive": permission})["messages"][0]
    assert told["interactive"] == permission


def test_a_tap_may_come_without_what_it_answers(studio: Studio) -> None:
    studio.verb("speak", phone=THANDI, text="hi")
    button = {"type": "button", "body": {"text": "Which?"}, "action": {"buttons": [
        {"type": "reply", "reply": {"id": "keep", "title": "Keep"}}]}}  # fmt: skip
    studio.send("interactive", button)
    assert "context" not in studio.says(tap="Keep", without_context=True)["messages"][0]


def test_a_call_is_told_and_opens_the_window(studio: Studio) -> None:
    # fact: 1.2 calls
    studio.verb("speak", phone=THANDI, call=True)
    first, last = [change["value"]["calls"][0] for change in studio.later()]
    assert (first["event"], last["event"], first["id"] == last["id"]) == ("connect", "terminate", True)
    studio.send("text", NOTE)
    assert [each["status"] for each in studio.statuses()] == ["sent", "delivered"]


def test_a_changed_number_is_a_system_message_without_contacts(studio: Studio) -> None:
    # fact: 1.2 changed number
    old = studio.says(text="hi")["messages"][0]["from_user_id"]
    studio.verb("speak", phone=THANDI, new_number="+44 7700 900177")
    number, user = studio.arrived()
    assert "contacts" not in number
    assert number["messages"][0]["from"] == THANDI
    assert number["messages"][0]["system"]["type"] == "user_changed_number"
    assert number["messages"][0]["system"]["wa_id"] == "447700900177"
    told = user["messages"][0]
    assert "from" not in told
    assert (told["system"]["type"], told["system"]["previous_user_id"]) == ("user_changed_user_id", old)
    studio.verb("speak", phone="+44 7700 900177", text="me again")
    assert studio.arrived()[0]["messages"][0]["from_user_id"] == told["system"]["user_id"] != old
    studio.send("text", NOTE)
    assert studio.statuses()[0]["errors"][0]["code"] == 131026


def test_a_changed_user_id_or_security_code(studio: Studio) -> None:
    studio.verb("speak", phone=THANDI, text="hi")
    told = studio.says(new_user_id=True)["messages"][0]["system"]
    assert told["type"] == "user_changed_user_id"
    assert studio.says(text="again")["messages"][0]["from_user_id"] == told["user_id"]
    changed = studio.says(new_identity=True)
    assert changed["messages"][0]["system"]["type"] == "customer_identity_changed"
    assert changed["contacts"][0]["wa_id"] == THANDI


def test_a_username_hides_the_number_thirty_days_after_the_last_contact(studio: Studio) -> None:
    # fact: 1.2 username
    studio.says(text="hi")
    value = studio.says(text="I have a name now", username="thandi.m")
    assert value["contacts"][0]["profile"]["username"] == "thandi.m"
    assert value["messages"][0]["from"] == THANDI
    studio.later(31 * 24 * 3600)
    value = studio.says(text="still here")
    assert "from" not in value["messages"][0]
    assert "wa_id" not in value["contacts"][0]
    user = value["messages"][0]["from_user_id"]
    studio.ok(
        "POST",
        f"{PHONE_ID}/messages",
        {"messaging_product": "whatsapp", "recipient": user, "type": "text", "text": NOTE},
    )
    assert all("recipient_id" not in each for each in studio.statuses())
    studio.verb("webhooks", id_in_from=True)
    assert studio.says(text="or so")["messages"][0]["from"] == user
    studio.send("text", NOTE)
    assert studio.statuses()[0]["recipient_id"] == THANDI


def test_in_brazil_the_id_of_a_phone_is_not_its_number(studio: Studio) -> None:
    # fact: 0 brazil
    number, wa_id = "+5511987654321", "551187654321"
    studio.verb("phones", phone=number, name="Bruna", wa_id=wa_id)
    studio.verb("speak", phone=number, text="oi")
    [value] = studio.arrived()
    assert (value["messages"][0]["from"], value["contacts"][0]["wa_id"]) == (wa_id, wa_id)
    for to in (number, f"+{wa_id}"):
        answer = studio.send("text", NOTE, to=to)
        assert answer["contacts"] == [{"input": to, "wa_id": wa_id}]
        assert {each["recipient_id"] for each in studio.statuses()} == {wa_id}
    assert len(studio.chat("5511987654321")) == 3


def test_the_owner_writes_from_the_phone_app(studio: Studio) -> None:
    # fact: 1.2 echoes
    wamid = studio.verb("speak", phone=THANDI, business=True, text="I will call you")["wamids"][0]
    [change] = studio.later()
    assert change["field"] == "smb_message_echoes"
    [echo] = change["value"]["message_echoes"]
    assert (echo["from"], echo["to"], echo["id"]) == ("447700900100", THANDI, wamid)
    studio.verb("speak", phone=THANDI, business=True, edit={"wamid": wamid, "text": "I call"})
    studio.verb("speak", phone=THANDI, business=True, revoke=wamid)
    edited, gone = [each["message_echoes"][0] for each in studio.arrived()]
    assert edited["edit"]["original_message_id"] == gone["revoke"]["original_message_id"] == wamid
    assert studio.chat()[0]["text"] == "This message was deleted"


def test_marketing_is_stopped_and_resumed_by_the_person(studio: Studio) -> None:
    # fact: 1.2 marketing wish
    studio.template("offer", "MARKETING")
    studio.verb("speak", phone=THANDI, text="hi")
    studio.later()
    studio.verb("speak", phone=THANDI, marketing=False)
    [change] = studio.later()
    assert change["field"] == "user_preferences"
    assert change["value"]["user_preferences"][0]["value"] == "stop"
    studio.remind("offer")
    assert studio.statuses()[0]["errors"][0]["code"] == 131050
    studio.verb("speak", phone=THANDI, marketing=True)
    assert studio.arrived()[0]["user_preferences"][0]["value"] == "resume"
    studio.remind("offer")
    assert studio.statuses()[0]["status"] == "sent"


@pytest.mark.parametrize("field", ["account_update", "account_alerts", "account_review_update", "security",
    "phone_number_quality_update", "phone_number_name_update", "business_capability_update",
    "message_template_components_update"])  # fmt: skip
def test_news_of_the_account(studio: Studio, field: str) -> None:
    # fact: 1.2 account news
    told = studio.verb("news", field=field)["value"]
    assert studio.later() == [{"value": told, "field": field}]


def test_an_entry_has_the_time_when_it_is_about_the_account(studio: Studio) -> None:
    studio.verb("webhooks", batch=3)
    for what in ("errors", "security", "errors"):
        studio.verb("news", field=what)
    studio.later()
    entries = json.loads(studio.program.bodies[-1])["entry"]
    assert ["time" in entry for entry in entries] == [False, True, False]


def test_any_other_field_and_a_problem_of_the_whole_account(studio: Studio) -> None:
    studio.verb("news", field="next_year", value={"x": 1})
    studio.verb("news", field="errors")
    unknown, problem = studio.later()
    assert unknown == {"value": {"x": 1}, "field": "next_year"}
    assert problem["field"] == "messages"
    assert problem["value"]["errors"][0]["code"] == 130429
    assert not {"messages", "statuses"} & set(problem["value"])
    assert "give a value" in studio.verb("news", 400, field="unheard_of")["error"]
