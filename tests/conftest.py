"""What every test lives with: loopback only, one hypothesis profile, and a browser where there is one."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from scripts.browser import find_browser

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None, print_blob=True)
settings.register_profile("prove", max_examples=500, deadline=None, print_blob=True)
settings.register_profile("deterministic", max_examples=100, deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

#: Files of tests lie in memory where there is room: each test makes a studio, and a disk takes longer than the test.
MEMORY = Path("/dev/shm")  # noqa: S108  (pytest makes its own folder in it)
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4 * 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

#: Set by .ci/run: a missing browser is then a failure.
BROWSER_NEEDED = os.environ.get("STUDIO_SYNC_NEED_BROWSER") == "1"
LIVE = os.environ.get("STUDIO_SYNC_LIVE") == "1"
LEFT_OUT = pytest.StashKey[int]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    without_browser = not BROWSER_NEEDED and find_browser() is None
    for item in items:
        if without_browser and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium or Chrome on this computer"))
        if not LIVE and item.get_closest_marker("live"):
            item.add_marker(pytest.mark.skip(reason="real accounts only with STUDIO_SYNC_LIVE=1"))


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look at it again and again, which took a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    config.stash[LEFT_OUT] = sum("browser" in report.keywords for report in skipped)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line of a run says what the run did not look at."""
    left_out = config.stash.get(LEFT_OUT, 0)
    if left_out:
        noun = "test" if left_out == 1 else "tests"
        print(f"Left out: {left_out} browser {noun}, for want of Chromium or Chrome.")  # noqa: T201


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser to drive, e.g. playwright's ``executable_path``."""
    path = find_browser()
    if path is None:
        pytest.fail("no Chromium or Chrome on this computer, and STUDIO_SYNC_NEED_BROWSER=1 asks for one")
    return path


@pytest.fixture(autouse=True)
def _loopback_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that reaches for the outside world fails, naming the address; ``live`` tests may."""
    if request.node.get_closest_marker("live"):
        yield
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            pytest.fail(f"a test wanted to connect to {address[0]}; only loopback is allowed")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
