"""The front door of a whole local studio while Google and WhatsApp hang, beside the same studio in health."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import Load
from bench.rounds import Result, Shot, compare
from bench.serve import kept
from studio_sync.local.studio import LocalStudio

#: seconds every call to Google and WhatsApp hangs
HANGS = 20


def stalled(rounds: int, *, quick: bool) -> list[Result]:
    """p99 of deliveries; the studio's own work goes on meanwhile."""
    with TemporaryDirectory(prefix="bench-") as folder:
        studio = LocalStudio(Path(folder))
        try:
            studio.open()
            config = studio.config

            def shot(tag: str) -> Shot:
                load = Load(
                    port=config.port,
                    posts=150 if quick else 600,
                    connections=4,
                    tag=f"wamid.{tag}.",
                    secret=config.whatsapp_app_secret,
                    phone_id=config.whatsapp_phone_id,
                    kind="status",
                )
                seen = load.run()
                there = kept(Path(folder), load.tag)
                wrong = f"{seen['distinct']} sent, {there} kept" if there != seen["distinct"] or seen["bad"] else ""
                return Shot(value=seen["p99"], wrong=wrong, more={"p50 ms": seen["p50"]})

            def hanging(number: int) -> Shot:
                rules = [{"match": house, "kind": "slow", "seconds": HANGS} for house in ("google.*", "meta.*")]
                studio.control("faults", {"add": rules})
                return shot(f"hanging.{number}")

            def healthy(number: int) -> Shot:
                studio.control("faults", {"clear": True})
                return shot(f"healthy.{number}")

            healthy(-1)
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
        finally:
            studio.close()
