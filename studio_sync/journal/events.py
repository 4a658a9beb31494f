"""The diary as last seen: the rows of the tab ``_diary``, one event each, so revs and versions work the same."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import TypeAdapter

from sheets_schema.diary import DiaryEvent
from studio_sync.journal.rows import Rows

#: ``rev``, ``bump`` and ``tab_version`` take it like any tab.
DIARY = "_diary"

_adapter = TypeAdapter(DiaryEvent)


class Events(Rows):
    """Diary events by id."""

    def events(self) -> tuple[DiaryEvent, ...]:
        """Every event remembered, by start, then id."""
        found = [_adapter.validate_python(body) for body in self.rows(DIARY).values()]
        return tuple(sorted(found, key=lambda event: (event.start, event.id)))

    def put_events(self, events: Iterable[DiaryEvent]) -> None:
        """Remember these events; one that is ``gone`` is forgotten."""
        listed = list(events)
        kept = {event.id: _adapter.dump_python(event, mode="json") for event in listed if not event.gone}
        self.put_rows(DIARY, kept)
        self.drop_rows(DIARY, [event.id for event in listed if event.gone])

    def drop_events(self, event_ids: Iterable[str]) -> None:
        """Forget these events."""
        self.drop_rows(DIARY, event_ids)
