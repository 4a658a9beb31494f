"""Is there a place? Looks at the diary as last seen, with our own undelivered changes laid over it. Pure.

The diary transaction asks the same question once more on the fresh day, so a place promised here is never given twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sheets_schema.diary import DiaryEvent
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.bookings import CAPACITY
from sheets_schema.texts import words

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
        """When it is over."""
        return self.start + timedelta(minutes=self.minutes)


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
    """One of our sessions of that start and type."""
    return bool(event.session) and event.start == wanted.start and event.type == wanted.type


def find_place(snap: Snapshot, wanted: Wanted, now: datetime) -> Place | NoPlace:
    """A place for ``wanted``, or why there is none."""
    local = wanted.start.astimezone(snap.settings.zone)
    start = words.start(local, snap.context.today)
    if wanted.end <= now:
        return NoPlace(reason="past", values={"start": start})
    if not wanted.anyway:
        closed = _closed(snap, wanted)
        if closed is not None:
            return closed
    mine = next((e for e in snap.diary if not e.gone and same_session(e, wanted)), None)
    if mine is not None:
        if any(seat.client == wanted.client for seat in mine.seats):
            return NoPlace(reason="already_booked", values={"start": start})
        if len(mine.seats) >= mine.capacity:
            names = words.join([seat.name.split()[0] for seat in mine.seats if seat.name])
            return NoPlace(
                reason="full",
                values=_full(start, mine, names, free_times(snap, wanted, now)),
            )
    blocker = clash(snap.diary, wanted)
    if blocker is not None:
        if blocker.session:
            names = words.join([seat.name.split()[0] for seat in blocker.seats if seat.name])
            return NoPlace(
                reason="full",
                values=_full(start, blocker, names, free_times(snap, wanted, now)),
            )
        return NoPlace(reason="overlap", values={"start": start, "event": blocker.title or "a busy time"})
    return Place(event=mine)


def _full(start: str, event: DiaryEvent, names: str, free: str) -> dict[str, str]:
    values = {"start": start, "type": event.type, "k": str(len(event.seats)), "size": str(event.capacity)}
    return {**values, "names": names, "list": free}


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
    end = (local + timedelta(minutes=wanted.minutes)).time()
    if any(h.opens <= local.time() and end <= h.closes for h in spans if h.opens and h.closes):
        return None
    return NoPlace(reason="closed_then", values={"start": words.start(local, snap.context.today)})


def capacity(kind: str) -> int:
    """How many people a session of a type holds."""
    return CAPACITY.get(kind, 1)
