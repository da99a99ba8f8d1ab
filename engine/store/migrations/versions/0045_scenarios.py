"""Scenarios are kept with a process.

Revision ID: 0045
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_IS_KEPT = sa.text("dropped_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "process_scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.Column("dropped_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ux_scenario_title",
        "process_scenario",
        ["process_id", "title"],
        unique=True,
        sqlite_where=_IS_KEPT,
        postgresql_where=_IS_KEPT,
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
