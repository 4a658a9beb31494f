"""What needs a dropped effect is dropped too, just before the commit, whatever the order of calls in it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, func, or_, select, update

from studio_sync.journal.outbox import OUTBOX, UNDELIVERED
from studio_sync.journal.rows import Rows
from studio_sync.journal.tables import inbox, needs, outbox

_GIVEN_UP = select(outbox.c.key).where(
    outbox.c.fact_key.in_(bindparam("facts", expanding=True)), outbox.c.state == "dropped"
)
_DEPENDENT = outbox.alias("dependent")
_DEPENDENTS = (
    select(needs.c.key, needs.c.need)
    .join(outbox, outbox.c.key == needs.c.need)
    .join(_DEPENDENT, _DEPENDENT.c.key == needs.c.key)
    .outerjoin(inbox, inbox.c.key == outbox.c.fact_key)
    .where(
        needs.c.need.in_(bindparam("roots", expanding=True)),
        outbox.c.state == "dropped",
        # A fact that is about to be decided again may ask for the same effect again.
        or_(inbox.c.key.is_(None), inbox.c.state == "done"),
        _DEPENDENT.c.state.in_(UNDELIVERED),
    )
)
_LATER = outbox.alias("later")
_BUILT_ON = (
    select(_LATER.c.fact_key)
    .join(needs, needs.c.key == _LATER.c.key)
    .join(outbox, outbox.c.key == needs.c.need)
    .where(outbox.c.fact_key == bindparam("fact"), outbox.c.state == "dropped", _LATER.c.fact_key != bindparam("fact"))
    .where(_LATER.c.state.in_(UNDELIVERED), _LATER.c.lane == "diary")
    .group_by(_LATER.c.fact_key)
    .order_by(func.min(_LATER.c.seq))
)


class Needs(Rows):
    """The last step of a writing transaction, and who else has to be decided again."""

    def built_on(self, fact_key: str) -> list[str]:
        """Other facts, in order, whose diary effects still to come need one of this fact that was dropped.

        They were decided on an event that will not be: what they ask for is not to be seen while it is decided again.
        """
        return list(self._db.execute(_BUILT_ON, {"fact": fact_key}).scalars())

    def close(self) -> None:
        """Follow the needs of everything this transaction dropped, decided or queued."""
        roots = self._dropped | self._needed | self._given_up()
        while roots:
            roots = self._drop_dependents(roots)
        self.close_versions()

    def _given_up(self) -> set[str]:
        """Effects that a fact just decided again no longer asks for."""
        if not self._decided:
            return set()
        return set(self._db.execute(_GIVEN_UP, {"facts": list(self._decided)}).scalars())

    def _drop_dependents(self, roots: Iterable[str]) -> set[str]:
        found = {row.key: row.need for row in self._db.execute(_DEPENDENTS, {"roots": list(roots)})}
        for key, need in found.items():
            self._db.execute(
                update(outbox)
                .where(outbox.c.key == key)
                .values(state="dropped", reason=f"needs {need}", since=self._now)
            )
        if found:
            self._touched.add(OUTBOX)
        return set(found)
