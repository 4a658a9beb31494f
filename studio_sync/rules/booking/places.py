"""Is there a place? Looks at the diary as last seen, with our own undelivered changes laid over it. Pure.

The diary transaction asks the same question once more on the fresh day, so a place promised here is never given twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sheets_schema.diary import DiaryEvent
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import CAPACITY
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.rules.people import called_first

MINUTES = 55


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A place someone would like. ``start`` aware, studio zone."""

    start: datetime
    minutes: int
    type: str
    client: str
    #: book although the studio is closed then
    anyway: bool = False

    @property
    def end(self) -> datetime:
        """When it is over, aware UTC."""
        return self.start.astimezone(UTC) + timedelta(minutes=self.minutes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A free place: in a session that is there (``event``) or in a new one."""

    event: DiaryEvent | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoPlace:
    """Why not: the key of an answer text without its prefix, and what fills it."""

    reason: str
    values: dict[str, str]


def clash(events: Iterable[DiaryEvent], wanted: Wanted) -> DiaryEvent | None:
    """The event that stands in the way, or None. A session of the same type and start with a free seat does not."""
    for event in events:
        if event.gone or not event.blocks or event.end <= wanted.start or event.start >= wanted.end:
            continue
        if joinable(event, wanted):
            continue
        return event
    return None


def joinable(event: DiaryEvent, wanted: Wanted) -> bool:
    """Whether ``event`` is the session that ``wanted`` would sit in, with room for one more."""
    return same_session(event, wanted) and len(event.seats) < event.capacity


def same_session(event: DiaryEvent, wanted: Wanted) -> bool:
    """One of our sessions of that start and type; a bare hold keeps its time for someone else."""
    bare = event.held and not event.seats
    return bool(event.session) and not bare and event.start == wanted.start and event.type == wanted.type


def find_place(snap: Snapshot, wanted: Wanted, now: datetime, *, leaving: Collection[str] = ()) -> Place | NoPlace:
    """A place for ``wanted``, or why there is none. ``leaving``: ids of events that move away or end."""
    local = wanted.start.astimezone(snap.settings.zone)
    start = words.start(local, snap.context.today)
    if wanted.end <= now:
        day = words.day(local.date(), snap.context.today)
        return NoPlace(reason="past", values={"start": start, "day": day})
    if not wanted.anyway:
        closed = _closed(snap, wanted)
        if closed is not None:
            return closed
    diary = [event for event in snap.diary if not event.gone and event.id not in leaving]
    mine = next((event for event in diary if same_session(event, wanted)), None)
    if mine is not None:
        if any(seat.client == wanted.client for seat in mine.seats):
            return NoPlace(reason="already_booked", values={"start": start})
        if len(mine.seats) >= mine.capacity:
            return NoPlace(reason="full", values=_full(snap, mine, wanted, now))
    blocker = clash(diary, wanted)
    if blocker is None:
        return Place(event=mine)
    if blocker.session and len(blocker.seats) >= blocker.capacity:
        return NoPlace(reason="full", values=_full(snap, blocker, wanted, now))
    return NoPlace(reason="overlap", values={"start": start, "event": blocker.title.strip() or part("blank.event")})


def _full(snap: Snapshot, event: DiaryEvent, wanted: Wanted, now: datetime) -> dict[str, str]:
    """What fills the words of a full time: who is there, how many, and what is free instead."""
    start = words.start(event.start.astimezone(snap.settings.zone), snap.context.today)
    return {
        "start": start,
        "type": words.type_word(event.type or "single"),
        "k": str(len(event.seats)),
        "size": str(event.capacity),
        "names": ", ".join(called_first(seat.name) for seat in event.seats),
        "list": free_times(snap, wanted, now),
    }


def free_times(snap: Snapshot, wanted: Wanted, now: datetime, limit: int = 3) -> str:
    """Up to ``limit`` free starts of the same day, on the hour, nearest first: "10:00, 11:00"."""
    local = wanted.start.astimezone(snap.settings.zone)
    found = []
    for step in (1, -1, 2, -2, 3, -3, 4, -4):
        other = Wanted(
            start=local.replace(minute=0) + timedelta(hours=step),
            minutes=wanted.minutes,
            type=wanted.type,
            client=wanted.client,
        )
        if other.start.date() != local.date() or other.start <= now or _closed(snap, other):
            continue
        if clash(snap.diary, other) is None:
            found.append(other.start)
        if len(found) == limit:
            break
    return ", ".join(f"{at:%H:%M}" for at in sorted(found))


def _closed(snap: Snapshot, wanted: Wanted) -> NoPlace | None:
    """Outside Hours. A workbook without any hours is always open."""
    if not snap.hours.rows:
        return None
    local = wanted.start.astimezone(snap.settings.zone)
    day = words.weekday_long(local.date())
    spans = [h for h in snap.hours if h.day == day and h.opens and h.closes]
    if not spans:
        return NoPlace(reason="closed", values={"weekdays": words.weekdays(local.date())})
    begin = _minutes(local.time())
    end = begin + wanted.minutes
    if any(_minutes(h.opens) <= begin and end <= _minutes(h.closes) for h in spans if h.opens and h.closes):
        return None
    return NoPlace(reason="closed_then", values={"start": words.start(local, snap.context.today)})


def _minutes(clock: time) -> int:
    """Minutes since midnight."""
    return clock.hour * 60 + clock.minute


def capacity(kind: str) -> int:
    """How many people a session of a type holds."""
    return CAPACITY.get(kind, 1)
