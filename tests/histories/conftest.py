"""Prints the tables of the histories after a run, also of one spread over several processes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, text in getattr(report, "user_properties", ()) if getattr(report, "when", "") == "call" else ():
                if name == "histories":
                    terminalreporter.write_sep("-", "histories")
                    terminalreporter.write_line(text)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What the program logs about each fault says nothing here: what counts is what people see."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
