"""Questions people ask afterwards: what is this message, row or event, and did anything leave twice. Reading only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, cast, func, select

from studio_sync.journal.outbox import LANES, OPEN, Outbox, Queued, _all
from studio_sync.journal.tables import inbox, outbox, rows
from studio_sync.rules.facts import Fact, load_fact

_STATUSES = ("sent", "delivered", "read", "failed")
_BY_STATE = select(outbox.c.state, outbox.c.kind, func.count().label("n")).group_by(outbox.c.state, outbox.c.kind)


class Lookups(Outbox):
    """Searches in what is kept. Some read a whole table: for a person who asks, not for the work."""

    def handled_at(self, fact_key: str) -> datetime | None:
        """When a fact was decided; None when it is unknown or still waits."""
        return self._db.execute(select(inbox.c.handled_at).where(inbox.c.key == fact_key)).scalar()

    def fact_state(self, fact_key: str) -> str:
        """new, done or aside; "" when unknown."""
        return self._db.execute(select(inbox.c.state).where(inbox.c.key == fact_key)).scalar() or ""

    def open_under(self, prefix: str) -> bool:
        """Whether an effect of a fact whose key begins with ``prefix`` waits to be done."""
        statement = select(outbox.c.seq).where(
            outbox.c.state.in_((*OPEN, "sending")), outbox.c.fact_key.startswith(prefix, autoescape=True)
        )
        return self._db.execute(statement.limit(1)).first() is not None

    def facts_stored(self, kind: str) -> int:
        """How many facts of a kind were ever kept here."""
        return self._db.execute(select(func.count()).where(inbox.c.kind == kind)).scalar() or 0

    def last_fact(self, prefix: str) -> Fact | None:
        """The newest fact whose key begins with ``prefix``, such as ``row:bookings:b-1:``."""
        statement = select(inbox.c.body).where(inbox.c.key.startswith(prefix, autoescape=True))
        body = self._db.execute(statement.order_by(inbox.c.seq.desc()).limit(1)).scalar()
        return None if body is None else load_fact(body)

    def messages_since(self, since: datetime, late: str) -> tuple[int, int]:
        """After a silence: how many messages left or are about to, and how many were dropped as ``late`` says."""
        sends = select(func.count()).where(outbox.c.kind == "send", outbox.c.since >= since)
        left = sends.where(outbox.c.state.in_(("done", "sending", "waiting", "queued")))
        dropped = sends.where(outbox.c.state == "dropped", outbox.c.reason == late)
        return self._db.execute(left).scalar() or 0, self._db.execute(dropped).scalar() or 0

    def lane_counts(self) -> dict[str, dict[str, int]]:
        """Lane -> state -> how many effects, lanes without any included."""
        counts: dict[str, dict[str, int]] = {lane: {} for lane in LANES.values()}
        for row in self._db.execute(_BY_STATE):
            lane = counts[LANES[row.kind]]
            lane[row.state] = lane.get(row.state, 0) + row.n
        return counts

    def sent_as(self, wamid: str) -> Queued | None:
        """The Send that left under this wamid, by what a status said of it, else by our own receipt."""
        keys = [f"{wamid}:{status}" for status in _STATUSES]
        statement = select(self._member(inbox.c.body, "effect_key")).where(inbox.c.key.in_(keys))
        for key in self._db.execute(statement).scalars():
            if key and (queued := self.effect(key)) is not None:
                return queued
        mentioned = outbox.c.result.contains(_quoted("wamid", wamid), autoescape=True)
        return self._newest(outbox.c.kind == "send", mentioned)

    def row_effect(self, tab: str, row_id: str, *, told: bool = True) -> Queued | None:
        """The newest change of a row; with ``told`` only one that has words for Changes."""
        conditions = [
            outbox.c.kind.in_(("put_row", "drop_row")),
            outbox.c.state != "dropped",
            outbox.c.body.contains(_quoted("tab", tab), autoescape=True),
            outbox.c.body.contains(_quoted("row_id", row_id), autoescape=True),
        ]
        if told:
            conditions.append(~outbox.c.body.contains(_quoted("what", ""), autoescape=True))
        return self._newest(*conditions)

    def event_effect(self, event_id: str) -> Queued | None:
        """The newest change of ours to a diary event."""
        kinds = outbox.c.kind.in_(("put_event", "drop_event"))
        about = outbox.c.body.contains(_quoted("event_id", event_id), autoescape=True)
        return self._newest(kinds, about, outbox.c.state != "dropped")

    def change_of_row(self, row_id: str) -> dict[str, Any] | None:
        """The newest row of Changes about a row: raw cells, for when the outbox no longer knows."""
        statement = select(rows.c.body).where(rows.c.tab.in_(("changes", "book_changes")), ~rows.c.deleted)
        statement = statement.where(rows.c.body.contains(_quoted("row_id", row_id), autoescape=True))
        found = [json.loads(body) for body in self._db.execute(statement).scalars()]
        return max(found, key=lambda row: row.get("when") or 0, default=None)

    def accepted_twice(self) -> list[str]:
        """Keys of messages of class once that WhatsApp took more than once.

        Evidence: two wamids for one key, in our receipt and in the statuses, which carry the key back.
        """
        once = (outbox.c.kind == "send", outbox.c.body.contains(_quoted("cls", "once"), autoescape=True))
        told = (
            select(
                self._member(inbox.c.body, "effect_key").label("key"), self._member(inbox.c.body, "wamid").label("id")
            )
            .where(inbox.c.kind == "status")
            .distinct()
            .subquery()
        )
        seen: dict[str, set[str]] = {}
        own = select(outbox.c.key, self._member(outbox.c.result, "wamid").label("id")).where(*once)
        theirs = select(outbox.c.key, told.c.id).join(told, told.c.key == outbox.c.key).where(*once)
        for statement in (own, theirs):
            for row in self._db.execute(statement):
                seen.setdefault(row.key, set()).update([row.id] if row.id else [])
        return sorted(key for key, wamids in seen.items() if len(wamids) > 1)

    def _newest(self, *conditions: ColumnElement[bool]) -> Queued | None:
        found = self._load(_all().where(*conditions).order_by(outbox.c.seq.desc()).limit(1))
        return found[0] if found else None

    def _member(self, column: Column[str], name: str) -> ColumnElement[str]:
        """The text of one member of the JSON object in a column."""
        if self._db.dialect.name == "postgresql":
            member: ColumnElement[str] = cast(column, JSON)[name].as_string()
            return member
        extracted: ColumnElement[str] = func.json_extract(column, f"$.{name}")
        return extracted


def _quoted(name: str, value: str) -> str:
    """How a member stands in compact JSON. Quotes inside texts are escaped there, so nothing else looks like it."""
    return f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False)}"
