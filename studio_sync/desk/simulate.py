"""``simulate``: whole days gone wrong, played in a checkout beside its tests. The product imports none of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from studio_sync.errors import UserError

#: the checkout this program runs from, if it does
ROOT = Path(__file__).resolve().parents[2]


def simulate(seed: int, schedules: int, root: Path = ROOT) -> int:
    """Play histories from ``seed`` on, in a child process; its exit code: 1 when a promise was broken."""
    if not (root / "tests" / "histories" / "__main__.py").is_file():
        raise UserError(
            "Histories are played with the program's tests and stand-ins, which are not installed here.",
            "Get the source of studio-sync, type there: make setup",
            "Then type: .venv/bin/studio-sync simulate --seed 1",
        )
    asked = ["--seed", str(seed), "--schedules", str(schedules)]
    return subprocess.run([sys.executable, "-m", "tests.histories", *asked], cwd=root, check=False).returncode
