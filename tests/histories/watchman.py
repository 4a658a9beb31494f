"""Looks at each commit on its way to a workbook: was it written down before, may it hold what it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import requests

from studio_sync.journal import Attempt, Journal
from tests.histories.chain_checks import no_forbidden_request

ROLES = ("studio", "books")


class Watchman:
    """Of one program. What it finds is wrong stands in ``said``."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._last: tuple[str, datetime] | None = None

    def see(self, request: requests.PreparedRequest, journal: Journal, now: datetime) -> None:
        """One ``batchUpdate``. Without a marker it is no commit: a workbook is being made."""
        body = json.loads(request.body or b"{}")
        batch = _marker(body)
        if not batch:
            return
        with journal.read() as tx:
            attempts = {role: tx.attempts(role) for role in ROLES}
        self.said += [said for listed in attempts.values() for said in _changing_numbers(listed)]
        if batch not in {attempt.batch_id for listed in attempts.values() for attempt in listed}:
            self.said.append(f"the commit {batch} was sent before it was written down")
        self.said += no_forbidden_request([body])
        if self._last == (batch, now):
            self.said.append(f"the commit {batch} was sent twice in one moment")
        self._last = (batch, now)


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
