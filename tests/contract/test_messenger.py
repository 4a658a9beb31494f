"""The contract of ``ports.Messenger`` on WhatsApp's Cloud API. "facts" = the notes on its semantics, by section."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest

from studio_sync.adapters.outcomes import Call
from studio_sync.adapters.whatsapp import WhatsAppMessenger
from studio_sync.adapters.whatsapp_forms import WhatsAppForms
from studio_sync.errors import InDoubt, OutsideError, RateLimited, Refused, TooLarge, Unavailable
from studio_sync.ports import Messenger, OutButton, OutFlow, OutMessage
from tests.contract.conftest import LIVE, StandIn, setting
from tests.contract.expected import SILENCE, meaning

THANDI = "+447700900123"
NOTE = OutMessage(to=THANDI, form="text", body="You are booked for Tuesday 08:00.", callback="wamid.1/0")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
#: one white dot
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f80f00010101001bb6ee56"
    "0000000049454e44ae426082"
)
REMINDER = {
    "name": "session_reminder",
    "language": "en",
    "category": "UTILITY",
    "components": [
        {
            "type": "BODY",
            "text": "Hello {{1}}, this is a reminder of your session on {{2}} at the studio.",
            "example": {"body_text": [["Thandi", "Tuesday 08:00"]]},
        },
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "I cannot come"}]},
    ],
}


def messenger_at(base: str, *, read_timeout: float = 10.0, **more: Any) -> WhatsAppMessenger:
    account = {"phone_id": "106540352242922", "account_id": "102290129340398", "token": "local", **more}
    return WhatsAppMessenger(base=base, connect_timeout=2.0, read_timeout=read_timeout, **account)


@pytest.fixture
def messenger(request: pytest.FixtureRequest) -> WhatsAppMessenger:
    """A number; Thandi wrote a moment ago, so the customer service window is open."""
    if LIVE:
        return WhatsAppMessenger(phone_id=setting("PHONE_ID"), account_id=setting("ACCOUNT_ID"), token=setting("TOKEN"))
    stand_in: StandIn = request.getfixturevalue("stand_in")
    stand_in.verb("speak", phone=THANDI, text="hello")
    return messenger_at(stand_in.base)


@pytest.fixture
def to() -> str:
    return setting("TO") if LIVE else THANDI


def on_the_phone(stand_in: StandIn) -> list[dict[str, Any]]:
    """What Thandi's phone received from us."""
    chat: list[dict[str, Any]] = stand_in.look(f"phones/{THANDI}/chat")["messages"]
    return [entry for entry in chat if entry["direction"] == "out"]


