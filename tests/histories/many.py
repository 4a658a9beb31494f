"""Many histories in one test, and the words about them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from statistics import median

import pytest

from tests.histories.plan import history
from tests.histories.run import Ran
from tests.histories.shrink import play, shrink, told
from tests.histories.table import summary

SCHEDULES = int(os.environ.get("STUDIO_SYNC_SCHEDULES", "64"))
SEED = os.environ.get("STUDIO_SYNC_SEED")
#: seconds that all of them may take
PATIENCE = 60 + SCHEDULES * 20


def seeds(first: int) -> Sequence[int]:
    """Every second seed from ``first`` (two files: two processes share the work), or the one that was asked for."""
    if SEED:
        return [int(SEED)] if int(SEED) % 2 == first else []
    return range(first, SCHEDULES, 2)


def every_promise_holds(wanted: Sequence[int], tell: Callable[[str, object], None]) -> None:
    """Play the histories of ``wanted``; the first that breaks a promise is made smaller and told."""
    runs: list[Ran] = []
    for seed in wanted:
        ran = play(history(seed))
        if ran.problems:
            pytest.fail(told(*shrink(ran.history)), pytrace=False)
        runs.append(ran)
    if not runs:
        return
    tell("histories", summary(runs))
    if not SEED:
        assert median(len(ran.log) for ran in runs) >= 40
        assert median(ran.faults for ran in runs) >= 3
