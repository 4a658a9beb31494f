"""What stands in each phone's chat, and the states a message goes through."""

from __future__ import annotations

from typing import Any

from emulator.store import Doc
from emulator.whatsapp.account import phone_of
from emulator.world import World

#: how far a message has come; a state never goes back
RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4, "failed": 5}


def add(world: World, phone_key: str, wamid: str, direction: str, kind: str, shown: Doc, **more: Any) -> Doc:
    """Put a message into the phone's chat and tell the page."""
    entry: Doc = {
        "wamid": wamid,
        "phone": phone_key,
        "direction": direction,
        "at": world.clock.now().isoformat(),
        "type": kind,
        **shown,
        "status": "accepted" if direction == "out" else "sent",
        "statuses": [],
        **more,
    }
    world.store.put(f"chat:{phone_key}", wamid, entry)
    world.bus.publish("chat", {"phone": phone_key, "wamid": wamid, "direction": direction})
    return entry


def entry(world: World, wamid: str) -> Doc | None:
    """The message of that id, either direction."""
    key = phone_of(wamid)
    return world.store.get(f"chat:{key}", wamid) if key else None


def update(world: World, wamid: str, **fields: Any) -> Doc:
    """Change what is known of a message and tell the page."""
    known = entry(world, wamid)
    if known is None:
        raise KeyError(wamid)
    changed = {**known, **fields}
    world.store.put(f"chat:{known['phone']}", wamid, changed)
    world.bus.publish("chat", {"phone": known["phone"], "wamid": wamid, "direction": known["direction"]})
    return changed


def advance(world: World, wamid: str, status: str, error: Doc | None = None) -> bool:
    """Move a message on; False if it has been there or further (nothing undoes `failed` or `read`)."""
    known = entry(world, wamid)
    if known is None or RANK[status] <= RANK[known["status"]]:
        return False
    if known["status"] in {"read", "played"} and status == "failed":
        return False
    states = [*known["statuses"], {"status": status, "at": world.clock.now().isoformat()}]
    update(world, wamid, status=status, statuses=states, **({"error": error} if error else {}))
    world.bus.publish("status", {"wamid": wamid, "phone": known["phone"], "status": status})
    return True


def of_phone(world: World, phone_key: str) -> list[Doc]:
    """The whole chat, oldest first."""
    return [message for _, message in world.store.items(f"chat:{phone_key}")]
