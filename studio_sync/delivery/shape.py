"""From a Send to the message as it leaves: free text while the chat is open, else the template with the same words."""

from __future__ import annotations

from dataclasses import replace

from sheets_schema.texts.catalogue import load
from sheets_schema.texts.own import WHOLE
from sheets_schema.texts.templates import clean_parameter, link_token
from sheets_schema.wording import AtWhatsApp
from studio_sync.ports import OutButton, OutFlow, OutMessage
from studio_sync.rules.effects import Send

#: how the id of a button begins that opens a form, and the form's first screen (texts/en/registration.json)
FORM, SCREEN = "flow_", "NEW_CLIENT"


def outgoing(send: Send, *, template: AtWhatsApp | None, media: str = "") -> OutMessage:
    """The message for WhatsApp, as ``template`` or as free text. ``media``: id of its document, already handed over."""
    bare = OutMessage(to=send.to, form="text", callback=send.key, media_id=media, filename=send.filename)
    if template:
        return _template(bare, send, template)
    worded = replace(bare, body=send.body)
    replies = tuple(OutButton(id=b.id, title=b.title) for b in send.buttons if b.id)
    links = tuple(OutButton(title=b.title, link=b.link) for b in send.buttons if b.link)
    if media:
        return replace(worded, form="document")
    if send.rows:
        rows = tuple((row.id, row.title, row.description) for row in send.rows)
        return replace(worded, form="list", rows=rows, list_button=send.list_label)
    if send.buttons and send.buttons[0].id.startswith(FORM):
        return replace(worded, form="flow", flow=_form(send))
    if replies:
        return replace(worded, form="buttons", buttons=replies)
    return replace(worded, form="link", buttons=links[:1]) if links else worded


def _form(send: Send) -> OutFlow:
    """The form behind a button ``flow_<form>_<question>``: what is filled in comes back as an answer to the question.

    The owner types a number too; a client is known by it.
    """
    form, _, question = send.buttons[0].id.removeprefix(FORM).partition("_")
    data = {"name": "" if send.to_owner else send.name, "ask_phone": send.to_owner}
    return OutFlow(id=form, label=send.buttons[0].title, screen=SCREEN, mark=f"answer_{question}_form", data=data)


def _template(bare: OutMessage, send: Send, template: AtWhatsApp) -> OutMessage:
    """Buttons keep their place: WhatsApp knows them by it. A template of hers may have fewer than our message."""
    text = load().message(send.text)
    end = link_token(text, send.values) if any(button.link for button in send.buttons) else ""
    values = {**send.values, WHOLE: send.body}
    buttons = tuple(OutButton(id=b.id, title=b.title, link=end if b.link else "") for b in send.buttons)
    most = len(buttons) if template.taps is None else template.taps + sum(bool(b.link) for b in buttons)
    return replace(
        bare,
        form="template",
        template=template.name,
        language=template.language,
        parameters=tuple(clean_parameter(values[name]) for name in template.parameters),
        parameter_names=template.names,
        buttons=buttons[:most],
    )
