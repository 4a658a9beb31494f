"""Webhooks about the account itself, and any other: what Meta tells without anybody having written."""

from __future__ import annotations

from emulator.store import Doc
from emulator.whatsapp import pending
from emulator.whatsapp.account import account
from emulator.world import World


def tell(world: World, wanted: Doc) -> Doc:
    """Queue a change of any field: {"field": "account_update", "value"?: {...}}; without value an ordinary example.

    Raises:
        ValueError: no value, and no example of this field.
    """
    field = str(wanted["field"])
    known = examples(world)
    value = wanted.get("value", known.get(field))
    if not isinstance(value, dict):
        raise ValueError(f"give a value; there are examples of {', '.join(known)}")
    # A problem of the whole account comes under `messages`, with neither messages nor statuses.
    pending.enqueue(world, "messages" if field == "errors" else field, value, f"news {field}")
    return value


def examples(world: World) -> dict[str, Doc]:
    """One ordinary value per field (facts/whatsapp.md 1.2, "Other fields worth handling")."""
    known, now = account(world), int(world.clock.now().timestamp())
    restriction = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": now + 7 * 24 * 3600}
    button = {"message_template_button_type": "QUICK_REPLY", "message_template_button_text": "Cancel"}
    return {
        "account_update": {
            "phone_number": known["number"],
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [restriction],
        },
        "account_alerts": {
            "entity_type": "WABA",
            "entity_id": known["waba_id"],
            "alert_info": {
                "alert_severity": "WARNING",
                "alert_status": "ACTIVE",
                "alert_type": "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
                "alert_description": "Your messaging limit was not raised.",
            },
        },
        "account_review_update": {"decision": "APPROVED"},
        "phone_number_quality_update": {
            "display_phone_number": known["number"],
            "event": "DOWNGRADE",
            "current_limit": "TIER_250",
            "max_daily_conversations_per_business": "TIER_250",
        },
        "phone_number_name_update": {
            "display_phone_number": known["number"],
            "decision": "APPROVED",
            "requested_verified_name": known["name"],
            "rejection_reason": None,
        },
        "business_capability_update": {
            "max_daily_conversations_per_business": 2000,
            "max_phone_numbers_per_business": 2,
        },
        "message_template_components_update": {
            "message_template_id": 1,
            "message_template_name": "booking_confirmed",
            "message_template_language": "en",
            "message_template_element": "Hi {{1}}, your session is booked for {{2}} with us.",
            "message_template_buttons": [button],
        },
        "security": {"display_phone_number": known["number"], "event": "PIN_CHANGED", "requester": "1"},
        "errors": {
            **pending.metadata(world),
            "errors": [pending.failure((130429, "Rate limit hit", "Cloud API message throughput has been reached."))],
        },
    }
