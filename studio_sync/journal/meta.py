"""Small things: named values, and when each chat partner last wrote."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from studio_sync.journal.base import Part, dump
from studio_sync.journal.tables import chats, meta


class Meta(Part):
    """Values by name; a window per chat."""

    def get_meta(self, key: str) -> Any:
        """The JSON value kept under ``key``; None when there is none."""
        value = self._db.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
        return None if value is None else json.loads(value)

    def put_meta(self, key: str, value: Any) -> None:
        """Keep a JSON value under ``key``."""
        statement = self._insert(meta).values(key=key, value=dump(value))
        self._db.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
        )

    def heard(self, address: str, at: datetime) -> None:
        """A message came from ``address`` (E.164 or user id) at ``at``; an older one changes nothing."""
        statement = self._insert(chats).values(address=address, last_in=at)
        new = statement.excluded.last_in
        self._db.execute(
            statement.on_conflict_do_update(
                index_elements=["address"], set_={"last_in": new}, where=chats.c.last_in < new
            )
        )

    def chats(self) -> dict[str, datetime]:
        """Address -> instant of the last message from it."""
        return {row.address: row.last_in for row in self._db.execute(select(chats))}
