"""Looks at what leaves a program: was a commit written down before, may it hold what it holds, and what does it find.

A commit comes upon a workbook at rest: what stands there then must be what its notes say, or be named by a debt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from emulator.sheets import values
from emulator.sheets.book import Book
from emulator.world import World
from sheets_schema.debts import read_debts
from sheets_schema.head import TITLE
from sheets_schema.tabs import BY_KEY
from studio_sync.journal import Attempt, Journal, Tx
from tests.histories.chain_checks import head_of, no_forbidden_request, wrong_cells_are_owed

ROLES = ("studio", "books")
#: tabs whose cells are compared with the notes at every commit
COMPARED = {"studio": ("bookings", "clients"), "books": ("invoices",)}
#: two commits to one workbook are so far apart
APART = timedelta(seconds=1)
Doc = dict[str, Any]


class Watchman:
    """Of one program. What it finds is wrong stands in ``said``."""

    def __init__(self, world: World) -> None:
        self.said: list[str] = []
        #: the settings name copies of the workbooks: nothing may leave
        self.copied = False
        self._world = world
        self._last: tuple[str, datetime] | None = None
        self._sent: dict[str, datetime] = {}

    def see(self, request: requests.PreparedRequest, journal: Journal, now: datetime) -> None:
        """A message or a ``batchUpdate``. One without a marker is no commit: a workbook is being made."""
        if self.copied:
            self.said.append("something left while the settings name a copy of the workbook")
        body = json.loads(request.body or b"{}") if str(request.url).partition("?")[0].endswith(":batchUpdate") else {}
        batch = _marker(body)
        if not batch:
            return
        book_id = urlsplit(str(request.url)).path.rpartition("/")[2].partition(":")[0]
        with journal.read() as tx:
            attempts = {role: tx.attempts(role) for role in ROLES}
            self.said += self._at_rest(tx, book_id, attempts)
        self.said += [said for listed in attempts.values() for said in _changing_numbers(listed)]
        if batch not in {attempt.batch_id for listed in attempts.values() for attempt in listed}:
            self.said.append(f"the commit {batch} was sent before it was written down")
        self.said += no_forbidden_request([body])
        if self._last == (batch, now):
            self.said.append(f"the commit {batch} was sent twice in one moment")
        self._last = (batch, now)
        if timedelta(0) < now - self._sent.get(book_id, now) < APART:
            self.said.append(f"two commits within a second, at {now:%H:%M:%S}")
        self._sent[book_id] = now

    def _at_rest(self, tx: Tx, book_id: str, attempts: Mapping[str, Sequence[Attempt]]) -> Iterator[str]:
        """I8, of a workbook that stands where the notes left it."""
        known = tx.get_meta(f"head:{book_id}")
        book = Book(self._world, book_id)
        head = head_of({"tabs": {TITLE: {"rows": _rows(book, TITLE, "!A1:A3")}}})
        if head is None or known is None or (head.n, head.batch) != (known["n"], known["batch"]) or "noted" in known:
            return
        role = next((role for role in ROLES if _has(book, COMPARED[role])), "")
        if not role or len(attempts[role]) > 1 or tx.get_meta(f"recovery:{role}:{book_id}"):
            return
        tabs = COMPARED[role]
        shown = {"tabs": {BY_KEY[key].title: {"rows": _rows(book, BY_KEY[key].title)} for key in tabs}}
        debts = read_debts((tx.get_meta(f"debts:{book_id}") or {}).get("open", ()))
        yield from wrong_cells_are_owed(shown, {key: tx.rows(key) for key in tabs}, debts)


def _has(book: Book, tabs: Sequence[str]) -> bool:
    return all(book.titled(BY_KEY[key].title) is not None for key in tabs)


def _rows(book: Book, title: str, cells: str = "") -> list[list[Any]]:
    tab = book.titled(title)
    if tab is None:
        return []
    _, box = book.find(f"'{title}'{cells}")
    rows: list[list[Any]] = values.matrix(book, tab, box, {"valueRenderOption": "UNFORMATTED_VALUE"})
    return rows


def _changing_numbers(attempts: Sequence[Attempt]) -> Iterator[str]:
    """Whichever attempt on a slot is applied: a document has the same number in each."""
    given: dict[tuple[int, str], str] = {}
    for attempt in attempts:
        for key, result in attempt.body["settled"]:
            number = str(result.get("number") or "")
            if number and given.setdefault((attempt.slot, key), number) != number:
                yield f"{key} has the number {given[attempt.slot, key]} in one attempt and {number} in another"


def _marker(body: Any) -> str:
    for request in body.get("requests", ()):
        made = request.get("createDeveloperMetadata", {}).get("developerMetadata", {})
        if "metadataId" in made:
            return str(made.get("metadataValue", ""))
    return ""
