"""The diary watch: her own calendar edits, by sync token, compared by fields with the events as last seen."""

from __future__ import annotations

from datetime import datetime

from studio_sync.diaries import LiveDiary, changed, notice
from studio_sync.errors import Conflict, OutsideError
from studio_sync.journal import Journal

#: name under which the journal keeps Calendar's sync token
SYNC = "diary:token"


class DiaryWatch:
    """Notices what she did in the calendar."""

    def __init__(self, journal: Journal, diary: LiveDiary) -> None:
        self._journal = journal
        self._diary = diary

    @property
    def reason(self) -> str:
        """Why the diary cannot be reached, in its own words; "" while all is well."""
        return self._diary.health.reason

    def look(self, now: datetime) -> int:
        """Read what changed and keep it as facts; the number of facts. Raises the port's errors; nothing changes then.

        The very first read is history. After a token that Calendar has forgotten everything is read and compared.
        """
        with self._diary.lock:
            try:
                found = self._look(now)
            except OutsideError as error:
                self._diary.health.ill(error, now)
                raise
            self._diary.health.well()
            return found

    def _look(self, now: datetime) -> int:
        with self._journal.read() as tx:
            token = tx.get_meta(SYNC)
        whole = not token
        try:
            events, following = self._diary.port.changes(token or "")
        except Conflict:
            whole = True
            events, following = self._diary.port.changes("")
        if not events and following == token:
            return 0
        with self._journal.write() as tx:
            known = {event.id: event for event in tx.events()}
            facts = notice(tx, events, now, history=token is None)
            if whole:
                there = {event.id for event in events}
                missing = [event for event in known.values() if event.id not in there]
                for event in missing:
                    # What was deleted meanwhile is not in a full list. The past means nothing any more.
                    if token is not None and event.end > now:
                        facts += tx.put_fact(changed(tx, event.id, event, None, now))
                tx.drop_events([event.id for event in missing])
            tx.put_meta(SYNC, following)
        return facts
