"""SIGKILL again and again under load, over real HTTP; in every fourth life the notes are deleted as well.

Real processes. People write from six phones at once and invoices are ticked while the program dies; afterwards no row,
number, event or message is there twice, none is missing, and the chain is whole. Kills are counted in
``STUDIO_SYNC_KILLS``; ``make prove`` makes 200, 50 of them with the notes deleted.
"""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from studio_sync.errors import UserError
from studio_sync.local.sample import CLIENTS, OWNER
from studio_sync.local.studio import LocalStudio
from tests.histories import chain_checks

MORNING = datetime(2026, 11, 3, 9, 30, tzinfo=ZoneInfo("Africa/Johannesburg"))
#: the studio's seconds per real second
RATE = 10
PROVE = bool(os.environ.get("STUDIO_SYNC_PROVE"))
#: in all, shared by four studios
KILLS = int(os.environ.get("STUDIO_SYNC_KILLS", "200"))
NAMES = ("Thandi", "Sipho", "Lerato", "Pieter")
CHAIN = (chain_checks.slots_are_whole, chain_checks.one_token, chain_checks.no_key_twice)


class Life:
    """One studio that is killed often."""

    def __init__(self, data: Path, seed: int) -> None:
        self.studio = LocalStudio(data)
        self.rng = random.Random(f"killed often:{seed}")
        self.said: set[str] = set()
        #: said so shortly before the notes were deleted that only they may have known
        self.forgotten: set[str] = set()
        self.kills = 0
        self.lost = 0

    def live(self, kills: int) -> None:
        self.studio.open(start_at=MORNING)
        self.studio.control("clock", {"set": MORNING.isoformat(), "rate": RATE})
        self.studio.control("quota", {"on": False})
        for n in range(kills):
            for _ in range(self.rng.randint(2, 5)):
                self._act()
            threading.Event().wait(self.rng.uniform(0.1, 1.5))
            self._pull(notes_too=n % 4 == 3)
        self._says(OWNER, "today")
        self._quiet()

    def _act(self) -> None:
        if self.rng.random() < 0.15:
            with contextlib.suppress(UserError):
                self._tick()
            return
        if self.rng.random() < 0.4:
            day, hour = self.rng.choice(("thu", "fri", "sat")), self.rng.choice(("09:00", "11:00", "14:00"))
            self._says(OWNER, f"Book {self.rng.choice(NAMES)} {day} {hour} duo")
            return
        self._says(self.rng.choice([known[1] for known in CLIENTS.values()]), self.rng.choice(("bookings", "menu")))

    def _says(self, phone: str, text: str) -> None:
        self.said |= set(self.studio.control("speak", {"phone": phone, "text": text})["wamids"])

    def _tick(self) -> None:
        rows = self._table("books_sheet", "Invoices")
        at = next((n for n, row in enumerate(rows, 2) if row["State"] == "draft" and row["Send"] is not True), None)
        if at is None:
            return
        column = chr(ord("A") + list(rows[0]).index("Send"))
        book = self.studio.addresses["books_sheet"]
        self.studio.control("owner", {"spreadsheetId": book, "action": "tick", "cell": f"Invoices!{column}{at}"})

    def _pull(self, *, notes_too: bool) -> None:
        self.studio.kill_program()
        self.kills += 1
        journal = self.studio.data / "journal.db"
        with closing(sqlite3.connect(journal)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            taken = {key for (key,) in db.execute("SELECT key FROM inbox WHERE kind = 'message'")}
        if notes_too:
            self.lost += 1
            self.forgotten |= (self.said & taken) - {str(row["Key"]) for row in self._table("studio_sheet", "Messages")}
            for each in self.studio.data.glob("journal.db*"):
                each.unlink()
        self.studio.start_program()

    def _quiet(self) -> None:
        calm = 0
        for _ in range(900):
            threading.Event().wait(0.2)
            calm = calm + 1 if not self._open() else 0
            if calm >= 5:
                return
        pytest.fail(f"it does not come to rest: {self._open()[:5]}")

    def _open(self) -> list[str]:
        found = [str(each) for each in self.studio.control("webhooks").get("waiting", [])]
        with closing(sqlite3.connect(f"file:{self.studio.data / 'journal.db'}?mode=ro", uri=True)) as db:
            for question in (
                "SELECT key FROM inbox WHERE state = 'new'",
                "SELECT key, state FROM outbox WHERE state NOT IN ('done', 'dropped', 'held')",
                "SELECT batch_id FROM attempts",
            ):
                found += [str(row) for row in db.execute(question)]
        return found

    # -- what must be true

    def problems(self) -> list[str]:
        found = []
        for book in ("studio_sheet", "books_sheet"):
            whole = self._workbook(book)
            found += [f"{book}: {said}" for check in CHAIN for said in check(whole)]
        found += list(chain_checks.numbers_have_no_gap(self._workbook("books_sheet")))
        for book, tab in (("studio_sheet", "Bookings"), ("studio_sheet", "Messages"), ("books_sheet", "Invoice lines")):
            idents = Counter(str(row["Id"]) for row in self._table(book, tab))
            found += [f"{tab} has {ident} {count} times" for ident, count in idents.items() if ident and count > 1]
        kept = Counter(str(row["Key"]) for row in self._table("studio_sheet", "Messages") if row["Way"] == "in")
        found += [f"{key} has {kept[key]} rows" for key in self.said - self.forgotten if kept[key] != 1]
        return found + self._messages() + self._events()

    def _messages(self) -> list[str]:
        papers: Counter[tuple[str, str]] = Counter()
        tags: Counter[str] = Counter()
        for phone in (OWNER, *(known[1] for known in CLIENTS.values())):
            chat = self.studio.control(f"phones/{phone.replace('+', '%2B')}/chat")["messages"]
            for message in (each for each in chat if each["direction"] == "out"):
                tags[str(message.get("tag"))] += 1
                if message.get("media"):
                    papers[phone, str(message["media"].get("filename"))] += 1
        found = [f"{phone} got {name} {count} times" for (phone, name), count in papers.items() if count > 1]
        return found + [f"{tag} went {count} times" for tag, count in tags.items() if count > 2]

    def _events(self) -> list[str]:
        """Nobody sits twice in one session, and no session is there twice."""
        events = self.studio.control("dump?only=calendar")["calendar"]
        seats: Counter[str] = Counter()
        for event in _all_events(events):
            if event.get("status") != "cancelled":
                private = event.get("extendedProperties", {}).get("private", {})
                seats.update({value for key, value in private.items() if str(value).startswith("b-")})
        return [f"the booking {seat} has {count} seats" for seat, count in seats.items() if count > 1]

    def _workbook(self, book: str) -> dict[str, Any]:
        whole: dict[str, Any] = self.studio.control("dump?only=sheets")["sheets"][self.studio.addresses[book]]
        return whole

    def _table(self, book: str, tab: str) -> list[dict[str, Any]]:
        return chain_checks.table(self._workbook(book), tab)


def _all_events(found: Any) -> list[dict[str, Any]]:
    """Every event in what the stand-ins tell of their calendars."""
    if isinstance(found, dict) and "start" in found and "end" in found:
        return [found]
    inside = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return [event for each in inside for event in _all_events(each)]


@pytest.mark.skipif(not PROVE, reason="minutes of real time: make prove")
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("seed", range(4))
def test_killed_often_nothing_is_lost_or_there_twice(
    seed: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    life = Life(tmp_path / "studio", seed)
    try:
        life.live(max(1, KILLS // 4))
        assert life.problems() == []
    finally:
        life.studio.close()
    told = f"{life.kills} SIGKILLs over real HTTP, {life.lost} with the notes deleted, {len(life.said)} messages in: "
    record_property("kills", f"{told}0 lost, 0 twice")
