"""A small invented world behind the real page, and a real browser in front of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, sync_playwright

NUMBER = "106540352242922"
NADINE, THANDI = "+447700900199", "+447700900101"
ZONE = "Africa/Johannesburg"


class Studio:
    """The stand-ins with one workbook, one calendar and two phones."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer a-token"
        self.post("/_emulator/reset", {})
        self.post("/_emulator/clock", {"set": "2026-11-03T08:40:00+02:00"})
        self.book = self._book()
        self.calendar = str(self.post("/calendar/v3/calendars", {"summary": "Diary", "timeZone": ZONE})["id"])
        for number, name in ((NADINE, "Nadine"), (THANDI, "Thandi Maroon")):
            self.post("/_emulator/phones", {"phone": number, "name": name, "attentive": True})

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, self.base + path, json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.ask("POST", path, body)

    def rows(self) -> list[list[Any]]:
        """The Clients tab as plain values."""
        found = self.get(f"/v4/spreadsheets/{self.book}/values/Clients?valueRenderOption=UNFORMATTED_VALUE")
        return list(found["values"])

    def event(self, summary: str, start: str, end: str) -> str:
        times = {
            name: {"dateTime": f"2026-11-{at}:00", "timeZone": ZONE} for name, at in (("start", start), ("end", end))
        }
        return str(self.post(f"/calendar/v3/calendars/{self.calendar}/events", {"summary": summary, **times})["id"])

    def events(self) -> list[tuple[str, str]]:
        """(title, local start) of all events."""
        found = self.get(f"/calendar/v3/calendars/{self.calendar}/events?singleEvents=true&orderBy=startTime")
        return [(event["summary"], event["start"]["dateTime"][:16]) for event in found["items"]]

    def chat(self, number: str) -> list[dict[str, Any]]:
        return list(self.get(f"/_emulator/phones/{number}/chat")["messages"])

    def send(self, to: str, **message: Any) -> None:
        """As the program does it."""
        self.post(f"/v22.0/{NUMBER}/messages", {"messaging_product": "whatsapp", "to": to, **message})

    def _book(self) -> str:
        sheet = {
            "title": "Clients",
            "sheetId": 7,
            "gridProperties": {"rowCount": 100, "columnCount": 6, "frozenRowCount": 1},
        }
        wanted = {
            "properties": {"title": "Studio", "locale": "en_GB", "timeZone": ZONE},
            "sheets": [{"properties": sheet}],
        }
        book = str(self.post("/v4/spreadsheets", wanted)["spreadsheetId"])
        rows: list[list[Any]] = [["Name", "Phone", "Send", "Owes", "Id"], *(
            [name, phone, False, owes, ident]
            for name, phone, owes, ident in (
                ("Thandi Maroon", THANDI, "R250.00", "c-1"),
                ("Sipho Amber", "+447700900102", "", "c-2"),
                ("Ayanda Teal", "+447700900106", "", "c-3"),
            )
        )]  # fmt: skip
        self.post(f"/v4/spreadsheets/{book}:batchUpdate", {"requests": [
            {"updateCells": {"start": {"sheetId": 7}, "fields": "userEnteredValue,dataValidation",
                             "rows": [{"values": [_cell(value) for value in row]} for row in rows]}},
            {"addProtectedRange": {"protectedRange": {
                "range": {"sheetId": 7, "startColumnIndex": 3, "endColumnIndex": 5}, "warningOnly": True}}},
        ]})  # fmt: skip
        return book


def _cell(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}, "dataValidation": {"condition": {"type": "BOOLEAN"}}}
    return {"userEnteredValue": {"stringValue": value}} if value else {}


@dataclass
class StandIns:
    """Their process, of which a test may make a new one at the same address."""

    data: Path
    base: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        port = self.base.rpartition(":")[2] or "0"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--data", str(self.data), "--port", port],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.base = json.loads(self.process.stdout.readline())["base"]

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.kill()
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    """Started once: a start takes as long as a test."""
    running = StandIns(tmp_path_factory.mktemp("stand-ins") / "world")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def studio(stand_ins: StandIns) -> Iterator[Studio]:
    """An empty world, furnished anew."""
    world = Studio(stand_ins.base)
    yield world
    world.session.close()


@pytest.fixture
def restart(stand_ins: StandIns) -> tuple[Callable[[], None], Callable[[], None]]:
    """(kill the stand-ins, start them again at the same address)"""
    return stand_ins.kill, stand_ins.start


@pytest.fixture(scope="session")
def browser(browser_path: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, studio: Studio) -> Iterator[Page]:
    """The console, read; whatever went wrong in it fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    shown = context.new_page()
    wrong: list[str] = []
    shown.on("console", lambda line: wrong.append(line.text) if line.type in {"error", "warning"} else None)
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.on("request", lambda asked: None if asked.url.startswith((studio.base, "data:")) else wrong.append(asked.url))
    shown.goto(studio.base + "/")
    shown.wait_for_selector("body[data-ready=yes]")
    yield shown
    context.close()
    assert wrong == []


@pytest.fixture
def soon() -> Callable[[Callable[[], Any], Any], None]:
    """Wait until the stand-ins say so, too."""

    def wait(look: Callable[[], Any], wanted: Any) -> None:
        for _ in range(100):
            if look() == wanted:
                return
            time.sleep(0.05)
        assert look() == wanted

    return wait
