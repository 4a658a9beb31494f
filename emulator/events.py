"""The news as server-sent events, for the page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Blueprint, Response, request

from emulator.world import World

#: real seconds of silence after which a comment keeps the line open and finds out whether anyone still listens
BEAT = 10.0


def blueprint(world: World) -> Blueprint:
    """GET /_emulator/events: `id` numbers the news, `event` is its topic; Last-Event-ID or ?since=N catches up."""
    routes = Blueprint("events", __name__)

    @routes.get("/_emulator/events")
    def stream() -> Response:
        start = request.headers.get("Last-Event-ID") or request.args.get("since")
        number = int(start) if start and start.isdigit() else world.bus.last
        return Response(_listen(world, number), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})

    return routes


def _listen(world: World, number: int) -> Iterator[str]:
    if number > world.bus.last:  # the stand-in started again since: its numbers begin anew
        number = 0
    yield f"retry: 500\nevent: hello\ndata: {json.dumps({'last': world.bus.last})}\n\n"
    while not world.bus.closed:
        news = world.bus.since(number, BEAT)
        if not news:
            yield ": still here\n\n"
        for number, topic, data in news:
            yield f"id: {number}\nevent: {topic}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
