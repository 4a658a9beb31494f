"""What happens around the chats without a message: calls, new numbers and ids, marketing, echoes of the phone app."""

from __future__ import annotations

from typing import Any

from emulator.store import Doc
from emulator.whatsapp import chat, pending
from emulator.whatsapp.account import account, contact, new_user_id, new_wamid, phone, phone_id, shown_number
from emulator.world import World


def call(world: World, who: Doc) -> None:
    """The person calls, and the call ends: that opens the window too."""
    known, number = account(world), shown_number(world, who)
    phone(world, who["id"], last_inbound=_now(world), last_contact=_now(world))
    about = {
        "id": "wacid." + world.mint("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 24),
        "to": known["number"],
        **({"from": number} if number else {}),
        "from_user_id": who["user_id"],
        "timestamp": _stamp(world),
        "direction": "USER_INITIATED",
    }
    ended = {"event": "terminate", "status": "COMPLETED", "duration": 42}
    for event in ({"event": "connect"}, ended):
        value = {**pending.metadata(world), "contacts": [contact(world, who)], "calls": [{**about, **event}]}
        pending.enqueue(world, "calls", value, f"call {event['event']}")


def marketing(world: World, who: Doc, *, wanted: bool) -> None:
    """The person stops or resumes marketing."""
    told = {
        **({"wa_id": number} if (number := shown_number(world, who)) else {}),
        "user_id": who["user_id"],
        "detail": f"User requested to {'resume' if wanted else 'stop'} marketing messages",
        "category": "marketing_messages",
        "value": "resume" if wanted else "stop",
        "timestamp": int(world.clock.now().timestamp()),
    }
    value = {**pending.metadata(world), "contacts": [contact(world, who)], "user_preferences": [told]}
    pending.enqueue(world, "user_preferences", value, f"marketing {told['value']}")


def new_number(world: World, who: Doc, number: str) -> Doc:
    """The person's number changes, and with it the user id; the old number has no WhatsApp any more."""
    digits, old = phone_id(number), who["id"]
    traits = {"name": who["name"], "username": who["username"], "marketing": who["marketing"]}
    new = phone(world, digits, **traits)
    new = phone(world, digits, user_id=new_user_id(world, new))
    phone(world, old, whatsapp=False)
    body = f"User {who['name']} changed from {old} to {digits}"
    _system(world, who, {"body": body, "wa_id": digits, "type": "user_changed_number"}, sender=old)
    _system(world, new, _id_change(who, new["user_id"]))
    return new


def new_id(world: World, who: Doc) -> Doc:
    """The user id changes, the number does not."""
    new = phone(world, who["id"], user_id=new_user_id(world, who))
    _system(world, new, _id_change(who, new["user_id"]))
    return new


def new_identity(world: World, who: Doc) -> None:
    """The person's encryption keys changed (a new telephone)."""
    told = {"body": f"{who['name']}'s security code changed", "type": "customer_identity_changed"}
    identity = {"acknowledged": True, "created_timestamp": _stamp(world), "hash": world.mint("0123456789abcdef", 12)}
    more = {"identity": identity}
    _system(world, who, told, sender=shown_number(world, who), contacts=[contact(world, who)], more=more)


def _id_change(who: Doc, new: str) -> Doc:
    body = f"User {who['name']} changed from {who['user_id']} to {new}"
    return {"body": body, "type": "user_changed_user_id", "previous_user_id": who["user_id"], "user_id": new}


def _system(
    world: World, who: Doc, told: Doc, *, sender: str | None = None, contacts: Any = None, more: Doc | None = None
) -> None:
    """A system message; most carry no contacts, and the one about an id no `from`."""
    message = {
        **({"from": sender} if sender else {}),
        "id": new_wamid(world, who["id"], "in"),
        "timestamp": _stamp(world),
        "type": "system",
        "system": told,
        **(more or {}),
    }
    value = {**pending.metadata(world), **({"contacts": contacts} if contacts else {}), "messages": [message]}
    pending.enqueue(world, "messages", value, f"system {told['type']}")


def echo(world: World, who: Doc, part: Doc) -> str:
    """The owner writes from the phone app: a text, an edit or a deletion of such a text. Its id."""
    known, wamid = account(world), new_wamid(world, who["id"], "out")
    if "revoke" in part:
        told: Doc = {"type": "revoke", "revoke": {"original_message_id": str(part["revoke"])}}
        chat.update(world, str(part["revoke"]), text="This message was deleted", revoked=True)
    elif "edit" in part:
        original, text = str(part["edit"]["wamid"]), str(part["edit"]["text"])
        message = {"context": {"id": "M0"}, "type": "text", "text": {"body": text}}
        told = {"type": "edit", "edit": {"original_message_id": original, "message": message}}
        chat.update(world, original, text=text, edited=True)
    else:
        told = {"type": "text", "text": {"body": str(part["text"])}}
        chat.add(world, who["id"], wamid, "out", "text", {"text": str(part["text"])}, echo=True, tag=None, pricing=None)
        chat.advance(world, wamid, "delivered")
    sender = {"from": known["number"], "id": wamid, "timestamp": _stamp(world)}
    to = {"to": number} if (number := shown_number(world, who)) else {"to_user_id": who["user_id"]}
    echoed = [{**sender, **to, **told}]
    value = {**pending.metadata(world), "contacts": [contact(world, who)], "message_echoes": echoed}
    pending.enqueue(world, "smb_message_echoes", value, f"echo {wamid}")
    phone(world, who["id"], last_contact=_now(world))
    return wamid


def _now(world: World) -> str:
    return world.clock.now().isoformat()


def _stamp(world: World) -> str:
    return str(int(world.clock.now().timestamp()))
