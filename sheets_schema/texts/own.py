"""Her own words for our messages: checked when they are read, and laid over those we ship. Pure.

Words that cannot be used change nothing: the shipped ones stay in force, and the problem stands in the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from sheets_schema.texts.catalogue import load
from sheets_schema.texts.model import OPTIONAL, Message, names_in
from sheets_schema.texts.review import LONGEST, refused, selling_in

#: a gap every template has: all of our words in one line, for templates of an older system with one variable
WHOLE = "words"
_BRACES = re.compile(r"\{([^{}]*)\}")
_LONGEST_LABEL = 20
#: what the review refuses -> problem text
_REFUSED = {
    "ends": "problem.words_end",
    "beside": "problem.words_beside",
    "twice": "problem.words_twice",
    "few": "problem.words_few",
    "optional": "problem.words_optional",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why words of hers are not used: the field of the row, the key of the problem text and what fills it."""

    column: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


def labels_of(cell: str) -> tuple[str, ...]:
    """The labels in a Buttons cell: ``I'll be there; Can't make it``."""
    return tuple(label for part in re.split(r"[;\n]", cell) if (label := " ".join(part.split())))


@lru_cache(maxsize=2048)
def template_fault(key: str, body: str, buttons: str = "", category: str = "") -> Fault | None:
    """What is wrong with her words for a template; None when they can be sent in."""
    message = load().messages.get(key)
    if message is None or not message.is_template:
        return Fault(column="message", text="problem.words_unknown", values={"word": key or "-"})
    fault = _gaps(message, body, "body", {*message.required, *message.also, WHOLE}) if body else None
    if fault is None and body:
        fault = next((Fault(column="body", text=_REFUSED[what]) for what, _ in refused(body)), None)
    if fault is None and len(body) > LONGEST:
        fault = Fault(column="body", text="problem.too_long", values={"n": str(len(body)), "k": str(LONGEST)})
    if fault is None and category != "marketing" and message.kind == "U" and (sold := selling_in(body)):
        fault = Fault(column="body", text="problem.words_selling", values={"word": sold[0]})
    return fault or _buttons(message, buttons)


@lru_cache(maxsize=2048)
def text_fault(key: str, text: str, buttons: str = "") -> Fault | None:
    """What is wrong with her words for a message that needs no approval; None when they can be used."""
    message = load().messages.get(key)
    if message is None or message.is_template or message.kind not in {"F", "D"}:
        return Fault(column="message", text="problem.words_unknown", values={"word": key or "-"})
    fault = _gaps(message, text, "text", {*message.placeholders, *message.also}) if text else None
    sometimes = set(names_in(OPTIONAL.sub("", text))) - message.required - message.also
    if fault is None and sometimes:
        name = min(sometimes)
        fault = Fault(column="text", text="problem.words_sometimes", values={"word": f"{{{name}}}"})
    return fault or _buttons(message, buttons)


def _gaps(message: Message, text: str, column: str, known: set[str] | frozenset[str]) -> Fault | None:
    """A gap that is none of this message's."""
    allowed = sorted(known - load().ids.keys())
    for name in _BRACES.findall(text):
        if name not in allowed:
            return Fault(
                column=column,
                text="problem.words_gap",
                values={"word": f"{{{name}}}", "list": _some(_first_own(message, allowed))},
            )
    if "{" in _BRACES.sub("", text) or "}" in _BRACES.sub("", text):
        return Fault(column=column, text="problem.words_brace", values={"example": "{first}"})
    return None


def _some(names: list[str]) -> str:
    """As many gaps as the problem has room for, whole."""
    shown = ""
    for name in names:
        longer = f"{shown}, {{{name}}}" if shown else f"{{{name}}}"
        if len(longer) > load().cell_limits["list"]:
            break
        shown = longer
    return shown or "-"


def _first_own(message: Message, allowed: list[str]) -> list[str]:
    """Those our own words use come first: they say best what the message is about."""
    ours = [name for name in names_in(message.text) if name in allowed]
    return [*ours, *(name for name in allowed if name not in ours and name != WHOLE)]


def _buttons(message: Message, cell: str) -> Fault | None:
    labels = labels_of(cell)
    if not labels:
        return None
    wanted = message.rows or message.buttons
    if len(labels) != len(wanted):
        ours = "; ".join(button.label for button in wanted) or "-"
        return Fault(column="buttons", text="problem.words_buttons", values={"k": str(len(wanted)), "list": ours})
    for label, button in zip(labels, wanted, strict=True):
        # A name in a label is filled by us, and gives way to the short label when it is long.
        known = set(names_in(button.label))
        if len(label) > _LONGEST_LABEL and not known:
            return Fault(column="buttons", text="problem.words_label", values={"word": label})
        if set(names_in(label)) - known:
            return Fault(column="buttons", text="problem.words_label", values={"word": label})
    if len({label.casefold() for label in labels}) < len(labels):
        return Fault(column="buttons", text="problem.words_same")
    return None


@lru_cache(maxsize=2048)
def worded(key: str, text: str, buttons: str = "") -> Message:
    """The shipped message with her words and labels in place of ours. Raises ``ValueError`` for an unknown key."""
    message = load().message(key)
    labels = labels_of(buttons)
    changed = replace(message, text=text or message.text)
    wanted = message.rows or message.buttons
    if len(labels) != len(wanted):
        return changed
    parts = tuple(replace(button, label=label) for button, label in zip(wanted, labels, strict=True))
    return replace(changed, rows=parts) if message.rows else replace(changed, buttons=parts)
