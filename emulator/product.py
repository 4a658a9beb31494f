"""The program under test, as the page sees it: why, counters, and the wish to pull its plug."""

from __future__ import annotations

import json
import re
from typing import Any

import requests
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from emulator.control import Help, body
from emulator.whatsapp.account import account
from emulator.whatsapp.courier import plain_session
from emulator.world import World

VERBS: tuple[Help, ...] = (
    ("GET /_emulator/why/<id>", "why it is there, asked of the program's admin API", None),
    ("GET /_emulator/metrics", 'the program\'s counters; {"down": true} if it does not answer', None),
    ("POST /_emulator/plug", "ask the parent process to kill the program and start it again", {"seconds": 3}),
)
PATIENCE = 2.0
_LINE = re.compile(r"^([A-Za-z_:][\w:]*)(\{[^}]*\})?\s+(-?[0-9.eE+-]+|NaN|[+-]Inf)", re.MULTILINE)


def blueprint(world: World) -> Blueprint:
    """Routes under /_emulator/ that reach the program."""
    routes = Blueprint("product", __name__)

    @routes.get("/_emulator/why/<path:what>")
    def why(what: str) -> ResponseReturnValue:
        return _ask(world, f"/admin/why/{what}")

    @routes.get("/_emulator/metrics")
    def metrics() -> ResponseReturnValue:
        return _ask(world, "/metrics")

    @routes.post("/_emulator/plug")
    def plug() -> ResponseReturnValue:
        wish = {"number": world.number("plug"), "seconds": float(body().get("seconds", 3))}
        if world.folder is None:
            return jsonify({"error": "no data folder"}), 400
        temporary = world.folder / "plug.new"
        temporary.write_text(json.dumps(wish), encoding="utf-8")
        temporary.replace(world.folder / "plug.json")
        world.bus.publish("plug", wish)
        return jsonify(wish)

    return routes


def dump(_world: World) -> dict[str, Any]:
    """Nothing is kept."""
    return {}


def _ask(world: World, path: str) -> ResponseReturnValue:
    """The program's answer as JSON; its text metrics as {"name{labels}": number}."""
    known = account(world)
    base = known["admin"]
    if not base:
        return jsonify({"down": True, "reason": "the program's address is not known"})
    try:
        with plain_session() as session:
            query = request.query_string.decode()
            headers = {"Authorization": f"Bearer {known['admin_key']}"} if known["admin_key"] else {}
            url = base.rstrip("/") + path + (f"?{query}" if query else "")
            answer = session.get(url, headers=headers, timeout=PATIENCE)
    except requests.RequestException as error:
        return jsonify({"down": True, "reason": type(error).__name__})
    if "json" in answer.headers.get("Content-Type", ""):
        return jsonify(answer.json()), answer.status_code
    if answer.status_code != 200:
        return jsonify({"error": answer.text[:300]}), answer.status_code
    return jsonify({name + labels: float(value) for name, labels, value in _LINE.findall(answer.text)})
