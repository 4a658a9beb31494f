"""Ink: what one decision writes with. It mints ids and keys from the fact alone, so the same fact always says the same.

Keys are made of what the effect is about (``<fact>/send:booking.confirmed:c-1``), not of its place in a list: a fact
that is decided again on fresher state meets its delivered effects again by key.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.diary import DiaryEvent, DiarySeat
from sheets_schema.snapshot import Snapshot, Table, cells
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts import words
from sheets_schema.texts.catalogue import load, part, render_message
from sheets_schema.texts.model import Button as TextButton
from sheets_schema.texts.model import Rendered
from sheets_schema.texts.pieces import ALONE, WITH_BUTTONS, pieces
from studio_sync.rules.effects import Button, DropEvent, Effect, MessageClass, Note, PutEvent, PutRow, Send
from studio_sync.rules.facts import Fact, MessageCame
from studio_sync.rules.people import Who, first_of

#: whose turn it is when many wait: what people wait for, papers and all else of class once, news
USUAL, BY_CLASS, NEWS = 2, 4, 5
#: the message that says who we are, before any other of ours
FIRST = "hello.first_contact"
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"


def short_hash(*parts: str, length: int = 8) -> str:
    """``length`` letters and digits (no I, O, U) that depend on ``parts`` only."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:16])
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def message_id(key: str) -> str:
    """The id of the Messages row of one Send, by its key."""
    return f"m-{short_hash(key)}"


def send_key(fact_key: str, text: str, label: str) -> str:
    """The key of a Send: which fact, which text, about or to whom."""
    return f"{fact_key}/send:{text}:{label}"


def _asked_for(event: PutEvent | DropEvent) -> str:
    """A short hash of what an event is to be like."""
    if isinstance(event, DropEvent):
        return "gone"
    seats = ",".join(sorted(seat.booking for seat in event.seats))
    return short_hash(event.start.isoformat(), event.end.isoformat(), event.type, str(event.held), seats, length=4)


def _laid(event: PutEvent) -> DiaryEvent:
    """The event as it will stand; its etag names the effect that a later change has to wait for."""
    return DiaryEvent(
        id=event.event_id,
        start=event.start,
        end=event.end,
        title=event.title,
        etag=f"pending:{event.key}",
        session=event.session,
        type=event.type,
        capacity=event.capacity,
        seats=tuple(DiarySeat(booking=seat.booking, client=seat.client, name=seat.name) for seat in event.seats),
        held=event.held,
        made_by=event.key,
    )


def first_contact(snap: Snapshot, who: str, address: str, text: str) -> bool:
    """Whether this client has never heard of us here and never wrote: the studio says first who it is, and how to stop.

    What stands in the workbook tells: a message that left for or came from this client, or a day of contact.
    """
    client = snap.clients.get(who)
    if client is None or client.last_seen is not None or not load().message(text).is_template:
        return False
    return snap.last_heard(address) is None and not snap.written_with(who)


