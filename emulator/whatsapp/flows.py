"""Flows without an endpoint: create, upload, publish, send, and what a person's answers become."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from emulator import errors
from emulator.faults import call
from emulator.store import Doc
from emulator.whatsapp import checks, flow_json
from emulator.whatsapp.nodes import chosen, is_account, no_object, page, request_body
from emulator.world import World

KIND = "flow"
CATEGORIES = (
    "SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION", "CONTACT_US", "CUSTOMER_SUPPORT", "SURVEY", "OTHER",
)  # fmt: skip
_USUAL = "name,status,categories,validation_errors,updated_at"


def find(world: World, flow_id: str) -> Doc | None:
    """A flow by its id."""
    return world.store.get(KIND, flow_id)


def described(flow: Doc) -> Doc:
    """The answer to GET /<flow id>."""
    known = json.loads(flow["json"]) if flow["json"] and not flow["validation_errors"] else {}
    shown = {name: flow[name] for name in f"id,{_USUAL}".split(",")}
    return chosen({**shown, **({"json_version": known["version"]} if known else {})}, _USUAL + ",json_version")


def _now(world: World) -> str:
    return world.clock.now().strftime("%Y-%m-%dT%H:%M:%S+0000")


def _refuse(code: int, message: str, title: str, text: str) -> NoReturn:
    raise errors.graph(code, message, error_subcode=code, error_user_title=title, error_user_msg=text)


def _refuse_publishing(title: str, text: str) -> NoReturn:
    _refuse(139002, "Publishing attempt failed", title, text)


def create(world: World, wanted: Doc) -> Doc:
    """A new draft; with `flow_json` it is reviewed at once, and with `publish` published.

    Raises:
        ApiError: a name that is missing or taken, an unknown category, or a form that may not be published.
    """
    name, categories = wanted.get("name"), wanted.get("categories")
    if not name or not isinstance(name, str):
        raise errors.graph(100, "The parameter name is required.")
    if isinstance(categories, str):
        categories = json.loads(categories)
    if not categories or set(categories) - set(CATEGORIES):
        raise errors.graph(100, f"Param categories must be one of {{{', '.join(CATEGORIES)}}}.")
    if wanted.get("clone_flow_id") or wanted.get("endpoint_uri"):
        raise errors.unknown("POST", "flows that are cloned or have an endpoint")
    if any(flow["name"] == name for _, flow in world.store.items(KIND)):
        text = "Flow name should be unique within one WhatsApp Business Account."
        _refuse(100, "Invalid parameter", "Flow name is not unique", text)
    flow: Doc = {
        "id": world.mint("123456789", 16),
        "name": name,
        "categories": list(categories),
        "status": "DRAFT",
        "json": None,
        "validation_errors": [],
        "updated_at": _now(world),
    }
    world.store.put(KIND, flow["id"], flow)
    answer: Doc = {"id": flow["id"]}
    if wanted.get("flow_json"):
        answer |= upload(world, flow, str(wanted["flow_json"]))
        if str(wanted.get("publish")).lower() == "true" and answer["success"]:
            publish(world, flow)
    return answer


def upload(world: World, flow: Doc, text: str) -> Doc:
    """Keep a Flow JSON, whatever its review says.

    Raises:
        ApiError: 139001 for a flow that is no draft any more (the page on error codes; the change log of 2024-12 says
            that published ones may be edited: refused here, so that nobody relies on it).
    """
    if flow["status"] != "DRAFT":
        told = "You attempted to update a Flow that has already been published."
        _refuse(139001, "Updating attempt failed", "Flow can't be updated", told)
    found = flow_json.problems(text)
    flow.update(json=text, validation_errors=found, updated_at=_now(world))
    world.store.put(KIND, flow["id"], flow)
    return {"success": not found, "validation_errors": found}


def publish(world: World, flow: Doc) -> None:
    """A draft becomes sendable, and stays as it is.

    Raises:
        ApiError: 139002.
    """
    if flow["status"] != "DRAFT":
        _refuse_publishing("Publishing Flow in invalid state", "You tried to publish a Flow that isn't a draft.")
    if flow["validation_errors"] or not flow["json"]:
        title = "Publishing Flow with validation errors"
        _refuse_publishing(title, "You tried to publish a draft Flow that has validation errors.")
    world.store.put(KIND, flow["id"], flow | {"status": "PUBLISHED"})


def delete(world: World, flow: Doc) -> None:
    """Only drafts can be deleted.

    Raises:
        ApiError: 139004.
    """
    if flow["status"] != "DRAFT":
        text = "After a Flow has been published, it cannot be deleted. Please deprecate instead."
        _refuse(139004, "Deleting attempt failed", "Can't delete published Flow", text)
    world.store.drop(KIND, flow["id"])


def blueprint(world: World) -> Blueprint:
    """Graph's paths of flows; GET and DELETE of a flow itself stand with those of other objects."""
    routes = Blueprint("flows", __name__)

    def known(node: str) -> Doc:
        flow = find(world, node)
        if flow is None:
            raise no_object(node)
        return flow

    @routes.post("/<graph:version>/<node>/flows")
    @call("whatsapp.flows.create")
    def made(version: str, node: str) -> ResponseReturnValue:
        is_account(world, node)
        return jsonify(create(world, request_body()))

    @routes.get("/<graph:version>/<node>/flows")
    @call("whatsapp.flows.list")
    def listed(version: str, node: str) -> ResponseReturnValue:
        is_account(world, node)
        return jsonify(page([flow for _, flow in world.store.items(KIND)], _USUAL))

    @routes.post("/<graph:version>/<node>/assets")
    @call("whatsapp.flows.upload")
    def uploaded(version: str, node: str) -> ResponseReturnValue:
        flow, sent = known(node), request.files.get("file")
        if request.form.get("asset_type") != "FLOW_JSON" or sent is None:
            raise errors.graph(100, "Param asset_type must be one of {FLOW_JSON}, with a file.")
        return jsonify(upload(world, flow, sent.read().decode("utf-8", "replace")))

    @routes.post("/<graph:version>/<node>/publish")
    @call("whatsapp.flows.publish")
    def published(version: str, node: str) -> ResponseReturnValue:
        publish(world, known(node))
        return jsonify({"success": True})

    @routes.post("/<graph:version>/<node>/deprecate")
    @call("whatsapp.flows.deprecate")
    def deprecated(version: str, node: str) -> ResponseReturnValue:
        flow = known(node)
        if flow["status"] != "PUBLISHED":
            text = "You attempted to deprecate a Flow that hasn't yet been published."
            _refuse(139003, "Deprecating attempt failed", "Can't deprecate unpublished flow", text)
        world.store.put(KIND, flow["id"], flow | {"status": "DEPRECATED"})
        return jsonify({"success": True})

    return routes


