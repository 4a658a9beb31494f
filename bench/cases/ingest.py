"""The front door: durable messages per second, CPU per message, and what a slow disk does to it."""

from __future__ import annotations

import sys

from bench.rounds import Result, Shot, compare
from bench.server import Server, can_slow_the_disk, rate, servers


def hello(rounds: int, *, quick: bool) -> list[Result]:
    """Signed, read, kept on the disk once: beside a program that only says ok, under the same server."""
    posts = 500 if quick else 3000
    with servers("product", "hello") as (ours, peer):
        return [
            compare(
                "ingest",
                "durable messages/s beside hello-world Flask",
                "/s",
                lambda n: rate(ours, n, posts=posts),
                lambda n: rate(peer, n, posts=posts),
                rounds=rounds,
                least=0.55,
            )
        ]


def calls(rounds: int, *, quick: bool) -> list[Result]:
    """Beside a handler that makes one call of 150 ms per message: one worker, and sixteen threads."""
    found = []
    for workers, least, posts, each in ((1, 200.0, 5, 1), (16, 8.0, 48, 1)):
        with servers("product", f"calls{workers}") as (ours, peer):
            found.append(
                compare(
                    f"calls_{workers}",
                    f"durable messages/s beside one 150 ms call per message, {workers} at once",
                    "/s",
                    lambda n, ours=ours: rate(ours, n, posts=500 if quick else 3000),  # type: ignore[misc]
                    lambda n, peer=peer, posts=posts, each=each: rate(peer, n, posts=posts, per_post=each),  # type: ignore[misc]
                    rounds=rounds,
                    least=least,
                )
            )
    return found


def cpu(rounds: int, *, quick: bool) -> list[Result]:
    """CPU per message at 50 in one delivery, beside one in a delivery."""
    posts = 30 if quick else 200

    def spent(server: Server, number: int, posts: int, per_post: int) -> Shot:
        seen, used, wrong = server.round(number, posts=posts, per_post=per_post, connections=4)
        return Shot(value=1e6 * used["cpu"] / seen["distinct"], wrong=wrong, more={"p99 ms": seen["p99"]})

    with servers("product") as (ours,):
        return [
            compare(
                "cpu",
                "CPU per durable message, 50 in a delivery beside 1 in a delivery",
                "us",
                lambda n: spent(ours, n, posts, 50),
                lambda n: spent(ours, 1000 + n, posts * 5, 1),
                rounds=rounds,
                most=0.3,
            )
        ]


def slow_disk(rounds: int, *, quick: bool) -> list[Result]:
    """A disk that needs 5 ms more per forced write: callers share commits, beside one commit each."""
    if not can_slow_the_disk():
        print("slow_disk needs Linux and a C compiler: left out", file=sys.stderr)
        return []
    posts = 500 if quick else 3000
    with servers("product-slow", "alone-slow") as (ours, peer):
        return [
            compare(
                "slow_disk",
                "durable messages/s at 5 ms more per forced write beside one commit per delivery",
                "/s",
                lambda n: rate(ours, n, posts=posts),
                lambda n: rate(peer, n, posts=100 if quick else 400),
                rounds=rounds,
                least=6,
            )
        ]
