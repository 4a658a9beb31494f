"""Facts come in once, in order, and nothing half done stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import text

from studio_sync.journal import Journal
from studio_sync.rules.facts import MessageCame, Tick
from tests.journal.conftest import NOW, message, row, send


class PulledPlug(BaseException):
    """The process ends here."""


def test_eight_copies_of_one_message_are_one_fact(journal: Journal) -> None:
    new: list[int] = []
    start = threading.Barrier(8)

    def deliver() -> None:
        start.wait()
        new.append(journal.put_facts([message("wamid.1")]))

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(new) == [0] * 7 + [1]
    with journal.read() as tx:
        assert tx.inbox_counts() == {"new": 1, "done": 0, "aside": 0}


def test_copies_in_one_delivery_and_in_two_processes_are_one_fact(opened: Callable[[], Journal]) -> None:
    web, other = opened(), opened()
    assert web.put_facts([message("wamid.1"), message("wamid.1"), message("wamid.2")]) == 2
    assert other.put_facts([message("wamid.2"), message("wamid.3")]) == 1


def test_facts_are_taken_in_the_order_they_came(journal: Journal) -> None:
    ticks = [Tick(key=f"tick:reminder:{n}", at=NOW, name="reminder", slot=str(n)) for n in (3, 1, 2)]
    journal.put_facts(ticks)

    taken = []
    with journal.write() as tx:
        while (fact := tx.next_fact()) is not None:
            taken.append(fact)
            assert tx.handled(fact.key, NOW)

    assert taken == ticks


def test_a_fact_is_decided_once(opened: Callable[[], Journal]) -> None:
    one, two = opened(), opened()
    one.put_facts([message("wamid.1")])
    with one.write() as tx:
        assert tx.handled("wamid.1", NOW)
    with two.write() as tx:
        assert not tx.handled("wamid.1", NOW)
        assert tx.next_fact() is None


def test_pulling_the_plug_leaves_nothing_half_done(opened: Callable[[], Journal]) -> None:
    journal = opened()
    journal.put_facts([message("wamid.1")])

    def decide() -> None:
        with journal.write() as tx:
            tx.handled("wamid.1", NOW)
            tx.put_effects("wamid.1", [row("wamid.1/0")], NOW)
            tx.put_rows("Bookings", {"b-1": {"state": "booked"}})
            raise PulledPlug

    with pytest.raises(PulledPlug):
        decide()

    with opened().read() as tx:
        assert tx.next_fact() == message("wamid.1")
        assert tx.undelivered(["put_row"]) == []
        assert tx.rows("Bookings") == {}


def test_a_fact_that_breaks_is_set_aside_and_the_rest_goes_on(journal: Journal) -> None:
    journal.put_facts([message("wamid.1"), message("wamid.2")])
    with journal.write() as tx:
        tx.set_aside("wamid.1", "ZeroDivisionError")
        fact = tx.next_fact()
        assert fact is not None
        assert fact.key == "wamid.2"
        (line,) = tx.inbox_lines("aside")
    assert (line.key, line.error, line.tries) == ("wamid.1", "ZeroDivisionError", 1)

    with journal.write() as tx:
        assert tx.reopen("wamid.1")
        assert tx.next_fact() == message("wamid.1")
        assert tx.tries("wamid.1") == 2


def test_a_fact_of_an_unknown_kind_is_set_aside_with_its_text(journal: Journal) -> None:
    journal.put_facts([message("wamid.1"), message("wamid.2")])
    with journal._engine.execution_options(writes=True).begin() as db:
        db.execute(text("UPDATE inbox SET body = '{\"kind\": \"telepathy\"}' WHERE key = 'wamid.1'"))

    with journal.write() as tx:
        assert tx.next_fact() == message("wamid.2")
        (line,) = tx.inbox_lines("aside")
    assert "telepathy" in line.body
    assert line.error.startswith("unreadable")


def test_posts_that_come_together_share_a_commit(journal: Journal) -> None:
    commits: list[object] = []
    journal.on_new(lambda: commits.append("one"))
    stored: list[int] = []

    def post(n: int) -> None:
        stored.append(journal.put_facts([message(f"wamid.{n}"), message(f"wamid.{n}b")]))

    threads = [threading.Thread(target=post, args=(n,)) for n in range(40)]
    with journal.write():  # while this one is under way, the others gather
        for thread in threads:
            thread.start()
        while len(journal._group._waiting) < 39:
            threading.Event().wait(0.005)
    for thread in threads:
        thread.join()

    assert stored == [2] * 40
    assert len(commits) <= 4
    with journal.read() as tx:
        assert tx.inbox_counts()["new"] == 80


@pytest.mark.parametrize(
    "spoiled",
    [
        message(""),
        message("wamid.\x00"),
        message("w" * 1001),
        message("wamid.9").model_copy(update={"at": NOW.replace(tzinfo=None)}),
    ],
)
def test_a_fact_that_cannot_be_kept_fails_its_own_caller_alone(journal: Journal, spoiled: MessageCame) -> None:
    with pytest.raises(ValueError, match=r"no key|no zone"):
        journal.put_facts([message("wamid.1"), spoiled])
    assert journal.put_facts([message("wamid.1")]) == 1


def test_reasons_may_quote_anything(journal: Journal) -> None:
    journal.put_facts([message("wamid.1")])
    with journal.write() as tx:
        tx.set_aside("wamid.1", "cannot read 'a\x00b\ud83d'")
        (line,) = tx.inbox_lines("aside")
    assert line.error == "cannot read 'a\ufffdb?'"


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_what_another_process_is_deciding_is_passed_over(opened: Callable[[], Journal]) -> None:
    one, two = opened(), opened()
    one.put_facts([message("wamid.1"), message("wamid.2")])
    with one.write() as first, two.write() as second:
        assert first.next_fact() == message("wamid.1")
        assert second.next_fact() == message("wamid.2")


def test_a_callback_hears_of_new_work_after_it_is_durable(opened: Callable[[], Journal]) -> None:
    journal, other = opened(), opened()
    heard: list[int] = []

    def wake() -> None:
        with other.read() as tx:
            heard.append(tx.inbox_counts()["new"] + len(tx.ready("sheet", NOW)))

    journal.on_new(wake)
    journal.put_facts([message("wamid.1")])
    journal.put_facts([message("wamid.1")])
    with journal.write() as tx:
        tx.put_meta("nothing", "new")
    with journal.write() as tx:
        tx.put_effects("wamid.1", [row("wamid.1/0")], NOW)

    assert heard == [1, 2]


def test_a_commit_tells_only_the_lanes_it_has_something_for(journal: Journal) -> None:
    heard: list[str] = []
    for lane in ("decide", "sheet", "messages"):
        journal.on_new(partial(heard.append, lane), lane)
    journal.put_facts([message("wamid.1")])
    with journal.write() as tx:
        tx.put_effects("wamid.1", [row("wamid.1/0"), send("wamid.1/1", needs=("wamid.1/0",))], NOW)
    assert sorted(heard) == ["decide", "messages", "sheet"]

    heard.clear()
    with journal.write() as tx:  # what waited for it may go on
        tx.done("wamid.1/0", {}, NOW)
    assert sorted(heard) == ["messages", "sheet"]

    heard.clear()
    with journal.write() as tx:
        tx.done("wamid.1/1", {}, NOW)
    assert heard == ["messages"]


def test_writing_inside_writing_is_refused_at_once(journal: Journal) -> None:
    with journal.write(), pytest.raises(RuntimeError), journal.write():
        pass
