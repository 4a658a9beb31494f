"""A whole studio in one process: the stand-ins' world, the program on its stores, and what people see of both.

The program is the real one, wired by ``studio_sync.studio.build``: its lanes, polls and clock are stepped by hand.
What people see is read from the stand-ins, never through the program's adapters.
"""

from __future__ import annotations

import atexit
import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlencode

import requests
from flask import Flask

from emulator.app import create_app as create_stand_ins
from emulator.clock import Clock as WorldClock
from emulator.gateway import PAGE_TOKEN
from emulator.whatsapp.courier import Courier
from emulator.world import World
from jobs.worker import Turner
from sheets_schema.policies import Settings, context_of
from sheets_schema.snapshot import cells
from sheets_schema.tabs import BY_KEY, TABS
from studio_sync.adapters import sessions
from studio_sync.clock import FixedClock
from studio_sync.config import Config
from studio_sync.errors import StudioError
from studio_sync.journal import Journal
from studio_sync.local.sample import CLIENTS, OWN, OWNER, ZONE, sample
from studio_sync.rebuild import ensure
from studio_sync.studio import Studio, build
from tests.histories.points import Points, mortal
from tests.histories.wire import Doorway, Wire
from webhook.app import create_app
from webhook.door import Door

BASE = "http://127.0.0.1:8711"
DOOR = "http://127.0.0.1:8710"
#: the studio is made and first read here: Tue 3 Nov 2026, 05:45 in Johannesburg
MADE = datetime(2026, 11, 3, 3, 45, tzinfo=UTC)
SECRETS = {"app_secret": "secret of the app", "verify_token": "token of the handshake"}
ROLE_OF = {tab.title: tab.role for tab in TABS if tab.key != "book_changes"}
#: clients with sessions of October and a draft for them, beside those of the sample
DRAFTS = ("c-SIPHO", "c-LERATO", "c-ZOE")
Doc = dict[str, Any]


def config(folder: Path, addresses: Doc) -> Config:
    """How the program is told about its world."""
    return Config(
        data=folder,
        name="histories",
        whatsapp_token="a token",
        whatsapp_phone_id=addresses["phone_id"],
        whatsapp_account_id=addresses["waba_id"],
        whatsapp_app_secret=SECRETS["app_secret"],
        whatsapp_verify_token=SECRETS["verify_token"],
        studio_sheet_id=addresses["studio"],
        books_sheet_id=addresses["books"],
        calendar_id=addresses["calendar"],
        google_credentials="local",
        secret_key="key of the links",
        public_url=DOOR,
        zone=str(ZONE),
        google_base=BASE,
        whatsapp_base=BASE,
    )


@contextmanager
def mounted(wire: Wire) -> Iterator[None]:
    """Sessions made inside go over ``wire`` instead of sockets."""
    with patch.object(sessions, "HTTPAdapter", lambda **_: wire):
        yield


