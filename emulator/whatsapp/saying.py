"""What a person's message is made of: as the webhook tells it, and as the chat shows it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta

from emulator.clock import instant
from emulator.store import Doc
from emulator.whatsapp import chat, flows, media, pending
from emulator.world import World

#: (what the webhook tells, what the chat shows)
Said = tuple[Doc, Doc]
EDITABLE, REVOCABLE = timedelta(minutes=15), timedelta(days=2)


def _text(world: World, who: Doc, part: Doc) -> Said:
    text = str(part["text"])
    if not text:
        raise ValueError("an empty text is no message")
    return {"text": {"body": text}, "type": "text"}, {"text": text}


def _offering(world: World, who: Doc, of: str | None) -> list[Doc]:
    """Messages that could have been tapped, newest first."""
    found = [message for message in reversed(chat.of_phone(world, who["id"])) if message["direction"] == "out"]
    return [message for message in found if of in {None, message["wamid"]} and message["status"] != "failed"]


def _tap(world: World, who: Doc, part: Doc) -> Said:
    """A template's quick reply comes as `button`, an interactive one as `interactive`."""
    wanted = str(part["tap"])
    for message in _offering(world, who, part.get("of")):
        for button in message.get("buttons", []):
            if wanted not in {button["title"], button["id"]}:
                continue
            shown = {"text": button["title"], "tapped": button["id"], "reply_to": message["wamid"]}
            if button["kind"] == "quick_reply":
                return {"type": "button", "button": {"payload": button["id"], "text": button["title"]}}, shown
            if button["kind"] == "reply":
                reply = {"id": button["id"], "title": button["title"]}
                return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}, shown
    raise ValueError(f"{who['name']} sees no button {wanted}")


def _choose(world: World, who: Doc, part: Doc) -> Said:
    wanted = str(part["choose"])
    for message in _offering(world, who, part.get("of")):
        rows = [row for section in message.get("list", {}).get("sections", []) for row in section["rows"]]
        for row in rows:
            if wanted in {row["id"], row["title"]}:
                reply = {name: row[name] for name in ("id", "title", "description") if row.get(name)}
                shown = {"text": row["title"], "tapped": row["id"], "reply_to": message["wamid"]}
                return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}, shown
    raise ValueError(f"{who['name']} sees no list with {wanted}")


def _flow(world: World, who: Doc, part: Doc) -> Said:
    """{"field": answer, ...}: fill in the newest form and send it; `"token": false` leaves its token out."""
    for message in _offering(world, who, part.get("of")):
        if "flow" in message:
            told = flows.answered(world, message["flow"], part["flow"], with_token=part.get("token", True))
            reply = {"name": "flow", "body": "Sent", "response_json": told}
            shown = {"text": "Sent", "answers": json.loads(told), "tapped": message["flow"]["id"],
                     "reply_to": message["wamid"]}  # fmt: skip
            return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}, shown
    raise ValueError(f"{who['name']} sees no form")


def _media(world: World, who: Doc, part: Doc) -> Said:
    """{"kind": image|video|document|audio|sticker, "base64", "mime_type", "caption"?, "filename"?, "voice"?}."""
    given = part["media"]
    kind = str(given.get("kind", "image"))
    kept = media.keep(world, base64.b64decode(given["base64"]), str(given["mime_type"]), "user", given.get("filename"))
    extras = {name: given[name] for name in ("caption", "filename", "voice", "animated") if given.get(name) is not None}
    told = {"mime_type": kept["mime_type"], "sha256": base64.b64encode(bytes.fromhex(kept["sha256"])).decode()}
    if given.get("too_large"):
        error = pending.failure(
            (131052, "Media download error", "Media file size too big. Max file size supported: 100MB.")
        )
        return {"type": kind, "errors": [error]}, {"media": {"kind": kind, **extras}}
    content = {**told, "id": kept["id"], "url": media.address(world, kept, world.base), **extras}
    shown = {"media": {"kind": kind, "id": kept["id"], "mime_type": kept["mime_type"], **extras}}
    if given.get("caption"):
        shown["text"] = given["caption"]
    return {"type": kind, kind: content}, shown


