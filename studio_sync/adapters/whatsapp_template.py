"""A template message: its name, and what fills its header, its body and its buttons (facts whatsapp 1.3)."""

from __future__ import annotations

from typing import Any

from sheets_schema.texts.templates import clean_parameter
from studio_sync.adapters.whatsapp_limits import at_most, count, different, filled, refused
from studio_sync.ports import OutButton, OutMessage

Content = dict[str, Any]


def template(message: OutMessage, file: Content | None) -> Content:
    """The ``template`` member of the body; ``file``: what stands in a header of pictures or papers.

    Values are cleaned, for WhatsApp refuses line breaks, tabs and five spaces in a row (facts 0.6).
    """
    filled("the name of the template", message.template, 512)
    filled("the language of the template", message.language, 15)
    components = [*_header(message, file), *_body(message), *_buttons(message)]
    content: Content = {"name": message.template, "language": {"code": message.language}}
    return content | ({"components": components} if components else {})


def _header(message: OutMessage, file: Content | None) -> list[Content]:
    if file is not None:
        return [{"type": "header", "parameters": [{"type": message.media_kind, message.media_kind: file}]}]
    if not message.header_parameter:
        return []
    value = clean_parameter(message.header_parameter)
    at_most("the value in the header", value, 60)
    return [{"type": "header", "parameters": [{"type": "text", "text": value}]}]


def _body(message: OutMessage) -> list[Content]:
    if not message.parameters:
        return []
    names = message.parameter_names
    if names and len(names) != len(message.parameters):
        raise refused(f"{len(message.parameters)} values for {len(names)} names in the template message")
    different("names of values", names)
    texts = []
    for place, given in enumerate(message.parameters):
        filled("a value in the template message", given, 1024)
        value = clean_parameter(given)
        texts.append({"type": "text", **({"parameter_name": names[place]} if names else {}), "text": value})
    return [{"type": "body", "parameters": texts}]


def _buttons(message: OutMessage) -> list[Content]:
    """Quick replies carry what a tap brings back, a link the end of its address; their words are the template's own."""
    if message.buttons:
        count("buttons", len(message.buttons), 10)
    return [_button(n, button) for n, button in enumerate(message.buttons) if button.id or button.link]


def _button(place: int, button: OutButton) -> Content:
    common: Content = {"type": "button", "index": str(place)}
    if button.link:
        at_most("the end of the link", button.link, 2000)
        return common | {"sub_type": "url", "parameters": [{"type": "text", "text": button.link}]}
    filled("the key of a button", button.id, 256)
    return common | {"sub_type": "quick_reply", "parameters": [{"type": "payload", "payload": button.id}]}
