"""The stand-ins for tests: as a real process over loopback HTTP, and in process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from emulator.app import create_app
from emulator.whatsapp.account import ACCOUNT
from emulator.world import World
from tests.emulator.answers import watch
from tests.emulator.phones import Studio


class Emulator:
    """The real process on a data folder; it may be killed and started again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer a-token"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--data", str(self.data), "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.addresses: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.base: str = self.addresses["base"]

    def end(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def get(self, path: str, **options: Any) -> Any:
        """JSON of a GET that must be answered 200."""
        answer = self.session.get(self.base + path, timeout=20, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        """JSON of a POST that must be answered with `status`."""
        answer = self.session.post(self.base + path, json=body if body is not None else {}, timeout=20)
        assert answer.status_code == status, answer.text
        return answer.json()

    def verb(self, name: str, /, **body: Any) -> Any:
        """A control verb that must succeed."""
        return self.post(f"/_emulator/{name}", body)


@pytest.fixture
def mortal_emulator(tmp_path: Path) -> Iterator[Emulator]:
    """A process of the test's own, which it may kill."""
    running = Emulator(tmp_path / "world")
    yield running
    if running.process.poll() is None:
        running.end()
    running.session.close()


@pytest.fixture(scope="session")
def shared_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    running = Emulator(tmp_path_factory.mktemp("world"))
    yield running
    running.end()
    running.session.close()


@pytest.fixture
def emulator(shared_emulator: Emulator) -> Emulator:
    """The process that most tests share, with an empty world and the invented account."""
    shared_emulator.verb("reset")
    shared_emulator.verb("account", **ACCOUNT)
    return shared_emulator


@pytest.fixture
def world() -> Iterator[World]:
    kept = World()
    yield kept
    kept.close()


@pytest.fixture
def studio(client: FlaskClient, world: World) -> Iterator[Studio]:
    """The Cloud API by a clock that stands still, and what it delivers."""
    made = Studio(client, world)
    yield made
    made.courier.stop()


@pytest.fixture
def client(world: World) -> Iterator[FlaskClient]:
    """The same application in process, with credentials."""
    application = create_app(world)
    watch(application)
    with application.test_client() as test_client:
        test_client.environ_base["HTTP_AUTHORIZATION"] = "Bearer a-token"
        yield test_client