class Ink:
    """Collects the effects of one decision. ``now`` is aware UTC."""

    def __init__(self, snap: Snapshot, fact: Fact, now: datetime) -> None:
        self.snap = snap
        self.fact = fact
        self.now = now
        self.effects: list[Effect] = []
        self._minted = Counter[str]()
        self._written: set[tuple[str, str]] = set()
        self._number: int | None = None

    # -- now, and who acts

    @property
    def local(self) -> datetime:
        """Now in the studio's zone."""
        return self.now.astimezone(self.snap.settings.zone)

    @property
    def clock(self) -> str:
        """Now as people read it: ``08:40``."""
        return f"{self.local:%H:%M}"

    @property
    def today(self) -> date:
        """The studio's local day, which words of days are relative to."""
        return self.snap.context.today

    def within(self, hours: float) -> datetime:
        """The instant so many hours from now: how long a message is still useful."""
        return self.now + timedelta(hours=hours)

    def by_owner(self, where: str) -> str:
        """The owner as Changes names her: ``Nadine, chat``. ``where``: chat, sheet, diary, today."""
        return part(f"by.{where}", name=self.snap.settings.owner_name or part("blank.owner"))

    def asked(self, said: str) -> tuple[str, ...]:
        """The why of an answer to the owner: what she wrote, and when."""
        owner = self.snap.settings.owner_name or part("blank.owner")
        return part("why.answer_to", text=said or "?"), part("why.asked", owner=owner, time=self.clock)

    # -- ids

    def mint(self, prefix: str) -> str:
        """A new id such as ``b-7K2Q9QDA``, the same whenever this fact is decided: the n-th of its kind."""
        self._minted[prefix] += 1
        return f"{prefix}{short_hash(self.fact.key, prefix, str(self._minted[prefix]))}"

    def number(self) -> int:
        """The number by which she can undo this decision: one for all its changes."""
        if self._number is None:
            known = (*self.snap.changes, *self.snap.book_changes)
            self._number = 1 + max((change.no or 0 for change in known), default=0)
        return self._number

    # -- rows

    def put(
        self,
        tab: str,
        row_id: str,
        /,
        *,
        needs: tuple[str, ...] = (),
        log: str = "",
        by: str = "",
        undoable: bool = False,
        projection: bool = False,
        match: str = "",
        nth: int = 0,
        history: bool = False,
        back: bool = False,
        series: str = "",
        label: str = "",
        raw: Mapping[str, Raw] | None = None,
        **values: Any,
    ) -> str:
        """Write cells of a row; the effect's key. Values are those of the row model; ``raw`` cells go as they are.

        ``log`` and ``by`` make a row of Changes; ``undoable`` gives it the number of this decision.
        """
        key = f"{self.fact.key}/row:{tab}:{row_id}{':' + label if label else ''}"
        encoded = cells(BY_KEY[tab], self.snap.context, **values)
        self.effects.append(
            PutRow(
                key=key,
                needs=needs,
                tab=tab,
                row_id=row_id,
                cells={**encoded, **(raw or {})},
                match=match,
                nth=nth,
                history=history,
                back=back,
                undo=self.number() if undoable else 0,
                who=by,
                what=log,
                projection=projection,
                series=series,
                new=self._is_new(tab, row_id) and not match and not back,
            )
        )
        return key

    def _is_new(self, tab: str, row_id: str) -> bool:
        """Whether nobody knows such a row yet, and this decision has not written it so far."""
        before = (tab, row_id) in self._written
        self._written.add((tab, row_id))
        table = getattr(self.snap, tab, None)
        return not before and isinstance(table, Table) and table.get(row_id) is None

    def note(self, what: str, **data: Any) -> str:
        """Remember something inside; the effect's key."""
        key = f"{self.fact.key}/note:{what}:{len(self.effects)}"
        self.effects.append(Note(key=key, what=what, data=data))
        return key

    # -- diary

    def event(self, event: PutEvent | DropEvent) -> str:
        """Queue a diary change; the effect's key. Whatever this decision looks at next already shows it.

        The key says what is asked for: decided again after a conflict with other people in it, it is another effect,
        while one that was delivered before the conflict is met again and not done twice.
        """
        queued = event.model_copy(update={"key": f"{event.key}:{_asked_for(event)}"})
        self.effects.append(queued)
        others = tuple(each for each in self.snap.diary if each.id != event.event_id)
        after = (_laid(queued),) if isinstance(queued, PutEvent) else ()
        diary = tuple(sorted((*others, *after), key=lambda each: each.start))
        self.snap = dataclasses.replace(self.snap, diary=diary)
        return queued.key

    def event_key(self, event_id: str) -> str:
        """The beginning of the key of this decision's changes of one event."""
        return f"{self.fact.key}/event:{event_id}"

    # -- messages

    def send(
        self,
        person: Who,
        text: str,
        *,
        values: Mapping[str, str] | None = None,
        choices: tuple[TextButton, ...] = (),
        cls: MessageClass = "at_least_once",
        deadline: datetime | None = None,
        about: str = "",
        needs: tuple[str, ...] = (),
        answers: str = "",
        priority: int = 0,
        why: tuple[str, ...] = (),
        file: str = "",
        filename: str = "",
        label: str = "",
    ) -> str:
        """Queue one message and its row of Messages; the effect's key.

        "" when there is no address to send to, or when a row says that this message went already.
        """
        if not person.address:
            return ""
        key = send_key(self.fact.key, text, label or person.who)
        said = self.snap.messages.get(message_id(key))
        over = {"sent", "delivered", "read", "held"} | ({"not sent"} if cls == "fresh" else set())
        if said is not None and said.state in over:
            return ""
        if first_contact(self.snap, person.who, person.address, text) and text != FIRST and not answers:
            source = part("source.clients", owner=self.snap.settings.owner_name or part("blank.owner"))
            asked = {"source": source}
            why_first = (part("why.first_contact"),)
            self.send(person, FIRST, values=asked, deadline=self.within(24), priority=priority, why=why_first)
        filled, rendered = self._words(person, text, values or {}, choices)
        once = cls == "once"
        send = Send(
            key=key,
            needs=needs,
            to=person.address,
            who=person.who,
            name=person.name,
            text=text,
            values=filled,
            body=rendered.text,
            buttons=_buttons(rendered.buttons),
            rows=_buttons(rendered.rows),
            list_label=rendered.list_label,
            cls=cls,
            deadline=deadline if deadline or cls != "fresh" else self.now + timedelta(seconds=60),
            about=about,
            file=file,
            filename=filename,
            answers=answers,
            to_owner=person.to_owner,
            priority=priority or (NEWS if load().message(text).kind == "M" else BY_CLASS if once else USUAL),
            why=why,
        )
        *before, last = pieces(send.body, last=WITH_BUTTONS if rendered.buttons or file else ALONE)
        for n, body in enumerate(before, 1):
            bare = {"buttons": (), "rows": (), "list_label": ""}
            self._queue(send.model_copy(update={"key": f"{key}~{n}", "body": body, **bare}))
        self._queue(send.model_copy(update={"body": last}))
        return key

    def _queue(self, send: Send) -> None:
        """The message and its row of Messages; of class once, the row stands before the message leaves."""
        once = send.cls == "once"
        row_key = self.put(
            "messages",
            message_id(send.key),
            projection=not once,
            needs=send.needs if once else (),
            when=self.now,
            way="out",
            who=send.name or words.phone_words(send.to),
            text=send.body,
            state="sending" if once else "waiting",
            kind=send.text,
            number=send.to,
            client_id=send.who,
            key=send.key,
        )
        self.effects.append(send.model_copy(update={"needs": (*send.needs, row_key)}) if once else send)

    def _words(
        self, person: Who, text: str, values: Mapping[str, str], choices: tuple[TextButton, ...]
    ) -> tuple[dict[str, str], Rendered]:
        """What fills a text, and its words: hers where they can be filled, else ours."""
        catalogue = load()
        ours, message = catalogue.message(text), self.snap.message(text, person.who)
        known = {**self._usual(person), **values}
        names = ours.placeholders | ours.also | message.placeholders | self.snap.wording.gaps(text)
        filled = {name: known[name] for name in names if known.get(name)}
        if not message.required <= filled.keys():
            message = ours
        shown = {name: filled[name] for name in message.placeholders if name in filled}
        return filled, render_message(message, shown, catalogue, choices=choices)

    def resend(self, send: Send, *, why: tuple[str, ...]) -> str:
        """The same message once more, by the owner's word, under a key of this decision; the effect's key."""
        label = send.key.rsplit(":", maxsplit=1)[-1]
        key = send_key(self.fact.key, send.text, label)
        changed = {"key": key, "needs": (), "why": why, "deadline": None, "answers": ""}
        self._queue(send.model_copy(update=changed))
        return key

    def _usual(self, person: Who) -> dict[str, str]:
        """What every text may name; words that are true while a setting is still blank."""
        settings = self.snap.settings
        return {
            "first": person.first or part("blank.first"),
            "owner": settings.owner_name or part("blank.owner"),
            "studio": settings.studio_name or part("blank.studio"),
            "place": settings.address or part("blank.place"),
        }

    # -- people

    def asker(self) -> Who:
        """The phone that gave the command, to which its answer goes; the owner's when nobody wrote."""
        phone = self.fact.phone if isinstance(self.fact, MessageCame) else ""
        return next((admin for admin in self.admins() if admin.address == phone), self.owner())

    def owner(self) -> Who:
        """The owner's own phone."""
        settings = self.snap.settings
        return Who(
            address=settings.owner_number,
            who="owner",
            name=settings.owner_name,
            first=first_of(settings.owner_name),
            to_owner=True,
        )

    def admins(self) -> tuple[Who, ...]:
        """The owner and every admin phone, once each."""
        owner = self.owner()
        others = tuple(
            Who(address=number, who=f"admin{i}", name=f"Admin {i}", first=owner.first, to_owner=True)
            for i, number in enumerate(self.snap.settings.admin_numbers, 1)
            if number != owner.address
        )
        return (owner, *others)


def _buttons(buttons: tuple[TextButton, ...]) -> tuple[Button, ...]:
    return tuple(Button(id=b.id, title=b.label, description=b.description, link=b.url) for b in buttons)
