"""The other half of the histories: test_histories.py has the even seeds, this file the odd ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.histories.many import PATIENCE, every_promise_holds, named, pieces


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("piece", pieces(1), ids=named)
def test_every_promise_holds_in_every_history(
    piece: Sequence[int], record_property: Callable[[str, object], None]
) -> None:
    every_promise_holds(piece, record_property)
