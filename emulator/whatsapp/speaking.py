"""What the people in the world do with their phones: write, tap, choose, send, react, read, call, change numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.clock import instant
from emulator.store import Doc
from emulator.whatsapp import changes, chat, limits, pending, saying, templates
from emulator.whatsapp.account import TRAITS, account, contact, find_phone, new_wamid, phone, shown_number
from emulator.world import World

_GESTURES = ("read", "played", "block", "call", "new_number", "new_user_id", "new_identity", "business", *TRAITS)
#: how long WhatsApp keeps trying a phone that is off, and for how long what an advertisement brought is free
TRIED_FOR, FREE_FOR = timedelta(days=30), timedelta(hours=72)


def speak(world: World, wanted: Doc) -> Doc:
    """Act as a phone: {"phone": number or word, one of `saying.KINDS` or a gesture}.

    With "together": [{...}, ...] several messages go out in one delivery; "twice": true repeats the delivery.

    Raises:
        ValueError: nothing to do, or a button, row, form or message that is not there.
    """
    parts = wanted.get("together") or [wanted]
    with world.store.transaction():
        said: list[tuple[Doc, Doc]] = []
        told: list[str] = []
        for part in parts:
            who = set_traits(world, str({**wanted, **part}["phone"]), part)
            who = _gestures(world, who, part)
            if part.get("business"):
                told.append(changes.echo(world, who, part))
            elif any(name in part for name in saying.KINDS):
                said.append((phone(world, who["id"]), _message(world, who, part)))
        if said:
            _send(world, said, wanted)
        elif not any(name in part for part in parts for name in _GESTURES):
            raise ValueError(f"nothing to do: give one of {', '.join([*saying.KINDS, *_GESTURES])}")
    return {"wamids": [*told, *(message["id"] for _, message in said)]}


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
                    _catch_up(world, message)
        if before and before["marketing"] != who["marketing"]:
            changes.marketing(world, who, wanted=who["marketing"])
        if before and any(who[name] and not before[name] for name in ("attentive", "open")):
            _read(world, who, True)
    return who


def _catch_up(world: World, message: Doc) -> None:
    """Deliver what waited; what waited too long is dropped without a word."""
    template = world.store.get("template", templates.key(message.get("template", ""), message.get("language", "")))
    seconds = (template or {}).get("message_send_ttl_seconds") or TRIED_FOR.total_seconds()
    if world.clock.now() - instant(message["at"]) < timedelta(seconds=seconds):
        pending.plan(world, message["wamid"], "delivered")


def _gestures(world: World, who: Doc, part: Doc) -> Doc:
    if "block" in part:
        who = set_traits(world, who["id"], {"blocked": bool(part["block"])})
    if part.get("read"):
        _read(world, who, part["read"])
    if part.get("played"):
        pending.plan(world, str(part["played"]), "played")
    if part.get("call"):
        changes.call(world, who)
    if part.get("new_identity"):
        changes.new_identity(world, who)
    if part.get("new_user_id"):
        who = changes.new_id(world, who)
    if part.get("new_number"):
        who = changes.new_number(world, who, str(part["new_number"]))
    return phone(world, who["id"])


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
    kind = next(name for name in saying.KINDS if name in part)
    body, shown = saying.KINDS[kind](world, who, part)
    wamid, now = new_wamid(world, who["id"], "in"), world.clock.now()
    reply_to = part.get("reply_to") or shown.pop("reply_to", None)
    more = {"reply_to": reply_to} if reply_to else {}
    chat.add(world, who["id"], wamid, "in", str(body["type"]), shown, **more)
    limits.heard(world)
    number = shown_number(world, who)
    free = (now + FREE_FOR).isoformat() if part.get("referral") else None
    known = now.isoformat() if number or part.get("contacts") == "own" else None
    phone(world, who["id"], last_inbound=now.isoformat(), last_contact=known, free_until=free)
    if not number and pending.settings(world)["id_in_from"]:
        number = who["user_id"]
    return {
        **_context(world, part, None if part.get("without_context") else reply_to),
        **({"from": number} if number else {}),
        "from_user_id": who["user_id"],
        "id": wamid,
        "timestamp": str(int(now.timestamp())),
        **body,
        **({"referral": part["referral"]} if part.get("referral") else {}),
    }


def _context(world: World, part: Doc, reply_to: str | None) -> Doc:
    """What a message refers to: another one, an item of the catalogue, or that it was passed on ("often")."""
    context: Doc = {"from": account(world)["number"], "id": reply_to} if reply_to else {}
    if part.get("product"):
        context["referred_product"] = part["product"]
    if part.get("forwarded"):
        context["frequently_forwarded" if part["forwarded"] == "often" else "forwarded"] = True
    return {"context": context} if context else {}


def _send(world: World, said: list[tuple[Doc, Doc]], wanted: Doc) -> None:
    people = {who["id"]: contact(world, who) for who, _ in said}
    messages = [message for _, message in said]
    value: Doc = {**pending.metadata(world), "contacts": list(people.values()), "messages": messages}
    if any(message["type"] == "interactive" and "interactive" not in message for message in messages):
        value["errors"] = [pending.failure((131000, "Something went wrong", "Unsupported webhook payload"))]
    words = ", ".join(message["id"] for message in messages)
    pending.enqueue(world, "messages", value, f"message {words}", twice=bool(wanted.get("twice")))
