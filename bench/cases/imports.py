"""What the web role loads, beside everything at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.rounds import Result, Shot, compare

WEB = "import webhook.app, webhook.door, webhook.server, studio_sync.studio"
EVERYTHING = (
    f"{WEB}, gspread, googleapiclient.discovery, google.oauth2.service_account, fpdf, requests, alembic.command, "
    "apscheduler.schedulers.background, openpyxl"
)
#: CPU seconds and KiB. Not getrusage: its highest memory begins with that of the program which started this one.
_ASK = "\nimport time; print(time.process_time(), open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"


def imports(rounds: int, *, quick: bool) -> list[Result]:  # noqa: ARG001
    """Seconds of CPU, and memory as ``more``."""
    if not Path("/proc/self/status").exists():
        print("imports needs /proc: left out", file=sys.stderr)
        return []

    def load(what: str) -> Shot:
        told = subprocess.run([sys.executable, "-c", what + _ASK], capture_output=True, text=True, check=True)
        seconds, kib = told.stdout.split()
        return Shot(value=1000 * float(seconds), more={"MiB": int(kib) / 1024})

    return [
        compare(
            "imports",
            "CPU to load the web role, everything at once beside it",
            "ms",
            lambda _: load(WEB),
            lambda _: load(EVERYTHING),
            rounds=rounds,
            least=2,
            inverse=True,
        )
    ]
