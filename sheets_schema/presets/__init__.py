"""What a new workbook starts with, by kind of business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.policies import BY_NAME, POLICIES, Settings, context_of
from sheets_schema.snapshot import cells
from sheets_schema.tabs.settings import HOURS, PRICES
from sheets_schema.tabs.wording import TEMPLATES, TEXTS
from sheets_schema.texts.catalogue import load
from sheets_schema.texts.model import Message
from sheets_schema.texts.templates import template_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """One kind of business."""

    name: str
    #: policy -> value, where it is not the usual one
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: type of session -> cents per person
    prices: Mapping[str, int]
    #: weekday -> opening and closing time, local
    hours: Mapping[str, tuple[time, time]]


def seed_rows(preset: Preset, **own: Any) -> dict[str, dict[str, dict[str, Raw]]]:
    """The rows of a new workbook: tab key -> row id -> field -> raw cell. ``own``: settings of this studio, typed.

    Raises:
        TypeError: a setting of that name does not exist.
    """
    settings = Settings(**{**preset.settings, **own})
    context = context_of(settings, date(2000, 1, 1))  # writing a cell never looks at today
    return {
        "settings": {policy.name: setting_row(policy.name, settings) for policy in POLICIES},
        "prices": {
            f"{PRICES.prefix}{kind}": cells(PRICES, context, type=kind, per_person=cents)
            for kind, cents in preset.prices.items()
        },
        "hours": {
            f"{HOURS.prefix}{day.lower()}": cells(HOURS, context, day=day, opens=opens, closes=closes)
            for day, (opens, closes) in preset.hours.items()
        },
        "templates": template_seed(settings),
        "texts": {
            f"{TEXTS.prefix}{message.key}": cells(TEXTS, context, message=message.key, text=message.text)
            for message in load().messages.values()
            if message.kind == "F" and message.for_clients
        },
    }


def template_seed(settings: Settings) -> dict[str, dict[str, Raw]]:
    """The rows of Templates in a new workbook: row id -> field -> cell."""
    shipped = (message for message in load().messages.values() if message.is_template)
    return {template_id(message.key, "en"): template_row(message, settings) for message in shipped}


def template_id(key: str, language: str) -> str:
    """The row of Templates of a shipped message: ``w-booking.confirmed.en``."""
    return f"{TEMPLATES.prefix}{key}.{language}"


def template_row(message: Message, settings: Settings) -> dict[str, Raw]:
    """The cells of a shipped template; what WhatsApp says of it is not known yet."""
    spec = template_of(message, owner=settings.owner_name)
    return cells(
        TEMPLATES,
        context_of(settings, date(2000, 1, 1)),
        message=message.key,
        name=spec.name,
        language=spec.language,
        category=spec.category.lower(),
        body=message.text,
        buttons="; ".join(button.label for button in message.buttons),
    )


def setting_row(name: str, settings: Settings) -> dict[str, Raw]:
    """The cells of one row of Settings."""
    policy, context = BY_NAME[name], context_of(settings, date(2000, 1, 1))
    usual = policy.words(policy.usual, context)
    return {
        "setting": policy.title,
        "value": policy.kind.write(getattr(settings, name), context),
        "unit": policy.unit,
        "problem": None,
        "what": policy.what,
        "example": policy.example,
        "usual": usual,
    }
