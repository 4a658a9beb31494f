"""The program as it runs on a host, on a local studio's stand-ins: ``python -m bench.program --data DIR``.

A local studio is looked at more often and writes to its disk less carefully than one in the world. This one keeps the
world's pace and forces its notes to the disk; only its clock is the stand-ins', so that any hour here is working time.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from studio_sync.adapters.google_http import LOCAL
from studio_sync.config import Config, load_local
from studio_sync.running import run
from studio_sync.studio import clock_of


def on_a_host(told: Config) -> Config:
    """The same studio, configured as on a host. The stand-ins' mail server speaks no TLS: no mail leaves."""
    return dataclasses.replace(told, local=False, google_credentials=LOCAL, smtp_host="")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.program")
    parser.add_argument("--data", type=Path, required=True)
    local = load_local(parser.parse_args().data)
    run(on_a_host(local), clock=clock_of(local), host="127.0.0.1")
