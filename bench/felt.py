"""A studio as people feel it: the program at the pace it keeps on a host, every call as slow as it is in the world."""

from __future__ import annotations

import dataclasses
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.rounds import Result, Shot, compare
from bench.whole import Whole
from emulator.gateway import PAGE_TOKEN
from sheets_schema.policies import Settings, context_of
from sheets_schema.snapshot import cells
from sheets_schema.tabs import BY_KEY
from studio_sync.local.day.stage import Stage
from studio_sync.local.day.world import NotSeen, World
from studio_sync.local.sample import CLIENTS, OWN, ZONE, Sample, sample
from studio_sync.local.studio import LocalStudio

#: the studio's clock begins here: open, and no digest or reminder falls into the hours of a case
START = datetime(2026, 11, 3, 9, 0, tzinfo=ZONE)
#: seconds after which a sample is no sample but a fault
PATIENCE = 60.0
#: seconds of the studio's clock after which nobody is working any more: longer than it is looked at more often
QUIET = 400
#: seconds in which what an idle time brings along is done, and between two looks at an idle studio
SETTLED, BETWEEN = 14, 10
#: samples of one figure. One studio waits nearly all the time, so some are lived in side by side.
SAMPLES, STUDIOS = 20, 4
QUICK_SAMPLES, QUICK_STUDIOS = 4, 2
#: first name -> number, of those whom one can name so
PHONES = {name.partition(" ")[0]: phone for name, phone, *_ in CLIENTS.values() if "Mary" not in name}


class OnAHost(LocalStudio):
    """The sample studio with a program that keeps the world's pace, and many invoices to send."""

    program = ("bench.program",)

    def sample(self, now: datetime) -> Sample:
        """As ever, and a month of drafts with one session each; clients hear of what is dragged."""
        given = sample(now)
        rows = {tab: dict(lines) for tab, lines in given.rows.items()}
        first = (now.astimezone(ZONE).date().replace(day=1) - timedelta(days=40)).replace(day=1)
        for ident in CLIENTS:
            for n in range(20):
                booking, draft = _draft(ident, first + timedelta(days=n), now)
                rows["bookings"][f"b-BENCH{ident[2:]}{n}"] = booking
                rows["invoices"][f"i-BENCH{ident[2:]}{n}"] = draft
        return dataclasses.replace(given, own={**given.own, "diary_moves": "tell"}, rows=rows)


def _draft(ident: str, day: date, now: datetime) -> tuple[Any, Any]:
    context = context_of(Settings(**OWN), now.astimezone(ZONE).date())
    who = {"client": CLIENTS[ident][0], "client_id": ident}
    booking = {"date": day, "state": "came", "type": "single", "minutes": 55, "pay_with": "invoice", "price": 30000}
    draft = {"state": "draft", "period_from": day, "period_to": day}
    return cells(BY_KEY["bookings"], context, **who, **booking), cells(BY_KEY["invoices"], context, **who, **draft)


