"""Prints the figures of the histories after a run, also of one spread over several processes; too few fail it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.histories.many import collected
from tests.histories.table import summary


def _reports(config: pytest.Config) -> list[Any]:
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    every = [each for reports in reporter.stats.values() for each in reports] if reporter else []
    return [report for report in every if getattr(report, "when", "") == "call"]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = _reports(terminalreporter.config)
    found = collected(reports)
    if found is None:
        return
    terminalreporter.write_sep("-", "histories")
    terminalreporter.write_line(summary(found))
    planted = [report for report in reports if "test_a_planted_bug_is_caught" in report.nodeid]
    if planted:
        caught = sum(report.passed for report in planted)
        terminalreporter.write_line(f"{len(planted)} bugs put in on purpose, {caught} caught by a promise that breaks")
    for report in reports:
        for name, text in report.user_properties:
            if name == "kills":
                terminalreporter.write_line(str(text))
    for said in found.missing():
        terminalreporter.write_line(f"TOO FEW: {said}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    found = collected(_reports(session.config))
    if found is not None and found.missing():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What the program logs about each fault says nothing here: what counts is what people see."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
