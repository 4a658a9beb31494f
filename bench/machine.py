"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from typing import Any

PROBES = 500


def machine(probes: int = PROBES) -> dict[str, Any]:
    """Cores, load, Python, and the median of so many fsyncs in ms."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
        "load": round(load, 2),
        "fsync_ms": round(_fsync(probes), 3),
        "executable": sys.implementation.name,
    }


def _fsync(probes: int) -> float:
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(probes):
            file.write(b"x" * 512)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return 1000 * statistics.median(took)
