"""The diary watch: her own calendar edits, by sync token, compared by fields with the events as last seen."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from pydantic import TypeAdapter

from sheets_schema.diary import DiaryEvent
from studio_sync.errors import Conflict
from studio_sync.journal import DIARY, Journal
from studio_sync.ports import Diary
from studio_sync.rules.facts import EventChanged, Fact

TOKEN = "diary:token"  # noqa: S105  (a sync token's name, no secret)
#: fields that say what an event means; etag, title and marks of ours do not
MEANING = ("start", "end", "session", "gone", "seats", "held")
_adapter = TypeAdapter(DiaryEvent)


class DiaryWatch:
    """Notices what she did in the calendar. The caller holds the diary's lock."""

    def __init__(self, journal: Journal, diary: Diary) -> None:
        self._journal = journal
        self._diary = diary

    def look(self, now: datetime) -> int:
        """Read what changed and keep it as facts; the number of facts. A full read after a lost token tells nothing new."""
        with self._journal.read() as tx:
            token = tx.get_meta(TOKEN) or ""
        try:
            events, following = self._diary.changes(token)
        except Conflict:
            token = ""
            events, following = self._diary.changes("")
        if token and not events and following == token:
            return 0
        with self._journal.write() as tx:
            known = {event.id: event for event in tx.events()}
            facts: list[Fact] = []
            for event in events:
                old = known.get(event.id)
                if token and _differs(old, event):
                    rev = tx.bump(DIARY, event.id)
                    key = f"event:{event.id}:{rev}"
                    facts.append(
                        EventChanged(key=key, at=now, event_id=event.id, before=_data(old), after=_data(event))
                    )
            tx.put_events(events)
            if not token:
                ids = {event.id for event in events}
                tx.drop_events([ident for ident in known if ident not in ids])
            tx.put_meta(TOKEN, following)
            for fact in facts:
                tx.put_fact(fact)
        return len(facts)


def _differs(old: DiaryEvent | None, new: DiaryEvent) -> bool:
    if old is None:
        return not new.gone
    return any(getattr(old, name) != getattr(new, name) for name in MEANING)


def _data(event: DiaryEvent | None) -> dict[str, object] | None:
    if event is None:
        return None
    data: dict[str, object] = _adapter.dump_python(dataclasses.replace(event, etag=""), mode="json")
    return data
