"""The outbox: every effect once, by its key, until it is done.

States, with the method that leads there::

    queued --claim--> sending --done--> done          waiting  later: not before next_at (gate said wait, or a retry)
      ^                  |                            held     hold: a person must say so (class once, in doubt)
      |               doubt, later, hold, park        parked   park: refused by its content, shown to a person
    put_effects          v                            unknown  doubt: perhaps done, a status will tell
                 any but done --drop--> dropped    done, unknown --again--> waiting: taken, and refused by a late word

``done`` and ``dropped`` are final, except that ``done`` may overtake ``dropped`` (it did happen after all) and that
deciding the fact again replaces a dropped effect.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import Executable, Select, bindparam, delete, exists, func, or_, select, update

from studio_sync.journal.base import EVERY, Part, dump, insert_into, plain
from studio_sync.journal.rewritten import rewritten
from studio_sync.journal.tables import needs, outbox
from studio_sync.rules.effects import DropRow, Effect, PutRow, Send, load_effect

Lane = Literal["sheet", "diary", "messages", "files", "note"]

#: Which lane delivers an effect of a kind.
LANES: Mapping[str, Lane] = {
    "put_row": "sheet", "drop_row": "sheet",
    "put_event": "diary", "drop_event": "diary",
    "send": "messages", "mail": "messages",
    "render": "files", "fetch": "files", "ask": "files",
    "note": "note",
}  # fmt: skip

#: Not yet tried, or to be tried again.
OPEN = ("queued", "waiting")
#: Coming true or perhaps true already: what the snapshot must show.
COMING = (*OPEN, "sending", "unknown")
#: Surely not done: may still be dropped when its fact is decided again. ``held`` is not: it was in doubt before.
UNDELIVERED = (*OPEN, "parked")
FINAL = ("done", "dropped")
#: a moment farther ahead was noted before the clock was put back; nearer ones are of threads that wrote just now
AHEAD = timedelta(minutes=2)
#: what ``Snapshots`` asks the version of, as of any tab
OUTBOX = "_outbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """An effect and how far it got."""

    effect: Effect
    fact_key: str
    seq: int
    lane: str
    #: queued, waiting, sending, unknown, held, parked, done, dropped
    state: str
    #: how often it was claimed
    tries: int
    #: in this state since
    since: datetime
    #: not to be tried before
    next_at: datetime
    reason: str
    #: what ``done`` was told
    result: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxLine:
    """An effect as kept, for people to look at: also one that this version cannot read."""

    seq: int
    key: str
    fact_key: str
    kind: str
    lane: str
    state: str
    tries: int
    next_at: datetime
    since: datetime
    reason: str
    #: JSON
    result: str
    #: the effect's JSON
    body: str


class Outbox(Part):
    """Effects in, claimed, done."""

    def put_effects(self, fact_key: str, effects: Sequence[Effect], now: datetime) -> int:
        """Queue the effects of a fact in their order; the number newly queued.

        A key already there is left as it is, whatever it says, unless it was dropped: then it is queued anew. A row
        that was written and is decided otherwise now (its fact was decided again) is queued beside it, as `rewritten`.
        """
        keys = [effect.key for effect in effects]
        if not keys:
            return 0
        self._db.execute(_OUSTED, {"fact": fact_key, "keys": keys})
        count = 0
        other: dict[str, str] = {}
        for effect in effects:
            if other:
                effect = effect.model_copy(update={"needs": tuple(other.get(need, need) for need in effect.needs)})
            if self._db.execute(_put(self._dialect), _encode(effect, fact_key, now)).scalar() is None:
                known = self.effect(effect.key)
                again = rewritten(effect, known.effect) if known and known.state == "done" else None
                if again is None:
                    continue
                other[effect.key] = again.key
                effect = again
                if self._db.execute(_put(self._dialect), _encode(effect, fact_key, now)).scalar() is None:
                    continue
            count += 1
            self.news.add(LANES[effect.kind])
            self._put_needs(effect)
        self._now = now
        self._touched.add(OUTBOX)
        return count

    def _put_needs(self, effect: Effect) -> None:
        self._db.execute(_NEEDLESS, {"of": effect.key})
        wanted = dict.fromkeys(effect.needs)
        if wanted:
            self._db.execute(_NEED, [{"key": effect.key, "need": need} for need in wanted])
            self._needed.update(wanted)

    def ready(self, lane: Lane, now: datetime, limit: int = 100, *, kind: str = "") -> list[Queued]:
        """What ``lane`` may do now: due and with every need done, by priority (messages only), then in order.

        What came into its state after ``now`` did so before the clock was put back: it is due, or it would wait as long
        once more. ``kind``: only effects of this kind.
        """
        when = {"now": now, "ahead": now + AHEAD}
        if kind:
            return self._load(_READY_OF, lane=lane, most=limit, kind=kind, **when)
        return self._load(_READY, lane=lane, most=limit, **when)

    def blocked(self, lane: Lane, since: datetime, limit: int = 100) -> list[Queued]:
        """What ``lane`` would do but for a need not done, in its state since ``since`` or longer."""
        return self._load(_BLOCKED, lane=lane, since=since, most=limit)

    def claim(self, key: str, now: datetime) -> bool:
        """Take an effect to deliver it: True for one caller only, and the try is counted."""
        self._touched.add(OUTBOX)
        return self._db.execute(_CLAIM, {"of": key, "now": now}).rowcount == 1

    def done(self, key: str, result: Mapping[str, Any], now: datetime) -> bool:
        """It happened, with this result (JSON). False when it was done before: the first result stays."""
        lane = self._db.execute(_DONE, {"of": key, "now": now, "told": dump(dict(result))}).scalar()
        if lane is None:
            return False
        self.news.update([lane, *self._db.execute(_WAITING_FOR, {"need": key}).scalars()])
        self._touched.add(OUTBOX)
        return True

    def later(self, key: str, next_at: datetime, reason: str, now: datetime) -> bool:
        """Try (again) at ``next_at``; ``next_at=now`` also releases what is held, parked or unknown."""
        if next_at <= now:
            self.news.add(EVERY)
        return self._move(key, "waiting", reason, now, next_at=next_at)

    def again(self, key: str, wamid: str, next_at: datetime, reason: str, now: datetime) -> bool:
        """It was taken and then refused: once more at ``next_at``. False when it is on its way again already.

        Words about the lost ``wamid`` that come later mean nothing any more (``lost_wamids``).
        """
        queued = self.effect(key)
        if queued is None or queued.state not in {"done", "sending", "unknown"} or wamid in lost_wamids(queued):
            return False
        result = {"lost": [*lost_wamids(queued), wamid]}
        values = {"state": "waiting", "since": now, "next_at": next_at, "reason": plain(reason), "result": dump(result)}
        self._db.execute(update(outbox).where(outbox.c.key == key).values(**values))
        self._touched.add(OUTBOX)
        self.news.add(queued.lane)
        return True

    def hold(self, key: str, reason: str, now: datetime) -> bool:
        """Leave it until a person says so."""
        return self._move(key, "held", reason, now)

    def doubt(self, key: str, reason: str, now: datetime) -> bool:
        """The answer was lost: perhaps done."""
        return self._move(key, "unknown", reason, now)

    def park(self, key: str, reason: str, now: datetime) -> bool:
        """Refused for what it says; a person must look."""
        return self._move(key, "parked", reason, now)

    def drop(self, key: str, reason: str, now: datetime) -> bool:
        """It will not be done, nor will what needs it."""
        changed = self._move(key, "dropped", reason, now)
        if changed:
            self._dropped.add(key)
        return changed

    def _move(self, key: str, state: str, reason: str, now: datetime, **values: Any) -> bool:
        self._now = now
        self._touched.add(OUTBOX)
        statement = update(outbox).where(outbox.c.key == key, outbox.c.state.not_in(FINAL))
        return self._db.execute(statement.values(state=state, reason=plain(reason), since=now, **values)).rowcount == 1

    def drop_undelivered(self, fact_key: str, now: datetime) -> list[str]:
        """Drop what was surely not delivered of a fact, before ``reopen``; the keys dropped, in order.

        Effects of other facts that need one of them wait for the new decision: queued again under the same key, they
        go on; left out of it, they are dropped.
        """
        statement = update(outbox).where(outbox.c.fact_key == fact_key, outbox.c.state.in_(UNDELIVERED))
        statement = statement.values(state="dropped", reason="decided again", since=now)
        found = self._db.execute(statement.returning(outbox.c.seq, outbox.c.key)).all()
        self._now = now
        self._touched.add(OUTBOX)
        self._dropped.update(row.key for row in found)
        return [row.key for row in sorted(found)]

    def restart(self, now: datetime) -> list[Queued]:
        """After a crash: every message found ``sending`` becomes ``unknown`` (returned), everything else ``queued``."""
        self._db.execute(_AGAIN, {"now": now})
        keys = list(self._db.execute(_IN_DOUBT, {"now": now}).scalars())
        self.news.add(EVERY)
        self._touched.add(OUTBOX)
        return self._load(_all().where(outbox.c.key.in_(keys)).order_by(outbox.c.seq)) if keys else []

    def standing(self, state: str, lane: Lane | None = None, limit: int = 1000) -> list[Queued]:
        """Effects in one state, in order."""
        if lane is None:
            return self._load(_STANDING, state=state, most=limit)
        return self._load(_STANDING_IN, state=state, lane=lane, most=limit)

    def undelivered(self, kinds: Collection[str]) -> list[Effect]:
        """Effects of these kinds that are coming or perhaps true already, in order: the overlay of the snapshot."""
        wanted = list(kinds)
        coming = [row.seq for row in self._db.execute(_COMING, {"kinds": wanted}).all()]
        known = {seq: effect for seq in coming if (effect := self.shelf.effect(seq)) is not None}
        new = next((seq for seq in coming if seq not in known), None)
        if new is not None:  # hundreds may be coming: only those not read before are read
            known |= {queued.seq: queued.effect for queued in self._load(_COMING_FROM, kinds=wanted, first=new)}
        found = {seq: known[seq] for seq in coming if seq in known}
        if OUTBOX not in self._touched:  # a number given in a transaction that fails is given again
            self.shelf.effects[tuple(kinds)] = found
        return list(found.values())

    def highest_undo(self) -> int:
        """The highest undo number among row effects not yet in Changes; 0 when there is none."""
        return self._db.execute(_UNDO).scalar() or 0

    def effect(self, key: str) -> Queued | None:
        """One effect, or None."""
        found = self._load(_ONE, of=key)
        return found[0] if found else None

    def effects_of(self, fact_key: str) -> list[Queued]:
        """What a fact caused, in order."""
        return self._load(_OF_FACT, fact=fact_key)

    def result(self, key: str) -> tuple[str, dict[str, Any]] | None:
        """State and result of an effect; None when the key is unknown."""
        row = self._db.execute(_RESULT, {"of": key}).first()
        return None if row is None else (row.state, json.loads(row.result))

    def outbox_counts(self) -> dict[str, int]:
        """How many effects stand in each state."""
        found = self._db.execute(select(outbox.c.state, func.count().label("n")).group_by(outbox.c.state)).all()
        return dict.fromkeys((*COMING, "held", "parked", *FINAL), 0) | {row.state: row.n for row in found}

    def outbox_lines(self, state: str = "", limit: int = 100) -> list[OutboxLine]:
        """The newest ``limit`` effects, newest first, of one state or of all."""
        columns = [outbox.c[name] for name in OutboxLine.__slots__]
        statement = select(*columns).order_by(outbox.c.seq.desc()).limit(limit)
        if state:
            statement = statement.where(outbox.c.state == state)
        return [OutboxLine(**row._asdict()) for row in self._db.execute(statement)]

    def _load(self, statement: Select[Any], **values: Any) -> list[Queued]:
        """Rows as effects; one that cannot be read any more is parked and passed over."""
        found = []
        for row in self._db.execute(statement, values).all():
            try:
                found.append(_decode(row, self.shelf.effect(row.seq) or load_effect(row.body)))
            except ValidationError as error:
                if self._writing and row.state not in FINAL:
                    self.park(row.key, f"unreadable: {error}", row.since)
        return found


def lost_wamids(queued: Queued) -> list[str]:
    """Under which ids WhatsApp took this message and then refused it."""
    return [str(wamid) for wamid in queued.result.get("lost", ())]


def _all() -> Select[Any]:
    return select(outbox)


def _blocked() -> Any:
    """Some need is not done. A need we have never heard of is not done either."""
    need = outbox.alias("need")
    met = exists().where(need.c.key == needs.c.need, need.c.state == "done")
    return exists().where(needs.c.key == outbox.c.key, ~met)


_NOW: Any = bindparam("now", type_=outbox.c.since.type)
_THIS = outbox.c.key == bindparam("of")
_OPEN_IN = (outbox.c.lane == bindparam("lane"), outbox.c.state.in_(OPEN))
_MOST: Any = bindparam("most")
_IS_DUE = or_(outbox.c.next_at <= _NOW, outbox.c.since > bindparam("ahead", type_=outbox.c.since.type))
_READY = _all().where(*_OPEN_IN, _IS_DUE, ~_blocked())
_READY = _READY.order_by(outbox.c.priority, outbox.c.seq).limit(_MOST)
_READY_OF = _READY.where(outbox.c.kind == bindparam("kind"))
_BLOCKED = _all().where(*_OPEN_IN, outbox.c.since <= bindparam("since", type_=outbox.c.since.type), _blocked())
_BLOCKED = _BLOCKED.order_by(outbox.c.seq).limit(_MOST)
_STANDING = _all().where(outbox.c.state == bindparam("state")).order_by(outbox.c.seq).limit(_MOST)
_STANDING_IN = _STANDING.where(outbox.c.lane == bindparam("lane"))
_IS_COMING = (outbox.c.state.in_(COMING), outbox.c.kind.in_(bindparam("kinds", expanding=True)))
_COMING = select(outbox.c.seq).where(*_IS_COMING).order_by(outbox.c.seq)
_COMING_FROM = _all().where(*_IS_COMING, outbox.c.seq >= bindparam("first")).order_by(outbox.c.seq)
_ONE = _all().where(_THIS)
_OF_FACT = _all().where(outbox.c.fact_key == bindparam("fact")).order_by(outbox.c.seq)
_RESULT = select(outbox.c.state, outbox.c.result).where(_THIS)
_UNDO = select(func.max(outbox.c.undo)).where(
    outbox.c.state.in_((*COMING, "held", "parked")), outbox.c.kind.in_(("put_row", "drop_row"))
)
_CLAIM = update(outbox).where(_THIS, outbox.c.state.in_(OPEN))
_CLAIM = _CLAIM.values(state="sending", since=_NOW, tries=outbox.c.tries + 1)
_DONE = update(outbox).where(_THIS, outbox.c.state != "done")
_DONE = _DONE.values(state="done", since=_NOW, reason="", result=bindparam("told")).returning(outbox.c.lane)
_STOPPED = update(outbox).where(outbox.c.state == "sending")
_AGAIN = _STOPPED.where(outbox.c.lane != "messages").values(state="queued", since=_NOW, next_at=_NOW)
_IN_DOUBT = _STOPPED.where(outbox.c.lane == "messages").values(state="unknown", since=_NOW)
_IN_DOUBT = _IN_DOUBT.values(reason="stopped while sending").returning(outbox.c.key)
_WAITING_FOR = select(outbox.c.lane).where(
    outbox.c.key.in_(select(needs.c.key).where(needs.c.need == bindparam("need")))
)
_OUSTED = delete(outbox).where(
    outbox.c.fact_key == bindparam("fact"),
    outbox.c.key.in_(bindparam("keys", expanding=True)),
    outbox.c.state == "dropped",
)
_NEED = needs.insert()
_NEEDLESS = delete(needs).where(needs.c.key == bindparam("of"))


@cache
def _put(dialect: str) -> Executable:
    return insert_into(outbox, dialect).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.seq)


def _encode(effect: Effect, fact_key: str, now: datetime) -> dict[str, Any]:
    return {
        "key": effect.key,
        "fact_key": fact_key,
        "kind": effect.kind,
        "lane": LANES[effect.kind],
        "priority": effect.priority if isinstance(effect, Send) else 2,
        "undo": effect.undo if isinstance(effect, PutRow | DropRow) else 0,
        "body": effect.model_dump_json(),
        "state": "queued",
        "tries": 0,
        "next_at": now,
        "since": now,
        "reason": "",
        "result": "{}",
    }


def _decode(row: Any, effect: Effect) -> Queued:
    return Queued(
        effect=effect,
        fact_key=row.fact_key,
        seq=row.seq,
        lane=row.lane,
        state=row.state,
        tries=row.tries,
        since=row.since,
        next_at=row.next_at,
        reason=row.reason,
        result=json.loads(row.result),
    )
