"""The diary in use: one lock for whoever reads or writes it, and what makes a difference in it her doing.

The watch and the diary lane share it: whichever of them sees an edit of hers first makes the fact.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter

from sheets_schema.diary import DiaryEvent
from studio_sync.health import Health
from studio_sync.journal import DIARY, Tx
from studio_sync.ports import Diary
from studio_sync.rules.effects import DropEvent, PutEvent
from studio_sync.rules.facts import EventChanged

#: fields that say what an event means; etag, title and marks of ours do not
MEANING = ("start", "end", "session", "gone", "seats", "held")
_adapter = TypeAdapter(DiaryEvent)


class LiveDiary:
    """The studio's calendar."""

    def __init__(self, port: Diary) -> None:
        self.port = port
        self.lock = threading.RLock()
        self.health = Health("calendar")


def notice(tx: Tx, events: Iterable[DiaryEvent], now: datetime, *, history: bool = False) -> int:
    """Compare events as read with those remembered, keep what she changed as facts, remember them; how many facts.

    ``history``: the first read; what stands there is remembered and means nothing.
    """
    known = {event.id: event for event in tx.events()}
    listed = list(events)
    facts = 0
    coming = _coming(tx)
    for event in listed:
        old = known.get(event.id)
        if not history and _differs(old, event) and not _ours(coming.get(event.id, ()), event):
            facts += tx.put_fact(changed(tx, event.id, old, event, now))
    tx.put_events(listed)
    return facts


def changed(tx: Tx, event_id: str, old: DiaryEvent | None, new: DiaryEvent | None, now: datetime) -> EventChanged:
    """The fact that she changed an event."""
    key = f"event:{event_id}:{tx.bump(DIARY, event_id)}"
    return EventChanged(key=key, at=now, event_id=event_id, before=_data(old), after=_data(new))


def _coming(tx: Tx) -> dict[str, list[PutEvent | DropEvent]]:
    """Effects of ours on their way, by event: one whose answer was lost may be there already."""
    found: dict[str, list[PutEvent | DropEvent]] = {}
    for effect in tx.undelivered(("put_event", "drop_event")):
        if isinstance(effect, PutEvent | DropEvent):
            found.setdefault(effect.event_id, []).append(effect)
    return found


def _ours(coming: Iterable[PutEvent | DropEvent], event: DiaryEvent) -> bool:
    """Whether this difference is a write of ours that we do not know the answer of yet."""
    for effect in coming:
        if isinstance(effect, DropEvent):
            if event.gone:
                return True
        elif event.made_by == effect.key and (event.start, event.end) == (effect.start, effect.end) and not event.gone:
            return True
    return False


def _differs(old: DiaryEvent | None, new: DiaryEvent) -> bool:
    if old is None:
        return not new.gone
    return any(getattr(old, name) != getattr(new, name) for name in MEANING)


def _data(event: DiaryEvent | None) -> dict[str, object] | None:
    if event is None:
        return None
    data: dict[str, object] = _adapter.dump_python(dataclasses.replace(event, etag=""), mode="json")
    return data
