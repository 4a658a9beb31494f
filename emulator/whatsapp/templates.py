"""The template registry: submit, review, list, send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator import errors, quota
from emulator.store import Doc
from emulator.whatsapp import checks
from emulator.whatsapp.account import account
from emulator.world import World

VARIABLE = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
FORBIDDEN = re.compile(r"[\n\r\t]| {5,}")
PARAMETER_TEXT = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
MEDIA_HEADERS = ("IMAGE", "VIDEO", "DOCUMENT")
#: words by which the review knows an offer
SELLING = re.compile(
    r"(?<!\w)(discounts?|sale|promo|promotions?|specials?|deals?|bargains?|buy|vouchers?|coupons?|gifts?|exclusive|upgrade|"
    r"limited time|\d*% off)(?!\w)",
    re.IGNORECASE,
)
#: seconds for which a message of each category may be tried, at least and at most
LIVES = {"UTILITY": (30, 12 * 3600), "AUTHENTICATION": (30, 15 * 60), "MARKETING": (12 * 3600, 30 * 24 * 3600)}


def key(name: str, language: str) -> str:
    """Where a template is kept."""
    return f"{name}|{language}"


def component(template: Doc, kind: str) -> Doc | None:
    """The HEADER, BODY, FOOTER or BUTTONS part."""
    return next((each for each in template["components"] if each["type"] == kind), None)


def submit(world: World, wanted: Doc) -> Doc:
    """Register a template and review it at once, if the account says so.

    Raises:
        ApiError: 100 with Meta's subcodes for what its review refuses before a person looks.
    """
    review(wanted)
    _room(world)
    name, language = wanted["name"], wanted["language"]
    if world.store.get("template", key(name, language)):
        text = "Content in this language already exists"
        refuse(2388024, text, f"There is already {language} content for this template.")
    verdict = "APPROVED" if account(world)["review"] == "approve" else "PENDING"
    reason = "NONE"
    if str(wanted["category"]).upper() == "UTILITY" and _sells(wanted):
        # What sells is no utility: so Meta's page on categories, and refused in public reports with this reason.
        verdict, reason = "REJECTED", "INCORRECT_CATEGORY"
    template = {
        "id": world.mint("123456789", 15),
        "name": name,
        "language": language,
        "category": str(wanted["category"]).upper(),
        "parameter_format": str(wanted.get("parameter_format", "POSITIONAL")).upper(),
        "components": [{**each, "type": str(each["type"]).upper()} for each in wanted["components"]],
        "status": verdict,
        "rejected_reason": reason,
        "quality_score": {"score": "UNKNOWN", "date": int(world.clock.now().timestamp())},
    }
    if "message_send_ttl_seconds" in wanted:
        template["message_send_ttl_seconds"] = wanted["message_send_ttl_seconds"]
    world.store.put("template", key(name, language), template)
    return template


def _sells(wanted: Doc) -> bool:
    texts = [str(each.get("text", "")) for each in wanted["components"] if isinstance(each, dict)]
    return bool(SELLING.search(VARIABLE.sub(" ", "\n".join(texts))))


def _room(world: World) -> None:
    """Refuse more templates than an account may keep, or make in an hour."""
    limits = quota.numbers(world)
    if limits["on"] and world.store.count("template") >= limits["whatsapp.templates"]:
        text = (
            "You have exceeded the maximum number of message templates you can have for this WhatsApp business account."
        )
        refuse(2388019, "Message template limit exceeded", text)
    if limits["on"] and not quota.per_hour(world, "whatsapp.templates", limits["whatsapp.templates_hour"]):
        details = "The WhatsApp Business Account has reached its rate limit"
        raise errors.graph(80007, "Rate limit issues", details=details)


def refuse(subcode: int, title: str, message: str) -> None:
    """Meta's refusal of a template."""
    raise errors.graph(
        100,
        "Invalid parameter",
        plain=True,
        error_subcode=subcode,
        is_transient=False,
        error_user_title=title,
        error_user_msg=message,
    )


