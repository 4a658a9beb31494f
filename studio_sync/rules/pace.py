"""How fast we may send: one person, our number, and how many people we may write to first (facts whatsapp 1.4, 1.5).

A person: 45 messages at once, borrowed from the future, then one in 6 seconds. What was borrowed stands in one instant,
``free_at``: when this person's account would be even again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sheets_schema.policies import Settings
from sheets_schema.texts.catalogue import load, part
from studio_sync.rules.codes import Act
from studio_sync.rules.effects import Send
from studio_sync.rules.gate import Verdict
from studio_sync.rules.traffic import DAY, Traffic

BURST, GAP = 45, timedelta(seconds=6)
#: of the people we may write to first, so many in a hundred are kept for bookings when there is news to send
KEPT = 25
#: names of pauses: all, after an answer or after a late word; our number; news. A person's is the address, an approved
#: message's ``template:<key of its text>``
ALL, ACCOUNT, NUMBER, NEWS = "*", "account", "number", "news"


def borrowed(free_at: datetime | None, now: datetime) -> datetime:
    """``free_at`` after one more message at ``now``."""
    return _even(free_at, now) + GAP


def paced(settings: Settings, send: Send, verdict: Verdict, traffic: Traffic, now: datetime) -> Verdict | None:
    """What a message that may leave still has to wait for, or None."""
    resting = _resting(send, verdict, traffic, now)
    if resting is not None:
        return resting
    ahead = _even(traffic.free_at, now) - now - (BURST - 1) * GAP
    if ahead > timedelta(0):
        return _wait(now + ahead)
    if traffic.last_second >= settings.messages_per_second:
        return _wait(now + timedelta(seconds=1))
    return _budget(settings, send, traffic, now) if verdict.go == "template" else None


def back_off(act: Act | None, tries: int) -> timedelta:
    """How long to rest after the ``tries``-th refusal in a row. WhatsApp names no time of its own (facts 1.4)."""
    match act:
        case Act.SLOW_PERSON:
            return timedelta(seconds=min(4**tries, 3600))
        case Act.SLOW_NUMBER:
            return timedelta(seconds=min(2**tries, 60))
        case Act.SLOW_ACCOUNT:
            return timedelta(seconds=min(30 * 2**tries, 3600))
        case Act.STOP:
            return timedelta(seconds=min(60 * 2 ** max(tries - 3, 0), 900))
        case Act.NO_NEWS:
            return DAY
        case Act.RESTS:
            return timedelta(hours=3 if tries == 1 else 6)
        case _:
            return timedelta(seconds=min(2 ** (tries - 1), 30))


def pause_name(act: Act | None, send: Send) -> str:
    """What rests after a refusal."""
    match act:
        case Act.SLOW_PERSON:
            return send.to
        case Act.NO_NEWS:
            return NEWS
        case Act.RESTS:
            return f"template:{send.text}"
        case Act.STOP:
            return ALL
        case _:
            return NUMBER


def _even(free_at: datetime | None, now: datetime) -> datetime:
    if free_at is None or free_at - now > (BURST + 1) * GAP:  # the clock was put back
        return now
    return max(free_at, now)


def _wait(until: datetime, reason: str = "") -> Verdict:
    return Verdict(go="wait", until=until, reason=reason)


def _resting(send: Send, verdict: Verdict, traffic: Traffic, now: datetime) -> Verdict | None:
    person = traffic.pauses.get(send.to)
    if person is not None and person.holds(now):
        return _wait(person.until)
    for name in (NEWS, f"{NEWS}:{send.to}") if load().message(send.text).kind == "M" else ():
        news = traffic.pauses.get(name)
        if news is not None and news.holds(now):
            return _wait(news.until, part("unsent.spam" if name == NEWS else "refused.spared"))
    template = traffic.pauses.get(f"template:{send.text}") if verdict.go == "template" else None
    if template is not None and template.holds(now):
        return _wait(template.until, part("unsent.template_rests"))
    return None


def _budget(settings: Settings, send: Send, traffic: Traffic, now: datetime) -> Verdict | None:
    """So many different people may be written to first in 24 hours; who wrote to us does not count."""
    most = settings.first_messages
    if most is None or traffic.among:
        return None
    if load().message(send.text).kind == "M":
        most -= most * KEPT // 100
    if traffic.reached < most:
        return None
    until = max(traffic.frees_at or now, now + timedelta(minutes=1))
    number = str(settings.first_messages)
    if send.deadline and until > send.deadline:
        return Verdict(go="no", reason=part("unsent.budget_late", n=number), loud=True)
    return _wait(until, part("unsent.budget", n=number, time=f"{until.astimezone(settings.zone):%H:%M}"))
