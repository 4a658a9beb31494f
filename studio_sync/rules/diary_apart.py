"""Where the diary and the rows of coming sessions are apart when notes are read back: what happened in between.

A row is written after its event and follows it, so the row is behind: she deleted the event or dragged it, or who took
the seat did not get to write its row. Where Changes knows that the row was written, she deleted it just before, and is
asked as always. A diary that is apart in much is another one; then nothing follows.
Source: promises 26.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sheets_schema.diary import DiaryEvent
from sheets_schema.snapshot import Snapshot, cells
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.bookings import Booking
from sheets_schema.tabs.people import Client
from studio_sync.rules.booking.seats import event_id, starts
from studio_sync.rules.diary_found import once_written, row_of
from studio_sync.rules.facts import EventChanged, RowGone
from studio_sync.rules.questions import data_of

#: so many sessions that are apart at once, and half of all, are no doing of hers
MANY = 5
Coming = list[tuple[Booking, datetime]]


def apart(snap: Snapshot, now: datetime) -> Iterator[EventChanged | RowGone]:
    """What she or another program did meanwhile; ``now`` aware UTC."""
    events = [event for event in snap.diary if event.session and not event.gone]
    coming = [(row, start) for row in snap.bookings if (start := starts(snap, row)) and start > now]
    ours = [(row, start) for row, start in coming if row.state in {"booked", "held"} and row.session]
    yield from _vanished(events, ours, now)
    yield from _moved(events, ours, now)
    yield from _unwritten(snap, events, now)


def _few(part: int, whole: int) -> bool:
    return part < MANY or 2 * part < whole


def _vanished(events: list[DiaryEvent], ours: Coming, now: datetime) -> Iterator[EventChanged]:
    """Rows whose seat the diary does not know, though it knows others."""
    seats = {seat.booking for event in events for seat in event.seats}
    gone = [(row, start) for row, start in ours if row.id not in seats]
    if not seats or not _few(len(gone), len(ours)):
        return
    for row, start in gone:
        ident = event_id(row.session)
        yield _changed(f"{ident}:{row.id}:gone", ident, now, before=_was(row, start))


def _moved(events: list[DiaryEvent], ours: Coming, now: datetime) -> Iterator[EventChanged]:
    """Seats that begin at another time than their rows say."""
    at = {seat.booking: event for event in events for seat in event.seats}
    moved = [(row, start, at[row.id]) for row, start in ours if row.id in at and at[row.id].start != start]
    if not _few(len(moved), len(ours)):
        return
    for event in {event.id: event for _, _, event in moved}.values():
        rows = [(row, start) for row, start, place in moved if place.id == event.id]
        for start in sorted({start for _, start in rows}):
            key = f"{event.id}:{start.astimezone(UTC):%Y%m%dT%H%M}:{now:%Y%m%dT%H%M%S}"
            here = [row for row, was in rows if was == start]
            before = {**_was(here[0], start), "seats": [{"booking": row.id} for row in here]}
            # How long it was cannot be told; a session that moved is asked about as a whole.
            before["end"] = start + (event.end - event.start)
            yield _changed(key, event.id, now, before=before, after=_shown(event))


def _unwritten(snap: Snapshot, events: list[DiaryEvent], now: datetime) -> Iterator[EventChanged | RowGone]:
    """Seats of coming sessions that have no row."""
    coming = [event for event in events if event.start > now]
    lacks = [event for event in coming if any(snap.bookings.get(seat.booking) is None for seat in event.seats)]
    if not _few(len(lacks), len(coming)):
        return
    asked = _asked(snap)
    for event in lacks:
        missing = {seat.booking for seat in event.seats if snap.bookings.get(seat.booking) is None}
        deleted = {ident for ident in missing if once_written(snap, ident)}
        after = _shown(event)
        if missing != deleted:
            known = [seat for seat in after["seats"] if seat["booking"] not in missing]
            before = {**after, "seats": known}
            yield _changed(f"{event.id}:{now:%Y%m%dT%H%M%S}", event.id, now, before=before, after=after)
        for seat in event.seats:
            client = snap.clients.get(seat.client)
            if seat.booking in deleted - asked and client is not None:
                yield _gone(snap, seat.booking, client, after, now)


def _asked(snap: Snapshot) -> set[str]:
    """Bookings whose rows are gone, and she was asked why."""
    found: set[str] = set()
    for question in snap.questions:
        if question.state == "open" and question.key in {"row_deleted", "rows_deleted"}:
            data = data_of(question)
            found |= {str(data.get("booking")), *map(str, data.get("rows", ()))}
    return found


def _gone(snap: Snapshot, booking: str, client: Client, event: dict[str, Any], now: datetime) -> RowGone:
    """As the watch would have told it, with what the diary knows of the row."""
    values = row_of(snap, client, _plain(event), event["start"].astimezone(snap.settings.zone))
    before = cells(BY_KEY["bookings"], snap.context, **values)
    key = f"row:bookings:{booking}:gone:{now:%Y%m%dT%H%M%S}"
    return RowGone(key=key, at=now, tab="bookings", row_id=booking, before=before)


def _was(row: Booking, start: datetime) -> dict[str, Any]:
    return {"session": row.session, "start": start, "seats": [{"booking": row.id}]}


def _shown(event: DiaryEvent) -> dict[str, Any]:
    seats = [{"booking": seat.booking, "client": seat.client, "name": seat.name} for seat in event.seats]
    return {"session": event.session, "type": event.type, "start": event.start, "end": event.end, "seats": seats}


def _changed(
    key: str, ident: str, now: datetime, *, before: dict[str, Any], after: dict[str, Any] | None = None
) -> EventChanged:
    return EventChanged(
        key=f"event:{key}", at=now, event_id=ident, before=_plain(before), after=_plain(after) if after else None
    )


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """As the facts of the watch have it: instants as text."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in data.items()}
