"""From a Send to the message as it leaves: free text while the chat is open, else the template with the same words."""

from __future__ import annotations

from sheets_schema.texts.catalogue import load
from sheets_schema.texts.templates import parameters, template_name
from studio_sync.ports import OutButton, OutMessage
from studio_sync.rules.effects import Send


def outgoing(send: Send, *, template: bool, media: str = "") -> OutMessage:
    """The message for WhatsApp. ``media``: id of its document, already handed over."""
    buttons = tuple(OutButton(id=b.id, title=b.title) for b in send.buttons if b.id)
    if template:
        return OutMessage(
            to=send.to,
            form="template",
            template=template_name(send.text),
            parameters=parameters(load().message(send.text), send.values),
            buttons=buttons,
            media_id=media,
            filename=send.filename,
            callback=send.key,
        )
    if media:
        return OutMessage(
            to=send.to, form="document", body=send.body, media_id=media, filename=send.filename, callback=send.key
        )
    if send.rows:
        rows = tuple((row.id, row.title, row.description) for row in send.rows)
        return OutMessage(
            to=send.to, form="list", body=send.body, rows=rows, list_button=send.list_label, callback=send.key
        )
    form = "buttons" if buttons else "text"
    return OutMessage(to=send.to, form=form, body=send.body, buttons=buttons, callback=send.key)
