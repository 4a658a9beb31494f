"""One suite per port. Always against the stand-ins over loopback HTTP; with STUDIO_SYNC_LIVE=1 against real accounts.

A live run needs STUDIO_SYNC_LIVE_GOOGLE (credential), _SPREADSHEET, _CALENDAR; _PHONE_ID, _ACCOUNT_ID, _TOKEN, _TO
(a phone that wrote within 24 hours); _SMTP ("host:port"), _SMTP_USER, _SMTP_PASSWORD, _MAIL (sender and recipient).
Stories about scripted trouble ask for ``stand_in`` and are left out there.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from studio_sync.adapters.google_http import LOCAL, GoogleHttp, sign_in
from studio_sync.adapters.sheets import SheetsWorkbook, create_workbook
from tests.contract.workbook import TAB

LIVE = os.environ.get("STUDIO_SYNC_LIVE") == "1"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if LIVE and item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.live)


def setting(name: str) -> str:
    """One setting of a live run; without it the story is left out."""
    value = os.environ.get(f"STUDIO_SYNC_LIVE_{name}")
    if not value:
        pytest.skip(f"STUDIO_SYNC_LIVE_{name} is not set")
    return value


@dataclass
class StandIn:
    """The stand-ins' process and its control plane."""

    base: str
    smtp: tuple[str, int]
    control: requests.Session

    def verb(self, name: str, **body: Any) -> Any:
        answer = self.control.post(f"{self.base}/_emulator/{name}", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, name: str) -> Any:
        answer = self.control.get(f"{self.base}/_emulator/{name}", timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def trouble(self, match: str, kind: str) -> None:
        """The next call of that name meets this fault."""
        self.verb("faults", add={"match": match, "kind": kind, "times": 1, "seconds": 2 if kind == "slow" else None})

    def calls(self, name: str) -> int:
        """How often a call reached the stand-in since the last reset, whatever became of it."""
        return len(self.look(f"calls?limit=5000&name={name}")["calls"]) - self.before.get(name, 0)

    before: dict[str, int]


@pytest.fixture(scope="session")
def stand_in_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    data = tmp_path_factory.mktemp("world")
    command = [sys.executable, "-m", "emulator", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        with requests.Session() as control:
            control.trust_env = False
            yield StandIn(told["base"], (told["smtp"]["host"], told["smtp"]["port"]), control, {})
        process.terminate()


@pytest.fixture
def stand_in(request: pytest.FixtureRequest) -> StandIn:
    """An empty world in real time, without quotas."""
    if LIVE:
        pytest.skip("scripted trouble needs the stand-ins")
    found: StandIn = request.getfixturevalue("stand_in_process")
    found.verb("reset")
    found.verb("quota", on=False)
    found.before = {}
    for call in found.look("calls?limit=5000")["calls"]:
        found.before[call["name"]] = found.before.get(call["name"], 0) + 1
    return found


@pytest.fixture
def google(request: pytest.FixtureRequest) -> GoogleHttp:
    """The way to Google: the stand-in, or the real one with the credential of a live run."""
    if LIVE:
        return GoogleHttp(sign_in(setting("GOOGLE")))
    return google_at(request.getfixturevalue("stand_in").base)


def google_at(base: str, *, read_timeout: float = 20.0) -> GoogleHttp:
    return GoogleHttp(sign_in(LOCAL), base=base, connect_timeout=2.0, read_timeout=read_timeout)


@pytest.fixture
def workbook(google: GoogleHttp) -> Iterator[SheetsWorkbook]:
    """A workbook with an empty tab ``Contract`` of 20 rows and 8 columns."""
    if LIVE:
        found = SheetsWorkbook(google, setting("SPREADSHEET"))
    else:
        found = create_workbook(google, "Nowhere Street Pilates", locale="en_GB", zone="Europe/London")
    grid = {"rowCount": 20, "columnCount": 8}
    found.commit([{"addSheet": {"properties": {"sheetId": TAB, "title": "Contract", "gridProperties": grid}}}])
    yield found
    if LIVE:
        found.commit([{"deleteSheet": {"sheetId": TAB}}])


@pytest.fixture
def closed_port() -> str:
    """An address nobody answers at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
