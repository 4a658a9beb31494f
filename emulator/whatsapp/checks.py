"""Meta's checks of a message body: limits of facts/whatsapp.md 1.3, words and codes of 1.4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from emulator import errors
from emulator.store import Doc

BUTTON_TITLE = "Button title length invalid. Min length: 1, Max length: 20"
BUTTON_COUNT = "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"
ROW_COUNT = "Total row count exceed max allowed count: 10"
ROW_TITLE = "Row title is too long. Max length is 24"
MEDIA_KINDS = ("image", "video", "document", "audio", "sticker")


def invalid(details: str) -> NoReturn:
    """Refuse a value: 131009."""
    raise errors.graph(131009, "Parameter value is not valid", details=details)


def missing(details: str) -> NoReturn:
    """Refuse a body without a required part: 131008."""
    raise errors.graph(131008, "Required parameter is missing", details=details)


def bad(details: str) -> NoReturn:
    """Refuse a body of the wrong shape: 100."""
    raise errors.graph(100, "Invalid parameter", details=details)


def part(body: Doc, name: str, kind: type = dict) -> Any:
    """A required part of the body."""
    value = body.get(name)
    if value is None:
        missing(f"Parameter '{name}' is mandatory")
    if not isinstance(value, kind) or isinstance(value, bool):
        bad(f"Param {name} must be a JSON {'object' if kind is dict else 'array' if kind is list else kind.__name__}.")
    return value


def text(value: Any, what: str, most: int, least: int = 1) -> str:
    """A text within its limits."""
    if not isinstance(value, str) or not least <= len(value) <= most:
        invalid(f"{what} length invalid. Min length: {least}, Max length: {most}")
    return value


def envelope(body: Any) -> str:
    """Check what every message has; returns its type."""
    if not isinstance(body, dict):
        bad("The request body must be a JSON object")
    if body.get("messaging_product") != "whatsapp":
        raise errors.graph(100, "The parameter messaging_product is required.")
    if body.get("recipient_type", "individual") != "individual":
        raise errors.graph(
            100, 'Param recipient_type must be one of {INDIVIDUAL} - got "' + str(body["recipient_type"]) + '".'
        )
    if not (body.get("to") or body.get("recipient")):
        raise errors.graph(100, "The parameter to is required.")
    kind = body.get("type", "text")
    if kind not in CHECKS:
        known = ", ".join(sorted(CHECKS)).upper()
        raise errors.graph(100, f'Param type must be one of {{{known}}} - got "{kind}".')
    if kind == "reaction" and body.get("context"):
        bad("A reaction cannot be a contextual reply")
    tag = body.get("biz_opaque_callback_data")
    if tag is not None and (not isinstance(tag, str) or len(tag) > 512):
        bad("biz_opaque_callback_data length invalid. Max length: 512")
    CHECKS[kind](part(body, kind, list if kind == "contacts" else dict))
    return str(kind)


def _text(content: Doc) -> None:
    body = part(content, "body", str)
    text(body, "Param text['body']", 4096)


def _media(kind: str) -> Callable[[Doc], None]:
    def check(content: Doc) -> None:
        media_source(content, kind)
        if content.get("caption") is not None and kind in {"audio", "sticker"}:
            invalid(f"Param {kind}['caption'] is not supported")
        if content.get("caption") is not None:
            text(content["caption"], "Caption", 1024, 0)
        if content.get("filename") is not None:
            text(content["filename"], "Filename", 240)

    return check


def media_source(content: Doc, kind: str) -> None:
    """A media object names its bytes by id or by link."""
    link = content.get("link")
    if not content.get("id") and not link:
        missing(f"Either {kind} id or link is required")
    if link is not None and not str(link).startswith(("http://", "https://")):
        raise errors.graph(100, f"Param {kind}['link'] is not a valid URL.")


def _interactive(content: Doc) -> None:
    kind = part(content, "type", str)
    body_limit = 4096 if kind == "list" else 1024
    if kind not in {"button", "list", "cta_url", "flow", "location_request_message"}:
        raise errors.unknown("POST", f"messages of interactive type {kind}")
    text(part(content, "body").get("text"), "Body text", body_limit)
    if content.get("footer") is not None:
        text(part(content, "footer").get("text"), "Footer text", 60)
    if content.get("header") is not None:
        _header(part(content, "header"), only_text=kind == "list")
    action = part(content, "action")
    checks = {"button": _reply_buttons, "list": _list, "cta_url": _link_button, "flow": _flow}
    checks.get(kind, _ask_location)(action)


def _header(header: Doc, *, only_text: bool) -> None:
    kind = header.get("type")
    if kind == "text":
        text(header.get("text"), "Header text", 60)
    elif kind in {"image", "video", "document"} and not only_text:
        media_source(part(header, str(kind)), str(kind))
    else:
        invalid(f"Unsupported Interactive Message header type {kind}")


def _reply_buttons(action: Doc) -> None:
    buttons = part(action, "buttons", list)
    if not 1 <= len(buttons) <= 3:
        invalid(BUTTON_COUNT)
    replies = [part(button, "reply") if isinstance(button, dict) else bad("buttons") for button in buttons]
    for button, reply in zip(buttons, replies, strict=True):
        if button.get("type") != "reply":
            invalid(f"Invalid button type {button.get('type')}")
        if not isinstance(reply.get("title"), str) or not 1 <= len(reply["title"]) <= 20:
            invalid(BUTTON_TITLE)
        text(reply.get("id"), "Button id", 256)
    _unique([reply["title"] for reply in replies], "Duplicate Button title")
    _unique([reply["id"] for reply in replies], "Duplicate Button id")


def _list(action: Doc) -> None:
    text(action.get("button"), "Button label", 20)
    sections = part(action, "sections", list)
    if not 1 <= len(sections) <= 10:
        invalid("Invalid sections count. Min allowed sections: 1, Max allowed sections: 10")
    rows = [row for section in sections for row in part(section, "rows", list)]
    if len(rows) > 10:
        invalid(ROW_COUNT)
    for section in sections:
        if len(sections) > 1 or section.get("title") is not None:
            text(section.get("title"), "Section title", 24)
    for row in rows:
        if not isinstance(row.get("title"), str) or not row["title"]:
            missing("Row title is required")
        if len(row["title"]) > 24:
            invalid(ROW_TITLE)
        text(row.get("id"), "Row id", 200)
        if row.get("description") is not None and len(str(row["description"])) > 72:
            invalid("Row description is too long. Max length is 72")
    if not rows:
        invalid("Invalid rows count. Min allowed rows: 1, Max allowed rows: 10")
    _unique([row["id"] for row in rows], "Duplicate row id")


def _link_button(action: Doc) -> None:
    if action.get("name") != "cta_url":
        invalid("Invalid action name")
    parameters = part(action, "parameters")
    text(parameters.get("display_text"), "Display text", 20)
    if not str(parameters.get("url", "")).startswith(("http://", "https://")):
        invalid("Invalid url")


def _flow(action: Doc) -> None:
    if action.get("name") != "flow":
        invalid("Invalid action name")
    told = part(action, "parameters")
    if str(told.get("flow_message_version")) != "3":
        invalid("Invalid flow_message_version. Supported versions: 3")
    if bool(told.get("flow_id")) == bool(told.get("flow_name")):
        missing("Exactly one of flow_id and flow_name is required")
    text(told.get("flow_cta"), "Flow CTA", 30)
    if told.get("flow_action", "navigate") == "data_exchange":
        raise errors.unknown("POST", "flows with a data endpoint")
    if told.get("flow_action", "navigate") != "navigate" or told.get("mode", "published") not in {"draft", "published"}:
        invalid("Invalid flow_action or mode")
    payload = told.get("flow_action_payload")
    if payload is not None:
        part(payload, "screen", str)
        if "data" in payload and (not isinstance(payload["data"], dict) or not payload["data"]):
            invalid("flow_action_payload.data must be a non-empty object")


def _ask_location(action: Doc) -> None:
    if action.get("name") != "send_location":
        invalid("Invalid action name")


def _unique(values: list[str], what: str) -> None:
    if len(set(values)) != len(values):
        invalid(what)


def _template(content: Doc) -> None:
    part(content, "name", str)
    part(part(content, "language"), "code", str)
    if content.get("components") is not None:
        part(content, "components", list)


def _reaction(content: Doc) -> None:
    part(content, "message_id", str)


def _location(content: Doc) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        try:
            fits = -most <= float(content.get(name, "")) <= most
        except (TypeError, ValueError):
            fits = False
        if not fits:
            invalid(f"Param location['{name}'] must be a number from -{most} to {most}")


def _contacts(content: list[Any]) -> None:
    if not content:
        missing("Parameter 'contacts' is mandatory")
    for entry in content:
        name = part(entry if isinstance(entry, dict) else bad("contacts"), "name")
        part(name, "formatted_name", str)
        if len([each for each in name if name[each]]) < 2:
            invalid("Contact name needs, beside formatted_name, at least one other part")


#: what the stand-in can take
CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _text,
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "template": _template,
    "reaction": _reaction,
    **{kind: _media(kind) for kind in MEDIA_KINDS},
}
