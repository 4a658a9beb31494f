"""The gate: asked immediately before each message leaves. Its answer is half of the message's why.

Order: deadline, still true, mode, opt-out, quiet hours, customer service window. Pure; source: design 1 and 4.4, look-and-words 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from sheets_schema.snapshot import Snapshot
from sheets_schema.texts.catalogue import load
from studio_sync.rules.effects import Send

WINDOW = timedelta(hours=24)
#: an answer to something said within this time is never held by quiet hours
FRESH_ANSWER = timedelta(minutes=10)
#: a cancellation or move of a session that starts within this time is not held either
URGENT = timedelta(hours=12)
#: a reminder held by quiet hours must leave this long before the session, or not at all
REMINDER_MARGIN = timedelta(minutes=20)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the gate says. ``rules`` are plain sentences for the why."""

    go: Literal["text", "template", "wait", "no", "would"]
    reason: str = ""
    until: datetime | None = None
    rules: tuple[str, ...] = ()


def gate(snap: Snapshot, send: Send, now: datetime) -> Verdict:
    """Whether and how ``send`` leaves at ``now`` (aware UTC)."""
    settings = snap.settings
    if send.deadline and now > send.deadline:
        return Verdict(go="no", reason="it came too late to be useful")
    stale = _no_longer_true(snap, send.about)
    if stale:
        return Verdict(go="no", reason=stale)
    blocked = _mode(snap, send)
    if blocked:
        return blocked
    if not send.to_owner:
        refused = _opted_out(snap, send)
        if refused:
            return Verdict(go="no", reason=refused)
        held = _quiet(snap, send, now)
        if held:
            return held
    last_in = snap.chats.get(send.to)
    open_until = last_in + WINDOW if last_in else None
    quiet = "" if send.to_owner else "Not quiet hours."
    if open_until and now < open_until:
        local = open_until.astimezone(settings.zone)
        words = (
            f"Mode {settings.mode}. Chat open until {local:%a} {local.day} {local:%b} {local:%H:%M}. {quiet}".strip()
        )
        return Verdict(go="text", rules=(words,))
    kind = load().message(send.text).kind
    if kind in {"U", "M"}:
        words = f"Mode {settings.mode}. Chat closed, so an approved message was used. {quiet}".strip()
        return Verdict(go="template", rules=(words,))
    return Verdict(go="no", reason="no approved message for it, and the last chat is over 24 h ago")


def _no_longer_true(snap: Snapshot, about: str) -> str:
    """Why the message is no longer true, or "". ``about``: see ``effects.Send.about``."""
    if not about:
        return ""
    kind, _, rest = about.partition(":")
    ident, _, wanted = rest.partition(":")
    if kind == "booking":
        booking = snap.bookings.get(ident)
        if booking is None:
            return "the booking is gone"
        states, _, start = wanted.partition("@")
        if states and booking.state not in states.split(","):
            return f"the booking is now: {booking.state}"
        if start and booking.date and booking.time and f"{booking.date} {booking.time:%H:%M}" != start:
            return "the session has moved"
    if kind == "question":
        question = snap.questions.get(ident)
        if question is None or question.state != "open":
            return "it is already answered"
    return ""


def _mode(snap: Snapshot, send: Send) -> Verdict | None:
    """Watch, rehearse and pilot hold back what goes to clients; the owner's own answers always go."""
    mode = snap.settings.mode
    if send.to_owner or mode == "live":
        return None
    if mode == "rehearse":
        return Verdict(go="would", reason="rehearsing")
    if mode == "pilot":
        client = snap.clients.get(send.who)
        return (
            None
            if client and client.pilot
            else Verdict(go="no", reason="the mode is pilot and this client is not ticked")
        )
    return Verdict(go="no", reason="the mode is watch")


def _opted_out(snap: Snapshot, send: Send) -> str:
    client = snap.clients.get(send.who)
    if client is None:
        return ""
    if client.messages == "stopped" and not send.text.startswith("stop."):
        return "no messages wanted"
    if load().message(send.text).kind == "M" and (client.messages == "bookings only" or client.consent != "yes"):
        return "no news wanted"
    return ""


def in_quiet(at: time, start: time, end: time) -> bool:
    """Whether ``at`` lies in [start, end), which may run over midnight."""
    if start <= end:
        return start <= at < end
    return at >= start or at < end


def _quiet(snap: Snapshot, send: Send, now: datetime) -> Verdict | None:
    settings = snap.settings
    if settings.quiet_from is None or settings.quiet_to is None:
        return None
    local = now.astimezone(settings.zone)
    if not in_quiet(local.timetz().replace(tzinfo=None), settings.quiet_from, settings.quiet_to):
        return None
    last_in = snap.chats.get(send.to)
    if last_in and now - last_in <= FRESH_ANSWER:
        return None
    start = session_start(snap, send.about)
    if start and send.text.startswith(("booking.cancelled", "booking.moved")) and start - now <= URGENT:
        return None
    until = local.replace(hour=settings.quiet_to.hour, minute=settings.quiet_to.minute, second=0, microsecond=0)
    if until <= local:
        until += timedelta(days=1)
    if send.text.startswith("remind.") and start and until > start - REMINDER_MARGIN:
        return Verdict(go="no", reason="quiet hours end too close to the session")
    return Verdict(go="wait", until=until.astimezone(now.tzinfo), reason=f"quiet hours until {until:%H:%M}")


def session_start(snap: Snapshot, about: str) -> datetime | None:
    """The instant (aware, studio zone) of the session a message is about, or None."""
    if not about.startswith("booking:"):
        return None
    booking = snap.bookings.get(about.split(":")[1])
    if booking is None or booking.date is None or booking.time is None:
        return None
    return datetime.combine(booking.date, booking.time, tzinfo=snap.settings.zone)