FORMS = {
    "text": NOTE,
    "buttons": replace(
        NOTE,
        form="buttons",
        body="Can you still come?",
        buttons=(OutButton(id="yes_b-1", title="Yes, I will be there"),),
    ),
    "list": replace(
        NOTE, form="list", body="What would you like?", list_button="See times", rows=(("t1", "Tuesday 08:00", "Duo"),)
    ),
    "link": replace(
        NOTE, form="link", body="Here it is.", buttons=(OutButton(title="Open", link="https://nowhere.example/i/7"),)
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_accepted_and_named(messenger: Messenger, to: str, form: str) -> None:
    assert messenger.send(replace(FORMS[form], to=to)).startswith("wamid.")  # facts 1.3


def test_what_arrives_is_what_was_sent(messenger: Messenger, stand_in: StandIn) -> None:
    # fact: 1.3 link button
    for message in FORMS.values():
        messenger.send(message)
    texts, buttons, rows, link = on_the_phone(stand_in)
    assert (link["buttons"][0]["kind"], link["buttons"][0]["url"]) == ("url", "https://nowhere.example/i/7")
    assert texts["text"] == "You are booked for Tuesday 08:00."
    assert buttons["buttons"] == [{"kind": "reply", "title": "Yes, I will be there", "id": "yes_b-1"}]
    assert rows["list"]["button"] == "See times"


def test_an_answer_quotes_what_it_answers_and_carries_our_key(messenger: Messenger, stand_in: StandIn) -> None:
    question = stand_in.verb("speak", phone=THANDI, text="what times?")["wamids"][0]
    messenger.send(replace(NOTE, answers=question))
    kept = on_the_phone(stand_in)[-1]
    assert (kept["reply_to"], kept["tag"]) == (question, "wamid.1/0")


def test_a_person_without_a_number_is_reached_by_user_id(messenger: Messenger, stand_in: StandIn) -> None:
    # fact: 1.3 to a user id
    stand_in.verb("speak", phone="Sam", text="hello")
    user = next(phone["user_id"] for phone in stand_in.look("phones")["phones"] if phone["number"] is None)
    assert messenger.send(replace(NOTE, to=user)).startswith("wamid.")  # facts 1.2: `recipient` instead of `to`


def test_a_file_is_handed_over_and_sent(messenger: Messenger, to: str) -> None:
    # fact: 1.3 file message
    media = messenger.upload(PDF, "application/pdf", "Invoice 7.pdf")
    bill = replace(NOTE, to=to, form="document", media_id=media, filename="Invoice 7.pdf", body="Your invoice")
    assert messenger.send(bill).startswith("wamid.")


@pytest.mark.parametrize("form", ["document", "image"])
def test_pictures_and_papers_leave_and_may_stand_above_buttons(
    messenger: Messenger, stand_in: StandIn, form: str
) -> None:
    content, mime = (PDF, "application/pdf") if form == "document" else (PNG, "image/png")
    media = messenger.upload(content, mime, "x")
    messenger.send(replace(NOTE, form=form, media_id=media, body="look"))
    above = replace(FORMS["buttons"], media_id=media, media_kind=form, footer="Tap one")
    messenger.send(above)
    alone, headed = on_the_phone(stand_in)[-2:]
    assert (alone["media"]["kind"], alone["text"]) == (form, "look")
    assert (headed["media"]["kind"], headed["footer"]) == (form, "Tap one")


def test_a_reaction_and_a_read_mark(messenger: Messenger, stand_in: StandIn) -> None:
    # fact: 1.3 read mark
    wamid = stand_in.verb("speak", phone=THANDI, text="thanks")["wamids"][0]
    messenger.read(wamid, typing=True)
    messenger.send(replace(NOTE, form="reaction", body="\N{THUMBS UP SIGN}", answers=wamid))
    chat = stand_in.look(f"phones/{THANDI}/chat")["messages"]
    assert next(entry["status"] for entry in chat if entry["wamid"] == wamid) == "read"
    assert chat[-1]["reaction"] == {"wamid": wamid, "emoji": "\N{THUMBS UP SIGN}"}
    with pytest.raises(Refused):
        messenger.read("wamid.none")


def test_a_template_with_named_values(messenger: Messenger, stand_in: StandIn) -> None:
    named = {"type": "BODY", "text": "Hello {{first}}, this is a reminder of your session on {{day}} at the studio."}
    named["example"] = {  # type: ignore[assignment]
        "body_text_named_params": [
            {"param_name": "first", "example": "Thandi"},
            {"param_name": "day", "example": "Tuesday"},
        ]
    }
    messenger.submit({**REMINDER, "name": "named_one", "parameter_format": "NAMED", "components": [named]})
    wanted = replace(reminder("Thandi", "Tuesday"), template="named_one", buttons=())
    messenger.send(replace(wanted, parameter_names=("first", "day")))  # facts 1.3
    assert on_the_phone(stand_in)[-1]["text"].startswith("Hello Thandi, this is a reminder of your session on Tuesday")
    with pytest.raises(Refused):
        messenger.send(wanted)


def test_the_shipped_form_is_published_sent_and_opens_filled(messenger: WhatsAppMessenger, stand_in: StandIn) -> None:
    forms = WhatsAppForms(messenger)
    form = forms.make("new client")
    forms.fill(form, resources.files("sheets_schema.texts").joinpath("en/registration.json").read_text("utf-8"))
    known = OutFlow(id=form, label="Add client", screen="NEW_CLIENT", mark="answer_q-1_form", data={"name": "Ayanda"})
    asked = replace(NOTE, form="flow", body="New client: name, number, birthday.", flow=known)
    with pytest.raises(Refused):  # facts 1.3: only what is published, unless it is asked for as a draft
        messenger.send(asked)
    messenger.send(replace(asked, flow=replace(known, draft=True)))
    forms.publish(form)
    assert [each.status for each in forms.all()] == ["PUBLISHED"]
    messenger.send(asked)
    assert on_the_phone(stand_in)[-1]["text"] == "New client: name, number, birthday."


def test_a_received_file_is_fetched(messenger: Messenger) -> None:
    media = messenger.upload(PDF, "application/pdf", "proof.pdf")
    assert messenger.fetch(media) == (PDF, "application/pdf")


def test_no_such_file_is_refused(messenger: Messenger) -> None:
    for media_id in ("1", "../102290129340398"):
        with pytest.raises(Refused):
            messenger.fetch(media_id)


def test_a_file_that_is_too_large_is_refused(messenger: Messenger, stand_in: StandIn) -> None:
    # fact: 1.3 media sizes
    media = messenger.upload(PDF, "application/pdf", "proof.pdf")
    with pytest.raises(TooLarge, match="larger"):
        messenger_at(stand_in.base, most_bytes=16).fetch(media)


def test_a_template_is_submitted_listed_and_sent(messenger: Messenger, stand_in: StandIn) -> None:
    assert messenger.submit(REMINDER) == "APPROVED"
    known = messenger.templates()
    assert [(each["name"], each["language"], each["status"]) for each in known] == [
        ("session_reminder", "en", "APPROVED")
    ]
    messenger.send(reminder("Thandi", "Tuesday 08:00"))
    shown = on_the_phone(stand_in)[-1]
    assert shown["text"] == "Hello Thandi, this is a reminder of your session on Tuesday 08:00 at the studio."
    assert shown["buttons"][0]["id"] == "cannot_b-1"


def test_all_pages_of_templates_are_read(messenger: Messenger, stand_in: StandIn) -> None:
    for n in range(130):
        messenger.submit({**REMINDER, "name": f"reminder_{n}"})
    assert len(messenger.templates()) == 130


def reminder(*parameters: str, language: str = "en") -> OutMessage:
    return OutMessage(
        to=THANDI,
        form="template",
        template="session_reminder",
        language=language,
        parameters=parameters,
        buttons=(OutButton(id="cannot_b-1", title="I cannot come"),),
    )


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (reminder("Thandi"), 132000),  # facts 1.4: parameter count
        (reminder("Thandi", "Tuesday", language="pt_BR"), 132001),  # facts 1.4: no such translation, 404 or 400
        (replace(NOTE, form="document", media_id="1", filename="x.pdf"), 100),  # facts 1.4: not a media attachment
        (replace(NOTE, to="+447700900100"), 131021),  # facts 1.4: sender = recipient
    ],
)
def test_what_whatsapp_refuses_keeps_its_code(
    messenger: Messenger, stand_in: StandIn, message: OutMessage, code: int
) -> None:
    # facts: 1.4 template values, 1.4 template missing
    messenger.submit(REMINDER)
    with pytest.raises(Refused) as refusal:
        messenger.send(message)
    assert refusal.value.code == code


