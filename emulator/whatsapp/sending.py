"""POST /<phone id>/messages: check, accept, and plan what becomes of the message."""

from __future__ import annotations

from typing import Any

from emulator import errors, quota
from emulator.store import Doc
from emulator.whatsapp import chat, checks, flows, media, pending, templates
from emulator.whatsapp.account import (
    FREE_SERVICE_MESSAGES,
    account,
    find_phone,
    new_wamid,
    phone,
    recipient,
    window_until,
)
from emulator.whatsapp.nodes import no_object
from emulator.world import World

OUT_OF_WINDOW = (
    131047,
    "Re-engagement message",
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
)
UNDELIVERABLE = (131026, "Message undeliverable", "Message Undeliverable.")
STOPPED = (
    131050,
    "User has stopped marketing messages",
    "Recipient has chosen to stop marketing messages on WhatsApp.",
)


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
    who = _addressee(world, body)
    _pace(world, who)
    shown, category = _shown(world, who, kind, body[kind])
    wamid = new_wamid(world, who["id"], "out")
    error = _fate(world, who, category)
    if error and error[0] == OUT_OF_WINDOW[0] and account(world)["window"] == "at_once":
        raise errors.graph(error[0], error[1], details=error[2])
    if kind == "reaction":
        _react(world, body["reaction"])
    reply_to = (body.get("context") or {}).get("message_id")
    chat.add(
        world,
        who["id"],
        wamid,
        "out",
        kind,
        shown,
        tag=body.get("biz_opaque_callback_data"),
        pricing=None if error else _pricing(world, category),
        to_user=bool(body.get("recipient") and not body.get("to")),
        **({"reply_to": reply_to} if reply_to else {}),
    )
    pending.plan_statuses(world, wamid, error=error, link=_link(shown), only_sent=kind == "reaction")
    answer: Doc = {"id": wamid}
    if kind == "template":
        answer["message_status"] = "accepted"
    return {"messaging_product": "whatsapp", "contacts": [_echo(who, body)], "messages": [answer]}


def _addressee(world: World, body: Doc) -> Doc:
    """`to` wins over `recipient`; a user id in `to` is no phone number."""
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
    return who


def _echo(who: Doc, body: Doc) -> Doc:
    if body.get("to"):
        return {"input": str(body["to"]), "wa_id": who["id"]}
    return {"input": str(body["recipient"]), "user_id": who["user_id"]}


def _pace(world: World, who: Doc) -> None:
    limits = quota.numbers(world)
    if not limits["on"]:
        return
    if not quota.per_second(world, "whatsapp", limits["whatsapp.throughput"]):
        details = "Message failed to send because there were too many messages sent from this phone number"
        raise errors.graph(130429, "Rate limit hit", details=details)
    if not quota.pair(world, who["id"], limits["whatsapp.pair_burst"], limits["whatsapp.pair_seconds"]):
        details = (
            "Message failed to send because there were too many messages sent from this phone number to the same "
            "phone number in a short period of time."
        )
        text = "(Business Account, Consumer Account) pair rate limit hit"
        raise errors.graph(131056, text, details=details)


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
        if chat.entry(world, content["message_id"]) is None:
            checks.invalid("Message to react to was not found")
        return {"reaction": {"wamid": content["message_id"], "emoji": content.get("emoji", "")}}, "service"
    if kind == "interactive":
        return _interactive(world, content), "service"
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


def _fate(world: World, who: Doc, category: str) -> tuple[int, str, str] | None:
    """The error that will come as a `failed` status, or None."""
    if not who["whatsapp"]:
        return UNDELIVERABLE
    if category == "marketing" and not who["marketing"]:
        return STOPPED
    if category == "service" and window_until(world, who) is None:
        return OUT_OF_WINDOW
    if who["fails"]:
        title = errors.GRAPH_CODES[who["fails"]][1]
        return who["fails"], title, title
    return None


def _pricing(world: World, category: str) -> Doc:
    """Since 2026-10 service messages cost after 1,000 free per number and month, and utility always."""
    if category != "service":
        return {"billable": True, "pricing_model": "PMP", "type": "regular", "category": category}
    used = world.number(f"service:{world.clock.now():%Y-%m}")
    free = used <= FREE_SERVICE_MESSAGES
    kind = "free_customer_service" if free else "regular"
    return {"billable": not free, "pricing_model": "PMP", "type": kind, "category": category}


def _react(world: World, reaction: Doc) -> None:
    chat.update(world, reaction["message_id"], reacted=reaction.get("emoji") or None)


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
