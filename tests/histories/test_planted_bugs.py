"""Each bug put in on purpose is caught by a promise that breaks, not by a crash; without it the history is sound."""

from __future__ import annotations

import pytest

from tests.histories.many import PROVE
from tests.histories.planted import DELETED, PLANTED
from tests.histories.planting import Planted
from tests.histories.shrink import play

#: histories tried per bug, at most: its own day alone, or many others after it
MOST = 30 if PROVE else 1
#: surely caught by their own day
OWN_DAY = (
    "P1 ", "P8 ", "P10 ", "P12 ", "P15 ", "P17 ", "P20 ", "P23 ", "P24 ", "P25 ",
    "409 ", "STOP ", "a session takes", "class once", "a number is taken",
)  # fmt: skip
CHOSEN = [each for each in PLANTED if PROVE or each.name.startswith(OWN_DAY)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("planted", CHOSEN, ids=lambda planted: planted.name)
def test_a_planted_bug_is_caught(planted: Planted) -> None:
    for tried, history in enumerate(planted.histories(MOST), 1):
        with planted.put_in():
            found = play(history).problems
        # A day that breaks a promise without the bug as well says nothing of the bug.
        if found and not play(history).problems:
            assert not found[0].startswith("the program broke"), found
            return
        assert tried <= MOST
    pytest.fail(f"not caught in {MOST} histories: {planted.name}")


@pytest.mark.skipif(not PROVE, reason="the chosen ones are enough: make prove")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("planted", [each for each in PLANTED if each.story], ids=lambda planted: planted.name)
def test_without_the_bug_its_day_is_sound(planted: Planted) -> None:
    assert planted.story is not None
    assert play(planted.story).problems == []


def test_a_deleted_invoice_does_not_give_its_number_away() -> None:
    assert play(DELETED).problems == []
