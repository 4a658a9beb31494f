"""A Pilates studio: single, duo, trio and group sessions, billed by the month."""

from __future__ import annotations

from datetime import time

from sheets_schema.presets import Preset

_WEEKDAY = (time(7), time(18))

PILATES = Preset(
    name="pilates",
    prices={"single": 300_00, "duo": 250_00, "trio": 180_00, "group": 180_00},
    hours={
        **dict.fromkeys(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), _WEEKDAY),
        "Saturday": (time(8), time(12)),
    },
)
