"""One invented world per data folder: what the stand-ins share."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from emulator.bus import Bus
from emulator.clock import Clock
from emulator.disks import Memory
from emulator.faults import Faults
from emulator.store import Store


class World:
    """Store, clock, faults, randomness and news of one data folder; `lock` guards the store and anything beside it."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        seed: int = 1,
        clock: Clock | None = None,
        memory: Memory | None = None,
    ) -> None:
        """Open `folder` (made if missing); None keeps the whole world in memory, beginning with `memory`."""
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.seed = seed
        self.lock = threading.RLock()
        self.store = Store(folder / "world.sqlite" if folder else None, self.lock, memory=memory)
        self.clock = clock or Clock(folder / "clock.json" if folder else None)
        self.rng = random.Random(seed)
        #: how long calls take is drawn from here, so that nothing else changes with it
        self.dice = random.Random(f"{seed}:delays")
        #: how time passes by the clock; whoever steers a clock of their own puts its tick here
        self.pass_time: Callable[[float], None] = self.clock.advance
        self.bus = Bus()
        #: set when something new may be due for the courier
        self.wake = threading.Event()
        #: address the stand-ins are reached at; links in answers begin with it
        self.base = "http://127.0.0.1"
        #: recent calls per limit, for quota.py
        self.windows: dict[str, deque[float]] = {}
        self.faults = Faults(self.store, self.clock)

    def mint(self, alphabet: str, length: int) -> str:
        """A random name that is new in this world even after a restart (the draws so far are kept)."""
        source = random.Random(f"{self.seed}:{self.number('minted')}")
        return "".join(source.choice(alphabet) for _ in range(length))

    def number(self, name: str, first: int = 1) -> int:
        """The next number of the series `name`, kept across restarts."""
        with self.lock, self.store.transaction():
            value = int((self.store.get("series", name) or {"next": first})["next"])
            self.store.put("series", name, {"next": value + 1})
        return value

    def reset(self) -> None:
        """An empty world; the clock goes back to real time. The WhatsApp account keeps its settings and addresses."""
        with self.store.transaction():
            kept = self.store.get("whatsapp", "account")
            self.store.clear()
            if kept:
                self.store.put("whatsapp", "account", kept)
            self.windows.clear()
        self.clock.release()
        self.bus.publish("reset", {})

    def close(self) -> None:
        """Close the store."""
        self.store.close()
