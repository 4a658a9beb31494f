"""Requests are held against Google's own discovery documents, as they ship with google-api-python-client."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import request

from emulator.google_errors import CalendarError, GoogleError, invalid_json
from emulator.google_wire import Json, Mask, body_json, parse_mask

_FILES = {"sheets": "sheets.v4.json", "drive": "drive.v3.json", "calendar": "calendar.v3.json"}
#: parameters that any method takes; those of the documents' own list and what clients add
_COMMON = {"access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser", "userIp",
           "uploadType", "upload_protocol", "$.xgafv"}  # fmt: skip
_PLAIN: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int, str),
    "number": (int, float, str),
    "boolean": (bool,),
}


@cache
def document(api: str) -> Json:
    """The discovery document of sheets, drive or calendar; read once, on first use."""
    spec = find_spec("googleapiclient")
    if spec is None or spec.origin is None:
        raise LookupError("google-api-python-client is not installed")
    path = Path(spec.origin).parent / "discovery_cache" / "documents" / _FILES[api]
    loaded: Json = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def method(method_id: str) -> Json:
    """The description of a method such as "calendar.events.insert"."""
    resource = document(method_id.partition(".")[0])
    *resources, name = method_id.split(".")[1:]
    for each in resources:
        resource = resource["resources"][each]
    found: Json = resource["methods"][name]
    return found


def incoming(method_id: str, wrapper: str = "") -> Json:
    """The body of the current request, after checking it and the query; `wrapper` is how messages call the body.

    Raises:
        GoogleError: 400 in Google's words for an unknown name or a wrong type.
    """
    check_query(method_id)
    body = body_json()
    check(method_id.partition(".")[0], method(method_id)["request"]["$ref"], body, wrapper)
    return body


def check_query(method_id: str) -> None:
    """Refuse query parameters, and fields of a mask, that the method does not have."""
    if request.args.get("fields"):
        check_mask(method_id, request.args["fields"])
    known = method(method_id).get("parameters", {})
    for name in request.args:
        if name not in known and name not in _COMMON:
            raise invalid_json(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )


def check_mask(method_id: str, text: str) -> None:
    """Refuse a response mask that names fields the answer does not have."""
    api, response = method_id.partition(".")[0], method(method_id).get("response")
    wrong = response and _not_found(api, response, parse_mask(text), "")
    if not wrong:
        return
    if api == "sheets":
        text = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{wrong}'."
        raise invalid_json("Request contains an invalid argument.", text, field=wrong)
    place = ("parameter", "fields")
    if api == "calendar":
        raise CalendarError(400, f"Invalid field selection {wrong}", "invalidParameter", location=place)
    raise GoogleError(400, f"Invalid field selection {wrong}", reason="invalidParameter", location=place)


def _not_found(api: str, spec: Json, mask: Mask, path: str) -> str:
    """The first path of a mask that a schema does not have, or nothing."""
    while "$ref" in spec or spec.get("type") == "array":
        spec = document(api)["schemas"][spec["$ref"]] if "$ref" in spec else spec["items"]
    for name, deeper in mask.items():
        known = spec.get("properties", {}).get(name) or spec.get("additionalProperties")
        if name != "*" and known is None:
            return path + name
        if deeper is not None and known is not None and (wrong := _not_found(api, known, deeper, f"{path}{name}.")):
            return wrong
    return ""


def check(api: str, schema: str, value: Any, path: str = "") -> None:
    """Hold a JSON value against a schema; null members are accepted everywhere (facts/google.md 2)."""
    _check(api, {"$ref": schema}, value, path)


def _check(api: str, spec: Json, value: Any, path: str) -> None:
    if value is None:
        return
    if "$ref" in spec:
        spec = document(api)["schemas"][spec["$ref"]]
    kind = spec.get("type")
    if kind == "object" or "properties" in spec:
        _check_object(api, spec, value, path)
    elif kind == "array":
        if not isinstance(value, list):
            # A repeated field takes a single value too, but a list within a list must be one.
            if spec["items"].get("type") in {"array", "any"}:
                raise _wrong(path, "type.googleapis.com/google.protobuf.ListValue", value)
            _check(api, spec["items"], value, path)
            return
        for at, item in enumerate(value):
            _check(api, spec["items"], item, f"{path}[{at}]")
    elif kind in _PLAIN:
        _check_plain(spec, kind, value, path)


def _check_object(api: str, spec: Json, value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(path, "message", value)
    known = spec.get("properties", {})
    for name, item in value.items():
        inner = f"{path}.{name}" if path else name
        if name in known:
            _check(api, known[name], item, inner)
        elif "additionalProperties" in spec:
            _check(api, spec["additionalProperties"], item, inner)
        else:
            where = f" at '{path}'" if path else ""
            text = f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
            raise invalid_json(text, field=path)


def _check_plain(spec: Json, kind: str, value: Any, path: str) -> None:
    if not isinstance(value, _PLAIN[kind]) or (isinstance(value, bool) and kind != "boolean"):
        raise _wrong(path, "TYPE_" + str(spec.get("format") or kind).upper(), value)
    if kind in {"integer", "number"} and isinstance(value, str):
        try:
            float(value)
        except ValueError:
            raise _wrong(path, "TYPE_" + str(spec.get("format") or kind).upper(), value) from None
    if "enum" in spec and value not in spec["enum"]:
        raise _wrong(path, "an enum", value)


def _wrong(path: str, kind: str, value: Any) -> GoogleError:
    shown = json.dumps(value, ensure_ascii=False)
    return invalid_json(f"Invalid value at '{path}' ({kind}), {shown}", field=path)
