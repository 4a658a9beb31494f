"""What one message says, by its type (facts/whatsapp 1.2): the part of ``MessageCame`` that depends on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studio_sync.rules.facts import Media
from webhook.foreign_json import loads, mapping, objects, text
from webhook.people import e164, user_id

Doc = dict[str, Any]
UNSUPPORTED: Doc = {"form": "unsupported"}


def content(doc: Doc) -> Doc:
    """``form`` and what goes with it: text, choice, media, answers. Unknown or broken is ``unsupported``."""
    reader = _READERS.get(text(doc.get("type")))
    return (reader(doc) if reader else None) or UNSUPPORTED


def referral(told: Doc) -> str:
    """The advertisement a person tapped on before writing: its headline, else where it stands."""
    return text(told.get("headline")) or text(told.get("source_url")) or text(told.get("source_id"))


def _text(doc: Doc) -> Doc | None:
    body = text(mapping(doc.get("text")).get("body"))
    return {"form": "text", "text": body} if body else None


def _button(doc: Doc) -> Doc | None:
    """A tap on a template's quick reply."""
    button = mapping(doc.get("button"))
    payload, words = text(button.get("payload")), text(button.get("text"))
    return {"form": "tap", "choice": payload, "text": words or payload} if payload or words else None


def _interactive(doc: Doc) -> Doc | None:
    """A tap, a chosen row, or a filled form. ``interactive`` itself may be missing while ``errors`` stand elsewhere."""
    told = mapping(doc.get("interactive"))
    for kind, form in (("button_reply", "tap"), ("list_reply", "list")):
        reply = mapping(told.get(kind))
        choice, title = text(reply.get("id")), text(reply.get("title"))
        if choice or title:
            return {"form": form, "choice": choice, "text": title or choice}
    return _filled(told.get("nfm_reply") or told.get("flow_reply"))


def _filled(reply: Any) -> Doc | None:
    """A filled form: one line per answer, its token as the choice. The answers come as JSON in a text."""
    if not isinstance(reply, dict):
        return None
    try:
        answers = loads(text(reply.get("response_json")).encode())
    except ValueError:
        return None
    token = text(answers.pop("flow_token", ""))
    lines = [f"{name}: {value}" for name, value in answers.items() if isinstance(value, str | int | float)]
    return {"form": "flow", "choice": token, "text": "\n".join(lines)}


def _file(doc: Doc) -> Doc | None:
    kind = text(doc.get("type"))
    told = mapping(doc.get(kind))
    ident = text(told.get("id"))
    if not ident:
        # Too large for WhatsApp (131052): it came, but there is nothing to fetch.
        failed = bool(objects(doc.get("errors")))
        return {"form": "media", "text": "", "media": Media(id="", mime=f"{kind}/")} if failed else None
    media = Media(
        id=ident,
        mime=text(told.get("mime_type")),
        sha256=text(told.get("sha256")),
        filename=text(told.get("filename")),
        voice=told.get("voice") is True,
    )
    return {"form": "media", "text": text(told.get("caption")), "media": media}


def _location(doc: Doc) -> Doc | None:
    told = mapping(doc.get("location"))
    place = [_degrees(told.get("latitude")), _degrees(told.get("longitude"))]
    if not all(place):
        return None
    names = [text(told.get(name)) for name in ("name", "address")]
    return {"form": "location", "text": ", ".join(part for part in (*place, *names) if part)}


def _degrees(value: Any) -> str:
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 180
    return f"{value:.6f}".rstrip("0").rstrip(".") if good else ""


def _contacts(doc: Doc) -> Doc | None:
    """Cards: name and numbers, one a line. One that a person shared on request has no name."""
    cards = objects(doc.get("contacts"))
    lines = []
    for card in cards:
        name = text(mapping(card.get("name")).get("formatted_name"))
        numbers = [text(phone.get("phone")) or text(phone.get("wa_id")) for phone in objects(card.get("phones"))]
        line = " ".join(part for part in (name, *numbers) if part)
        # Never the bare name: someone may be called Stop.
        lines.append(f"[contacts] {line}" if line else "")
    return {"form": "contacts", "text": "\n".join(filter(None, lines))} if cards else None


def _reaction(doc: Doc) -> Doc | None:
    told = mapping(doc.get("reaction"))
    return {"form": "reaction", "text": text(told.get("emoji")), "answers": text(told.get("message_id"))}


def _order(doc: Doc) -> Doc | None:
    return {"form": "order", "text": text(mapping(doc.get("order")).get("text"))}


def _system(doc: Doc) -> Doc | None:
    """Changed number or user id: ``choice`` is ``<what>:<the new one>``, the sender is the old one."""
    told = mapping(doc.get("system"))
    what = text(told.get("type"))
    new = ""
    if what == "user_changed_number":
        new = e164(text(told.get("new_wa_id")) or text(told.get("wa_id")))
    elif what == "user_changed_user_id":
        new = user_id(text(told.get("user_id")))
    return {"form": "system", "text": text(told.get("body")), "choice": f"{what}:{new}" if new else what}


def _afterwards(doc: Doc) -> Doc | None:
    """An edit or a revoke of an earlier message: noted, never obeyed as if it were new."""
    kind = text(doc.get("type"))
    told = mapping(doc.get(kind))
    words = mapping(mapping(told.get("message")).get("text") or told.get("text"))
    return {
        "form": "system",
        "choice": kind,
        "text": text(words.get("body")),
        "answers": text(told.get("original_message_id")),
    }


_READERS: dict[str, Callable[[Doc], Doc | None]] = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    **dict.fromkeys(("image", "video", "document", "audio", "sticker"), _file),
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "order": _order,
    "system": _system,
    "edit": _afterwards,
    "revoke": _afterwards,
}
