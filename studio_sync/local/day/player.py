"""Plays the day: turns the clock, lets each step act, waits for its effect, tells the page and the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from studio_sync.local.children import child_waits
from studio_sync.local.control import NoAnswer
from studio_sync.local.day.stage import Stage
from studio_sync.local.day.step import Found, Step
from studio_sync.local.day.world import NotSeen, World
from studio_sync.local.studio import Say

#: the terminal's column of a step's words, dots included
WIDTH = 45
#: real seconds that the ring around what changed is seen on the page, at least
SEEN = 0.7


class StepFailed(Exception):
    """A step's effect was not seen. ``name`` is the step's."""

    def __init__(self, step: Step, reason: str) -> None:
        super().__init__(f"{step.name} ({step.at}, {step.caption}): {reason}")
        self.name = step.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """A step that is done, and what it left."""

    step: Step
    found: Found


Missed = Callable[[Step, str], None]


class Player:
    """Plays steps in one local studio.

    ``pace``: real seconds from one step's beginning to the next; 0 goes as fast as the effects are there. ``missed``:
    told of a step whose effect was not seen, and the day goes on; without it such a step ends the day.
    """

    def __init__(
        self,
        world: World,
        day: date,
        *,
        say: Say,
        pace: float = 0.0,
        stopped: Callable[[], bool] = lambda: False,
        missed: Missed | None = None,
    ) -> None:
        self._world = world
        self._say = say
        self._pace = pace
        self._stopped = stopped
        self._missed = missed
        self._day = day
        self._late = 0.0
        self._stage = Stage(world=world, day=day, plug_seconds=2.0 if pace else 0.1)

    def play(self, steps: Sequence[Step], *, done: int = 0) -> Iterator[Played]:
        """Play the steps from number ``done`` on, one by one. Raises ``StepFailed``; ends early when told to stop."""
        if done >= len(steps):
            return
        self._show(state="playing", caption="", step=done, total=len(steps), ring={}, chips=[])
        for number, step in enumerate(steps[done:], done + 1):
            self._wait_until_playing()
            if self._stopped():
                return
            began = time.monotonic()
            self._show(caption=f"{step.at} {step.caption}", step=number)
            try:
                found = self._one(step)
            except (NotSeen, NoAnswer) as error:
                if self._missed is None:
                    raise StepFailed(step, str(error)) from error
                self._say(line(step, "not seen"))
                self._missed(step, str(error))
                continue
            self._show(ring=ring(found))
            self._say(line(step, found.result))
            yield Played(step=step, found=found)
            self._dwell(began)

    def _one(self, step: Step) -> Found:
        hour, minute = step.at.split(":")
        at = datetime(self._day.year, self._day.month, self._day.day, int(hour), int(minute), tzinfo=self._world.zone)
        self._stage.begin()
        self._world.go_to(at)
        return step.play(self._stage)

    def _dwell(self, began: float) -> None:
        """Leave time to see what changed; after a slow step a little less, so that the day keeps its length."""
        end = max(began + self._pace - self._late, time.monotonic() + SEEN)
        self._late = max(0.0, self._late + end - began - self._pace)
        while self._pace and not self._stopped() and time.monotonic() < end:
            self._world.studio.tend()
            child_waits(0.05)
            if self._state() == "paused":
                return

    def _wait_until_playing(self) -> None:
        while self._pace and not self._stopped() and self._state() == "paused":
            self._world.studio.tend()
            child_waits(0.1)

    def _state(self) -> str:
        return str(self._world.studio.control("play")["state"])

    def _show(self, **fields: Any) -> None:
        self._world.studio.control("play", fields, method="PUT")


def ring(found: Found) -> dict[str, Any]:
    """What the page puts its ring around."""
    shown: dict[str, Any] = {}
    if found.messages:
        shown["phone"] = found.messages[-1]["wamid"]
    if found.rows:
        tab, row = found.rows[-1]
        shown["sheet"] = {"tab": tab, "row": row["#"]}
    if found.events:
        shown["event"] = found.events[-1]["id"]
    return shown


def line(step: Step, result: str) -> str:
    """``  06:00  Morning digest .............................. read``."""
    return f"  {step.at}  {step.caption} ".ljust(WIDTH + 9, ".") + f" {result}"
