"""Days on which the diary and the rows came apart, because who saw one of them could not write the other any more."""

from __future__ import annotations

import pytest

from tests.histories.plan import Event, History
from tests.histories.planting import BOOK, asleep, day, fault, kill, said
from tests.histories.shrink import play

DRAG = Event(at=1, actor="owner diary", act="drags an event", args={"pick": 1, "minutes": 60})
GIVES_BACK = Event(at=1, actor="client", act="writes", args={"who": "c-THANDI", "text": "cancel fri"})
LATER = said("today", at=40)
STORIES = {
    "an event dragged just before the notes are lost": day(DRAG, kill(at=1.2, notes="lost"), LATER),
    "an event dragged while nothing runs": day(kill(at=0.5, gone=20, notes="lost"), DRAG, LATER),
    "an event dragged just before another program takes over": day(DRAG, asleep(at=0.5, after=0, stays="other"), LATER),
    **{
        f"asleep {after} calls after a booking was asked for, and another program stays": day(
            BOOK, asleep(at=0.9, after=after, stays="other"), LATER
        )
        for after in range(2, 6)
    },
    **{
        f"asleep {after} calls after a place was given back, and another program stays": day(
            GIVES_BACK, asleep(at=0.9, after=after, stays="other"), LATER
        )
        for after in (1, 2)
    },
    "a session dragged while the diary does not yet take out a seat of it": day(
        fault("429", "calendar.events.get", at=0.5, later=100),
        said("cancel Sipho", at=1),
        Event(at=4, actor="owner diary", act="drags an event", args={"pick": 10, "minutes": 60}),
        start=(5, 57),
    ),
    "a seat arrives in the diary when the notes do not know of it any more": day(
        Event(at=0.5, actor="plug", act="the notes are copied"),
        BOOK,
        fault("late", "calendar.events.insert", at=0.6, later=100),
        kill(at=1.2, after=12, notes="old"),
        LATER,
    ),
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_diary_and_rows_come_together_again(story: History) -> None:
    assert play(story).problems == []
