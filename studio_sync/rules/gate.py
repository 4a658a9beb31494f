"""The gate: asked immediately before each message leaves. Its answer is half of the message's why.

Order: deadline, still true, mode, switched off, opt-out, her own answers by phone, quiet hours, customer service
window. Pure. How fast messages may follow each other is asked next, in pace.py.
Source: design 1 and 4.4, look-and-words 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

from sheets_schema.policies import BY_NAME, Settings
from sheets_schema.snapshot import Snapshot
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import load, part
from sheets_schema.texts.model import names_in
from sheets_schema.texts.own import WHOLE
from sheets_schema.texts.templates import template_name
from sheets_schema.wording import AtWhatsApp
from studio_sync.rules.braking import braked
from studio_sync.rules.effects import Send
from studio_sync.rules.pausing import paused

WINDOW = timedelta(hours=24)
#: during a pause a waiting message is looked at again so often
PAUSE_LOOK = timedelta(minutes=1)
#: an answer to something said within this time is never held by quiet hours
FRESH_ANSWER = timedelta(minutes=10)
#: a cancellation or move of a session that starts within this time is not held either
URGENT = timedelta(hours=12)
URGENT_TEXTS = ("booking.cancelled", "booking.moved", "booking.sick", "fix.")
#: small talk of ours, beside everything of class fresh
CHATTY = ("talk.", "hello.prospect")
#: setting -> what stops when it is off: how the key of its cause begins (a tick, a message that came), and its text
SWITCHES = (
    ("remind_evening", "tick:remind.tomorrow:", ""),
    ("remind_before", "tick:remind.next_hour:", ""),
    ("morning_digest", "tick:digest.morning:", ""),
    ("evening_digest", "tick:digest.evening:", ""),
    ("news_by_phone", "wamid.", "owner."),
)
#: status of a template that WhatsApp lets rest (132015), and how often it is looked at again
RESTS, REST_LOOK = "paused", timedelta(minutes=10)
#: a reminder held by quiet hours must leave this long before the session, or not at all
REMINDER_MARGIN = timedelta(minutes=20)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the gate says. ``rules`` are plain sentences for the why."""

    go: Literal["text", "template", "wait", "no", "would"]
    reason: str = ""
    until: datetime | None = None
    rules: tuple[str, ...] = ()
    #: with ``template``: which one
    template: AtWhatsApp | None = None
    #: of a "no": the person expects it, so the owner must hear that it did not go
    loud: bool = False


def gate(snap: Snapshot, send: Send, now: datetime) -> Verdict:
    """Whether and how ``send`` leaves at ``now`` (aware UTC)."""
    if send.deadline and now > send.deadline:
        return replace(_no("unsent.late"), loud=send.cls != "fresh")
    return silenced(snap, send, now) or _window(snap, send, now)


def silenced(snap: Snapshot, send: Send, now: datetime) -> Verdict | None:
    """What keeps a message back whatever the chat; None when only the customer service window is left to look at."""
    stopped = _no_longer_true(snap, send.about) or _braked(snap, send, now) or _mode(snap, send, now)
    stopped = stopped or _switched_off(snap, send)
    if stopped is None and not send.to_owner:
        stopped = _opted_out(snap, send) or _by_phone(snap, send, now) or _quiet(snap, send, now)
    return stopped


def _no(reason: str, **values: str) -> Verdict:
    return Verdict(go="no", reason=part(reason, **values))


def _window(snap: Snapshot, send: Send, now: datetime) -> Verdict:
    """Free text for 24 hours after the person's last message, the approved template after that."""
    settings = snap.settings
    heard = snap.last_heard(send.to)
    rules = [part("why.mode", mode=settings.mode)]
    found: AtWhatsApp | None = None
    if heard and now < heard + WINDOW:
        until = (heard + WINDOW).astimezone(settings.zone)
        rules.append(part("why.window", start=words.start(until, snap.context.today)))
    else:
        found = template_of(snap, send)
        if found is None:
            return replace(_no("untold.window"), loud=send.text != "hello.first_contact")
        if found.status == RESTS:
            return _rests(send, now)
        rules.append(part("why.window_closed", what=found.name))
    if not send.to_owner:
        quiet = held_by_quiet_hours(settings, "", None, now)
        rules.append(part("why.quiet_not_held" if quiet else "why.not_quiet"))
    return Verdict(go="template" if found else "text", rules=(" ".join(rules),), template=found)


def template_of(snap: Snapshot, send: Send) -> AtWhatsApp | None:
    """The template that says this to this person: approved, and all its gaps filled; in their language, then English.

    None when there is none. One that rests is the answer only when no other can be used. Where WhatsApp was not asked
    yet (a blank Status), it is tried: the refusal tells.
    """
    message = load().message(send.text)
    if not message.is_template:
        return None
    if not snap.wording.known:
        return AtWhatsApp(name=template_name(send.text), language="en", status="", parameters=names_in(message.text))
    rows = snap.wording.at_whatsapp(send.text, snap.language_of(send.who), snap.settings.language)
    filled = [row for row in rows if set(row.parameters) <= {*send.values, WHOLE}]
    usable = (row for status in ("approved", "", RESTS) for row in filled if row.status == status)
    return next(usable, None)


def _rests(send: Send, now: datetime) -> Verdict:
    """WhatsApp lets the template rest for hours: the message waits for it, as long as it is of use."""
    if send.deadline and now + REST_LOOK > send.deadline:
        return replace(_no("untold.window"), loud=True)
    return Verdict(go="wait", until=now + REST_LOOK, reason=part("unsent.template_rests"))


