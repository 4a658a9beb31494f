"""Many histories, in pieces that several processes share, and the figures of all of them together."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import pytest

from tests.histories.plan import history
from tests.histories.run import Ran
from tests.histories.shrink import play, shrink, told
from tests.histories.table import Figures, figures

PROVE = bool(os.environ.get("STUDIO_SYNC_PROVE"))
SCHEDULES = int(os.environ.get("STUDIO_SYNC_SCHEDULES", "10000" if PROVE else "24"))
SEED = os.environ.get("STUDIO_SYNC_SEED")
#: histories in one test, and seconds that they may take
PIECE = 50
PATIENCE = 60 + PIECE * 20


def pieces(first: int) -> list[Sequence[int]]:
    """Every second seed from ``first`` (two files: two processes share the work), or the one that was asked for."""
    if SEED:
        return [[int(SEED)]] if int(SEED) % 2 == first else []
    seeds = range(first, SCHEDULES, 2)
    return [seeds[at : at + PIECE] for at in range(0, len(seeds), PIECE)]


def named(piece: Sequence[int]) -> str:
    """The piece in the list of tests."""
    return f"{piece[0]} to {piece[-1]}"


def every_promise_holds(wanted: Sequence[int], tell: Callable[[str, object], None]) -> None:
    """Play the histories of ``wanted``; the first that breaks a promise is made smaller and told."""
    runs: list[Ran] = []
    for seed in wanted:
        ran = play(history(seed))
        if ran.problems:
            pytest.fail(told(*shrink(ran.history)), pytrace=False)
        runs.append(ran)
    found = figures(runs)
    tell("histories", json.dumps(found.to_json()))
    if len(runs) >= 20:
        assert median(found.calls) >= 40
        assert median(found.faults) >= 3


def collected(reports: Sequence[Any]) -> Figures | None:
    """The figures of every piece that was played, also in other processes."""
    told = [text for report in reports for name, text in getattr(report, "user_properties", ()) if name == "histories"]
    if not told:
        return None
    total = Figures(calls=[], faults=[], points=Counter(), kills=Counter(), table=Counter())
    for text in told:
        total.add(Figures.from_json(json.loads(text)))
    return total
