"""Plain sentences about what happened, what was done and what it waited for, in words a person knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheets_schema.policies import Settings, read_settings
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import part
from studio_sync.journal import Queued, Tx
from studio_sync.rules.effects import DropEvent, DropRow, PutEvent, PutRow, Render, Send
from studio_sync.rules.facts import (
    EventChanged,
    Fact,
    MessageCame,
    Outcome,
    RowChanged,
    RowGone,
    RowsImported,
    RowsPasted,
    RowTyped,
    Tick,
)
from studio_sync.rules.ink import message_id

Answer = dict[str, Any]
_LABELS = ("what", "why", "needed", "rules", "cost")
#: How many steps back a cause is followed: tick box -> number -> paper -> message.
FARTHEST = 6


def five(title: str, *lines: str) -> Answer:
    """What, Why, Needed, Rules, Cost, in this order; an empty line is left out."""
    labels = [part(f"why.{name}_label") for name in _LABELS]
    return {"title": title, "lines": [[label, line] for label, line in zip(labels, lines, strict=False) if line]}


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Says things in the studio's time and the owner's name. Lives as long as its transaction."""

    tx: Tx
    settings: Settings
    now: datetime

    @classmethod
    def of(cls, tx: Tx, now: datetime) -> Teller:
        """A teller on what the Settings tab said last."""
        cells = {name: row.get("value") for name, row in tx.rows("settings").items()}
        settings, _ = read_settings(cells, now.date())
        return cls(tx=tx, settings=settings, now=now)

    @property
    def owner(self) -> str:
        """The owner by name."""
        return self.settings.owner_name or part("why.owner")

    def clock(self, at: datetime) -> str:
        """``08:40``, local."""
        return words.clock(at.astimezone(self.settings.zone))

    def start(self, at: datetime) -> str:
        """``Wed 4 Nov 08:40``, local."""
        zone = self.settings.zone
        return words.start(at.astimezone(zone), self.now.astimezone(zone).date())

    def sender(self, fact: MessageCame) -> str:
        """Who wrote: by the row of Messages, for the shown name of WhatsApp is never trusted; else the number."""
        ident = message_id(fact.key)
        cells = self.tx.row("messages", ident)
        if cells is None:
            queued = self.tx.row_effect("messages", ident, told=False)
            cells = queued.effect.cells if queued and isinstance(queued.effect, PutRow) else {}
        return str(cells.get("who") or "") or words.phone_words(fact.phone) or fact.user_id or "?"

    def cause(self, fact: Fact | None, depth: int = 0) -> str:
        """Why something was done: what came in, "" when that is no longer known."""
        owner, time = self.owner, self.clock(fact.at) if fact else ""
        match fact:
            case MessageCame():
                who = self.sender(fact)
                answer = part("why.answer_to", text=fact.text) + " " if fact.text.strip() else ""
                return answer + part("why.wrote", name=who, time=time)
            case RowChanged():
                return self._edited(fact, owner, time)
            case RowsPasted():
                return part("why.rows_pasted", owner=owner, rows=words.plural(len(fact.rows), "row"), time=time)
            case RowTyped():
                return part("why.row_typed", owner=owner, time=time)
            case RowGone():
                return part("why.row_gone", owner=owner, time=time)
            case RowsImported():
                return part("log.imported", name=fact.file, n=str(len(fact.rows))) + "."
            case EventChanged():
                return part("why.event_moved", owner=owner, time=time)
            case Tick():
                return part("why.tick", what=fact.name.replace("_", " ").replace(".", " "), time=time)
            case Outcome() if depth < FARTHEST:
                queued = self.tx.effect(fact.effect_key)
                return self.cause(self.tx.fact(queued.fact_key), depth + 1) if queued else ""
            case _:
                return part("why.whatsapp_told", time=time) if fact else ""

    def _edited(self, fact: RowChanged, owner: str, time: str) -> str:
        tab = BY_KEY.get(fact.tab)
        fields = [name for name in fact.after if fact.changed(name) and tab is not None and name in tab.by_field]
        if not fields or tab is None:
            return part("why.typed", owner=owner, column=fact.tab, time=time)
        column = tab.column(fields[0]).title
        ticked = fact.after.get(fields[0]) is True
        return part("why.ticked" if ticked else "why.typed", owner=owner, column=column, time=time)

    def needed(self, keys: Iterable[str]) -> str:
        """What had to be done first, the last of it per place and when that was; or what is still waited for."""
        found = [queued for key in keys if (queued := self.tx.effect(key)) is not None]
        found.sort(key=lambda queued: (queued.state != "done", queued.since))
        last = {queued.lane: told for queued in found if (told := self._need(queued))}
        return " ".join(last.values()) or part("why.nothing")

    def _need(self, queued: Queued) -> str:
        done = queued.state == "done"
        at = f"{queued.since.astimezone(self.settings.zone):%H:%M:%S}"
        match queued.effect:
            case PutEvent() | DropEvent():
                return part("why.diary", clock=at) if done else part("why.waits_diary")
            case PutRow() | DropRow():
                return part("why.sheet", clock=at) if done else part("why.waits_sheet")
            case Render() if done:
                return part("why.paper", time=self.clock(queued.since))
            case _:
                return ""

    def rules(self, queued: Queued) -> str:
        """The rules a message went by, or what keeps it from leaving."""
        match queued.state:
            case "done":
                return " ".join(map(str, queued.result.get("rules", ()))) or part("why.mode", mode=self.settings.mode)
            case "dropped" | "parked":
                return part("why.not_sent", because=reason(queued))
            case "held":
                return part("why.held", owner=self.owner)
            case "unknown":
                return part("why.in_doubt")
            case "sending":
                return part("why.leaving")
            case _ if queued.reason:
                return part("why.waits", because=reason(queued))
            case _:
                return part("why.waits_turn")

    def messages_of(self, fact_key: str) -> str:
        """Whom a fact made us write to."""
        sends = [q.effect for q in self.tx.effects_of(fact_key) if isinstance(q.effect, Send)]
        if not sends:
            return part("why.messages_none")
        names = ", ".join(dict.fromkeys(send.name or send.to for send in sends))
        return part("why.messages_with", messages=words.plural(len(sends), "message"), names=names)


def reason(queued: Queued) -> str:
    """Why an effect has not happened, for a person: our own remarks reworded, those of services as they are."""
    told = queued.reason
    if told.startswith("needs "):
        return part("why.not_needed")
    if told == "decided again":
        return part("why.not_needed_now")
    if told == "stopped while sending":
        return part("why.stopped")
    return told.rstrip(".") or part("why.not_needed_now")
