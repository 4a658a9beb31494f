"""What lies on the page's desk: which spreadsheets and calendar it shows, and whose phone is the owner's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from emulator.control import Help, body, refused
from emulator.whatsapp.account import account, phone_id
from emulator.world import World

VERBS: tuple[Help, ...] = (
    (
        "PUT /_emulator/desk",
        (
            "what the page shows: books (spreadsheet ids in order), calendar, owner and client (phones); GET shows it. "
            "What was never put is guessed: everything in order of creation, the first phone is the owner's"
        ),
        {"owner": "+44 7700 900199", "client": "+44 7700 900101"},
    ),
)
_FIELDS = ("books", "calendar", "owner", "client")


def state(world: World) -> dict[str, Any]:
    """Ids of books, calendar and phones, the time zone, and the name of the business."""
    put = world.store.get("console", "desk") or {}
    books = [key for key in put.get("books", []) if world.store.get("sheets.book", key)]
    books = books or [key for key, _ in world.store.items("sheets.book")]
    calendars = [key for key, _ in world.store.items("calendar.calendar")]
    phones = [key for key, who in world.store.items("phone") if who["number"] != f"+{account(world)['number']}"]
    owner = put.get("owner") or next(iter(phones), None)
    client = put.get("client") or next((key for key in phones if key != owner), None)
    calendar = put.get("calendar") or next(iter(calendars), None)
    return {
        "books": books,
        "calendar": calendar,
        "owner": owner,
        "client": client,
        "zone": _zone(world, books, calendar),
        "name": account(world)["name"],
    }


def change(world: World, wanted: dict[str, Any]) -> dict[str, Any]:
    """Set some fields; None goes back to guessing.

    Raises:
        ValueError: a field that does not exist.
    """
    if unknown := set(wanted) - set(_FIELDS):
        raise ValueError(f"the desk has no {', '.join(sorted(unknown))}; it has {', '.join(_FIELDS)}")
    phones = {name: phone_id(str(wanted[name])) for name in ("owner", "client") if wanted.get(name)}
    with world.lock, world.store.transaction():
        world.store.put("console", "desk", {**(world.store.get("console", "desk") or {}), **wanted, **phones})
    changed = state(world)
    world.bus.publish("desk", changed)
    return changed


def _zone(world: World, books: list[str], calendar: str | None) -> str:
    for key in books:
        return str((world.store.get("sheets.book", key) or {})["properties"]["timeZone"])
    found = world.store.get("calendar.calendar", calendar) if calendar else None
    return str(found["timeZone"]) if found else "UTC"


def blueprint(world: World) -> Blueprint:
    """GET and PUT /_emulator/desk."""
    routes = Blueprint("desk", __name__)
    for wrong in (ValueError, KeyError, TypeError):
        routes.register_error_handler(wrong, refused)

    @routes.route("/_emulator/desk", methods=["GET", "PUT"])
    def shown() -> ResponseReturnValue:
        return jsonify(change(world, body()) if request.method == "PUT" else state(world))

    return routes