def test_a_token_taken_back_is_refused_as_such(messenger: Messenger, stand_in: StandIn) -> None:
    # fact: 1.4 token
    stand_in.verb("revoke", token="meta.*")
    with pytest.raises(Refused) as refusal:
        messenger.send(NOTE)
    assert refusal.value.code == 190  # facts 1.4


def test_too_many_to_one_person_is_told_apart_from_too_many(messenger: Messenger, stand_in: StandIn) -> None:
    stand_in.verb("quota", **{"on": True, "whatsapp.pair_burst": 1, "whatsapp.pair_seconds": 3600})
    messenger.send(NOTE)
    with pytest.raises(RateLimited) as pair:
        messenger.send(NOTE)
    stand_in.verb("quota", **{"whatsapp.throughput": 0})
    with pytest.raises(RateLimited) as number:
        messenger.send(replace(NOTE, to="+447700900124"))
    assert (pair.value.code, number.value.code) == (131056, 130429)  # facts 1.4


CALLS: dict[str, tuple[str, Call, Callable[[WhatsAppMessenger], object]]] = {
    "send": ("whatsapp.messages", Call.ONCE, lambda whatsapp: whatsapp.send(NOTE)),
    "upload": ("whatsapp.media.upload", Call.READ, lambda whatsapp: whatsapp.upload(PDF, "application/pdf", "x.pdf")),
    "templates": ("whatsapp.templates.list", Call.READ, lambda whatsapp: whatsapp.templates()),
    "submit": ("whatsapp.templates.create", Call.KEYED, lambda whatsapp: whatsapp.submit(REMINDER)),
}