# in a message


def shown(world: World, action: Doc) -> Doc:
    """The form as the phone keeps it.

    Raises:
        ApiError: 131009, no such flow of this account, or one whose state does not fit the mode.
    """
    told = action["parameters"]
    by_name = [flow for _, flow in world.store.items(KIND) if flow["name"] == told.get("flow_name")]
    flow = find(world, str(told.get("flow_id"))) or next(iter(by_name), None)
    mode = told.get("mode", "published")
    if flow is None or flow["status"] not in {"DRAFT", "PUBLISHED"}:
        checks.invalid("Flow with specified ID does not exist or is in an invalid state")
    if (flow["status"] == "DRAFT") != (mode == "draft"):
        checks.invalid(f"Flow in {flow['status']} state cannot be sent with mode {mode}")
    payload = told.get("flow_action_payload") or {}
    screens = flow_json.screens(json.loads(flow["json"])) if flow["json"] else {}
    return {
        "id": flow["id"],
        "name": flow["name"],
        "cta": told["flow_cta"],
        "token": told.get("flow_token", "unused"),
        "screen": payload.get("screen"),
        "data": payload.get("data") or {},
        "fields": [field for screen in screens.values() for field in _fields(screen, payload.get("data") or {})],
    }


def answered(world: World, form: Doc, given: dict[str, Any], *, with_token: bool = True) -> str:
    """`response_json` after a person filled in a form and sent it.

    Raises:
        ValueError: the form has no such field or lacks a required one, or there is no such form or screen.
    """
    flow = find(world, form["id"])
    if flow is None or not flow["json"]:
        raise ValueError(f"no form {form['name']}")
    known = flow_json.screens(json.loads(flow["json"]))
    name = form["screen"] or next(iter(known))
    left, data = dict(given), form["data"]
    kept: dict[str, dict[str, Any]] = {}
    while True:
        if name not in known:
            raise ValueError(f"the form has no screen {name}")
        fields = _filled(known[name], left, data)
        kept |= {f"screen.{name}.form": fields, f"screen.{name}.data": data}
        action = next(e["on-click-action"] for _, e in flow_json.components(known[name]) if e.get("type") == "Footer")
        payload = _bound(action.get("payload") or {}, {**kept, "form": fields, "data": data})
        if action["name"] == "complete":
            break
        name, data = action["next"]["name"], payload
    if left:
        raise ValueError(f"the form has no field {', '.join(sorted(left))}")
    return json.dumps(payload | ({"flow_token": form["token"]} if with_token else {}))


def _filled(screen: Doc, left: dict[str, Any], data: Doc) -> dict[str, Any]:
    """The answers of one screen: what was given, else what stands there from the beginning."""
    answers: dict[str, Any] = {}
    for field in _fields(screen, data):
        name, value = field["name"], left.pop(field["name"], field["value"])
        if value not in (None, ""):
            answers[name] = value
        elif field["required"]:
            raise ValueError(f"{field['label']} must be filled in ({name})")
    return answers


def _fields(screen: Doc, data: Doc) -> list[Doc]:
    """What can be filled in on a screen that was given `data`."""
    found: list[Doc] = []
    begins: Doc = {}
    for _, each in flow_json.components(screen):
        own = {name: _bound(value, {"data": data}) for name, value in each.items() if name not in {"type", "children"}}
        if each.get("type") == "Form":
            begins = own.get("init-values") or {}
        elif "name" in own and own.get("visible", True):
            value = own.get("init-value", begins.get(own["name"]))
            field = {"name": own["name"], "label": own["label"], "kind": each["type"], "value": value}
            found.append({**field, "required": own.get("required") is True, "options": own.get("data-source") or []})
    return found


def _bound(value: Any, known: dict[str, dict[str, Any]]) -> Any:
    """A payload with its bindings put in; what was left empty is not sent along."""
    if isinstance(value, dict):
        bound = {name: _bound(item, known) for name, item in value.items()}
        return {name: item for name, item in bound.items() if item is not None}
    if isinstance(value, list):
        return [_bound(item, known) for item in value]
    found = flow_json.BINDING.fullmatch(value) if isinstance(value, str) else None
    return known.get(found[1], {}).get(found[3]) if found else value
