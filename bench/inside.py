"""The sample studio in this process, its lanes stepped by hand and its clock moved by us: the hallway of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from emulator.world import World
from tests.hallway.conftest import near, post_office
from tests.hallway.room import START, Room, make


@contextmanager
def inside() -> Iterator[Room]:
    """One studio, its first reads behind it, Google's quotas on."""
    with TemporaryDirectory(prefix="bench-") as folder:
        world = World(Path(folder) / "world")
        try:
            with near(world) as straight, post_office(world) as port:
                world.clock.set(START, 0)
                room = make(world, Path(folder), port, straight)
                room.run(5)
                room.tick(120)
                room.post("quota", {"on": True})
                yield room
                room.close()
        finally:
            world.close()
