"""The figures of a run: calls, faults, points, and which fault struck while the programs worked on whose act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tests.histories.fates import said
from tests.histories.plan import MISFORTUNES, NETWORK, NOT_YET
from tests.histories.run import Ran

ACTORS = ("client", "owner chat", "owner sheet", "owner diary", "meta", "clock", "other program")
FAULTS = (*NETWORK, *MISFORTUNES)
#: every call the program makes by itself; before and after each it may die
CALLS = (
    "sheets.get",
    "sheets.values.batchGet",
    "sheets.developerMetadata.search",
    "sheets.batchUpdate",
    "calendar.events.list",
    "calendar.events.get",
    "calendar.events.insert",
    "calendar.events.update",
    "calendar.events.delete",
    "whatsapp.messages",
    "whatsapp.media.upload",
    "smtp.data",
)
POINTS = (
    *(f"{when} {call}" for call in CALLS for when in ("before", "after")),
    "journal",
    "before a commit of the journal",
    "after a commit of the journal",
)
#: of so many histories each point must be met as often as a hundredth of them, and no cell of the table be empty
ENOUGH, MANY = 60, 5000


@dataclass
class Figures:
    """Of some histories."""

    calls: list[int]
    faults: list[int]
    points: Counter[str]
    kills: Counter[str]
    table: Counter[tuple[str, str]]
    fates: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: Figures) -> None:
        """Those of more histories."""
        self.calls += other.calls
        self.faults += other.faults
        self.points += other.points
        self.kills += other.kills
        self.table += other.table
        self.fates += other.fates

    def to_json(self) -> dict[str, Any]:
        """For another process."""
        cells = [[actor, fault, times] for (actor, fault), times in self.table.items()]
        return {
            "calls": self.calls, "faults": self.faults, "points": self.points, "kills": self.kills, "table": cells,
            "fates": [[cls, fate, times] for (cls, fate), times in self.fates.items()],
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Figures:
        """The same again."""
        table = Counter({(actor, fault): times for actor, fault, times in told["table"]})
        points, kills = Counter(told["points"]), Counter(told["kills"])
        fates = Counter({(cls_, fate): times for cls_, fate, times in told["fates"]})
        return cls(calls=told["calls"], faults=told["faults"], points=points, kills=kills, table=table, fates=fates)

    def missing(self) -> list[str]:
        """What so many histories should have met and did not."""
        runs = len(self.calls)
        found = [
            f"the point {point!r} was met {self.points[point]} times"
            for point in POINTS
            if runs >= ENOUGH and self.points[point] < max(1, runs // 100)
        ]
        if runs >= MANY:
            found += [f"{fault} never struck {who}" for who in ACTORS for fault in FAULTS if not self.table[who, fault]]
        return found


def figures(runs: Sequence[Ran]) -> Figures:
    """The figures of these histories."""
    return Figures(
        calls=[len(ran.log) for ran in runs],
        faults=[ran.faults for ran in runs],
        points=sum((ran.points for ran in runs), Counter()),
        kills=sum((ran.kills for ran in runs), Counter()),
        table=sum((ran.table for ran in runs), Counter()),
        fates=sum((ran.fates for ran in runs), Counter()),
    )


def table(counts: Mapping[tuple[str, str], int]) -> str:
    """Actors down, faults across."""
    width = max(len(actor) for actor in ACTORS) + 1
    lines = ["".ljust(width) + "".join(fault.rjust(max(7, len(fault) + 2)) for fault in FAULTS)]
    for actor in ACTORS:
        cells = "".join(str(counts.get((actor, fault), 0) or ".").rjust(max(7, len(fault) + 2)) for fault in FAULTS)
        lines.append(actor.ljust(width) + cells)
    return "\n".join(lines)


def summary(found: Figures) -> str:
    """The figures in words."""
    lines = [
        (
            f"{len(found.calls)} histories, {sum(found.calls)} calls (median {median(found.calls):.0f}), "
            f"{sum(found.faults)} faults (median {median(found.faults):.0f}), {sum(found.kills.values())} kills at "
            f"{len(found.kills)} kinds of points, {len(found.points)} kinds of points met {sum(found.points.values())} "
            "times"
        ),
        table(found.table),
        *said(found.fates),
        *(f"not made yet: {name}" for name in NOT_YET),
    ]
    return "\n".join(lines)
