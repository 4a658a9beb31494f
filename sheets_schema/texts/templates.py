"""The texts of kind U and M as WhatsApp message templates: name, numbered body, parameters, what is submitted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sheets_schema.texts.catalogue import aliases, fill, fill_button, load
from sheets_schema.texts.model import PLACEHOLDER, Message, names_in
from sheets_schema.texts.reading import read_toml

_LONGEST_PARAMETER = 1024
_TALK_WITHOUT_NAME = "x" * 21  # longer than any label, so the short label is taken


@dataclass(frozen=True, kw_only=True)
class TemplateButton:
    """A button as it is fixed when the template is submitted."""

    label: str
    #: for a link: the address with `{{1}}` at its end; empty for a quick reply
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class TemplateSpec:
    """A message template as Meta stores it."""

    #: `booking.confirmed` -> `booking_confirmed_v1`
    name: str
    language: str
    #: UTILITY or MARKETING
    category: str
    #: with {{1}}.. in order of first appearance
    body: str
    #: the placeholders behind {{1}}..
    parameters: tuple[str, ...]
    #: one sample per parameter, for the review
    samples: tuple[str, ...]
    buttons: tuple[TemplateButton, ...] = ()
    #: a PDF stands at the top
    document_header: bool = False
    ttl_seconds: int = 0


def template_name(key: str) -> str:
    """`booking.confirmed` -> `booking_confirmed_v1`."""
    return key.replace(".", "_") + "_v1"


def template_of(
    message: Message, *, owner: str = "", link_base: str = "https://nowhere.example/i/", language: str = "en"
) -> TemplateSpec:
    """The template of a message of kind U or M; ValueError for any other kind.

    Labels of template buttons are fixed when submitted: `owner` is the name in "Talk to .." (empty or too long: "Talk
    to us"), `link_base` the public address in front of the link token.
    """
    if not message.is_template:
        raise ValueError(f"{message.key} is no template, its kind is {message.kind}")
    order = names_in(message.text)
    numbers = {name: f"{{{{{number}}}}}" for number, name in enumerate(order, start=1)}
    fixed = {"owner": owner or _TALK_WITHOUT_NAME, "base": link_base, "token": "{{1}}"}
    buttons = []
    for button in message.buttons:
        filled = fill_button(button, dict.fromkeys(names_in(button.id), "-") | fixed)
        buttons.append(TemplateButton(label=filled.label, url=filled.url))
    samples = load(language).placeholders
    return TemplateSpec(
        name=template_name(message.key),
        language=str(read_toml(f"{language}/words.toml")["template_code"]),
        category="MARKETING" if message.kind == "M" else "UTILITY",
        body=PLACEHOLDER.sub(lambda m: numbers[m[1]], message.text),
        parameters=order,
        samples=tuple(samples[name].sample for name in order),
        buttons=tuple(buttons),
        document_header=bool(message.document),
        ttl_seconds=message.ttl_seconds,
    )


def clean_parameter(value: str) -> str:
    """The value as Meta takes it: no line break, tab or run of more than 4 spaces, at most 1,024 letters.

    Otherwise the send is refused with code 132018: "Param text cannot have new-line/tab characters or more than 4
    consecutive spaces".
    """
    one_line = re.sub(r"\s*[\n\r\t\v\f\x1c-\x1e\x85\u2028\u2029]\s*", " ", value)
    return re.sub(r" {5,}", "    ", one_line).strip()[:_LONGEST_PARAMETER].rstrip()


def parameters(message: Message, values: Mapping[str, str]) -> tuple[str, ...]:
    """The body parameters in order, cleaned; ValueError names a placeholder that has no value."""
    found = []
    for name in names_in(message.text):
        value = clean_parameter(values.get(name, ""))
        if not value:
            raise ValueError(f"{message.key} needs a value for {{{name}}}")
        found.append(value)
    return tuple(found)


def link_token(message: Message, values: Mapping[str, str]) -> str:
    """The end of the address behind a link button, its one variable; empty if the message has no such button."""
    links = [button.url for button in message.buttons if button.url]
    return fill(links[0], {**values, "base": ""}) if links else ""


def submission(spec: TemplateSpec, *, header_handle: str = "sample") -> dict[str, Any]:
    """The body of `POST /<waba>/message_templates`; `header_handle` is the uploaded sample PDF of a document header."""
    components: list[dict[str, Any]] = []
    if spec.document_header:
        components.append({"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": [header_handle]}})
    body: dict[str, Any] = {"type": "BODY", "text": spec.body}
    if spec.samples:
        body["example"] = {"body_text": [list(spec.samples)]}
    components.append(body)
    if spec.buttons:
        components.append({"type": "BUTTONS", "buttons": [_button(button) for button in spec.buttons]})
    result: dict[str, Any] = {
        "name": spec.name,
        "language": spec.language,
        "category": spec.category,
        "parameter_format": "POSITIONAL",
        "components": components,
    }
    if spec.ttl_seconds:
        result["message_send_ttl_seconds"] = spec.ttl_seconds
    return result


def all_templates(
    *, owner: str = "", link_base: str = "https://nowhere.example/i/", language: str = "en"
) -> tuple[TemplateSpec, ...]:
    """Every template of a language, in the order of the catalogue."""
    return tuple(
        template_of(message, owner=owner, link_base=link_base, language=language)
        for message in load(language).messages.values()
        if message.is_template
    )


def key_of(template: str, language: str = "en") -> str:
    """The key behind a template name, today's or the older system's; ValueError if there is none."""
    for key, message in load(language).messages.items():
        if message.is_template and template_name(key) == template:
            return key
    if template in aliases():
        return aliases()[template][0]
    raise ValueError(f"No text for the template {template}")


def _button(button: TemplateButton) -> dict[str, Any]:
    if not button.url:
        return {"type": "QUICK_REPLY", "text": button.label}
    example = button.url.replace("{{1}}", "sample")
    return {"type": "URL", "text": button.label, "url": button.url, "example": [example]}
