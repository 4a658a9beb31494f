"""Why something was done by her hand: the sentence that stands in Messages."""

from __future__ import annotations

from sheets_schema.texts.catalogue import part
from studio_sync.rules.ink import Ink


def why_ticked(ink: Ink, column: str) -> str:
    """She ticked a box: "Nadine ticked Send at 08:41."."""
    return part("why.ticked", owner=_owner(ink), column=column, time=ink.clock)


def why_cleared(ink: Ink, column: str) -> str:
    """She took a tick out again: "Nadine cleared No-show at 08:41."."""
    return part("why.cleared", owner=_owner(ink), column=column, time=ink.clock)


def why_typed(ink: Ink, column: str) -> str:
    """She typed: "Nadine changed Bookings at 08:41."."""
    return part("why.typed", owner=_owner(ink), column=column, time=ink.clock)


def _owner(ink: Ink) -> str:
    return ink.snap.settings.owner_name or part("blank.owner")
