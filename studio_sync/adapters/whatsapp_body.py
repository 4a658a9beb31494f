"""``OutMessage`` -> the JSON WhatsApp takes, its limits looked at before anything is sent (facts whatsapp 1.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sheets_schema.texts.templates import clean_parameter
from studio_sync.adapters.whatsapp_limits import an_address, at_most, count, different, filled, refused
from studio_sync.adapters.whatsapp_template import template
from studio_sync.ports import OutMessage

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
#: business-scoped user id: people who hide their number (facts whatsapp 1.2)
_USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")
#: files that may carry words
_WITH_CAPTION = ("document", "image", "video")
Content = dict[str, Any]


def body_of(message: OutMessage) -> Content:
    """The body of ``POST /messages``.

    Raises:
        Refused: WhatsApp would not take it; the words say what to shorten or change. Nothing was sent.
    """
    make = _FORMS.get(message.form)
    if make is None:
        raise refused(f'a message has no form "{message.form}"')
    kind, content = make(message)
    body: Content = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    body |= {**_recipient(message.to), "type": kind, kind: content}
    # A reaction names its message itself.
    if message.answers and kind != "reaction":
        body["context"] = {"message_id": message.answers}
    if message.callback:
        at_most("the key of the message", message.callback, 512)
        body["biz_opaque_callback_data"] = message.callback
    return body


def read_mark(wamid: str, *, typing: bool) -> Content:
    """The body that marks a message, and all before it, as read."""
    filled("the message to mark", wamid, 512)
    mark: Content = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    return mark | ({"typing_indicator": {"type": "text"}} if typing else {})


def _recipient(to: str) -> dict[str, str]:
    # Without "+" Meta may put the country code of the business in front; a user id in "to" is dropped silently.
    if _PHONE.fullmatch(to):
        return {"to": to}
    if _USER_ID.fullmatch(to):
        return {"recipient": to}
    raise refused(
        "the number is not a whole phone number; write it with + and the country code, such as +27 82 555 0123"
    )


def _text(message: OutMessage) -> tuple[str, Content]:
    filled("the text", message.body, 4096)
    return "text", {"body": message.body, "preview_url": False}


def _buttons(message: OutMessage) -> tuple[str, Content]:
    count("buttons", len(message.buttons), 3)
    for button in message.buttons:
        filled(f'the button "{button.title}"', button.title, 20)
        filled("the key of a button", button.id, 256)
    different("buttons", (button.title for button in message.buttons))
    different("button keys", (button.id for button in message.buttons))
    replies = [{"type": "reply", "reply": {"id": button.id, "title": button.title}} for button in message.buttons]
    return _tappable(message, "button", "the text above the buttons", {"buttons": replies})


def _list(message: OutMessage) -> tuple[str, Content]:
    filled("the word that opens the list", message.list_button, 20)
    count("lines in the list", len(message.rows), 10)
    different("line keys", (key for key, _, _ in message.rows))
    rows = [_row(*row) for row in message.rows]
    action = {"button": message.list_button, "sections": [{"rows": rows}]}
    return _tappable(message, "list", "the text above the list", action, limit=4096)


def _row(key: str, title: str, description: str) -> dict[str, str]:
    filled("the key of a line", key, 200)
    filled(f'the line "{title}"', title, 24)
    at_most(f'the words under "{title}"', description, 72)
    return {"id": key, "title": title, **({"description": description} if description else {})}


def _link(message: OutMessage) -> tuple[str, Content]:
    count("link buttons", len(message.buttons), 1)
    button = message.buttons[0]
    filled(f'the button "{button.title}"', button.title, 20)
    an_address("the link", button.link)
    action = {"name": "cta_url", "parameters": {"display_text": button.title, "url": button.link}}
    return _tappable(message, "cta_url", "the text above the link", action)


def _flow(message: OutMessage) -> tuple[str, Content]:
    flow = message.flow
    if flow is None or not flow.id or not flow.screen:
        raise refused("the form to open is not named; publish it first")
    # 30 in Meta's pages and 20 in other clients: what fits both is safe.
    filled(f'the button "{flow.label}"', flow.label, 20)
    payload: Content = {"screen": flow.screen, **({"data": dict(flow.data)} if flow.data else {})}
    parameters: Content = {
        "flow_message_version": "3",
        "flow_id": flow.id,
        "flow_cta": flow.label,
        "flow_token": flow.mark,
        "flow_action": "navigate",
        "flow_action_payload": payload,
        **({"mode": "draft"} if flow.draft else {}),
    }
    return _tappable(message, "flow", "the text above the form", {"name": "flow", "parameters": parameters})


def _tappable(message: OutMessage, kind: str, what: str, action: Content, *, limit: int = 1024) -> tuple[str, Content]:
    """A text with something to tap under it, and perhaps a line or a file above and a line below."""
    filled(what, message.body, limit)
    at_most("the line above the text", message.header, 60)
    at_most("the line below the buttons", message.footer, 60)
    content: Content = {"type": kind, "body": {"text": message.body}, "action": action}
    if message.media_id or message.media_link:
        if kind == "list":
            raise refused("a list takes no file; send the file by itself")
        content["header"] = {"type": message.media_kind, message.media_kind: _file(message, message.media_kind)}
    elif message.header:
        content["header"] = {"type": "text", "text": clean_parameter(message.header)}
    if message.footer:
        content["footer"] = {"text": message.footer}
    return "interactive", content


def _media(kind: str) -> Callable[[OutMessage], tuple[str, Content]]:
    def make(message: OutMessage) -> tuple[str, Content]:
        content: Content = _file(message, kind)
        if message.body and kind not in _WITH_CAPTION:
            raise refused("a voice note or a sticker takes no words; send them by themselves")
        at_most("the text under the file", message.body, 1024)
        return kind, content | ({"caption": message.body} if message.body else {})

    return make


def _file(message: OutMessage, kind: str) -> Content:
    """By the id of a file handed over before, or by the address it lies at."""
    name: Content = {"filename": message.filename} if message.filename and kind == "document" else {}
    at_most("the name of the file", message.filename, 240)
    if message.media_id:
        return {"id": message.media_id, **name}
    if not message.media_link:
        raise refused("the file was not handed over yet")
    an_address("the address of the file", message.media_link)
    return {"link": message.media_link, **name}


def _reaction(message: OutMessage) -> tuple[str, Content]:
    filled("the message to react to", message.answers, 512)
    at_most("the sign", message.body, 10)
    return "reaction", {"message_id": message.answers, "emoji": message.body}


def _template(message: OutMessage) -> tuple[str, Content]:
    has_file = bool(message.media_id or message.media_link)
    return "template", template(message, _file(message, message.media_kind) if has_file else None)


_FORMS: dict[str, Callable[[OutMessage], tuple[str, Content]]] = {
    "text": _text,
    "buttons": _buttons,
    "list": _list,
    "link": _link,
    "flow": _flow,
    "template": _template,
    "reaction": _reaction,
    **{kind: _media(kind) for kind in ("document", "image", "video", "audio", "sticker")},
}
