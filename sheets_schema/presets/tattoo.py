"""A tattoo artist in Britain: one person at a time, long sessions, pounds."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from sheets_schema.presets import Preset

_WEEKDAY = (time(10), time(18))

TATTOO = Preset(
    name="tattoo",
    settings={
        "zone": ZoneInfo("Europe/London"),
        "country": "GB",
        "currency": "£",
        # Messages leave while the artist works, not at six in the morning.
        "morning_digest": time(9),
        "quiet_from": time(21),
        "quiet_to": time(9),
        # A tattoo takes half a day: two days to fill it again, two hours to get there.
        "cancel_free_hours": 48,
        "remind_before": 120,
        "pay_by_day": 7,
    },
    # A sitting of three hours at £130 an hour; a larger piece has its own Price in its booking.
    prices={"single": 390_00},
    hours={
        **dict.fromkeys(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), _WEEKDAY),
        "Saturday": (time(10), time(16)),
    },
)
