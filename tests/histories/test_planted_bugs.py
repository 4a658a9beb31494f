"""Each bug put in on purpose is caught by a promise that breaks, not by a crash; without it the history is sound."""

from __future__ import annotations

import pytest

from tests.histories.planted import DELETED, PLANTED, Planted
from tests.histories.shrink import play

#: histories tried per bug, at most
MOST = 30


@pytest.mark.timeout(300)
@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_bug_is_caught(planted: Planted) -> None:
    for tried, history in enumerate(planted.histories(MOST), 1):
        with planted.put_in():
            found = play(history).problems
        if found:
            assert not found[0].startswith("the program broke"), found
            return
        assert tried <= MOST
    pytest.fail(f"not caught in {MOST} histories: {planted.name}")


def test_a_deleted_invoice_does_not_give_its_number_away() -> None:
    assert play(DELETED).problems == []
