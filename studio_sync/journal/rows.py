"""The rows as last seen, per tab: what the snapshot is loaded from and what the watch compares with.

Not the record, only a memory of it. ``rev`` counts the changes of a row that became facts; it outlives the row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import case, select, update

from studio_sync.journal.base import Part, dump
from studio_sync.journal.tables import meta, rows, tabs

#: the named value at which revs begin
ERA = "era"


class Rows(Part):
    """Raw cells by tab and row id."""

    def rows(self, tab: str) -> dict[str, dict[str, Any]]:
        """Every row of ``tab`` by id, as field -> raw cell."""
        statement = select(rows.c.id, rows.c.body).where(rows.c.tab == tab, ~rows.c.deleted).order_by(rows.c.id)
        return {row.id: json.loads(row.body) for row in self._db.execute(statement)}

    def row(self, tab: str, row_id: str) -> dict[str, Any] | None:
        """One row, or None."""
        statement = select(rows.c.body).where(rows.c.tab == tab, rows.c.id == row_id, ~rows.c.deleted)
        body = self._db.execute(statement).scalar()
        return None if body is None else dict(json.loads(body))

    def put_rows(self, tab: str, changed: Mapping[str, Mapping[str, Any]]) -> None:
        """Remember these rows whole, each under its id; others stay. Values must be JSON."""
        if not changed:
            return
        statement = self._insert(rows)
        statement = statement.on_conflict_do_update(
            index_elements=["tab", "id"], set_={"body": statement.excluded.body, "deleted": False}
        )
        lines = [
            {"tab": tab, "id": row_id, "rev": 0, "body": dump(dict(body)), "deleted": False}
            for row_id, body in changed.items()
        ]
        self._db.execute(statement, lines)
        self._touch(tab)

    def drop_rows(self, tab: str, row_ids: Iterable[str]) -> None:
        """Forget these rows, but not their revs."""
        wanted = list(row_ids)
        if wanted:
            self._db.execute(update(rows).where(rows.c.tab == tab, rows.c.id.in_(wanted)).values(deleted=True))
            self._touch(tab)

    def rev(self, tab: str, row_id: str) -> int:
        """How many changes of this row became facts; 0 when none or unknown."""
        statement = select(rows.c.rev).where(rows.c.tab == tab, rows.c.id == row_id)
        return self._db.execute(statement).scalar() or 0

    def bump(self, tab: str, row_id: str) -> int:
        """The next rev of a row (1 the first time), also of one not remembered yet or any more.

        Notes that were lost cannot know how far revs had come: the new ones begin beyond every old one, at ``era``.
        """
        era = int(self._db.execute(select(meta.c.value).where(meta.c.key == ERA)).scalar() or 0)
        statement = self._insert(rows).values(tab=tab, id=row_id, rev=era + 1, body="{}", deleted=True)
        following = case((rows.c.rev < era, era + 1), else_=rows.c.rev + 1)
        statement = statement.on_conflict_do_update(index_elements=["tab", "id"], set_={"rev": following})
        return int(self._db.execute(statement.returning(rows.c.rev)).scalar_one())

    def tab_version(self, tab: str) -> int:
        """A number that grows with every write of ``tab``; 0 before the first."""
        return self._db.execute(select(tabs.c.version).where(tabs.c.tab == tab)).scalar() or 0

    def tab_versions(self) -> dict[str, int]:
        """``tab_version`` of every tab written so far."""
        return {row.tab: row.version for row in self._db.execute(select(tabs))}

    def _touch(self, tab: str) -> None:
        statement = self._insert(tabs).values(tab=tab, version=1)
        self._db.execute(
            statement.on_conflict_do_update(index_elements=["tab"], set_={"version": tabs.c.version + 1})
        )  # fmt: skip
