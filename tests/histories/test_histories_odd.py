"""The other half of the histories: test_histories.py has the even seeds, this file the odd ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.histories.many import PATIENCE, every_promise_holds, seeds


@pytest.mark.timeout(PATIENCE)
def test_every_promise_holds_in_every_history(record_property: Callable[[str, object], None]) -> None:
    every_promise_holds(seeds(1), record_property)
