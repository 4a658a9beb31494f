"""``run``: web and worker in one process; ``serve`` and ``worker``: in two, only with a database server."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

from studio_sync.clock import Clock
from studio_sync.config import Config
from studio_sync.errors import UserError
from studio_sync.heap import one_heap

log = logging.getLogger(__name__)


def run(config: Config, *, web: bool = True, worker: bool = True, clock: Clock | None = None, host: str = "") -> None:
    """Run until SIGTERM or Ctrl-C. Raises ``UserError`` when roles are split on SQLite or something is not set.

    ``clock`` and ``host`` (the address to listen at): others than the configuration means.
    """
    from studio_sync.standing import Standing
    from studio_sync.studio import clock_of, open_journal
    from webhook.app import create_app
    from webhook.door import Door

    if not (web and worker) and not config.split_allowed:
        raise UserError(
            "Two parts need a database server: DATABASE_URL is not set, or is SQLite.",
            "Run both in one: studio-sync run",
        )
    set_up_logging(config)
    one_heap()
    journal = open_journal(config)
    clock = clock or clock_of(config)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    running = studio = None
    standing = Standing(journal, config.name, shared=config.split_allowed)
    if worker:
        from jobs.worker import Worker
        from studio_sync.studio import build

        studio = build(config, clock=clock, journal=journal)
        running = Worker(studio, standing)
    if web:
        # The door opens first: what it takes is safe in the journal before the worker has looked around.
        door = Door(
            journal=journal,
            config=config,
            clock=clock,
            files=journal.files,
            health=studio.health if studio else None,
            stands_by=lambda: standing.by_for,
            nudge=running.ring if running else None,
        )
        _serve(create_app(door), config, host)
    if running is not None:
        running.start()
    log.info("running on port %s", config.port)
    while not stop.wait(1.0):
        pass
    if running is not None:
        running.stop()
    journal.close()
    # Waitress has no gentle end from another thread; everything durable is in the journal.
    sys.stdout.flush()
    os._exit(0)


def _serve(app: object, config: Config, host: str) -> None:
    from webhook.server import create

    host = host or ("127.0.0.1" if config.local else "0.0.0.0")  # noqa: S104  (a host's router reaches us only there)
    server = create(app, host=host, port=config.port)
    threading.Thread(target=server.run, name="web", daemon=True).start()


def set_up_logging(config: Config) -> None:
    """What is worth a line goes to stderr; quiet in a local studio."""
    level = logging.WARNING if config.local else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("apscheduler", "waitress", "urllib3", "googleapiclient", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Says at each delivery of a burst that it had to wait a moment.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
