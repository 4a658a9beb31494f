"""Meta's static checks of Flow JSON: the codes and words of its own validator, for forms without an endpoint.

Codes and messages are those of Meta's page on the error codes of Flows and of its editor (versions of 2025-12).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from emulator import errors
from emulator.store import Doc
from emulator.whatsapp.flow_places import place, places_of

#: versions that may be published (Meta's change log of 2026-03)
VERSIONS = ("5.1", "6.0", "6.1", "6.2", "6.3", "7.0", "7.1", "7.2", "7.3")
_FIELD = "name label required enabled visible init-value error-message "
_CHOICE = "name label description required enabled visible init-value media-size on-select-action on-unselect-action "
#: component -> (properties it must have, all it may have)
COMPONENTS: dict[str, tuple[str, str]] = {
    "Form": ("name children", "name children visible init-values error-messages"),
    "TextHeading": ("text", "text visible"),
    "TextSubheading": ("text", "text visible"),
    "TextBody": ("text", "text markdown font-weight strikethrough visible"),
    "TextCaption": ("text", "text markdown font-weight strikethrough visible"),
    "TextInput": ("name label", _FIELD + "input-type label-variant pattern min-chars max-chars helper-text"),
    "TextArea": ("name label", _FIELD + "label-variant max-length helper-text"),
    "CheckboxGroup": ("name label data-source", _CHOICE + "data-source min-selected-items max-selected-items"),
    "RadioButtonsGroup": ("name label data-source", _CHOICE + "data-source"),
    "Dropdown": ("name label data-source", _CHOICE + "data-source"),
    "DatePicker": ("name label", _FIELD + "min-date max-date unavailable-dates helper-text on-select-action"),
    "OptIn": ("name label", _FIELD + "on-click-action on-select-action on-unselect-action"),
    "EmbeddedLink": ("text on-click-action", "text on-click-action visible"),
    "Footer": (
        "label on-click-action",
        "label on-click-action left-caption center-caption right-caption enabled visible",
    ),
}
#: Meta's other components
NOT_BUILT = (
    "RichText", "Image", "ImageCarousel", "If", "Switch", "NavigationList", "ChipsSelector", "CalendarPicker",
    "PhotoPicker", "DocumentPicker",
)  # fmt: skip
_SCREEN = "id title layout data terminal success refresh_on_back sensitive"
BINDING = re.compile(r"\$\{(form|data|screen\.([A-Za-z_]+)\.(?:form|data))\.([A-Za-z0-9_]+)\}")
Found = Iterator[tuple[str, str, str]]


def problems(text: str) -> list[Doc]:
    """What is wrong with a Flow JSON, as `validation_errors` shows it; nothing when it may be published.

    Raises:
        ApiError: 501 for a form with an endpoint, or a component that is not built.
    """
    try:
        flow = json.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        return [_told("INVALID_FLOW_JSON", "Flow JSON is not valid.", (line, column, column), "")]
    if not isinstance(flow, dict):
        return [_told("INVALID_FLOW_JSON", "Invalid Flow JSON schema.", (1, 1, 1), "")]
    places = places_of(text)
    found = _version(flow) or [*_document(flow)]
    return [_told(code, message, place(places, path), path) for code, message, path in found]


def screens(flow: Doc) -> dict[str, Doc]:
    """The screens by their id, in order."""
    return {str(screen.get("id")): screen for screen in flow["screens"]}


def components(screen: Doc, path: str = "") -> Iterator[tuple[str, Doc]]:
    """Every component of a screen with its path, forms looked into."""
    yield from _children((screen.get("layout") or {}).get("children") or [], f"{path}.layout")


def _children(children: list[Any], path: str) -> Iterator[tuple[str, Doc]]:
    for at, child in enumerate(children):
        if isinstance(child, dict):
            yield f"{path}.children[{at}]", child
            if child.get("type") == "Form":
                yield from _children(child.get("children") or [], f"{path}.children[{at}]")


def _version(flow: Doc) -> list[tuple[str, str, str]]:
    if "data_api_version" in flow or "data_channel_uri" in flow:
        raise errors.unknown("POST", "flows with a data endpoint")
    if flow.get("version") is None:
        return [("MISSING_FLOW_JSON_VERSION", "Flow JSON version is not specified.", "")]
    if flow["version"] not in VERSIONS:
        text = (
            "Given Flow JSON version is not supported. Please refer the supported versions at "
            "https://developers.facebook.com/docs/whatsapp/flows/changelogs#currently-supported-versions."
        )
        return [("INVALID_FLOW_JSON_VERSION", text, "version")]
    return []


def _document(flow: Doc) -> Found:
    yield from _keys(flow, "screens", "version screens routing_model", "", None)
    listed = flow.get("screens")
    if listed == []:
        yield "MIN_ITEMS_REQUIRED", "Property 'screens' should have at least '1' items.", "screens"
    if not isinstance(listed, list) or not all(isinstance(screen, dict) for screen in listed):
        return
    for at, screen in enumerate(listed):
        yield from _screen(flow, screen, f"screens[{at}]", listed[:at])
    terminal = [screen for screen in listed if screen.get("terminal") is True]
    if listed and not terminal:
        yield "MISSING_TERMINAL_SCREEN", "Terminal screen is required but not provided.", "screens"
    yield from _routes(listed)


def _keys(thing: Doc, needed: str, allowed: str, path: str, component: str | None) -> Found:
    for name in needed.split():
        if name not in thing:
            yield "MISSING_REQUIRED_PROPERTY", f"Required property '{name}' is missing.", path
    for name in thing:
        if name not in allowed.split() and not (component and name == "type"):
            where = f" in '{component}' component" if component else ""
            yield "INVALID_PROPERTY_KEY", f"Property '{name}' is not allowed{where}.", f"{path}.{name}".lstrip(".")


def _screen(flow: Doc, screen: Doc, path: str, before: list[Doc]) -> Found:
    yield from _keys(screen, "id layout", _SCREEN, path, None)
    name = str(screen.get("id", ""))
    if not re.fullmatch(r"[A-Za-z_]+", name):
        yield "PATTERN_MISMATCH", "Property 'id' should only consist of alphabets and underscores.", f"{path}.id"
    if name == "SUCCESS":
        text = "Screen id cannot be 'SUCCESS' since it is a reserved keyword."
        yield "SCREEN_ID_IS_RESERVED_KEYWORD", text, f"{path}.id"
    if any(other.get("id") == name for other in before):
        yield "DUPLICATE_SCREEN_IDS", f"Duplicate screen id found: '{name}'.", f"{path}.id"
    if (screen.get("layout") or {}).get("type") != "SingleColumnLayout":
        text = "Invalid value found for property 'type'. Expected 'SingleColumnLayout'."
        yield "INVALID_PROPERTY_VALUE", text, f"{path}.layout.type"
    for field, schema in (screen.get("data") or {}).items():
        if not isinstance(schema, dict) or "type" not in schema:
            yield "INVALID_SCREEN_DATA", "Missing the definition of property 'type'.", f"{path}.data.{field}"
    inside = [*components(screen, path)]
    footers = [each for _, each in inside if each.get("type") == "Footer"]
    if screen.get("terminal") is True and not footers:
        text = f"Footer component is missing on terminal screen '{name}'."
        yield "MISSING_FOOTER_ON_TERMINAL_SCREEN", text, path
    if len(footers) > 1:
        text = f"Maximum number of Footer allowed per screen is 1 but found {len(footers)}."
        yield "MAX_ALLOWED_COMPONENTS_PER_SCREEN", text, path
    names = [each["name"] for _, each in inside if "name" in each]
    for twice in sorted({each for each in names if names.count(each) > 1}):
        text = f"Duplicate name found for Form components: '{twice}'."
        yield "DUPLICATE_FORM_COMPONENT_NAMES", text, path
    for where, each in inside:
        yield from _component(flow, screen, each, where)


def _component(flow: Doc, screen: Doc, each: Doc, path: str) -> Found:
    kind = each.get("type")
    if kind is None:
        yield "MISSING_REQUIRED_TYPE_PROPERTY", "Required property 'type' is missing.", path
    elif kind in NOT_BUILT:
        raise errors.unknown("POST", f"flow component {kind}")
    elif kind not in COMPONENTS:
        yield "INVALID_PROPERTY_VALUE", "Invalid value found for property 'type'.", f"{path}.type"
    else:
        yield from _keys(each, *COMPONENTS[kind], path, kind)
    yield from _bindings(screen, {k: v for k, v in each.items() if k not in {"children", "on-click-action"}}, path)
    action = each.get("on-click-action")
    if isinstance(action, dict):
        yield from _action(flow, screen, action, f"{path}.on-click-action")


def _action(flow: Doc, screen: Doc, action: Doc, path: str) -> Found:
    name, own = action.get("name"), str(screen.get("id"))
    if name == "data_exchange":
        raise errors.unknown("POST", "flows with a data endpoint")
    if name == "complete" and screen.get("terminal") is not True:
        text = "On-click-action 'complete' can only be configured on a terminal screen."
        yield "INVALID_COMPLETE_ACTION", text, path
    if name not in {"navigate", "complete", "open_url", "update_data"}:
        yield "INVALID_ENUM_VALUE", "Value should be one of: [data_exchange, navigate, complete].", f"{path}.name"
    payload = action.get("payload") or {}
    if name == "navigate":
        target = str((action.get("next") or {}).get("name"))
        known, wrong = screens(flow), f"{path}.next.name"
        if target == own:
            text = f"Same screen navigation is not allowed. Loop detected at [{own}]."
            yield "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME", text, wrong
        elif target not in known:
            yield "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME", f"Unknown screen ids found: [{target}].", wrong
        else:
            yield from _handed_over(payload, known[target].get("data") or {}, f"{path}.payload")
    yield from _bindings(screen, payload, f"{path}.payload")


def _handed_over(payload: Doc, model: Doc, path: str) -> Found:
    if extra := [name for name in payload if name not in model]:
        text = f"Following fields are missing in the next screen's data model: [{', '.join(extra)}]."
        yield "INVALID_NAVIGATE_ACTION_PAYLOAD", text, path
    if absent := [name for name in model if name not in payload]:
        listed = ", ".join(absent)
        text = f"Following fields are expected in the next screen's data model but missing in payload: [{listed}]."
        yield "INVALID_NAVIGATE_ACTION_PAYLOAD", text, path


def _bindings(screen: Doc, holder: Doc, path: str) -> Found:
    """`${form.x}` and `${data.x}` must exist on the screen."""
    own = {each["name"] for _, each in components(screen) if "name" in each and each.get("type") != "Form"}
    for found in BINDING.finditer(json.dumps(holder)):
        if found[1] == "form" and found[3] not in own:
            text = f"Missing Form component {found[0]} for screen '{screen.get('id')}'."
            yield "INVALID_ON_CLICK_ACTION_PAYLOAD", text, path
        if found[1] == "data" and found[3] not in (screen.get("data") or {}):
            yield "INVALID_SCREEN_DYNAMIC_DATA", f"Missing dynamic data '{found[0]}' in the screen data model.", path


def _routes(listed: list[Doc]) -> Found:
    """All screens hang together by navigation, and one is where it begins."""
    goes = {str(screen.get("id")): targets(screen) for screen in listed}
    reached = {target for each in goes.values() for target in each}
    entries = [name for name in goes if name not in reached]
    if len(goes) > 1 and not entries:
        text = (
            "No entry screen found in the routing model. Add a screen that is not used as the next screen in any of "
            "the navigate actions."
        )
        yield "INVALID_ROUTING_MODEL", text, "screens"
    elif len(entries) > 1:
        text = (
            "Following screens are not connected with the rest of the screens via navigate screen action: "
            f"[{', '.join(entries[1:])}]. All screens should be connected."
        )
        yield "INVALID_ROUTING_MODEL", text, "screens"


def targets(screen: Doc) -> list[str]:
    """The screens that a screen leads to."""
    actions = [each.get("on-click-action") or {} for _, each in components(screen)]
    return [str((action.get("next") or {}).get("name")) for action in actions if action.get("name") == "navigate"]


def _told(code: str, message: str, where: tuple[int, int, int], path: str) -> Doc:
    line, first, last = where
    spot = {"line_start": line, "line_end": line, "column_start": first, "column_end": last}
    return {"error": code, "error_type": "FLOW_JSON_ERROR", "message": message, **spot,
            "pointers": [{**spot, "path": path}]}  # fmt: skip
