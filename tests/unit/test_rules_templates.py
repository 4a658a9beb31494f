"""Templates: her words, what WhatsApp says of them, and which of them may leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from studio_sync.rules.facts import NewsCame, Outcome
from tests.unit.story import Studio

BOOKED = """
    Id  | Date      | Time  | Client        | State  | Type   | Price | Pay with
    b-1 | Wed 4 Nov | 09:00 | Thandi Maroon | booked | single | 300   | invoice
"""
SHORT = "Hi {first}, your session with us on {when} is off because you are ill. Get well soon."


def studio_with(*rows: dict[str, Any], open_chats: bool = False, **more: Any) -> Studio:
    """A studio with these rows in Templates, all of "booking.sick" unless they say otherwise."""
    studio = Studio(bookings=BOOKED, open_chats=open_chats, **more)
    usual = {"message": "booking.sick", "name": "booking_sick_v1", "language": "en", "category": "utility"}
    studio.tables["templates"] = {f"w-{n}": {**usual, **cells} for n, cells in enumerate(rows, 1)}
    return studio


def sick(studio: Studio) -> None:
    """Thandi is ill: she is told, whether the chat is open or not."""
    studio.edits("Clients", "c-THANDI", Tell_changes="tell")
    studio.edits("Bookings", "b-1", State="sick")
    studio.ticks("Bookings", "b-1", "Tell")


def says(studio: Studio, field: str, **data: Any) -> None:
    studio.happens(NewsCame(key=studio.key("news:"), at=studio.now, field=field, data=data))


def of(name: str, event: str, **more: Any) -> dict[str, Any]:
    return {"message_template_name": name, "message_template_language": "en", "event": event, **more}


@pytest.mark.parametrize("status", ["approved", None])
def test_an_approved_template_leaves_with_its_name_and_its_gaps_in_order(status: str | None) -> None:
    studio = studio_with({"status": status, "live": SHORT})
    sick(studio)
    out = studio.bubbles("Thandi")[-1].out
    assert (out.template, out.language, out.parameters) == (
        "booking_sick_v1", "en", ("Thandi", "Wed 4 Nov at 09:00"),
    )  # fmt: skip


@pytest.mark.parametrize("status", ["in review", "rejected", "disabled", "not there"])
def test_what_is_not_approved_does_not_leave_and_the_owner_hears(status: str) -> None:
    studio = studio_with(
        {"status": status, "live": SHORT}, {"message": "owner.news", "name": "n", "status": "approved"}
    )
    sick(studio)
    assert studio.bubbles("Thandi") == []
    assert "Thandi Maroon" in studio.last("Nadine")
    assert "no approved message for it" in studio.last("Nadine")
    assert "Thandi Maroon could not be told about" in " ".join(studio.today())


def test_a_template_that_rests_holds_its_message_until_it_goes_on() -> None:
    # fact: 1.4 template rests
    studio = studio_with({"status": "paused", "live": SHORT})
    sick(studio)
    assert studio.bubbles("Thandi") == []
    assert "WhatsApp lets this one rest. It goes on by itself in a few hours." in " ".join(studio.today())
    says(studio, "message_template_status_update", **of("booking_sick_v1", "APPROVED"))
    studio.clock("08:55")
    assert studio.bubbles("Thandi")[-1].out.template == "booking_sick_v1"


def test_her_language_comes_first_and_english_when_hers_is_not_approved() -> None:
    rows = (
        {"status": "approved", "live": SHORT},
        {"status": "approved", "live": "{first}, a aula de {when} foi cancelada. As melhoras.", "language": "pt_BR"},
    )
    studio = studio_with(*rows)
    studio.edits("Clients", "c-THANDI", Language="Português")
    sick(studio)
    assert studio.bubbles("Thandi")[-1].out.language == "pt_BR"
    waits = studio_with(rows[0], {**rows[1], "status": "in review"})
    waits.edits("Clients", "c-THANDI", Language="Português")
    sick(waits)
    assert waits.bubbles("Thandi")[-1].out.language == "en"


def test_an_older_systems_template_says_it_when_its_name_stands_in_the_tab() -> None:
    studio = studio_with(
        {"message": "booking.cancelled_day", "name": "admin_cancel_all_sessions_us", "language": "en_US"},
        {"message": "owner.news", "name": "admin_generic_alert_us", "language": "en_US"},
    )
    body = "All sessions on {{1}} are off. Reason: {{2}}. Sorry for that."
    items = [
        {
            "name": "admin_cancel_all_sessions_us", "language": "en_US", "status": "APPROVED", "category": "UTILITY",
            "components": [{"type": "BODY", "text": body}],
        },
    ]  # fmt: skip
    says(studio, "message_templates", listed=items)
    assert studio.row("Templates", "w-1", "Status") == "approved"
    assert (
        studio.row("Templates", "w-1", "At WhatsApp")
        == "All sessions on {day} are off. Reason: {reason}. Sorry for that."
    )
    assert studio.row("Templates", "w-2", "Status") == "not there"


# -- her own words


def test_her_words_are_used_at_once_in_an_open_chat_and_as_template_once_approved() -> None:
    studio = studio_with({"status": "approved", "live": SHORT, "body": SHORT}, open_chats=True)
    studio.edits("Templates", "w-1", Body="Dear {first}, no session on {when} then. We wish you well. See you soon.")
    assert studio.row("Templates", "w-1", "Waiting") == "changed"
    sick(studio)
    assert studio.last("Thandi").startswith("Dear Thandi, no session on Wed 4 Nov at 09:00 then.")
    told = {"id": "w-1", "name": "booking_sick_v2", "body": studio.row("Templates", "w-1", "Body"), "status": "PENDING"}
    says(studio, "message_templates_submitted", rows=[told])
    assert studio.row("Templates", "w-1", "Waiting") == "booking_sick_v2"
    assert studio.row("Templates", "w-1", "Name") == "booking_sick_v1"
    says(studio, "message_template_status_update", **of("booking_sick_v2", "APPROVED"))
    assert studio.row("Templates", "w-1", "Name") == "booking_sick_v2"
    assert studio.row("Templates", "w-1", "At WhatsApp").startswith("Dear {first}")
    assert studio.row("Templates", "w-1", "Waiting") == ""


def test_new_words_that_whatsapp_refuses_leave_the_old_ones_in_force() -> None:
    studio = studio_with({"status": "approved", "live": SHORT, "waiting": "booking_sick_v2", "waiting_words": "x"})
    says(studio, "message_template_status_update", **of("booking_sick_v2", "REJECTED", reason="INVALID_FORMAT"))
    assert "WhatsApp said no: invalid format. Change Body and send it in again." in " ".join(studio.today())
    sick(studio)
    assert studio.bubbles("Thandi")[-1].out.template == "booking_sick_v1"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("Hi {frist}, you are off.", "Body: {frist} is not a gap here. Use {first}, {when}."),
        ("Hi {first}, off on {when}", "Body: a gap stands at the start or end. Put a word there."),
        ("Hi {first} {when} is the day you are off.", "Body: two gaps stand together. Put a word between them."),
        ("Hi {first} on {when} off.", "Body: too few words for its gaps. Add words, or take a gap out."),
        (
            "Hi {first}, dear {first}, you are off on {when}, with all our wishes.",
            "Body: a gap stands there twice. Take one out.",
        ),
        ("Hi {first, your session is off.", "Body: a gap stands in two braces, such as {first}."),
        ("Hi {first}, your session on {when} is off. Buy two.", "Body: buy sells. Take it out, or choose marketing"),
    ],
)
def test_words_that_cannot_be_used_are_refused_with_tab_row_and_column(body: str, problem: str) -> None:
    studio = studio_with({"status": "approved", "live": SHORT, "body": body}, open_chats=True)
    assert problem in studio.row("Templates", "w-1", "Problem") or problem in " ".join(studio.today())
    assert "Templates, booking.sick: Body" in " ".join(studio.today())
    sick(studio)
    assert studio.last("Thandi").startswith("Hi Thandi, your session on Wed 4 Nov at 09:00 is cancelled")


def test_words_for_the_chat_stand_in_texts() -> None:
    studio = Studio()
    studio.types("Texts", Message="stop.done", Text="Fine. Nothing more from {studio}, {owner} promises.")
    studio.says("Thandi", "STOP")
    assert studio.last("Thandi") == "Fine. Nothing more from Nowhere Street Pilates, Nadine promises."
    other = Studio()
    row = other.types("Texts", Message="stop.done", Text="Fine, {name}.")
    assert other.row("Texts", row, "Problem") == "Text: {name} is not a gap here. Use {studio}, {owner}."
    other.says("Thandi", "STOP")
    assert other.last("Thandi").startswith("Done. You get no more automatic messages")


# -- what WhatsApp says


def test_status_quality_and_category_follow_what_whatsapp_tells() -> None:
    studio = studio_with({"status": "approved", "live": SHORT})
    says(studio, "message_template_quality_update", message_template_name="booking_sick_v1", new_quality_score="RED")
    says(studio, "template_category_update", message_template_name="booking_sick_v1", new_category="MARKETING")
    says(studio, "message_template_status_update", **of("booking_sick_v1", "DISABLED", reason="NONE"))
    assert [studio.row("Templates", "w-1", title) for title in ("Status", "Quality", "Category")] == [
        "disabled", "low", "marketing",
    ]  # fmt: skip
    assert studio.row("Templates", "w-1", "Told") != ""


def test_a_refusal_for_its_template_is_written_down_and_whatsapp_is_asked() -> None:
    studio = studio_with({"status": "approved", "live": SHORT}, open_chats=True)
    told = {"of": "template_no", "name": "booking_sick_v1", "language": "en", "code": 132000, "reason": "wrong count"}
    studio.happens(Outcome(key="outcome:1", at=studio.now, effect_key="x", ok=False, result=told))
    assert "WhatsApp said no: wrong count." in studio.row("Templates", "w-1", "Problem")
    assert studio.asked == ["templates"]
    studio.happens(Outcome(key="outcome:2", at=studio.now, effect_key="x", ok=False, result={**told, "code": 132016}))
    assert studio.row("Templates", "w-1", "Status") == "disabled"
    assert "booking.sick is now disabled" in studio.last("Nadine")


def test_another_name_is_looked_up_and_what_it_had_is_forgotten() -> None:
    studio = studio_with({"status": "approved", "live": SHORT, "body": SHORT})
    studio.edits("Templates", "w-1", Name="our_own_words")
    assert studio.row("Templates", "w-1", "Status") == ""
    assert studio.asked == ["templates"]


def test_whatsapp_and_body_must_agree_on_the_gaps() -> None:
    studio = studio_with({"name": "our_own_words", "body": SHORT})
    says(
        studio,
        "message_templates",
        listed=[
            {
                "name": "our_own_words", "language": "en", "status": "APPROVED",
                "components": [{"type": "BODY", "text": "Only {{1}} is off."}],
            }
        ],
    )  # fmt: skip
    assert studio.row("Templates", "w-1", "Problem") == "WhatsApp has 1 gaps in this one, Body has 2. Make them agree."
    sick(studio)
    assert studio.bubbles("Thandi") == []


def test_news_of_any_shape_breaks_nothing() -> None:
    studio = studio_with({"status": "approved", "live": SHORT, "body": SHORT})
    for listed in (None, 7, [None, {"name": 3}, {"name": "booking_sick_v1", "components": "x"}, {"name": "y"}]):
        says(studio, "message_templates", listed=listed)
    says(studio, "message_templates_submitted", rows=[None, {"id": "w-9"}, {"id": 7}])
    says(studio, "message_template_status_update", message_template_name=None, event=7)


# -- once a day WhatsApp is asked


def at_ten(studio: Studio, *items: dict[str, Any]) -> list[str]:
    """The daily look, and WhatsApp's answer; what the owner's phone says to it."""
    studio.asked.clear()
    studio.now = studio.now.replace(hour=8, minute=0)  # 10:00 in Johannesburg
    studio.chats[studio.number("Nadine")] = studio.now
    before = len(studio.bubbles("Nadine"))
    assert studio.clock("10:05").count("templates.look") == 1
    assert studio.asked == ["templates"]
    told = {"of": "templates", "listed": list(items)}
    key = studio.key("tick:templates.look:")
    studio.happens(Outcome(key=f"outcome:{key}", at=studio.now, effect_key=key, ok=True, result=told))
    said = studio.bubbles("Nadine")[before:]
    return [bubble.text for bubble in said if not bubble.send.text.startswith("digest.")]


def item(name: str, status: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "language": "en", "status": status, "category": "UTILITY", **more}


APPROVED = {"status": "approved", "live": SHORT}
OTHER = {"status": "approved", "live": SHORT, "message": "booking.no_show_free", "name": "booking_no_show_free_v1"}


def test_a_word_that_was_missed_is_found_within_a_day_and_told_once() -> None:
    studio = studio_with(APPROVED, open_chats=True)
    fine = item("booking_sick_v1", "APPROVED", quality_score={"score": "YELLOW"})
    assert at_ten(studio, fine) == []
    assert studio.row("Templates", "w-1", "Quality") == "medium"
    studio.now += timedelta(days=1)
    paused = item("booking_sick_v1", "PAUSED", category="MARKETING")
    assert [("now paused" in text) for text in at_ten(studio, paused)] == [True]
    assert studio.row("Templates", "w-1", "Status") == "paused"
    assert studio.row("Templates", "w-1", "Category") == "marketing"
    before = len(studio.bubbles("Nadine"))
    says(studio, "message_template_status_update", **of("booking_sick_v1", "PAUSED"))  # the late word itself
    assert len(studio.bubbles("Nadine")) == before
    studio.now += timedelta(days=1)
    assert at_ten(studio, paused) == []


def test_what_the_webhook_said_is_not_told_again_by_the_list() -> None:
    studio = studio_with(APPROVED, open_chats=True)
    says(studio, "message_template_status_update", **of("booking_sick_v1", "REJECTED", reason="INVALID_FORMAT"))
    assert "booking_sick_v1 is now rejected" in studio.last("Nadine")
    assert at_ten(studio, item("booking_sick_v1", "REJECTED", rejected_reason="INVALID_FORMAT")) == []


def test_a_warning_about_an_approved_template_is_told() -> None:
    studio = studio_with(APPROVED, open_chats=True)
    says(studio, "message_template_status_update", **of("booking_sick_v1", "FLAGGED"))
    assert "booking_sick_v1 is now flagged" in studio.last("Nadine")
    assert studio.row("Templates", "w-1", "Status") == "approved"


def test_many_at_once_are_one_sentence_and_new_rows_are_no_news() -> None:
    studio = studio_with(APPROVED, OTHER, {"status": "", "message": "remind.tomorrow", "name": "n"}, open_chats=True)
    (said,) = at_ten(studio)
    assert "WhatsApp does not take 2 of our approved messages any more, booking.sick among them" in said
    assert studio.row("Templates", "w-3", "Status") == "not there"


def test_nobody_is_asked_while_there_are_no_templates() -> None:
    studio = Studio(bookings=BOOKED)
    studio.now = studio.now.replace(hour=8, minute=0)
    assert "templates.look" not in studio.clock("10:05")


# -- a template of hers whose gaps have names


def listed_as(studio: Studio, body: str) -> None:
    parts = [{"type": "BODY", "text": body}]
    hers = item("her_own", "APPROVED", parameter_format="NAMED", components=parts)
    says(studio, "message_templates", listed=[hers])


@pytest.mark.parametrize(
    ("body", "gaps", "values"),
    [
        (
            "Dear {{customer_name}}, there is no session for you on {{session_day}} then.",
            ("customer_name", "session_day"), ("Thandi", "Wed 4 Nov at 09:00"),
        ),
        (
            "Your session on {{when}} is off. Get well soon, dear {{first}}, and write to us.",
            ("when", "first"), ("Wed 4 Nov at 09:00", "Thandi"),
        ),
        ("Dear {{1}}, there is no session for you on {{2}} then.", (), ("Thandi", "Wed 4 Nov at 09:00")),
    ],
)  # fmt: skip
def test_gaps_with_names_are_filled_by_name(body: str, gaps: tuple[str, ...], values: tuple[str, ...]) -> None:
    # fact: 1.3 template message
    studio = studio_with({"name": "her_own", "body": SHORT})
    listed_as(studio, body)
    sick(studio)
    out = studio.bubbles("Thandi")[-1].out
    assert (out.template, out.parameter_names, out.parameters) == ("her_own", gaps, values)


def test_gaps_called_as_ours_need_no_words_in_body() -> None:
    studio = studio_with({"name": "her_own", "body": ""})
    listed_as(studio, "Dear {{first}}, there is no session for you on {{when}} then.")
    assert studio.row("Templates", "w-1", "At WhatsApp") == (
        "Dear {first}, there is no session for you on {when} then."
    )
    sick(studio)
    assert studio.bubbles("Thandi")[-1].out.parameter_names == ("first", "when")


def test_names_are_forgotten_with_the_template_that_had_them() -> None:
    studio = studio_with({"name": "her_own", "body": SHORT})
    listed_as(studio, "Dear {{a}}, there is no session for you on {{b}} then.")
    assert studio.row("Templates", "w-1", "Gap names") == "a b"
    told = {"id": "w-1", "name": "booking_sick_v1", "body": SHORT, "status": "APPROVED"}
    says(studio, "message_templates_submitted", rows=[told])
    assert studio.row("Templates", "w-1", "Gap names") == ""
    sick(studio)
    out = studio.bubbles("Thandi")[-1].out
    assert (out.template, out.parameter_names) == ("booking_sick_v1", ())


def test_a_gap_nobody_can_name_still_never_leaves() -> None:
    studio = studio_with({"name": "her_own", "body": ""}, {"message": "owner.news", "name": "n", "status": "approved"})
    listed_as(studio, "Dear {{first}}, there is no session for you on {{the_day}} or {{another}} then.")
    sick(studio)
    assert studio.bubbles("Thandi") == []
