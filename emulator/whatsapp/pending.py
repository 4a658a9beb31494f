"""What is planned and not yet told: the next states of messages, and webhooks that wait for their 200."""

from __future__ import annotations

import hashlib
from typing import Any

from emulator.store import Doc
from emulator.whatsapp import chat
from emulator.whatsapp.account import account, contact, phone, shown_number
from emulator.world import World

#: seconds are real ones, or the clock's with by = clock
MOST_CHANGES = 1000
#: fields whose entry has no `time`: their parts have a timestamp
UNTIMED = ("messages", "smb_message_echoes", "user_preferences", "calls")
SETTINGS: Doc = {
    "by": "real",
    #: after acceptance: until sent, from sent to delivered, from delivered to read on an attentive phone
    "sent": 0.03,
    "delivered": 0.03,
    "read": 0.4,
    #: shares from 0 to 1 of webhooks that come twice, or never
    "duplicate": 0.0,
    "drop": 0.0,
    #: seconds every webhook is late, and the most that each is late besides, at random (so they overtake each other)
    "delay": 0.0,
    "reorder": 0.0,
    #: most changes in one POST
    "batch": 1,
    #: failed statuses carry `contacts` too, and `from` holds the user id of someone without a number: both are reported
    "failed_contacts": False,
    "id_in_from": False,
    #: nothing is delivered while this is true
    "hold": False,
    #: gap before the second attempt; it doubles up to the most, for so many days
    "retry_first": 0.5,
    "retry_most": 300.0,
    "retry_days": 7.0,
}


def settings(world: World) -> Doc:
    """The settings in force."""
    return {**SETTINGS, **(world.store.get("whatsapp", "delivery") or {})}


def configure(world: World, wanted: Doc) -> Doc:
    """Change settings; whatever waits becomes due now.

    Raises:
        ValueError: there is no such setting, or `by` is neither real nor clock.
    """
    if unknown := set(wanted) - set(SETTINGS):
        raise ValueError(f"no setting {', '.join(sorted(unknown))}; there are {', '.join(SETTINGS)}")
    if wanted.get("by", "real") not in {"real", "clock"}:
        raise ValueError("by is real or clock")
    if not 1 <= int(wanted.get("batch", 1)) <= MOST_CHANGES:
        raise ValueError(f"batch is from 1 to {MOST_CHANGES}")
    world.store.put("whatsapp", "delivery", {**(world.store.get("whatsapp", "delivery") or {}), **wanted})
    hurry(world)
    return settings(world)


def hurry(world: World) -> None:
    """Every waiting webhook is due now."""
    with world.store.transaction():
        for key, hook in world.store.items("hook"):
            world.store.put("hook", key, {**hook, "due": 0.0})
    world.wake.set()


def plan_statuses(
    world: World, wamid: str, *, error: tuple[int, str, str] | None, link: str | None, only_sent: bool
) -> None:
    """Plan what becomes of an accepted message."""
    wanted = settings(world)
    later = wanted["sent"]
    if error:
        if (chat.entry(world, wamid) or {}).get("late"):
            plan(world, wamid, "sent", later)
            later += wanted["delivered"]
        plan(world, wamid, "failed", later, error=failure(error))
        return
    plan(world, wamid, "fetch" if link else "sent", later, **({"link": link} if link else {}))
    if not only_sent:
        plan(world, wamid, "delivered", later + wanted["delivered"])


def plan(world: World, wamid: str, step: str, later: float = 0.0, **more: Any) -> None:
    """Plan one more step of a message, such as read, so many seconds from now."""
    by = settings(world)["by"]
    todo = {"wamid": wamid, "step": step, "by": by, "due": now(world, by) + later, **more}
    world.store.put("todo", f"{world.number('todo'):012d}", todo)
    world.wake.set()


def enqueue(world: World, field: str, value: Doc, what: str, *, twice: bool = False) -> None:
    """Queue one webhook change, with whatever the settings do to it."""
    wanted = settings(world)
    if world.rng.random() < wanted["drop"]:
        world.number("webhooks dropped")
        return
    copies = 2 if twice or world.rng.random() < wanted["duplicate"] else 1
    for _ in range(copies):
        hook = {
            "changes": [{"value": value, "field": field}],
            "what": what,
            "by": wanted["by"],
            "due": now(world, wanted["by"]) + wanted["delay"] + world.rng.random() * wanted["reorder"],
            "attempts": 0,
            "since": world.clock.now().isoformat(),
        }
        world.store.put("hook", f"{world.number('hook'):012d}", hook)
    world.wake.set()


def metadata(world: World) -> Doc:
    """The head of every `messages` change."""
    known = account(world)
    numbers = {"display_phone_number": known["number"], "phone_number_id": known["phone_id"]}
    return {"messaging_product": "whatsapp", "metadata": numbers}


def now(world: World, by: str) -> float:
    """Seconds since 1970, real or by the clock."""
    return (world.clock.now() if by == "clock" else world.clock.real()).timestamp()


def failure(error: tuple[int, str, str]) -> Doc:
    """An entry of a failed status's `errors[]` from (code, title, details)."""
    code, title, details = error
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def status_value(world: World, entry: Doc, status: str) -> Doc:
    """The `value` of a status webhook. A failed one carries no contacts; the price stands on sent, and on delivered or,
    where that was skipped, on read.
    """
    who, wanted = phone(world, entry["phone"]), settings(world)
    told: Doc = {"id": entry["wamid"], "status": status, "timestamp": str(int(world.clock.now().timestamp()))}
    if (number := shown_number(world, who)) and not (entry.get("to_user") and who["username"]):
        told["recipient_id"] = number
    told["recipient_user_id"] = who["user_id"]
    if entry.get("tag"):
        told["biz_opaque_callback_data"] = entry["tag"]
    skipped = status == "read" and "delivered" not in {each["status"] for each in entry["statuses"]}
    if entry.get("pricing") and (status in {"sent", "delivered"} or skipped):
        told |= _conversation(world, who, entry, status) | {"pricing": entry["pricing"]}
    if status == "failed":
        told["errors"] = [entry["error"]]
    bare = status == "failed" and not wanted["failed_contacts"]
    known = contact(world, who)
    if status == "sent":
        known["profile"].pop("username", None)
    return {**metadata(world), **({} if bare else {"contacts": [known]}), "statuses": [told]}


def _conversation(world: World, who: Doc, entry: Doc, status: str) -> Doc:
    """Gone from v24.0, except for what an advertisement made free."""
    kind = entry["pricing"]["category"]
    if float(account(world)["version"][1:]) >= 24 and kind != "referral_conversion":
        return {}
    told: Doc = {"id": hashlib.sha256(entry["wamid"].encode()).hexdigest()[:32], "origin": {"type": kind}}
    if status == "sent":
        told["expiration_timestamp"] = str(int(world.clock.now().timestamp()) + 24 * 3600)
    return {"conversation": told}
