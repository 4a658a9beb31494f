"""Google Calendar v3, as far as the product calls it (facts/google.md 8)."""

from emulator.calendar.routes import VERBS, blueprint, dump

__all__ = ["VERBS", "blueprint", "dump"]
