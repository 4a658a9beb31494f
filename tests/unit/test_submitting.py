"""What of Templates goes in to WhatsApp: new, changed, as it is, hers, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheets_schema.tabs.wording import TemplateRow
from sheets_schema.texts.catalogue import load
from sheets_schema.texts.templates import submission
from studio_sync.rules.approval import Listed, listed, named, next_name, numbered
from studio_sync.rules.submitting import Step, plan

OURS = load().message("remind.next_hour").text
HERS = "Hi {first}, it is nearly {time}: your {type} session starts. We are at {place}, see you."
ROW = TemplateRow(
    id="w-1", message="remind.next_hour", name="remind_next_hour_v1", language="en", category="utility", body=OURS
)
THERE = Listed(name="remind_next_hour_v1", language="en", status="approved", body=numbered(OURS))


def step(row: TemplateRow, *items: Listed) -> Step:
    (found,) = plan([row], items, owner="Nadine", link_base="https://nowhere.example/i/")
    return found


def test_what_whatsapp_does_not_have_is_new_and_comes_with_samples() -> None:
    found = step(ROW)
    assert (found.what, found.spec.name if found.spec else "") == ("new", "remind_next_hour_v1")
    assert found.spec is not None
    body = submission(found.spec)["components"][0]
    assert body["text"].startswith("Hi {{1}}, a reminder: your {{2}} session starts today at {{3}}.")
    assert body["example"] == {"body_text": [["Thandi", "duo", "08:00", "12 Nowhere Street"]]}


@pytest.mark.parametrize(
    ("status", "what"), [("approved", "same"), ("in review", "waits"), ("rejected", "refused"), ("paused", "same")]
)
def test_the_same_words_are_not_sent_in_again(status: str, what: str) -> None:
    assert step(ROW, replace(THERE, status=status)).what == what


def test_other_words_go_in_under_the_next_name() -> None:
    found = step(replace(ROW, body=HERS), THERE, replace(THERE, name="remind_next_hour_v2", body="gone {{1}} by now"))
    assert found.what == "changed"
    assert found.spec is not None
    assert found.spec.name == "remind_next_hour_v3"
    waits = replace(ROW, body=HERS, waiting="remind_next_hour_v2")
    later = Listed(name="remind_next_hour_v2", language="en", status="in review", body=numbered(HERS))
    assert step(waits, THERE, later).what == "waits"


def test_two_rows_never_get_one_name() -> None:
    rows = [replace(ROW, body=HERS), replace(ROW, id="w-2", body=HERS + " Bye.")]
    names = [s.spec.name for s in plan(rows, [THERE], owner="", link_base="x") if s.spec]
    assert names == ["remind_next_hour_v2", "remind_next_hour_v3"]


def test_a_template_of_hers_is_left_as_it_is_and_its_gaps_are_named() -> None:
    row = replace(ROW, name="client_session_next_hour_us", language="en_US")
    item = Listed(name=row.name, language="en_US", status="approved", body="Your session starts at {{1}} today.")
    assert step(row, item).what == "yours"
    assert named(item.body or "", row) == "Your session starts at {time} today."


def test_another_language_is_a_row_of_its_own() -> None:
    row = replace(ROW, language="pt_BR", body="Oi {first}, a aula de {type} começa hoje às {time} em {place}, até já.")
    found = step(row, THERE)
    assert found.what == "new"
    assert found.spec is not None
    assert (found.spec.name, found.spec.language) == ("remind_next_hour_v1", "pt_BR")


def test_words_that_cannot_go_in_say_why() -> None:
    found = step(replace(ROW, body="Hi {when}."))
    assert (found.what, found.spec) == ("fault", None)
    assert found.because.startswith("Body: {when} is not a gap here.")
    assert step(replace(ROW, message="no.such")).because.startswith("Message: there is none called no.such")
    assert plan([replace(ROW, message="")], [], owner="", link_base="x") == ()


def test_the_list_is_read_whatever_stands_in_it() -> None:
    assert listed([None, 3, {}, {"name": ""}, {"name": "a", "components": [None, {"type": "BODY"}]}]) == [
        Listed(name="a", language="", body="", taps=0)
    ]
    assert next_name(ROW, ["remind_next_hour_v1"]) == "remind_next_hour_v2"
