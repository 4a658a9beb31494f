"""Whole days gone wrong: random histories with faults at every call and deaths at every point keep every promise.

More of them: STUDIO_SYNC_SCHEDULES=1000 pytest tests/histories. One of them: STUDIO_SYNC_SEED=17.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.histories.many import PATIENCE, every_promise_holds, named, pieces
from tests.histories.plan import history
from tests.histories.shrink import play


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("piece", pieces(0), ids=named)
def test_every_promise_holds_in_every_history(
    piece: Sequence[int], record_property: Callable[[str, object], None]
) -> None:
    every_promise_holds(piece, record_property)


def test_a_seed_always_gives_the_same_history() -> None:
    first, second = play(history(4)), play(history(4))

    assert first.log == second.log
    assert first.points == second.points


def test_a_history_leaves_nothing_to_the_next() -> None:
    alone = play(history(5))
    play(history(4))  # it books what the next one, with its stale answer, must not see

    assert play(history(5)).log == alone.log
