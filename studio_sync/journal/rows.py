"""The rows as last seen, per tab: what the snapshot is loaded from and what the watch compares with.

Not the record, only a memory of it. ``rev`` counts the changes of a row that became facts; it outlives the row.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from sys import intern
from typing import Any

from sqlalchemy import Executable, bindparam, case, select, update

from studio_sync.journal.base import Decoded, Part, dump, insert_into
from studio_sync.journal.tables import meta, rows, tabs

#: the named value at which revs begin
ERA = "era"
_THIS = (rows.c.tab == bindparam("tab"), rows.c.id == bindparam("id"))
_ROWS = select(rows.c.id, rows.c.body).where(rows.c.tab == bindparam("tab"), ~rows.c.deleted).order_by(rows.c.id)
_SOME = select(rows.c.id, rows.c.body).where(
    rows.c.tab == bindparam("tab"), ~rows.c.deleted, rows.c.id.in_(bindparam("ids", expanding=True))
)
#: ids in one statement
_TOGETHER = 500
_ROW = select(rows.c.body).where(*_THIS, ~rows.c.deleted)
_LOST = select(rows.c.body).where(*_THIS, rows.c.deleted)
_REV = select(rows.c.rev).where(*_THIS)
_ERA = select(meta.c.value).where(meta.c.key == ERA)
_VERSIONS = select(tabs)


class Rows(Part):
    """Raw cells by tab and row id."""

    def rows(self, tab: str) -> Mapping[str, Mapping[str, Any]]:
        """Every row of ``tab`` by id, as field -> raw cell. Shared with whoever else asks: not to be changed.

        What was decoded for an earlier transaction is given again while the tab's version is the same.
        """
        if tab in self._touched:
            return self._decoded(tab, {}, {})[0]
        version = self._versions().get(tab, 0)
        known = self.shelf.rows.get(tab)
        if known is None or known[0] != version:
            known = self.shelf.rows[tab] = (version, *self._decoded(tab, *(known or (0, {}, {}))[1:]))
        return known[1]

    def _decoded(self, tab: str, old: Decoded, hashes: Mapping[str, int]) -> tuple[Decoded, Mapping[str, int]]:
        """The rows, and the hashes of their texts; a row whose text is as it was stays the same object."""
        found: dict[str, Mapping[str, Any]] = {}
        texts: dict[str, int] = {}
        for row_id, body in self._db.execute(_ROWS, {"tab": tab}):
            texts[row_id] = text = hash(body)
            found[row_id] = old[row_id] if hashes.get(row_id) == text else _decode(body)
        return found, texts

    def some_rows(self, tab: str, row_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """Those of these rows that are remembered; the others of the tab are not decoded."""
        known = self.shelf.rows.get(tab)
        if tab not in self._touched and known is not None and known[0] == self._versions().get(tab, 0):
            return {row_id: known[1][row_id] for row_id in row_ids if row_id in known[1]}
        wanted = list(dict.fromkeys(row_ids))
        found: dict[str, Any] = {}
        for start in range(0, len(wanted), _TOGETHER):
            some = {"tab": tab, "ids": wanted[start : start + _TOGETHER]}
            found |= {row_id: _decode(body) for row_id, body in self._db.execute(_SOME, some)}
        return found

    def row(self, tab: str, row_id: str) -> dict[str, Any] | None:
        """One row, or None; a blank cell is left out."""
        body = self._db.execute(_ROW, {"tab": tab, "id": row_id}).scalar()
        return None if body is None else _decode(body)

    def lost(self, tab: str, row_id: str) -> dict[str, Any] | None:
        """A row that was forgotten, as it was then; None when it was never known, or is not forgotten."""
        body = self._db.execute(_LOST, {"tab": tab, "id": row_id}).scalar()
        return json.loads(body) or None if body is not None else None

    def put_rows(self, tab: str, changed: Mapping[str, Mapping[str, Any]]) -> None:
        """Remember these rows whole, each under its id; others stay. Values must be JSON; a blank cell is left out."""
        if not changed:
            return
        lines = [
            {"tab": tab, "id": row_id, "rev": 0, "body": dump(_filled(body)), "deleted": False}
            for row_id, body in changed.items()
        ]
        self._db.execute(_put(self._dialect), lines)
        self._touched.add(tab)

    def drop_rows(self, tab: str, row_ids: Iterable[str]) -> None:
        """Forget these rows, but not their revs."""
        wanted = list(row_ids)
        if wanted:
            self._db.execute(update(rows).where(rows.c.tab == tab, rows.c.id.in_(wanted)).values(deleted=True))
            self._touched.add(tab)

    def rev(self, tab: str, row_id: str) -> int:
        """How many changes of this row became facts; 0 when none or unknown."""
        return self._db.execute(_REV, {"tab": tab, "id": row_id}).scalar() or 0

    def bump(self, tab: str, row_id: str) -> int:
        """The next rev of a row (1 the first time), also of one not remembered yet or any more.

        Notes that were lost cannot know how far revs had come: the new ones begin beyond every old one, at ``era``.
        """
        era = int(self._db.execute(_ERA).scalar() or 0)
        line = {"tab": tab, "id": row_id, "rev": era + 1, "body": "{}", "deleted": True, "era": era}
        return int(self._db.execute(_bump(self._dialect), line).scalar_one())

    def tab_version(self, tab: str) -> int:
        """A number that grows with every transaction that writes ``tab``; 0 before the first."""
        return self._versions().get(tab, 0) + (tab in self._touched)

    def tab_versions(self) -> dict[str, int]:
        """``tab_version`` of every tab written so far; ``_outbox`` and ``_chats`` count as tabs."""
        return {**self._versions(), **{tab: self.tab_version(tab) for tab in self._touched}}

    @property
    def changed(self) -> bool:
        """This transaction has written something that a snapshot shows."""
        return bool(self._touched)

    def _versions(self) -> dict[str, int]:
        """As of before this transaction's own writes."""
        if self._known_versions is None:
            self._known_versions = {row.tab: row.version for row in self._db.execute(_VERSIONS)}
        return self._known_versions

    def close_versions(self) -> None:
        """Before the commit: what was touched has a new version."""
        if self._touched:
            self._db.execute(_grow(self._dialect), [{"tab": tab, "version": 1} for tab in sorted(self._touched)])


def _filled(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _decode(body: str) -> dict[str, Any]:
    """One row. Its names are those of every other row, and kept once: of ten thousand rows they are half the room."""
    return {intern(name): value for name, value in json.loads(body).items() if value is not None}


@cache
def _put(dialect: str) -> Executable:
    statement = insert_into(rows, dialect)
    new = statement.excluded
    return statement.on_conflict_do_update(index_elements=["tab", "id"], set_={"body": new.body, "deleted": False})


@cache
def _bump(dialect: str) -> Executable:
    era = bindparam("era", type_=rows.c.rev.type)
    following = case((rows.c.rev < era, era + 1), else_=rows.c.rev + 1)
    values: dict[str, Any] = {name: bindparam(name) for name in ("tab", "id", "rev", "body", "deleted")}
    statement = insert_into(rows, dialect).values(**values)
    statement = statement.on_conflict_do_update(index_elements=["tab", "id"], set_={"rev": following})
    return statement.returning(rows.c.rev)


@cache
def _grow(dialect: str) -> Executable:
    statement = insert_into(tabs, dialect)
    return statement.on_conflict_do_update(index_elements=["tab"], set_={"version": tabs.c.version + 1})
