"""Attempts: commits to a workbook that were written down before their POST and whose slot is not settled yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, delete, select

from studio_sync.journal.base import Part, dump, insert_into
from studio_sync.journal.tables import attempts

_OF_ROLE = select(attempts).where(attempts.c.role == bindparam("role")).order_by(attempts.c.seq)
_CLEAR = delete(attempts).where(attempts.c.role == bindparam("of"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One planned commit."""

    #: workbook role: studio, books
    role: str
    slot: int
    batch_id: str
    #: what the sheet lane needs to judge it, as JSON
    body: Mapping[str, Any]


class Attempts(Part):
    """Kept all, in order, until their slot is settled or lost."""

    def put_attempt(self, role: str, slot: int, batch_id: str, body: Mapping[str, Any]) -> None:
        """Write an attempt down; the same batch id again changes nothing."""
        values = {"role": role, "slot": slot, "batch_id": batch_id, "body": dump(dict(body))}
        self._db.execute(_put(self._dialect), values)

    def attempts(self, role: str) -> list[Attempt]:
        """Every undecided attempt on this workbook, oldest first."""
        found = self._db.execute(_OF_ROLE, {"role": role})
        return [
            Attempt(role=row.role, slot=row.slot, batch_id=row.batch_id, body=json.loads(row.body)) for row in found
        ]

    def clear_attempts(self, role: str) -> None:
        """The slot is settled, or lost to another."""
        self._db.execute(_CLEAR, {"of": role})


@cache
def _put(dialect: str) -> Executable:
    return insert_into(attempts, dialect).on_conflict_do_nothing(index_elements=["batch_id"])
