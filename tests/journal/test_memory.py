"""Rows, events, files, leases, attempts, small things: kept across a restart."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text

from sheets_schema.diary import DiaryEvent, DiarySeat
from studio_sync.journal import DIARY, Journal
from studio_sync.journal.snapshots import Snapshots
from studio_sync.ports import Files
from studio_sync.rules.effects import PutRow
from tests.journal.conftest import NOW


def test_rows_are_remembered_as_the_sheet_gave_them(opened: Callable[[], Journal]) -> None:
    zoe = {
        "name": "Zoë \ud83d Müller 🤸",
        "price": 250.0,
        "date": 46083.0,
        "active": True,
        "note": None,
        "odd": "a\x00b",
    }
    with opened().write() as tx:
        tx.put_rows("Clients", {"c-2": zoe, "c-1": {"name": "Thandi"}})
    del zoe["note"]  # a blank cell is as good as none
    with opened().read() as tx:
        assert tx.rows("Clients") == {"c-1": {"name": "Thandi"}, "c-2": zoe}
        assert tx.row("Clients", "c-2") == zoe
        assert tx.row("Clients", "c-9") is None
        assert tx.rows("Bookings") == {}


def test_a_number_that_is_none_is_refused(journal: Journal) -> None:
    with pytest.raises(ValueError, match="Out of range"), journal.write() as tx:
        tx.put_rows("Prices", {"p-1": {"price": float("nan")}})


def test_a_rev_counts_changes_and_outlives_the_row(journal: Journal) -> None:
    with journal.write() as tx:
        assert tx.rev("Clients", "c-1") == 0
        assert tx.bump("Clients", "c-1") == 1
        assert tx.rows("Clients") == {}
        tx.put_rows("Clients", {"c-1": {"name": "Thandi"}})
        assert tx.bump("Clients", "c-1") == 2
        tx.drop_rows("Clients", ["c-1"])
        assert tx.rows("Clients") == {}
        tx.put_rows("Clients", {"c-1": {"name": "Thandi N"}})
        assert tx.rev("Clients", "c-1") == 2


def test_the_version_of_a_tab_grows_with_each_transaction_that_writes_it(journal: Journal) -> None:
    with journal.write() as tx:
        assert tx.tab_version("Clients") == 0
        tx.put_rows("Clients", {"c-1": {}, "c-2": {}})
        assert tx.tab_version("Clients") == 1
        tx.drop_rows("Clients", ["c-1"])
        tx.put_rows("Clients", {})
        tx.bump("Clients", "c-2")
        tx.put_rows("Bookings", {"b-1": {}})
        assert tx.tab_versions() == {"Clients": 1, "Bookings": 1}
    with journal.write() as tx:
        tx.bump("Bookings", "b-1")
        tx.put_rows("Clients", {"c-2": {"name": "Thandi"}})
    with journal.read() as tx:
        assert tx.tab_versions() == {"Clients": 2, "Bookings": 1}


def test_rows_are_decoded_once_per_version_and_never_show_what_was_rolled_back(journal: Journal) -> None:
    with journal.write() as tx:
        tx.put_rows("Clients", {"c-1": {"name": "Thandi"}})
    with journal.read() as tx:
        first = tx.rows("Clients")
    with suppress(ZeroDivisionError), journal.write() as tx:
        tx.put_rows("Clients", {"c-1": {"name": "Zoe"}})
        assert tx.rows("Clients") == {"c-1": {"name": "Zoe"}}
        raise ZeroDivisionError
    with journal.read() as tx:
        assert tx.rows("Clients") is first
    with journal.write() as tx:
        tx.put_rows("Clients", {"c-1": {"name": "Lerato"}})
    with journal.read() as tx:
        assert tx.rows("Clients") == {"c-1": {"name": "Lerato"}}


def test_a_snapshot_is_the_same_while_nothing_it_shows_has_changed(journal: Journal) -> None:
    snapshots = Snapshots()
    with journal.write() as tx:
        tx.put_rows("clients", {"c-1": {"name": "Thandi"}})
        tx.heard("+447700900101", NOW)
    with journal.read() as tx:
        first = snapshots.load(tx, NOW)
        assert snapshots.load(tx, NOW + timedelta(minutes=1)) is first
    with journal.write() as tx:
        tx.heard("+447700900101", NOW + timedelta(minutes=1))
        assert snapshots.load(tx, NOW).chats == {"+447700900101": NOW + timedelta(minutes=1)}
    put = PutRow(key="f/row", tab="clients", row_id="c-1", cells={"name": "Zoe"})
    with journal.write() as tx:
        tx.put_effects("f", [put], NOW)
    with journal.read() as tx:
        assert snapshots.load(tx, NOW).clients.by_id["c-1"].name == "Zoe"
    with journal.write() as tx:
        tx.drop("f/row", "no", NOW)
    with journal.read() as tx:
        assert snapshots.load(tx, NOW).clients.by_id["c-1"].name == "Thandi"


def test_of_a_table_only_what_has_changed_is_decoded_and_parsed_again(journal: Journal) -> None:
    with journal.write() as tx:
        tx.put_rows("clients", {f"c-{n}": {"name": f"Guest {n}"} for n in range(50)})
    with journal.read() as tx:
        rows, snap = tx.rows("clients"), Snapshots().load(tx, NOW)
    with journal.write() as tx:
        tx.put_rows("clients", {"c-7": {"name": "Thandi"}})
    with journal.read() as tx:
        assert [row_id for row_id, row in tx.rows("clients").items() if row is not rows[row_id]] == ["c-7"]
    once = Snapshots()
    with journal.read() as tx:
        snap = once.load(tx, NOW)
        assert Snapshots().load(tx, NOW) is snap
        assert Snapshots(afresh=True).load(tx, NOW) is not snap
    put = [PutRow(key=f"f/{n}", tab="clients", row_id=f"c-{n}", cells={"name": "Zoe"}) for n in range(40, 60)]
    with journal.write() as tx:
        tx.put_effects("f", put, NOW)
    with journal.read() as tx:
        first = tx.undelivered(("put_row",))
        assert all(one is other for one, other in zip(first, tx.undelivered(("put_row",)), strict=True))
        laid = once.load(tx, NOW).clients
    assert len(laid) == 60
    assert sum(row.name == "Zoe" for row in laid) == 20
    assert laid.by_id["c-7"].name == snap.clients.by_id["c-7"].name == "Thandi"


def test_an_effect_of_a_transaction_that_failed_is_never_taken_for_another(journal: Journal) -> None:
    with suppress(ZeroDivisionError), journal.write() as tx:
        tx.put_effects("f", [PutRow(key="f/1", tab="clients", row_id="c-1", cells={"name": "Zoe"})], NOW)
        tx.undelivered(("put_row",))
        raise ZeroDivisionError
    with journal.write() as tx:
        tx.put_effects("g", [PutRow(key="g/1", tab="clients", row_id="c-2", cells={"name": "Lerato"})], NOW)
    with journal.read() as tx:
        assert [effect.key for effect in tx.undelivered(("put_row",))] == ["g/1"]


def test_the_diary_is_remembered_event_by_event(opened: Callable[[], Journal]) -> None:
    seat = DiarySeat(booking="b-1", client="c-1", name="Thandi")
    late = DiaryEvent(
        id="e-1", start=NOW + timedelta(hours=3), end=NOW + timedelta(hours=4), title="Duo", seats=(seat,)
    )
    early = DiaryEvent(id="e-2", start=NOW, end=NOW + timedelta(hours=1), title="Dentist", etag='"3"')
    with opened().write() as tx:
        tx.put_events([late, early])
    journal = opened()
    with journal.write() as tx:
        assert tx.events() == (early, late)
        tx.put_events([DiaryEvent(id="e-1", start=NOW, end=NOW, title="", gone=True)])
        assert tx.events() == (early,)
        tx.drop_events(["e-2"])
        assert tx.events() == ()
        assert tx.bump(DIARY, "e-2") == 1
        assert tx.tab_version(DIARY) == 2


def test_files_are_kept_by_their_hash(opened: Callable[[], Journal]) -> None:
    files: Files = opened().files
    sha256 = files.keep(b"%PDF-1.7 ...", name="INV-2026-0001.pdf", mime="application/pdf")
    assert files.keep(b"%PDF-1.7 ...", name="other.pdf", mime="application/pdf") == sha256

    found = opened().files.get(sha256)
    assert found is not None
    assert (found.name, found.mime, found.content) == ("INV-2026-0001.pdf", "application/pdf", b"%PDF-1.7 ...")
    assert files.get("0" * 64) is None


def test_a_file_whose_bytes_changed_is_not_there(journal: Journal) -> None:
    sha256 = journal.files.keep(b"250.00", name="a", mime="text/plain")
    with journal._engine.execution_options(writes=True).begin() as db:
        db.execute(text("UPDATE files SET content = :other"), {"other": b"950.00"})
    assert journal.files.get(sha256) is None


def test_a_lease_has_one_holder_at_a_time(opened: Callable[[], Journal]) -> None:
    with opened().write() as tx:
        assert tx.take_lease("diary:2026-03-02", "a", NOW, 30)
    with opened().write() as tx:
        assert not tx.take_lease("diary:2026-03-02", "b", NOW, 30)
        assert tx.take_lease("diary:2026-03-03", "b", NOW, 30)
        assert tx.take_lease("diary:2026-03-02", "a", NOW + timedelta(seconds=20), 30)
        assert not tx.take_lease("diary:2026-03-02", "b", NOW + timedelta(seconds=40), 30)
        tx.release("diary:2026-03-02", "b")
        assert not tx.take_lease("diary:2026-03-02", "b", NOW + timedelta(seconds=40), 30)
        assert tx.take_lease("diary:2026-03-02", "b", NOW + timedelta(seconds=50), 30)
        tx.release("diary:2026-03-02", "b")
        assert tx.take_lease("diary:2026-03-02", "a", NOW + timedelta(seconds=51), 30)


def test_all_attempts_stay_until_their_slot_is_settled(opened: Callable[[], Journal]) -> None:
    with opened().write() as tx:
        tx.put_attempt("studio", 7, "zzz", {"ops": [1]})
        tx.put_attempt("studio", 7, "aaa", {"ops": [2]})
        tx.put_attempt("studio", 7, "zzz", {"ops": [3]})
        tx.put_attempt("books", 2, "bbb", {"ops": []})
    with opened().write() as tx:
        assert [(a.slot, a.batch_id, a.body) for a in tx.attempts("studio")] == [
            (7, "zzz", {"ops": [1]}),
            (7, "aaa", {"ops": [2]}),
        ]
        tx.clear_attempts("studio")
        assert tx.attempts("studio") == []
        assert len(tx.attempts("books")) == 1


def test_small_things_are_kept_by_name(journal: Journal) -> None:
    with journal.write() as tx:
        assert tx.get_meta("sync token") is None
        tx.put_meta("sync token", "CPDA")
        tx.put_meta("head", {"n": 7, "batch": "zzz"})
        tx.put_meta("sync token", "CQEB")
        assert (tx.get_meta("sync token"), tx.get_meta("head")) == ("CQEB", {"n": 7, "batch": "zzz"})


def test_a_chat_remembers_its_last_message(journal: Journal) -> None:
    with journal.write() as tx:
        tx.heard("+447700900123", NOW)
        tx.heard("+447700900123", NOW - timedelta(hours=1))
        tx.heard("ZA.1234", NOW)
        tx.heard("ZA.1234", NOW + timedelta(hours=1))
        assert tx.chats() == {"+447700900123": NOW, "ZA.1234": NOW + timedelta(hours=1)}


def test_an_instant_without_a_zone_is_refused(journal: Journal) -> None:
    with pytest.raises(Exception, match="no zone"), journal.write() as tx:
        tx.heard("+447700900123", NOW.replace(tzinfo=None))
