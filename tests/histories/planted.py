"""Bugs put in on purpose, each as a small patch: a simulator that does not catch them catches nothing.

A patch names what it replaces; when that is not there any more, the patch fails loudly instead of doing nothing.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from sheets_schema.diary import DiaryEvent
from sheets_schema.reading import Reading
from studio_sync.adapters.calendar import CalendarDiary
from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.adapters.whatsapp import WhatsAppMessenger
from studio_sync.delivery import doubts
from studio_sync.delivery.diary import DiaryLane
from studio_sync.delivery.sheet.numbers import Numbers
from studio_sync.delivery.sheet.plan import Planner
from studio_sync.errors import InDoubt
from studio_sync.journal import Journal, Kept, Tx
from studio_sync.ports import OutMessage
from studio_sync.rules import gate
from studio_sync.rules.effects import Send
from tests.histories.plan import Event
from tests.histories.planted_chain import CHAIN
from tests.histories.planted_more import MORE
from tests.histories.planted_odd import ODD
from tests.histories.planting import BOOK, COMMIT, NO_STATES, Planted, both, day, fault, kill, owner, said, tick
from webhook import meta, payloads


def _post_again() -> Any:
    """The client sends a POST again by itself when no answer comes."""
    once = WhatsAppMessenger.send

    def send(self: WhatsAppMessenger, message: OutMessage) -> str:
        for _ in range(2):
            with suppress(InDoubt):
                return once(self, message)
        return once(self, message)

    return patch.object(WhatsAppMessenger, "send", send)


def _forget_attempts() -> Any:
    """After a lost answer the attempt is forgotten, and what is not remembered as written is written again."""
    made = Planner.__init__
    assert hasattr(Tx, "attempts")

    def begin(self: Planner, snap: Any, reading: Reading, known: Any, *more: Any) -> None:
        tabs = {
            key: dataclasses.replace(
                seen, rows=tuple(r for r in seen.rows if not r.id or r.id in known.memory.get(key, {}))
            )
            for key, seen in reading.tabs.items()
        }
        made(self, snap, dataclasses.replace(reading, tabs=tabs), known, *more)
        self._receipts = set()

    return both(patch.object(Tx, "attempts", lambda *_: []), patch.object(Planner, "__init__", begin))


def _number_from_the_tab() -> Any:
    """The next number is one more than the highest in the tab."""
    assert callable(Numbers.__init__)

    def begin(self: Numbers, reading: Reading, journal: Any, given: Any = None) -> None:
        self._given = given or {}
        self.counters = {}
        for tab in reading.tabs.values():
            for row in tab.rows:
                series, _, digits = str(row.raws.get("number") or "").rpartition("-")
                if series and digits.isdecimal():
                    self._raise(series, int(digits))

    return patch.object(Numbers, "__init__", begin)


def _done_before_sent() -> Any:
    """A message is marked as done, and then sent."""
    claimed = Tx.claim

    def claim(self: Tx, key: str, now: datetime) -> bool:
        found = claimed(self, key, now)
        queued = self.effect(key)
        if found and queued is not None and isinstance(queued.effect, Send):
            self.done(key, {}, now)
        return found

    return patch.object(Tx, "claim", claim)


def _random_event_id() -> Any:
    """Every try to insert an event mints a new id."""
    insert = CalendarDiary.insert
    numbers = itertools.count(1)

    def again(self: CalendarDiary, event: DiaryEvent) -> DiaryEvent:
        return insert(self, dataclasses.replace(event, id=f"{event.id[:20]}{next(numbers):08d}"))

    # The day is read before and after each try, and a session of ours that stands there would be found.
    return both(
        patch.object(CalendarDiary, "insert", again),
        patch.object(DiaryLane, "_check_free", lambda *_: None),
        patch.object(DiaryLane, "_once_more", lambda _, written: written),
    )


def _no_patience() -> Any:
    """A message without an answer is sent again at once, whatever its class."""

    def settle(tx: Tx, _receipts: Any, queued: Any, now: datetime) -> None:
        tx.later(queued.effect.key, now, "once more", now)

    return both(patch.object(doubts, "DOUBT", timedelta(0)), patch.object(doubts, "_settle", settle))


def _stop_is_not_heard() -> Any:
    """The gate does not look who wants no messages."""
    assert hasattr(gate, "_opted_out")
    return patch.object(gate, "_opted_out", lambda *_: None)


def _every_delivery_is_new() -> Any:
    """A webhook that comes twice is two facts."""
    read = payloads.read
    numbers = itertools.count(1)

    def again(raw: bytes, now: datetime, phone_id: str) -> Any:
        delivery = read(raw, now, phone_id)
        facts = tuple(fact.model_copy(update={"key": f"{fact.key}#{next(numbers)}"}) for fact in delivery.facts)
        return dataclasses.replace(delivery, facts=facts)

    return patch.object(meta, "read", again)


def _answered_before_kept() -> Any:
    """The webhook is answered 200, and what it said is kept with the next one."""
    keep = Journal.receive
    waiting: list[Any] = []

    def later(self: Journal, facts: Any) -> Kept:
        if facts and facts[0].kind == "message":
            keep(self, list(waiting))
            waiting[:] = facts
            return Kept(len(facts))
        return keep(self, facts)

    return patch.object(Journal, "receive", later)


def _as_typed() -> Any:
    """Text that begins like a formula becomes one."""
    commit = SheetsWorkbook.commit

    def typed(self: SheetsWorkbook, requests: Any, **more: Any) -> Any:
        text = json.dumps(requests).replace('"stringValue": "=', '"formulaValue": "=')
        return commit(self, json.loads(text), **more)

    return patch.object(SheetsWorkbook, "commit", typed)


#: she sends an invoice, deletes its row, and sends the next
DELETED = day(tick(at=1), owner("deletes the newest invoice", at=60), tick(at=160))
#: a confirmation waits for the end of the quiet hours; meanwhile its client writes STOP
STOPPED = day(BOOK, Event(at=15, actor="client", act="stops", args={"who": "c-LERATO"}), start=(5, 57))
PROMISES = (
    Planted(
        name="a POST without an answer is sent again by the client",
        put_in=_post_again,
        story=day(tick(at=1), fault("lost", "whatsapp.messages", at=1), said("today", at=60)),
    ),
    Planted(
        name="the attempt is forgotten after a lost answer",
        put_in=_forget_attempts,
        story=day(BOOK, fault("lost", COMMIT, at=0.8), said("today", at=60)),
    ),
    Planted(name="the next number is one more than the highest in the tab", put_in=_number_from_the_tab, story=DELETED),
    Planted(
        name="marked as done before it is sent",
        put_in=_done_before_sent,
        story=day(BOOK, kill(at=0.5, where="before whatsapp.messages"), said("today", at=30)),
    ),
    Planted(
        name="an event's id is minted anew at each try",
        put_in=_random_event_id,
        story=day(BOOK, fault("lost", "calendar.events.insert", at=0.8), said("today", at=60)),
    ),
    Planted(
        name="sent again at once, whatever the class",
        put_in=_no_patience,
        story=day(NO_STATES, tick(at=1), fault("lost", "whatsapp.messages", at=1), said("today", at=250)),
    ),
    Planted(name="STOP is not heard by the gate", put_in=_stop_is_not_heard, story=STOPPED),
    Planted(
        name="a delivery that comes twice is two facts",
        put_in=_every_delivery_is_new,
        story=day(Event(at=0.5, actor="meta", act="delivers twice", args={"duplicate": 1.0}), BOOK),
    ),
    Planted(
        name="a webhook is answered before it is kept",
        put_in=_answered_before_kept,
        story=day(BOOK, said("today", at=30)),
    ),
    Planted(
        name="USER_ENTERED: text is taken as if it were typed",
        put_in=_as_typed,
        story=day(Event(at=1, actor="client", act="writes", args={"who": "c-LERATO", "text": "=1+1"})),
    ),
)
#: all of them
PLANTED = (*PROMISES, *CHAIN, *MORE, *ODD)
