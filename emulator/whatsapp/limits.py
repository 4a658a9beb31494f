"""How fast and how many: what Meta refuses at once because it is too much (facts/whatsapp.md 1.4 and 1.5)."""

from __future__ import annotations

import sys

from emulator import errors, quota
from emulator.clock import instant
from emulator.store import Doc
from emulator.whatsapp.account import WINDOW, account, window_until
from emulator.world import World

COEXISTENCE = 20
OVER_LIMIT = (
    131048,
    "Spam rate limit hit",
    "Message failed to send because there are restrictions on how many messages can be sent from this phone number.",
)


def pace(world: World, who: Doc) -> None:
    """Count one message of the number, and of the number to this person.

    Raises:
        ApiError: 130429 too many in this second, 131056 too many to this person.
    """
    limits = quota.numbers(world)
    if not limits["on"]:
        return
    most = limits["whatsapp.throughput"]
    if not quota.per_second(world, "whatsapp", min(most, COEXISTENCE) if account(world)["coexistence"] else most):
        details = "Message failed to send because there were too many messages sent from this phone number"
        raise errors.graph(130429, "Rate limit hit", details=details)
    if not quota.pair(world, who["id"], limits["whatsapp.pair_burst"], limits["whatsapp.pair_seconds"]):
        details = (
            "Message failed to send because there were too many messages sent from this phone number to the same "
            "phone number in a short period of time."
        )
        text = "(Business Account, Consumer Account) pair rate limit hit"
        raise errors.graph(131056, text, details=details)


def heard(world: World) -> None:
    """A message that came in takes the place of one going out, but is never refused."""
    if quota.numbers(world)["on"]:
        quota.per_second(world, "whatsapp", sys.maxsize)


def over_limit(world: World, who: Doc) -> bool:
    """Count a person reached outside the window; True when that is one more than may be reached in 24 hours.

    What Meta says then is not on its page on messaging limits: 131048 as a failed status is the older clients' word
    for it (471) carried over.
    """
    most = quota.numbers(world)
    if not most["on"] or window_until(world, who) is not None:
        return False
    now = world.clock.now()
    kept = (world.store.get("whatsapp", "reached") or {"people": {}})["people"]
    kept = {each: at for each, at in kept.items() if now - instant(at) < WINDOW}
    if who["id"] not in kept and len(kept) >= most["whatsapp.unique_users"]:
        return True
    world.store.put("whatsapp", "reached", {"people": {**kept, who["id"]: now.isoformat()}})
    return False
