"""The published limits per minute, on unless switched off; windows slide by the stand-ins' clock."""

from __future__ import annotations

from collections import deque
from typing import Any

from emulator import errors
from emulator.world import World

#: calls per minute and token; Sheets per facts/google.md 5, Calendar likewise; Drive's unit prices are not published
DEFAULTS: dict[str, Any] = {
    "on": True,
    "sheets.read": 60,
    "sheets.write": 60,
    "calendar": 600,
    #: most events of one page of a list, whatever was asked for
    "calendar.page": 2500,
    #: WhatsApp: messages per second and number, then the pair rate: burst per user and seconds per message
    "whatsapp.throughput": 80,
    "whatsapp.pair_burst": 45,
    "whatsapp.pair_seconds": 6.0,
    #: people reached outside the window in 24 hours, templates kept in all, and templates made in an hour
    "whatsapp.unique_users": 250,
    "whatsapp.templates": 250,
    "whatsapp.templates_hour": 100,
}


def numbers(world: World) -> dict[str, Any]:
    """The limits in force."""
    return {**DEFAULTS, **(world.store.get("world", "quota") or {})}


def change(world: World, wanted: dict[str, Any]) -> dict[str, Any]:
    """Set some of the limits.

    Raises:
        ValueError: a limit of that name does not exist.
    """
    if unknown := set(wanted) - set(DEFAULTS):
        raise ValueError(f"no limit {', '.join(sorted(unknown))}; there are {', '.join(DEFAULTS)}")
    world.store.put("world", "quota", {**(world.store.get("world", "quota") or {}), **wanted})
    return numbers(world)


def spend(world: World, name: str, reads: bool, token: str) -> None:
    """Count one call of a Google service.

    Raises:
        ApiError: the minute is full; the call does not count then.
    """
    family = name.partition(".")[0]
    if family not in ("sheets", "calendar"):
        return
    limits = numbers(world)
    key = f"sheets.{'read' if reads else 'write'}" if family == "sheets" else "calendar"
    if not limits["on"] or _taken(world, f"{key}:{token}", 60.0, limits[key]):
        return
    if family == "sheets":
        raise sheets_exhausted(reads=reads, limit=limits[key])
    raise errors.google(403, "User Rate Limit Exceeded", reason="userRateLimitExceeded", domain="usageLimits")


def _taken(world: World, key: str, seconds: float, limit: int) -> bool:
    now = world.clock.now().timestamp()
    with world.lock:
        window = world.windows.setdefault(key, deque())
        while window and not now - seconds < window[0] <= now:
            window.popleft()
        if len(window) >= limit:
            return False
        window.append(now)
        return True


def per_second(world: World, key: str, limit: int) -> bool:
    """Take one of `limit` calls in a second; False when they are used up."""
    return _taken(world, key, 1.0, limit)


def per_hour(world: World, key: str, limit: int) -> bool:
    """Take one of `limit` calls in an hour; False when they are used up."""
    return _taken(world, key, 3600.0, limit)


def sheets_exhausted(*, reads: bool, limit: int = 60) -> errors.ApiError:
    """Sheets' 429, word for word as recorded."""
    word, metric = ("Read", "read_requests") if reads else ("Write", "write_requests")
    message = (
        f"Quota exceeded for quota metric '{word} requests' and limit '{word} requests per minute per user' of "
        "service 'sheets.googleapis.com' for consumer 'project_number:100000000001'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "quota_metric": f"sheets.googleapis.com/{metric}",
            "quota_unit": "1/min/{project}",
            "quota_location": "global",
            "quota_limit": f"{word}RequestsPerMinutePerUser",
            "quota_limit_value": str(limit),
            "service": "sheets.googleapis.com",
            "consumer": "projects/100000000001",
        },
    }
    more = {
        "description": "Request a higher quota limit.",
        "url": "https://cloud.google.com/docs/quotas/help/request_increase",
    }
    help_ = {"@type": "type.googleapis.com/google.rpc.Help", "links": [more]}
    return errors.google(429, message, details=[info, help_])


def pair(world: World, user: str, burst: int, seconds: float) -> bool:
    """WhatsApp's pair rate: one message per `seconds` and user; up to `burst` may be borrowed from the future."""
    now = world.clock.now().timestamp()
    with world.lock:
        window = world.windows.setdefault(f"pair:{user}", deque([0.0]))
        # A clock set back must not leave the user blocked for the hours between.
        due = max(window[0], now) if window[0] - now <= burst * seconds else now
        if due - now > (burst - 1) * seconds:
            return False
        window[0] = due + seconds
        return True
