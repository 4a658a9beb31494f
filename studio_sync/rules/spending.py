"""The owner hears of what messages cost before they do: once a month, when most of the free ones are used."""

from __future__ import annotations

from sheets_schema.texts.catalogue import part
from studio_sync.rules import cost
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import nudge


def free_used_up(ink: Ink) -> None:
    """Most of the free messages of the month are used."""
    amount = cost.said(cost.at_this_pace(ink.snap, ink.now), ink.snap.settings.currency)
    values = {"n": str(cost.billed(ink.snap, ink.local.date()).service), "amount": amount}
    nudge(ink, "alert.budget", part("nudge.budget", **values), values=values)
