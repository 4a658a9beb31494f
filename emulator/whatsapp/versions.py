"""Versions of the Graph API: which live at a time, and what a call to one that does not is answered with."""

from __future__ import annotations

from datetime import date

from emulator import errors

#: version -> the day from which it is gone (facts/whatsapp.md 1.5)
ENDS = {
    20: date(2026, 9, 24),
    21: date(2027, 1, 21),
    22: date(2027, 5, 20),
    23: date(2027, 10, 8),
    24: date(2028, 2, 18),
    25: date(2028, 7, 29),
}
NEWEST = 26


def served(asked: str, path: str, today: date) -> int:
    """The version that answers a call to `asked`, such as "v21.0": a dead one is served by the oldest that lives.

    Raises:
        ApiError: 2500, a version that does not exist yet.
    """
    number = float(asked[1:])
    if number > NEWEST:
        raise errors.graph(2500, f"Unknown path components: {path}", plain=True)
    oldest = min([version for version, end in ENDS.items() if today < end], default=NEWEST)
    return max(int(number), oldest)
