"""What becomes of an accepted message: what it costs, and the failure that a status will tell of later."""

from __future__ import annotations

from emulator import errors
from emulator.clock import instant
from emulator.store import Doc
from emulator.whatsapp import chat, limits
from emulator.whatsapp.account import FREE_SERVICE_MESSAGES, account, window_until
from emulator.world import World

#: (code, title, details)
Failure = tuple[int, str, str]
OUT_OF_WINDOW: Failure = (
    131047,
    "Re-engagement message",
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
)
UNDELIVERABLE: Failure = (131026, "Message undeliverable", "Message Undeliverable.")
STOPPED: Failure = (
    131050,
    "User has stopped marketing messages",
    "Recipient has chosen to stop marketing messages on WhatsApp.",
)
NOT_HEALTHY: Failure = (
    131049,
    "This message was not delivered to maintain healthy ecosystem engagement.",
    "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
)
UNPAID: Failure = (
    131042,
    "Business eligibility payment issue",
    "Message failed to send because there was one or more errors related to your payment method.",
)


def of(world: World, who: Doc, category: str) -> Failure | None:
    """The error that will come as a `failed` status, or None."""
    if not who["whatsapp"]:
        return UNDELIVERABLE
    if category == "marketing" and not who["marketing"]:
        return STOPPED
    if category == "marketing" and _in_the_states(who):
        # No marketing templates to numbers of the United States since 2025-04-01.
        return NOT_HEALTHY
    if category == "service" and window_until(world, who) is None:
        return OUT_OF_WINDOW
    if who["fails"]:
        known = {each[0]: each for each in (OUT_OF_WINDOW, UNDELIVERABLE, STOPPED, NOT_HEALTHY, UNPAID)}
        title = errors.GRAPH_CODES[who["fails"]][1]
        return known.get(who["fails"], (who["fails"], title, title))
    return limits.OVER_LIMIT if limits.over_limit(world, who) else None


def _in_the_states(who: Doc) -> bool:
    # Only marketing to +1 needs the table of areas.
    return bool(who["number"]) and who["number"].startswith("+1") and _country(who) == "US"


def price(world: World, who: Doc, category: str) -> Doc:
    """Since 2026-10 service messages cost after 1,000 free per number and month, and utility always; nothing costs
    for 72 hours after an advertisement.
    """
    if who["free_until"] and world.clock.now() < instant(who["free_until"]):
        return {
            "billable": False,
            "pricing_model": "PMP",
            "type": "free_entry_point",
            "category": "referral_conversion",
        }
    if category != "service":
        return {"billable": True, "pricing_model": "PMP", "type": "regular", "category": category}
    used = world.number(f"service:{world.clock.now():%Y-%m}")
    free = used <= FREE_SERVICE_MESSAGES
    kind = "free_customer_service" if free else "regular"
    return {"billable": not free, "pricing_model": "PMP", "type": kind, "category": category}


def unpaid(world: World, pricing: Doc) -> Failure | None:
    """Without a way to pay, what costs is accepted and not delivered."""
    return UNPAID if pricing["billable"] and not account(world)["paid"] else None


def bill(world: World, month: str) -> list[Doc]:
    """What a month's delivered messages are billed as: how many of each kind and country, and how many of them are
    paid for. ``month``: ``2026-11``, by the stand-ins' clock.
    """
    lines: dict[tuple[str, str], Doc] = {}
    for who in (doc for _, doc in world.store.items("phone")):
        for message in chat.of_phone(world, who["id"]):
            delivered = message["direction"] == "out" and message["status"] in {"delivered", "read"}
            if not delivered or not message.get("pricing") or not message["at"].startswith(month):
                continue
            category, country = message["pricing"]["category"], _country(who)
            line = lines.setdefault(
                (category, country), {"category": category, "country": country, "delivered": 0, "billable": 0}
            )
            line["delivered"] += 1
            line["billable"] += bool(message["pricing"]["billable"])
    return [lines[key] for key in sorted(lines)]


def _country(who: Doc) -> str:
    """ISO letters of a phone's country."""
    from phonenumbers import NumberParseException, parse, region_code_for_number

    try:
        return region_code_for_number(parse(who["number"] or "")) or ""
    except NumberParseException:
        return str(who["user_id"])[:2]
