"""One server in a process of its own: ``python -m bench.serve KIND FOLDER``, spoken to by lines of JSON.

It prints its port, answers each line on stdin with its CPU seconds and what it has kept, and ends with stdin.
"""

from __future__ import annotations

import json
import logging
import resource
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.peers import handlers
from studio_sync.clock import SystemClock
from studio_sync.config import Config
from studio_sync.journal import Journal, Kept
from studio_sync.journal.inbox import encode_fact
from studio_sync.rules.facts import Fact
from studio_sync.running import set_up_logging
from webhook.app import create_app
from webhook.door import Door
from webhook.server import THREADS, create

SECRET, PHONE_ID = "made up for the bench", "106540352242922"


class OneByOne(Journal):
    """A journal whose callers commit each for themselves, by the same way into the database."""

    def receive(self, facts: Sequence[Fact]) -> Kept:
        mine = [[encode_fact(fact) for fact in facts]]
        return self.take(lambda: [mine.pop()] if mine else [])[0]


def product(folder: Path, *, one_by_one: bool = False) -> Any:
    """The front door on a file that is forced to the disk at each commit."""
    kind = OneByOne if one_by_one else Journal
    journal = kind.open(f"sqlite:///{folder / 'journal.db'}")
    config = Config(
        data=folder,
        name="bench",
        whatsapp_phone_id=PHONE_ID,
        whatsapp_app_secret=SECRET,
        whatsapp_verify_token=SECRET,
        secret_key=SECRET,
    )
    set_up_logging(config)
    return create_app(Door(journal=journal, config=config, clock=SystemClock(), files=journal.files))


def kept(folder: Path, prefix: str) -> int:
    """How many facts of that prefix stand in the journal's file."""
    with sqlite3.connect(f"file:{folder / 'journal.db'}?mode=ro", uri=True) as db:
        found = db.execute("SELECT count(*) FROM inbox WHERE substr(key, 1, ?) = ?", (len(prefix), prefix)).fetchone()
    return int(found[0])


def main(kind: str, folder: Path) -> None:
    seen = handlers.Seen()
    threads = THREADS
    count: Callable[[str], int] = seen.count
    app: Any
    if kind == "hello":
        app = handlers.hello()
    elif kind.startswith("calls"):
        app, threads = handlers.calls(seen), int(kind.removeprefix("calls") or 1)
    else:
        app = product(folder, one_by_one="alone" in kind)
        count = lambda prefix: kept(folder, prefix)  # noqa: E731
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create(app, host="127.0.0.1", port=0, threads=threads)
    threading.Thread(target=server.run, daemon=True).start()
    _tell(port=server.effective_port, started=datetime.now().astimezone().isoformat())
    for line in sys.stdin:
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _tell(cpu=time.process_time(), kept=count(line.strip()), rss_kib=rss)


def _tell(**said: Any) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
