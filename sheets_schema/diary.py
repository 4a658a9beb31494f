"""What a diary entry means to us: one calendar event, ours (with a session behind it) or the owner's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DiarySeat:
    """One person in a session, as kept in the event's private properties."""

    booking: str
    client: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DiaryEvent:
    """One calendar event. Instants aware UTC; an all-day event runs from local midnight to local midnight."""

    id: str
    start: datetime
    end: datetime
    title: str
    #: quoted number that changes with every write (Calendar's etag)
    etag: str = ""
    #: session id when the event is ours, else ""
    session: str = ""
    #: single, duo, trio, group; "" when not ours
    type: str = ""
    capacity: int = 0
    seats: tuple[DiarySeat, ...] = ()
    #: tentative: a hold
    held: bool = False
    #: deleted, here only as a change
    gone: bool = False
    #: free time in the owner's diary does not block
    blocks: bool = True
    all_day: bool = False
    created: str = ""
    #: key of the effect that made it last, so that a lost answer is known as ours
    made_by: str = ""
