"""How the services behave besides right and wrong: how long they take, and in which language Sheets refuses."""

from __future__ import annotations

import re
import threading
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from emulator import unsettled
from emulator.control import Help, body, refused
from emulator.errors import ApiError
from emulator.world import World

VERBS: tuple[Help, ...] = (
    (
        "POST /_emulator/delays",
        "how long calls take: on, by (real or clock), or a range of seconds per family of calls; drawn from the seed",
        {"on": True, "by": "real", "sheets.write": [0.4, 1.2]},
    ),
    (
        "POST /_emulator/unsettled",
        f"what no note settles, one way or the other: {', '.join(unsettled.DEFAULTS)}",
        {"missing_metadata_is_refused": False},
    ),
    ("POST /_emulator/language", "the language of Sheets' refusals: en or de", {"language": "de"}),
)
#: the measured world, in seconds (spec: the latency table); half of it before the work is done, half after
DELAYS: dict[str, Any] = {
    "on": False,
    "by": "real",
    "sheets.read": [0.25, 0.6],
    "sheets.write": [0.4, 1.2],
    "calendar": [0.15, 0.4],
    "whatsapp": [0.3, 0.9],
}
#: what Sheets says to a German (messages are localised: facts/google.md 0.1); what is not listed becomes the last line
GERMAN = (
    (
        r"Cannot add developer metadata with ID \[(\d+)\].*",
        r"Entwicklermetadaten mit der ID [\1] sind bereits vorhanden und können nicht noch einmal hinzugefügt werden.",
    ),
    (r"No protected range with id: (\d+)", r"Kein geschützter Bereich mit der ID: \1"),
    (r"No grid with id: (\d+)", r"Kein Raster mit der ID: \1"),
    (
        r"A sheet with the name (\".*\") already exists\..*",
        r"Ein Tabellenblatt mit dem Namen \1 ist bereits vorhanden. Geben Sie einen anderen Namen ein.",
    ),
    (
        r"You are trying to edit a protected cell or object\..*",
        "Sie versuchen, eine geschützte Zelle oder ein geschütztes Objekt zu bearbeiten.",
    ),
    (r".*", "Diese Anfrage ist ungültig."),
)
_PREFIX = re.compile(r"(Invalid (?:requests|data)\[\d+\][^:]*: )?")


def delays(world: World) -> dict[str, Any]:
    """The delays in force."""
    return {**DELAYS, **(world.store.get("world", "delays") or {})}


def change_delays(world: World, wanted: dict[str, Any]) -> dict[str, Any]:
    """Set some of the delays.

    Raises:
        ValueError: there is no such family, no such clock, or a range is none.
    """
    if unknown := set(wanted) - set(DELAYS):
        raise ValueError(f"no delay {', '.join(sorted(unknown))}; there are {', '.join(DELAYS)}")
    if wanted.get("by", "real") not in {"real", "clock"}:
        raise ValueError("by is real or clock")
    for name in set(wanted) - {"on", "by"}:
        least, most = (float(each) for each in wanted[name])
        if not 0 <= least <= most <= 600:
            raise ValueError(f"{name} is [least, most] in seconds")
    world.store.put("world", "delays", {**(world.store.get("world", "delays") or {}), **wanted})
    return delays(world)


def drawn(world: World, name: str, *, reads: bool) -> float:
    """Half of how long this call takes; 0 when delays are off or the family has none."""
    wanted = delays(world)
    family = name.partition(".")[0]
    if family == "sheets":
        family = "sheets.read" if reads else "sheets.write"
    if not wanted["on"] or family not in wanted:
        return 0.0
    return world.dice.uniform(*wanted[family]) / 2


def wait(world: World, seconds: float) -> None:
    """Let the time pass, by the clock that the delays go by."""
    if seconds <= 0:
        return
    if delays(world)["by"] == "clock":
        world.pass_time(seconds)
    else:
        threading.Event().wait(seconds)


def localised(world: World, name: str, error: ApiError) -> ApiError:
    """The same refusal in the language that Sheets speaks here; other services and other statuses stay English."""
    spoken = (world.store.get("world", "language") or {"language": "en"})["language"]
    if spoken == "en" or error.status != 400 or not name.startswith("sheets."):
        return error
    whole = str(error.body["error"]["message"])
    message = _PREFIX.sub("", whole, count=1)
    prefix = whole.removesuffix(message)
    pattern, german = next(pair for pair in GERMAN if re.fullmatch(pair[0], message, re.DOTALL))
    told = prefix + re.sub(pattern, german, message, count=1, flags=re.DOTALL)
    error.body = {"error": {**error.body["error"], "message": told}}
    return error


def blueprint(world: World) -> Blueprint:
    """The verbs."""
    routes = Blueprint("manners", __name__)
    for wrong in (ValueError, KeyError, TypeError):
        routes.register_error_handler(wrong, refused)

    @routes.route("/_emulator/delays", methods=["GET", "POST"])
    def slow() -> ResponseReturnValue:
        return jsonify(change_delays(world, body() if request.method == "POST" else {}))

    @routes.route("/_emulator/unsettled", methods=["GET", "POST"])
    def other() -> ResponseReturnValue:
        return jsonify(unsettled.change(world, body() if request.method == "POST" else {}))

    @routes.post("/_emulator/language")
    def speak() -> ResponseReturnValue:
        spoken = str(body()["language"])
        if spoken not in {"en", "de"}:
            raise ValueError("language is en or de")
        world.store.put("world", "language", {"language": spoken})
        return jsonify({"language": spoken})

    return routes


def dump(world: World) -> dict[str, Any]:
    """What is set."""
    return {"delays": delays(world), **(world.store.get("world", "language") or {"language": "en"})}
