"""The day that plays by itself, as the page shows it: who plays it writes here; the page reads, and may pause."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from emulator.control import Help, body, refused
from emulator.world import World

VERBS: tuple[Help, ...] = (
    (
        "PUT /_emulator/play",
        (
            "what plays: state (playing, paused, done), caption, step, total, chips, and ring: phone (id or wamid), "
            "sheet (tab, row) and event that just changed; fields that are not given stay; GET shows it"
        ),
        {
            "state": "playing",
            "caption": "06:00 The morning digest goes out",
            "step": 1,
            "total": 12,
            "ring": {"phone": "447700900199", "sheet": {"tab": "Bookings", "row": 2}, "event": "<event id>"},
        },
    ),
)
STATES = ("idle", "playing", "paused", "done")
#: nothing has been played: the page then shows no play button
START: dict[str, Any] = {"state": "idle", "caption": "", "step": 0, "total": 0, "ring": {}, "chips": []}


def state(world: World) -> dict[str, Any]:
    """What plays now."""
    return {**START, **(world.store.get("console", "play") or {})}


def change(world: World, wanted: dict[str, Any]) -> dict[str, Any]:
    """Set some fields and tell the page.

    Raises:
        ValueError: a field or state that does not exist.
    """
    if unknown := set(wanted) - set(START):
        raise ValueError(f"play has no {', '.join(sorted(unknown))}; it has {', '.join(START)}")
    for name, value in wanted.items():
        if not isinstance(value, type(START[name])):
            raise ValueError(f"{name} must be a {type(START[name]).__name__}")
    if wanted.get("state", "idle") not in STATES:
        raise ValueError(f"state is one of {', '.join(STATES)}")
    with world.lock, world.store.transaction():
        changed = {**state(world), **wanted}
        world.store.put("console", "play", changed)
    world.bus.publish("play", changed)
    return changed


def blueprint(world: World) -> Blueprint:
    """GET and PUT /_emulator/play."""
    routes = Blueprint("play", __name__)
    for wrong in (ValueError, KeyError, TypeError):
        routes.register_error_handler(wrong, refused)

    @routes.route("/_emulator/play", methods=["GET", "PUT"])
    def played() -> ResponseReturnValue:
        return jsonify(change(world, body()) if request.method == "PUT" else state(world))

    return routes
