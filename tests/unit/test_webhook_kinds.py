"""Every kind of message of facts/whatsapp 1.2, from its bytes to what the owner and the client see."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from studio_sync.rules.facts import MessageCame
from tests.unit.story import Studio
from tests.unit.webhook_story import NOW, PHONE_ID, THANDI, Doc, change, envelope, message
from webhook.payloads import facts_of

BOOKED = "\nId | Date | Time | Client | State | Type\nb-1 | Wed 4 Nov | 17:00 | Thandi Maroon | booked | single"
AD = {"headline": "First lesson free", "source_url": "https://nowhere.example/ad", "source_type": "ad"}
THUMB = "\N{THUMBS UP SIGN}"


@dataclass(frozen=True, kw_only=True)
class Case:
    """What Thandi's phone sent, and what becomes of it."""

    told: Doc
    #: words of her row of Messages
    row: str
    #: what the owner hears, in part; "" for nothing
    owner: str = ""
    #: what she hears, in part; "" for nothing
    client: str = ""
    more: Doc = field(default_factory=dict)


def typed(kind: str, content: Any, **more: Any) -> Doc:
    return {"type": kind, kind: content, **more}


def interactive(kind: str, reply: Any) -> Doc:
    return typed("interactive", {"type": kind, kind: reply})


def media(kind: str, **more: Any) -> Doc:
    return typed(kind, {"id": "77", "sha256": "x", "url": "https://lookaside.fbsbx.com/x", **more})


CASES = {
    "text": Case(
        told={}, row="Is there a mat?", owner="Thandi Maroon writes: Is there a mat?", client="has your message"
    ),
    "text.reply": Case(
        told={"context": {"from": "447700900100", "id": "wamid.0"}}, row="Is there a mat?", owner="Is there a mat?"
    ),
    "text.forwarded": Case(told={"context": {"forwarded": True}}, row="Is there a mat?", owner="Is there a mat?"),
    "text.referral": Case(told={"referral": AD}, row="Is there a mat?", owner="Is there a mat?"),
    "button": Case(
        told=typed("button", {"payload": "cannot_b-1", "text": "Can't make it"}, context={"id": "wamid.0"}),
        row="Can't make it",
        owner="cancelled",
        client="17:00",
    ),
    "button.no_context": Case(
        told=typed("button", {"payload": "say_bookings", "text": "My bookings"}), row="My bookings", client="17:00"
    ),
    "interactive.button": Case(
        told=interactive("button_reply", {"id": "say_bookings", "title": "My bookings"}),
        row="My bookings",
        client="17:00",
    ),
    "interactive.list": Case(
        told=interactive("list_reply", {"id": "say_bookings", "title": "My bookings", "description": "all"}),
        row="My bookings",
        client="17:00",
    ),
    "interactive.call_permission": Case(
        told=interactive("call_permission_reply", {"response": "accept"}),
        row="[unsupported]",
        owner="does not hand over",
        client="did not reach us",
    ),
    "interactive.missing": Case(
        told={"type": "interactive", "errors": [{"code": 131000}]},
        row="[unsupported]",
        owner="does not hand over",
        client="did not reach us",
    ),
    "image": Case(
        told=media("image", mime_type="image/jpeg", caption="my proof"),
        row="[photo] my proof",
        owner="sent this photo: my proof",
    ),
    "image.bare": Case(
        told=media("image", mime_type="image/jpeg"), row="[photo]", owner="sent a file", client="has your picture"
    ),
    "image.too_large": Case(
        told={"type": "image", "errors": [{"code": 131052}]}, row="[photo]", owner="sent a file", client="picture"
    ),
    "video": Case(told=media("video", mime_type="video/mp4"), row="[video]", owner="sent a file"),
    "document": Case(
        told=media("document", mime_type="application/pdf", filename="proof.pdf"),
        row="[file proof.pdf]",
        owner="sent a file",
    ),
    "voice": Case(
        told=media("audio", mime_type="audio/ogg; codecs=opus", voice=True),
        row="[voice note]",
        owner="sent a voice note",
        client="Only Nadine can listen to it",
    ),
    "audio": Case(told=media("audio", mime_type="audio/mpeg"), row="[sound]", owner="sent a file"),
    "sticker": Case(told=media("sticker", mime_type="image/webp"), row="[sticker]", owner="sent a file"),
    "location": Case(
        told=typed("location", {"latitude": -33.92, "longitude": 18.42, "name": "Nowhere Hall"}),
        row="-33.92, 18.42, Nowhere Hall",
        owner="Nowhere Hall",
    ),
    "contacts": Case(
        told=typed("contacts", [{"vcard": "x", "phones": [{"phone": "+44 7700 900107"}], "origin": "request"}]),
        row="[contacts] +44 7700 900107",
        owner="900107",
    ),
    "reaction": Case(told=typed("reaction", {"message_id": "wamid.0", "emoji": THUMB}), row=THUMB),
    "reaction.removed": Case(told=typed("reaction", {"message_id": "wamid.0"}), row="[reaction]"),
    "order": Case(
        told=typed("order", {"catalog_id": "1", "text": "two mats", "product_items": [{}]}),
        row="two mats",
        owner="two mats",
    ),
    "edit": Case(
        told=typed("edit", {"original_message_id": "wamid.0", "message": {"text": {"body": "cancel next"}}}),
        row="cancel next",
        owner="now reads: cancel next",
    ),
    "revoke": Case(told=typed("revoke", {"original_message_id": "wamid.0"}), row="[system]"),
    "identity": Case(told=typed("system", {"type": "customer_identity_changed", "body": "changed"}), row="changed"),
    "unsupported": Case(
        told=typed("unsupported", {"type": "poll"}, errors=[{"code": 131051}]),
        row="[unsupported]",
        owner="does not hand over",
        client="did not reach us",
    ),
    "unsupported.edit": Case(
        told=typed("unsupported", {"type": "edit"}, errors=[{"code": 131051}]), row="[unsupported]"
    ),
    "hologram": Case(told=typed("hologram", {"id": "h"}), row="[unsupported]", owner="does not hand over"),
}


