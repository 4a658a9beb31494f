"""The two children: started, watched, killed and started again. They end when the parent ends, whatever ends it."""

from __future__ import annotations

import ctypes
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from studio_sync.errors import UserError
from studio_sync.local.control import NoAnswer, ask


def free_port() -> int:
    """A port nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """Linux: the kernel ends the child with its parent, also after kill -9. Elsewhere the parent ends them itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(
    arguments: list[str], log: Path, *, first_line: bool = False
) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start a child with its messages in ``log``; with ``first_line`` its first line of output as JSON."""
    out = log.open("ab")
    child = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if first_line else out,
        stderr=out,
        preexec_fn=_die_with_parent,  # noqa: PLW1509  (no threads yet in this small parent)
    )
    out.close()
    if not first_line or child.stdout is None:
        return child, {}
    line = child.stdout.readline()
    if not line:
        raise UserError(f"{arguments[0]} did not start. {log} says why.", "Then try again: studio-sync run --local")
    loaded: dict[str, Any] = json.loads(line)
    return child, loaded


def wait_for(url: str, child: subprocess.Popen[bytes], log: Path, seconds: float = 30.0) -> None:
    """Wait until ``url`` answers. Raises ``UserError`` when the child ends or takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if child.poll() is not None:
            raise UserError(f"The program stopped with code {child.returncode}. {log} says why.")
        try:
            ask(url)
        except NoAnswer:
            child_waits(0.05)
        else:
            return
    raise UserError(f"The program did not answer for {seconds:.0f} s. {log} says why.")


def child_waits(seconds: float) -> None:
    """Real time passes: a parent has nothing better to do."""
    time.sleep(seconds)  # noqa: TID251  (waiting for a child process, not for the studio's clock)


def end(child: subprocess.Popen[bytes] | None, *, now: bool = False) -> None:
    """End a child: gently, or at once."""
    if child is None:
        return
    if child.poll() is None:
        _stop(child, now=now)
    if child.stdout is not None:
        child.stdout.close()


def _stop(child: subprocess.Popen[bytes], *, now: bool) -> None:
    if now:
        child.kill()
    else:
        child.terminate()
    try:
        child.wait(timeout=8)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
