"""What left of late, and what rests: enough to keep WhatsApp's limits and to know what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, func, select, update

from studio_sync.journal.base import Part, plain
from studio_sync.journal.tables import pauses, sent
from studio_sync.rules.traffic import DAY, FAR, Pause, Traffic

#: older lines say nothing any more: a month and what is left of it
KEPT = timedelta(days=40)

_MOMENT = sent.c.at.type
_WITHIN = (sent.c.at > bindparam("after", type_=_MOMENT), sent.c.at <= bindparam("now", type_=_MOMENT))
_SENT = sent.insert()
_WITH = select(sent.c.key).where(sent.c.lead == bindparam("lead"), sent.c.key != bindparam("lead"))
_WITH = _WITH.distinct().order_by(sent.c.key)
_FREE_AT = select(sent.c.free_at).where(sent.c.address == bindparam("to")).order_by(sent.c.seq.desc()).limit(1)
_BETWEEN = select(func.count()).where(*_WITHIN)
_LAST = select(sent.c.address, func.max(sent.c.at).label("at")).where(sent.c.first, *_WITHIN)
_LAST_OF = _LAST.group_by(sent.c.address).subquery()
_REACHED = select(func.min(_LAST_OF.c.at), func.count()).select_from(_LAST_OF)
_AMONG = select(func.count()).where(_LAST_OF.c.address == bindparam("to"))
_SENT_IN = select(func.count()).where(sent.c.month == bindparam("month"), sent.c.category == bindparam("category"))
_GO_ON = delete(pauses).where(pauses.c.name.in_(bindparam("names", expanding=True)))
_FORGET = delete(sent).where(sent.c.at < bindparam("before", type_=_MOMENT))
_RESTING = select(pauses).where(pauses.c.until < bindparam("far", type_=_MOMENT))


class Leaving(Part):
    """A line per message that was posted, kept while it counts; a line per thing that rests."""

    def leaves(
        self, key: str, to: str, now: datetime, *, free_at: datetime, text: str, first: bool, month: str, kind: str
    ) -> None:
        """A message is posted. ``first``: outside the chat's 24 hours; ``kind``: its price category."""
        line = {"key": key, "lead": key, "address": to, "at": now, "free_at": free_at, "text": text}
        self._db.execute(_SENT, [{**line, "first": first, "month": month, "category": kind}])

    def leaves_with(self, key: str, lead: str, to: str, now: datetime) -> None:
        """Another message is part of the post of ``lead``: one message for WhatsApp."""
        line = {"key": key, "lead": lead, "address": to, "at": now, "free_at": now, "text": "", "first": False}
        self._db.execute(_SENT, [{**line, "month": "", "category": ""}])

    def stays(self, lead: str) -> None:
        """It surely did not leave after all, nor what was part of it."""
        newest = select(func.max(sent.c.at)).where(sent.c.lead == lead).scalar_subquery()
        self._db.execute(delete(sent).where(sent.c.lead == lead, sent.c.at == newest))

    def with_lead(self, lead: str) -> list[str]:
        """Keys of the messages that were part of the post of ``lead``, without itself."""
        return list(self._db.execute(_WITH, {"lead": lead}).scalars())

    def traffic(self, to: str, now: datetime, resting: Mapping[str, Pause]) -> Traffic:
        """What decides about one message to ``to`` now."""
        oldest, count, among = self._reached(to, now)
        return Traffic(
            free_at=self._db.execute(_FREE_AT, {"to": to}).scalar(),
            last_second=self._db.execute(_BETWEEN, {"after": now - timedelta(seconds=1), "now": now}).scalar() or 0,
            reached=count,
            frees_at=oldest + DAY if oldest else None,
            among=among,
            pauses=resting,
        )

    def _reached(self, to: str, now: datetime) -> tuple[datetime | None, int, bool]:
        """Of the people written to first in 24 hours: when the oldest was last, how many, and whether ``to`` is one."""
        within = {"after": now - DAY, "now": now}
        oldest, count = self._db.execute(_REACHED, within).one()
        return oldest, count, bool(self._db.execute(_AMONG, {**within, "to": to}).scalar())

    def last_of(self, to: str, stem: str, since: datetime) -> datetime | None:
        """When a message whose text begins with ``stem`` last left for ``to``, after ``since``."""
        statement = select(func.max(sent.c.at)).where(
            sent.c.address == to, sent.c.at > since, sent.c.text.startswith(stem, autoescape=True)
        )
        return self._db.execute(statement).scalar()

    def sent_in(self, month: str, category: str) -> int:
        """How many messages of a price category were posted in a month (``2026-11``)."""
        return self._db.execute(_SENT_IN, {"month": month, "category": category}).scalar() or 0

    def knows_what_left(self) -> bool:
        """Whether any line is kept."""
        return self._db.execute(select(sent.c.seq).limit(1)).scalar() is not None

    def forget_sent(self, now: datetime) -> None:
        """Drop the lines that say nothing any more."""
        self._db.execute(_FORGET, {"before": now - KEPT})

    # -- what rests

    def pause(self, name: str, until: datetime, reason: str, now: datetime, *, again: bool = True) -> int:
        """``name`` rests until then; for the how-manieth time in a row. ``again``: False leaves the count as it is."""
        line = {"name": name, "until": until, "tries": 1, "reason": plain(reason), "since": now}
        statement = self._insert(pauses).values(**line)
        tries = pauses.c.tries + (1 if again else 0)
        new = statement.excluded.since  # earlier than what is known when the clock was put back
        begun = case((pauses.c.since > new, new), else_=pauses.c.since)
        known = statement.on_conflict_do_update(
            index_elements=["name"], set_={"until": until, "reason": plain(reason), "tries": tries, "since": begun}
        )
        return self._db.execute(known.returning(pauses.c.tries)).scalar() or 1

    def rests_until(self, name: str, until: datetime) -> None:
        """The end of a pause is another."""
        self._db.execute(update(pauses).where(pauses.c.name == name).values(until=until))

    def go_on(self, names: Iterable[str]) -> None:
        """These do not rest any more."""
        if self._db.execute(_GO_ON, {"names": list(names)}).rowcount:
            self.news.add("messages")

    def resting(self, now: datetime) -> dict[str, Pause]:
        """Everything that rests or did until a moment ago: a pause ends when a message goes through."""
        found = self._db.execute(_RESTING, {"far": now + FAR})
        return {row.name: Pause(until=row.until, tries=row.tries, reason=row.reason, since=row.since) for row in found}
