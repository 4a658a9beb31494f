"""A whole studio under the hand of a test: real lanes and adapters over loopback HTTP, stepped one by one."""

from __future__ import annotations

import dataclasses
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
import waitress

from emulator.app import create_app
from emulator.smtp import Server
from emulator.world import World
from studio_sync.adapters import sessions
from studio_sync.clock import FixedClock
from studio_sync.config import Config
from tests.hallway.inside import Straight
from tests.hallway.room import START, Room, make


@contextmanager
def stand_ins(folder: Path) -> Iterator[tuple[World, int]]:
    """The stand-ins of a folder, served on loopback, and the port of their mail server."""
    world = World(folder)
    server = waitress.create_server(create_app(world), host="127.0.0.1", port=0, threads=8, channel_request_lookahead=1)
    world.base = f"http://127.0.0.1:{server.effective_port}"
    mail = Server(world, "127.0.0.1", 0)
    mail.start()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield world, mail.server_address[1]
    finally:
        mail.shutdown()
        mail.server_close()
        server.trigger.pull_trigger(server.close)
        server.task_dispatcher.shutdown()
        world.close()


@contextmanager
def near(folder: Path) -> Iterator[tuple[World, Straight]]:
    """The stand-ins of a folder in this process: the real clients of the program, no socket. Mail goes nowhere."""
    world = World(folder)
    world.base = "http://127.0.0.1:1"
    straight = Straight(create_app(world))
    try:
        with patch.object(sessions, "HTTPAdapter", lambda **_: straight):
            yield world, straight
    finally:
        world.close()


@pytest.fixture(autouse=True)
def many_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test looks at the sheets more often than the program would, and no commit is to wait for that."""
    monkeypatch.setattr("studio_sync.reads.FILLS", 1000.0)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Config, FixedClock]:
    """The sample studio, made once: its folder is copied for each test."""
    folder = tmp_path_factory.mktemp("studio")
    with stand_ins(folder / "world") as (world, port):
        world.clock.set(START, 0)
        room = make(world, folder, port)
        room.close()
    return folder, room.config, room.clock


@pytest.fixture
def room(made: tuple[Path, Config, FixedClock], tmp_path: Path) -> Iterator[Room]:
    """The sample studio, its first reads behind it."""
    folder, config, clock = made
    home = tmp_path / "studio"
    shutil.copytree(folder, home)
    with stand_ins(home / "world") as (world, port):
        here = dataclasses.replace(config, data=home, google_base=world.base, whatsapp_base=world.base, smtp_port=port)
        found = Room(world, here, FixedClock(clock.now()))
        yield found
        found.close()


@pytest.fixture
def near_room(made: tuple[Path, Config, FixedClock], tmp_path: Path) -> Iterator[Room]:
    """The same studio without sockets, for tests that do much."""
    folder, config, clock = made
    home = tmp_path / "studio"
    shutil.copytree(folder, home)
    with near(home / "world") as (world, straight):
        here = dataclasses.replace(config, data=home, google_base=world.base, whatsapp_base=world.base, smtp_host="")
        found = Room(world, here, FixedClock(clock.now()))
        found.http.mount("http://", straight)
        yield found
        found.close()
