"""``OutMessage`` -> the JSON WhatsApp takes, its limits looked at before anything is sent (facts whatsapp 1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from studio_sync.errors import Refused
from studio_sync.ports import OutMessage

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
#: business-scoped user id: people who hide their number (facts whatsapp 1.2)
_USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")
#: a template's parameter takes no line break, no tab, no five spaces in a row
_UNFIT = re.compile(r"[\n\r\t]| {5}")


def body_of(message: OutMessage) -> dict[str, Any]:
    """The body of ``POST /messages``.

    Raises:
        Refused: WhatsApp would not take it; the words say what to shorten or change. Nothing was sent.
    """
    forms = {"text": _text, "buttons": _buttons, "list": _list, "template": _template, "document": _document}
    if message.form not in forms:
        raise _refused(f'a message has no form "{message.form}"')
    kind, content = forms[message.form](message)
    body: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    body |= {**_recipient(message.to), "type": kind, kind: content}
    if message.answers:
        body["context"] = {"message_id": message.answers}
    if message.callback:
        _at_most("the key of the message", message.callback, 512)
        body["biz_opaque_callback_data"] = message.callback
    return body


def _recipient(to: str) -> dict[str, str]:
    # Without "+" Meta may put the country code of the business in front; a user id in "to" is dropped silently.
    if _PHONE.fullmatch(to):
        return {"to": to}
    if _USER_ID.fullmatch(to):
        return {"recipient": to}
    raise _refused(
        "the number is not a whole phone number; write it with + and the country code, such as +27 82 555 0123"
    )


def _text(message: OutMessage) -> tuple[str, dict[str, Any]]:
    _filled("the text", message.body, 4096)
    return "text", {"body": message.body, "preview_url": False}


def _buttons(message: OutMessage) -> tuple[str, dict[str, Any]]:
    _filled("the text above the buttons", message.body, 1024)
    _count("buttons", len(message.buttons), 3)
    for button in message.buttons:
        _filled(f'the button "{button.title}"', button.title, 20)
        _filled("the key of a button", button.id, 256)
    _different("buttons", (button.title for button in message.buttons))
    _different("button keys", (button.id for button in message.buttons))
    replies = [{"type": "reply", "reply": {"id": button.id, "title": button.title}} for button in message.buttons]
    return "interactive", {"type": "button", "body": {"text": message.body}, "action": {"buttons": replies}}


def _list(message: OutMessage) -> tuple[str, dict[str, Any]]:
    _filled("the text above the list", message.body, 4096)
    _filled("the word that opens the list", message.list_button, 20)
    _count("lines in the list", len(message.rows), 10)
    _different("line keys", (key for key, _, _ in message.rows))
    rows = [_row(*row) for row in message.rows]
    action = {"button": message.list_button, "sections": [{"rows": rows}]}
    return "interactive", {"type": "list", "body": {"text": message.body}, "action": action}


def _row(key: str, title: str, description: str) -> dict[str, str]:
    _filled("the key of a line", key, 200)
    _filled(f'the line "{title}"', title, 24)
    _at_most(f'the words under "{title}"', description, 72)
    return {"id": key, "title": title, **({"description": description} if description else {})}


def _template(message: OutMessage) -> tuple[str, dict[str, Any]]:
    for parameter in message.parameters:
        _filled("a value in the template message", parameter, 1024)
        if _UNFIT.search(parameter):
            raise _refused("a value in a template message takes no line breaks, tabs or five spaces: one plain line")
    components: list[dict[str, Any]] = []
    if message.media_id:
        header = {"type": "document", "document": _file(message)}
        components.append({"type": "header", "parameters": [header]})
    if message.parameters:
        texts = [{"type": "text", "text": parameter} for parameter in message.parameters]
        components.append({"type": "body", "parameters": texts})
    for n, button in enumerate(message.buttons):
        reply = [{"type": "payload", "payload": button.id}]
        components.append({"type": "button", "sub_type": "quick_reply", "index": str(n), "parameters": reply})
    content: dict[str, Any] = {"name": message.template, "language": {"code": message.language}}
    return "template", content | ({"components": components} if components else {})


def _document(message: OutMessage) -> tuple[str, dict[str, Any]]:
    if not message.media_id:
        raise _refused("the file was not handed over yet")
    _at_most("the text under the file", message.body, 1024)
    return "document", {**_file(message), **({"caption": message.body} if message.body else {})}


def _file(message: OutMessage) -> dict[str, str]:
    return {"id": message.media_id, **({"filename": message.filename} if message.filename else {})}


def _filled(what: str, text: str, limit: int) -> None:
    if not text.strip():
        raise _refused(f"{what} is empty")
    _at_most(what, text, limit)


def _at_most(what: str, text: str, limit: int) -> None:
    if len(text) > limit:
        much = len(text) - limit
        raise _refused(f"{what} has {len(text):,} characters and WhatsApp takes {limit:,}: shorten it by {much:,}")


def _count(what: str, number: int, limit: int) -> None:
    if not 1 <= number <= limit:
        raise _refused(f"there are {number} {what} and WhatsApp takes 1 to {limit}")


def _different(what: str, texts: Iterable[str]) -> None:
    seen = list(texts)
    if len(set(seen)) != len(seen):
        raise _refused(f"two {what} are the same; give each its own words")


def _refused(why: str) -> Refused:
    return Refused("whatsapp", why)
