"""Stand-in for Meta's WhatsApp Cloud API: what the program calls, to the letter, and the phones at the other end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from emulator.whatsapp import graph, verbs
from emulator.whatsapp.account import account
from emulator.world import World

VERBS = verbs.VERBS


def blueprint(world: World) -> Blueprint:
    """Graph's paths under any version, the download address, and the control verbs."""
    routes = Blueprint("whatsapp", __name__)
    routes.register_blueprint(graph.blueprint(world))
    routes.register_blueprint(verbs.blueprint(world))
    return routes


def dump(world: World) -> dict[str, Any]:
    """Everything: account, phones, chats, templates, media, and what still waits to be told."""
    phones = dict(world.store.items("phone"))
    return {
        "account": account(world),
        "phones": phones,
        "chats": {key: [message for _, message in world.store.items(f"chat:{key}")] for key in phones},
        "templates": [template for _, template in world.store.items("template")],
        "media": dict(world.store.items("media")),
        "waiting": {"steps": dict(world.store.items("todo")), "webhooks": dict(world.store.items("hook"))},
    }
