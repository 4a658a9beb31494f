"""Google Sheets v4, as far as the product calls it (facts/google.md 1 to 6)."""

from __future__ import annotations

from flask import Blueprint

from emulator.sheets import owner, routes
from emulator.sheets.routes import dump
from emulator.world import World

VERBS = owner.VERBS

__all__ = ["VERBS", "blueprint", "dump"]


def blueprint(world: World) -> Blueprint:
    """The API's paths, and the verb that acts as the owner."""
    together = Blueprint("google_sheets", __name__)
    together.register_blueprint(routes.blueprint(world))
    together.register_blueprint(owner.blueprint(world))
    return together
