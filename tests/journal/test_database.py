"""The database itself: made, migrated, full, damaged, killed, busy."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from studio_sync import journal as journal_package
from studio_sync.errors import Unavailable, UserError
from studio_sync.journal import Journal, database
from studio_sync.journal.tables import HEAD, metadata
from tests.journal.conftest import NOW, message, row

WRITER = """
import sys
from studio_sync.journal import Journal
from tests.journal.conftest import message
journal = Journal.open(sys.argv[1])
n = int(sys.argv[2])
while True:
    n += 1
    journal.put_facts([message(f"wamid.{n}", "x" * 2000)])
    print(n, flush=True)
"""


def test_the_migrations_make_the_tables_we_write_to(journal: Journal) -> None:
    with journal._engine.connect() as db:
        assert database.revision(db) == HEAD
        assert compare_metadata(MigrationContext.configure(db), metadata) == []
    folder = Path(journal_package.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [HEAD]


def test_opening_again_changes_nothing(opened: Callable[[], Journal]) -> None:
    opened().put_facts([message("wamid.1")])
    with opened().read() as tx:
        assert tx.next_fact() == message("wamid.1")


def test_two_that_start_together_both_start(url: str) -> None:
    journals: list[Journal] = []
    threads = [threading.Thread(target=lambda: journals.append(Journal.open(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(journal.put_facts([message("wamid.1")]) for journal in journals) == 1
    assert len(journals) == 4
    for journal in journals:
        journal.close()


def test_a_journal_of_a_newer_version_is_refused(opened: Callable[[], Journal], url: str) -> None:
    with opened()._engine.execution_options(writes=True).begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UserError, match="newer studio-sync") as refused:
        Journal.open(url)
    assert refused.value.problems[-1].endswith("studio-sync rebuild")


def test_reads_see_one_moment(opened: Callable[[], Journal]) -> None:
    reader, writer = opened(), opened()
    with reader.read() as tx:
        assert tx.inbox_counts()["new"] == 0
        writer.put_facts([message("wamid.1")])
        assert tx.next_fact() is None
    with reader.read() as tx:
        assert tx.next_fact() == message("wamid.1")


def test_two_processes_write_without_an_error(opened: Callable[[], Journal]) -> None:
    journals = [opened(), opened()]
    failures: list[Exception] = []

    def work(journal: Journal, name: str) -> None:
        try:
            for n in range(40):
                with journal.write() as tx:
                    seen = tx.get_meta(name) or 0  # read, then write: what a deferred BEGIN would refuse
                    tx.put_meta(name, seen + 1)
                    tx.put_effects(f"{name}{n}", [row(f"{name}{n}/0")], NOW)
        except Unavailable as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(journals[n % 2], f"w{n}")) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with journals[0].read() as tx:
        assert tx.outbox_counts()["queued"] == 160
        assert [tx.get_meta(f"w{n}") for n in range(4)] == [40] * 4


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_a_database_that_goes_away_is_said_and_found_again(opened: Callable[[], Journal]) -> None:
    journal, administrator = opened(), opened()
    others = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                  " AND pid <> pg_backend_pid()")  # fmt: skip

    def cut() -> None:
        with administrator._engine.begin() as db:
            db.execute(others)

    def cut_while_writing() -> None:
        with journal.write() as tx:
            cut()
            tx.put_fact(message("wamid.1"))

    with pytest.raises(Unavailable):
        cut_while_writing()
    journal.put_facts([message("wamid.2")])
    cut()
    assert journal.put_facts([message("wamid.1"), message("wamid.2")]) == 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def most_pages(journal: Journal, most: int) -> None:
    """A disk with room for so much: the limit is each connection's own."""
    assert journal._narrow is not None
    with journal._engine.connect() as db:
        db.exec_driver_sql(f"PRAGMA max_page_count = {most}")
    journal._narrow.cursor().execute(f"PRAGMA max_page_count = {most}")


def test_a_full_disk_is_said_and_heals(file: Path) -> None:
    journal = Journal.open(f"sqlite:///{file}", fast=True)
    journal.put_facts([message("wamid.first")])
    with journal._engine.connect() as db:
        full = db.exec_driver_sql("PRAGMA page_count").scalar_one() + 2
    most_pages(journal, full)

    many = [message(f"wamid.{n}", "x" * 1000) for n in range(100)]
    with pytest.raises(Unavailable, match="full"):
        journal.put_facts(many)
    with pytest.raises(Unavailable, match="full"), journal.write() as tx:
        tx.put_rows("Clients", {"c-1": {"name": "x" * 20000}})

    most_pages(journal, 1_000_000)
    assert journal.put_facts(many) == 100
    with journal.read() as tx:
        assert tx.rows("Clients") == {}
    journal.close()


