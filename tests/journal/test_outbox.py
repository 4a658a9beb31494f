"""Effects leave in order, each once, and only when what they need is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text

from studio_sync.journal import Journal, Tx
from studio_sync.journal.outbox import Lane
from studio_sync.rules.effects import DropEvent, Effect, Mail, Note
from tests.journal.conftest import NOW, message, row, send

SOON = NOW + timedelta(seconds=30)


def decided(journal: Journal, fact_key: str, *effects: Effect) -> None:
    journal.put_facts([message(fact_key)])
    with journal.write() as tx:
        assert tx.handled(fact_key, NOW)
        tx.put_effects(fact_key, effects, NOW)


def event(key: str, *, needs: tuple[str, ...] = ()) -> DropEvent:
    return DropEvent(key=key, needs=needs, event_id="e1", start=NOW)


def ready(tx: Tx, lane: Lane) -> list[str]:
    return [queued.effect.key for queued in tx.ready(lane, NOW)]


def states(journal: Journal) -> dict[str, str]:
    with journal.read() as tx:
        return {line.key: line.state for line in tx.outbox_lines()}


def test_an_answer_waits_for_the_row_and_the_row_for_the_diary(journal: Journal) -> None:
    decided(journal, "f", row("f/0"), row("f/1", needs=("f/0",)), send("f/2", needs=("f/1", "f/0")), send("f/3"))

    with journal.write() as tx:
        assert ready(tx, "sheet") == ["f/0"]
        assert ready(tx, "messages") == ["f/3"]
        tx.done("f/0", {}, NOW)
        assert ready(tx, "sheet") == ["f/1"]
        assert ready(tx, "messages") == ["f/3"]
        assert [queued.effect.key for queued in tx.blocked("messages", NOW)] == ["f/2"]
        tx.done("f/1", {}, NOW)
        assert ready(tx, "messages") == ["f/2", "f/3"]


def test_what_needs_something_never_heard_of_waits(journal: Journal) -> None:
    decided(journal, "f", send("f/0", needs=("elsewhere/9",)))
    with journal.write() as tx:
        assert ready(tx, "messages") == []
        tx.put_effects("elsewhere", [Note(key="elsewhere/9", what="done today")], NOW)
        tx.done("elsewhere/9", {}, NOW)
        assert ready(tx, "messages") == ["f/0"]


def test_what_needs_a_dropped_effect_is_dropped_down_the_chain(journal: Journal) -> None:
    decided(journal, "f", row("f/0"), row("f/1", needs=("f/0",)), send("f/2", needs=("f/1",)), send("f/3"))
    with journal.write() as tx:
        assert tx.drop("f/0", "she cancelled it", NOW)
    assert states(journal) == {"f/0": "dropped", "f/1": "dropped", "f/2": "dropped", "f/3": "queued"}
    decided(journal, "g", send("g/0", needs=("f/1",)))
    assert states(journal)["g/0"] == "dropped"
    with journal.read() as tx:
        assert [line.reason for line in tx.outbox_lines("dropped")] == [
            "needs f/1",
            "needs f/1",
            "needs f/0",
            "she cancelled it",
        ]


def test_one_caller_gets_the_effect(opened: Callable[[], Journal]) -> None:
    journals = [opened(), opened()]
    decided(journals[0], "f", send("f/0"))
    won: list[bool] = []

    def deliver(journal: Journal) -> None:
        with journal.write() as tx:
            won.append(tx.claim("f/0", NOW))

    threads = [threading.Thread(target=deliver, args=(journals[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_an_effect_is_queued_once_whatever_it_says_later(journal: Journal) -> None:
    decided(journal, "f", row("f/0", state="booked"))
    with journal.write() as tx:
        assert tx.put_effects("f", [row("f/0", state="cancelled")], NOW) == 0
        assert tx.undelivered(["put_row"]) == [row("f/0", state="booked")]


def test_the_first_result_stays(journal: Journal) -> None:
    decided(journal, "f", send("f/0"))
    with journal.write() as tx:
        assert tx.done("f/0", {"wamid": "wamid.out"}, NOW)
        assert not tx.done("f/0", {"wamid": "wamid.other"}, NOW)
        assert not tx.drop("f/0", "too late", NOW)
        assert not tx.claim("f/0", NOW)
        assert tx.result("f/0") == ("done", {"wamid": "wamid.out"})
        assert tx.result("f/9") is None


def test_later_means_not_before(journal: Journal) -> None:
    decided(journal, "f", send("f/0"))
    with journal.write() as tx:
        assert tx.claim("f/0", NOW)
        assert tx.later("f/0", SOON, "too many calls", NOW)
        assert tx.ready("messages", SOON - timedelta(microseconds=1)) == []
        (queued,) = tx.ready("messages", SOON)
    assert (queued.state, queued.tries, queued.reason, queued.next_at) == ("waiting", 1, "too many calls", SOON)


def test_a_clock_put_back_keeps_nothing_waiting(journal: Journal) -> None:
    decided(journal, "f", row("f/0"), send("f/1"))
    before = NOW - timedelta(hours=1)
    with journal.write() as tx:
        assert tx.later("f/1", SOON, "too many calls", NOW)
        assert [queued.effect.key for queued in tx.ready("sheet", before)] == ["f/0"]
        assert [queued.effect.key for queued in tx.ready("messages", before)] == ["f/1"]
        assert tx.later("f/1", before + timedelta(seconds=30), "too many calls", before)
        assert tx.ready("messages", before) == []


def test_held_and_parked_effects_wait_for_a_person(journal: Journal) -> None:
    decided(journal, "f", send("f/0"), row("f/1"))
    with journal.write() as tx:
        tx.hold("f/0", "no word from WhatsApp", NOW)
        tx.park("f/1", "the sheet refused it", NOW)
        assert ready(tx, "messages") == ready(tx, "sheet") == []
        assert [queued.reason for queued in tx.standing("held")] == ["no word from WhatsApp"]
        assert tx.later("f/0", NOW, "Nadine said: send it again", NOW)
        assert ready(tx, "messages") == ["f/0"]


def test_messages_go_by_priority_then_in_order(journal: Journal) -> None:
    decided(journal, "f", send("f/0", priority=5), send("f/1"), send("f/2", priority=1), send("f/3"))
    with journal.read() as tx:
        assert ready(tx, "messages") == ["f/2", "f/1", "f/3", "f/0"]
        assert len(tx.ready("messages", NOW, limit=2)) == 2


def test_a_restart_doubts_messages_and_repeats_the_rest(opened: Callable[[], Journal]) -> None:
    before = opened()
    mail = Mail(key="f/2", to="books@nowhere.example", subject="Invoice", body="...")
    decided(before, "f", row("f/0"), send("f/1"), mail, send("f/3"))
    with before.write() as tx:
        for key in ("f/0", "f/1", "f/2"):
            assert tx.claim(key, NOW)

    after = opened()
    with after.write() as tx:
        assert [queued.effect.key for queued in tx.restart(SOON)] == ["f/1", "f/2"]
        assert [queued.since for queued in tx.standing("unknown")] == [SOON, SOON]
    assert states(after) == {"f/0": "queued", "f/1": "unknown", "f/2": "unknown", "f/3": "queued"}


def test_after_a_conflict_the_fact_is_decided_again(journal: Journal) -> None:
    decided(journal, "f", row("f/0"), send("f/1"), row("f/2", state="booked"), send("f/3", needs=("f/2",)))
    with journal.write() as tx:
        tx.done("f/0", {"row": 7}, NOW)
        tx.claim("f/1", NOW)
        assert tx.drop_undelivered("f", NOW) == ["f/2", "f/3"]
        assert tx.reopen("f")
    assert states(journal) == {"f/0": "done", "f/1": "sending", "f/2": "dropped", "f/3": "dropped"}

    with journal.write() as tx:
        fact = tx.next_fact()
        assert fact == message("f")
        assert tx.handled("f", NOW)
        again = [row("f/0"), row("f/2", state="taken")]
        assert tx.put_effects("f", again, NOW) == 1
        assert tx.undelivered(["put_row"]) == [row("f/2", state="taken")]
        assert tx.result("f/0") == ("done", {"row": 7})


def test_others_wait_for_the_new_decision(journal: Journal) -> None:
    decided(journal, "f", row("f/0"), row("f/1"))
    decided(journal, "g", send("g/0", needs=("f/0",)), send("g/1", needs=("f/1",)))
    with journal.write() as tx:
        tx.drop_undelivered("f", NOW)
        tx.reopen("f")
    assert states(journal)["g/0"] == states(journal)["g/1"] == "queued"

    with journal.write() as tx:
        tx.handled("f", NOW)
        tx.put_effects("f", [row("f/0", state="moved")], NOW)
    assert states(journal) == {"f/0": "queued", "f/1": "dropped", "g/0": "queued", "g/1": "dropped"}


def test_whose_event_was_to_follow_one_that_will_not_be_is_decided_again_too(journal: Journal) -> None:
    decided(journal, "f", event("f/0"))
    decided(journal, "g", event("g/0", needs=("f/0",)), send("g/1", needs=("g/0",)))
    decided(journal, "h", event("h/0", needs=("g/0",)))
    decided(journal, "i", send("i/0", needs=("f/0",)))
    with journal.write() as tx:
        assert tx.built_on("f") == []
        tx.drop_undelivered("f", NOW)
        assert tx.built_on("f") == ["g"]
        tx.drop_undelivered("g", NOW)
        assert (tx.built_on("f"), tx.built_on("g")) == ([], ["h"])


def test_the_overlay_is_what_is_coming_in_order(journal: Journal) -> None:
    decided(journal, "f", row("f/0"), send("f/1"), row("f/2"), row("f/3"), row("f/4"), row("f/5"), row("f/6"))
    with journal.write() as tx:
        tx.claim("f/2", NOW)
        tx.doubt("f/3", "answer lost", NOW)
        tx.later("f/0", SOON, "too many calls", NOW)
        tx.park("f/4", "refused", NOW)
        tx.drop("f/5", "no more", NOW)
        tx.done("f/6", {}, NOW)
        assert [effect.key for effect in tx.undelivered(["put_row", "drop_row"])] == ["f/0", "f/2", "f/3"]
        assert [effect.key for effect in tx.undelivered(["send"])] == ["f/1"]


def test_the_highest_undo_number_counts_until_it_stands_in_changes(journal: Journal) -> None:
    decided(journal, "f", row("f/0", undo=7), row("f/1", undo=9), row("f/2", undo=8))
    with journal.write() as tx:
        assert tx.highest_undo() == 9
        tx.done("f/1", {}, NOW)
        assert tx.highest_undo() == 8
        tx.drop("f/2", "no more", NOW)
        tx.park("f/0", "refused", NOW)
        assert tx.highest_undo() == 7


def test_a_fact_shows_what_it_caused(journal: Journal) -> None:
    decided(journal, "f", row("f/0"), send("f/1"))
    with journal.read() as tx:
        assert [queued.effect.key for queued in tx.effects_of("f")] == ["f/0", "f/1"]
        found = tx.effect("f/1")
        assert found is not None
        assert found.fact_key == "f"
        assert tx.fact(found.fact_key) == message("f")
        assert tx.outbox_counts()["queued"] == 2


def test_an_effect_nobody_can_read_is_parked_and_passed_over(journal: Journal) -> None:
    decided(journal, "f", send("f/0"), send("f/1"))
    with journal._engine.execution_options(writes=True).begin() as db:
        db.execute(text("UPDATE outbox SET body = '{}' WHERE key = 'f/0'"))
    with journal.write() as tx:
        assert ready(tx, "messages") == ["f/1"]
    assert states(journal)["f/0"] == "parked"


def test_a_row_decided_otherwise_the_second_time_is_written_again_and_waited_for(journal: Journal) -> None:
    first = row("f/row")
    decided(journal, "f", first)
    changed = first.model_copy(update={"cells": {**first.cells, "note": "another word"}})
    with journal.write() as tx:
        tx.done("f/row", {}, NOW)
        assert tx.put_effects("f", [first], NOW) == 0
        assert tx.put_effects("f", [changed, send("f/send", needs=("f/row",))], NOW) == 2
        again = ready(tx, "sheet")
        assert len(again) == 1
        assert again[0].startswith("f/row~")
        assert ready(tx, "messages") == []
        tx.done(again[0], {}, NOW)
        assert ready(tx, "messages") == ["f/send"]
        assert tx.put_effects("f", [changed], NOW) == 0
