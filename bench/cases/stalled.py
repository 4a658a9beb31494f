"""The front door of a whole local studio in trouble and under work, beside the same studio in health and at rest.

A p99 is decided by a few deliveries: each side of a round is several blocks, taken together.
"""

from __future__ import annotations

import time
from dataclasses import replace

from bench.rounds import Result, Shot, compare
from bench.whole import whole

#: seconds every call to Google and WhatsApp hangs: longer than a round, shorter than our patience with a call
HANGS = 8
#: seconds until the calls that the studio makes by itself hang
BEGINS = 1.5
#: facts that wait to be decided
BACKLOG = 10_000


def stalled(rounds: int, *, quick: bool) -> list[Result]:
    """p99 of deliveries while Google and WhatsApp hang; the studio's own work goes on meanwhile."""
    posts, blocks, hangs = (150, 1, 2) if quick else (400, 3, HANGS)
    with whole() as studio:

        def hanging(number: int) -> Shot:
            rules = [{"match": house, "kind": "slow", "seconds": hangs} for house in ("google.*", "meta.*")]
            studio.studio.control("faults", {"add": rules})
            time.sleep(BEGINS)
            return studio.shot(f"hanging.{number}", posts=posts, blocks=blocks)

        def healthy(number: int) -> Shot:
            studio.studio.control("faults", {"clear": True})
            time.sleep(hangs + BEGINS)  # what hung still does
            studio.settle()
            return studio.shot(f"healthy.{number}", posts=posts, blocks=blocks)

        return [
            compare(
                "stalled",
                "p99 of a delivery while Google and WhatsApp hang, beside health",
                "ms",
                hanging,
                healthy,
                rounds=rounds,
                most=1.5,
                middle=True,
            )
        ]


def backlog(rounds: int, *, quick: bool) -> list[Result]:
    """p99 of deliveries while thousands of facts are worked off, beside a studio at rest."""
    posts, blocks, many = (100, 1, BACKLOG // 5) if quick else (200, 5, BACKLOG)
    with whole() as studio:

        def heap(name: str) -> str:
            """As many facts as there are to be, whatever was worked off meanwhile."""
            missing = many - studio.waiting()
            seen = studio.deliver(f"heap.{name}", posts=max(1, missing // 45), per_post=50)
            return str(seen["wrong"])

        def busy(number: int) -> Shot:
            shot = studio.shot(f"busy.{number}", posts=posts, blocks=blocks, before=lambda n: heap(f"{number}.{n}"))
            left = studio.waiting()
            wrong = shot.wrong or ("" if left else "everything was decided before the end")
            return replace(shot, wrong=wrong, more={**shot.more, "facts left": left})

        def resting(number: int) -> Shot:
            studio.settle()
            return studio.shot(f"resting.{number}", posts=posts, blocks=blocks)

        return [
            compare(
                "backlog",
                f"p99 of a delivery while {many} facts are worked off, beside rest",
                "ms",
                busy,
                resting,
                rounds=rounds,
                middle=True,
            )
        ]
