"""The studio's WhatsApp account and the phones of the people in the world."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import timedelta
from typing import Any

from emulator.clock import instant
from emulator.store import Doc
from emulator.world import World

#: the invented account; `change` may set other values
ACCOUNT: Doc = {
    "waba_id": "102290129340398",
    "phone_id": "106540352242922",
    "app_id": "670843887433847",
    "number": "447700900100",
    "display": "+44 7700 900100",
    "name": "Nowhere Street Pilates",
    "app_secret": "local-app-secret",
    "verify_token": "local-verify-token",
    "webhook": None,
    "verified": False,
    "admin": None,
    "admin_key": None,
    #: where the script behind the owner's sheet rings on an edit, and the secret it signs with
    "doorbell": None,
    "doorbell_secret": None,
    #: only these digits may be written to (a test number); None: everyone
    "allowed": None,
    #: approve: templates are approved when submitted; hold: they stay PENDING until told
    "review": "approve",
    #: late: outside the window the send is accepted and fails by status; at_once: it is refused
    "window": "late",
    #: the version its webhooks are subscribed with
    "version": "v26.0",
    #: whether there is a way to pay: without one, what costs is accepted and fails
    "paid": True,
    #: the number is used in the phone app too: 20 messages a second instead of 80
    "coexistence": False,
}
#: what may be set of a phone, and what a new one has
TRAITS: Doc = {
    "name": None,
    #: reads what it gets; has the chat on screen, so that what arrives is read at once
    "attentive": False,
    "open": False,
    "blocked": False,
    "off": False,
    "whatsapp": True,
    #: gets marketing; told by `user_preferences` when it changes
    "marketing": True,
    #: code that its messages fail with, later (once sent, with `fails_late`), and code they are refused with at once
    "fails": 0,
    "fails_late": False,
    "refused": 0,
    #: its id in WhatsApp where that is not its number, as in Brazil, Mexico and Argentina; both can be written to
    "wa_id": None,
    #: a name instead of a number in webhooks; the number still comes within 30 days of contact
    "username": None,
}
WINDOW = timedelta(hours=24)
#: how long a number is still told after the last message or call from or to it, once there is a username
KNOWN_FOR = timedelta(days=30)
FREE_SERVICE_MESSAGES = 1000


def account(world: World) -> Doc:
    """The account as it is now."""
    return {**ACCOUNT, **(world.store.get("whatsapp", "account") or {})}


def change(world: World, wanted: Doc) -> Doc:
    """Set some fields of the account.

    Raises:
        ValueError: the account has no such field.
    """
    if unknown := set(wanted) - set(ACCOUNT):
        raise ValueError(f"the account has no {', '.join(sorted(unknown))}")
    world.store.put("whatsapp", "account", {**(world.store.get("whatsapp", "account") or {}), **wanted})
    return account(world)


def phone_id(text: str) -> str:
    """The id of a phone in this world: the digits of its number, or the word that names one without a number."""
    digits = re.sub(r"[\s()+.-]", "", text)
    return digits if digits.isascii() and digits.isdigit() else text.strip()


def find_phone(world: World, text: str) -> Doc | None:
    """The phone with this number, word or business-scoped user id."""
    found = world.store.get("phone", phone_id(text))
    if found is None:
        key = phone_id(text)
        phones = (doc for _, doc in world.store.items("phone"))
        found = next((doc for doc in phones if doc["user_id"] == text or doc.get("wa_id") == key), None)
    return {**TRAITS, "last_contact": None, "free_until": None, **found} if found else None


def phone(world: World, text: str, **fields: Any) -> Doc:
    """The phone, made on first mention: every number has WhatsApp until told otherwise."""
    key = phone_id(text)
    found = find_phone(world, text)
    if found is None:
        number = f"+{key}" if key.isascii() and key.isdigit() else None
        found = {**TRAITS, "id": key, "number": number, "name": number or key, "user_id": _user_id(world, key),
                 "last_inbound": None, "last_contact": None, "free_until": None}  # fmt: skip
        world.store.put("phone", key, found)
        world.bus.publish("phone", {"phone": key})
    changed = {name: value for name, value in fields.items() if value is not None and found[name] != value}
    if changed:
        found = {**found, **changed}
        world.store.put("phone", found["id"], found)
        world.bus.publish("phone", {"phone": found["id"]})
    return found


def recipient(world: World, to: str) -> Doc:
    """Whom `to` means. Without a plus and in national form, the business number's country code is put in front."""
    digits = phone_id(to)
    if not to.strip().startswith("+") and (digits.startswith("0") or len(digits) <= 10):
        digits = account(world)["number"][:2] + digits.lstrip("0")
    return phone(world, digits)


def window_until(world: World, who: Doc) -> str | None:
    """When the customer service window closes (ISO), or None if it is closed."""
    if who["last_inbound"] is None:
        return None
    until = instant(who["last_inbound"]) + WINDOW
    return until.isoformat() if until > world.clock.now() else None


def shown_number(world: World, who: Doc) -> str | None:
    """The digits that webhooks tell of a phone; None for someone whose number is not known, or hidden by a username."""
    if not who["number"]:
        return None
    recent = who["last_contact"] and world.clock.now() - instant(who["last_contact"]) < KNOWN_FOR
    return wa_id(who) if recent or not who["username"] else None


def wa_id(who: Doc) -> str:
    """WhatsApp's own id of a phone, which is mostly its number."""
    return str(who["wa_id"] or who["id"])


def contact(world: World, who: Doc) -> Doc:
    """`contacts[]` of a webhook: without a number there is no wa_id."""
    entry: Doc = {"profile": {"name": who["name"], **({"username": who["username"]} if who["username"] else {})}}
    if number := shown_number(world, who):
        entry["wa_id"] = number
    return {**entry, "user_id": who["user_id"]}


def new_wamid(world: World, phone_key: str, direction: str) -> str:
    """An id like Meta's: base64 over a few fixed bytes, the other side's number and random capitals."""
    key = phone_key.encode()
    tail = world.mint("0123456789ABCDEF", 20).encode()
    sign = b"\x11\x18" if direction == "out" else b"\x12\x18"
    raw = b"\x1c\x18" + bytes([len(key)]) + key + b"\x15\x02\x00" + sign + bytes([len(tail)]) + tail
    return "wamid." + base64.b64encode(raw).decode()


def phone_of(wamid: str) -> str | None:
    """The phone a wamid belongs to, or None for a foreign text."""
    try:
        raw = base64.b64decode(wamid.removeprefix("wamid."), validate=True)
        return raw[3 : 3 + raw[2]].decode()
    except (binascii.Error, IndexError, ValueError):
        return None


def new_user_id(world: World, who: Doc) -> str:
    """The id that a person gets with a new number: the old one is gone."""
    return _user_id(world, f"{who['id']}:{world.number('user id')}")


def _user_id(world: World, key: str) -> str:
    digest = hashlib.sha256(f"{account(world)['waba_id']}:{key}".encode()).hexdigest()
    return "GB." + str(int(digest[:16], 16))[:16]
