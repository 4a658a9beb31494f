"""Revs of notes that were read back begin beyond every rev the lost ones can have given."""

from __future__ import annotations

from studio_sync.journal import Journal
from studio_sync.journal.rows import ERA


def test_revs_go_on_from_the_era_for_known_and_new_rows(journal: Journal) -> None:
    with journal.write() as tx:
        assert tx.bump("bookings", "b-1") == 1
        tx.put_rows("bookings", {"b-2": {"state": "booked"}})
        tx.put_meta(ERA, 1000)
        assert tx.bump("bookings", "b-1") == 1001
        assert tx.bump("bookings", "b-2") == 1001, "remembered, never bumped"
        assert tx.bump("bookings:new", "a row just typed") == 1001
        assert [tx.bump("bookings", "b-1"), tx.bump("bookings", "b-2")] == [1002, 1002]
        tx.put_meta(ERA, 1001)
        assert tx.bump("bookings", "b-1") == 1003, "an era never takes a rev back"
