"""What became of the messages of a history, by class: promises are about each of them, these are the shares of all.

Source: promises 7 and 11. Truth is what WhatsApp saw and what the row says in the sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from studio_sync.rules.ink import message_id
from tests.histories.checks import WITH
from tests.histories.findings import Findings

#: (class, fate) -> messages. "left": WhatsApp saw it, or it may have; of these "twice" and "held" are parts
Fates = Counter[tuple[str, str]]
CLASSES = {"once": "once", "at_least_once": "at least once", "fresh": "fresh"}
GONE = {"sent", "delivered", "read"}


def fates(seen: Findings) -> Fates:
    """The messages that left or may have: how often twice, held for a person, or lost without a word."""
    seen_by_whatsapp = Counter(str(message.get("tag")) for message in seen.out)
    ids = {message_id(tag) for tag in seen_by_whatsapp}
    rows = {str(row["Key"]): row for row in seen.rows("Messages") if row["Way"] == "out"}
    found: Fates = Counter()
    for key, send in seen.sends.items():
        times, row = seen_by_whatsapp[key], rows.get(key, {})
        state = str(row.get("State", ""))
        joined = bool(ids & set(WITH.findall(str(row.get("Why", "")))))
        lost = not times and not joined and state in GONE
        if times or joined or lost or state == "held":
            found[send.cls, "left"] += 1
        found[send.cls, "twice"] += times > 1
        found[send.cls, "held"] += state == "held"
        found[send.cls, "missing"] += lost
    return found


def said(counts: Mapping[tuple[str, str], int]) -> list[str]:
    """A line per class: how many left, which share of them twice and held, and how many were lost in silence."""
    lines = []
    for cls, name in CLASSES.items():
        left = counts.get((cls, "left"), 0)
        shares = [f"{_share(counts.get((cls, fate), 0), left)} {fate}" for fate in ("twice", "held")]
        missing = counts.get((cls, "missing"), 0)
        lines.append(f"messages of class {name}: {left} left, {', '.join(shares)}, {missing} missing")
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)" if whole else "0"
