"""The tables of the journal, the same on SQLite and Postgres. JSON and instants are kept as plain text.

A change here is a new file in ``migrations/versions`` and a new ``HEAD``; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

#: The newest migration; a journal at this revision is opened without loading Alembic.
HEAD = "0002"

metadata = MetaData()


def moment_text(at: datetime) -> str:
    """An aware instant as it is kept: of fixed width in UTC. Raises ``ValueError`` for one without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no zone; the journal keeps instants only")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Moment(TypeDecorator[datetime]):
    """An aware instant as text of fixed width in UTC, so that text order is time order on both databases."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else moment_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)


#: Counts up for ever: numbers of deleted rows are not given again (``sqlite_autoincrement`` below).
Seq = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(8), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("handled_at", Moment),
    Index("inbox_state", "state", "seq"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("fact_key", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("lane", String(8), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("undo", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("result", Text, nullable=False),
    Index("outbox_ready", "lane", "state", "next_at"),
    Index("outbox_state", "state", "kind", "seq"),
    Index("outbox_fact", "fact_key"),
    sqlite_autoincrement=True,
)

#: One line per (effect, key it waits for).
needs = Table(
    "needs",
    metadata,
    Column("key", Text, primary_key=True),
    Column("need", Text, primary_key=True),
    Index("needs_need", "need"),
)

rows = Table(
    "rows",
    metadata,
    Column("tab", String(64), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("rev", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("deleted", Boolean, nullable=False),
)

tabs = Table(
    "tabs",
    metadata,
    Column("tab", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("batch_id", String(64), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("address", Text, primary_key=True),
    Column("last_in", Moment, nullable=False),
)

#: One line per message posted to WhatsApp, kept while it counts for a limit or a price.
sent = Table(
    "sent",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("key", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("free_at", Moment, nullable=False),
    Column("text", String(64), nullable=False),
    Column("first", Boolean, nullable=False),
    Column("month", String(7), nullable=False),
    Column("category", String(16), nullable=False),
    Index("sent_at", "at"),
    Index("sent_lead", "lead"),
    Index("sent_address", "address", "seq"),
    Index("sent_month", "month", "category"),
    sqlite_autoincrement=True,
)

#: What must rest, until when, and for the how-manieth time in a row.
pauses = Table(
    "pauses",
    metadata,
    Column("name", Text, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
)
