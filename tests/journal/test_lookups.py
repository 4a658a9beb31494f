"""What a person asks afterwards, on both databases."""

from __future__ import annotations

from studio_sync.journal import Journal
from studio_sync.rules.effects import PutEvent, Send
from studio_sync.rules.facts import RowChanged, StatusCame
from tests.journal.conftest import NOW, message, row, send


def status(wamid: str, key: str, word: str = "sent") -> StatusCame:
    return StatusCame(key=f"{wamid}:{word}", at=NOW, wamid=wamid, status=word, effect_key=key)


def test_a_message_is_found_by_the_id_it_left_under(journal: Journal) -> None:
    with journal.write() as tx:
        tx.put_effects("f", [send("f/1"), send("f/2")], NOW)
        tx.done("f/1", {"wamid": "wamid.A_1%"}, NOW)
        tx.put_fact(status("wamid.B", "f/2", "delivered"))
        for wamid, key in (("wamid.A_1%", "f/1"), ("wamid.B", "f/2")):
            found = tx.sent_as(wamid)
            assert found is not None
            assert found.effect.key == key
        assert tx.sent_as("wamid.AX1%") is None
        assert tx.sent_as("") is None


def test_twice_is_two_ids_for_one_message_of_class_once(journal: Journal) -> None:
    def once(key: str) -> Send:
        return Send(key=key, to="+447700900123", who="c-1", text="money.invoice", cls="once")

    with journal.write() as tx:
        tx.put_effects("f", [once("f/1"), once("f/2"), send("f/3"), once("f/4")], NOW)
        tx.done("f/1", {"wamid": "wamid.1"}, NOW)
        for told in (
            status("wamid.1", "f/1"),
            status("wamid.1", "f/1", "read"),
            status("wamid.2", "f/2"),
            status("wamid.3", "f/2"),
            status("wamid.4", "f/3"),
            status("wamid.5", "f/3"),
            status("wamid.6", "unknown"),
        ):
            tx.put_fact(told)
        assert tx.accepted_twice() == ["f/2"]
        tx.put_fact(status("wamid.7", "f/1"))
        assert tx.accepted_twice() == ["f/1", "f/2"]


def test_the_newest_change_of_a_row_is_the_one_with_words(journal: Journal) -> None:
    with journal.write() as tx:
        told = row("f/1").model_copy(update={"what": "Booked: Thandi"})
        elsewhere = row("f/2").model_copy(update={"what": "x", "row_id": "b-11"})
        other_tab = row("f/3").model_copy(update={"what": "x", "tab": "Clients"})
        tx.put_effects("f", [told, elsewhere, other_tab, row("f/4")], NOW)
        newest = tx.row_effect("Bookings", "b-1")
        any_of_them = tx.row_effect("Bookings", "b-1", told=False)
        assert (newest and newest.effect.key, any_of_them and any_of_them.effect.key) == ("f/1", "f/4")
        tx.drop("f/1", "decided again", NOW)
        assert tx.row_effect("Bookings", "b-1") is None


def test_facts_events_and_lanes(journal: Journal) -> None:
    event = PutEvent(
        key="f/1", event_id="e1", start=NOW, end=NOW, session="s", type="single", capacity=1, seats=(), title="t"
    )
    with journal.write() as tx:
        tx.put_effects("wamid.1", [event, send("f/2")], NOW)
        tx.put_fact(message("wamid.1"))
        for rev in (1, 2):
            key = f"row:bookings:b-1:{rev}"
            tx.put_fact(RowChanged(key=key, at=NOW, tab="bookings", row_id="b-1", rev=rev, before={}, after={}))
        found = tx.event_effect("e1")
        assert found is not None
        assert found.effect.key == "f/1"
        assert tx.event_effect("e") is None
        newest = tx.last_fact("row:bookings:b-1:")
        assert newest is not None
        assert newest.key == "row:bookings:b-1:2"
        assert tx.last_fact("row:bookings:b_1:") is None
        assert tx.lane_counts() == {
            "sheet": {}, "diary": {"queued": 1}, "messages": {"queued": 1}, "files": {}, "note": {},
        }  # fmt: skip
        assert (tx.facts_stored("message"), tx.facts_stored("row"), tx.facts_stored("tick")) == (1, 2, 0)
        assert (tx.fact_state("wamid.1"), tx.handled_at("wamid.1"), tx.fact_state("x")) == ("new", None, "")
        tx.handled("wamid.1", NOW)
        assert (tx.fact_state("wamid.1"), tx.handled_at("wamid.1")) == ("done", NOW)
