"""The inbox: every fact once, by its key, taken in the order it came.

States: ``new`` -> ``done`` (decided, its effects queued in the same transaction) or ``aside`` (a bug, for a person).
``reopen`` makes either ``new`` again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Executable, bindparam, func, select, update

from studio_sync.journal.base import DECIDE, Part, plain
from studio_sync.journal.tables import inbox
from studio_sync.rules.facts import Fact, load_fact


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxLine:
    """A fact as kept, for people to look at: also one that this version cannot read."""

    seq: int
    key: str
    kind: str
    at: datetime
    #: new, done, aside
    state: str
    #: how often it was opened again or set aside
    tries: int
    error: str
    handled_at: datetime | None
    #: the fact's JSON
    body: str


#: the INSERT of new facts by dialect: building one costs more than running it
_NEW: dict[str, Executable] = {}
#: Bytes of a fact's key; an index of Postgres takes some 2,700, and effect keys are longer than their fact's.
LONGEST_KEY = 1000
_NEXT = select(inbox.c.seq, inbox.c.key, inbox.c.body)
_NEXT = _NEXT.where(inbox.c.state == "new", inbox.c.seq > bindparam("after")).order_by(inbox.c.seq).limit(1)
_NEXT_LOCKED = _NEXT.with_for_update(skip_locked=True)
_HANDLED = update(inbox).where(inbox.c.key == bindparam("of"), inbox.c.state == "new")
_HANDLED = _HANDLED.values(state="done", handled_at=bindparam("now", type_=inbox.c.at.type), error="")
_BODY = select(inbox.c.body).where(inbox.c.key == bindparam("of"))
_COUNTS = select(inbox.c.state, func.count().label("n")).group_by(inbox.c.state)


#: the columns of a new fact
Line = dict[str, Any]


def encode_fact(fact: Fact) -> Line:
    """The columns of a new fact. Raises ``ValueError`` when no database could keep it, before it can spoil a commit."""
    if not 0 < len(fact.key.encode()) <= LONGEST_KEY or "\x00" in fact.key:
        raise ValueError(f"{fact.key[:50]!r} is no key: 1 to {LONGEST_KEY} bytes of text")
    if fact.at.tzinfo is None:
        raise ValueError(f"{fact.key}: {fact.at} has no zone")
    body = fact.model_dump_json()
    return {
        "key": fact.key, "kind": fact.kind, "body": body, "at": fact.at, "state": "new", "tries": 0, "error": "",
    }  # fmt: skip


class Inbox(Part):
    """Facts in, one by one out."""

    def put_fact(self, fact: Fact) -> bool:
        """Keep ``fact`` unless its key is known; True when it is new."""
        return self.put_encoded([encode_fact(fact)]) == 1

    def put_encoded(self, lines: Sequence[Line]) -> int:
        """``put_fact`` for many that ``encode_fact`` made; how many were new."""
        name = self._db.dialect.name
        statement = _NEW.get(name)
        if statement is None:
            statement = self._insert(inbox).on_conflict_do_nothing(index_elements=["key"])
            statement = _NEW[name] = statement.execution_options(preserve_rowcount=True)
        new = self._db.execute(statement, lines).rowcount
        if new:
            self.news.add(DECIDE)
        return new

    def next_fact(self) -> Fact | None:
        """The oldest new fact, or None. One that cannot be read any more is set aside and passed over.

        On Postgres a writing transaction locks it and passes over one locked by another process.
        """
        after = 0
        while True:
            row = self._db.execute(_NEXT_LOCKED if self._writing else _NEXT, {"after": after}).first()
            if row is None:
                return None
            try:
                return load_fact(row.body)
            except ValidationError as error:
                if self._writing:
                    self.set_aside(row.key, f"unreadable: {error}")
                after = row.seq

    def handled(self, fact_key: str, now: datetime) -> bool:
        """Mark a new fact decided; False when it is not new (another decided it: queue nothing then)."""
        changed = self._db.execute(_HANDLED, {"of": fact_key, "now": now}).rowcount == 1
        if changed:
            self._decided.add(fact_key)
            self._now = now
        return changed

    def set_aside(self, fact_key: str, error: str) -> None:
        """Keep a fact that could not be decided, with the reason, out of the way of the others."""
        statement = update(inbox).where(inbox.c.key == fact_key)
        self._db.execute(statement.values(state="aside", error=plain(error), tries=inbox.c.tries + 1))

    def reopen(self, fact_key: str) -> bool:
        """Decide a fact again: after a conflict (with ``drop_undelivered``) or on request. False when unknown."""
        statement = update(inbox).where(inbox.c.key == fact_key, inbox.c.state != "new")
        changed = self._db.execute(
            statement.values(state="new", handled_at=None, tries=inbox.c.tries + 1)
        ).rowcount == 1  # fmt: skip
        if changed:
            self.news.add(DECIDE)
        return changed

    def fact(self, fact_key: str) -> Fact | None:
        """The fact kept under this key, or None."""
        body = self._db.execute(_BODY, {"of": fact_key}).scalar()
        return None if body is None else load_fact(body)

    def tries(self, fact_key: str) -> int:
        """How often the fact was reopened or set aside; 0 when unknown."""
        return self._db.execute(select(inbox.c.tries).where(inbox.c.key == fact_key)).scalar() or 0

    def inbox_counts(self) -> dict[str, int]:
        """How many facts stand in each state."""
        found = self._db.execute(_COUNTS).all()
        return {"new": 0, "done": 0, "aside": 0} | {row.state: row.n for row in found}

    def inbox_lines(self, state: str = "", limit: int = 100) -> list[InboxLine]:
        """The newest ``limit`` facts, newest first, of one state or of all."""
        statement = select(inbox).order_by(inbox.c.seq.desc()).limit(limit)
        if state:
            statement = statement.where(inbox.c.state == state)
        return [InboxLine(**row._asdict()) for row in self._db.execute(statement)]
