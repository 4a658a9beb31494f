"""A server of ``bench.serve``, started and ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.load import Load
from bench.rounds import Shot
from bench.serve import PHONE_ID, SECRET


class Server:
    """One side of a case."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        more = {"LD_PRELOAD": str(slow_disk(folder))} if kind.endswith("slow") else {}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "bench.serve", kind, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **more},
        )
        self.port = int(self._heard()["port"])

    def _heard(self) -> Any:
        assert self._child.stdout is not None
        return json.loads(self._child.stdout.readline())

    def stat(self, prefix: str = "") -> Any:
        """CPU seconds so far, and how many ids with this prefix are kept."""
        assert self._child.stdin is not None
        self._child.stdin.write(f"{prefix}\n")
        self._child.stdin.flush()
        return self._heard()

    def round(self, number: int, *, posts: int, per_post: int = 1, connections: int = 16) -> tuple[Any, Any, str]:
        """One load; what the caller saw, what the server used, and what is wrong ("" for nothing)."""
        tag = f"wamid.{self.kind}.{number}."
        load = Load(
            port=self.port,
            posts=posts,
            per_post=per_post,
            connections=connections,
            tag=tag,
            secret=SECRET,
            phone_id=PHONE_ID,
        )
        before = self.stat(tag)
        seen = load.run()
        after = self.stat(tag)
        wrong = ""
        if seen["bad"] or seen["posts"] != seen["sent"]:
            wrong = f"{seen['bad']} refused, {seen['sent'] - seen['posts']} unanswered"
        elif self.kind != "hello" and after["kept"] != seen["distinct"]:
            wrong = f"{seen['distinct']} sent, {after['kept']} kept"
        return seen, {"cpu": after["cpu"] - before["cpu"], "rss_kib": after["rss_kib"]}, wrong

    def end(self) -> None:
        """End the process and wait for it."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(timeout=30)
        assert self._child.stdout is not None
        self._child.stdout.close()


def can_slow_the_disk() -> bool:
    """The slow disk is a few lines of C between a Linux program and its C library."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def slow_disk(folder: Path) -> Path:
    """The library that makes each forced write 5 ms longer, built now."""
    library = folder / "slow_disk.so"
    source = Path(__file__).with_name("slow_disk.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return library


@contextmanager
def servers(*kinds: str) -> Iterator[list[Server]]:
    """Each kind with a folder of its own, warmed up."""
    with TemporaryDirectory(prefix="bench-") as folder:
        started: list[Server] = []
        try:
            for kind in kinds:
                place = Path(folder) / kind
                place.mkdir()
                started.append(Server(kind, place))
                started[-1].round(-1, posts=4 if kind.startswith("calls") else 200)
            yield started
        finally:
            for server in started:
                server.end()


def rate(server: Server, number: int, *, posts: int, per_post: int = 1, connections: int = 16) -> Shot:
    """Different messages per second, kept; with CPU and p99."""
    seen, used, wrong = server.round(number, posts=posts, per_post=per_post, connections=connections)
    more = {"p50 ms": seen["p50"], "p99 ms": seen["p99"], "cpu us/event": 1e6 * used["cpu"] / seen["distinct"]}
    return Shot(value=seen["distinct"] / seen["seconds"], wrong=wrong, more=more)
