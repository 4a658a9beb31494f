"""The first journal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("seq", SEQ, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("handled_at", sa.String(32)),
        sqlite_autoincrement=True,
    )
    op.create_index("inbox_state", "inbox", ["state", "seq"])
    op.create_table(
        "outbox",
        sa.Column("seq", SEQ, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("fact_key", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("lane", sa.String(8), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("undo", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.String(32), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_ready", "outbox", ["lane", "state", "next_at"])
    op.create_index("outbox_state", "outbox", ["state", "kind", "seq"])
    op.create_index("outbox_fact", "outbox", ["fact_key"])
    op.create_table(
        "needs",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("need", sa.Text, primary_key=True),
    )
    op.create_index("needs_need", "needs", ["need"])
    op.create_table(
        "rows",
        sa.Column("tab", sa.String(64), primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("rev", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
    )
    op.create_table(
        "tabs",
        sa.Column("tab", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mime", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("seq", SEQ, primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.String(64), nullable=False, unique=True),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "chats",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("last_in", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    for name in ("chats", "meta", "attempts", "leases", "files", "tabs", "rows", "needs", "outbox", "inbox"):
        op.drop_table(name)
