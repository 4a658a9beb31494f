"""A whole studio under the hand of a test: real lanes and adapters over loopback HTTP, stepped one by one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress

from emulator.app import create_app
from emulator.smtp import Server
from emulator.world import World
from tests.hallway.room import START, Room, make


@pytest.fixture
def world() -> Iterator[World]:
    """Fresh stand-ins, served on loopback."""
    kept = World()
    kept.clock.set(START, 0)
    server = waitress.create_server(create_app(kept), host="127.0.0.1", port=0, threads=8, channel_request_lookahead=1)
    kept.base = f"http://127.0.0.1:{server.effective_port}"
    mail = Server(kept, "127.0.0.1", 0)
    mail.start()
    kept.store.put("test", "smtp", {"port": mail.server_address[1]})
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield kept
    mail.shutdown()
    mail.server_close()
    server.trigger.pull_trigger(server.close)
    server.task_dispatcher.shutdown()
    kept.close()


@pytest.fixture
def room(world: World, tmp_path: Path) -> Iterator[Room]:
    """The sample studio, its first reads behind it."""
    made = make(world, tmp_path)
    yield made
    made.close()
