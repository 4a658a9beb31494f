"""The control plane: verbs under /_emulator/ that steer the world. Each takes and answers JSON."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from emulator import quota
from emulator.clock import instant
from emulator.faults import KINDS
from emulator.world import World

#: one verb: (method and path, one line of help, example body)
Help = tuple[str, str, dict[str, Any] | None]

#: the verbs of this file
HELP: tuple[Help, ...] = (
    ("POST /_emulator/reset", "an empty world in real time; the account and the addresses of the program stay", {}),
    ("GET /_emulator/clock", "the time here", None),
    ("POST /_emulator/clock", "set, advance (seconds), rate; real: true lets go", {"set": "2026-11-03T06:00:00+02:00"}),
    ("GET /_emulator/faults", "the scripted faults in force", None),
    (
        "POST /_emulator/faults",
        f"add one (kinds: {', '.join(KINDS)}, a status, or graph.131000); clear: true or an id",
        {"add": {"match": "google.*", "kind": "503", "seconds": 60}},
    ),
    ("POST /_emulator/quota", "switch the published limits on or off, or change numbers", {"on": False}),
    ("POST /_emulator/revoke", "make a token invalid (google.* or meta.*: all); undo: true", {"token": "google.*"}),
    ("POST /_emulator/unshare", "take access to a file or calendar away; undo: true", {"id": "<spreadsheetId>"}),
    ("GET /_emulator/dump", "the whole state; ?only=whatsapp for one service", None),
    ("GET /_emulator/counts", "calls by name and status since the start", None),
    ("GET /_emulator/calls", "the last calls; ?limit=100&name=sheets.*", None),
    ("GET /_emulator/events", "server-sent events; Last-Event-ID or ?since=N catches up", None),
)


def blueprint(world: World, dumps: dict[str, Callable[[World], dict[str, Any]]]) -> Blueprint:
    """The verbs that belong to no single service; `dumps` are the services' own views of their state."""
    routes = Blueprint("control", __name__)

    for wrong in (ValueError, KeyError, TypeError):
        routes.register_error_handler(wrong, refused)

    @routes.get("/_emulator/")
    def verbs() -> ResponseReturnValue:
        listed = [*HELP, *current_app.extensions["verbs"]]
        return jsonify({"verbs": [{"verb": verb, "help": text, "example": body} for verb, text, body in listed]})

    @routes.post("/_emulator/reset")
    def reset() -> ResponseReturnValue:
        world.reset()
        return jsonify({"ok": True})

    @routes.get("/_emulator/dump")
    def dump() -> ResponseReturnValue:
        only = request.args.get("only")
        with world.lock:
            return jsonify({name: view(world) for name, view in dumps.items() if only in (None, name)})

    _clock(routes, world)
    _troubles(routes, world)
    _counters(routes)
    return routes


def refused(error: Exception) -> ResponseReturnValue:
    """A verb used wrongly."""
    text = f"missing {error}" if isinstance(error, KeyError) else str(error)
    return jsonify({"error": text}), 400


def _clock(routes: Blueprint, world: World) -> None:
    @routes.get("/_emulator/clock")
    def clock() -> ResponseReturnValue:
        return jsonify(world.clock.view())

    @routes.post("/_emulator/clock")
    def steer() -> ResponseReturnValue:
        wanted = body()
        if wanted.get("real"):
            world.clock.release()
        else:
            steer_clock(world, wanted)
        world.bus.publish("clock", world.clock.view())
        return jsonify(world.clock.view())


def _troubles(routes: Blueprint, world: World) -> None:
    @routes.get("/_emulator/faults")
    def faults() -> ResponseReturnValue:
        return jsonify({"rules": world.faults.rules()})

    @routes.post("/_emulator/faults")
    def script() -> ResponseReturnValue:
        wanted = body()
        if "clear" in wanted:
            world.faults.clear(None if wanted["clear"] is True else int(wanted["clear"]))
        for rule in _listed(wanted.get("add", [])):
            world.faults.add(rule)
        world.bus.publish("faults", {"rules": world.faults.rules()})
        return jsonify({"rules": world.faults.rules()})

    @routes.route("/_emulator/quota", methods=["GET", "POST"])
    def limits() -> ResponseReturnValue:
        return jsonify(quota.change(world, body() if request.method == "POST" else {}))

    @routes.post("/_emulator/revoke")
    def revoke() -> ResponseReturnValue:
        return _mark(world, "revoked", str(body()["token"]), bool(body().get("undo")))

    @routes.post("/_emulator/unshare")
    def unshare() -> ResponseReturnValue:
        return _mark(world, "unshared", str(body()["id"]), bool(body().get("undo")))


def _counters(routes: Blueprint) -> None:
    @routes.get("/_emulator/counts")
    def counts() -> ResponseReturnValue:
        table: dict[str, dict[str, int]] = {}
        for (name, status), times in sorted(current_app.extensions["calls"].counts.items()):
            table.setdefault(name, {})[status] = times
        return jsonify(table)

    @routes.get("/_emulator/calls")
    def calls() -> ResponseReturnValue:
        glob, limit = request.args.get("name", "*"), int(request.args.get("limit", "100"))
        found = [each for each in current_app.extensions["calls"].last if fnmatchcase(each["name"], glob)]
        return jsonify({"calls": found[-limit:]})


def body() -> dict[str, Any]:
    """The JSON object of the request ({} if there is none).

    Raises:
        ValueError: something else than a JSON object.
    """
    wanted = request.get_json(silent=True) if request.get_data() else {}
    if not isinstance(wanted, dict):
        raise ValueError("the body must be a JSON object")
    return wanted


def steer_clock(world: World, wanted: dict[str, Any]) -> None:
    """Apply set, advance (seconds) and rate, in this order.

    Raises:
        ValueError: none of them is given, or a value makes no sense.
    """
    if not {"set", "advance", "rate"} & set(wanted):
        raise ValueError("give set (ISO instant), advance (seconds) or rate")
    rate = None if wanted.get("rate") is None else float(wanted["rate"])
    if rate is not None and not 0 <= rate <= 100_000:
        raise ValueError("rate is virtual seconds per real second, from 0 to 100000")
    target = instant(str(wanted["set"])) if wanted.get("set") else world.clock.now()
    world.clock.set(target, rate)
    if wanted.get("advance"):
        world.clock.advance(float(wanted["advance"]))


def _listed(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else [value]


def _mark(world: World, kind: str, key: str, undo: bool) -> ResponseReturnValue:
    if undo:
        world.store.drop(kind, key)
    else:
        world.store.put(kind, key, {"at": world.clock.now().isoformat()})
    return jsonify({kind: [marked for marked, _ in world.store.items(kind)]})
