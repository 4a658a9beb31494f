"""What left of late and what rests, on both databases."""

from __future__ import annotations

from datetime import timedelta

from studio_sync.journal import Journal, Tx
from studio_sync.journal.outbox import lost_wamids
from studio_sync.rules.pace import NUMBER
from tests.journal.conftest import NOW, send

MINUTE = timedelta(minutes=1)


def leave(tx: Tx, key: str, to: str, *, ago: timedelta = MINUTE, first: bool = True, text: str = "remind.x") -> None:
    at = NOW - ago
    tx.leaves(key, to, at, free_at=at + MINUTE, text=text, first=first, month="2026-03", kind="utility")


def test_people_written_to_first_are_counted_once_for_24_hours(journal: Journal) -> None:
    with journal.write() as tx:
        leave(tx, "a", "+1", ago=timedelta(hours=25))
        leave(tx, "b", "+2", ago=timedelta(hours=23))
        leave(tx, "c", "+2", ago=timedelta(hours=2))
        leave(tx, "d", "+3", ago=timedelta(hours=1))
        leave(tx, "e", "+4", first=False)
        seen = tx.traffic("+2", NOW, {})
        assert (seen.reached, seen.among) == (2, True)
        assert seen.frees_at == NOW + timedelta(hours=22)
        assert tx.traffic("+5", NOW, {}).among is False
        assert tx.sent_in("2026-03", "utility") == 5


def test_what_did_not_leave_after_all_does_not_count(journal: Journal) -> None:
    with journal.write() as tx:
        leave(tx, "a", "+1", ago=MINUTE * 2)
        leave(tx, "a", "+1")
        tx.leaves_with("b", "a", "+1", NOW - MINUTE)
        assert tx.with_lead("a") == ["b"]
        tx.stays("a")
        assert tx.with_lead("a") == []
        assert tx.sent_in("2026-03", "utility") == 1
        assert tx.last_of("+1", "remind.", NOW - timedelta(hours=1)) == NOW - MINUTE * 2
        assert tx.last_of("+1", "owner.", NOW - timedelta(hours=1)) is None
        tx.forget_sent(NOW + timedelta(days=41))
        assert tx.sent_in("2026-03", "utility") == 0


def test_the_account_of_a_person_is_that_of_the_last_message(journal: Journal) -> None:
    with journal.write() as tx:
        leave(tx, "a", "+1", ago=timedelta(0))
        leave(tx, "b", "+2", ago=timedelta(0))
        seen = tx.traffic("+1", NOW, {})
        assert (seen.free_at, seen.last_second) == (NOW + MINUTE, 2)


def test_pauses_count_until_something_goes_through(journal: Journal) -> None:
    with journal.write() as tx:
        assert [tx.pause(NUMBER, NOW + MINUTE, "x", NOW) for _ in range(3)] == [1, 2, 3]
        assert tx.pause(NUMBER, NOW + MINUTE * 2, "x", NOW, again=False) == 3
        rest = tx.resting(NOW)[NUMBER]
        assert (rest.until, rest.tries, rest.since) == (NOW + MINUTE * 2, 3, NOW)
        assert rest.holds(NOW)
        assert not rest.holds(NOW + MINUTE * 2)
        tx.go_on([NUMBER])
        assert tx.resting(NOW) == {}


def test_a_pause_is_over_when_the_clock_is_put_back_to_before_it_and_counts_again_from_then(journal: Journal) -> None:
    before = NOW - timedelta(hours=1)
    with journal.write() as tx:
        tx.pause(NUMBER, NOW + MINUTE, "x", NOW)
        assert not tx.resting(before)[NUMBER].holds(before)
        assert tx.pause(NUMBER, before + MINUTE, "x", before) == 2
        assert tx.resting(before)[NUMBER].holds(before)


def test_refused_late_it_goes_again_and_words_about_the_lost_one_mean_nothing(journal: Journal) -> None:
    with journal.write() as tx:
        key = "f/send:x:1"
        tx.put_effects("f", [send(key)], NOW)
        assert not tx.again(key, "wamid.1", NOW, "x", NOW)  # never left
        tx.claim(key, NOW)
        tx.done(key, {"wamid": "wamid.1"}, NOW)
        assert tx.again(key, "wamid.1", NOW + MINUTE, "unpaid", NOW)
        assert not tx.again(key, "wamid.1", NOW, "x", NOW)
        assert tx.ready("messages", NOW) == []
        assert [queued.state for queued in tx.ready("messages", NOW + MINUTE)] == ["waiting"]
        tx.claim(key, NOW)
        again = tx.effect(key)
        assert again is not None
        assert lost_wamids(again) == ["wamid.1"]


def test_a_chat_that_whatsapp_calls_closed_is_closed(journal: Journal) -> None:
    with journal.write() as tx:
        tx.heard("+1", NOW - MINUTE)
        tx.heard("+2", NOW)
        tx.closed(["+1", "GB.1"], NOW)
        tx.closed(["+2"], NOW - MINUTE)  # they wrote after it was refused
        assert tx.chats() == {"+1": NOW - timedelta(hours=24), "+2": NOW}
