"""The rest of the notes on WhatsApp, row by row: what arrives, in which shape, and what becomes of what was sent."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from emulator.whatsapp import pending
from tests.emulator.phones import ACCOUNT_ID, PHONE_ID, THANDI, Studio

NOTE = {"body": "See you at nine"}


# what people send (facts 1.2)


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


# what becomes of a message (facts 1.2 statuses, 1.3, 1.4)


def test_an_open_chat_reads_at_once_and_carries_the_price(studio: Studio) -> None:
    studio.verb("speak", phone=THANDI, text="hi", open=True)
    studio.later()
    studio.send("text", NOTE)
    sent, read = studio.statuses()
    assert (sent["status"], read["status"]) == ("sent", "read")
    assert sent["pricing"] == read["pricing"]
    studio.verb("phones", phone=THANDI, open=False)
    studio.send("text", NOTE)
    assert ["pricing" in each for each in studio.statuses()] == [True, True]
    studio.verb("speak", phone=THANDI, read=True)
    assert ["pricing" in each for each in studio.statuses()] == [False]


def test_a_voice_note_is_played(studio: Studio) -> None:
    studio.verb("speak", phone=THANDI, text="hi")
    form = {"messaging_product": "whatsapp", "file": (io.BytesIO(b"OggS"), "v.ogg", "audio/ogg")}
    media_id = studio.client.post(f"/v26.0/{PHONE_ID}/media", data=form).get_json()["id"]
    wamid = studio.send("audio", {"id": media_id})["messages"][0]["id"]
    studio.later()
    studio.verb("speak", phone=THANDI, read=True, played=wamid)
    assert [each["status"] for each in studio.statuses()] == ["read", "played"]


def test_failing_before_or_after_sent_with_or_without_contacts(studio: Studio) -> None:
    studio.verb("speak", phone=THANDI, text="hi", fails=131000)
    studio.later()
    studio.send("text", NOTE)
    [change] = studio.later()
    assert "contacts" not in change["value"]
    studio.verb("phones", phone=THANDI, fails_late=True)
    studio.verb("webhooks", failed_contacts=True)
    studio.send("text", NOTE)
    sent, failed = studio.later()
    assert sent["value"]["statuses"][0]["status"] == "sent"
    assert failed["value"]["contacts"][0]["wa_id"] == THANDI


def test_a_conversation_is_told_by_old_versions_and_for_advertisements(studio: Studio) -> None:
    studio.verb("speak", phone=THANDI, text="hi")
    studio.later()
    studio.send("text", NOTE)
    assert all("conversation" not in each for each in studio.statuses())
    studio.verb("account", version="v23.0")
    studio.send("text", NOTE)
    assert {each["conversation"]["origin"]["type"] for each in studio.statuses()} == {"service"}
    studio.verb("account", version="v26.0")
    studio.says(text="saw your ad", referral={"source_type": "ad", "source_id": "1", "source_url": "https://fb.me/x"})
    studio.send("text", NOTE)
    free = studio.statuses()[0]
    assert (free["pricing"]["type"], free["pricing"]["billable"]) == ("free_entry_point", False)
    assert free["conversation"]["origin"]["type"] == "referral_conversion"
    studio.later(73 * 3600)
    studio.says(text="hi again")
    studio.send("text", NOTE)
    assert studio.statuses()[0]["pricing"]["type"] == "free_customer_service"


def test_after_a_thousand_in_a_month_they_cost_and_need_a_way_to_pay(studio: Studio) -> None:
    # fact: 0 priced replies
    studio.world.store.put("series", "service:2026-11", {"next": 1000})
    studio.verb("speak", phone=THANDI, text="hi")
    studio.later()
    studio.send("text", NOTE)
    assert studio.statuses()[0]["pricing"]["type"] == "free_customer_service"
    studio.send("text", NOTE)
    assert studio.statuses()[0]["pricing"] == {
        "billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"
    }  # fmt: skip
    studio.verb("account", paid=False)
    studio.send("text", NOTE)
    assert studio.statuses()[0]["errors"][0]["code"] == 131042


def test_no_more_than_250_people_are_reached_outside_the_window_in_a_day(studio: Studio) -> None:
    # fact: 1.5 people per day
    studio.template()
    studio.verb("quota", **{"whatsapp.unique_users": 2})
    for number in (901, 902, 902, 903):
        studio.remind(to=f"+44770090{number:04d}")
    codes = [
        each.get("errors", [{"code": 0}])[0]["code"] for each in studio.statuses() if each["status"] != "delivered"
    ]
    assert codes == [0, 0, 0, 131048]
    studio.verb("speak", phone="+447700900903", text="hi")
    studio.later()
    studio.remind(to="+447700900903")
    assert studio.statuses()[0]["status"] == "sent"
    studio.later(24 * 3600)
    studio.remind(to="+447700900904")
    assert studio.statuses()[0]["status"] == "sent"
    assert studio.ok("GET", f"{PHONE_ID}?fields=whatsapp_business_manager_messaging_limit") == {
        "whatsapp_business_manager_messaging_limit": "TIER_2", "id": PHONE_ID
    }  # fmt: skip


def test_no_marketing_to_the_united_states(studio: Studio) -> None:
    # fact: 1.5 no marketing to the US
    studio.template("offer", "MARKETING")
    for to, status in (("+12125550123", "failed"), ("+16135550123", "sent"), (f"+{THANDI}", "sent")):
        studio.remind("offer", to=to)
        told = studio.statuses()[0]
        assert told["status"] == status
    studio.template()
    studio.remind(to="+12125550123")
    assert studio.statuses()[0]["status"] == "sent"


def test_a_number_used_in_the_app_too_is_slower(studio: Studio) -> None:
    # fact: 1.4 throughput
    studio.verb("account", coexistence=True)
    codes = [studio.call("POST", f"{PHONE_ID}/messages", studio.message("text", NOTE, f"+4477009{n:05d}")).status_code
             for n in range(21)]  # fmt: skip
    assert codes == [200] * 20 + [400]


def test_what_comes_in_counts_too(studio: Studio) -> None:
    studio.verb("quota", **{"whatsapp.throughput": 2})
    for _ in range(2):
        studio.verb("speak", phone=THANDI, text="hi")
    assert studio.send_refused("text", NOTE)["code"] == 130429
    studio.later(1.1)
    studio.send("text", NOTE)


def test_a_reaction_to_what_is_gone_fails_later(studio: Studio) -> None:
    # fact: 1.3 reaction message
    said = studio.says(text="hi")["messages"][0]["id"]
    assert (
        studio.send_refused("reaction", {"message_id": said, "emoji": "x"}, context={"message_id": said})["code"] == 100
    )
    studio.send("reaction", {"message_id": said, "emoji": "x"})
    assert [each["status"] for each in studio.statuses()] == ["sent"]
    studio.send("reaction", {"message_id": "wamid.none", "emoji": "x"})
    assert studio.statuses()[0]["errors"][0]["code"] == 131009
    studio.later(31 * 24 * 3600)
    studio.send("reaction", {"message_id": said, "emoji": "x"})
    assert studio.statuses()[0]["errors"][0]["code"] == 131009


def test_what_waited_too_long_for_a_phone_that_was_off_is_dropped(studio: Studio) -> None:
    # fact: 1.3 life of a message
    studio.template()
    studio.template("in_time", message_send_ttl_seconds=3600)
    studio.verb("phones", phone=THANDI, off=True)
    studio.remind("in_time")
    studio.remind()
    assert [each["status"] for each in studio.statuses(2 * 3600)] == ["sent", "sent"]
    studio.verb("phones", phone=THANDI, off=False)
    [late] = studio.statuses()
    assert late["status"] == "delivered"
    assert [each["status"] for each in studio.chat()] == ["sent", "delivered"]


def test_a_user_id_in_to_is_lost_and_in_recipient_it_is_not_for_codes(studio: Studio) -> None:
    # fact: 1.3 to a user id
    user = studio.says(text="hi")["messages"][0]["from_user_id"]
    assert studio.send("text", NOTE, to=user)["messages"][0]["id"].startswith("wamid.")
    assert studio.later(3600) == []
    studio.template("code", "AUTHENTICATION")
    parts = [{"type": "body", "parameters": [{"type": "text", "text": "1234"}]}]
    content = {"name": "code", "language": {"code": "en"}, "components": parts}
    body = {"messaging_product": "whatsapp", "recipient": user, "type": "template", "template": content}
    assert studio.refused("POST", f"{PHONE_ID}/messages", body)["code"] == 131062
    studio.write_to(user, "text", NOTE)
    assert studio.statuses()[0]["status"] == "sent"


def test_one_person_can_be_refused_at_once(studio: Studio) -> None:
    studio.verb("phones", phone=THANDI, refused=130403)
    assert studio.send_refused("text", NOTE)["code"] == 130403


def test_a_link_is_fetched_once_in_ten_minutes(studio: Studio) -> None:
    studio.verb("speak", phone=THANDI, text="hi")
    studio.later()
    for _ in range(2):
        studio.send("image", {"link": "http://studio.example/a.png"})
    studio.later()
    first, second = studio.chat()[1:]
    assert first["media"]["id"] == second["media"]["id"]


# templates (facts 1.2, 1.3, 1.5)


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


# transport and versions (facts 1.1, 1.5)


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
