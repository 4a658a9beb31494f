"""``studio-sync simulate``: a day gone wrong from the terminal, and plain words where it cannot be played."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studio_sync.desk.simulate import simulate
from studio_sync.errors import UserError
from tests.histories import __main__ as door
from tests.histories.run import Ran
from tests.histories.shrink import play


def test_a_seed_is_played_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.main(["--seed", "4"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Seed 4, begun at ")
    assert "1 histories, " in said
    assert re.search(r"messages of class at least once: [1-9]\d* left, .* 0 missing", said)
    assert said.endswith("Every promise was kept.\n")


def test_a_broken_promise_is_told_and_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def spoilt(*how: object) -> Ran:
        ran = play(*how)  # type: ignore[arg-type]
        ran.problems = ["no row twice: studio Bookings has the id b-1 twice"]
        return ran

    monkeypatch.setattr(door, "play", spoilt)
    monkeypatch.setattr(
        door, "shrink", lambda history: (history, ["no row twice: studio Bookings has the id b-1 twice"])
    )
    assert door.main(["--seed", "4"]) == 1
    said = capsys.readouterr().out
    assert "What is wrong:\n  - no row twice: studio Bookings has the id b-1 twice\nWhat happened:\n" in said
    assert re.search(r"A promise was broken by the seeds 4\.\n$", said)


def test_where_there_is_no_source_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        simulate(1, 1, root=tmp_path)
    assert refused.value.problems[-1] == "Then type: .venv/bin/studio-sync simulate --seed 1"