@pytest.mark.parametrize("fault", ["400", "401", "403", "429", "500", *SILENCE])
@pytest.mark.parametrize("name", CALLS)
def test_trouble_is_told_by_its_cause_and_nothing_is_sent_twice(
    messenger: Messenger, stand_in: StandIn, name: str, fault: str
) -> None:
    match, call, ask = CALLS[name]
    before = stand_in.calls(match)
    stand_in.trouble(match, fault)
    with pytest.raises(OutsideError) as trouble:
        ask(messenger_at(stand_in.base, read_timeout=0.4))
    assert type(trouble.value) is meaning(call, fault)
    assert trouble.value.service == "whatsapp"
    if fault != "slow":
        assert stand_in.calls(match) - before == 1


@pytest.mark.parametrize("fault", ["slow", "reset", "cut"])
@pytest.mark.parametrize("match", ["whatsapp.get", "whatsapp.media.download"])
def test_a_file_that_does_not_come_may_be_asked_for_again(
    messenger: Messenger, stand_in: StandIn, match: str, fault: str
) -> None:
    media = messenger.upload(PDF, "application/pdf", "proof.pdf")
    stand_in.trouble(match, fault)
    with pytest.raises(Unavailable):
        messenger_at(stand_in.base, read_timeout=0.4).fetch(media)
    assert messenger.fetch(media)[0] == PDF


def test_something_went_wrong_may_have_been_sent(messenger: Messenger, stand_in: StandIn) -> None:
    # fact: 1.4 something went wrong
    stand_in.trouble("whatsapp.messages", "500")
    with pytest.raises(InDoubt) as doubt:
        messenger.send(NOTE)
    assert doubt.value.code == 131000  # facts 1.4: may have been sent


def test_maintenance_is_surely_not_sent(messenger: Messenger, stand_in: StandIn) -> None:
    # fact: 1.4 maintenance
    stand_in.trouble("whatsapp.messages", "503")
    with pytest.raises(Unavailable) as pause:
        messenger.send(NOTE)
    assert pause.value.code == 2  # facts 1.4: service unavailable, retry with backoff


@pytest.mark.parametrize("name", CALLS)
def test_nobody_answers(closed_port: str, name: str) -> None:
    with pytest.raises(Unavailable):
        CALLS[name][2](messenger_at(closed_port))


def test_the_token_is_shown_to_no_foreign_host(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    there = "157.240.0.1"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (there, 443))])
    messenger = messenger_at(stand_in.base)
    base = stand_in.base.removeprefix("http://")
    for url in (
        "https://lookaside.fbsbx.com@127.0.0.1/",
        "https://lookaside.fbsbx.com.evil.example/",
        "http://lookaside.fbsbx.com/x",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        f"https://{base}/",
        f"http://x@{base}/",
        "https://lookaside.fbsbx.com:8443/",
        "https://[bad/",
        "https://lookaside.fbsbx.com\\@127.0.0.1/",
        "file:///etc/passwd",
        "",
    ):
        assert not messenger._may_fetch(url), url
    assert messenger._may_fetch("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1")
    for there in ("127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::1"):
        assert not messenger._may_fetch("https://lookaside.fbsbx.com/x"), there


def test_an_address_that_is_over_is_asked_for_once_more(messenger: Messenger, stand_in: StandIn) -> None:
    # fact: 1.3 media address over
    media = messenger.upload(PDF, "application/pdf", "proof.pdf")
    before = stand_in.calls("whatsapp.get")
    stand_in.verb("faults", add={"match": "whatsapp.media.download", "kind": "404", "times": 1})
    assert messenger.fetch(media)[0] == PDF  # facts 1.3: 404, ask for a new url
    assert stand_in.calls("whatsapp.get") - before == 2
