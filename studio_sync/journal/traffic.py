"""What left of late, and what rests: enough to keep WhatsApp's limits and to know what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from studio_sync.journal.base import Part, plain
from studio_sync.journal.tables import pauses, sent
from studio_sync.rules.traffic import DAY, FAR, Pause, Traffic

#: older lines say nothing any more: a month and what is left of it
KEPT = timedelta(days=40)


class Leaving(Part):
    """A line per message that was posted, kept while it counts; a line per thing that rests."""

    def leaves(
        self, key: str, to: str, now: datetime, *, free_at: datetime, text: str, first: bool, month: str, kind: str
    ) -> None:
        """A message is posted. ``first``: outside the chat's 24 hours; ``kind``: its price category."""
        line = {"key": key, "lead": key, "address": to, "at": now, "free_at": free_at, "text": text}
        self._db.execute(sent.insert(), [{**line, "first": first, "month": month, "category": kind}])

    def leaves_with(self, key: str, lead: str, to: str, now: datetime) -> None:
        """Another message is part of the post of ``lead``: one message for WhatsApp."""
        line = {"key": key, "lead": lead, "address": to, "at": now, "free_at": now, "text": "", "first": False}
        self._db.execute(sent.insert(), [{**line, "month": "", "category": ""}])

    def stays(self, lead: str) -> None:
        """It surely did not leave after all, nor what was part of it."""
        newest = select(func.max(sent.c.at)).where(sent.c.lead == lead).scalar_subquery()
        self._db.execute(delete(sent).where(sent.c.lead == lead, sent.c.at == newest))

    def with_lead(self, lead: str) -> list[str]:
        """Keys of the messages that were part of the post of ``lead``, without itself."""
        statement = select(sent.c.key).where(sent.c.lead == lead, sent.c.key != lead).distinct()
        return list(self._db.execute(statement.order_by(sent.c.key)).scalars())

    def traffic(self, to: str, now: datetime, resting: Mapping[str, Pause]) -> Traffic:
        """What decides about one message to ``to`` now."""
        oldest, count, among = self._reached(to, now)
        newest = select(sent.c.free_at).where(sent.c.address == to).order_by(sent.c.seq.desc()).limit(1)
        second = select(func.count()).where(sent.c.at > now - timedelta(seconds=1), sent.c.at <= now)
        return Traffic(
            free_at=self._db.execute(newest).scalar(),
            last_second=self._db.execute(second).scalar() or 0,
            reached=count,
            frees_at=oldest + DAY if oldest else None,
            among=among,
            pauses=resting,
        )

    def _reached(self, to: str, now: datetime) -> tuple[datetime | None, int, bool]:
        """Of the people written to first in 24 hours: when the oldest was last, how many, and whether ``to`` is one."""
        last = (
            select(sent.c.address, func.max(sent.c.at).label("at"))
            .where(sent.c.first, sent.c.at > now - DAY, sent.c.at <= now)
            .group_by(sent.c.address)
            .subquery()
        )
        row = self._db.execute(select(func.min(last.c.at), func.count()).select_from(last)).one()
        among = self._db.execute(select(func.count()).where(last.c.address == to)).scalar()
        return row[0], row[1], bool(among)

    def last_of(self, to: str, stem: str, since: datetime) -> datetime | None:
        """When a message whose text begins with ``stem`` last left for ``to``, after ``since``."""
        statement = select(func.max(sent.c.at)).where(
            sent.c.address == to, sent.c.at > since, sent.c.text.startswith(stem, autoescape=True)
        )
        return self._db.execute(statement).scalar()

    def sent_in(self, month: str, category: str) -> int:
        """How many messages of a price category were posted in a month (``2026-11``)."""
        statement = select(func.count()).where(sent.c.month == month, sent.c.category == category)
        return self._db.execute(statement).scalar() or 0

    def knows_what_left(self) -> bool:
        """Whether any line is kept."""
        return self._db.execute(select(sent.c.seq).limit(1)).scalar() is not None

    def forget_sent(self, now: datetime) -> None:
        """Drop the lines that say nothing any more."""
        self._db.execute(delete(sent).where(sent.c.at < now - KEPT))

    # -- what rests

    def pause(self, name: str, until: datetime, reason: str, now: datetime, *, again: bool = True) -> int:
        """``name`` rests until then; for the how-manieth time in a row. ``again``: False leaves the count as it is."""
        line = {"name": name, "until": until, "tries": 1, "reason": plain(reason), "since": now}
        statement = self._insert(pauses).values(**line)
        known = statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"until": until, "reason": plain(reason), "tries": pauses.c.tries + (1 if again else 0)},
        )
        return self._db.execute(known.returning(pauses.c.tries)).scalar() or 1

    def rests_until(self, name: str, until: datetime) -> None:
        """The end of a pause is another."""
        self._db.execute(update(pauses).where(pauses.c.name == name).values(until=until))

    def go_on(self, names: Iterable[str]) -> None:
        """These do not rest any more."""
        if self._db.execute(delete(pauses).where(pauses.c.name.in_(list(names)))).rowcount:
            self.news.add("messages")

    def resting(self, now: datetime) -> dict[str, Pause]:
        """Everything that rests or did until a moment ago: a pause ends when a message goes through."""
        found = self._db.execute(select(pauses).where(pauses.c.until < now + FAR))
        return {row.name: Pause(until=row.until, tries=row.tries, reason=row.reason, since=row.since) for row in found}
