"""What becomes of a message, what it costs, and how many there may be (facts 1.2 to 1.5)."""

from __future__ import annotations

import io

from tests.emulator.phones import PHONE_ID, THANDI, Studio

NOTE = {"body": "See you at nine"}


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
