"""POST /<phone id>/messages: check, accept, and plan what becomes of the message."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from emulator import errors
from emulator.clock import instant
from emulator.store import Doc
from emulator.whatsapp import chat, checks, fate, flows, limits, media, pending, templates
from emulator.whatsapp.account import account, find_phone, new_wamid, phone, recipient, wa_id
from emulator.whatsapp.nodes import no_object
from emulator.world import World

USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")


def accept(world: World, phone_id: str, body: Any) -> Doc:
    """Take a message or a read mark; the answer of the real call.

    Raises:
        ApiError: every refusal that Meta makes at once.
    """
    if phone_id != account(world)["phone_id"]:
        raise no_object(phone_id)
    if isinstance(body, dict) and body.get("status") is not None:
        return _mark_read(world, body)
    kind = checks.envelope(body)
    if USER_ID.fullmatch(str(body.get("to", ""))):
        # Taken, and never heard of again: so it is reported of a user id in `to` (facts/whatsapp.md 1.2).
        lost = {"id": new_wamid(world, str(body["to"]), "out")}
        return {"messaging_product": "whatsapp", "contacts": [{"input": str(body["to"])}], "messages": [lost]}
    who = _addressee(world, body)
    limits.pace(world, who)
    shown, category = _shown(world, who, kind, body[kind])
    if category == "authentication" and not body.get("to"):
        text = "Business-scoped User ID (BSUID) recipients are not supported for this message."
        raise errors.graph(131062, text, details=text)
    wamid = new_wamid(world, who["id"], "out")
    error = _reaction(world, body["reaction"]) if kind == "reaction" else fate.of(world, who, category)
    if error and error[0] == fate.OUT_OF_WINDOW[0] and account(world)["window"] == "at_once":
        raise errors.graph(error[0], error[1], details=error[2])
    pricing = None if error or kind == "reaction" else fate.price(world, who, category)
    error = error or (pricing and fate.unpaid(world, pricing)) or None
    reply_to = (body.get("context") or {}).get("message_id")
    held = templates.held(world, body["template"]) if kind == "template" else None
    chat.add(
        world,
        who["id"],
        wamid,
        "out",
        kind,
        shown,
        tag=body.get("biz_opaque_callback_data"),
        pricing=pricing,
        to_user=bool(body.get("recipient") and not body.get("to")),
        late=bool(error and who["fails_late"]),
        **({"reply_to": reply_to} if reply_to else {}),
    )
    if body.get("to"):
        phone(world, who["id"], last_contact=world.clock.now().isoformat())
    if not held:
        pending.plan_statuses(world, wamid, error=error, link=_link(shown), only_sent=kind == "reaction")
    answer: Doc = {"id": wamid}
    if kind == "template":
        answer["message_status"] = held or "accepted"
    return {"messaging_product": "whatsapp", "contacts": [_echo(who, body)], "messages": [answer]}


def _addressee(world: World, body: Doc) -> Doc:
    """`to` wins over `recipient`."""
    if body.get("to"):
        to = str(body["to"])
        if not to.strip().lstrip("+").replace(" ", "").replace("-", "").replace("(", "").replace(")", "").isdigit():
            raise errors.graph(131009, "Parameter value is not valid", details="Param to is not a valid phone number")
        who = recipient(world, to)
    else:
        found = find_phone(world, str(body["recipient"]))
        who = found or phone(world, str(body["recipient"]), whatsapp=False)
    known = account(world)
    if who["id"] == known["number"]:
        raise errors.graph(
            131021, "Recipient cannot be sender", details="Sender and recipient phone number is the same"
        )
    if known["allowed"] is not None and who["id"] not in known["allowed"]:
        text = "Recipient phone number not in allowed list"
        raise errors.graph(131030, text, details=f"{text}: Add recipient phone number to recipient list and try again.")
    if who["refused"]:
        raise errors.graph_code(who["refused"])
    return who


def _echo(who: Doc, body: Doc) -> Doc:
    if body.get("to"):
        return {"input": str(body["to"]), "wa_id": wa_id(who)}
    return {"input": str(body["recipient"]), "user_id": who["user_id"]}


def _shown(world: World, who: Doc, kind: str, content: Doc) -> tuple[Doc, str]:
    """How the phone shows it, and the price category."""
    if kind == "template":
        template, shown = templates.render(world, content)
        if "media" in shown:
            shown["media"] = _media(world, shown["media"]["kind"], shown["media"])
        return shown, str(template["category"]).lower()
    if kind == "text":
        return {"text": content["body"], "preview_url": bool(content.get("preview_url"))}, "service"
    if kind == "reaction":
        return {"reaction": {"wamid": content["message_id"], "emoji": content.get("emoji", "")}}, "service"
    if kind == "interactive":
        return _interactive(world, content), "service"
    if kind in {"location", "contacts"}:
        return {kind: content}, "service"
    shown = {"media": _media(world, kind, content)}
    if content.get("caption"):
        shown["text"] = content["caption"]
    return shown, "service"


def _media(world: World, kind: str, content: Doc) -> Doc:
    if not content.get("id"):
        return {"kind": kind, "link": content["link"], "filename": content.get("filename")}
    found = media.find(world, str(content["id"]))
    if found is None:
        details = f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID"
        raise errors.graph(100, details)
    return {"kind": kind, "id": found["id"], "filename": content.get("filename"), "mime_type": found["mime_type"]}


def _interactive(world: World, content: Doc) -> Doc:
    action = content["action"]
    shown: Doc = {"text": content["body"]["text"], "interactive": content["type"]}
    if "footer" in content:
        shown["footer"] = content["footer"]["text"]
    header = content.get("header")
    if header and header["type"] == "text":
        shown["header"] = header["text"]
    elif header:
        shown["media"] = _media(world, header["type"], header[header["type"]])
    if content["type"] == "button":
        replies = [button["reply"] for button in action["buttons"]]
        shown["buttons"] = [{"kind": "reply", "title": reply["title"], "id": reply["id"]} for reply in replies]
    elif content["type"] == "list":
        shown["list"] = {"button": action["button"], "sections": action["sections"]}
    elif content["type"] == "location_request_message":
        shown["buttons"] = [{"kind": "location", "title": "Send location", "id": "send_location"}]
    elif content["type"] == "flow":
        shown["flow"] = flows.shown(world, action)
        shown["buttons"] = [{"kind": "flow", "title": shown["flow"]["cta"], "id": shown["flow"]["id"]}]
    else:
        link = action["parameters"]
        shown["buttons"] = [{"kind": "url", "title": link["display_text"], "id": link["url"], "url": link["url"]}]
    return shown


def _link(shown: Doc) -> str | None:
    link = shown.get("media", {}).get("link")
    return str(link) if link else None


def _reaction(world: World, reaction: Doc) -> fate.Failure | None:
    """Shown on the message it is for; one that is gone, is itself a reaction, or older than 30 days cannot be had."""
    entry = chat.entry(world, reaction["message_id"])
    old = entry and world.clock.now() - instant(entry["at"]) > timedelta(days=30)
    if entry is None or old or entry["type"] == "reaction" or entry.get("revoked"):
        return 131009, "Parameter value is not valid", "The message to react to was not found."
    chat.update(world, reaction["message_id"], reacted=reaction.get("emoji") or None)
    return None


def _mark_read(world: World, body: Doc) -> Doc:
    """The business has read a message, and every earlier one; perhaps it is typing."""
    if body.get("messaging_product") != "whatsapp":
        raise errors.graph(100, "The parameter messaging_product is required.")
    if body["status"] != "read":
        checks.invalid(f"Param status must be read - got {body['status']}")
    entry = chat.entry(world, str(body.get("message_id")))
    if entry is None or entry["direction"] != "in":
        checks.invalid("Param message_id is not a message of this number")
    for message in chat.of_phone(world, entry["phone"]):
        if message["direction"] == "in" and message["status"] != "read":
            chat.advance(world, message["wamid"], "read")
        if message["wamid"] == entry["wamid"]:
            break
    if body.get("typing_indicator"):
        world.bus.publish("typing", {"phone": entry["phone"]})
    return {"success": True}
