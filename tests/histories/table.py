"""The table of a run: which fault struck while the program worked on what which actor did, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tests.histories.plan import NETWORK

ACTORS = ("client", "owner chat", "owner sheet", "owner diary", "clock", "nobody")
FAULTS = (*NETWORK, "killed")


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
