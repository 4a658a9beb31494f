"""Calendar's times: read with an offset or a zone, kept as given, shown in the calendar's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator.google_errors import CalendarError
from emulator.google_wire import Json


def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises:
        CalendarError: 400.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CalendarError(400, "Invalid time zone.", "invalid") from error


def query_instant(text: str) -> float:
    """Epoch seconds of a timeMin or the like: RFC 3339 with an offset.

    Raises:
        CalendarError: 400 `Bad Request`.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CalendarError(400, "Bad Request", "badRequest") from error
    if moment.tzinfo is None:
        raise CalendarError(400, "Bad Request", "badRequest")
    return moment.timestamp()


def epoch(moment: Json, which: str, calendar_zone: str) -> float:
    """Epoch seconds of an event's `start` or `end` (`which`); a whole day begins at the calendar's midnight.

    Raises:
        CalendarError: 400 for a time without date, without zone, or unreadable.
    """
    if not moment.get("date") and not moment.get("dateTime"):
        raise CalendarError(400, f"Missing {which} time.", "required")
    try:
        if moment.get("date"):
            return datetime.combine(date.fromisoformat(moment["date"]), time.min, zone(calendar_zone)).timestamp()
        parsed = datetime.fromisoformat(moment["dateTime"])
    except ValueError as error:
        raise CalendarError(400, f'Invalid value for: Invalid format: "{moment}"', "invalid") from error
    if parsed.tzinfo is None:
        if not moment.get("timeZone"):
            raise CalendarError(400, f"Missing time zone definition for {which} time.", "required")
        parsed = parsed.replace(tzinfo=zone(moment["timeZone"]))
    return parsed.timestamp()


def shown(moment: Json, seconds: float, calendar_zone: str) -> Json:
    """`start` or `end` as answered."""
    if moment.get("date"):
        return {"date": moment["date"]}
    return {"dateTime": offset_text(seconds, calendar_zone), "timeZone": moment.get("timeZone") or calendar_zone}


def offset_text(seconds: float, name: str) -> str:
    """RFC 3339 with the zone's offset, `Z` for UTC."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone(zone(name))
    return local.isoformat(timespec="seconds").replace("+00:00", "Z")


def stamp(moment: datetime, *, whole: bool = False) -> str:
    """An instant with milliseconds, `created` with .000 (`whole`)."""
    milliseconds = 0 if whole else moment.microsecond // 1000
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds:03d}Z"
