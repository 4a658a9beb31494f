"""A pause: watch, because the owner said "pause" in the chat. What was due waits, and leaves after "go on"."""

from __future__ import annotations

from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.machine import Change
from sheets_schema.tabs.settings import SETTINGS
from sheets_schema.texts.catalogue import part


def paused(snap: Snapshot) -> bool:
    """Whether nothing leaves because of a pause: the last word about the mode was one."""
    if snap.settings.mode != "watch":
        return False
    told = [c for c in snap.changes if c.row_id == "mode" and c.tab == SETTINGS.title and c.state == "done" and c.when]
    return bool(told) and max(told, key=_age).what == part("log.mode", mode="watch")


def _age(change: Change) -> tuple[float, int]:
    return change.when.timestamp() if change.when else 0.0, change.no or 0
