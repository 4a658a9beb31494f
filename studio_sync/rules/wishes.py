"""What a client wanted outlives a workbook that is put back: STOP was said to us, and no version of a sheet unsays it.

Pure. Source: spec commit-chain 2, rule 16; promises 10 (data protection).
"""

from __future__ import annotations

from collections.abc import Mapping

from sheets_schema.cells import Raw

#: what may be sent, from most to least; a blank cell is the first
LESS = ("all", "bookings only", "stopped")


def still_wanted(known: Mapping[str, Raw], shown: Mapping[str, Raw]) -> dict[str, Raw]:
    """Cells of a row of Clients to write again, as far as we knew of fewer messages than it shows now."""
    wishes: dict[str, Raw] = {}
    if _least(known.get("messages")) > _least(shown.get("messages")):
        wishes["messages"] = known["messages"]
    if _said(known.get("consent")) == "no" and _said(shown.get("consent")) == "yes":
        wishes["consent"] = known["consent"]
    return wishes


def _least(raw: Raw | None) -> int:
    said = _said(raw)
    return LESS.index(said) if said in LESS else 0


def _said(raw: Raw | None) -> str:
    return str(raw if raw is not None else "").strip().lower()
