"""Numbers, ids and times as WhatsApp writes them: taken when they are what they should be, else nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from webhook.foreign_json import text

#: Longest id taken for one; real ones have about 60 letters.
LONGEST_ID = 500
_NUMBER = re.compile(r"\+?([1-9][0-9]{5,14})")
#: business-scoped user id
_USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")


def e164(told: str) -> str:
    """``+`` and the digits of a WhatsApp number, "" when it is none. ASCII only: other digits name other people."""
    found = _NUMBER.fullmatch(told)
    return f"+{found[1]}" if found else ""


def user_id(told: str) -> str:
    """``told`` when it is a business-scoped user id, else ""."""
    return told if _USER_ID.fullmatch(told) else ""


def printable_id(value: Any) -> str:
    """An id that can be a key, else ""."""
    found = text(value)
    return found if found and found.isprintable() and len(found.encode()) <= LONGEST_ID else ""


def moment(value: Any, now: datetime) -> datetime:
    """Seconds since 1970, as text. What is no time, or lies more than a day ahead of us, is now."""
    told = text(value)
    if not (told.isascii() and told.isdigit() and len(told) <= 11):
        return now
    at = datetime.fromtimestamp(int(told), tz=UTC)
    return at if at <= now + timedelta(days=1) else now
