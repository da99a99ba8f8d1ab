"""A complaint can be merged into another, and the merge undone.

Revision ID: 0030
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_HOLDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "case_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("own_received_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("merged_by", sa.String(), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_reason", sa.String(), nullable=False),
        sa.CheckConstraint("case_id <> other_id", name="ck_case_merge_two"),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ux_case_merge_case",
        "case_merge",
        ["case_id"],
        unique=True,
        sqlite_where=_HOLDS,
        postgresql_where=_HOLDS,
    )
    op.create_index("ix_case_merge_other", "case_merge", ["other_id"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
