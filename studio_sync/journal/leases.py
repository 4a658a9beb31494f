"""Leases: a named right for one holder, for a while. The mutex of a diary day, of a workbook's writer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, or_

from studio_sync.journal.base import Part
from studio_sync.journal.tables import leases

_RELEASE = delete(leases).where(leases.c.name == bindparam("its_name"), leases.c.holder == bindparam("its_holder"))


class Leases(Part):
    """Taken and given back; an expired one is free."""

    def take_lease(self, name: str, holder: str, now: datetime, seconds: float) -> bool:
        """Take or prolong a lease; False while another holds it."""
        statement = self._insert(leases).values(name=name, holder=holder, until=now + timedelta(seconds=seconds))
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": new.holder, "until": new.until},
            where=or_(leases.c.until <= now, leases.c.holder == new.holder),
        )
        return self._db.execute(statement.returning(leases.c.name)).scalar() is not None

    def release(self, name: str, holder: str) -> None:
        """Give a lease back; another's is left alone."""
        self._db.execute(_RELEASE, {"its_name": name, "its_holder": holder})
