"""What Meta decides about templates on its own: review, quality and rests, category, pacing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.clock import instant
from emulator.store import Doc
from emulator.whatsapp import chat, pending, templates
from emulator.world import World

STATUSES = (
    "APPROVED", "REJECTED", "PENDING", "PAUSED", "DISABLED", "FLAGGED", "PENDING_DELETION", "IN_APPEAL", "REINSTATED",
)  # fmt: skip
#: how long a template of bad quality rests, the first and the second time; the third disables it
RESTS = (timedelta(hours=3), timedelta(hours=6))
PACING = {"hold": "held_for_quality_assessment", "pause": "paused", "release": None, "drop": None}
DROPPED = (132015, "Template is paused", "The template was paused for its quality while its messages were held.")


def decide(world: World, wanted: Doc) -> list[Doc]:
    """Apply `status`, `quality`, `category` or `pacing` to the templates of a name (and language), with the webhooks.

    Raises:
        ValueError: no such template, or a word that Meta does not have.
    """
    kind = next((each for each in _DO if each in wanted), None)
    if kind is None:
        raise ValueError(f"give one of {', '.join(_DO)}")
    changed = []
    with world.store.transaction():
        for key, template in world.store.items("template"):
            if template["name"] == wanted["name"] and wanted.get("language") in {None, template["language"]}:
                changed.append({**template, **_DO[kind](world, template, wanted)})
                world.store.put("template", key, changed[-1])
                if tell := _TELL.get(kind):
                    tell(world, changed[-1])
    if not changed:
        raise ValueError(f"no template {templates.key(str(wanted['name']), str(wanted.get('language', '*')))}")
    return changed


def wake(world: World) -> None:
    """Templates that have rested long enough may be sent again."""
    resting = (world.store.get("whatsapp", "resting") or {"until": {}})["until"]
    due = [key for key, until in resting.items() if instant(until) <= world.clock.now()]
    if not due:
        return
    with world.store.transaction():
        world.store.put("whatsapp", "resting", {"until": {k: v for k, v in resting.items() if k not in due}})
        for key in due:
            template = world.store.get("template", key)
            if template and template["status"] == "PAUSED":
                template = {**template, "status": "APPROVED"}
                world.store.put("template", key, template)
                tell_status(world, template)


def tell_status(world: World, template: Doc) -> None:
    """The webhook about a template's new state."""
    value: Doc = {"event": template["status"], **_name(template), "reason": template["rejected_reason"]}
    value["message_template_category"] = template["category"]
    if template["status"] == "PAUSED":
        title = f"{['FIRST', 'SECOND'][min(template.get('pauses', 1), 2) - 1]}_PAUSE"
        value["other_info"] = {"title": title, "description": "The template rests because of its quality."}
    pending.enqueue(world, "message_template_status_update", value, f"template {template['name']} {template['status']}")


def _name(template: Doc) -> Doc:
    return {
        "message_template_id": int(template["id"]),
        "message_template_name": template["name"],
        "message_template_language": template["language"],
    }


def _status(world: World, template: Doc, wanted: Doc) -> Doc:
    status = str(wanted["status"]).upper()
    if status not in STATUSES:
        raise ValueError(f"status is one of {', '.join(STATUSES)}")
    return {"status": status, "rejected_reason": wanted.get("reason", "NONE")}


def _quality(world: World, template: Doc, wanted: Doc) -> Doc:
    """RED pauses for 3 hours, the next time for 6, the third time for good."""
    score = str(wanted["quality"]).upper()
    if score not in {"GREEN", "YELLOW", "RED", "UNKNOWN"}:
        raise ValueError("quality is GREEN, YELLOW, RED or UNKNOWN")
    before = template["quality_score"]["score"]
    new: Doc = {
        "previous_quality": before,
        "quality_score": {"score": score, "date": int(world.clock.now().timestamp())},
    }
    if score != "RED":
        return new
    pauses = template.get("pauses", 0) + 1
    if pauses > len(RESTS):
        return {**new, "status": "DISABLED", "pauses": pauses}
    resting = (world.store.get("whatsapp", "resting") or {"until": {}})["until"]
    until = (world.clock.now() + RESTS[pauses - 1]).isoformat()
    key = templates.key(template["name"], template["language"])
    world.store.put("whatsapp", "resting", {"until": {**resting, key: until}})
    return {**new, "status": "PAUSED", "pauses": pauses}


def _tell_quality(world: World, template: Doc) -> None:
    scores = {
        "previous_quality_score": template["previous_quality"],
        "new_quality_score": template["quality_score"]["score"],
    }
    what = f"template {template['name']} {scores['new_quality_score']}"
    pending.enqueue(world, "message_template_quality_update", {**scores, **_name(template)}, what)
    if scores["new_quality_score"] == "RED":
        tell_status(world, template)


def _category(world: World, template: Doc, wanted: Doc) -> Doc:
    category = str(wanted["category"]).upper()
    if category not in {"UTILITY", "MARKETING", "AUTHENTICATION"}:
        raise ValueError("category is UTILITY, MARKETING or AUTHENTICATION")
    return {"category": category, "previous_category": template["category"]}


def _tell_category(world: World, template: Doc) -> None:
    moved = {"previous_category": template["previous_category"], "new_category": template["category"]}
    what = f"template {template['name']} is {template['category']}"
    pending.enqueue(world, "template_category_update", {**_name(template), **moved}, what)


def _pacing(world: World, template: Doc, wanted: Doc) -> Doc:
    """`hold` or `pause` keep what is sent from now on back; `release` sends it, `drop` lets it fail."""
    kind = str(wanted["pacing"])
    if kind not in PACING:
        raise ValueError(f"pacing is one of {', '.join(PACING)}")
    if PACING[kind] is None:
        for each in _kept_back(world, template):
            error = DROPPED if kind == "drop" else None
            pending.plan_statuses(world, each["wamid"], error=error, link=None, only_sent=False)
    return {"pacing": PACING[kind]}


def _kept_back(world: World, template: Doc) -> list[Doc]:
    planned = {todo["wamid"] for _, todo in world.store.items("todo")}
    messages = [each for key, _ in world.store.items("phone") for each in chat.of_phone(world, key)]
    own = (template["name"], template["language"])
    return [
        each
        for each in messages
        if each["status"] == "accepted" and (each.get("template"), each.get("language")) == own
        if each["direction"] == "out" and each["wamid"] not in planned
    ]


_DO: dict[str, Any] = {"status": _status, "quality": _quality, "category": _category, "pacing": _pacing}
_TELL: dict[str, Any] = {"status": tell_status, "quality": _tell_quality, "category": _tell_category}
