"""``python -m bench [--quick] [--case NAME]``: measures on this computer, loopback only, and keeps the figures."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime

from bench.cases import felt, imports, ingest, memory, poll, reply, stalled, write
from bench.machine import machine
from bench.report import save, table
from bench.rounds import Result

CASES: dict[str, Callable[..., list[Result]]] = {
    "ingest": ingest.hello,
    "calls": ingest.calls,
    "cpu": ingest.cpu,
    "slow_disk": ingest.slow_disk,
    "imports": imports.imports,
    "stalled": stalled.stalled,
    "backlog": stalled.backlog,
    "poll": poll.poll,
    "sheet_write": write.write,
    "sheet_burst": write.burst,
    "memory": memory.memory,
    "reply": reply.reply,
    "felt_chat": felt.chat,
    "felt_send": felt.send,
    "felt_invoice": felt.invoice,
    "felt_drag": felt.drag,
}
#: each takes a minute or more: a quick run leaves them out unless they are named
LONG = {"poll", "sheet_write", "sheet_burst", "memory", "reply", "felt_chat", "felt_send", "felt_invoice", "felt_drag"}


def main() -> int:
    """0 unless something measured was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most 90 seconds; without the long cases")
    parser.add_argument("--case", choices=CASES, action="append", help="only this one; may be given again")
    parser.add_argument("--dry", action="store_true", help="do not keep the figures")
    wanted = parser.parse_args()
    on = machine(100 if wanted.quick else 500)
    print("{system}, {cores} cores, load {load}, Python {python}, fsync {fsync_ms} ms".format(**on))
    if on["load"] > on["cores"]:
        print("more work than cores: expect every case to be noisy")
    results: list[Result] = []
    for name in wanted.case or [name for name in CASES if not (wanted.quick and name in LONG)]:
        began = time.perf_counter()
        worst = name in {"stalled", "backlog"}  # of a hundred: fewer rounds say nothing
        rounds = 5 if not worst else 3 if wanted.quick else 11
        results += CASES[name](rounds, quick=wanted.quick)
        print(f"  {name} took {time.perf_counter() - began:.0f} s", file=sys.stderr)
    print(table(results))
    if not wanted.dry:
        print(f"kept in {save(f'{datetime.now().astimezone():%Y-%m-%d}', on, results)}")
    return int(any(result.verdict.startswith("FAIL") for result in results))


if __name__ == "__main__":
    sys.exit(main())