@pytest.mark.parametrize("damage", ["not a database at all, but a letter to the landlord " * 100, None])
def test_a_damaged_file_is_refused_and_left_alone(file: Path, damage: str | None) -> None:
    if damage is None:
        journal = Journal.open(f"sqlite:///{file}")
        journal.put_facts([message(f"wamid.{n}", "x" * 500) for n in range(200)])
        journal.close()
        content = bytearray(file.read_bytes())
        content[20 * 4096 : 21 * 4096] = b"\xff" * 4096
        file.write_bytes(content)
    else:
        file.write_text(damage)
    before = file.read_bytes()

    with pytest.raises(UserError, match="is damaged") as refused:
        Journal.open(f"sqlite:///{file}")

    assert refused.value.problems[-1] == "Move it aside and run: studio-sync rebuild"
    assert file.read_bytes() == before


def test_killed_while_writing_nothing_acknowledged_is_lost(file: Path) -> None:
    written = 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, f"sqlite:///{file}", str(written)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        wanted = written + 25
        for line in process.stdout:
            written = int(line)
            if written >= wanted:
                break
        process.send_signal(signal.SIGKILL)
        written = max([written, *(int(line) for line in process.stdout if line.endswith("\n"))])
        process.wait()
        process.stdout.close()

        journal = Journal.open(f"sqlite:///{file}")
        with journal.read() as tx:
            known = {line.key for line in tx.inbox_lines(limit=100_000)}
        journal.close()
        assert {f"wamid.{n}" for n in range(1, written + 1)} <= known
    with sqlite3.connect(file) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


def test_another_process_that_holds_the_file_is_waited_for_not_for_ever(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    journal = Journal.open(f"sqlite:///{file}")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        journal.put_facts([message("wamid.1")])
    other.execute("ROLLBACK")
    other.close()
    assert journal.put_facts([message("wamid.1")]) == 1
    journal.close()


def test_commits_reach_the_disk_unless_told_otherwise(file: Path) -> None:
    for fast, level in ((False, 2), (True, 1)):
        journal = Journal.open(f"sqlite:///{file}", fast=fast)
        with journal._engine.connect() as db:
            assert db.exec_driver_sql("PRAGMA synchronous").scalar() == level
            assert db.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        journal.close()


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_only_its_owner_may_read_the_file(file: Path) -> None:
    journal = Journal.open(f"sqlite:///{file}")
    journal.put_facts([message("wamid.1")])
    assert {path.stat().st_mode & 0o777 for path in file.parent.glob("journal.db*")} == {0o600}
    journal.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "SQLite file"),
        ("mysql://localhost/studio", "not mysql"),
        ("my journal", "no address"),
        ("sqlite:////proc/nowhere/journal.db", "cannot be opened"),
        ("postgresql://nadine:secret@127.0.0.1:1/studio", "cannot be opened"),
    ],
)
def test_an_address_that_does_not_work_is_said_with_what_to_type(url: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as refused:
        Journal.open(url)
    assert "studio-sync" in refused.value.problems[-1]
    assert "secret" not in str(refused.value)


def test_the_questions_asked_often_are_answered_from_an_index(file: Path) -> None:
    journal = Journal.open(f"sqlite:///{file}", fast=True)
    asked: list[str] = []
    with journal.read() as tx:
        driver: Any = tx._db._connection.driver_connection  # type: ignore[union-attr]
        driver.set_trace_callback(asked.append)
        tx.next_fact()
        tx.ready("sheet", NOW)
        tx.blocked("messages", NOW)
        tx.undelivered(["put_row", "put_event"])
        tx.highest_undo()
        tx.effects_of("wamid.1")
        driver.set_trace_callback(None)
        plans = [str(line[3]) for sql in asked for line in driver.execute(f"EXPLAIN QUERY PLAN {sql}")]
    journal.close()

    assert len(asked) == 6
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
    for index in ("inbox_state", "outbox_ready", "outbox_state", "outbox_fact"):
        assert any(index in plan for plan in plans), index
