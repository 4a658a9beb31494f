"""Whole days gone wrong: random histories with faults at every call and deaths at every point keep every promise.

More of them: STUDIO_SYNC_SCHEDULES=1000 pytest tests/histories. One of them: STUDIO_SYNC_SEED=17.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import median

import pytest

from tests.histories.plan import NOT_YET, history
from tests.histories.run import Ran
from tests.histories.shrink import play, shrink, told
from tests.histories.table import summed, table

SCHEDULES = int(os.environ.get("STUDIO_SYNC_SCHEDULES", "40"))
SEED = os.environ.get("STUDIO_SYNC_SEED")
SEEDS = [int(SEED)] if SEED else range(SCHEDULES)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What the program logs about each fault says nothing here: what counts is what people see."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(60 + SCHEDULES * 20)
def test_every_promise_holds_in_every_history(record_property: Callable[[str, object], None]) -> None:
    runs: list[Ran] = []
    for seed in SEEDS:
        ran = play(history(seed))
        if ran.problems:
            pytest.fail(told(*shrink(ran.history)), pytrace=False)
        runs.append(ran)
    record_property("histories", _summary(runs))
    if not SEED:
        assert median(len(ran.log) for ran in runs) >= 40
        assert median(ran.faults for ran in runs) >= 3


def test_a_seed_always_gives_the_same_history() -> None:
    first, second = play(history(4)), play(history(4))

    assert first.log == second.log
    assert first.points == second.points


def _summary(runs: list[Ran]) -> str:
    calls = [len(ran.log) for ran in runs]
    points = sum((ran.points for ran in runs), Counter[str]())
    kills = sum((ran.kills for ran in runs), Counter[str]())
    lines = [
        (
            f"{len(runs)} histories, {sum(calls)} calls (median {median(calls):.0f}), "
            f"{sum(ran.faults for ran in runs)} faults (median {median(ran.faults for ran in runs):.0f}), "
            f"{sum(kills.values())} kills, {len(points)} kinds of points met {sum(points.values())} times"
        ),
        table(summed([ran.table for ran in runs])),
        *(f"not made yet: {name}" for name in NOT_YET),
    ]
    return "\n".join(lines)
