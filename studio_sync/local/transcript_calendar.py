"""The diary as an iCalendar file (RFC 5545): folded lines, UTC, one VEVENT per session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any


def ics(name: str, events: Iterable[dict[str, Any]]) -> bytes:
    """The whole file; times in UTC, so that no zone table is needed."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//studio_sync//local studio//EN", f"X-WR-CALNAME:{_text(name)}"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event['iCalUID'] if event.get('iCalUID') else event['id'] + '@nowhere.example'}",
            f"DTSTAMP:{_utc(event.get('updated') or event['start']['dateTime'])}",
            f"DTSTART:{_utc(event['start']['dateTime'])}",
            f"DTEND:{_utc(event['end']['dateTime'])}",
            f"SUMMARY:{_text(event.get('summary', ''))}",
            f"STATUS:{str(event.get('status', 'confirmed')).upper()}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_fold(line) for line in lines).encode()


def _utc(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _fold(line: str) -> str:
    """At most 75 bytes a line, never cut inside a letter (3.1)."""
    folded, size = [""], 0
    for letter in line:
        length = len(letter.encode())
        if size + length > 75:
            folded.append(" ")
            size = 1
        folded[-1] += letter
        size += length
    return "\r\n".join(folded) + "\r\n"
