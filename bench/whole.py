"""A whole local studio, stand-ins and all, whose front door is measured while the studio works."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.load import Load
from bench.rounds import Shot
from bench.serve import kept
from studio_sync.local.control import NoAnswer, ask
from studio_sync.local.studio import LocalStudio


class Whole:
    """One studio in a folder."""

    def __init__(self, studio: LocalStudio, folder: Path) -> None:
        self.studio = studio
        self._folder = folder

    def deliver(self, tag: str, *, posts: int, per_post: int = 1) -> Any:
        """Statuses of messages nobody sent: the studio has to decide each, and tells nobody."""
        config = self.studio.config
        load = Load(
            port=config.port,
            posts=posts,
            per_post=per_post,
            connections=4,
            tag=f"wamid.{tag}.",
            secret=config.whatsapp_app_secret,
            phone_id=config.whatsapp_phone_id,
            kind="status",
        )
        seen = load.run()
        there = kept(self._folder, load.tag)
        wrong = f"{seen['distinct']} sent, {there} kept" if there != seen["distinct"] or seen["bad"] else ""
        return {**seen, "wrong": wrong}

    def shot(self, tag: str, *, posts: int, blocks: int = 1, before: Callable[[int], str] | None = None) -> Shot:
        """p99 of single deliveries in several blocks, taken together. ``before`` each block: "" or what is wrong."""
        latencies: list[float] = []
        wrong = ""
        for block in range(blocks):
            said = before(block) if before else ""
            seen = self.deliver(f"{tag}.{block}", posts=posts)
            latencies += seen["latencies"]
            wrong = wrong or said or seen["wrong"]
        ordered = sorted(latencies)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        return Shot(value=p99, wrong=wrong, more={"p50 ms": ordered[len(ordered) // 2]})

    def waiting(self) -> int:
        """Facts that are not decided."""
        with sqlite3.connect(f"file:{self._folder / 'journal.db'}?mode=ro", uri=True) as db:
            found = db.execute("SELECT count(*) FROM inbox WHERE state = 'new'").fetchone()
        return int(found[0])

    def ready(self, seconds: int = 30) -> None:
        """Wait until it takes deliveries: new notes take none before the first look at the workbooks."""
        for _ in range(seconds * 10):
            try:
                ask(f"{self.studio.addresses['app']}/readyz")
            except NoAnswer:
                time.sleep(0.1)
            else:
                return

    def settle(self, seconds: int = 300) -> None:
        """Wait until everything is decided."""
        for _ in range(seconds * 5):
            if not self.waiting():
                return
            time.sleep(0.2)


@contextmanager
def whole() -> Iterator[Whole]:
    """A studio, warmed up."""
    with TemporaryDirectory(prefix="bench-") as folder:
        studio = LocalStudio(Path(folder))
        try:
            studio.open()
            made = Whole(studio, Path(folder))
            made.ready()
            made.shot("warm", posts=100)
            yield made
        finally:
            studio.close()
