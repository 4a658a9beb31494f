"""Small things: named values, and when each chat partner last wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, select

from studio_sync.journal.base import Part, dump, insert_into
from studio_sync.journal.tables import chats, meta

#: what ``Snapshots`` asks the version of, as of any tab
CHATS = "_chats"
_GET = select(meta.c.value).where(meta.c.key == bindparam("key"))
_SOME = select(meta.c.key, meta.c.value).where(meta.c.key.in_(bindparam("keys", expanding=True)))
_CHATS = select(chats)

#: under this name: workbooks that were put back and are being mended; until then no client gets a message
FROZEN = "frozen"


class Meta(Part):
    """Values by name; a window per chat."""

    def get_meta(self, key: str) -> Any:
        """The JSON value kept under ``key``; None when there is none."""
        value = self._db.execute(_GET, {"key": key}).scalar()
        return None if value is None else json.loads(value)

    def get_metas(self, keys: Sequence[str]) -> dict[str, Any]:
        """The values kept under ``keys``, in one statement; a key without one is left out."""
        found = self._db.execute(_SOME, {"keys": list(keys)})
        return {key: json.loads(value) for key, value in found}

    def put_meta(self, key: str, value: Any) -> None:
        """Keep a JSON value under ``key``."""
        self._db.execute(_put(self._dialect), {"key": key, "value": dump(value)})

    def heard(self, address: str, at: datetime) -> None:
        """A message came from ``address`` (E.164 or user id) at ``at``; an older one changes nothing."""
        self._db.execute(_heard(self._dialect), {"address": address, "last_in": at})
        self._touched.add(CHATS)

    def closed(self, addresses: Sequence[str], before: datetime) -> None:
        """WhatsApp says that a person's chat is closed: what came before ``before`` keeps it open no more."""
        shut = before - timedelta(hours=24)
        statement = chats.update().where(chats.c.address.in_(addresses), chats.c.last_in <= before)
        self._db.execute(statement.where(chats.c.last_in > shut).values(last_in=shut))
        self._touched.add(CHATS)

    def chats(self) -> dict[str, datetime]:
        """Address -> instant of the last message from it."""
        return {row.address: row.last_in for row in self._db.execute(_CHATS)}


@cache
def _put(dialect: str) -> Executable:
    statement = insert_into(meta, dialect)
    return statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})


@cache
def _heard(dialect: str) -> Executable:
    statement = insert_into(chats, dialect)
    new = statement.excluded.last_in
    return statement.on_conflict_do_update(
        index_elements=["address"], set_={"last_in": new}, where=chats.c.last_in < new
    )
