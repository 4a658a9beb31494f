"""What is looked at before a message leaves: WhatsApp's limits (facts 1.3), in words that say what to shorten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio_sync.adapters.whatsapp_body import body_of, read_mark
from studio_sync.adapters.whatsapp_limits import a_file
from studio_sync.errors import Refused
from studio_sync.ports import OutButton, OutFlow, OutMessage

TEXT = OutMessage(to="+27825550123", form="text", body="See you at 08:00.")
BUTTONS = replace(TEXT, form="buttons", buttons=(OutButton(id="y", title="Yes"), OutButton(id="n", title="No")))
LIST = replace(TEXT, form="list", list_button="See times", rows=(("t1", "Tuesday 08:00", "Duo"),))
TEMPLATE = replace(TEXT, form="template", template="digest", parameters=("Nadine", "3"))
DOCUMENT = replace(TEXT, form="document", media_id="7", filename="Invoice 7.pdf")
PICTURE = replace(TEXT, form="image", media_id="7")
LINK = replace(TEXT, form="link", buttons=(OutButton(title="Open invoice", link="https://nowhere.example/i/7"),))
NEW_CLIENT = OutFlow(id="11", label="Add client", screen="CLIENT", data={"name": "Ayanda"})
FORM = replace(TEXT, form="flow", flow=NEW_CLIENT)


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
        replace(TEMPLATE, header_parameter="x" * 60),
        replace(LIST, body="x" * 4096, header="x" * 60, footer="x" * 60),
        replace(LINK, body="x" * 1024, footer="x" * 60),
        FORM,
        PICTURE,
        replace(PICTURE, form="sticker", body=""),
        replace(TEXT, form="reaction", body="", answers="wamid.1"),
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
        (replace(TEMPLATE, parameters=("x" * 1025,)), "a value in the template message has 1,025"),
        (replace(TEMPLATE, parameter_names=("owner",)), "2 values for 1 names"),
        (replace(TEMPLATE, parameter_names=("owner", "owner")), "two names of values are the same"),
        (replace(TEMPLATE, header_parameter="x" * 61), "the value in the header has 61"),
        (replace(TEMPLATE, buttons=BUTTONS.buttons * 6), "there are 12 buttons and WhatsApp takes 1 to 10"),
        (replace(LINK, buttons=(OutButton(title="x" * 21, link="https://a.example"),)), "has 21 characters"),
        (replace(LINK, buttons=(OutButton(title="Open", link="nowhere.example"),)), "the link is no address"),
        (replace(LINK, body="x" * 1025), "above the link has 1,025"),
        (replace(FORM, flow=None), "not named; publish it first"),
        (replace(FORM, flow=replace(NEW_CLIENT, label="x" * 21)), "has 21 characters"),
        (replace(BUTTONS, header="x" * 61), "the line above the text has 61"),
        (replace(BUTTONS, footer="x" * 61), "the line below the buttons has 61"),
        (replace(LIST, media_id="7"), "a list takes no file"),
        (replace(PICTURE, media_id="", media_link="C:/a.png"), "the address of the file is no address"),
        (replace(PICTURE, form="audio", body="hm"), "a voice note or a sticker takes no words"),
        (replace(TEXT, form="reaction"), "the message to react to is empty"),
        (replace(TEMPLATE, parameters=("",)), "is empty"),
        (replace(DOCUMENT, body="x" * 1025), "the text under the file has 1,025"),
        (replace(DOCUMENT, media_id=""), "not handed over"),
        (replace(DOCUMENT, filename="x" * 241), "the name of the file has 241"),
        (replace(TEXT, callback="k" * 513), "the key of the message has 513"),
        (replace(TEXT, to="082 555 0123"), "country code"),  # facts 0.7: never without "+"
        (replace(TEXT, to="27825550123"), "country code"),
        (replace(TEXT, to="+²7825550123"), "country code"),
        (replace(TEXT, form="poem"), "no form"),
    ],
)
def test_beyond_the_limit_is_refused_in_words(message: OutMessage, words: str) -> None:
    # facts: 1.3 text length, 1.3 reply buttons, 1.3 lists
    with pytest.raises(Refused, match=words):
        body_of(message)


def test_a_user_id_goes_where_whatsapp_looks_for_it() -> None:
    # fact: 0 plus sign
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


def test_values_of_a_template_are_one_plain_line_each() -> None:
    # fact: 0 values are one line
    body = body_of(replace(TEMPLATE, parameters=("two\nlines", "a\tb      c")))  # facts 0.6
    texts = body["template"]["components"][0]["parameters"]
    assert [each["text"] for each in texts] == ["two lines", "a b    c"]


def test_named_values_carry_their_names_and_a_link_its_end() -> None:
    # fact: 1.3 template message
    buttons = (OutButton(title="Question"), OutButton(title="Open invoice", link="abc"))
    named = replace(TEMPLATE, parameter_names=("owner", "count"), header_parameter="Today", buttons=buttons)
    header, texts, link = body_of(named)["template"]["components"]
    assert header["parameters"] == [{"type": "text", "text": "Today"}]
    assert [(each["parameter_name"], each["text"]) for each in texts["parameters"]] == [
        ("owner", "Nadine"),
        ("count", "3"),
    ]
    assert (link["sub_type"], link["index"], link["parameters"][0]["text"]) == ("url", "1", "abc")


def test_a_picture_may_stand_above_buttons_and_in_a_template() -> None:
    shown = body_of(replace(BUTTONS, media_link="https://nowhere.example/a.png", media_kind="image"))["interactive"]
    assert shown["header"] == {"type": "image", "image": {"link": "https://nowhere.example/a.png"}}
    header = body_of(replace(TEMPLATE, media_id="7", media_kind="image"))["template"]["components"][0]
    assert header["parameters"] == [{"type": "image", "image": {"id": "7"}}]


def test_a_form_opens_at_its_screen_with_what_is_known() -> None:
    # fact: 1.3 form message
    asked = body_of(FORM)["interactive"]["action"]["parameters"]
    assert (asked["flow_message_version"], asked["flow_id"], asked["flow_cta"]) == ("3", "11", "Add client")
    assert asked["flow_action_payload"] == {"screen": "CLIENT", "data": {"name": "Ayanda"}}


def test_a_reaction_names_its_message_itself_and_a_read_mark_may_show_that_we_type() -> None:
    # fact: 1.3 reaction message
    body = body_of(replace(TEXT, form="reaction", body="\N{THUMBS UP SIGN}", answers="wamid.1"))
    assert body["reaction"] == {"message_id": "wamid.1", "emoji": "\N{THUMBS UP SIGN}"}
    assert "context" not in body
    assert read_mark("wamid.1", typing=True)["typing_indicator"] == {"type": "text"}
    assert "typing_indicator" not in read_mark("wamid.1", typing=False)


@pytest.mark.parametrize(
    ("mime", "size", "words"),
    [
        ("image/jpeg", 6 * 2**20, "the file has 6.0 MB and WhatsApp takes 5.0 MB of this type: make it smaller"),
        ("image/webp", 600_000, "the file has 586 KB and WhatsApp takes 500 KB"),
        ("application/zip", 10, 'takes no file of type "application/zip"'),
        ("application/pdf", 0, "the file is empty"),
    ],
)
def test_a_file_whatsapp_does_not_take_is_refused_before_it_leaves(mime: str, size: int, words: str) -> None:
    # fact: 1.3 media sizes
    with pytest.raises(Refused, match=words):
        a_file(mime, size)