def _no_longer_true(snap: Snapshot, about: str) -> Verdict | None:
    """Why the message is no longer true, or None. ``about``: see ``effects.Send.about``."""
    kind, _, rest = about.partition(":")
    ident, _, wanted = rest.partition(":")
    if kind == "booking":
        booking = snap.bookings.get(ident)
        if booking is None:
            return _no("unsent.gone")
        states, _, start = wanted.partition("@")
        if states and booking.state not in states.split(","):
            return _no("unsent.state_now", state=booking.state or "-")
        if start and booking.date and booking.time and f"{booking.date} {booking.time:%H:%M}" != start:
            return _no("unsent.moved")
    if kind == "question":
        question = snap.questions.get(ident)
        if question is None or question.state != "open":
            return _no("unsent.answered")
    return None


def _braked(snap: Snapshot, send: Send, now: datetime) -> Verdict | None:
    """What came from a tab in which much changed at once waits until she has said whether it was her."""
    tab = "" if send.to_owner else braked(snap, send.key)
    return Verdict(go="wait", until=now + PAUSE_LOOK, reason=part("unsent.braked", tab=tab)) if tab else None


def _mode(snap: Snapshot, send: Send, now: datetime) -> Verdict | None:
    """Watch, rehearse and pilot hold back what goes to clients; what goes to the owner leaves in every mode."""
    mode = snap.settings.mode
    if send.to_owner or mode == "live":
        return None
    if mode == "rehearse":
        return Verdict(go="would", reason=part("unsent.rehearsing"))
    if mode == "pilot":
        client = snap.clients.get(send.who)
        return None if client is not None and client.pilot else _no("unsent.pilot")
    if paused(snap):
        return Verdict(go="wait", until=now + PAUSE_LOOK, reason=part("unsent.paused"))
    return _no("untold.mode", mode=mode)


def _switched_off(snap: Snapshot, send: Send) -> Verdict | None:
    """What leaves by itself and is off in Settings. What she asks for herself goes all the same."""
    for name, cause, texts in SWITCHES:
        if send.key.startswith(cause) and send.text.startswith(texts) and not getattr(snap.settings, name):
            return _no("unsent.switched_off", what=BY_NAME[name].title)
    return None


def _opted_out(snap: Snapshot, send: Send) -> Verdict | None:
    client = snap.clients.get(send.who)
    if client is None:
        return None
    if client.messages == "stopped" and not send.anyway and not send.text.startswith("stop."):
        return _no("untold.stopped")
    if load().message(send.text).kind == "M" and (client.messages == "bookings only" or client.consent != "yes"):
        return _no("unsent.no_news")
    return None


def _by_phone(snap: Snapshot, send: Send, now: datetime) -> Verdict | None:
    """The owner writes in this chat herself: nothing automatic talks into it, what is about a booking still goes."""
    minutes, wrote = snap.settings.quiet_after_answer, snap.answered_by_phone(send.to)
    chatty = send.cls == "fresh" or send.text.startswith(CHATTY)
    if not (minutes and wrote and chatty) or send.text == "talk.own_words":
        return None
    until = wrote + timedelta(minutes=minutes)
    return _no("unsent.by_phone", time=f"{until.astimezone(snap.settings.zone):%H:%M}") if now < until else None


def in_quiet(at: time, start: time, end: time) -> bool:
    """Whether ``at`` lies in [start, end), which may run over midnight."""
    if start <= end:
        return start <= at < end
    return at >= start or at < end


def held_by_quiet_hours(settings: Settings, text: str, start: datetime | None, now: datetime) -> datetime | None:
    """When the quiet hours that hold a message we start are over (local); None when it may leave at ``now``.

    ``start``: of the session it is about. That a session of the next hours is off or elsewhere is said at any time.
    """
    if settings.quiet_from is None or settings.quiet_to is None:
        return None
    local = now.astimezone(settings.zone)
    if not in_quiet(local.time(), settings.quiet_from, settings.quiet_to):
        return None
    if start and text.startswith(URGENT_TEXTS) and start - now <= URGENT:
        return None
    until = local.replace(hour=settings.quiet_to.hour, minute=settings.quiet_to.minute, second=0, microsecond=0)
    return until if until > local else until + timedelta(days=1)


def _quiet(snap: Snapshot, send: Send, now: datetime) -> Verdict | None:
    last_in = snap.last_heard(send.to)
    if send.answers and last_in and now - last_in <= FRESH_ANSWER:
        return None
    start = session_start(snap, send.about)
    until = held_by_quiet_hours(snap.settings, send.text, start, now)
    if until is None:
        return None
    if send.text.startswith("remind.") and start and until > start - REMINDER_MARGIN:
        return _no("unsent.quiet_close")
    return Verdict(go="wait", until=until.astimezone(now.tzinfo), reason=part("unsent.quiet", time=f"{until:%H:%M}"))


def session_start(snap: Snapshot, about: str) -> datetime | None:
    """The instant (aware, studio zone) of the session a message is about, or None."""
    if not about.startswith("booking:"):
        return None
    booking = snap.bookings.get(about.split(":")[1])
    if booking is None or booking.date is None or booking.time is None:
        return None
    return datetime.combine(booking.date, booking.time, tzinfo=snap.settings.zone)
