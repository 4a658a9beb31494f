"""Plays histories: ``python -m tests.histories --seed 17`` or ``--schedules 100``. ``studio-sync simulate`` starts it.

The last line says how many kept every promise; the exit code is 1 when one was broken.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from tests.histories.plan import history
from tests.histories.run import Ran
from tests.histories.shrink import play, shrink, told
from tests.histories.table import figures, summary


def main(argv: Sequence[str] | None = None) -> int:
    """Play what was asked for; 1 when a promise was broken."""
    asked = _asked(argv)
    logging.disable(logging.CRITICAL)
    runs: list[Ran] = []
    broken: list[int] = []
    for n, seed in enumerate(range(asked.seed, asked.seed + asked.schedules), 1):
        _progress(f"history {n} of {asked.schedules}, seed {seed}, {len(broken)} broke a promise")
        ran = play(history(seed))
        runs.append(ran)
        if ran.problems:
            broken.append(seed)
            _progress(f"seed {seed} broke a promise; looking for the shortest history that does")
            _say(told(*shrink(ran.history)))
    if asked.schedules == 1:
        _say(_story(runs[0]))
    _progress("")
    _say(summary(figures(runs)))
    if broken:
        _say(f"A promise was broken by the seeds {', '.join(map(str, broken))}.")
        return 1
    _say("Every promise was kept.")
    return 0


def _asked(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.histories", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the history to play, or the first of them")
    parser.add_argument("--schedules", type=int, default=1, help="how many histories, from that seed on")
    return parser.parse_args(argv)


def _story(ran: Ran) -> str:
    """What happened in one history, in plain words."""
    hour, minute = ran.history.start
    lines = [f"Seed {ran.history.seed}, begun at {hour:02d}:{minute:02d}. What happened:"]
    lines += [f"  {event.words()}" for event in ran.history.events]
    return "\n".join(lines)


def _say(text: str) -> None:
    _progress("")
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _progress(text: str) -> None:
    """One line that is written over, at a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text:<78}" if text else f"\r{'':<78}\r")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
