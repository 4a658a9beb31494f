"""WhatsApp tells of wishes, of what she wrote by phone, of templates and of the account; people move."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from studio_sync.rules.facts import MessageCame, NewsCame
from tests.unit.story import Studio

NEW = "+447700900150"


def tells(studio: Studio, field: str, **data: Any) -> None:
    studio.happens(NewsCame(key=studio.key("news:"), at=studio.now, field=field, data=data))


def wishes(studio: Studio, value: str, **who: str) -> None:
    data = {"phone": studio.number("Thandi"), "user_id": "", "category": "marketing_messages", "value": value}
    tells(studio, "user_preferences", **{**data, **who})


def writes_by_phone(studio: Studio, name: str, text: str = "See you at nine") -> None:
    tells(studio, "smb_message_echoes", phone=studio.number(name), user_id="", form="text", text=text)


def test_marketing_stopped_in_whatsapp_leaves_the_bookings() -> None:
    # fact: 1.2 marketing wish
    studio = Studio()
    wishes(studio, "stop")
    assert (studio.row("Clients", "c-THANDI", "Messages"), studio.row("Clients", "c-THANDI", "Consent")) == (
        "bookings only",
        "no",
    )
    wishes(studio, "resume")
    assert (studio.row("Clients", "c-THANDI", "Messages"), studio.row("Clients", "c-THANDI", "Consent")) == (
        "all",
        "yes",
    )


def test_a_wish_about_marketing_never_undoes_stop() -> None:
    studio = Studio()
    studio.says("Thandi", "STOP")
    for value in ("stop", "resume", "something new"):
        wishes(studio, value)
        assert studio.row("Clients", "c-THANDI", "Messages") == "stopped"


def test_a_wish_of_nobody_we_know_changes_nothing() -> None:
    studio = Studio()
    before = studio.rows("Clients", "Messages", "Consent")
    wishes(studio, "stop", phone="+447700900159")
    wishes(studio, "stop", phone="")
    assert studio.rows("Clients", "Messages", "Consent") == before


# -- she answers by phone


def test_what_she_wrote_by_phone_is_a_row_and_nobody_talks_into_it() -> None:
    # fact: 1.2 echoes
    studio = Studio()
    writes_by_phone(studio, "Thandi")
    assert ("out", "Thandi Maroon", "See you at nine", "sent", "echo") in studio.rows(
        "Messages", "Way", "Who", "Text", "State", "Kind"
    )
    assert studio.says("Thandi", "are you open on Monday?") == []
    assert studio.says("Thandi", "menu") == []
    assert "answered by phone until 09:40" in " ".join(why for (why,) in studio.rows("Messages", "Why"))
    assert studio.says("Sipho", "menu") != []


def test_stop_and_bookings_are_answered_also_then() -> None:
    studio = Studio(
        bookings="\nId | Date | Time | Client | State | Type\nb-1 | Wed 4 Nov | 17:00 | Thandi Maroon | booked | single"
    )
    writes_by_phone(studio, "Thandi")
    assert studio.says("Thandi", "cancel next")[0].startswith("Cancelled:")
    assert studio.says("Thandi", "STOP") != []


@pytest.mark.parametrize(("setting", "minutes", "quiet"), [("", 59, True), ("", 61, False), ("15", 16, False)])
def test_she_sets_how_long_a_chat_is_hers(setting: str, minutes: int, quiet: bool) -> None:
    studio = Studio(settings=f"Quiet after your answer | {setting}" if setting else "")
    writes_by_phone(studio, "Thandi")
    studio.now += timedelta(minutes=minutes)
    assert (studio.says("Thandi", "menu") == []) is quiet


# -- templates and the account


@pytest.mark.parametrize(
    ("field", "data", "said"),
    [
        (
            "message_template_status_update",
            {"event": "PENDING_DELETION", "message_template_name": "remind_tomorrow"},
            "WhatsApp says that the message remind_tomorrow is now pending deletion.",
        ),
        (
            "message_template_quality_update",
            {"new_quality_score": "RED", "message_template_name": "remind_tomorrow"},
            "WhatsApp says that the message remind_tomorrow is now of low quality.",
        ),
        (
            "template_category_update",
            {"new_category": "MARKETING", "message_template_name": "remind_tomorrow"},
            "WhatsApp now counts the message remind_tomorrow as marketing, which changes its price.",
        ),
        ("phone_number_quality_update", {"event": "FLAGGED"}, "WhatsApp says about the studio's number: flagged."),
        ("account_update", {"event": "ACCOUNT_RESTRICTION"}, "WhatsApp says about the account: account restriction."),
        (
            "account_alerts",
            {"alert_info": {"alert_description": "Add a payment\nmethod."}},
            "WhatsApp says about the account: Add a payment method.",
        ),
        ("messages", {"errors": [{"title": "Payment issue"}]}, "WhatsApp says about the account: Payment issue."),
    ],
)
def test_trouble_is_told_in_words(field: str, data: dict[str, Any], said: str) -> None:
    # facts: 1.2 template state, 1.2 template quality, 1.2 template category, 1.2 account news
    studio = Studio()
    tells(studio, field, **data)
    assert said in studio.last("Nadine")


def test_trouble_of_the_account_waits_in_today() -> None:
    studio = Studio()
    tells(studio, "account_update", event="DISABLED_UPDATE")
    assert "WhatsApp says about the account: disabled update." in " ".join(studio.today())


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("message_template_status_update", {"event": "APPROVED"}),
        ("message_template_quality_update", {"new_quality_score": "GREEN"}),
        ("phone_number_quality_update", {"event": "UPGRADE"}),
        ("template_category_update", {"new_category": 7}),
        ("account_update", {"event": ["odd"]}),
        ("messages", {"messages": [{"type": "text"}]}),
        ("messages", {"errors": "odd"}),
        ("business_capability_update", {"max_daily_conversation_per_phone": 250}),
        ("security", {}),
        ("a_field_of_next_year", {"x": [1]}),
    ],
)
def test_other_news_say_nothing(field: str, data: dict[str, Any]) -> None:
    # fact: 1.2 unknown fields
    studio = Studio()
    before = len(studio.effects)
    tells(studio, field, **data)
    assert (studio.bubbles("Nadine"), len(studio.effects)) == ([], before)


# -- people move


def test_a_new_number_takes_the_row_with_it() -> None:
    # fact: 1.2 changed number
    studio = Studio()
    old = studio.number("Thandi")
    studio.says("Thandi", "", form="system", choice=f"user_changed_number:{NEW}")
    assert studio.row("Clients", "c-THANDI", "Phone") == "+44 7700 900150"
    assert "Thandi Maroon has a new number, +44 7700 900150 instead of +44 7700 900101." in studio.last("Nadine")
    assert studio.says(NEW, "bookings") != []
    assert studio.says(old, "bookings")[-1:] != studio.says(NEW, "bookings")[-1:]


def test_a_new_number_of_an_admin_phone_gives_no_commands_and_the_old_one_neither() -> None:
    studio = Studio(settings="Admin numbers | +44 7700 900198, +44 7700 900197")
    studio.says("+447700900198", "", form="system", choice=f"user_changed_number:{NEW}")
    assert studio.snap.settings.admin_numbers == ("+447700900197",)
    assert "gives no commands" in studio.last("Nadine")
    assert studio.bubbles("+447700900198") == []
    assert "+44 7700 900150" in " ".join(studio.today())
    assert "Mode" not in " ".join(studio.says(NEW, "pause"))
    assert studio.snap.settings.mode == "live"
    studio.says("+447700900198", "pause")
    assert studio.snap.settings.mode == "live"


def test_the_owners_own_number_too() -> None:
    studio = Studio(settings="Admin numbers | +44 7700 900198")
    studio.says("Nadine", "", form="system", choice=f"user_changed_number:{NEW}")
    assert (studio.snap.settings.owner_number, studio.snap.settings.admin_numbers) == ("", ("+447700900198",))
    assert "gives no commands" in studio.last("+447700900198")


def test_who_hides_the_number_is_known_by_the_id_also_after_it_changed() -> None:
    # fact: 1.2 changed user id
    studio = Studio()
    studio.says("Thandi", "menu", user_id="GB.1")
    assert studio.row("Clients", "c-THANDI", "WhatsApp id") == "GB.1"
    assert studio.says("GB.1", "bookings") != []
    studio.says("GB.1", "", form="system", choice="user_changed_user_id:GB.2")
    assert studio.row("Clients", "c-THANDI", "WhatsApp id") == "GB.2"
    assert "no sessions booked" in studio.says("GB.2", "bookings")[-1]


def test_a_newcomer_without_a_number_is_one_row() -> None:
    studio = Studio(clients="")
    studio.says("GB.7", "hello", profile="Ayanda")
    studio.says("GB.7", "Ayanda Ochre")
    studio.says("GB.7", "", form="system", choice="user_changed_user_id:GB.8")
    studio.says("GB.8", "is there a place on Friday?")
    assert studio.rows("Clients", "Name", "WhatsApp id") == [("Ayanda Ochre", "GB.8")]


def test_a_system_message_opens_no_chat() -> None:
    # fact: 1.2 security code
    studio = Studio(open_chats=False)
    studio.says("Thandi", "", form="system", choice="customer_identity_changed")
    assert studio.chats == {}


# -- what is kept and not answered


def test_a_flood_is_kept_and_not_answered_but_stop_and_the_owner_are_heard() -> None:
    studio = Studio()
    assert studio.says("Thandi", "menu", many=True) == []
    assert ("in", "menu") in studio.rows("Messages", "Way", "Text")
    assert studio.says("Nadine", "menu", many=True) != []
    assert studio.says("Thandi", "STOP", many=True) != []
    assert studio.row("Clients", "c-THANDI", "Messages") == "stopped"


@pytest.mark.parametrize(("days", "heard"), [(7.9, True), (8.1, False)])
def test_what_was_said_more_than_eight_days_ago_is_only_kept(days: float, heard: bool) -> None:
    # fact: 1.1 seven days
    studio = Studio(open_chats=False)
    at = studio.now - timedelta(days=days)
    studio.happens(MessageCame(key="wamid.old", at=at, phone=studio.number("Sipho"), text="bookings"))
    assert (studio.number("Sipho") in studio.chats) is heard
    assert ("in", "bookings") in studio.rows("Messages", "Way", "Text")