class Felt:
    """One such studio, and the eyes and hands of everyone in it."""

    def __init__(self, studio: LocalStudio, whole: Whole, seed: int) -> None:
        self.studio = studio
        self.world = World(studio, token=PAGE_TOKEN)
        self.stage = Stage(world=self.world, day=START.date())
        self._whole = whole
        self._dice = random.Random(seed)  # noqa: S311  (pauses, no secrets)
        #: (phone, words) -> messages with them that are to be there in the end
        self._due: dict[tuple[str, str], int] = {}

    # -- the world

    def slow(self, *, on: bool) -> None:
        """Calls take as long as in the world, or no time."""
        self.studio.control("delays", {"on": on})

    def bell(self, *, on: bool) -> None:
        """The script behind her sheet rings at each edit, or there is none."""
        address = f"{self.studio.addresses['app']}/push/sheet" if on else ""
        self.studio.control("account", {"doorbell": address})

    def later(self) -> None:
        """Some minutes in which nothing happens."""
        self._whole.settle()
        self.studio.control("clock", {"advance": QUIET})

    def idle(self) -> None:
        """Nobody has done anything for a while; the next look may be near or far."""
        self.later()
        time.sleep(SETTLED + self._dice.uniform(0, BETWEEN))

    def working(self) -> None:
        """Somebody has done something just now."""
        self._whole.settle()
        time.sleep(self._dice.uniform(4, 8))

    # -- what is seen

    def moments(self, act: Callable[[], object], **looks: Callable[[], object]) -> dict[str, float]:
        """Milliseconds from the beginning of an act until each thing is there. Raises ``NotSeen``."""
        found: dict[str, float] = {}
        began = time.monotonic()
        act()

        def all_there() -> bool:
            for name in looks.keys() - found.keys():
                if looks[name]():
                    found[name] = 1000 * (time.monotonic() - began)
            return len(found) == len(looks)

        self.world.until(all_there, f"{PATIENCE:.0f} s are not enough for: {', '.join(looks)}", PATIENCE)
        return found

    def hears(self, phone: str, words: str) -> Callable[[], bool]:
        """Tells when one more message of ours with these words is on a phone; in the end it is to be there once."""
        due = self._due.get((phone, words), self._heard(phone, words)) + 1
        self._due[phone, words] = due
        return lambda: self._heard(phone, words) >= due

    def once(self) -> str:
        """What was not heard just once, or ""; waits a while for a second time."""
        self.working()
        every, self._due = self._due, {}
        for (phone, words), due in every.items():
            if (heard := self._heard(phone, words)) != due:
                return f'"{words}" came {heard} times to {phone}, not {due} times'
        return ""

    def _heard(self, phone: str, words: str) -> int:
        return sum(m["direction"] == "out" and words in m.get("text", "") for m in self.world.chat(phone))


@contextmanager
def studios(*, quick: bool) -> Iterator[list[Felt]]:
    """Some such studios, up long enough to look freely again. No doorbell yet, and no delays."""
    with ExitStack() as stack:
        rooms = [stack.enter_context(_felt(seed)) for seed in range(QUICK_STUDIOS if quick else STUDIOS)]
        for room in rooms:
            room.later()
        time.sleep(SETTLED)
        yield rooms


@contextmanager
def _felt(seed: int) -> Iterator[Felt]:
    with TemporaryDirectory(prefix="bench-") as folder:
        studio = OnAHost(Path(folder))
        try:
            studio.open(start_at=START)
            whole = Whole(studio, Path(folder))
            whole.ready()
            room = Felt(studio, whole, seed)
            room.bell(on=False)
            with closing(room.world):
                yield room
        finally:
            studio.close()


@dataclasses.dataclass
class Samples:
    """What was measured in all studios: ms by the name of the moment, and "" or what was wrong."""

    times: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    wrong: str = ""

    def result(self, case: str, moment: str, what: str, goal: int) -> Result:
        """p95 of one moment beside what is allowed (ms)."""
        shot = self._shot(self.times.get(moment, []))
        return compare(
            case,
            f"p95 {what}, beside what is allowed",
            "ms",
            lambda _: shot,
            lambda _: Shot(value=goal),
            rounds=1,
            most=1,
        )

    def _shot(self, times: Sequence[float]) -> Shot:
        if not times:
            return Shot(value=1000 * PATIENCE, wrong=self.wrong or "nothing was measured")
        return Shot(value=p95(times), wrong=self.wrong, more={"p50 ms": median(times), "samples": len(times)})


def p95(times: Sequence[float]) -> float:
    """The smallest of them that at most one in twenty exceeds."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def sampled(
    rooms: Sequence[Felt],
    sample: Callable[[Felt, int], dict[str, float]],
    gate: Callable[[Felt], str] = Felt.once,
    *,
    quick: bool,
) -> Samples:
    """So many samples, numbered within each studio, with all delays; then the gate of each studio."""
    each = (QUICK_SAMPLES if quick else SAMPLES) // len(rooms)
    found = Samples()

    def live(room: Felt) -> str:
        room.slow(on=True)
        try:
            for n in range(each):
                for name, took in sample(room, n).items():
                    found.times.setdefault(name, []).append(took)
            return gate(room)
        except NotSeen as error:
            return str(error)
        finally:
            room.slow(on=False)

    with ThreadPoolExecutor(len(rooms)) as pool:
        found.wrong = next((wrong for wrong in pool.map(live, rooms) if wrong), "")
    return found
