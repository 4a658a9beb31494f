"""The front door of a whole local studio in trouble and under work, beside the same studio in health and at rest."""

from __future__ import annotations

from dataclasses import replace

from bench.rounds import Result, Shot, compare
from bench.whole import whole

#: seconds every call to Google and WhatsApp hangs
HANGS = 20
#: facts that wait to be decided
BACKLOG = 10_000


def stalled(rounds: int, *, quick: bool) -> list[Result]:
    """p99 of deliveries while Google and WhatsApp hang; the studio's own work goes on meanwhile."""
    posts = 150 if quick else 600
    with whole() as studio:

        def hanging(number: int) -> Shot:
            rules = [{"match": house, "kind": "slow", "seconds": HANGS} for house in ("google.*", "meta.*")]
            studio.studio.control("faults", {"add": rules})
            return studio.shot(f"hanging.{number}", posts=posts)

        def healthy(number: int) -> Shot:
            studio.studio.control("faults", {"clear": True})
            return studio.shot(f"healthy.{number}", posts=posts)

        return [
            compare(
                "stalled",
                "p99 of a delivery while Google and WhatsApp hang, beside health",
                "ms",
                hanging,
                healthy,
                rounds=rounds,
                most=1.5,
            )
        ]


def backlog(rounds: int, *, quick: bool) -> list[Result]:
    """p99 of deliveries while thousands of facts are worked off, beside a studio at rest."""
    posts, many = (150, BACKLOG // 10) if quick else (600, BACKLOG)
    with whole() as studio:

        def busy(number: int) -> Shot:
            heap = studio.deliver(f"heap.{number}", posts=many // 45, per_post=50)
            shot = studio.shot(f"busy.{number}", posts=posts)
            left = studio.waiting()
            wrong = heap["wrong"] or shot.wrong or ("" if left else "everything was decided before the end")
            return replace(shot, wrong=wrong, more={**shot.more, "facts left": left})

        def resting(number: int) -> Shot:
            studio.settle()
            return studio.shot(f"resting.{number}", posts=posts)

        return [
            compare(
                "backlog",
                f"p99 of a delivery while {many} facts are worked off, beside rest",
                "ms",
                busy,
                resting,
                rounds=rounds,
            )
        ]
