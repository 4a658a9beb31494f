"""The table of a run: which fault struck while the program worked on what which actor did, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from tests.histories.plan import MISFORTUNES, NETWORK, NOT_YET
from tests.histories.run import Ran

ACTORS = ("client", "owner chat", "owner sheet", "owner diary", "meta", "clock", "other program")
FAULTS = (*NETWORK, *MISFORTUNES)


def table(counts: Mapping[tuple[str, str], int]) -> str:
    """Actors down, faults across."""
    width = max(len(actor) for actor in ACTORS) + 1
    lines = ["".ljust(width) + "".join(fault.rjust(8) for fault in FAULTS)]
    for actor in ACTORS:
        cells = "".join(str(counts.get((actor, fault), 0) or ".").rjust(8) for fault in FAULTS)
        lines.append(actor.ljust(width) + cells)
    return "\n".join(lines)


def summed(parts: Sequence[Mapping[tuple[str, str], int]]) -> Counter[tuple[str, str]]:
    """Several tables as one."""
    total: Counter[tuple[str, str]] = Counter()
    for part in parts:
        total.update(part)
    return total


def summary(runs: Sequence[Ran]) -> str:
    """The figures of a run."""
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
