"""What the people in the world do with their phones: write, tap, choose, send media, react, read, block."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from emulator.store import Doc
from emulator.whatsapp import chat, flows, media, pending
from emulator.whatsapp.account import account, contact, find_phone, new_wamid, phone
from emulator.world import World

#: fields of a phone that `speak` and `phones` may set
TRAITS = ("name", "attentive", "blocked", "off", "whatsapp", "marketing", "fails")
_WORDS = ("text", "tap", "choose", "flow", "media", "react")


def speak(world: World, wanted: Doc) -> Doc:
    """Act as a phone: {"phone": number or word, one of text | tap | choose | media | react | read | block}.

    With "together": [{...}, ...] several messages go out in one delivery; "twice": true repeats the delivery.

    Raises:
        ValueError: nothing to do, or a button, row or message that is not there.
    """
    parts = wanted.get("together") or [wanted]
    with world.store.transaction():
        said: list[tuple[Doc, Doc]] = []
        for part in parts:
            who = phone(world, str({**wanted, **part}["phone"]), **{name: part.get(name) for name in TRAITS})
            who = _gestures(world, who, part)
            if any(name in part for name in _WORDS):
                said.append((phone(world, who["id"]), _message(world, who, part)))
        if said:
            _send(world, said, twice=bool(wanted.get("twice")))
        elif not any(name in part for part in parts for name in ("read", "block", *TRAITS)):
            raise ValueError(f"nothing to do: give one of {', '.join(_WORDS)}, read or block")
    return {"wamids": [message["id"] for _, message in said]}


def set_traits(world: World, text: str, traits: Doc) -> Doc:
    """Make a phone or change it; what waited for it to be switched on is delivered, what it now sees is read.

    `fails` is the code of the failed status that all its messages get from now on; 0 for none.
    """
    with world.store.transaction():
        before = find_phone(world, text)
        who = phone(world, text, **{name: traits.get(name) for name in TRAITS})
        awake = not who["off"] and not who["blocked"]
        if before and awake and (before["off"] or before["blocked"]):
            for message in chat.of_phone(world, who["id"]):
                if message["direction"] == "out" and message["status"] == "sent" and message["type"] != "reaction":
                    pending.plan(world, message["wamid"], "delivered")
        if who["attentive"] and before and not before["attentive"]:
            _read(world, who, True)
    return who


def _gestures(world: World, who: Doc, part: Doc) -> Doc:
    if "block" in part:
        who = set_traits(world, who["id"], {"blocked": bool(part["block"])})
    if part.get("read"):
        _read(world, who, part["read"])
    return who


def _read(world: World, who: Doc, which: Any) -> None:
    """Open the chat: everything delivered, or up to one message, is read."""
    for message in chat.of_phone(world, who["id"]):
        if (
            message["direction"] == "out"
            and message["status"] in {"sent", "delivered"}
            and message["type"] != "reaction"
        ):
            pending.plan(world, message["wamid"], "read")
        if message["wamid"] == which:
            return


def _message(world: World, who: Doc, part: Doc) -> Doc:
    """Put the message into the chat and return it as the webhook tells it."""
    kind = next(name for name in _WORDS if name in part)
    body, shown = _KINDS[kind](world, who, part)
    wamid = new_wamid(world, who["id"], "in")
    reply_to = part.get("reply_to") or shown.pop("reply_to", None)
    more = {"reply_to": reply_to} if reply_to else {}
    told = str(body["type"])
    chat.add(world, who["id"], wamid, "in", told, shown, **more)
    phone(world, who["id"], last_inbound=world.clock.now().isoformat())
    sender = {"from": who["id"]} if who["number"] else {}
    message = {
        **({"context": {"from": account(world)["number"], "id": reply_to}} if reply_to else {}),
        **sender,
        "from_user_id": who["user_id"],
        "id": wamid,
        "timestamp": str(int(world.clock.now().timestamp())),
        **body,
    }
    return message


def _send(world: World, said: list[tuple[Doc, Doc]], *, twice: bool) -> None:
    people = {who["id"]: contact(who) for who, _ in said}
    value = {
        **pending.metadata(world),
        "contacts": list(people.values()),
        "messages": [message for _, message in said],
    }
    words = ", ".join(message["id"] for _, message in said)
    pending.enqueue(world, "messages", value, f"message {words}", twice=twice)


def _text(world: World, who: Doc, part: Doc) -> tuple[Doc, Doc]:
    text = str(part["text"])
    if not text:
        raise ValueError("an empty text is no message")
    return {"text": {"body": text}, "type": "text"}, {"text": text}


def _offering(world: World, who: Doc, of: str | None) -> list[Doc]:
    """Messages that could have been tapped, newest first."""
    found = [message for message in reversed(chat.of_phone(world, who["id"])) if message["direction"] == "out"]
    return [message for message in found if of in {None, message["wamid"]} and message["status"] != "failed"]


def _tap(world: World, who: Doc, part: Doc) -> tuple[Doc, Doc]:
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


def _choose(world: World, who: Doc, part: Doc) -> tuple[Doc, Doc]:
    wanted = str(part["choose"])
    for message in _offering(world, who, part.get("of")):
        rows = [row for section in message.get("list", {}).get("sections", []) for row in section["rows"]]
        for row in rows:
            if wanted in {row["id"], row["title"]}:
                reply = {name: row[name] for name in ("id", "title", "description") if row.get(name)}
                shown = {"text": row["title"], "tapped": row["id"], "reply_to": message["wamid"]}
                return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}, shown
    raise ValueError(f"{who['name']} sees no list with {wanted}")


def _flow(world: World, who: Doc, part: Doc) -> tuple[Doc, Doc]:
    """{"field": answer, ...}: fill in the newest form and send it; `"token": false` leaves its token out."""
    for message in _offering(world, who, part.get("of")):
        if "flow" in message:
            told = flows.answered(world, message["flow"], part["flow"], with_token=part.get("token", True))
            reply = {"name": "flow", "body": "Sent", "response_json": told}
            shown = {"text": "Sent", "answers": json.loads(told), "reply_to": message["wamid"]}
            return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}, shown
    raise ValueError(f"{who['name']} sees no form")


def _media(world: World, who: Doc, part: Doc) -> tuple[Doc, Doc]:
    """{"kind": image|video|document|audio|sticker, "base64", "mime_type", "caption"?, "filename"?, "voice"?}."""
    given = part["media"]
    kind = str(given.get("kind", "image"))
    kept = media.keep(world, base64.b64decode(given["base64"]), str(given["mime_type"]), "user", given.get("filename"))
    extras = {name: given[name] for name in ("caption", "filename", "voice", "animated") if given.get(name) is not None}
    told = {"mime_type": kept["mime_type"], "sha256": base64.b64encode(bytes.fromhex(kept["sha256"])).decode()}
    content = {**told, "id": kept["id"], "url": media.address(world, kept, world.base), **extras}
    shown = {"media": {"kind": kind, "id": kept["id"], "mime_type": kept["mime_type"], **extras}}
    if given.get("caption"):
        shown["text"] = given["caption"]
    return {"type": kind, kind: content}, shown


def _react(world: World, who: Doc, part: Doc) -> tuple[Doc, Doc]:
    """{"wamid": ..., "emoji": ...}; no emoji takes the reaction back."""
    wamid, emoji = str(part["react"]["wamid"]), part["react"].get("emoji")
    if chat.entry(world, wamid) is None:
        raise ValueError(f"no message {wamid}")
    chat.update(world, wamid, reacted=emoji)
    told = {"message_id": wamid, **({"emoji": emoji} if emoji else {})}
    return {"type": "reaction", "reaction": told}, {"reaction": {"wamid": wamid, "emoji": emoji or ""}}


_KINDS: dict[str, Callable[[World, Doc, Doc], tuple[Doc, Doc]]] = {
    "text": _text,
    "tap": _tap,
    "choose": _choose,
    "flow": _flow,
    "media": _media,
    "react": _react,
}
