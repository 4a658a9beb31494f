"""A whole studio in one process: the stand-ins' world, the program on its stores, and what people see of both.

The program is the real one, wired by ``studio_sync.studio.build``: its lanes, polls and clock are stepped by hand.
What people see is read from the stand-ins, never through the program's adapters.
"""

from __future__ import annotations

import atexit
import dataclasses
import json
import shutil
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import quote, urlencode

import requests
from flask import Flask

from emulator.app import create_app as create_stand_ins
from emulator.clock import Clock as WorldClock
from emulator.disks import Memory
from emulator.gateway import PAGE_TOKEN
from emulator.whatsapp.courier import Courier
from emulator.world import World
from sheets_schema.policies import Settings, context_of
from sheets_schema.snapshot import cells
from sheets_schema.tabs import BY_KEY, TABS
from studio_sync.clock import FixedClock
from studio_sync.config import Config
from studio_sync.journal import Journal
from studio_sync.local.sample import CLIENTS, OWN, OWNER, ZONE, sample
from tests.histories.points import Points
from tests.histories.program import Program, mounted
from tests.histories.wire import Doorway, Net, Wire, knock

BASE = "http://127.0.0.1:8711"
DOOR = "http://127.0.0.1:8710"
#: the studio is made and first read here: Tue 3 Nov 2026, 05:45 in Johannesburg
MADE = datetime(2026, 11, 3, 3, 45, tzinfo=UTC)
SECRETS = {"app_secret": "secret of the app", "verify_token": "token of the handshake"}
ROLE_OF = {tab.title: tab.role for tab in TABS if tab.key != "book_changes"}
#: local hour and minute at which histories begin: before reminders, before the evening's, in the middle of a day
STARTS = ((5, 57), (6, 57), (9, 30), (15, 57), (19, 57))
#: so long before that the studio is up and everything settles
CALM = timedelta(seconds=75)
#: clients with sessions of October and a draft for them, beside those of the sample
DRAFTS = ("c-SIPHO", "c-LERATO", "c-ZOE")
Doc = dict[str, Any]


#: the program that was there first, and the one on another computer
MAIN, OTHER = "studio", "other"


def config(folder: Path, addresses: Doc, name: str) -> Config:
    """How a program is told about its world."""
    return Config(
        data=folder / name,
        name=name,
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
        smtp_host="127.0.0.1",
        mail_from="studio@nowhere.example",
    )


@cache
def beginning(hour: int, minute: int) -> tuple[Path, Memory]:
    """A folder and a world with a studio as it stands at that time of its day, nothing on its way.

    Histories begin with copies of both.
    """
    earlier = [start for start in STARTS if start < (hour, minute)]
    folder = own_folder("studio-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    memory = None
    if earlier:
        known, memory = beginning(*max(earlier))
        shutil.copytree(known, folder, dirs_exist_ok=True)
    scene = Scene(folder, seed=1, at=max(MADE, begin_at(hour, minute) - CALM), memory=memory)
    if not earlier:
        scene.make()
    program = scene.main
    program.start()
    while not program.begun:
        program.begin()
    while scene.clock.now() < begin_at(hour, minute):
        for step in program.looks().values():
            step()
        worked = True
        while worked:
            found = [step() is True for step in program.steps().values()]
            worked = bool(scene.courier.step()) or any(found)
            scene.clock.tick(0.3)
        scene.clock.tick(6)
    scene.close()
    return folder, scene.memory


def begin_at(hour: int, minute: int) -> datetime:
    """The instant at which a history of that local time begins."""
    return MADE.astimezone(ZONE).replace(hour=hour, minute=minute).astimezone(UTC)


@cache
def stand_ins() -> tuple[World, Flask]:
    """The stand-ins of this process; one history has them at a time."""
    world = World()
    return world, create_stand_ins(world)


def own_folder(prefix: str) -> Path:
    """A folder for a while, in memory where the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108
    return Path(mkdtemp(prefix=prefix, dir=memory if memory.is_dir() else None))


class Scene:
    """One world with the programs in it."""

    def __init__(self, folder: Path, *, seed: int, at: datetime, memory: Memory | None = None) -> None:
        self.folder = folder
        self.clock = FixedClock(at)
        self.world, self.app = stand_ins()
        self.memory = (memory or Memory()).copy()
        # The same world begun anew: building its many routes takes longer than most histories.
        clock = WorldClock(None, real=self.clock.now)
        self.world.__init__(None, seed=seed, clock=clock, memory=self.memory)  # type: ignore[misc]
        self.world.base = BASE
        # A stale answer is one of this world, not of the history before.
        self.app.extensions["calls"].answers.clear()
        self.net = Net(self.app, self.world, self.clock)
        self.programs: dict[str, Program] = {}
        self.courier = Courier(self.world, self._delivery)
        known = folder / "addresses.json"
        self.addresses: Doc = json.loads(known.read_text("utf-8")) if known.exists() else {}
        self._courier = _session(Doorway(self._open_door))

    def close(self) -> None:
        """Give everything back."""
        for program in self.programs.values():
            program.stop()
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
        with mounted(Wire(self.net, Points())):
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

    # -- the programs

    def program(self, name: str = MAIN) -> Program:
        """The program of that name, made when first asked for; it is not started by this."""
        if name not in self.programs:
            known = config(self.folder, self.addresses, name)
            self.programs[name] = Program(self.net, self.clock, self.folder / name, known)
        return self.programs[name]

    @property
    def main(self) -> Program:
        """The program that was there first."""
        return self.program()

    @property
    def journals(self) -> list[Journal]:
        """The notes of every program that runs."""
        return [program.journal for program in self.programs.values() if program.journal is not None]

    @property
    def working(self) -> Program | None:
        """The program that works, or one that at least takes messages."""
        open_ones = [program for program in self.programs.values() if program.begun and program.alive]
        return next((program for program in open_ones if not program.foreign), next(iter(open_ones), None))

    @property
    def journal(self) -> Journal | None:
        """The notes of the program that works."""
        return None if self.working is None else self.working.journal

    def _open_door(self) -> Flask | None:
        return None if self.working is None else self.working.door

    def _delivery(self) -> requests.Session:
        return self._courier

    # -- what people do and see

    def control(self, verb: str, body: object = None) -> Any:
        """Ask the stand-ins' control plane; raises ``ValueError`` when what was asked is not possible there."""
        return self._ask("GET" if body is None else "POST", f"/_emulator/{verb}", body)

    def see(self, path: str, query: Any = "", *, method: str = "GET", body: object = None) -> Any:
        """Google's own interface with the owner's eyes and hands: no quota, no fault."""
        text = query if isinstance(query, str) else urlencode(query, doseq=True)
        return self._ask(method, f"{path}?{text}" if text else path, body)

    def _ask(self, method: str, path: str, body: object) -> Any:
        headers = {"Authorization": f"Bearer {PAGE_TOKEN}"}
        request = requests.Request(method, BASE + path, headers=headers, json=body).prepare()
        status, _, content = knock(self.app, request)
        if status >= 300:
            raise ValueError(content.decode())
        return json.loads(content) if content else None

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

    def owner(self, tab: str, action: str, **fields: object) -> Any:
        """The owner's hand in a tab, or in its workbook's menu."""
        return self.control("owner", {"spreadsheetId": self.addresses[ROLE_OF[tab]], "action": action, **fields})

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


def _session(way: Doorway) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", way)
    return session


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
