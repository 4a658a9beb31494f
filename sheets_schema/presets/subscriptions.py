"""Monthly subscriptions in Brazil: no sessions, payments that fall due, reminders before and after, reais."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from sheets_schema.presets import Preset

_DAY = (time(9), time(18))

SUBSCRIPTIONS = Preset(
    name="subscriptions",
    settings={
        "zone": ZoneInfo("America/Sao_Paulo"),
        "country": "BR",
        "currency": "R$",
        "morning_digest": time(9),
        # Nobody comes: there is no session to remind of.
        "remind_evening": None,
        "remind_before": None,
        "quiet_to": time(9),
        "pay_by_day": 10,
        "remind_before_due": 3,
        "remind_after_due": (1, 5),
        "payment_thanks": True,
    },
    prices={},
    hours=dict.fromkeys(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"), _DAY),
)
