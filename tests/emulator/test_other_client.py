"""An unmodified client library of somebody else reads the stand-in's answers and webhooks: an independent judge."""

# The library re-exports without saying so, and its decorators are typed for the class.
# mypy: disable-error-code="attr-defined,misc"

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from pywa import WhatsApp, filters, types
from pywa.errors import SendMessageError, TemplateNotExists
from pywa.types import templates

from emulator.whatsapp.courier import signature
from tests.emulator.conftest import Emulator
from tests.emulator.receiver import Receiver

THANDI = "447700900101"


class ToTheStandIn(httpx.HTTPTransport):
    """The library has Meta's address built in; only this knows better."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = httpx.URL(base)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme=self.base.scheme, host=self.base.host, port=self.base.port)
        request.headers["Host"] = self.base.netloc.decode()
        return super().handle_request(request)


@pytest.fixture
def theirs(emulator: Emulator) -> Iterator[WhatsApp]:
    with httpx.Client(transport=ToTheStandIn(emulator.base)) as session:
        yield WhatsApp(
            phone_id="106540352242922",
            token="a-token",
            session=session,
            waba_id="102290129340398",
            server=None,
            verify_token="t0ken",
            app_secret="s3cret",
        )


def test_it_sends_every_kind(emulator: Emulator, theirs: WhatsApp) -> None:
    said = emulator.verb("speak", phone=THANDI, text="hello")["wamids"][0]
    theirs.send_message(to=THANDI, text="Hello", tracker="effect-1")
    theirs.send_message(to=THANDI, text="Which?", buttons=[types.Button("Keep", "keep"), types.Button("Cancel", "no")])
    rows = [types.SectionRow(title="My bookings", callback_data="bookings", description="Your next sessions")]
    theirs.send_message(
        to=THANDI, text="What can we do?", buttons=types.SectionList("Choose", [types.Section("All", rows)])
    )
    theirs.send_message(to=THANDI, text="Here", buttons=types.URLButton("Open invoice", "https://nowhere.example/i"))
    theirs.send_document(
        to=THANDI, document=b"%PDF-1.4", filename="INV-1.pdf", mime_type="application/pdf", caption="A"
    )
    theirs.send_reaction(to=THANDI, emoji="\U0001f44d", message_id=said)
    theirs.mark_message_as_read(said)
    theirs.indicate_typing(said)
    shown = emulator.get(f"/_emulator/phones/{THANDI}/chat")["messages"]
    assert [message["type"] for message in shown] == [
        "text",
        "text",
        "interactive",
        "interactive",
        "interactive",
        "document",
        "reaction",
    ]
    assert shown[1]["tag"] == "effect-1"
    media = shown[5]["media"]
    assert theirs.get_media_url(media["id"]).file_size == len(b"%PDF-1.4")
    assert theirs.get_media_bytes(url=theirs.get_media_url(media["id"]).url) == b"%PDF-1.4"


def test_it_makes_and_sends_a_template(emulator: Emulator, theirs: WhatsApp) -> None:
    body = templates.BodyText("Hi {{first}}, your session is booked for {{when}} with us.", first="Thandi", when="Wed")
    buttons = templates.Buttons(buttons=[templates.QuickReplyButton(text="Reject this time")])
    wanted = templates.Template(
        name="booking_confirmed_v1",
        category=templates.TemplateCategory.UTILITY,
        language=templates.TemplateLanguage.ENGLISH,
        parameter_format=templates.ParamFormat.NAMED,
        components=[body, buttons],
    )
    made = theirs.create_template(wanted)
    assert made.status == templates.TemplateStatus.APPROVED
    params = [
        body.params(first="Thandi", when="Wed 4 Nov at 09:00"),
        templates.QuickReplyButton.params(index=0, callback_data="reject_b1"),
    ]
    sent = theirs.send_template(THANDI, "booking_confirmed_v1", templates.TemplateLanguage.ENGLISH, params)
    assert sent.id.startswith("wamid.")
    [shown] = emulator.get(f"/_emulator/phones/{THANDI}/chat")["messages"]
    assert shown["text"] == "Hi Thandi, your session is booked for Wed 4 Nov at 09:00 with us."
    assert [template.name for template in theirs.get_templates()] == ["booking_confirmed_v1"]
    with pytest.raises(TemplateNotExists):
        theirs.send_template(THANDI, "no_such_thing", templates.TemplateLanguage.ENGLISH, params)


def test_it_is_refused_where_meta_refuses(theirs: WhatsApp) -> None:
    with pytest.raises(SendMessageError, match="Parameter value is not valid") as refused:
        theirs.send_message(to=THANDI, text="x" * 4097)
    assert refused.value.code == 131009


def test_it_understands_the_webhooks(emulator: Emulator, theirs: WhatsApp) -> None:
    seen: list[str] = []
    theirs.on_message(filters.text)(
        lambda _client, message: seen.append(f"text {message.text} {message.from_user.name}")
    )
    theirs.on_message(filters.image)(lambda _client, message: seen.append(f"image {message.caption}"))
    theirs.on_callback_button()(lambda _client, button: seen.append(f"button {button.data}"))
    theirs.on_callback_selection()(lambda _client, row: seen.append(f"row {row.data}"))
    theirs.on_message_status()(lambda _client, status: seen.append(f"{status.status.value} {status.tracker}"))
    receiver = Receiver()
    emulator.verb("app", webhook=receiver.url, verify_token="t0ken", app_secret="s3cret")
    emulator.verb("speak", phone=THANDI, name="Thandi Maroon", text="menu")
    theirs.send_message(to=THANDI, text="Which?", buttons=[types.Button("Keep", "keep")], tracker="effect-1")
    rows = [types.SectionRow(title="My bookings", callback_data="bookings")]
    theirs.send_message(to=THANDI, text="?", buttons=types.SectionList("Choose", [types.Section("All", rows)]))
    emulator.verb("speak", phone=THANDI, tap="Keep")
    emulator.verb("speak", phone=THANDI, choose="bookings")
    picture = {"kind": "image", "base64": "iVBORw0KGgo=", "mime_type": "image/png", "caption": "Proof of payment"}
    emulator.verb("speak", phone=THANDI, media=picture)
    emulator.verb("clock", advance=25 * 3600)
    theirs.send_message(to=THANDI, text="Too late", tracker="effect-2")
    receiver.wait(lambda: len(receiver.messages) == 4 and len(receiver.statuses) == 5)
    for raw in receiver.raw:
        assert theirs.webhook_update_validator(raw, signature("s3cret", raw)) is None
        theirs.webhook_update_handler(raw)
    receiver.close()
    # It loses the failed status, which carries no contacts, as Meta's do not.
    assert sorted(seen) == sorted(
        [
            "text menu Thandi Maroon",
            "sent effect-1",
            "delivered effect-1",
            "sent None",
            "delivered None",
            "button keep",
            "row bookings",
            "image Proof of payment",
        ]
    )
