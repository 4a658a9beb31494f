"""What left of late, and what rests."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "sent",
        sa.Column("seq", SEQ, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("lead", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("free_at", sa.String(32), nullable=False),
        sa.Column("text", sa.String(64), nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("category", sa.String(16), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("sent_at", "sent", ["at"])
    op.create_index("sent_lead", "sent", ["lead"])
    op.create_index("sent_address", "sent", ["address", "seq"])
    op.create_index("sent_month", "sent", ["month", "category"])
    op.create_table(
        "pauses",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pauses")
    op.drop_table("sent")
