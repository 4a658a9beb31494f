"""The one switchboard: what a fact means now. Pure: no clock, network, environment, logging or randomness.

The same snapshot, fact and now always give the same effects; every id is a hash of the fact's key.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from sheets_schema.snapshot import Snapshot
from studio_sync.rules import (
    arrivals,
    diary_moves,
    importing,
    news,
    outcomes,
    pasting,
    rows,
    rows_gone,
    statuses,
    ticks,
)
from studio_sync.rules.effects import Effect
from studio_sync.rules.facts import (
    EventChanged,
    Fact,
    MessageCame,
    NewsCame,
    Outcome,
    RowChanged,
    RowGone,
    RowsImported,
    RowsPasted,
    RowTyped,
    StatusCame,
    Tick,
)
from studio_sync.rules.ink import Ink


def decide(snap: Snapshot, fact: Fact, now: datetime) -> tuple[Effect, ...]:
    """The effects of ``fact`` at ``now`` (aware UTC), in order. Bad input is an answer or a problem."""
    ink = Ink(snap, fact, now)
    match fact:
        case MessageCame():
            arrivals.message_came(ink, fact)
        case StatusCame():
            statuses.status_came(ink, fact)
        case NewsCame():
            news.news_came(ink, fact)
        case RowChanged():
            rows.row_changed(ink, fact)
        case RowTyped():
            rows.row_typed(ink, fact)
        case RowsPasted():
            pasting.rows_pasted(ink, fact)
        case RowGone():
            rows_gone.row_gone(ink, fact)
        case RowsImported():
            importing.rows_imported(ink, fact)
        case EventChanged():
            diary_moves.event_changed(ink, fact)
        case Tick():
            ticks.tick(ink, fact)
        case Outcome():
            outcomes.outcome(ink, fact)
        case _:
            assert_never(fact)
    return tuple(ink.effects)