@cache
def beginning() -> Path:
    """A folder with a studio that was just made and read once: every history begins with a copy of it."""
    folder = Path(mkdtemp(prefix="studio-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    scene = Scene(folder, seed=1, made=False)
    scene.make()
    scene.start()
    while not scene.begun:
        scene.begin()
    for _ in range(40):
        scene.clock.tick(5)
        for step in (*scene.steps().values(), *scene.looks().values()):
            step()
    scene.stop()
    scene.world.close()
    return folder


class Scene:
    """One world with one program in it."""

    def __init__(self, folder: Path, *, seed: int, made: bool = True, at: datetime = MADE) -> None:
        if made:
            shutil.copytree(beginning(), folder, dirs_exist_ok=True)
        self.folder = folder
        self.clock = FixedClock(at)
        self.points = Points()
        self.world = World(folder / "world", seed=seed, clock=WorldClock(None, real=self.clock.now))
        self.world.base = BASE
        self.app = create_stand_ins(self.world)
        self._people = self.app.test_client(use_cookies=False)
        self.wire = Wire(self.app, self.world, self.clock, self.points)
        self.courier = Courier(self.world, self._delivery)
        self.addresses: Doc = json.loads((folder / "addresses.json").read_text("utf-8")) if made else {}
        self.studio: Studio | None = None
        self.journal: Journal | None = None
        self.begun = False
        #: a commit of the journal may have given a lane something to do
        self.news = False
        self._door: Flask | None = None
        self._turner: Turner | None = None

    def close(self) -> None:
        """Give everything back."""
        self.stop()
        self.world.close()

    # -- making it

    def make(self) -> None:
        """The sample studio, with a few more invoices to send, over the real adapters."""
        from studio_sync.adapters.calendar import CalendarDiary, create_calendar
        from studio_sync.adapters.google_http import GoogleHttp, sign_in
        from studio_sync.adapters.sheets import create_workbook
        from studio_sync.adapters.whatsapp import WhatsAppMessenger
        from studio_sync.opening import open_workbook, submit_templates

        account = self.control("account", {**SECRETS, "webhook": f"{DOOR}/webhook"})
        self.control("webhooks", {"by": "clock"})
        self.addresses = {"phone_id": account["phone_id"], "waba_id": account["waba_id"]}
        now = self.clock.now()
        given = sample(now)
        rows = _more_rows({tab: dict(lines) for tab, lines in given.rows.items()}, now)
        with mounted(self.wire):
            way = GoogleHttp(sign_in("local"), base=BASE)
            messenger = WhatsAppMessenger(
                phone_id=account["phone_id"], account_id=account["waba_id"], token="a token", base=BASE
            )
            submit_templates(messenger, owner="Nadine", link_base=f"{DOOR}/i/", say=lambda _: None)
            known = messenger.templates()
            for role in ("studio", "books"):
                port = create_workbook(way, role, locale="en_GB", zone=str(ZONE))
                open_workbook(role, port, now=now, own=OWN, extra=rows, title=role, templates=known)
                self.addresses[role] = port.id
            self.addresses["calendar"] = create_calendar(way, "Studio", str(ZONE))
            diary = CalendarDiary(way, self.addresses["calendar"], str(ZONE))
            for event in given.events:
                diary.insert(event)
        for phone, name in given.phones.items():
            self.control("phones", {"phone": phone, "name": name, "attentive": False})
        (self.folder / "addresses.json").write_text(json.dumps(self.addresses), "utf-8")
        self.control("quota", {"on": False})

    # -- the program

    def start(self) -> None:
        """Start the program on what its stores hold."""
        self.points.revive()
        journal = mortal(f"sqlite:///{self.folder / 'journal.db'}")
        journal.points = self.points
        journal.on_new(self._wake)
        known = config(self.folder, self.addresses)
        with mounted(self.wire):
            self.studio = build(known, clock=self.clock, journal=journal)
        self.journal = journal
        self.begun = False
        self._turner = Turner(journal, self.studio.alarms)
        self._door = create_app(Door(journal=journal, config=known, clock=self.clock, files=journal.files))

    def begin(self) -> None:
        """What the worker does before its first step; may fail and be asked again, as there."""
        assert self.studio is not None
        assert self.journal is not None
        with self.journal.write() as tx:
            tx.restart(self.clock.now())
        try:
            ensure(self.studio)
        except StudioError:
            return
        for poll in self.studio.polls:
            poll.step()
        self.begun = True

    def stop(self) -> None:
        """The program is gone; its stores stay."""
        if self.journal is not None:
            self.journal.close()
        self.studio = self.journal = self._door = self._turner = None
        self.begun = False

    def _wake(self) -> None:
        self.news = True

    @property
    def alive(self) -> bool:
        """A program runs."""
        return self.studio is not None and not self.points.dead

    def steps(self) -> dict[str, Callable[[], object]]:
        """The program's lanes by name: each call is one step."""
        assert self.studio is not None
        return {lane.name: lane.step for lane, _ in self.studio.lanes}

    def looks(self) -> dict[str, Callable[[], object]]:
        """What the program does by the clock: polls, a look at the diary, the timetable."""
        assert self.studio is not None
        found: dict[str, Callable[[], object]] = {f"watch:{poll.book.role}": poll.step for poll in self.studio.polls}
        found["watch:diary"] = self._look_at_diary
        found["clock"] = self._turn
        return found

    def pause_of(self, name: str) -> float:
        """Seconds until the next look of that name."""
        assert self.studio is not None
        for poll in self.studio.polls:
            if name == f"watch:{poll.book.role}":
                return poll.pause
        return 5.0

    def _look_at_diary(self) -> None:
        assert self.studio is not None
        self.studio.diary_watch.look(self.clock.now())

    def _turn(self) -> None:
        assert self._turner is not None
        self._turner.turn(self.clock.now())

    def _delivery(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", Doorway(lambda: self._door if self.begun and self.alive else None))
        return session

    # -- what people do and see

    def control(self, verb: str, body: object = None) -> Any:
        """Ask the stand-ins' control plane; raises ``ValueError`` when what was asked is not possible there."""
        method = "GET" if body is None else "POST"
        answer = self._people.open(f"/_emulator/{verb}", method=method, json=body)
        if answer.status_code != 200:
            raise ValueError(answer.get_data(as_text=True))
        return answer.get_json()

    def see(self, path: str, query: Any = "", *, method: str = "GET", body: object = None) -> Any:
        """Google's own interface with the owner's eyes and hands: no quota, no fault."""
        text = query if isinstance(query, str) else urlencode(query, doseq=True)
        headers = {"Authorization": f"Bearer {PAGE_TOKEN}"}
        answer = self._people.open(path, method=method, query_string=text, headers=headers, json=body)
        if answer.status_code >= 300:
            raise ValueError(answer.get_data(as_text=True))
        return answer.get_json()

    def grid(self, book: str, ranges: str, *, shown: bool = False) -> list[list[Any]]:
        """Cells of a workbook (its role) as stored, or as shown."""
        query = {"ranges": ranges, "valueRenderOption": "FORMATTED_VALUE" if shown else "UNFORMATTED_VALUE"}
        path = f"/v4/spreadsheets/{self.addresses[book]}/values:batchGet"
        grid: list[list[Any]] = self.see(path, query)["valueRanges"][0].get("values", [])
        return grid

    def rows(self, tab: str, *, book: str = "", shown: bool = False) -> list[Doc]:
        """Rows of a tab by heading; ``#`` is the row's number."""
        heads, *lines = self.grid(book or ROLE_OF[tab], f"'{tab}'", shown=shown) or [[]]
        found = []
        for number, line in enumerate(lines, 2):
            if any(cell not in ("", None, False) for cell in line):
                padded = [*line, *[""] * (len(heads) - len(line))]
                found.append({**dict(zip(heads, padded, strict=False)), "#": number})
        return found

    def cell(self, tab: str, row: int, head: str) -> str:
        """The address of a cell by its heading."""
        at = self.grid(ROLE_OF[tab], f"'{tab}'!1:1")[0].index(head)
        letters = chr(65 + at) if at < 26 else f"{chr(64 + at // 26)}{chr(65 + at % 26)}"
        return f"'{tab}'!{letters}{row}"

    def owner(self, tab: str, action: str, **fields: object) -> None:
        """The owner's hand in a tab."""
        self.control("owner", {"spreadsheetId": self.addresses[ROLE_OF[tab]], "action": action, **fields})

    def events(self) -> list[Doc]:
        """The diary's events, deleted ones left out."""
        path = f"/calendar/v3/calendars/{quote(self.addresses['calendar'])}/events"
        found: list[Doc] = self.see(path, {"maxResults": 2500, "singleEvents": "true"})["items"]
        return found

    def chats(self) -> dict[str, list[Doc]]:
        """Number -> what that phone shows, oldest first."""
        whatsapp = self.world.store
        return {
            str(who["number"]): [message for _, message in whatsapp.items(f"chat:{who['id']}")]
            for _, who in whatsapp.items("phone")
        }

    @property
    def today(self) -> date:
        """The studio's date."""
        return self.clock.now().astimezone(ZONE).date()


def _more_rows(rows: dict[str, dict[str, Any]], now: datetime) -> dict[str, dict[str, Any]]:
    """Clients without mail addresses, and more drafts with sessions of last month behind them."""
    today = now.astimezone(ZONE).date()
    context = context_of(Settings(**OWN), today)
    last = today.replace(day=1) - timedelta(days=1)
    clients = {ident: {**row, "email": ""} for ident, row in rows["clients"].items()}
    for n, ident in enumerate(DRAFTS):
        name = CLIENTS[ident][0]
        session = dataclasses.replace(_Session(), date=last.replace(day=6 + n), client=name, client_id=ident)
        rows["bookings"][f"b-OCTX{n}"] = cells(BY_KEY["bookings"], context, **dataclasses.asdict(session))
        rows["invoices"][f"i-OCTX{n}"] = cells(
            BY_KEY["invoices"],
            context,
            client=name,
            state="draft",
            period_from=last.replace(day=1),
            period_to=last,
            client_id=ident,
        )
    return {**rows, "clients": clients}


@dataclasses.dataclass(frozen=True)
class _Session:
    date: Any = None
    time: Any = time(9)
    client: str = ""
    state: str = "came"
    type: str = "single"
    minutes: int = 55
    pay_with: str = "invoice"
    price: int = 30000
    source: str = "sheet"
    client_id: str = ""


__all__ = ["BASE", "CLIENTS", "DOOR", "MADE", "OWNER", "ROLE_OF", "ZONE", "Doc", "Scene", "beginning"]
