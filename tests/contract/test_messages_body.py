"""What is looked at before a message leaves: WhatsApp's limits (facts 1.3), in words that say what to shorten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio_sync.adapters.whatsapp_body import body_of
from studio_sync.errors import Refused
from studio_sync.ports import OutButton, OutMessage

TEXT = OutMessage(to="+27825550123", form="text", body="See you at 08:00.")
BUTTONS = replace(TEXT, form="buttons", buttons=(OutButton(id="y", title="Yes"), OutButton(id="n", title="No")))
LIST = replace(TEXT, form="list", list_button="See times", rows=(("t1", "Tuesday 08:00", "Duo"),))
TEMPLATE = replace(TEXT, form="template", template="digest", parameters=("Nadine", "3"))
DOCUMENT = replace(TEXT, form="document", media_id="7", filename="Invoice 7.pdf")


def button(title: str, key: str = "k") -> OutMessage:
    return replace(BUTTONS, buttons=(OutButton(id=key, title=title),))


@pytest.mark.parametrize(
    "message",
    [
        replace(TEXT, body="x" * 4096),
        replace(BUTTONS, body="x" * 1024),
        button("x" * 20, "k" * 256),
        replace(LIST, rows=tuple((f"t{n}", "x" * 24, "y" * 72) for n in range(10))),
        replace(TEMPLATE, parameters=("four    spaces",)),
        replace(DOCUMENT, body=""),
        replace(TEXT, callback="k" * 512),
    ],
)
def test_just_within_the_limit_leaves(message: OutMessage) -> None:
    assert body_of(message)["messaging_product"] == "whatsapp"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (replace(TEXT, body="x" * 4100), "the text has 4,100 characters and WhatsApp takes 4,096: shorten it by 4"),
        (replace(TEXT, body=" \n"), "the text is empty"),
        (replace(BUTTONS, body="x" * 1025), "above the buttons has 1,025 characters .* shorten it by 1"),
        (button("Reschedule to Friday!"), 'the button "Reschedule to Friday!" has 21 characters .* by 1'),
        (button(""), 'the button "" is empty'),
        (replace(BUTTONS, buttons=()), "there are 0 buttons and WhatsApp takes 1 to 3"),
        (replace(BUTTONS, buttons=BUTTONS.buttons * 2), "there are 4 buttons and WhatsApp takes 1 to 3"),
        (replace(BUTTONS, buttons=BUTTONS.buttons[:1] * 2), "two buttons are the same"),
        (replace(LIST, rows=LIST.rows * 11), "there are 11 lines in the list and WhatsApp takes 1 to 10"),
        (replace(LIST, rows=(("t", "x" * 25, ""),)), "has 25 characters and WhatsApp takes 24"),
        (replace(LIST, rows=(("t", "Tuesday", "x" * 73),)), 'the words under "Tuesday" has 73'),
        (replace(LIST, list_button="x" * 21), "the word that opens the list has 21"),
        (replace(TEMPLATE, parameters=("two\nlines",)), "one plain line"),  # facts 0.6
        (replace(TEMPLATE, parameters=("five     spaces",)), "one plain line"),
        (replace(TEMPLATE, parameters=("",)), "is empty"),
        (replace(DOCUMENT, body="x" * 1025), "the text under the file has 1,025"),
        (replace(DOCUMENT, media_id=""), "not handed over"),
        (replace(TEXT, callback="k" * 513), "the key of the message has 513"),
        (replace(TEXT, to="082 555 0123"), "country code"),  # facts 0.7: never without "+"
        (replace(TEXT, to="27825550123"), "country code"),
        (replace(TEXT, to="+²7825550123"), "country code"),
        (replace(TEXT, form="poem"), "no form"),
    ],
)
def test_beyond_the_limit_is_refused_in_words(message: OutMessage, words: str) -> None:
    with pytest.raises(Refused, match=words):
        body_of(message)


def test_a_user_id_goes_where_whatsapp_looks_for_it() -> None:
    body = body_of(replace(TEXT, to="US.13491208655302741918"))
    assert body["recipient"] == "US.13491208655302741918"  # facts 1.2: in `to` it is dropped silently
    assert "to" not in body


def test_a_template_with_a_file_and_a_button() -> None:
    buttons = (OutButton(id="show", title="Show today"),)
    body = body_of(replace(TEMPLATE, media_id="7", filename="Invoice 7.pdf", buttons=buttons))
    header, texts, tap = body["template"]["components"]
    assert header["parameters"][0]["document"] == {"id": "7", "filename": "Invoice 7.pdf"}
    assert [each["text"] for each in texts["parameters"]] == ["Nadine", "3"]
    assert (tap["index"], tap["parameters"]) == ("0", [{"type": "payload", "payload": "show"}])
