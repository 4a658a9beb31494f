"""What Graph's objects have in common: bodies, chosen fields, pages, and the refusal of an unknown id."""

from __future__ import annotations

import base64
from typing import Any

from flask import request

from emulator import errors
from emulator.store import Doc
from emulator.whatsapp.account import account
from emulator.world import World


def request_body() -> Any:
    """The body of the current request: JSON, or a form.

    Raises:
        ApiError: neither.
    """
    body = request.get_json(silent=True)
    if body is None and request.get_data():
        body = request.form.to_dict() or None
    if body is None:
        raise errors.graph(100, "The request body must be a JSON object")
    return body


def no_object(what: str) -> errors.ApiError:
    """Graph's refusal of an id it does not know."""
    text = (
        f"Unsupported post request. Object with ID '{what}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation"
    )
    return errors.graph(100, text, plain=True, type="GraphMethodException", error_subcode=33)


def chosen(node: Doc, usual: str) -> Doc:
    """`fields` picks; the id always comes."""
    wanted = request.args.get("fields", usual).split(",")
    return {**{name: node[name] for name in wanted if name in node}, "id": node["id"]}


def is_account(world: World, node: str) -> None:
    """Refuse a path that names another business account."""
    if node != account(world)["waba_id"]:
        raise no_object(node)


def page(found: list[Doc], usual: str) -> Doc:
    """Cursor paging: `after` is the place in the list, hidden as Graph hides it."""
    start = 0
    if request.args.get("after"):
        start = int(base64.b64decode(request.args["after"]))
    size = int(request.args.get("limit", "25"))
    rows = [chosen(each, usual) for each in found[start : start + size]]
    cursors = {
        name: base64.b64encode(str(at).encode()).decode()
        for name, at in (("before", start), ("after", start + len(rows)))
    }
    answer: Doc = {"data": rows}
    if rows:
        answer["paging"] = {"cursors": cursors}
    if start + size < len(found):
        answer["paging"]["next"] = f"{request.base_url}?limit={size}&after={cursors['after']}"
    return answer
