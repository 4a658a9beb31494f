"""From a Send to the message as it leaves: free text while the chat is open, else the template with the same words."""

from __future__ import annotations

from dataclasses import replace

from sheets_schema.texts.catalogue import load
from sheets_schema.texts.templates import link_token, parameters, template_name
from studio_sync.ports import OutButton, OutMessage
from studio_sync.rules.effects import Send


def outgoing(send: Send, *, template: bool, media: str = "") -> OutMessage:
    """The message for WhatsApp. ``media``: id of its document, already handed over."""
    bare = OutMessage(to=send.to, form="text", callback=send.key, media_id=media, filename=send.filename)
    if template:
        return _template(bare, send)
    worded = replace(bare, body=send.body)
    replies = tuple(OutButton(id=b.id, title=b.title) for b in send.buttons if b.id)
    links = tuple(OutButton(title=b.title, link=b.link) for b in send.buttons if b.link)
    if media:
        return replace(worded, form="document")
    if send.rows:
        rows = tuple((row.id, row.title, row.description) for row in send.rows)
        return replace(worded, form="list", rows=rows, list_button=send.list_label)
    if replies:
        return replace(worded, form="buttons", buttons=replies)
    return replace(worded, form="link", buttons=links[:1]) if links else worded


def _template(bare: OutMessage, send: Send) -> OutMessage:
    """Buttons keep their place: WhatsApp knows them by it."""
    text = load().message(send.text)
    end = link_token(text, send.values) if any(button.link for button in send.buttons) else ""
    return replace(
        bare,
        form="template",
        template=template_name(send.text),
        parameters=parameters(text, send.values),
        buttons=tuple(OutButton(id=b.id, title=b.title, link=end if b.link else "") for b in send.buttons),
    )
