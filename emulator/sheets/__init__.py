"""Google Sheets v4, as far as the product calls it (facts/google.md 1 to 6)."""

from emulator.sheets.routes import blueprint, dump

__all__ = ["blueprint", "dump"]