def review(wanted: Doc) -> None:
    """The checks Meta makes when a template is submitted."""
    name = wanted.get("name")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9_]{1,512}", name):
        raise errors.graph(100, "Param name must be lower case letters, digits and underscores, at most 512.")
    for field in ("language", "category"):
        if not wanted.get(field):
            raise errors.graph(100, f"The parameter {field} is required.")
    if str(wanted["category"]).upper() not in {"UTILITY", "MARKETING", "AUTHENTICATION"}:
        raise errors.graph(100, "Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}.")
    parts = {str(each.get("type", "")).upper(): each for each in wanted.get("components") or []}
    if "BODY" not in parts:
        refuse(2388043, "Message template is incomplete", "component of type BODY is missing")
    named = str(wanted.get("parameter_format", "")).upper() == "NAMED"
    for kind, each in parts.items():
        if kind in {"BODY", "HEADER", "FOOTER"} and "text" in each:
            _review_text(kind, each, named=named)
    _review_buttons(parts.get("BUTTONS", {}).get("buttons", []))
    if str(parts.get("HEADER", {}).get("format", "TEXT")).upper() not in {"TEXT", *MEDIA_HEADERS}:
        raise errors.unknown("POST", f"template headers of format {parts['HEADER']['format']}")
    least, most = LIVES[str(wanted["category"]).upper()]
    if not least <= int(wanted.get("message_send_ttl_seconds") or least) <= most:
        raise errors.graph(100, f"Param message_send_ttl_seconds must be between {least} and {most}.")


def _review_text(kind: str, part: Doc, *, named: bool) -> None:
    text = str(part["text"])
    most = {"BODY": 1024, "HEADER": 60, "FOOTER": 60}[kind]
    if len(text) > most:
        refuse(2388040, "Character limit exceeded", f"The {kind} text has more than {most} characters.")
    variables = VARIABLE.findall(text)
    if kind == "FOOTER" and variables:
        refuse(2388073, "Footer format is incorrect", "The footer can't have variables.")
    if kind == "HEADER" and len(variables) > 1:
        refuse(2388047, "Header format is incorrect", "The header can have only one variable.")
    if not variables:
        return
    if not named and variables != [str(number) for number in range(1, len(variables) + 1)]:
        refuse(2388043, "Variables are not sequential", "Variables must be numbered {{1}}, {{2}} and so on, in order.")
    if kind == "BODY":
        _review_places(text, variables)
    if "example" not in part:
        refuse(2388043, "Missing sample", f"component of type {kind} is missing expected field(s) (example)")


def _review_places(text: str, variables: list[str]) -> None:
    bare = re.sub(r"^[\s.,;:!?()\"'-]+|[\s.,;:!?()\"'-]+$", "", text)
    if bare.startswith("{{") or bare.endswith("}}"):
        where = "Variables can't be at the start or end of the template."
        refuse(2388299, "Leading or trailing params not allowed", where)
    if re.search(r"\}\}\W*\{\{", text):
        refuse(2388299, "Adjacent params not allowed", "Variables can't stand next to each other.")
    words = [word for word in VARIABLE.sub(" ", text).split() if re.search(r"\w", word)]
    if len(words) < 2 * len(variables) + 1:
        few = "This template has too many variables for its length. Reduce their number or increase the length."
        refuse(2388293, "Parameters words ratio exceeds limit", few)


def _review_buttons(buttons: list[Doc]) -> None:
    kinds = [str(button.get("type", "")).upper() for button in buttons]
    if len(buttons) > 10 or kinds.count("URL") > 2 or kinds.count("PHONE_NUMBER") > 1:
        refuse(2388060, "Too many buttons", "At most 10 buttons, 2 of them URL and 1 phone number.")
    if other := set(kinds) - {"QUICK_REPLY", "URL", "PHONE_NUMBER"}:
        raise errors.unknown("POST", f"template buttons of type {min(other)}")
    for button in buttons:
        if not 1 <= len(str(button.get("text", ""))) <= 25:
            refuse(2388060, "Button text is too long", "A button has 1 to 25 characters.")


def find_to_send(world: World, content: Doc) -> Doc:
    """The template a message names.

    Raises:
        ApiError: 132001 not there or not approved, 132015 paused, 132016 disabled.
    """
    name, language = content["name"], content["language"]["code"]
    template = world.store.get("template", key(name, language))
    if template and template["status"] == "PAUSED":
        raise errors.graph(132015, "Template is paused", details=f"template name ({name}) is paused in {language}")
    if template and template["status"] == "DISABLED":
        raise errors.graph(132016, "Template is disabled", details=f"template name ({name}) is disabled in {language}")
    if template is None or template["status"] != "APPROVED":
        details = f"template name ({name}) does not exist in {language}"
        raise errors.graph(132001, "Template name does not exist in the translation", status=404, details=details)
    return template


def held(world: World, content: Doc) -> str | None:
    """`held_for_quality_assessment` or `paused` while Meta paces this template, else None."""
    found: str | None = find_to_send(world, content).get("pacing")
    return found


