"""One studio, its lanes stepped by hand. The clock stands still until the room is told to live on."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests
from requests.adapters import BaseAdapter

from emulator.gateway import PAGE_TOKEN
from emulator.world import World
from jobs.worker import Turner
from sheets_schema.headers import map_headers
from sheets_schema.reading import quoted
from sheets_schema.tabs import BY_KEY
from studio_sync.adapters.calendar import CalendarDiary, create_calendar
from studio_sync.adapters.google_http import LOCAL, GoogleHttp, sign_in
from studio_sync.adapters.sheets import create_workbook
from studio_sync.adapters.whatsapp import WhatsAppMessenger
from studio_sync.clock import FixedClock
from studio_sync.config import Config
from studio_sync.journal import Journal, OutboxLine
from studio_sync.local.sample import OWNER, sample
from studio_sync.opening import open_workbook, submit_templates
from studio_sync.rules.facts import Fact, MessageCame, StatusCame
from studio_sync.studio import Studio, build

ZONE = ZoneInfo("Africa/Johannesburg")
#: a Tuesday, after the morning digest's hour and before the first session
START = datetime(2026, 11, 3, 6, 30, tzinfo=ZONE)
THANDI, SIPHO, LERATO = "+447700900101", "+447700900102", "+447700900103"
_numbers = itertools.count(1)


class Room:
    """The parts of a studio and the hands of everyone in it."""

    def __init__(self, world: World, config: Config, clock: FixedClock, way: BaseAdapter | None = None) -> None:
        self.world = world
        self.config = config
        self.clock = clock
        self.way = way
        self.http = requests.Session()
        if way is not None:
            self.http.mount("http://", way)
        self.http.headers["Authorization"] = f"Bearer {PAGE_TOKEN}"
        self.start()

    # -- life

    def start(self) -> None:
        """As a program starts: what a crash left is picked up."""
        journal = Journal.open(self.config.journal_url, fast=True)
        self.studio: Studio = build(self.config, clock=self.clock, journal=journal)
        self.journal = journal
        self.turner = Turner(journal, self.studio.alarms)
        with journal.write() as tx:
            tx.restart(self.clock.now())

    def restart(self) -> None:
        """The program is gone in the middle of whatever it did, and comes back on the same disk."""
        self.journal.close()
        self.start()

    def close(self) -> None:
        self.journal.close()
        self.http.close()

    def tick(self, seconds: float) -> None:
        self.clock.tick(seconds)
        self.world.clock.set(self.clock.now(), 0)

    def lane(self, name: str) -> Callable[[], bool]:
        return next(lane.step for lane, _ in self.studio.lanes if lane.name == name)

    def look(self) -> int:
        """One look at both workbooks and the diary; the number of facts."""
        found = 0
        for poll in self.studio.polls:
            poll.book.bell.set()
            found += poll.step()
        return found + self.look_at_diary()

    def look_at_diary(self) -> int:
        try:
            return self.studio.diary_watch.look(self.clock.now())
        except Exception as error:  # noqa: BLE001  (as the worker does: said there, tried again)
            self.trouble = error
            return 0

    def round(self) -> bool:
        """Every lane works until it has nothing to do right now; True when anything was done."""
        worked = False
        again = True
        while again:
            again = False
            for lane, _ in self.studio.lanes:
                again |= lane.step()
            worked |= again
        return worked

    def run(self, seconds: float = 12, *, watch: bool = True, turn: bool = False) -> None:
        """Live on: lanes, watch and, with ``turn``, the clock, for so many seconds of the studio's time.

        The lanes get a turn every second while they work, every third while nothing happens.
        """
        quiet = 0
        for second in range(int(seconds)):
            if watch and second % 3 == 0 and self.look():
                quiet = 0
            if turn:
                self.turner.turn(self.clock.now())
            if quiet < 3 or second % 3 == 0:
                quiet = 0 if self.round() else quiet + 1
            self.tick(1)
        self.round()

    # -- people

    def says(self, phone: str, text: str, *, key: str = "") -> str:
        """Someone writes; the fact is as the front door would keep it. Returns its key."""
        wamid = key or f"wamid.test{next(_numbers)}"
        self.post("speak", {"phone": phone, "text": text})
        came = MessageCame(key=wamid, at=self.clock.now(), phone=phone, profile="x", text=text)
        self.journal.put_facts([came])
        return wamid

    def put(self, *facts: Fact) -> None:
        self.journal.put_facts(list(facts))

    def status(self, effect_key: str, status: str, wamid: str = "wamid.late") -> None:
        """WhatsApp tells how far a message got."""
        at = self.clock.now()
        self.put(StatusCame(key=f"{wamid}:{status}", at=at, wamid=wamid, status=status, effect_key=effect_key))

    def owner(self, action: str, **more: Any) -> Any:
        """The owner acts in the studio workbook."""
        book = more.pop("book", self.config.studio_sheet_id)
        return self.post("owner", {"spreadsheetId": book, "action": action, **more})

    def type(self, tab: str, row_id: str, field: str, text: str) -> None:
        self.owner("type", book=self.book_of(tab), cell=self.cell(tab, row_id, field), text=text)

    def tick_box(self, tab: str, row_id: str, field: str) -> None:
        self.owner("tick", book=self.book_of(tab), cell=self.cell(tab, row_id, field))

    def tick_box_today(self, line_id: str, column: int) -> None:
        at = next(n for n, line in enumerate(self.grid("today")) if line_id in line)
        self.owner("tick", cell=f"Today!{letters(column)}{at + 1}")

    # -- trouble

    def fault(self, match: str, kind: str, *, times: int | None = 1, skip: int = 0) -> None:
        self.post("faults", {"add": {"match": match, "kind": kind, "times": times, "skip": skip}})

    def mend(self) -> None:
        self.post("faults", {"clear": True})

    def calls(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"calls?limit=5000&name={name}")["calls"]
        return found

    # -- what stands where, read past the faults

    def book_of(self, tab: str) -> str:
        role = BY_KEY[tab].role
        return self.config.studio_sheet_id if role == "studio" else self.config.books_sheet_id

    def grid(self, tab: str, title: str = "") -> list[list[Any]]:
        wanted = {
            "ranges": quoted(title or BY_KEY[tab].title),
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        path = f"{self.world.base}/v4/spreadsheets/{self.book_of(tab)}/values:batchGet"
        answer = self.http.get(path, params=wanted, timeout=20)
        assert answer.status_code == 200, answer.text
        found: list[list[Any]] = answer.json()["valueRanges"][0].get("values", [])
        return found

    def rows(self, tab: str) -> list[dict[str, Any]]:
        """Rows of a tab in their order, by field, "" and missing left out."""
        grid = self.grid(tab)
        heads = map_headers(BY_KEY[tab], grid[0])
        lines = grid if BY_KEY[tab].drawn else grid[1:]
        found = [{k: v for k, v in heads.raws(line).items() if v is not None} for line in lines]
        return [row for row in found if row]

    def row(self, tab: str, row_id: str) -> dict[str, Any]:
        found = [row for row in self.rows(tab) if row.get("id") == row_id]
        assert len(found) == 1, f"{row_id} stands {len(found)} times in {tab}"
        return found[0]

    def cell(self, tab: str, row_id: str, field: str) -> str:
        grid = self.grid(tab)
        heads = map_headers(BY_KEY[tab], grid[0])
        at = next(n for n, line in enumerate(grid) if heads.raws(line).get("id") == row_id)
        return f"{quoted(BY_KEY[tab].title)}!{letters(heads.columns[field])}{at + 1}"

    def notes(self) -> list[list[Any]]:
        """The hidden tab of the studio workbook."""
        return self.grid("clients", "_studio")

    def said(self, phone: str) -> list[str]:
        """What the studio wrote to this phone, oldest first."""
        chat = self.get(f"phones/{phone.replace('+', '%2B')}/chat")["messages"]
        return [str(m.get("text") or m.get("form")) for m in chat if m["direction"] != "in"]

    def events(self) -> list[dict[str, Any]]:
        path = f"{self.world.base}/calendar/v3/calendars/{self.config.calendar_id}/events"
        found: list[dict[str, Any]] = self.http.get(path, params={"maxResults": 2500}, timeout=20).json()["items"]
        return found

    def mails(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("mails")["mails"]
        return found

    def outbox(self, state: str = "") -> list[OutboxLine]:
        with self.journal.read() as tx:
            return tx.outbox_lines(state, 1000)

    def open_work(self) -> list[str]:
        """Keys of effects that are neither done nor dropped."""
        return [line.key for line in self.outbox() if line.state not in {"done", "dropped"}]

    def facts(self, kind: str = "") -> list[Any]:
        with self.journal.read() as tx:
            lines = tx.inbox_lines(limit=5000)
            return [tx.fact(line.key) for line in reversed(lines) if kind in {"", line.kind}]

    # -- the control plane

    def get(self, verb: str) -> Any:
        answer = self.http.get(f"{self.world.base}/_emulator/{verb}", timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, verb: str, body: Any) -> Any:
        answer = self.http.post(f"{self.world.base}/_emulator/{verb}", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()


def letters(column: int) -> str:
    """The name of a column, 0 = A."""
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def make(world: World, folder: Path, mail_port: int, way: BaseAdapter) -> Room:
    """The sample studio on these stand-ins, with its first reads behind it."""
    base, now = world.base, START
    example = sample(now)
    zone = str(ZONE)
    google = GoogleHttp(sign_in(LOCAL), base=base)
    ids = {}
    messenger = WhatsAppMessenger(phone_id="106540352242922", account_id="102290129340398", token="t", base=base)
    submit_templates(messenger, owner="Nadine", link_base="http://127.0.0.1:1/i/", say=print)
    known = messenger.templates()
    for role in ("studio", "books"):
        port = create_workbook(google, role, locale="en_GB", zone=zone)
        open_workbook(role, port, now=now, own=example.own, extra=example.rows, title=role, templates=known)
        ids[role] = port.id
    calendar = create_calendar(google, "studio", zone)
    diary = CalendarDiary(google, calendar, zone)
    for event in example.events:
        diary.insert(event)
    config = Config(
        data=folder,
        name="first",
        whatsapp_token="t",
        whatsapp_phone_id="106540352242922",
        whatsapp_account_id="102290129340398",
        studio_sheet_id=ids["studio"],
        books_sheet_id=ids["books"],
        calendar_id=calendar,
        secret_key="k",
        public_url="http://127.0.0.1:1",
        smtp_host="127.0.0.1",
        smtp_port=mail_port,
        mail_from="hello@nowhere.example",
        zone=zone,
        google_base=base,
        whatsapp_base=base,
        local=True,
    )
    room = Room(world, config, FixedClock(now.astimezone(ZoneInfo("UTC"))), way)
    for phone, name in example.phones.items():
        room.post("phones", {"phone": phone, "name": name})
    room.post("quota", {"on": False})
    room.look()
    room.run(3)
    return room


def second(room: Room, folder: Path) -> Room:
    """Another program on the same workbooks, with a name and a journal of its own."""
    folder.mkdir()
    return Room(room.world, dataclasses.replace(room.config, data=folder, name="second"), room.clock, room.way)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 in the studio's zone."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


__all__ = [
    "LERATO",
    "OWNER",
    "SIPHO",
    "START",
    "THANDI",
    "ZONE",
    "Room",
    "letters",
    "local",
    "make",
    "second",
    "timedelta",
]
