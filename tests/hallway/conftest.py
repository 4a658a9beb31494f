"""A whole studio under the hand of a test: real lanes, adapters and client libraries, stepped one by one.

The clients hand their requests to the stand-ins in this process. Where the connection itself fails (a test is marked
``sockets``, or one of its parameters names such a failure) they are reached over real HTTP on loopback.
"""

from __future__ import annotations

import dataclasses
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest
import waitress
from requests.adapters import BaseAdapter

from emulator.app import create_app
from emulator.disks import Memory
from emulator.smtp import Server
from emulator.world import World
from studio_sync.adapters import sessions
from studio_sync.clock import FixedClock
from studio_sync.config import Config
from tests.hallway.inside import Straight
from tests.hallway.room import START, Room, make

#: what happens to a connection
BROKEN = {"refuse", "reset", "lost", "cut"}


@contextmanager
def served(world: World) -> Iterator[None]:
    """The stand-ins on loopback."""
    server = waitress.create_server(create_app(world), host="127.0.0.1", port=0, threads=8, channel_request_lookahead=1)
    world.base = f"http://127.0.0.1:{server.effective_port}"
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield
    finally:
        server.trigger.pull_trigger(server.close)
        server.task_dispatcher.shutdown()


@contextmanager
def near(world: World) -> Iterator[BaseAdapter]:
    """The stand-ins in this process."""
    world.base = "http://127.0.0.1:1"
    straight = Straight(create_app(world))
    with patch.object(sessions, "HTTPAdapter", lambda **_: straight):
        yield straight


@contextmanager
def post_office(world: World) -> Iterator[int]:
    """Their mail server; gives its port."""
    mail = Server(world, "127.0.0.1", 0)
    mail.start()
    try:
        yield mail.server_address[1]
    finally:
        mail.shutdown()
        mail.server_close()


@pytest.fixture(autouse=True)
def many_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test looks at the sheets more often than the program would, and no commit is to wait for that."""
    monkeypatch.setattr("studio_sync.reads.FILLS", 1000.0)


@dataclasses.dataclass(frozen=True)
class Made:
    """A studio to be copied: the program's folder, the stand-ins' documents, the settings, the time."""

    folder: Path
    memory: Memory
    config: Config
    now: datetime


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The sample studio, made once."""
    folder, memory = tmp_path_factory.mktemp("studio"), Memory()
    world = World(memory=memory)
    with near(world) as straight, post_office(world) as port:
        world.clock.set(START, 0)
        room = make(world, folder, port, straight)
        room.close()
    world.close()
    return Made(folder, memory, room.config, room.clock.now())


@pytest.fixture
def room(made: Made, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Room]:
    """The sample studio, its first reads behind it."""
    home = tmp_path / "studio"
    shutil.copytree(made.folder, home)
    world = World(memory=made.memory.copy())
    world.clock.set(made.now, 0)
    way = served if _needs_sockets(request.node) else near
    with way(world) as straight, post_office(world) as port:
        base = world.base
        here = dataclasses.replace(made.config, data=home, google_base=base, whatsapp_base=base, smtp_port=port)
        found = Room(world, here, FixedClock(made.now), straight)
        yield found
        found.close()
    world.close()


def _needs_sockets(test: pytest.Item) -> bool:
    chosen = getattr(test, "callspec", None)
    return bool(test.get_closest_marker("sockets") or (chosen and BROKEN & set(map(str, chosen.params.values()))))
