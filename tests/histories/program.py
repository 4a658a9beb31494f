"""One program on its own notes: the real one, wired by ``studio_sync.studio.build``, stepped by hand."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests
from flask import Flask

from jobs.worker import Turner
from studio_sync.adapters import mail, sessions
from studio_sync.clock import FixedClock
from studio_sync.config import Config
from studio_sync.errors import StudioError
from studio_sync.rebuild import ensure
from studio_sync.standing import Standing
from studio_sync.studio import Studio, build
from tests.histories.points import MortalJournal, Points, mortal
from tests.histories.postman import Letterbox
from tests.histories.watchman import Watchman
from tests.histories.wire import Net, Wire
from webhook.app import create_app
from webhook.door import Door

Step = Callable[[], object]


@contextmanager
def mounted(wire: Wire) -> Iterator[None]:
    """Sessions and mailboxes made inside go over ``wire`` instead of sockets."""
    with (
        patch.object(sessions, "HTTPAdapter", lambda **_: wire),
        patch.object(mail, "SmtpMailbox", partial(Letterbox, wire)),
    ):
        yield


class Program:
    """A computer with the program on it. ``folder`` holds its notes and outlives it."""

    def __init__(self, net: Net, clock: FixedClock, folder: Path, config: Config) -> None:
        self.net = net
        self.clock = clock
        self.folder = folder
        self.config = config
        self.points = Points()
        self.wire = Wire(net, self.points, watch=self._watch)
        self.watchman = Watchman(net.world)
        self.studio: Studio | None = None
        self.journal: MortalJournal | None = None
        #: its beginning succeeded: lanes and polls run
        self.begun = False
        #: a commit of the journal may have given a lane something to do
        self.news = False
        self.door: Flask | None = None
        self._standing: Standing | None = None
        self._said: str | None = None
        self._turner: Turner | None = None
        self._own, self._read = config, config

    @property
    def alive(self) -> bool:
        """It runs."""
        return self.studio is not None and not self.points.dead

    def start(self) -> None:
        """Start it on what its notes hold."""
        self.points.revive()
        self._read = self.config
        self.watchman.copied = self._read != self._own
        self.folder.mkdir(exist_ok=True)
        journal = mortal(f"sqlite:///{self.folder / 'journal.db'}")
        journal.points = self.points
        journal.on_new(self._wake)
        with mounted(self.wire):
            self.studio = build(self.config, clock=self.clock, journal=journal)
        self.journal = journal
        self.begun = False
        self._turner = Turner(journal, self.studio.alarms)
        self._standing, self._said = Standing(journal, self.config.name, shared=False), None
        door = Door(
            journal=journal, config=self.config, clock=self.clock, files=journal.files, stands_by=self._stands_by
        )
        self.door = create_app(door)

    def begin(self) -> None:
        """What the worker does before its first step; may fail and be asked again, as there."""
        assert self.studio is not None
        assert self.journal is not None
        with self.journal.write() as tx:
            tx.restart(self.clock.now())
        try:
            ensure(self.studio)
        except StudioError:
            return
        for poll in self.studio.polls:
            poll.step()
        self.begun = True
        self._stands_by()

    def stop(self) -> None:
        """It is gone; its notes stay."""
        if self.journal is not None:
            self.journal.close()
        self.studio = self.journal = self.door = self._turner = None
        self.begun = False

    def use(self, **workbooks: Any) -> None:
        """Other ids of workbooks in its settings. It reads them when it starts, so it is started anew."""
        self.config = dataclasses.replace(self._own, **workbooks)
        self._read_again()

    def use_own(self) -> None:
        """The workbooks that it had at first."""
        self.config = self._own
        self._read_again()

    def _read_again(self) -> None:
        if self.studio is not None and self._read != self.config and not self.points.dead:
            self.points.arm(0)

    # -- its notes

    def lose_notes(self) -> None:
        """An empty disk."""
        for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
            (self.folder / name).unlink(missing_ok=True)

    def keep_notes(self) -> None:
        """A backup of the notes as they are, as a host makes one."""
        with (
            sqlite3.connect(self.folder / "journal.db") as there,
            sqlite3.connect(self.folder / "backup.db") as backup,
        ):
            there.backup(backup)
        there.close()
        backup.close()

    def put_notes_back(self) -> bool:
        """The backup takes their place; False when there is none."""
        if not (self.folder / "backup.db").exists():
            return False
        self.lose_notes()
        (self.folder / "backup.db").replace(self.folder / "journal.db")
        return True

    # -- its turns

    def steps(self) -> dict[str, Step]:
        """Its lanes by name: each call is one step."""
        assert self.studio is not None
        return {lane.name: lane.step for lane, _ in self.studio.lanes}

    def looks(self) -> dict[str, Step]:
        """What it does by the clock: polls, a look at the diary, the timetable."""
        assert self.studio is not None
        found: dict[str, Step] = {f"watch:{poll.book.role}": poll.step for poll in self.studio.polls}
        found["watch:diary"] = self._look_at_diary
        found["clock"] = self._turn
        return found

    def pause_of(self, name: str) -> float:
        """Seconds until the next look of that name."""
        poll = self.poll_of(name)
        return 5.0 if poll is None else poll.pause

    def poll_of(self, name: str) -> Any:
        """The poll of that name, None for another look."""
        assert self.studio is not None
        return next((poll for poll in self.studio.polls if name == f"watch:{poll.book.role}"), None)

    @property
    def foreign(self) -> str:
        """Another program's name in a workbook: then this one stands by."""
        return self.studio.foreign if self.studio is not None else ""

    def _stands_by(self) -> str:
        """What its front door asks; the worker says it at each change."""
        assert self._standing is not None
        if self._said != self.foreign and self.begun:
            self._said = self.foreign
            self._standing.say(self.foreign)
        return self._standing.by_for

    @property
    def restless(self) -> bool:
        """Something was just typed, or is missing: it will look again."""
        return self.studio is not None and any(poll._watch.restless for poll in self.studio.polls)

    def _look_at_diary(self) -> None:
        assert self.studio is not None
        self.studio.diary_watch.look(self.clock.now())

    def _turn(self) -> None:
        assert self._turner is not None
        self._turner.turn(self.clock.now())

    def _watch(self, request: requests.PreparedRequest) -> None:
        if self.journal is not None:
            self.watchman.see(request, self.journal, self.clock.now())

    def _wake(self) -> None:
        self.news = True
