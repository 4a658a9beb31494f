"""Why a row or an event is there: what we did to it last, or what the owner did by hand since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheets_schema.diary import DiaryEvent
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts.catalogue import part
from studio_sync.journal import Queued
from studio_sync.rules.effects import DropEvent, PutEvent, PutRow, Send
from studio_sync.rules.facts import Fact, MessageCame
from webhook.sentences import Answer, Teller, five, reason
from webhook.why_messages import came, caused, sent


def row(teller: Teller, tab: str, row_id: str) -> Answer | None:
    """About a row of ``tab`` (its key); None for one that only she ever touched."""
    cells = teller.tx.row(tab, row_id) or {}
    if tab == "messages":
        return _receipt(teller, row_id, cells)
    if tab == "today":
        return _today(teller, row_id)
    if tab in {"changes", "book_changes"}:
        queued = teller.tx.effect(str(cells.get("key") or ""))
        return _written(teller, queued) if queued else None
    queued = teller.tx.row_effect(tab, row_id) or teller.tx.row_effect(tab, row_id, told=False)
    hand = teller.tx.last_fact(f"row:{tab}:{row_id}:")
    if hand is not None and (queued is None or _at(teller, queued, hand)):
        return _by_hand(teller, tab, hand)
    if queued is not None:
        return _written(teller, queued)
    change = teller.tx.change_of_row(row_id)
    return five(BY_KEY[tab].title, str(change.get("what") or "")) if change and tab in BY_KEY else None


def _at(teller: Teller, queued: Queued, hand: Fact) -> bool:
    """Whether her hand was later than what we did, and not its cause."""
    cause = teller.tx.fact(queued.fact_key)
    return cause is not None and cause.key != hand.key and hand.at > cause.at


def _receipt(teller: Teller, row_id: str, cells: dict[str, Any]) -> Answer | None:
    """A row of Messages is about its message."""
    key = str(cells.get("key") or "")
    if not key:
        queued = teller.tx.row_effect("messages", row_id, told=False)
        key = str(queued.effect.cells.get("key") or "") if queued and isinstance(queued.effect, PutRow) else ""
    fact = teller.tx.fact(key)
    if isinstance(fact, MessageCame):
        return came(teller, fact)
    send = teller.tx.effect(key)
    if send is not None and isinstance(send.effect, Send):
        return sent(teller, send, send.effect)
    why = str(cells.get("why") or "")
    return five(BY_KEY["messages"].title, part("why.receipt"), why.replace("\n", " ")) if cells else None


def _today(teller: Teller, row_id: str) -> Answer | None:
    """A line of Today stands for a row: ``s:`` or ``n:<booking>``, ``d:<question>``, ``a:<question>:<answer>``."""
    kind, _, rest = row_id.partition(":")
    found = None
    if kind in {"s", "n"}:
        found = row(teller, "bookings", rest)
    elif kind in {"d", "a"}:
        found = row(teller, "questions", rest.split(":")[0])
    return found or five(BY_KEY["today"].title, part("why.today"))


def _by_hand(teller: Teller, tab: str, fact: Fact) -> Answer:
    title = BY_KEY[tab].title if tab in BY_KEY else tab
    return five(title, teller.cause(fact), "", caused(teller, fact.key), "", teller.messages_of(fact.key))


def _written(teller: Teller, queued: Queued) -> Answer:
    effect = queued.effect
    tab = BY_KEY.get(getattr(effect, "tab", ""))
    title = tab.title if tab else ""
    fact = teller.tx.fact(queued.fact_key)
    what = str(getattr(effect, "what", "")) or part("why.written", tab=title)
    who, undo = str(getattr(effect, "who", "")), int(getattr(effect, "undo", 0))
    by = {"source": who, "start": teller.start(queued.since)}
    hand = part("why.by_undo", **by, undo=str(undo)) if who and undo else part("why.by", **by) if who else ""
    if queued.state in {"parked", "dropped", "held"}:
        hand = part("why.not_sent", because=reason(queued))
    return five(
        title,
        what,
        _told(teller, queued.fact_key) or teller.cause(fact),
        teller.needed(effect.needs),
        hand,
        teller.messages_of(queued.fact_key),
    )


def _told(teller: Teller, fact_key: str) -> str:
    """What the messages of the same decision say about why."""
    sends = [queued.effect for queued in teller.tx.effects_of(fact_key) if isinstance(queued.effect, Send)]
    longest: Sequence[str] = max((send.why for send in sends), key=len, default=())
    return " ".join(longest)


def event_of(teller: Teller, event_id: str) -> Answer | None:
    """About a session in the calendar; None for an entry of her own."""
    queued = teller.tx.event_effect(event_id)
    event = next((event for event in teller.tx.events() if event.id == event_id), None)
    hand = teller.tx.last_fact(f"event:{event_id}:")
    if queued is None and (event is None or not event.session):
        return None
    title = event.title if event else queued.effect.title if queued and isinstance(queued.effect, PutEvent) else ""
    why = ""
    if hand is not None and (queued is None or _at(teller, queued, hand)):
        why = teller.cause(hand)
    elif queued is not None:
        why = _told(teller, queued.fact_key) or teller.cause(teller.tx.fact(queued.fact_key))
    gone = event is None and queued is not None and isinstance(queued.effect, DropEvent)
    return five(
        title or part("why.session_freed"),
        part("why.session_freed") if gone else part("why.session", text=title or event_id),
        why,
        teller.needed(queued.effect.needs) if queued else part("why.nothing"),
        _seats(event, queued),
        teller.messages_of(queued.fact_key) if queued else part("why.calendar_free"),
    )


def _seats(event: DiaryEvent | None, queued: Queued | None) -> str:
    held = event or (queued.effect if queued and isinstance(queued.effect, PutEvent) else None)
    if held is None or not held.seats:
        return ""
    names = ", ".join(seat.name for seat in held.seats)
    return part("why.seats", names=names, n=str(len(held.seats)), k=str(max(held.capacity, len(held.seats))))
