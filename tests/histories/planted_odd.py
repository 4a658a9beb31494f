"""Bugs of the commit chain that only an odd day shows: a backup, a late copy, another language, two sorts in a row."""

from __future__ import annotations

import inspect
import textwrap
from datetime import datetime
from typing import Any
from unittest.mock import patch

from studio_sync.delivery.sheet import judge as judging
from studio_sync.delivery.sheet import lane, settle
from studio_sync.delivery.sheet.batch import Batch
from studio_sync.delivery.sheet.lane import SheetLane
from studio_sync.delivery.sheet.refusals import Refusals
from tests.histories.plan import Event
from tests.histories.planting import BOOK, COMMIT, Planted, both, day, fault, kill, owner, said, tick


def reword(owner: Any, name: str, old: str, new: str) -> Any:
    """The function ``owner.name`` with other words in its source; they must stand there exactly once."""
    function = getattr(owner, name)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, f"{name} says {source.count(old)} times {old!r}"
    scope: dict[str, Any] = {}
    # The program's own text with a few words changed, in its own module.
    exec(f"from __future__ import annotations\n{source.replace(old, new)}", function.__globals__, scope)  # noqa: S102
    return patch.object(owner, name, scope[name])


def _counted_ids() -> Any:
    """P5: the id of a batch is a counter, and an older copy of the notes gives it again."""
    plan = SheetLane._commit

    def commit(self: SheetLane, *how: Any, **more: Any) -> bool:
        with self._journal.read() as tx:
            known = tx.get_meta(self._book.head_key) or {"n": 0}
        with patch("secrets.token_urlsafe", return_value=f"batch-{known['n'] + 1:010d}"):
            return plan(self, *how, **more)

    return patch.object(SheetLane, "_commit", commit)


def _not_frozen() -> Any:
    """P13: a recovery ends with its commit: nothing is looked at afresh, nor which documents are there."""
    return both(
        reword(lane, "settle", 'replace(recovery, stage="look")', "None"),
        patch.object(lane, "documents_gone", lambda *_: []),
    )


def _damage_is_truth() -> Any:
    """P19: what a damaged cell showed before a second hit counts as its true value."""
    return patch.object(judging, "mend_row", lambda _tab, row, _debts: (row, ()))


def _by_the_text() -> Any:
    """P26: the text of a refusal tells that a commit is there already; another text means that it is bad."""
    post = SheetLane._post

    def read(self: SheetLane, batch: Batch, now: datetime) -> None:
        post(self, batch, now)
        if not self._refused.count or "protected range" in self._refused.reason:
            return
        with self._journal.write() as tx:
            for fact_key in {settled.key.split("/")[0] for settled in batch.settled}:
                settle.park(tx, fact_key, self._book.role, "refused", now)
            tx.clear_attempts(self._book.role)
        self._refused = Refusals()

    return patch.object(SheetLane, "_post", read)


ODD = (
    Planted(
        name="P5 the id of a batch is a counter",
        put_in=_counted_ids,
        # The notes of before know nothing of the first commit, which arrives when theirs is on its way.
        story=day(
            Event(at=0.5, actor="plug", act="the notes are copied"), fault("late", COMMIT, later=75, at=0.8), BOOK,
            kill(at=1.1, where="after sheets.batchUpdate", gone=1, notes="old"),
            said("Book Sipho sat 10:00 single", at=20), fault("late", COMMIT, later=80, at=20), said("today", at=220),
        ),
    ),
    Planted(
        name="P13 a recovery does not look afresh",
        put_in=_not_frozen,
        story=day(
            owner("keeps a version", at=0.5, book="books"), tick(at=1),
            owner("puts the workbook back", at=70, book="books", locks=True), said("today", at=100),
        ),
    ),
    Planted(
        name="P19 damage counts as truth when it is hit again",
        put_in=_damage_is_truth,
        story=day(
            owner("sorts", at=1, during=COMMIT, tab="Bookings"), said("cancel Thandi", at=1.2),
            owner("sorts", at=4, during=COMMIT, tab="Bookings", down=True), said("cancel Sipho", at=4.2),
        ),
    ),
    Planted(
        name="P26 the text of a refusal decides",
        put_in=_by_the_text,
        # The first copy arrives after it was found absent, just before the second: that one is refused.
        story=day(
            Event(at=0.5, actor="network", act="Google answers in another language"), BOOK,
            fault("late", COMMIT, later=90, at=0.8),
            Event(at=60, actor="network", act="what was late arrives", meanwhile=COMMIT), said("today", at=120),
        ),
    ),
)  # fmt: skip
