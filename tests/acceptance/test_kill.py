"""The plug is pulled at a random remote call, again and again: the day ends as the undisturbed one.

Real processes, real HTTP, SIGKILL. Rows, events, numbers and files must be equal. A message whose POST was hit may be
held with a question to the owner (class once), repeated one time (at least once) or dropped (fresh); what became of
each is printed. ``STUDIO_SYNC_PROVE=1`` lives many more such days.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from sheets_schema.reading import quoted
from studio_sync.adapters.google_http import GoogleHttp, sign_in
from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.errors import UserError
from studio_sync.local.studio import LocalStudio

ZONE = ZoneInfo("Africa/Johannesburg")
NADINE, THANDI, ZOE = "+447700900199", "+447700900101", "+447700900104"
MORNING = datetime(2026, 11, 3, 6, 30, tzinfo=ZONE)
#: the studio's seconds per real second
RATE = 10
#: calls that change something outside
CHANGING = ("batchUpdate", "insert", "update", "delete", "messages", "media")
#: what is still to come, what is due first before the rest
OPEN = "SELECT key, state, reason, next_at FROM outbox WHERE state NOT IN ('done', 'dropped', 'held') ORDER BY next_at"
SENDS = "SELECT body, state FROM outbox WHERE kind = 'send'"


@dataclass(frozen=True, kw_only=True)
class Kills:
    """When to pull the plug in one day."""

    #: numbers of calls, counted from the first step of the day
    at: tuple[int, ...] = ()
    #: only calls that change something count
    changing: bool = True
    #: (call name, so many of them are let through): killed while that call is under way
    in_flight: tuple[tuple[str, int], ...] = ()


@dataclass
class Plug:
    """Counts the program's remote calls by the stand-ins' news, and kills it at the ones it was told."""

    studio: LocalStudio
    #: numbers of calls at which to kill, and whether only calls that change something count
    at: list[int] = field(default_factory=list)
    changing: bool = False
    seen: int = 0
    hit: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Until the stand-ins end."""
        url = f"{self.studio.addresses['emulator']}/_emulator/events"
        with requests.get(url, stream=True, timeout=60) as news:
            topic = ""
            for line in news.iter_lines(decode_unicode=True):
                name, _, value = line.partition(": ")
                if name == "event":
                    topic = value
                elif name == "data" and topic == "call":
                    self._call(json.loads(value)["name"])
                elif name == "data" and topic == "fault":
                    self._pull(f"in flight {json.loads(value)['name']}")

    def _call(self, name: str) -> None:
        if self.changing and not name.endswith(CHANGING):
            return
        self.seen += 1
        if self.at and self.seen >= self.at[0] and self._pull(f"{self.seen} {name}"):
            self.at.pop(0)

    def _pull(self, what: str) -> bool:
        pid = self.studio.program_pid
        if pid:
            os.kill(pid, signal.SIGKILL)
            self.hit.append(what)
        return bool(pid)


@dataclass(frozen=True, kw_only=True)
class End:
    """What a day leaves behind, without what may differ: instants and the ids that come of them."""

    rows: dict[str, Counter[str]]
    events: list[str]
    files: list[str]
    #: (phone, text) -> how often it was received
    said: Counter[tuple[str, str]]
    #: (phone, text) -> message class
    classes: dict[tuple[str, str], str]
    doubts: Counter[tuple[str, str]]


