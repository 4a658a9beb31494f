"""A failed history, made smaller: events are left out while it still fails, in a bounded number of runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from shutil import rmtree

from tests.histories.checks import problems
from tests.histories.fates import fates
from tests.histories.findings import Findings
from tests.histories.plan import Event, History
from tests.histories.run import Broken, Ran, Runner
from tests.histories.scene import own_folder

Patch = Callable[[Runner], None]


def play(history: History, patch: Patch | None = None) -> Ran:
    """Run one history in a folder of its own and check it. ``patch`` may spoil the program first."""
    folder = own_folder("history-")
    runner = Runner(history, folder)
    try:
        if patch is not None:
            patch(runner)
        try:
            ran = runner.run()
        except Broken as error:
            return _broken(runner, error)
        seen = Findings(runner.scene, runner.people.truth)
        ran.problems, ran.fates = problems(seen), fates(seen)
        return ran
    finally:
        runner.close()
        rmtree(folder)


def _broken(runner: Runner, error: Broken) -> Ran:
    return dataclasses.replace(runner.ran(), problems=[f"the program broke: {error}"])


def shrink(history: History, patch: Patch | None = None, *, runs: int = 40) -> tuple[History, list[str]]:
    """The smallest history found that breaks the same promise, and what is wrong then."""
    found = play(history, patch).problems
    promise = _promise(found)
    size = max(1, len(history.events) // 2)
    while size and runs > 0:
        smaller = False
        start = 0
        while start < len(history.events) and runs > 0:
            left = history.events[:start] + history.events[start + size :]
            shorter = dataclasses.replace(history, events=left)
            runs -= 1
            said = play(shorter, patch).problems
            if _promise(said) & promise:
                history, found, smaller = shorter, said, True
            else:
                start += size
        size = size // 2 if not smaller or size > 1 else size
        if not smaller and size == 0:
            break
    return history, found


def _promise(found: list[str]) -> set[str]:
    return {said.partition(":")[0] for said in found}


def told(history: History, found: list[str]) -> str:
    """A failure in plain words: the seed, what is wrong, what happened."""
    hour, minute = history.start
    lines = [f"seed {history.seed}, begun at {hour:02d}:{minute:02d} local time", "What is wrong:"]
    lines += [f"  - {said}" for said in found]
    lines.append("What happened:")
    lines += [f"  {event.words()}" for event in history.events] or ["  nothing"]
    return "\n".join(lines)


__all__ = ["Event", "play", "shrink", "told"]