def render(world: World, content: Doc) -> tuple[Doc, Doc]:
    """A template message as the phone shows it: (template, shown).

    Raises:
        ApiError: the parameters do not fit the template (132000, 132005, 132012, 132018, 131008, 100).
    """
    template = find_to_send(world, content)
    sent = list(_sent_parts(content))
    named = template["parameter_format"] == "NAMED"
    shown: Doc = {"template": template["name"], "language": template["language"], "category": template["category"]}
    body = component(template, "BODY") or {"text": ""}
    shown["text"] = _fill("body", body["text"], _parameters(sent, "body"), named=named)
    if len(shown["text"]) > 1024:
        raise errors.graph(132005, "Translated text too long", details="body: translated text is too long")
    shown |= _header(template, _parameters(sent, "header"), named=named)
    footer = component(template, "FOOTER")
    if footer:
        shown["footer"] = footer["text"]
    buttons = (component(template, "BUTTONS") or {"buttons": []})["buttons"]
    shown["buttons"] = [_button(index, each, sent) for index, each in enumerate(buttons)]
    return template, shown


def _sent_parts(content: Doc) -> Iterator[Doc]:
    for each in content.get("components") or []:
        if not isinstance(each, dict) or str(each.get("type", "")).lower() not in {"header", "body", "button"}:
            checks.bad("Param template['components'] has an entry of an unknown type")
        yield {**each, "type": str(each["type"]).lower()}


def _parameters(sent: list[Doc], kind: str) -> list[Doc]:
    return next((list(each.get("parameters") or []) for each in sent if each["type"] == kind), [])


def _fill(where: str, text: str, given: list[Doc], *, named: bool) -> str:
    wanted = list(dict.fromkeys(VARIABLE.findall(text)))
    if len(given) != len(wanted):
        raise _wrong_count(where, len(given), len(wanted))
    values: dict[str, str] = {}
    for place, parameter in enumerate(given):
        slot = parameter.get("parameter_name") if named else wanted[place]
        if named and not slot:
            checks.bad("Parameter name is missing or empty")
        values[str(slot)] = _value(parameter)
    if set(values) != set(wanted):
        details = f"{where}: parameter names do not match those of the template"
        raise errors.graph(132012, "Parameter format does not match format in the created template", details=details)
    return VARIABLE.sub(lambda found: values[found.group(1)], text)


def _wrong_count(where: str, given: int, wanted: int) -> errors.ApiError:
    counts = f"number of localizable_params ({given}) does not match the expected number of params ({wanted})"
    text = "Number of parameters does not match the expected number of params"
    return errors.graph(132000, text, details=f"{where}: {counts}")


def _value(parameter: Doc) -> str:
    kind = parameter.get("type")
    if kind in {"currency", "date_time"}:
        return str((parameter.get(str(kind)) or {}).get("fallback_value", ""))
    value = parameter.get("text")
    if kind != "text" or not isinstance(value, str) or not value:
        checks.missing("Parameter of type text is missing text value")
    if FORBIDDEN.search(value):
        raise errors.graph(132018, "There's an issue with the parameters in your template", details=PARAMETER_TEXT)
    return value


def _header(template: Doc, given: list[Doc], *, named: bool) -> Doc:
    header = component(template, "HEADER")
    form = str(header.get("format", "TEXT")).upper() if header else "NONE"
    if header and form == "TEXT":
        return {"header": _fill("header", header["text"], given, named=named)}
    if form in MEDIA_HEADERS:
        got = str(given[0].get("type", "UNKNOWN")).upper() if given else "UNKNOWN"
        if got != form:
            details = f"header: Format mismatch, expected {form}, received {got}"
            raise errors.graph(
                132012, "Parameter format does not match format in the created template", details=details
            )
        media = checks.part(given[0], form.lower())
        checks.media_source(media, form.lower())
        return {"media": {"kind": form.lower(), **media}}
    if given:
        raise _wrong_count("header", len(given), 0)
    return {}


def _button(index: int, button: Doc, sent: list[Doc]) -> Doc:
    kind = str(button["type"]).upper()
    parts = [each for each in sent if each["type"] == "button" and str(each.get("index")) == str(index)]
    given: list[Any] = list(parts[0].get("parameters") or []) if parts else []
    if kind == "QUICK_REPLY":
        payload = given[0].get("payload", button["text"]) if given else button["text"]
        return {"kind": "quick_reply", "title": button["text"], "id": payload}
    if kind == "URL":
        url = str(button["url"])
        if VARIABLE.search(url):
            if not given:
                checks.missing(f"buttons: Button at index {index} of type Url requires a parameter")
            url = VARIABLE.sub(lambda _found: _value(given[0]), url)
        return {"kind": "url", "title": button["text"], "id": url, "url": url}
    return {"kind": kind.lower(), "title": button["text"], "id": button.get("phone_number", button["text"])}