class Day:
    """One studio living through the same few hours."""

    def __init__(self, data: Path, kills: Kills) -> None:
        self.studio = LocalStudio(data)
        self.plug = Plug(self.studio, changing=kills.changing)
        self.kills = kills

    def play(self) -> End:
        try:
            self.studio.open(start_at=MORNING)
            self.studio.control("clock", {"set": MORNING.isoformat(), "rate": RATE})
            self.studio.control("quota", {"on": False})
            threading.Thread(target=self._listen, daemon=True).start()
            self._until(lambda: self._heard(NADINE, "Good morning"))
            self._quiet()
            self.plug.at = [self.plug.seen + n for n in self.kills.at]
            for match, skip in self.kills.in_flight:
                # Slow, so that it is surely under way, and done, when the program dies.
                slow = {"match": match, "kind": "slow", "seconds": 0.5, "times": 1, "skip": skip}
                self.studio.control("faults", {"add": slow})
            for step in (
                self._book,
                self._reject,
                self._book_again,
                self._ask,
                self._cancel,
                self._invoice,
                self._remind,
            ):
                step()
                self._quiet()
            self.plug.at = []
            self._quiet()
            return self._end()
        finally:
            self.studio.close()

    def _listen(self) -> None:
        try:
            self.plug.listen()
        except requests.RequestException:
            return  # the stand-ins ended

    # -- the day

    def _book(self) -> None:
        self._says(NADINE, "Book Thandi tomorrow 09h00 single")

    def _reject(self) -> None:
        self._says(THANDI, tap="Reject this time")

    def _book_again(self) -> None:
        self._says(NADINE, "Book Thandi tomorrow 10h00 single")

    def _ask(self) -> None:
        self._says(THANDI, "bookings")

    def _cancel(self) -> None:
        self._says(THANDI, "cancel next")

    def _invoice(self) -> None:
        rows = self._grid("books_sheet", "Invoices")
        line = next(n for n, row in enumerate(rows) if "i-OCT1" in row)
        column = chr(ord("A") + rows[0].index("Send"))
        book = self.studio.addresses["books_sheet"]
        self.studio.control("owner", {"spreadsheetId": book, "action": "tick", "cell": f"Invoices!{column}{line + 1}"})
        self._until(lambda: any("INV-2026-" in str(row) for row in self._grid("books_sheet", "Invoices")))

    def _remind(self) -> None:
        self.studio.control("clock", {"set": MORNING.replace(hour=16, minute=2).isoformat(), "rate": RATE})
        self._until(lambda: self._heard(ZOE, ""))

    def _says(self, phone: str, text: str = "", **more: str) -> None:
        self.studio.control("speak", {"phone": phone, **({"text": text} if text else {}), **more})

    # -- waiting, and putting the plug back in

    def _until(self, look: Callable[[], object], seconds: float = 60) -> None:
        pause = threading.Event()
        for _ in range(int(seconds * 5)):
            if not self.studio.program_pid:
                self.studio.kill_program()
                # The next kill may come while it starts: then it is started once more.
                with contextlib.suppress(UserError):
                    self.studio.start_program()
            if look():
                return
            pause.wait(0.2)
        pytest.fail(f"it did not come; killed at {self.plug.hit}; {self._open()}")

    def _quiet(self) -> None:
        """Nothing is on its way, three looks in a row."""
        calm = 0

        def look() -> bool:
            nonlocal calm
            calm = calm + 1 if not self._open() else 0
            if not calm and self._only_later():
                self.studio.control("clock", {"advance": 60})
            return calm >= 3

        self._until(look, 90)

    def _open(self) -> list[str]:
        waiting = self.studio.control("webhooks").get("waiting", [])
        found = [f"webhook {waiting}"] if waiting else []
        url = f"file:{self.studio.data / 'journal.db'}?mode=ro"
        with closing(sqlite3.connect(url, uri=True)) as db:
            found += [str(row) for row in db.execute("SELECT key FROM inbox WHERE state = 'new'")]
            found += [str(row) for row in db.execute(OPEN)]
            found += [str(row) for row in db.execute("SELECT batch_id FROM attempts")]
        return found

    def _only_later(self) -> bool:
        """Whether all that is open waits for a later minute, as news to the owner does that is told together."""
        now = datetime.fromisoformat(self.studio.control("clock")["now"])
        with closing(sqlite3.connect(f"file:{self.studio.data / 'journal.db'}?mode=ro", uri=True)) as db:
            busy = db.execute("SELECT 1 FROM inbox WHERE state = 'new' UNION ALL SELECT 1 FROM attempts").fetchone()
            first = db.execute(OPEN).fetchone()
        return not busy and first is not None and datetime.fromisoformat(first[-1]) > now + timedelta(seconds=70)

    # -- reading

    def _heard(self, phone: str, words: str) -> bool:
        return any(words in text for text in self._chat(phone))

    def _chat(self, phone: str) -> list[str]:
        chat = self.studio.control(f"phones/{phone.replace('+', '%2B')}/chat")["messages"]
        return [str(m.get("text") or m.get("media", {}).get("filename")) for m in chat if m["direction"] == "out"]

    def _grid(self, book: str, tab: str) -> list[list[Any]]:
        way = GoogleHttp(sign_in("local"), base=self.studio.addresses["emulator"])
        return SheetsWorkbook(way, self.studio.addresses[book]).read([quoted(tab)])[0]

    def _rows(self, book: str, tab: str, *columns: str) -> Counter[str]:
        grid = self._grid(book, tab)
        lines = [dict(zip(map(str, grid[0]), line, strict=False)) for line in grid[1:] if any(line)]
        return Counter(json.dumps([line.get(name) or "" for name in columns]) for line in lines)

    def _end(self) -> End:
        rows = {
            "Bookings": self._rows("studio_sheet", "Bookings", "Date", "Time", "Client", "State", "Type", "Minutes"),
            "Changes": self._rows("studio_sheet", "Changes", "No", "Who", "What", "State"),
            "Clients": self._rows("studio_sheet", "Clients", "Name", "Phone", "Next", "Owes", "Problem"),
            "Messages": self._rows("studio_sheet", "Messages", "Way", "Who", "Kind", "Number"),
            "Invoices": self._rows("books_sheet", "Invoices", "Number", "Client", "State", "Total", "Send", "Problem"),
            "Lines": self._rows("books_sheet", "Invoice lines", "Line", "What", "Amount"),
        }
        calendar = self.studio.addresses["calendar"]
        base = f"{self.studio.addresses['emulator']}/calendar/v3/calendars/{calendar}/events?maxResults=2500"
        answer = requests.get(base, headers={"Authorization": "Bearer the-console-page"}, timeout=20).json()
        events = sorted(f"{e['summary']} {e['start']['dateTime']} {e['end']['dateTime']}" for e in answer["items"])
        with closing(sqlite3.connect(f"file:{self.studio.data / 'journal.db'}?mode=ro", uri=True)) as db:
            files = sorted(f"{name} {len(content)}" for name, content in db.execute("SELECT name, content FROM files"))
        phones = {NADINE, THANDI, ZOE, "+447700900102", "+447700900105"}
        said = Counter((phone, _plain(text)) for phone in phones for text in self._chat(phone))
        return End(rows=rows, events=events, files=files, said=said, **self._messages())

    def _messages(self) -> dict[str, Any]:
        """What the program knows of each message: its class, and whether it is held or given up."""
        with closing(sqlite3.connect(f"file:{self.studio.data / 'journal.db'}?mode=ro", uri=True)) as db:
            found = [(json.loads(body), state) for body, state in db.execute(SENDS)]
        places = [((send["to"], _plain(send["body"])), send["cls"], state) for send, state in found]
        return {
            "classes": {place: cls for place, cls, _ in places},
            "doubts": Counter(place for place, _, state in places if state != "done"),
        }


