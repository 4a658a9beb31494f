"""Rounds of product and peer in turn, and what may be said of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: (max - min) / median of the ratios beyond which nothing is said
NOISY = 0.30
#: Of a worst-of-a-hundred one hiccup of the computer is the figure of a whole round: there the middle half of at
#: least so many rounds must agree, instead of all.
HALF_OF = 9
CPU = "cpu us/event"


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One side of one round."""

    #: what is compared
    value: float
    #: "" when everything sent is there, once
    wrong: str = ""
    more: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """A case, measured."""

    case: str
    what: str
    unit: str
    #: median, min and max of the ratios round by round
    ratio: tuple[float, float, float]
    ours: float
    peers: float
    #: "at least 0.55" or "at most 1.5"; "" for no goal
    goal: str
    verdict: str
    rounds: int
    more: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def compare(
    case: str,
    what: str,
    unit: str,
    ours: Callable[[int], Shot],
    peer: Callable[[int], Shot],
    *,
    rounds: int,
    least: float | None = None,
    most: float | None = None,
    inverse: bool = False,
    middle: bool = False,
) -> Result:
    """Ours, peer, ours, peer... ``inverse``: the ratio is peer / ours. A wrong run says FAIL and no figure.

    ``middle``: noise is judged by the middle half of the rounds, where there are enough of them.
    """
    mine: list[Shot] = []
    theirs: list[Shot] = []
    for number in range(rounds):
        mine.append(ours(number))
        theirs.append(peer(number))
    pairs = [(b.value / a.value) if inverse else (a.value / b.value) for a, b in zip(mine, theirs, strict=True)]
    ratio = (statistics.median(pairs), min(pairs), max(pairs))
    wrong = next((shot.wrong for shot in (*mine, *theirs) if shot.wrong), "")
    goal = f"at least {least:g}" if least is not None else f"at most {most:g}" if most is not None else ""
    return Result(
        case=case,
        what=what,
        unit=unit,
        ratio=ratio,
        ours=statistics.median(shot.value for shot in mine),
        peers=statistics.median(shot.value for shot in theirs),
        goal=goal,
        verdict=f"FAIL: {wrong}" if wrong else _verdict(ratio, _spread(pairs, middle=middle), least, most),
        rounds=rounds,
        more=_more(mine, theirs),
    )


def _spread(pairs: Sequence[float], *, middle: bool) -> float:
    if not middle or len(pairs) < HALF_OF:
        return max(pairs) - min(pairs)
    low, _, high = statistics.quantiles(pairs, n=4)
    return high - low


def _verdict(ratio: tuple[float, float, float], spread: float, least: float | None, most: float | None) -> str:
    median, low, high = ratio
    sure = (least is not None and low >= least) or (most is not None and high <= most)
    if spread / median > NOISY:
        # Every round met the goal, so the goal is met whatever the noise; the figure still is none.
        return "noisy, met in every round" if sure else "noisy, repeat"
    met = (least is None or median >= least) and (most is None or median <= most)
    return "met" if met else "missed"


def _more(mine: Sequence[Shot], theirs: Sequence[Shot]) -> dict[str, float]:
    """What else was seen on both sides; CPU, which is steadier than the wall's clock, also as a ratio."""
    more = {**_medians(mine), **{f"peer {name}": value for name, value in _medians(theirs).items()}}
    if f"peer {CPU}" in more:
        more["cpu ratio"] = statistics.median(b.more[CPU] / a.more[CPU] for a, b in zip(mine, theirs, strict=True))
    return more


def _medians(shots: Sequence[Shot]) -> dict[str, float]:
    return {name: statistics.median(shot.more[name] for shot in shots) for name in shots[0].more}
