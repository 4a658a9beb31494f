"""Each bug put in on purpose is caught by a promise that breaks, not by a crash; without it its day is sound.

A patch names what it replaces: where that is not there any more, ``patch.object`` fails the test.
"""

from __future__ import annotations

import pytest

from tests.histories.planted import PLANTED
from tests.histories.planting import Planted
from tests.histories.scene import beginning
from tests.histories.shrink import play


@pytest.mark.timeout(300)
@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_bug_is_caught(planted: Planted) -> None:
    beginning(*planted.story.start)  # the studio is made without the bug
    with planted.put_in():
        found = play(planted.story).problems
    assert found, "not caught"
    assert not found[0].startswith("the program broke"), found
    # A day that breaks a promise without the bug as well would say nothing of the bug.
    assert play(planted.story).problems == []