def _plain(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> End:
    day = Day(tmp_path_factory.mktemp("calm") / "studio", Kills())
    end = day.play()
    print(f"an undisturbed day makes {day.plug.seen} calls that change something")  # noqa: T201
    assert max(end.said.values()) == 1
    return end


def compare(calm: End, end: End, hit: list[str]) -> None:
    """Equal, but for messages whose own POST was hit."""
    assert end.rows == calm.rows, hit
    assert end.events == calm.events, hit
    assert end.files == calm.files, hit
    for place in sorted(calm.said.keys() | end.said.keys()):
        times, cls = end.said[place], calm.classes.get(place) or end.classes.get(place, "at_least_once")
        if times == calm.said[place]:
            continue
        print(f"  {cls}: {times} times: {place[1][:60]!r} ({hit})")  # noqa: T201  (listed, as promised)
        assert place in calm.said, f"said only when disturbed: {place}"
        if cls == "once":
            assert times == 0, f"class once went {times} times: {place}"
            assert end.doubts[place], f"missing and not held: {place}"
        elif cls == "fresh":
            assert times == 0, f"fresh went {times} times: {place}"
        else:
            assert times == 2, f"at least once went {times} times: {place}"


def _days() -> dict[str, Kills]:
    source = random.Random(20)
    at = tuple(sorted(source.sample(range(2, 40), 5)))
    found = {"five and an invoice in flight": Kills(at=at, in_flight=(("whatsapp.messages", 6),))}
    if os.environ.get("STUDIO_SYNC_PROVE"):
        found |= {f"change {n}": Kills(at=(n,)) for n in sorted(source.sample(range(1, 45), 12))}
        found |= {f"call {n}": Kills(at=(n,), changing=False) for n in sorted(source.sample(range(1, 90), 8))}
        found |= {f"message {n}": Kills(in_flight=(("whatsapp.messages", n),)) for n in range(8)}
        found |= {f"commit {n}": Kills(in_flight=(("sheets.batchUpdate", n),)) for n in (0, 3, 6, 9, 12)}
        found |= {"event": Kills(in_flight=(("calendar.events.insert", 0), ("calendar.events.delete", 0)))}
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", _days())
def test_a_day_with_a_pulled_plug_ends_like_any_other(undisturbed: End, tmp_path: Path, name: str) -> None:
    day = Day(tmp_path / "studio", _days()[name])
    end = day.play()
    assert day.plug.hit, "the plug was never pulled"
    print(f"{name}: {day.plug.hit}")  # noqa: T201
    compare(undisturbed, end, day.plug.hit)