def _react(world: World, who: Doc, part: Doc) -> Said:
    """{"wamid": ..., "emoji": ...}; no emoji takes the reaction back."""
    wamid, emoji = str(part["react"]["wamid"]), part["react"].get("emoji")
    if chat.entry(world, wamid) is None:
        raise ValueError(f"no message {wamid}")
    chat.update(world, wamid, reacted=emoji)
    told = {"message_id": wamid, **({"emoji": emoji} if emoji else {})}
    return {"type": "reaction", "reaction": told}, {"reaction": {"wamid": wamid, "emoji": emoji or ""}}


def _location(world: World, who: Doc, part: Doc) -> Said:
    """{"latitude", "longitude", "name"?, "address"?, "url"?}, numbers as numbers."""
    given = part["location"]
    place = {"latitude": float(given["latitude"]), "longitude": float(given["longitude"])}
    place |= {name: given[name] for name in ("name", "address", "url") if given.get(name)}
    return {"type": "location", "location": place}, {"location": place, "text": place.get("name", "a place")}


def _contacts(world: World, who: Doc, part: Doc) -> Said:
    """A list of contact cards as WhatsApp shapes them; "own": the person's own card after a request for it."""
    if part["contacts"] != "own":
        return {"type": "contacts", "contacts": list(part["contacts"])}, {"contacts": part["contacts"]}
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{who['name']}\nTEL;waid={who['id']}:{who['number']}\nEND:VCARD"
    told = [{"vcard": card, "phones": [{"phone": who["number"]}]}]
    return {"type": "contacts", "origin": "contact_request", "contacts": told}, {"contacts": told}


def _order(world: World, who: Doc, part: Doc) -> Said:
    """{"text"?, "product_items": [{"product_retailer_id", "quantity", "item_price", "currency"}]}."""
    given = {"catalog_id": "194836987003835", "text": "", **part["order"]}
    return {"type": "order", "order": given}, {"text": given["text"] or "an order"}


def _unsupported(world: World, who: Doc, part: Doc) -> Said:
    """What the API does not carry, such as a poll; "interactive": a tap without its content."""
    kind = str(part["unsupported"])
    if kind == "interactive":
        return {"type": "interactive"}, {"text": "unsupported"}
    error = pending.failure((131051, "Message type unknown", "Message type is currently not supported."))
    return {"type": "unsupported", "errors": [error], "unsupported": {"type": kind}}, {"text": kind}


def _raw(world: World, who: Doc, part: Doc) -> Said:
    """Anything else, in WhatsApp's own shape: {"type": "interactive", "interactive": {...}}."""
    given = dict(part["raw"])
    return given, {"text": str(given["type"])}


def _own(world: World, who: Doc, wamid: str, within: timedelta) -> Doc:
    entry = chat.entry(world, wamid)
    if entry is None or entry["direction"] != "in" or entry["phone"] != who["id"]:
        raise ValueError(f"{who['name']} wrote no message {wamid}")
    if world.clock.now() - instant(entry["at"]) > within:
        raise ValueError(f"{wamid} is too old for that")
    return entry


def _edit(world: World, who: Doc, part: Doc) -> Said:
    """{"wamid", "text"}: within 15 minutes."""
    wamid, text = str(part["edit"]["wamid"]), str(part["edit"]["text"])
    _own(world, who, wamid, EDITABLE)
    chat.update(world, wamid, text=text, edited=True)
    message = {"context": {"id": "M0"}, "type": "text", "text": {"body": text}}
    return {"type": "edit", "edit": {"original_message_id": wamid, "message": message}}, {"text": text}


def _revoke(world: World, who: Doc, part: Doc) -> Said:
    """A wamid: deleted for everyone, within two days."""
    wamid = str(part["revoke"])
    _own(world, who, wamid, REVOCABLE)
    chat.update(world, wamid, text="This message was deleted", revoked=True)
    return {"type": "revoke", "revoke": {"original_message_id": wamid}}, {"text": "deleted a message"}


KINDS: dict[str, Callable[[World, Doc, Doc], Said]] = {
    "text": _text,
    "tap": _tap,
    "choose": _choose,
    "flow": _flow,
    "media": _media,
    "react": _react,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    "unsupported": _unsupported,
    "edit": _edit,
    "revoke": _revoke,
    "raw": _raw,
}
