"""Mails that came in, and mails of ours that came back.

Revision ID: 0023
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sender_mark", sa.String(), nullable=True),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("has_receipt", sa.Boolean(), nullable=False),
        sa.Column("opened_case", sa.Boolean(), nullable=False),
        sa.Column("master_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_key", sa.String(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    for name, columns in (
        ("ix_incoming_mail_case", ["case_id", "id"]),
        ("ix_incoming_mail_sender", ["sender_mark", "recorded_at"]),
        ("ix_incoming_mail_state", ["state", "id"]),
    ):
        op.create_index(name, "incoming_mail", columns)
    op.add_column("outbox", sa.Column("bounced_at", UtcDateTime(), nullable=True))
    op.add_column("outbox", sa.Column("bounce", sa.String(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