@pytest.mark.parametrize("name", CASES)
def test_every_kind_reaches_its_row_and_whom_it_concerns(name: str) -> None:
    # facts: 1.2 text, 1.2 template button, 1.2 taps and rows, 1.2 interactive missing, 1.2 media, 1.2 media too large
    # facts: 1.2 location, 1.2 contacts, 1.2 reaction, 1.2 order, 1.2 edit and revoke, 1.2 unsupported
    case = CASES[name]
    raw = json.dumps(envelope(message(body="Is there a mat?", **case.told))).encode()
    (fact,) = facts_of(raw, NOW, PHONE_ID)
    assert isinstance(fact, MessageCame)
    studio = Studio(bookings=BOOKED)
    assert studio.number("Thandi") == f"+{THANDI}"
    studio.happens(fact.model_copy(update={"at": studio.now}))
    assert [text for way, text in studio.rows("Messages", "Way", "Text") if way == "in"] == [case.row]
    for phone, words in (("Nadine", case.owner), ("Thandi", case.client)):
        heard = " ".join(bubble.text for bubble in studio.bubbles(phone))
        assert words in heard
        if not words and not case.owner:
            assert heard == ""


def test_someone_new_who_came_by_an_advertisement_is_noted_with_it() -> None:
    # fact: 1.2 referral
    (fact,) = facts_of(json.dumps(envelope(message(referral=AD))).encode(), NOW, PHONE_ID)
    studio = Studio(clients="")
    studio.happens(fact.model_copy(update={"at": studio.now}))
    assert "Came by the advertisement: First lesson free" in str(studio.rows("Clients", "Notes"))


def test_a_call_opens_the_chat_once_and_the_owner_hears_of_it() -> None:
    # fact: 1.2 calls
    call = {"id": "wacid.1", "from": THANDI, "timestamp": str(int(NOW.timestamp())), "direction": "USER_INITIATED"}
    told = [{**call, "event": event} for event in ("connect", "terminate")]
    body = {"entry": [{"id": "1", "changes": [change({"calls": [each]}, "calls") for each in told]}]}
    facts = facts_of(json.dumps(body).encode(), NOW, PHONE_ID)
    assert {fact.key for fact in facts} == {"news:wacid.1"}
    studio = Studio(open_chats=False)
    studio.happens(facts[0].model_copy(update={"at": studio.now}))
    assert f"+{THANDI}" in studio.chats


def test_a_call_of_ours_is_no_call_of_theirs() -> None:
    call = {"id": "wacid.1", "to": THANDI, "from": "447700900100", "direction": "BUSINESS_INITIATED"}
    body = {"entry": [{"id": "1", "changes": [change({"calls": [call]}, "calls")]}]}
    (fact,) = facts_of(json.dumps(body).encode(), NOW, PHONE_ID)
    assert "phone" not in fact.model_dump()["data"]


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (("sent", "delivered", "read"), "read"),
        (("read", "sent", "delivered"), "read"),
        (("delivered", "sent"), "delivered"),
        (("read",), "read"),
        (("sent", "failed"), "not sent"),
        (("failed", "delivered"), "not sent"),
        (("sent", "played"), "sent"),
        (("sent", "a word of next year"), "sent"),
    ],
)
def test_a_status_only_moves_a_message_forward(told: tuple[str, ...], state: str) -> None:
    # facts: 1.2 statuses, 1.2 read without delivered
    studio = Studio()
    studio.says("Sipho", "menu")
    for word in told:
        studio.reports("Sipho", word)
    assert next(found for way, found in studio.rows("Messages", "Way", "State") if way == "out") == state
