"""An effect brought news: a number was given, a paper is drawn, a message was refused or may not have arrived."""

from __future__ import annotations

from collections.abc import Callable

from studio_sync.rules import alerts, approval, braking, grace, held, media, rows_gone, sheet_news, untold
from studio_sync.rules.billing import invoices, posting
from studio_sync.rules.facts import Outcome
from studio_sync.rules.ink import Ink

#: ``result["of"]`` -> what goes on
RULES: dict[str, Callable[[Ink, Outcome], None]] = {
    "number": invoices.numbered,
    "render": posting.rendered,
    "mail": posting.mailed,
    "fetch": media.came,
    "not_fetched": media.came,
    "held": held.in_doubt,
    "not_sent": untold.not_sent,
    "again": untold.again,
    "templates": lambda ink, fact: approval.whole_list(ink, fact.result.get("listed")),
    "template_no": approval.refused,
    "down": alerts.down,
    "up": alerts.up,
    "restricted": alerts.restricted,
    "paused": braking.paused,
    "restore": braking.restore,
    "hers": sheet_news.hers,
    "unseen": sheet_news.unseen,
    "put_back": sheet_news.put_back,
    "number_taken": sheet_news.number_taken,
    "returned": rows_gone.returned,
    "rows_gone": rows_gone.many_gone,
    "grace": grace.begun,
    "stopped": grace.stopped,
    "parked": alerts.refused,
    "diary_no": alerts.refused,
    "failed": alerts.refused,
}


def outcome(ink: Ink, fact: Outcome) -> None:
    """Go on with what an effect brought; news of no meaning to us asks nothing."""
    rule = RULES.get(str(fact.result.get("of")))
    if rule is not None:
        rule(ink, fact)
