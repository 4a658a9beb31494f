"""The shares of messages that are printed: counted from what WhatsApp saw and what the rows say."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

from studio_sync.rules.effects import Send
from studio_sync.rules.ink import message_id
from tests.histories.fates import fates, said
from tests.histories.table import Figures, summary


def seen(**messages: tuple[str, int, str]) -> Any:
    """What was found: key -> class, how often WhatsApp saw it, what its row says."""
    rows = [
        {"Key": key, "Way": "out", "State": state.partition("|")[0], "Why": state.partition("|")[2]}
        for key, (_, _, state) in messages.items()
    ]
    sends = {key: Send(key=key, to="+1", who="c", text="t", cls=cls) for key, (cls, _, _) in messages.items()}
    out = [{"tag": key} for key, (_, times, _) in messages.items() for _ in range(times)]
    return SimpleNamespace(out=out, sends=sends, rows=lambda _tab: rows)


def test_each_fate_is_counted_in_its_class() -> None:
    found = fates(
        seen(
            a=("once", 1, "delivered"),
            b=("once", 0, "held"),
            c=("once", 1, "held"),
            d=("once", 0, "not sent"),
            e=("at_least_once", 2, "read"),
            f=("at_least_once", 0, f"sent|Left in one message with {message_id('e')}."),
            g=("at_least_once", 0, "sent"),
            h=("fresh", 0, "would send"),
        )
    )
    assert said(found) == [
        "messages of class once: 3 left, 0 (0.0 %) twice, 2 (66.7 %) held, 0 missing",
        "messages of class at least once: 3 left, 1 (33.3 %) twice, 0 (0.0 %) held, 1 missing",
        "messages of class fresh: 0 left, 0 twice, 0 held, 0 missing",
    ]


def test_the_shares_of_several_processes_are_one_line_per_class() -> None:
    def part() -> Figures:
        one = Counter({("once", "left"): 2, ("once", "held"): 1})
        return Figures(calls=[1], faults=[0], points=Counter(), kills=Counter(), table=Counter(), fates=one)

    total = part()
    total.add(Figures.from_json(part().to_json()))
    assert "messages of class once: 4 left, 0 (0.0 %) twice, 2 (50.0 %) held, 0 missing" in summary(total)
