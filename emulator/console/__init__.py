"""The console: one page on 127.0.0.1 that shows the world of the stand-ins and lets a person act in it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, send_from_directory
from flask.typing import ResponseReturnValue

from emulator.console import desk, play
from emulator.world import World

VERBS = (*play.VERBS, *desk.VERBS)
#: everything the page needs comes from here, nothing in it can be talked into loading or running anything else
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def blueprint(world: World) -> Blueprint:
    """`/`, the page's files under `/console/`, and the two small verbs of the page."""
    routes = Blueprint("console", __name__)
    folder = f"{routes.root_path}/static"

    @routes.get("/")
    def page() -> ResponseReturnValue:
        return _plain(send_from_directory(folder, "index.html"))

    @routes.get("/console/<path:name>")
    def part(name: str) -> ResponseReturnValue:
        return _plain(send_from_directory(folder, name))

    routes.register_blueprint(play.blueprint(world))
    routes.register_blueprint(desk.blueprint(world))
    return routes


def dump(world: World) -> dict[str, Any]:
    """What the page keeps."""
    return {"play": play.state(world), "desk": desk.state(world)}


def _plain(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-cache"
    return answer
