"""The bench says what it may: nothing of a wrong run, no figure of a noisy one, and loads are bounded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.__main__ import CASES, LONG
from bench.felt import Samples, p95
from bench.load import Load, deliveries
from bench.program import on_a_host
from bench.report import table
from bench.rounds import Shot, compare
from studio_sync.config import Config


def shots(*values: float, wrong: str = "") -> Callable[[int], Shot]:
    return lambda n: Shot(value=values[n], wrong=wrong, more={"p99 ms": 1.0})


@pytest.mark.parametrize(
    ("ours", "peer", "verdict"),
    [
        ((9, 9, 9), (10, 10, 10), "met"),
        ((5, 5, 5), (10, 10, 10), "missed"),
        ((5, 9, 7), (10, 10, 10), "noisy, repeat"),
        ((60, 90, 70), (10, 10, 10), "noisy, met in every round"),
    ],
)
def test_the_ratio_of_each_round_counts(ours: tuple[float, ...], peer: tuple[float, ...], verdict: str) -> None:
    assert compare("c", "w", "/s", shots(*ours), shots(*peer), rounds=3, least=0.8).verdict == verdict


def test_a_fast_run_that_lost_something_has_no_figure() -> None:
    result = compare("c", "w", "/s", shots(100, 100), shots(1, 1, wrong="9 sent, 8 kept"), rounds=2, least=2)
    assert result.verdict == "FAIL: 9 sent, 8 kept"
    assert "100" not in table([result])


def test_less_is_better_where_less_is_better() -> None:
    assert compare("c", "w", "ms", shots(3, 3), shots(2, 2), rounds=2, most=1.5).verdict == "met"
    assert compare("c", "w", "ms", shots(4, 4), shots(2, 2), rounds=2, most=1.5).verdict == "missed"
    assert compare("c", "w", "ms", shots(2, 2), shots(6, 6), rounds=2, least=3, inverse=True).verdict == "met"


@pytest.mark.parametrize("kind", ["message", "status"])
def test_a_tenth_of_the_deliveries_come_twice(kind: str) -> None:
    load = Load(port=1, posts=100, per_post=3, tag="wamid.t.", secret="s", phone_id="1", kind=kind)
    requests, distinct = deliveries(load)
    idents = []
    for request in requests:
        value = json.loads(request.partition(b"\r\n\r\n")[2])["entry"][0]["changes"][0]["value"]
        idents += [told["id"] for told in value[f"{kind}s" if kind == "message" else "statuses"]]
    assert (len(requests), len(idents), len(set(idents))) == (100, 300, distinct)
    assert distinct == 270


@pytest.mark.parametrize(
    ("one", "rounds", "verdict"),
    [(30.0, 9, "met"), (30.0, 5, "noisy, repeat"), (10.0, 5, "met")],
    ids=["a hiccup among many", "a hiccup among few", "no hiccup"],
)
def test_one_hiccup_in_many_rounds_of_a_worst_of_a_hundred_is_no_noise(one: float, rounds: int, verdict: str) -> None:
    ours = shots(one, *[10.0] * (rounds - 1))
    peer = shots(*[9.0] * rounds)
    assert compare("c", "w", "ms", ours, peer, rounds=rounds, most=1.5, middle=True).verdict == verdict
    if one == 30.0:
        assert compare("c", "w", "ms", ours, peer, rounds=rounds, most=1.5).verdict == "noisy, repeat"


def test_a_95th_of_a_hundred_is_not_the_worst_one() -> None:
    assert p95([*range(1, 21)]) == 19
    assert p95([*range(100, 0, -1)]) == 95
    assert p95([7.0]) == 7.0


@pytest.mark.parametrize(
    ("times", "wrong", "verdict"),
    [
        ([900.0] * 19 + [5000.0], "", "met"),
        ([900.0] * 18 + [5000.0] * 2, "", "missed"),
        ([900.0] * 20, "it came twice", "FAIL: it came twice"),
        ([], "", "FAIL: nothing was measured"),
    ],
    ids=["one in twenty waits", "one in ten waits", "quick and wrong", "nobody was there"],
)
def test_how_long_people_wait_stands_beside_what_is_allowed(times: list[float], wrong: str, verdict: str) -> None:
    result = Samples(times={"there": times}, wrong=wrong).result("c", "there", "from here to there", 1000)
    assert (result.verdict, result.goal) == (verdict, "at most 1")
    assert ("5000" in table([result])) == (verdict == "missed")


def test_what_people_feel_is_measured_at_the_pace_of_a_host(tmp_path: Path) -> None:
    config = on_a_host(Config(data=tmp_path, name="local", smtp_host="127.0.0.1", google_base="http://x", local=True))
    assert (config.local, config.smtp_host, config.google_base, config.data) == (False, "", "http://x", tmp_path)


def test_a_quick_run_leaves_out_only_cases_that_there_are() -> None:
    assert set(CASES) > LONG
