"""What a story happens in: tables, diary, phones and a clock in memory. Facts are decided twice, effects applied."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sheets_schema.diary import DiaryEvent, DiarySeat
from sheets_schema.snapshot import Snapshot, build, cells
from sheets_schema.tabs import BY_KEY
from studio_sync.delivery.shape import outgoing
from studio_sync.ports import OutMessage
from studio_sync.rules.changes import change_id, change_of
from studio_sync.rules.decide import decide
from studio_sync.rules.derived import derived
from studio_sync.rules.effects import (
    Ask,
    DropEvent,
    DropRow,
    Effect,
    Fetch,
    Mail,
    Note,
    PutEvent,
    PutRow,
    Render,
    Send,
    load_effect,
)
from studio_sync.rules.facts import (
    Fact,
    Outcome,
    load_fact,
)
from studio_sync.rules.gate import Verdict, gate
from studio_sync.rules.ink import message_id
from tests.unit import story_sheet
from tests.unit.story_sheet import CLIENTS, PRICES, SETTINGS, Rows


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """One message on a phone."""

    send: Send
    form: str
    text: str
    labels: tuple[str, ...]
    #: as it leaves
    out: OutMessage


class World:
    """Nowhere Street Pilates, Tue 3 Nov 2026, unless told otherwise. Everybody wrote an hour ago, so chats are open."""

    def __init__(
        self,
        *,
        now: str = "Tue 3 Nov 08:40",
        settings: str = "",
        clients: str = CLIENTS,
        bookings: str = "",
        hours: str = "",
        invoices: str = "",
        lines: str = "",
        open_chats: bool = True,
    ) -> None:
        self.tables: dict[str, Rows] = {key: {} for key in BY_KEY}
        self.tables["settings"] = story_sheet.settings_of(SETTINGS) | story_sheet.settings_of(settings)
        given = {"prices": PRICES, "clients": clients, "bookings": bookings, "hours": hours}
        for key, text in {**given, "invoices": invoices, "lines": lines}.items():
            self.tables[key] = story_sheet.rows_of(BY_KEY[key], text)
        self.events: dict[str, DiaryEvent] = {}
        self.chats: dict[str, datetime] = {}
        self.now = story_sheet.moment(now, story_sheet.read(self.tables["settings"], date(2026, 11, 3))[0])
        self.events = story_sheet.seat_all(self.snap, self.tables["bookings"], self.tables["clients"])
        self.phones: dict[str, list[Bubble]] = {}
        self.mails: list[Mail] = []
        #: what an outside party was asked for
        self.asked: list[str] = []
        self.waiting: list[Send] = []
        self.effects: list[Effect] = []
        self._news: list[Fact] = []
        #: what a file that was sent turns out to be
        self.fetched: dict[str, Any] = {"of": "fetch", "sha256": "e" * 64, "link": "https://nowhere.example/i/f"}
        self._count = Counter[str]()
        self._ticked: set[str] = set()
        if open_chats:
            for number in (self.snap.settings.owner_number, *(c.phone for c in self.snap.clients)):
                self.chats[number] = self.now - timedelta(hours=1)
        self._derive()

    @property
    def snap(self) -> Snapshot:
        """Everything as of now."""
        settings, _ = story_sheet.read(self.tables["settings"], date(2026, 11, 3))
        now: datetime = getattr(self, "now", None) or datetime.now(settings.zone)
        return build(self.tables, self.events.values(), self.chats, now.astimezone(settings.zone).date())

    # -- how it works

    def key(self, stem: str) -> str:
        """A key not used before."""
        self._count[stem] += 1
        return f"{stem}{self._count[stem]}"

    def happens(self, fact: Fact) -> None:
        """Decide a fact and everything that follows from it at once."""
        self._news.append(fact)
        while self._news:
            fact = load_fact(self._news.pop(0).model_dump_json())
            snap = self.snap
            effects = decide(snap, fact, self.now)
            assert effects == decide(self.snap, fact, self.now), "the same fact must be decided the same"
            twice = [key for key, n in Counter(e.key for e in effects).items() if n > 1]
            assert not twice, f"two effects have one key: {twice}"
            for effect in effects:
                assert load_effect(effect.model_dump_json()) == effect
                self._apply(effect)
            self.effects.extend(effects)
            self._leave()
            self._derive()

    def _apply(self, effect: Effect) -> None:
        match effect:
            case PutRow() | DropRow():
                self._put(effect)
            case PutEvent():
                self._put_event(effect)
            case DropEvent():
                self.events.pop(effect.event_id, None)
            case Send():
                self.waiting.append(effect)
            case Mail():
                self.mails.append(effect)
                told = {"of": "mail", "about": effect.about}
                self._news.append(self._outcome(effect.key, told))
            case Render():
                told = {"of": "render", "document": effect.document, "sha256": "f" * 64, "filename": effect.filename}
                self._news.append(self._outcome(effect.key, {**told, "link": "https://nowhere.example/i/x"}))
            case Fetch():
                self._news.append(self._outcome(effect.key, self.fetched))
            case Ask():
                self.asked.append(effect.what)
            case Note():
                if effect.what == "heard":
                    self.chats[str(effect.data["address"])] = datetime.fromisoformat(str(effect.data["at"]))
            case _:
                raise AssertionError(f"nobody does {effect.kind} in a story")

    def _outcome(self, key: str, result: dict[str, Any], *, ok: bool = True) -> Outcome:
        return Outcome(key=f"outcome:{key}", at=self.now, effect_key=key, ok=ok, result=result)

    def _put(self, effect: PutRow | DropRow) -> None:
        table = self.tables[effect.tab]
        if isinstance(effect, PutRow) and effect.match:
            table[effect.row_id] = {}
            return
        wanted = dict(effect.cells) if isinstance(effect, PutRow) else {"state": "cancelled"}
        before = table.get(effect.row_id)
        if isinstance(effect, PutRow) and effect.series:
            wanted["number"] = f"{effect.series}-{41 + self._count[effect.series] + 1:05d}"
            self._count[effect.series] += 1
            told = {"of": "number", "row_id": effect.row_id, "number": wanted["number"]}
            self._news.append(self._outcome(effect.key, told))
        if effect.what:
            changes = "changes" if BY_KEY[effect.tab].role == "studio" else "book_changes"
            self.tables[changes][change_id(effect.key)] = change_of(self.snap, effect, before, self.now)
        table[effect.row_id] = {**(before or {}), **wanted}

    def _put_event(self, effect: PutEvent) -> None:
        seats = tuple(DiarySeat(booking=s.booking, client=s.client, name=s.name) for s in effect.seats)
        known = self.events.get(effect.event_id)
        assert effect.etag == (known.etag if known else ""), "an event is written on what was seen of it"
        self.events[effect.event_id] = DiaryEvent(
            id=effect.event_id,
            start=effect.start,
            end=effect.end,
            title=effect.title,
            etag=self.key('"e'),
            session=effect.session,
            type=effect.type,
            capacity=effect.capacity,
            seats=seats,
            held=effect.held,
        )

    def _leave(self) -> None:
        """Everything that may leave now leaves; the gate is asked for each."""
        waiting, self.waiting = self.waiting, []
        for send in waiting:
            verdict = gate(self.snap, send, self.now)
            row = self.tables["messages"][message_id(send.key)]
            context = self.snap.context
            if verdict.go == "wait":
                self.waiting.append(send)
            elif verdict.go in {"text", "template"}:
                self._arrive(send, verdict)
                row |= cells(BY_KEY["messages"], context, state="sent", why="\n".join((*send.why, *verdict.rules)))
            else:
                state = "would send" if verdict.go == "would" else "not sent"
                row |= cells(BY_KEY["messages"], context, state=state, why=f"Not sent: {verdict.reason}.")
                loud = verdict.reason.startswith("no approved message")
                told = {"of": "not_sent", "reason": verdict.reason, "loud": loud, "send": send.model_dump(mode="json")}
                self._news.append(self._outcome(f"{send.key}:not_sent", told, ok=False))

    def _arrive(self, send: Send, verdict: Verdict) -> None:
        labels = tuple(button.title for button in (*send.buttons, *send.rows))
        assert len(send.buttons) <= 3
        assert all(len(b.title) <= 20 for b in send.buttons)
        bubble = Bubble(
            send=send,
            form=verdict.go,
            text=send.body,
            labels=labels,
            out=outgoing(send, template=verdict.template),
        )
        self.phones.setdefault(send.to, []).append(bubble)

    def _derive(self) -> None:
        for tab, ident, raws in list(derived(self.snap, self.now)):
            self.tables[tab].setdefault(ident, {}).update(raws)
        assert not list(derived(self.snap, self.now)), "derived cells come to rest"
