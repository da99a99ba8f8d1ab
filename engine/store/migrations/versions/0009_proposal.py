"""A process is proposed by one person and published by another.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "process_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("diagrams", json_type(), nullable=False),
        sa.Column("tables", json_type(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.CheckConstraint("decided_by <> proposed_by", name="process_four_eyes"),
        sa.PrimaryKeyConstraint("id"),
    )
    waits = sa.text("decided_at IS NULL")
    op.create_index(
        "ux_proposal_open",
        "process_proposal",
        ["digest"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
